//! Cuts a byte stream into frames.

use super::error::{FrameError, Rejected};
use super::frame::{Frame, hopeless};
use super::request::Request;
use super::response::Response;

/// Bytes are taken in portions of this size, so that one large read cannot grow the buffer.
const PORTION: usize = 4096;

/// Incremental frame reader for one connection.
///
/// Modbus TCP has no start mark. After bytes that cannot be a header, reading goes on at the next that can and whose
/// message makes sense; a client that sees a reject had better close the connection, since it may take a part of one
/// answer for another.
#[derive(Debug, Clone, Default)]
pub struct Decoder {
    buffer: Vec<u8>,
    step: Step,
}

/// Whether the last bytes were a frame; if not, what was wrong with them.
type Step = Option<FrameError>;

impl Decoder {
    /// A reader with nothing pending.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes received bytes and yields all frames and rejects they complete, in order.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Result<Frame, Rejected>> {
        let mut results = Vec::new();
        for portion in bytes.chunks(PORTION) {
            self.buffer.extend_from_slice(portion);
            let consumed = split(&self.buffer, false, &mut self.step, &mut results);
            self.buffer.drain(..consumed.min(self.buffer.len()));
        }
        results
    }

    /// Gives up waiting: whatever is pending is rejected, except frames that stood behind a false start.
    pub fn expire(&mut self) -> Vec<Result<Frame, Rejected>> {
        let mut results = Vec::new();
        split(&std::mem::take(&mut self.buffer), true, &mut self.step, &mut results);
        results
    }

    /// How many bytes wait for the rest of their frame.
    pub fn pending(&self) -> usize {
        self.buffer.len()
    }
}

/// Reads all frames in `bytes`, nothing following them.
pub(super) fn split_all(bytes: &[u8]) -> Vec<Result<Frame, Rejected>> {
    let mut results = Vec::new();
    split(bytes, true, &mut None, &mut results);
    results
}

/// Reads all frames in `bytes`; yields how many bytes are done with. `last` says that nothing will follow.
fn split(bytes: &[u8], last: bool, step: &mut Step, results: &mut Vec<Result<Frame, Rejected>>) -> usize {
    let mut position = 0;
    while let Some(rest) = bytes.get(position..).filter(|rest| !rest.is_empty()) {
        let error = match judge(rest, last, step) {
            Judgement::Wait => break,
            Judgement::Found(frame, taken) => {
                results.push(Ok(frame));
                position += taken;
                *step = None;
                continue;
            }
            Judgement::Reject(error) => error,
        };
        *step = Some(error.clone());
        let skipped = next_start(rest, last);
        results.push(Err(Rejected { error, raw: rest.get(..skipped).unwrap_or(rest).to_vec() }));
        position += skipped;
    }
    position
}

enum Judgement {
    Wait,
    Found(Frame, usize),
    Reject(FrameError),
}

fn judge(bytes: &[u8], last: bool, step: &Step) -> Judgement {
    match (Frame::decode(bytes), step) {
        (Ok((frame, _)), Some(error)) if !makes_sense(&frame) => Judgement::Reject(error.clone()),
        (Ok((frame, taken)), _) => Judgement::Found(frame, taken),
        // The header is judged before its bytes are complete: nonsense need not be waited for.
        (Err(FrameError::Truncated { .. }), _) if !last => hopeless(bytes).map_or(Judgement::Wait, Judgement::Reject),
        (Err(error), _) => Judgement::Reject(error),
    }
}

fn makes_sense(frame: &Frame) -> bool {
    Request::decode(&frame.message).is_ok() || Response::decode(&frame.message).is_ok()
}

/// Where, after the first byte, a frame may begin; at the end of the input, where one does.
fn next_start(bytes: &[u8], last: bool) -> usize {
    let begins = |from: &usize| {
        let rest = bytes.get(*from..).unwrap_or_default();
        match Frame::decode(rest) {
            Ok((frame, _)) => makes_sense(&frame),
            Err(FrameError::Truncated { .. }) => !last && hopeless(rest).is_none(),
            Err(_) => false,
        }
    };
    (1..bytes.len()).find(begins).unwrap_or(bytes.len())
}
