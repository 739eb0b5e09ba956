//! Records on the map: GeoJSON, vector tiles and what is nearest.

mod features;
mod inside;
mod mvt;
mod nearest;
mod tally;
mod tile;

pub use inside::{Circle, Found, InsideArea, InsideKind, InsideQuery, KindFilter, People};
pub use nearest::Nearby;
pub use tally::CountyTally;
