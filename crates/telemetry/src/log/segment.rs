//! Segments of the log and their names.

use std::ops::Range;

use crate::damage::{Damage, Flaw};

/// The version of the form of records, the first part of every name.
const VERSION: &str = "v1-";

/// A file that holds records.
#[derive(Debug, Clone)]
pub(super) struct Segment {
    /// The name of the file.
    pub(super) name: String,
    /// Counts the uses of files: no two segments ever have the same.
    pub(super) epoch: u64,
    /// The sequence of its first record.
    pub(super) first: u64,
    /// The sequence behind its last record.
    pub(super) next: u64,
    /// Where its records end.
    pub(super) end: u64,
    /// The size of the file.
    pub(super) bytes: u64,
    /// Whether it may be removed while no record in it counts: nothing else is in it for certain.
    pub(super) bare: bool,
    /// Whether its file is there for certain; only such a one keeps the sequence.
    pub(super) sure: bool,
}

impl Segment {
    /// A damage of it.
    pub(super) fn damage(&self, place: Range<u64>, what: Flaw) -> Damage {
        let segment = Some(self.name.as_str().into());
        Damage { segment, offset: place.start, bytes: place.end - place.start, what }
    }
}

/// What a name says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Named {
    /// A segment with its epoch and first sequence.
    Live(u64, u64),
    /// A freed segment with the epoch of its last use.
    Spare(u64),
    /// A segment of a form that this program does not know.
    Unknown,
    /// No file of the log.
    Foreign,
}

/// The name of a segment.
pub(super) fn live(epoch: u64, first: u64) -> String {
    format!("{VERSION}{epoch:020}-{first:020}.log")
}

/// The name of a freed segment.
pub(super) fn spare(epoch: u64) -> String {
    format!("{VERSION}{epoch:020}.spare")
}

/// Reads a name.
pub(super) fn parse(name: &str) -> Named {
    let Some(rest) = name.strip_prefix(VERSION) else {
        let log = name.starts_with('v') && name.strip_suffix(".log").is_some();
        return if log { Named::Unknown } else { Named::Foreign };
    };
    let numbers =
        |text: &str| text.split_once('-').and_then(|(left, right)| Some((left.parse().ok()?, right.parse().ok()?)));
    if let Some((epoch, first)) = rest.strip_suffix(".log").and_then(numbers) {
        Named::Live(epoch, first)
    } else if let Some(epoch) = rest.strip_suffix(".spare").and_then(|text| text.parse().ok()) {
        Named::Spare(epoch)
    } else {
        Named::Foreign
    }
}
