//! Command and rescue (指挥救援): incidents, the response to them, tasks and orders.
//!
//! - [`drill`]: an incident that did not happen, with its participants and its end.
//! - [`incident`]: a reported event until it is closed, with the legal reports and their clocks.
//! - [`task`]: something a post must do, with a deadline and evidence.
//! - [`order`]: what a rescue team is told to do, confirmed within minutes.
//! - [`level`]: the event level that casualties suggest.
//! - [`matching`]: which plans fit an incident, and the tasks that they hold.

pub mod drill;
pub mod incident;
pub mod kinds;
pub mod level;
pub mod matching;
pub mod order;
pub mod record;
pub mod task;

mod support;

pub use drill::{DrillProcess, DrillState};
pub use incident::IncidentProcess;
pub use order::OrderProcess;
pub use task::TaskProcess;
