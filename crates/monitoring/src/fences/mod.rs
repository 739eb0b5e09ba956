//! Fences of vehicles (电子围栏), judged by the rules of the series engine.
//!
//! Each fence gives each of its vehicles one or two series: how many metres the vehicle is beyond the edge, and how fast
//! it is inside. They are computed from the positions that the engine has kept, a moment after they came, and an ordinary
//! rule `high` judges them. So an alarm of a fence is an alarm like any other: one open for each fence and vehicle,
//! with deadband, delay, schedule, explanation, shelving and trial; and its state is kept with the readings.
//!
//! Nothing of this is on the way in of readings: once a second the newest position of each fenced vehicle is compared
//! with the last one judged. How far a vehicle is judged is told by its fence's own series, so that a restart goes on
//! where it stopped.

mod keeper;
mod plan;

pub use keeper::Fences;
pub(crate) use plan::schedule;
