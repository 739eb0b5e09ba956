//! Messages split over several frames, put together again.
//!
//! Frames of one message share `MN`, `CN`, `DataTime` and `PNUM` ([`SplitKey`](super::SplitKey)) and have a `QN` each.
//! Each is acknowledged by itself, so merging is about seeing a message whole, never about answering. Some devices
//! number the answers to one query through, each with a `DataTime` of its own: those never become whole, and every
//! frame of them can be read alone.

use std::collections::{BTreeMap, VecDeque};

use jiff::Timestamp;

use super::flag::Flag;
use super::parameters::Parameters;
use super::segment::{Segment, SplitKey};
use super::segment_text::note_irregularities;

/// Bounds of what waits for the rest of its message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MergeLimits {
    /// Most messages waiting.
    pub messages: usize,
    /// Most frames a message may have.
    pub packets: u16,
    /// Most bytes of parameters waiting.
    pub bytes: usize,
}

impl Default for MergeLimits {
    fn default() -> Self {
        Self { messages: 64, packets: 256, bytes: 1 << 20 }
    }
}

/// What became of a segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Merged {
    /// It is a message of its own, or completes one: here it is, under the header of its first frame.
    Whole(Box<Segment>),
    /// It waits for the others.
    Waiting {
        /// How many frames are there.
        present: u16,
        /// How many the message has.
        total: u16,
    },
    /// It had been received already: acknowledge it again, store it not.
    Repeated,
    /// Its numbers make no sense or its message is larger than allowed: read it alone.
    Apart(Box<Segment>),
}

/// A message given up before it was whole. Its frames can be read one by one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incomplete {
    /// What its frames have in common.
    pub key: SplitKey,
    /// The frames received, in their order.
    pub segments: Vec<Segment>,
    /// Numbers of the frames that did not come.
    pub missing: Vec<u16>,
}

/// How many messages that became whole are remembered, to know a repeated frame of theirs.
const REMEMBERED: usize = 32;

#[derive(Debug, Clone)]
struct Pending {
    key: SplitKey,
    since: Timestamp,
    segments: BTreeMap<u16, Segment>,
    bytes: usize,
}

/// Puts split messages together, within bounds.
#[derive(Debug, Clone, Default)]
pub struct Merger {
    limits: MergeLimits,
    /// The one that began first stands first.
    pending: VecDeque<Pending>,
    complete: VecDeque<(SplitKey, Vec<String>)>,
}

impl Merger {
    /// A merger within the given bounds.
    pub fn new(limits: MergeLimits) -> Self {
        Self { limits, pending: VecDeque::new(), complete: VecDeque::new() }
    }

    /// Takes a segment received at `now`. The second value holds messages given up to stay within the bounds.
    pub fn offer(&mut self, segment: Segment, now: Timestamp) -> (Merged, Vec<Incomplete>) {
        let (Some(packet), Some(key)) = (segment.packet, segment.split_key()) else {
            return (Merged::Whole(Box::new(segment)), Vec::new());
        };
        let sensible = (1..=packet.total).contains(&packet.number);
        if !sensible || packet.total > self.limits.packets || size(&segment) > self.limits.bytes {
            return (Merged::Apart(Box::new(segment)), Vec::new());
        }
        if self.was_complete(&key, segment.qn.as_deref()) {
            return (Merged::Repeated, Vec::new());
        }
        let index = self.pending.iter().position(|pending| pending.key == key).unwrap_or_else(|| {
            self.pending.push_back(Pending { key, since: now, segments: BTreeMap::new(), bytes: 0 });
            self.pending.len() - 1
        });
        let merged = self.add(index, packet.number, segment);
        (merged, self.shrink())
    }

    /// Gives up messages that began at or before `limit`.
    pub fn expire(&mut self, limit: Timestamp) -> Vec<Incomplete> {
        let (old, young) = self.pending.drain(..).partition(|pending| pending.since <= limit);
        self.pending = young;
        let old: VecDeque<Pending> = old;
        old.into_iter().map(Incomplete::from).collect()
    }

