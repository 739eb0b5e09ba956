//! One frame in either coding (6.2.3, 6.4, 6.5).

use super::error::EncodeError;
use super::function::Function;
use super::hexadecimal;
use super::station::StationAddress;
use crate::hj212::crc::modbus as checksum;

/// Longest text between STX or SYN and the end mark: twelve bits.
pub const MAX_BODY: usize = 0x0FFF;

/// Most packets of a message: twelve bits.
const MOST_PACKETS: u16 = 0x0FFF;

pub(super) const STX: u8 = 0x02;
pub(super) const SYN: u8 = 0x16;
pub(super) const SOH: u8 = 0x01;
/// `7E7E`.
pub(super) const START: &[u8] = &[0x7E, 0x7E];
/// Bytes of total and number of a packet in HEX coding.
pub(super) const PACKET_BYTES: usize = 3;

/// How header and body are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Coding {
    /// HEX/BCD, starting with `7E7E`.
    Hex,
    /// ASCII characters, starting with SOH.
    Ascii,
}

/// Which way a frame goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From the station.
    Up,
    /// To the station.
    Down,
}

/// How a frame ends (table 10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EndMark {
    /// ETX, up: nothing more to come.
    EndOfText,
    /// ETB, up: more to come.
    EndOfBlock,
    /// ENQ, down: a question or an order.
    Enquiry,
    /// EOT, down: received; the station may leave.
    EndOfTransmission,
    /// ACK, down: received; go on.
    Acknowledge,
    /// NAK, down: send a packet again.
    NegativeAcknowledge,
    /// ESC, down: received; stay online.
    Escape,
}

impl EndMark {
    /// Reads the control character.
    pub fn from_byte(byte: u8) -> Option<Self> {
        Some(match byte {
            0x03 => Self::EndOfText,
            0x17 => Self::EndOfBlock,
            0x05 => Self::Enquiry,
            0x04 => Self::EndOfTransmission,
            0x06 => Self::Acknowledge,
            0x15 => Self::NegativeAcknowledge,
            0x1B => Self::Escape,
            _ => return None,
        })
    }

    /// The control character.
    pub fn byte(self) -> u8 {
        match self {
            Self::EndOfText => 0x03,
            Self::EndOfBlock => 0x17,
            Self::Enquiry => 0x05,
            Self::EndOfTransmission => 0x04,
            Self::Acknowledge => 0x06,
            Self::NegativeAcknowledge => 0x15,
            Self::Escape => 0x1B,
        }
    }
}

/// Place of a frame within a message of several packets; only after SYN.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Packet {
    /// How many packets the message has, at most 4095.
    pub total: u16,
    /// Number of this packet, from 1.
    pub number: u16,
}

impl Packet {
    pub(super) fn from_bits(bits: u32) -> Self {
        let part = |bits: u32| u16::try_from(bits & 0x0FFF).unwrap_or_default();
        Self { total: part(bits >> 12), number: part(bits) }
    }

    fn bits(self) -> u32 {
        u32::from(self.total & 0x0FFF) << 12 | u32::from(self.number & 0x0FFF)
    }
}

/// Who speaks to whom, about what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Header {
    /// How the frame is written.
    pub coding: Coding,
    /// Which way it goes.
    pub direction: Direction,
    /// Address of the centre, 1–255; 0 is met in the field.
    pub center: u8,
    /// Address of the station.
    pub station: StationAddress,
    /// The password, echoed in answers.
    pub password: u16,
    /// What the frame is for.
    pub function: Function,
}

impl Header {
    /// The same exchange in the other direction.
    pub fn turned(self) -> Self {
        let direction = match self.direction {
            Direction::Up => Direction::Down,
            Direction::Down => Direction::Up,
        };
        Self { direction, ..self }
    }
}

/// A frame: header, text, end mark. Its checksum and length are computed when it is written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Frame {
    /// Who speaks to whom.
    pub header: Header,
    /// Place within a message of several packets; with it the frame has SYN instead of STX.
    pub packet: Option<Packet>,
    /// The body, without the packet number.
    pub body: Vec<u8>,
    /// How the frame ends.
    pub end: EndMark,
}

