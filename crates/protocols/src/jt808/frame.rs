//! One frame: header, body, check byte (clause 4.4).

use super::decoder::Tolerance;
use super::edition::HeaderLayout;
use super::error::{EncodeError, EncodeProblem, FrameError};
use super::escape::{self, MARK};
use super::phone::Phone;
use super::reader::Reader;

/// Longest body of one frame, in bytes: ten bits of length.
pub const MAX_BODY: usize = 1023;

const SHORTEST_RAW: usize = 15;
const SHORTEST_CONTENT: usize = 13;

/// Place of a frame within a message of several sub-packets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Packet {
    /// How many sub-packets the message has.
    pub total: u16,
    /// Number of this one, from 1.
    pub number: u16,
}

/// A message header (table 2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Message id.
    pub message_id: u16,
    /// Layout of the header.
    pub layout: HeaderLayout,
    /// Telephone number of the terminal; the terminal's number in 2019.
    pub phone: Phone,
    /// Running number of the sender.
    pub serial: u16,
    /// Place within a split message; nothing for whole ones.
    pub packet: Option<Packet>,
    /// Bits 10 to 12 of the attributes: 0 in clear, 1 enciphered with RSA.
    pub encryption: u8,
    /// Bit 15 of the attributes, reserved.
    pub reserved_bit: bool,
    /// Bit 14 of the attributes contradicts the layout in use.
    pub version_bit_wrong: bool,
    /// The declared body length where it is wrong; such frames come only from a tolerant [`Decoder`](super::Decoder).
    pub wrong_length: Option<u16>,
}

impl Header {
    /// A header for a whole message in clear, without deviations.
    pub fn new(message_id: u16, layout: HeaderLayout, phone: Phone, serial: u16) -> Self {
        Self {
            message_id,
            layout,
            phone,
            serial,
            packet: None,
            encryption: 0,
            reserved_bit: false,
            version_bit_wrong: false,
            wrong_length: None,
        }
    }

    fn attributes(&self, length: u16) -> u16 {
        let bit = |set: bool, number: u32| u16::from(set) << number;
        (self.wrong_length.unwrap_or(length) & 0x03FF)
            | (u16::from(self.encryption & 7) << 10)
            | bit(self.packet.is_some(), 13)
            | bit(self.layout.claims_2019() != self.version_bit_wrong, 14)
            | bit(self.reserved_bit, 15)
    }

    fn write(&self, length: u16) -> Result<Vec<u8>, EncodeError> {
        let mut content = Vec::new();
        content.extend_from_slice(&self.message_id.to_be_bytes());
        content.extend_from_slice(&self.attributes(length).to_be_bytes());
        if let HeaderLayout::V2019 { version } = self.layout {
            content.push(version);
        }
        content.extend_from_slice(&self.phone.to_bytes(self.layout).map_err(|error| error.at("phone"))?);
        content.extend_from_slice(&self.serial.to_be_bytes());
        if let Some(packet) = self.packet {
            content.extend_from_slice(&packet.total.to_be_bytes());
            content.extend_from_slice(&packet.number.to_be_bytes());
        }
        Ok(content)
    }
}

/// A frame whose check byte fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// The header.
    pub header: Header,
    /// The body as sent; [`content`](Self::content) reads it.
    pub body: Vec<u8>,
}

impl Frame {
    /// The bytes to be sent. For a received frame these are the bytes it came in.
    pub fn to_bytes(&self) -> Result<Vec<u8>, EncodeError> {
        let mut content = self.to_content()?;
        content.push(escape::checksum(&content));
        Ok(escape::wrap(&content))
    }

    fn to_content(&self) -> Result<Vec<u8>, EncodeError> {
        let too_long = || EncodeProblem::TooLong { length: self.body.len(), maximum: MAX_BODY };
        let length = u16::try_from(self.body.len()).ok().filter(|length| usize::from(*length) <= MAX_BODY);
        // A wrong declared length stands in for the true one, which may then be any.
        let length = length.or(self.header.wrong_length).ok_or_else(too_long)?;
        let mut content = self.header.write(length)?;
        content.extend_from_slice(&self.body);
        Ok(content)
    }

