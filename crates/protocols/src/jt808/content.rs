//! What a frame says, and frames that say something.

use super::edition::HeaderLayout;
use super::error::{BodyError, BodyProblem, EncodeError, EncodeProblem};
use super::frame::{Frame, Header, MAX_BODY, Packet};
use super::message::Message;
use super::phone::Phone;
use super::reader::Reader;

/// A message and what the body holds beyond it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// The message.
    pub message: Message,
    /// Bytes after the last field; empty in frames by the letter of the standard.
    pub trailing: Vec<u8>,
}

impl Frame {
    /// Reads the body of a whole message in clear.
    pub fn content(&self) -> Result<Content, BodyError> {
        if self.is_sealed() {
            return Err(BodyProblem::Sealed.into());
        }
        let mut reader = Reader::new(&self.body).following(self.header.layout.edition());
        let message = Message::read(self.header.message_id, &mut reader)?;
        Ok(Content { message, trailing: reader.rest().to_vec() })
    }

    /// Whether the body has to be joined with others or deciphered before it can be read.
    pub fn is_sealed(&self) -> bool {
        self.header.packet.is_some() || self.header.encryption != 0
    }

    /// A frame that says `message`. Bodies beyond 1,023 bytes have to go through [`split`].
    pub fn new(layout: HeaderLayout, phone: Phone, serial: u16, message: &Message) -> Result<Self, EncodeError> {
        let body = message.to_body(layout.edition())?;
        Ok(Self { header: Header::new(message.id(), layout, phone, serial), body })
    }

    /// A frame for the same terminal in the layout it speaks.
    pub fn answer(&self, serial: u16, message: &Message) -> Result<Self, EncodeError> {
        Self::new(self.header.layout, self.header.phone.clone(), serial, message)
    }
}

/// Cuts a frame whose body is too long into sub-packets with serials rising from its own; others stay as they are.
pub fn split(frame: &Frame) -> Result<Vec<Frame>, EncodeError> {
    if frame.body.len() <= MAX_BODY {
        return Ok(vec![frame.clone()]);
    }
    let parts = frame.body.chunks(MAX_BODY);
    let too_long = |_| EncodeProblem::TooLong { length: frame.body.len(), maximum: MAX_BODY * usize::from(u16::MAX) };
    let total = u16::try_from(parts.len()).map_err(too_long)?;
    let numbered = parts.zip(1..=total).map(|(body, number)| {
        let serial = frame.header.serial.wrapping_add(number - 1);
        let header = Header { packet: Some(Packet { total, number }), serial, ..frame.header.clone() };
        Frame { header, body: body.to_vec() }
    });
    Ok(numbered.collect())
}
