//! What the positions of a vehicle say, without any I/O or clock: its track made small, where it stood, how fast and
//! how long it was driven, and where it is beside a fence.
//!
//! All times are given, all lengths are metres on the ground, all speeds km/h.

mod export;
mod fence;
mod fix;
mod phases;
mod practice;
mod record;
mod rest;
mod simplify;
mod speeding;

pub use export::{geojson, gpx};
pub use fence::{Corner, Shape};
pub use fix::{Fix, Gap, gaps};
pub use phases::{Phase, PhaseKind, phases};
pub use practice::{Practice, VehicleClass};
pub use record::{Driving, Totals, driving};
pub use rest::{Fatigue, FatigueRule, fatigue};
pub use simplify::{Simplified, simplify};
pub use speeding::{Speeding, speeding};
