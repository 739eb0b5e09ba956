//! Cuts a byte stream into frames.

use super::edition::HeaderLayout;
use super::error::{FrameError, Rejected};
use super::escape::MARK;
use super::frame::{self, Frame};

/// Bytes are taken in portions of this size, so that one large read cannot grow the buffer.
const PORTION: usize = 4096;
/// Most bytes there can be between two marks: the longest header, body and check byte, each byte escaped.
const MAX_ESCAPED: usize = 2 * (21 + frame::MAX_BODY + 1);

/// How far a decoder follows devices away from the standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tolerance {
    /// A fitting length, or nothing.
    Strict,
    /// Also wrong lengths if the check byte fits; flagged by [`Header::wrong_length`](super::Header::wrong_length).
    #[default]
    Tolerant,
}

/// Incremental frame reader for one connection.
///
/// Two frames may share one mark, and marks may be repeated. The buffer is bounded; a frame that never ends is dropped
/// by [`expire`](Self::expire), which the caller runs on its own clock (ten seconds without progress is the custom).
#[derive(Debug, Clone, Default)]
pub struct Decoder {
    buffer: Vec<u8>,
    tolerance: Tolerance,
    layout: Option<HeaderLayout>,
}

impl Decoder {
    /// An empty reader.
    pub fn new(tolerance: Tolerance) -> Self {
        Self { buffer: Vec::new(), tolerance, layout: None }
    }

    /// The layout of the last frame whose length was right: what the terminal speaks.
    pub fn layout(&self) -> Option<HeaderLayout> {
        self.layout
    }

    /// Takes received bytes and yields all frames and rejects they complete, in order.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Result<Frame, Rejected>> {
        let mut results = Vec::new();
        for portion in bytes.chunks(PORTION) {
            self.buffer.extend_from_slice(portion);
            self.read(&mut results);
        }
        results
    }

    /// Gives up waiting: whatever is pending is rejected; a mark alone is not worth mentioning.
    pub fn expire(&mut self) -> Vec<Result<Frame, Rejected>> {
        let raw = std::mem::take(&mut self.buffer);
        let error = FrameError::Truncated { available: raw.len() };
        if raw.len() > 1 { vec![Err(Rejected { error, raw })] } else { Vec::new() }
    }

    /// How many bytes wait for the rest of their frame.
    pub fn pending(&self) -> usize {
        self.buffer.len()
    }

    fn read(&mut self, results: &mut Vec<Result<Frame, Rejected>>) {
        let buffer = std::mem::take(&mut self.buffer);
        let mut rest = buffer.as_slice();
        while let Some((consumed, result)) = self.step(rest) {
            results.extend(result);
            rest = rest.get(consumed..).unwrap_or_default();
        }
        self.buffer = rest.to_vec();
    }

    /// How many bytes are done with and what they are; nothing if more bytes are needed.
    fn step(&mut self, rest: &[u8]) -> Option<(usize, Option<Result<Frame, Rejected>>)> {
        let reject = |error: FrameError, count: usize| {
            let raw = rest.get(..count).unwrap_or(rest).to_vec();
            Some((count, Some(Err(Rejected { error, raw }))))
        };
        let start = rest.iter().position(|byte| *byte == MARK).unwrap_or(rest.len());
        if start > 0 {
            return reject(FrameError::BadStart { skipped: start }, start);
        }
        let inner = rest.get(1..)?;
        let Some(end) = inner.iter().take(MAX_ESCAPED + 1).position(|byte| *byte == MARK) else {
            let endless = inner.len() > MAX_ESCAPED;
            return if endless { reject(FrameError::Oversize { maximum: MAX_ESCAPED }, 1 + MAX_ESCAPED) } else { None };
        };
        if end == 0 {
            return Some((1, None));
        }
        // The end mark stays: it may be the start mark of the next frame.
        match frame::read(inner.get(..end).unwrap_or_default(), self.tolerance, self.layout) {
            Ok(frame) => {
                if frame.header.wrong_length.is_none() {
                    self.layout = Some(frame.header.layout);
                }
                Some((1 + end, Some(Ok(frame))))
            }
            Err(error) => {
                let raw = rest.get(..end + 2).unwrap_or(rest).to_vec();
                Some((1 + end, Some(Err(Rejected { error, raw }))))
            }
        }
    }
}
