//! Readings in JSON of whatever shape: a [`Mapping`] says where device, series, value and time lie.
//!
//! Numbers are kept as their sender wrote them: 12.30 does not become 12.3.

mod mapping;
mod node;
mod path;
mod scalar;
mod take;
#[cfg(test)]
mod tests;

pub use mapping::{Device, Layout, Mapping, Series, Unit};
pub use node::{Node, Unreadable};
pub use path::{Path, PathError};
pub use scalar::{time, value};
pub use take::{MappedReading, Reason, Taken, Wrong};
