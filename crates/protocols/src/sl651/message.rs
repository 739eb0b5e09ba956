//! A message: serial number, send time, and what it says.

use super::content::{Content, ElementData};
use super::error::{BodyError, BodyFault, EncodeError};
use super::frame::{Coding, EndMark, Frame, Header};
use super::station::StationAddress;
use super::status::StatusWord;
use super::time::SendTime;
use super::{body_ascii, body_hex, body_write_ascii, body_write_hex};

/// The body of a frame, or of several packets put together.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Message {
    /// 1–65535; an answer echoes it, a question of the centre has 0.
    pub serial: u16,
    /// When it was sent; when setting the clock (4A), the time to set.
    pub sent: SendTime,
    /// The station the content is about; in a report it stands in each section instead.
    pub station: Option<StationAddress>,
    /// What it says.
    pub content: Content,
}

impl Message {
    /// Reads the body of a frame. What was read before a fault stays; the fault says where reading stopped.
    pub fn read(frame: &Frame) -> Result<(Self, Option<BodyFault>), BodyError> {
        if let Some(packet) = frame.packet.filter(|packet| packet.number > 1) {
            return Err(BodyError::Continuation { number: packet.number });
        }
        Self::read_body(&frame.header, &frame.body)
    }

    /// Reads a body that may be longer than a frame.
    pub fn read_body(header: &Header, body: &[u8]) -> Result<(Self, Option<BodyFault>), BodyError> {
        match header.coding {
            Coding::Hex => body_hex::read(header, body),
            Coding::Ascii => body_ascii::read(header, body),
        }
    }

    /// A message with nothing but serial number and send time: a plain question or an acknowledgement.
    pub fn empty(serial: u16, sent: SendTime) -> Self {
        Self { serial, sent, station: None, content: Content::Empty }
    }

    /// The station the message is about: the first one, where there are several.
    pub fn about(&self) -> Option<StationAddress> {
        match &self.content {
            Content::Report(sections) => sections.first().map(|section| section.station),
            _ => self.station,
        }
    }

    /// State and alarms, where the message tells them: the last ones it has.
    pub fn status(&self) -> Option<StatusWord> {
        match &self.content {
            Content::Status(word) => Some(*word),
            Content::Report(sections) => {
                sections.iter().flat_map(|section| &section.elements).rev().find_map(|element| match element.data {
                    ElementData::Status(word) => Some(word),
                    _ => None,
                })
            }
            _ => None,
        }
    }

    /// Writes the body.
    pub fn to_body(&self, header: &Header) -> Result<Vec<u8>, EncodeError> {
        match header.coding {
            Coding::Hex => body_write_hex::write(self),
            Coding::Ascii => body_write_ascii::write(self),
        }
    }

    /// Writes the message as one frame. A body beyond 4095 bytes is cut by [`Frame::into_packets`].
    pub fn to_frame(&self, header: Header, end: EndMark) -> Result<Frame, EncodeError> {
        Ok(Frame { header, packet: None, body: self.to_body(&header)?, end })
    }
}
