//! Decides which records of a segment count.
//!
//! A group is written at once and confirmed at once. Whoever finds a record of a later group, or a mark,
//! knows that all before it was confirmed: what is missing there is damage, what follows still counts. In
//! the last group nobody knows; there only what has no hole before it counts, as after a torn write.

use super::scan::Found;
use crate::damage::{Damage, Flaw};

/// A place between two records.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// The offset in the segment.
    pub(super) end: u64,
    /// The sequence of the record that follows.
    pub(super) next: u64,
}

/// The judgement so far.
pub(super) struct Judge {
    segment: Box<str>,
    /// Up to here everything counts.
    accepted: Place,
    /// Up to here everything was looked at.
    scanned: Place,
    /// Records before this one were confirmed.
    bound: u64,
    /// Where records that were perhaps not confirmed begin.
    unconfirmed: u64,
    /// Whether a mark came last: nothing was ever written behind it.
    closed: bool,
    damages: Vec<Damage>,
    /// Holes that are damages only if a later group turns up.
    doubtful: Vec<Damage>,
}

/// What became of a segment.
pub(super) struct Verdict {
    /// Where the records that count end.
    pub(super) place: Place,
    /// Where records that were perhaps not confirmed begin; not behind the end.
    pub(super) unconfirmed: u64,
    /// Whether records follow that do not count: no more may be written here.
    pub(super) remains: bool,
    /// What is lost.
    pub(super) damages: Vec<Damage>,
}

impl Judge {
    /// Begins with a segment's first sequence; records before `bound` are known to be confirmed.
    pub(super) fn new(segment: &str, first: u64, bound: u64) -> Self {
        let start = Place { end: 0, next: first };
        Self {
            segment: segment.into(),
            accepted: start,
            scanned: start,
            bound,
            unconfirmed: 0,
            closed: false,
            damages: Vec::new(),
            doubtful: Vec::new(),
        }
    }

    /// Takes the next record or mark.
    pub(super) fn take(&mut self, found: &Found) {
        let sequence = found.head.sequence;
        let confirmed = sequence.saturating_sub(u64::from(found.head.back));
        if confirmed > self.bound {
            self.bound = confirmed;
            self.unconfirmed = found.at;
            self.damages.append(&mut self.doubtful);
            self.accepted = self.scanned;
        }
        if sequence > self.scanned.next {
            let hole = self.lost(sequence, found.at);
            if sequence <= self.bound { &mut self.damages } else { &mut self.doubtful }.push(hole);
        }
        self.closed = found.head.is_mark();
        self.scanned = Place { end: found.end(), next: found.next() };
        if self.doubtful.is_empty() {
            self.accepted = self.scanned;
        }
    }

    fn lost(&self, next: u64, at: u64) -> Damage {
        let from = self.scanned;
        Damage {
            segment: Some(self.segment.clone()),
            offset: from.end,
            bytes: at.saturating_sub(from.end),
            what: Flaw::Records { first: from.next, last: next - 1 },
        }
    }

    /// Ends the segment, which has `bytes` in all.
    pub(super) fn verdict(mut self, bytes: u64) -> Verdict {
        let remains = !self.doubtful.is_empty();
        if self.bound > self.accepted.next && !self.closed {
            self.scanned = self.accepted;
            self.damages.push(self.lost(self.bound, bytes));
            self.accepted.next = self.bound;
        }
        let unconfirmed = self.unconfirmed.min(self.accepted.end);
        Verdict { place: self.accepted, unconfirmed, remains, damages: self.damages }
    }
}
