//! The embedded storage of readings: exact values, compressed chunks of one series, batches as they
//! arrive, and an append log that survives power cuts, full disks and flipped bits.
//!
//! Nothing here reads a clock or knows of databases; the disk is a trait so that tests can break it.

#![allow(
    clippy::cast_possible_truncation,
    reason = "bytes are cut out of numbers knowingly; lengths are checked before"
)]

pub mod batch;
pub mod chunk;
mod damage;
pub mod disk;
pub mod log;
pub mod point;
mod quality;
#[cfg(feature = "testkit")]
pub mod testkit;
mod varint;

pub use batch::{Entry, read_entries, write_entries};
pub use chunk::{Summary, decode, encode, merge};
pub use damage::{Damage, Flaw};
pub use disk::{Directory, Disk, DiskFile};
pub use log::{Log, LogError, LogSettings, Opened};
pub use point::{Figure, Point};