    /// How many messages wait.
    pub fn waiting(&self) -> usize {
        self.pending.len()
    }

    fn add(&mut self, index: usize, number: u16, segment: Segment) -> Merged {
        let Some(pending) = self.pending.get_mut(index) else { return Merged::Apart(Box::new(segment)) };
        let total = pending.key.total;
        pending.bytes += size(&segment);
        if let Some(known) = pending.segments.insert(number, segment) {
            pending.bytes = pending.bytes.saturating_sub(size(&known));
            return Merged::Repeated;
        }
        // `PNUM` numbers fit, being the keys of the map.
        let present = u16::try_from(pending.segments.len()).unwrap_or(total);
        if present < total {
            return Merged::Waiting { present, total };
        }
        let Some(whole) = self.pending.remove(index) else { return Merged::Waiting { present, total } };
        self.remember(&whole);
        whole.merge().map_or(Merged::Waiting { present, total }, |segment| Merged::Whole(Box::new(segment)))
    }

    fn shrink(&mut self) -> Vec<Incomplete> {
        let mut given_up = Vec::new();
        let bytes = |pending: &VecDeque<Pending>| pending.iter().map(|message| message.bytes).sum::<usize>();
        while self.pending.len() > self.limits.messages || bytes(&self.pending) > self.limits.bytes {
            let Some(oldest) = self.pending.pop_front() else { break };
            given_up.push(Incomplete::from(oldest));
        }
        given_up
    }

    fn was_complete(&self, key: &SplitKey, qn: Option<&str>) -> bool {
        let Some(qn) = qn else { return false };
        self.complete.iter().any(|(known, numbers)| known == key && numbers.iter().any(|number| number == qn))
    }

    fn remember(&mut self, whole: &Pending) {
        let numbers = whole.segments.values().filter_map(|segment| segment.qn.clone()).collect();
        self.complete.push_back((whole.key.clone(), numbers));
        while self.complete.len() > REMEMBERED {
            self.complete.pop_front();
        }
    }
}

impl Pending {
    /// One segment out of all: the header of the first, the parameters of all, `DataTime` once.
    fn merge(self) -> Option<Segment> {
        let mut segments = self.segments.into_values();
        let mut whole = segments.next()?;
        whole.packet = None;
        whole.flag = whole.flag.map(Flag::unsplit);
        for segment in segments {
            let known = whole.parameters.get("DataTime").map(str::to_owned);
            whole.parameters.groups.extend(without_time(segment.parameters, known.as_deref()).groups);
            for deviation in segment.deviations {
                if !whole.deviations.contains(&deviation) {
                    whole.deviations.push(deviation);
                }
            }
        }
        // A name may stand in two frames, which none of them shows.
        let mut doubled = Vec::new();
        note_irregularities(&whole.parameters, &mut doubled);
        doubled.retain(|deviation| !whole.deviations.contains(deviation));
        whole.deviations.extend(doubled);
        Some(whole)
    }
}

fn without_time(mut parameters: Parameters, known: Option<&str>) -> Parameters {
    for group in &mut parameters.groups {
        group.retain(|parameter| parameter.name != "DataTime" || Some(parameter.value.as_str()) != known);
    }
    parameters.groups.retain(|group| !group.is_empty());
    parameters
}

impl From<Pending> for Incomplete {
    fn from(pending: Pending) -> Self {
        let missing = (1..=pending.key.total).filter(|number| !pending.segments.contains_key(number)).collect();
        Self { key: pending.key, segments: pending.segments.into_values().collect(), missing }
    }
}

/// What a segment takes, roughly.
fn size(segment: &Segment) -> usize {
    const EACH: usize = 64;
    let text = |length: Option<&String>| length.map_or(0, String::len);
    let header = segment.mn.len() + text(segment.qn.as_ref()) + text(segment.pw.as_ref()) + EACH;
    let parameters: usize =
        segment.parameters.iter().map(|parameter| parameter.name.len() + parameter.value.len() + EACH).sum();
    let extra: usize = segment.extra.iter().map(|(name, value)| name.len() + value.len() + EACH).sum();
    header + parameters + extra
}
