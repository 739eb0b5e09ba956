//! The base map that comes with the program: a user's machine has no internet.

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
