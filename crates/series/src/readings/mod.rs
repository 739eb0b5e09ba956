//! Where readings lie: first in a log, durable before anybody is told so; then, sealed, in chunks of one series.
//!
//! What a reading caused (states, alarms, events) is committed in the database after the log has the reading, with the
//! position up to which the log is judged. After a crash, readings behind that position are judged again: the same
//! rules over the same readings give the same alarms, and none was acknowledged before its consequences were durable.

mod forward;
mod journal;
mod merged;
mod older;
mod query;
mod recover;
mod seal;
mod tail;

pub(crate) use journal::{Journal, open};
pub(crate) use older::take_over;
pub(crate) use query::Readings;
pub(crate) use recover::{restore_tails, settle_log};
pub(crate) use seal::{Portion, Sealed, Sealing};
pub(crate) use tail::Tail;
