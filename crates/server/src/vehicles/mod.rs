//! Vehicles under supervision (重点车辆动态监管): tracks, driving records, and who drove too fast or too long.

mod clauses;
mod fleet;
mod record;

pub use fleet::{FleetLine, FleetQuestion, FleetReport, fleet};
pub use record::{DrivingRecord, Track, TrackQuestion, driving_record, files, track};
