//! Frames that wait to be written, by sender, bounded in bytes: one that floods loses its own frames.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::hash::{BuildHasher as _, RandomState};

use fengsui_kernel::Timestamp;
use fengsui_storage::series::frames::FrameBatchRow;
use smol_str::SmolStr;

use super::{FRAME_BYTES, FrameDirection, FrameNote, FrameVerdict, LoggedFrame, batch, number_at};

/// Bytes that one sender's frames may wait with.
const SENDER_BYTES: usize = 64 * 1024;
/// Bytes of all.
const ALL_BYTES: usize = 32 * 1024 * 1024;
/// Frames of a sender among which repetitions are found.
const REMEMBERED: usize = 16;
/// Senders whose frames are remembered.
const MOST_SENDERS: usize = 50_000;
/// What a frame costs in memory beside its bytes.
const OVERHEAD: usize = 160;

/// Sender and protocol.
pub(super) type Key = (SmolStr, &'static str);

#[derive(Debug, Default)]
struct Buffer {
    frames: Vec<LoggedFrame>,
    bytes: usize,
}

/// All that waits.
#[derive(Debug, Default)]
pub(crate) struct Buffers {
    waiting: HashMap<Key, Buffer>,
    /// Senders by the number of their oldest frame: who waits longest is first.
    order: BTreeMap<i64, Key>,
    /// Taken out and not yet known to be stored.
    writing: Vec<(Key, Vec<LoggedFrame>)>,
    recent: HashMap<Key, VecDeque<u64>>,
    hasher: RandomState,
    bytes: usize,
    last: i64,
}

impl Buffers {
    /// Takes a note in; tells whether there was room.
    pub(super) fn take(&mut self, note: FrameNote) -> bool {
        let key: Key = (named(&note.sender), note.protocol);
        let size = note.bytes.len().min(FRAME_BYTES) + OVERHEAD;
        let held = self.waiting.get(&key).map_or(0, |buffer| buffer.bytes);
        if held + size > SENDER_BYTES || self.bytes + size > ALL_BYTES {
            return false;
        }
        let verdict = self.judged(&key, &note);
        // As long as the clock goes forward the number tells the time.
        let number = number_at(note.at).max(self.last + 1);
        self.last = number;
        let FrameNote { at, protocol, peer, direction, code, mut bytes, .. } = note;
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        bytes.truncate(FRAME_BYTES);
        let (sender, protocol) = (key.0.clone(), SmolStr::new_static(protocol));
        let frame = LoggedFrame { number, at, sender, protocol, peer, direction, verdict, code, length, bytes };
        let buffer = self.waiting.entry(key.clone()).or_default();
        if buffer.frames.is_empty() {
            self.order.insert(number, key);
        }
        buffer.frames.push(frame);
        buffer.bytes += size;
        self.bytes += size;
        true
    }

    /// What was stored and came before with the same bytes is a repetition.
    fn judged(&mut self, key: &Key, note: &FrameNote) -> FrameVerdict {
        let stored = matches!(note.verdict, FrameVerdict::Accepted | FrameVerdict::PartlyAccepted);
        if note.direction == FrameDirection::Sent || !stored {
            return note.verdict;
        }
        if self.recent.len() >= MOST_SENDERS {
            self.recent.clear();
        }
        let sum = self.hasher.hash_one(&note.bytes);
        let known = self.recent.entry(key.clone()).or_default();
        if known.contains(&sum) {
            return FrameVerdict::Duplicate;
        }
        if known.len() == REMEMBERED {
            known.pop_front();
        }
        known.push_back(sum);
        note.verdict
    }

    /// Takes out the frames of those senders that wait longest, to be written.
    pub(super) fn begin(&mut self, senders: usize) -> Vec<FrameBatchRow> {
        while self.writing.len() < senders
            && let Some((_, key)) = self.order.pop_first()
        {
            if let Some(buffer) = self.waiting.remove(&key) {
                self.bytes -= buffer.bytes;
                self.writing.push((key, buffer.frames));
            }
        }
        self.writing.iter().filter_map(|(key, frames)| row(key, frames)).collect()
    }

    /// They are stored.
    pub(super) fn written(&mut self) -> usize {
        std::mem::take(&mut self.writing).iter().map(|(_, frames)| frames.len()).sum()
    }

    /// Frames of a sender over any protocol that are not known to be stored.
    pub(super) fn of(&self, sender: &str) -> Vec<LoggedFrame> {
        let waiting = self.waiting.iter().map(|(key, buffer)| (key, &buffer.frames));
        let all = waiting.chain(self.writing.iter().map(|(key, frames)| (key, frames)));
        all.filter(|(key, _)| key.0 == sender).flat_map(|(_, frames)| frames.iter().cloned()).collect()
    }

    /// Senders that wait, with when they were last heard, whence, and how.
    pub(super) fn senders(&self) -> Vec<(Key, Timestamp, LoggedFrame, usize)> {
        let waiting = self.waiting.iter().map(|(key, buffer)| (key, &buffer.frames));
        let all = waiting.chain(self.writing.iter().map(|(key, frames)| (key, frames)));
        let one = |(key, frames): (&Key, &Vec<LoggedFrame>)| {
            let received = frames.iter().rev().find(|frame| frame.direction == FrameDirection::Received);
            let last = received.or(frames.last())?.clone();
            Some((key.clone(), frames.first()?.at, last, frames.len()))
        };
        all.filter_map(one).collect()
    }
}

fn row(key: &Key, frames: &[LoggedFrame]) -> Option<FrameBatchRow> {
    let (first, last) = (frames.first()?, frames.last()?);
    let received = frames.iter().rev().find(|frame| frame.direction == FrameDirection::Received);
    Some(FrameBatchRow {
        first: first.number,
        last: last.number,
        sender: key.0.to_string(),
        protocol: key.1.to_owned(),
        first_at: frames.iter().map(|frame| frame.at).min()?,
        last_at: frames.iter().map(|frame| frame.at).max()?,
        frames: u32::try_from(frames.len()).unwrap_or(u32::MAX),
        body: batch::pack(frames),
        peer: last.peer.to_string(),
        verdict: received.map(|frame| frame.verdict.as_str().to_owned()).unwrap_or_default(),
    })
}

/// A name that every store can hold.
fn named(sender: &str) -> SmolStr {
    sender.chars().filter(|letter| !letter.is_control()).take(128).collect()
}

#[cfg(test)]
mod tests {
    use fengsui_kernel::clock::from_millis;

    use super::*;

    fn note(sender: &str, at: i64, bytes: Vec<u8>) -> FrameNote {
        FrameNote {
            at: from_millis(at),
            sender: sender.into(),
            protocol: "hj212",
            peer: "10.0.0.1".into(),
            direction: FrameDirection::Received,
            verdict: FrameVerdict::Accepted,
            code: SmolStr::default(),
            bytes,
        }
    }

    #[test]
    fn one_that_floods_loses_its_own_frames_only() {
        let mut buffers = Buffers::default();
        let taken = (0..1_000).filter(|at| buffers.take(note("FLOOD", *at, vec![7; 1_000]))).count();
        assert!((50..100).contains(&taken), "{taken}");
        assert!(buffers.take(note("QUIET", 1_000, vec![1])));
        assert_eq!(buffers.begin(1)[0].sender, "FLOOD", "it waits longest");
        assert_eq!(buffers.of("FLOOD").len(), taken, "visible while it is written");
        assert_eq!(buffers.written(), taken);
        assert!(buffers.of("FLOOD").is_empty() && buffers.of("QUIET").len() == 1);
        assert!(buffers.take(note("FLOOD", 1_001, vec![7; 1_000])));
    }

    #[test]
    fn repetitions_are_told_and_numbers_grow_even_when_the_clock_goes_back() {
        let mut buffers = Buffers::default();
        for (at, bytes) in [(5_000, b"A"), (5_000, b"B"), (4_000, b"A")] {
            assert!(buffers.take(note("S", at, bytes.to_vec())));
        }
        let frames = buffers.of("S");
        assert!(frames.is_sorted_by(|one, next| one.number < next.number));
        let verdicts: Vec<FrameVerdict> = frames.iter().map(|frame| frame.verdict).collect();
        assert_eq!(verdicts, [FrameVerdict::Accepted, FrameVerdict::Accepted, FrameVerdict::Duplicate]);
    }

    #[test]
    fn a_long_frame_is_cut_and_its_length_is_told() {
        let mut buffers = Buffers::default();
        assert!(buffers.take(note("S\0", 1, vec![9; FRAME_BYTES + 5])));
        let frame = buffers.of("S").remove(0);
        assert_eq!((frame.bytes.len(), frame.length as usize), (FRAME_BYTES, FRAME_BYTES + 5));
    }
}
