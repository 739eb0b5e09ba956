//! Cuts a byte stream into frames.

use super::error::Rejected;
use super::examine::{Step, examine};
use super::frame::Received;

/// Bytes are taken in portions of this size, so that one large read cannot grow the buffer.
const PORTION: usize = 4096;

/// Incremental frame reader for one connection, in both codings.
///
/// Garbage is passed over to the next possible start, never more; a frame is at most 4,124 bytes long, so the buffer
/// stays within 8.3 KiB; a frame that never ends is given up by [`expire`](Self::expire), which the caller runs on its
/// own clock (ten seconds without progress is the custom). Nothing behind a false start is lost by it.
#[derive(Debug, Clone, Default)]
pub struct Decoder {
    buffer: Vec<u8>,
}

impl Decoder {
    /// A reader with nothing read.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes received bytes and yields all frames and rejects they complete, in order.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Result<Received, Rejected>> {
        let mut results = Vec::new();
        for portion in bytes.chunks(PORTION) {
            self.buffer.extend_from_slice(portion);
            self.read(&mut results, false);
        }
        results
    }

    /// Gives up waiting: whatever is pending is rejected, except frames that stood behind a false start.
    pub fn expire(&mut self) -> Vec<Result<Received, Rejected>> {
        let mut results = Vec::new();
        self.read(&mut results, true);
        results
    }

    /// How many bytes wait for the rest of their frame.
    pub fn pending(&self) -> usize {
        self.buffer.len()
    }

    fn read(&mut self, results: &mut Vec<Result<Received, Rejected>>, last: bool) {
        let mut position = 0;
        while let Some(rest) = self.buffer.get(position..)
            && !rest.is_empty()
        {
            match examine(rest, last) {
                Step::Wait => break,
                Step::Blank(count) => position += count,
                Step::Found(received) => {
                    position += received.raw.len();
                    results.push(Ok(received));
                }
                Step::Reject { error, count, .. } => {
                    let raw = rest.get(..count).unwrap_or(rest).to_vec();
                    results.push(Err(Rejected { error, raw }));
                    position += count;
                }
            }
        }
        self.buffer.drain(..position.min(self.buffer.len()));
    }
}
