//! Cuts a byte stream into frames.

use super::error::Rejected;
use super::examine::{Rules, Step, examine};
use super::frame::{Frame, MAX_SEGMENT};

/// Bytes are taken in portions of this size, so that one large read cannot grow the buffer.
const PORTION: usize = 4096;
/// Upper bound for a raised segment limit: with one portion more the buffer stays within 8 KiB.
const HIGHEST_LIMIT: usize = 4000;

/// How far a decoder follows devices away from the standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tolerance {
    /// Exact length and the standard's checksum, or nothing.
    Strict,
    /// Also the MODBUS sum, six-digit lengths, and wrong lengths whose checksum fits; each one flagged.
    #[default]
    Tolerant,
}

/// Incremental frame reader for one connection.
///
/// Garbage is passed over to the next `##`, never more; the buffer is bounded; a frame that never ends is dropped by
/// [`expire`](Self::expire), which the caller runs on its own clock (ten seconds without progress is the custom).
#[derive(Debug, Clone)]
pub struct Decoder {
    buffer: Vec<u8>,
    rules: Rules,
}

impl Default for Decoder {
    fn default() -> Self {
        Self::new(Tolerance::default())
    }
}

impl Decoder {
    /// A reader with the standard's size limit.
    pub fn new(tolerance: Tolerance) -> Self {
        Self { buffer: Vec::new(), rules: Rules { tolerance, max_segment: MAX_SEGMENT } }
    }

    /// Raises or lowers the longest segment accepted (at most 4,000 bytes), for devices known to exceed the standard.
    pub fn with_max_segment(mut self, max_segment: usize) -> Self {
        self.rules.max_segment = max_segment.min(HIGHEST_LIMIT);
        self
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
            match examine(rest, self.rules, last) {
                Step::Wait => break,
                Step::Blank(count) => position += count,
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
    }
}
