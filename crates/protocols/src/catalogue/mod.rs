//! What services of others list: earthquakes, and pixels in which a satellite saw fire. One bad entry does not spoil
//! the others; a list that cannot be read at all says why.

mod earthquakes;
mod hotspots;

pub use earthquakes::{Earthquake, earthquakes};
pub use hotspots::{Hotspot, hotspots};

/// Entries of a list, and what is wrong with the rest.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed<T> {
    /// Those that could be read, in their order.
    pub entries: Vec<T>,
    /// Why others could not: at most 20 of them.
    pub wrong: Vec<String>,
    /// How many could not.
    pub wrong_count: usize,
}

/// Reasons that are kept.
const KEPT: usize = 20;

impl<T> Listed<T> {
    fn of(results: impl IntoIterator<Item = Result<T, String>>) -> Self {
        let mut listed = Self { entries: Vec::new(), wrong: Vec::new(), wrong_count: 0 };
        for (index, result) in results.into_iter().enumerate() {
            match result {
                Ok(entry) => listed.entries.push(entry),
                Err(why) => {
                    listed.wrong_count += 1;
                    if listed.wrong.len() < KEPT {
                        listed.wrong.push(format!("entry {}: {why}", index + 1));
                    }
                }
            }
        }
        listed
    }
}

fn place(lon: f64, lat: f64) -> Result<(f64, f64), String> {
    let sound = (-180.0..=180.0).contains(&lon) && (-90.0..=90.0).contains(&lat);
    if sound { Ok((lon, lat)) } else { Err(format!("{lon}, {lat} is no place")) }
}
