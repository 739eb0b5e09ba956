//! Cuts a byte stream into frames.

use super::error::{FrameError, Rejected};
use super::frame::{END, Frame, START, Verdict, judge};

/// Bytes are taken in portions of this size, so that one large read cannot grow the buffer.
const PORTION: usize = 4096;

/// Incremental frame reader for one connection.
///
/// `68` and `16` may occur anywhere, so the length is trusted and proved by checksum and end mark; where the proof
/// fails, reading goes on at the next `68`, one byte after the false one at the earliest. The buffer never holds more
/// than one frame and one portion. A frame that never ends is dropped by [`expire`](Self::expire), which the caller
/// runs on its own clock (ten seconds without progress is the custom).
#[derive(Debug, Clone, Default)]
pub struct Decoder {
    buffer: Vec<u8>,
    /// How much of the buffer was searched for whole frames behind the one that is waited for.
    searched: usize,
}

/// What the head of the stream is. Each count is at least one, so that reading always advances.
enum Step {
    Wait,
    Found(Frame, usize),
    Reject(FrameError, usize),
}

impl Decoder {
    /// A reader with an empty buffer.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes received bytes and yields all frames and rejects they complete, in order.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Result<Frame, Rejected>> {
        let mut results = Vec::new();
        for portion in bytes.chunks(PORTION) {
            self.buffer.extend_from_slice(portion);
            self.read(&mut results, false);
        }
        results
    }

    /// Gives up waiting: whatever is pending is rejected, except frames that stood behind a false start.
    pub fn expire(&mut self) -> Vec<Result<Frame, Rejected>> {
        let mut results = Vec::new();
        self.read(&mut results, true);
        results
    }

    /// How many bytes wait for the rest of their frame.
    pub fn pending(&self) -> usize {
        self.buffer.len()
    }

    fn read(&mut self, results: &mut Vec<Result<Frame, Rejected>>, last: bool) {
        let mut position = 0;
        while let Some(rest) = self.buffer.get(position..)
            && !rest.is_empty()
        {
            let searched = if position == 0 { self.searched } else { 0 };
            match step(rest, searched, last) {
                Step::Wait => break,
                Step::Found(frame, count) => {
                    results.push(Ok(frame));
                    position += count;
                }
                Step::Reject(error, count) => {
                    let raw = rest.get(..count).unwrap_or(rest).to_vec();
                    results.push(Err(Rejected { error, raw }));
                    position += count;
                }
            }
        }
        self.buffer.drain(..position.min(self.buffer.len()));
        self.searched = self.buffer.len();
    }
}

fn step(bytes: &[u8], searched: usize, last: bool) -> Step {
    if bytes.first() != Some(&START) {
        let skipped = next_start(bytes);
        return Step::Reject(FrameError::BadStart { skipped }, skipped);
    }
    match judge(bytes) {
        Verdict::Whole(frame, count) => Step::Found(frame, count),
        Verdict::Damaged(error) => Step::Reject(error, next_start(bytes)),
        Verdict::Incomplete(declared) => {
            let error = FrameError::Truncated { declared, available: bytes.len() };
            if last {
                return Step::Reject(error, next_start(bytes));
            }
            frame_within(bytes, searched).map_or(Step::Wait, |skipped| Step::Reject(error, skipped))
        }
    }
}

/// Where reading goes on: at the next start mark behind the first byte, or at the end.
fn next_start(bytes: &[u8]) -> usize {
    let found = bytes.iter().skip(1).position(|byte| *byte == START);
    found.map_or(bytes.len(), |found| found + 1)
}

/// Where a whole frame begins behind this start, which is then a false one and need not be waited for. Frames that end
/// within the first `searched` bytes are known not to exist.
fn frame_within(bytes: &[u8], searched: usize) -> Option<usize> {
    (1..bytes.len()).find(|position| {
        let rest = bytes.get(*position..).unwrap_or_default();
        may_end_after(rest, searched.saturating_sub(*position)) && matches!(judge(rest), Verdict::Whole(..))
    })
}

/// Whether the frame that begins here is all there and ends behind so many bytes: the cheap test.
fn may_end_after(bytes: &[u8], searched: usize) -> bool {
    let &[START, declared, START, ..] = bytes else { return false };
    let end = usize::from(declared) + 5;
    end > searched && bytes.get(end - 1) == Some(&END)
}
