//! One conversation of a client with the units behind an address: one request at a time, each with its number.

use std::collections::VecDeque;

use thiserror::Error;

use super::decoder::Decoder;
use super::error::{MessageError, Rejected};
use super::frame::Frame;
use super::request::Request;
use super::response::Response;

/// Requests that were given up and whose answer may still come.
const GIVEN_UP: usize = 8;

/// Why a connection can no longer be trusted: it must be closed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum OutOfStep {
    /// Bytes that are no frame.
    #[error("bytes that are no frame: {0}")]
    Garbage(Rejected),
    /// An answer to a request that was never sent.
    #[error("answer {transaction} of unit {unit} to nothing that was asked")]
    Unasked {
        /// Number of the answer.
        transaction: u16,
        /// Unit that answers.
        unit: u8,
    },
    /// The message of the answer is unreadable.
    #[error("unreadable answer: {0}")]
    Unreadable(MessageError),
}

/// Requests and their answers over one connection.
///
/// An answer that comes after its request was given up is passed over by its number: a slow unit does not spoil the
/// connection for those that share it.
#[derive(Debug, Clone, Default)]
pub struct Exchange {
    decoder: Decoder,
    last: u16,
    asked: Option<(u16, u8)>,
    given_up: VecDeque<(u16, u8)>,
}

impl Exchange {
    /// A conversation in which nothing was said.
    pub fn new() -> Self {
        Self::default()
    }

    /// The bytes of a request; what was asked before and not answered is given up.
    pub fn ask(&mut self, unit: u8, request: &Request) -> Result<Vec<u8>, MessageError> {
        let message = request.encode()?;
        self.give_up();
        self.last = self.last.wrapping_add(1);
        let frame = Frame { transaction: self.last, unit, message };
        let bytes = frame.encode().ok_or(MessageError::BadField { name: "length", value: frame.message.len() })?;
        self.asked = Some((self.last, unit));
        Ok(bytes)
    }

    /// Waits no longer for the answer.
    pub fn give_up(&mut self) {
        self.given_up.extend(self.asked.take());
        while self.given_up.len() > GIVEN_UP {
            self.given_up.pop_front();
        }
    }

    /// Takes received bytes; the answer once it is complete.
    pub fn hear(&mut self, bytes: &[u8]) -> Result<Option<Response>, OutOfStep> {
        let mut answer = None;
        for frame in self.decoder.feed(bytes) {
            let frame = frame.map_err(OutOfStep::Garbage)?;
            let key = (frame.transaction, frame.unit);
            if self.asked == Some(key) {
                self.asked = None;
                answer = Some(Response::decode(&frame.message).map_err(OutOfStep::Unreadable)?);
            } else if let Some(late) = self.given_up.iter().position(|given_up| *given_up == key) {
                self.given_up.remove(late);
            } else {
                return Err(OutOfStep::Unasked { transaction: frame.transaction, unit: frame.unit });
            }
        }
        Ok(answer)
    }
}