/// A frame and the bytes it came in, for the raw log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// The frame.
    pub frame: Frame,
    /// The bytes, from start to checksum.
    pub raw: Vec<u8>,
}

impl Frame {
    /// Length as the frame declares it: the packet number counts.
    pub fn declared_length(&self) -> usize {
        let width = if self.header.coding == Coding::Hex { PACKET_BYTES } else { 2 * PACKET_BYTES };
        self.body.len() + if self.packet.is_some() { width } else { 0 }
    }

    /// Writes the frame with its checksum.
    pub fn to_bytes(&self) -> Result<Vec<u8>, EncodeError> {
        let length = self.declared_length();
        let declared = u16::try_from(length).ok().filter(|_| length <= MAX_BODY);
        let declared = declared.ok_or(EncodeError::TooLong { length, maximum: MAX_BODY })?;
        if self.packet.is_some_and(|packet| packet.total.max(packet.number) > MOST_PACKETS) {
            return Err(EncodeError::NotExpressible { what: "a packet number beyond 4095" });
        }
        let binary = self.binary_header(declared);
        Ok(match self.header.coding {
            Coding::Hex => self.hex_bytes(&binary),
            Coding::Ascii => self.ascii_bytes(&binary),
        })
    }

    /// Cuts a frame whose body is too long into packets (table 22); all but the last end with ETB.
    pub fn into_packets(self, longest: usize) -> Result<Vec<Self>, EncodeError> {
        let longest = longest.clamp(1, MAX_BODY - 2 * PACKET_BYTES);
        let parts: Vec<&[u8]> = if self.body.is_empty() { vec![&[]] } else { self.body.chunks(longest).collect() };
        let too_long = EncodeError::TooLong { length: self.body.len(), maximum: longest * usize::from(MOST_PACKETS) };
        let total = u16::try_from(parts.len()).ok().filter(|total| *total <= MOST_PACKETS).ok_or(too_long)?;
        let packet = |(number, part): (u16, &&[u8])| Self {
            header: self.header,
            packet: Some(Packet { total, number }),
            body: part.to_vec(),
            end: if number == total { self.end } else { EndMark::EndOfBlock },
        };
        Ok((1..=total).zip(&parts).map(packet).collect())
    }

    /// Everything between start and STX or SYN, as bytes: both codings carry the same.
    fn binary_header(&self, length: u16) -> Vec<u8> {
        let header = &self.header;
        let mut bytes = Vec::with_capacity(11);
        let flag = match header.direction {
            Direction::Up => {
                bytes.push(header.center);
                bytes.extend_from_slice(&header.station.0);
                0
            }
            Direction::Down => {
                bytes.extend_from_slice(&header.station.0);
                bytes.push(header.center);
                0x8000
            }
        };
        bytes.extend_from_slice(&header.password.to_be_bytes());
        bytes.push(header.function.0);
        bytes.extend_from_slice(&(flag | length).to_be_bytes());
        bytes
    }

    fn packet_bytes(&self) -> Vec<u8> {
        self.packet.map(|packet| packet.bits().to_be_bytes().into_iter().skip(1).collect()).unwrap_or_default()
    }

    fn hex_bytes(&self, header: &[u8]) -> Vec<u8> {
        let mut bytes = START.to_vec();
        bytes.extend_from_slice(header);
        bytes.push(if self.packet.is_some() { SYN } else { STX });
        bytes.extend_from_slice(&self.packet_bytes());
        bytes.extend_from_slice(&self.body);
        bytes.push(self.end.byte());
        let sum = checksum(&bytes);
        bytes.extend_from_slice(&sum.to_be_bytes());
        bytes
    }

    fn ascii_bytes(&self, header: &[u8]) -> Vec<u8> {
        let mut bytes = vec![SOH];
        bytes.extend_from_slice(hexadecimal::upper(header).as_bytes());
        bytes.push(if self.packet.is_some() { SYN } else { STX });
        bytes.extend_from_slice(hexadecimal::upper(&self.packet_bytes()).as_bytes());
        bytes.extend_from_slice(&self.body);
        bytes.push(self.end.byte());
        let sum = checksum(&bytes);
        bytes.extend_from_slice(format!("{sum:04X}").as_bytes());
        bytes
    }
}
