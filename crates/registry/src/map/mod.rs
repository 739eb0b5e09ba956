//! Records on the map: GeoJSON, vector tiles and what is nearest.

mod features;
mod mvt;
mod nearest;
mod tile;

pub use nearest::Nearby;