    /// The check byte; nothing for frames that cannot be sent.
    pub fn checksum(&self) -> Option<u8> {
        self.to_content().ok().map(|content| escape::checksum(&content))
    }
}

/// Reads exactly one frame by the letter of the standard, marks included; for datagrams and for judging a frame.
pub fn decode_frame(bytes: &[u8]) -> Result<Frame, FrameError> {
    let inner = match bytes {
        [MARK, inner @ .., MARK] => inner,
        [MARK, ..] => return Err(FrameError::Truncated { available: bytes.len() }),
        _ => {
            let skipped = bytes.iter().position(|byte| *byte == MARK).unwrap_or(bytes.len());
            return Err(FrameError::BadStart { skipped });
        }
    };
    read(inner, Tolerance::Strict, None)
}

/// Reads what stands between two marks. Where wrong lengths are tolerated, such a frame is read in the layout `spoken` on
/// the connection, else in the one bit 14 claims.
pub(super) fn read(escaped: &[u8], tolerance: Tolerance, spoken: Option<HeaderLayout>) -> Result<Frame, FrameError> {
    let available = escaped.len() + 2;
    if available < SHORTEST_RAW {
        return Err(FrameError::Truncated { available });
    }
    let content = escape::unescape(escaped)?;
    let Some((&declared, content)) = content.split_last().filter(|_| content.len() >= SHORTEST_CONTENT) else {
        return Err(FrameError::Truncated { available });
    };
    let computed = escape::checksum(content);
    if declared != computed {
        return Err(FrameError::BadChecksum { declared, computed });
    }
    choose_layout(content, tolerance, spoken)
}

/// The layout bit 14 claims, if the declared length fits; else the other; else none (register of disagreements, D7).
fn choose_layout(content: &[u8], tolerance: Tolerance, spoken: Option<HeaderLayout>) -> Result<Frame, FrameError> {
    let attributes = match content {
        [_, _, high, low, ..] => u16::from_be_bytes([*high, *low]),
        _ => return Err(FrameError::Truncated { available: content.len() }),
    };
    let claims_2019 = attributes & 0x4000 != 0;
    let declared = attributes & 0x03FF;
    for modern in [claims_2019, !claims_2019] {
        if let Some(frame) = read_as(content, attributes, modern)
            && frame.body.len() == usize::from(declared)
        {
            return Ok(frame);
        }
    }
    let available = content.len().saturating_sub(4);
    let mismatch = FrameError::LengthMismatch { declared: declared.into(), available };
    if tolerance == Tolerance::Strict {
        return Err(mismatch);
    }
    let modern = spoken.map_or(claims_2019, HeaderLayout::claims_2019);
    let mut frame = read_as(content, attributes, modern).ok_or(mismatch)?;
    frame.header.wrong_length = Some(declared);
    Ok(frame)
}

fn read_as(content: &[u8], attributes: u16, modern: bool) -> Option<Frame> {
    let mut reader = Reader::new(content);
    let message_id = reader.word().ok()?;
    reader.take(2).ok()?;
    let layout = if modern { HeaderLayout::V2019 { version: reader.byte().ok()? } } else { HeaderLayout::V2013 };
    let phone = Phone::read(reader.take(layout.phone_bytes()).ok()?);
    let serial = reader.word().ok()?;
    let split = attributes & 0x2000 != 0;
    let packet = if split { Some(Packet { total: reader.word().ok()?, number: reader.word().ok()? }) } else { None };
    let header = Header {
        packet,
        encryption: u8::try_from((attributes >> 10) & 7).unwrap_or_default(),
        reserved_bit: attributes & 0x8000 != 0,
        version_bit_wrong: (attributes & 0x4000 != 0) != modern,
        ..Header::new(message_id, layout, phone, serial)
    };
    Some(Frame { header, body: reader.rest().to_vec() })
}
