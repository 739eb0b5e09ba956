//! What comes with the program: the base map, since a user's machine has no internet, and the boards of the sectors.

use std::borrow::Cow;

use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "../../data/basemap"]
#[include = "*.geojson"]
struct Basemap;

/// Layers of the base map: name and GeoJSON.
pub fn basemap() -> Vec<(String, Cow<'static, [u8]>)> {
    let layer = |path: Cow<'static, str>| {
        let name = path.strip_suffix(".geojson")?.to_owned();
        Some((name, Basemap::get(&path)?.data))
    };
    Basemap::iter().filter_map(layer).collect()
}

#[derive(RustEmbed)]
#[folder = "../../data/boards"]
#[include = "*.toml"]
struct BoardFiles;

/// Declarations of boards: file name and text.
pub fn boards() -> Vec<(String, String)> {
    let file = |path: Cow<'static, str>| {
        let text = String::from_utf8(BoardFiles::get(&path)?.data.into_owned()).ok()?;
        Some((path.into_owned(), text))
    };
    BoardFiles::iter().filter_map(file).collect()
}
