//! One frame (6.6, table 1): `@@`, control unit, application data unit, checksum, `##`.

use std::fmt;

use super::command::Command;
use super::error::{EncodeError, FrameError, UnitError};
use super::reader::Reader;
use super::time_label::TimeLabel;
use super::unit::DataUnit;

/// Longest application data unit, in bytes.
pub const MAX_UNIT: usize = 1024;
/// Start mark.
pub(super) const START: &[u8] = b"@@";
/// End mark.
const END: [u8; 2] = *b"##";
/// Start mark and control unit.
const HEADER: usize = 27;
/// Checksum and end mark.
const TRAILER: usize = 3;

/// Version of the protocol a frame says it follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ProtocolVersion {
    /// Main version; the standard fixes it to 1.
    pub main: u8,
    /// User's version.
    pub user: u8,
}

impl fmt::Display for ProtocolVersion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.main, self.user)
    }
}

/// Address of a centre or a transmission device: six bytes, low byte first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address(u64);

impl Address {
    /// The address of a number; none above 2⁴⁸ − 1.
    pub fn new(number: u64) -> Option<Self> {
        (number < 1 << 48).then_some(Self(number))
    }

    /// The address as a number.
    pub fn number(self) -> u64 {
        self.0
    }

    fn from_bytes(bytes: [u8; 6]) -> Self {
        Self(bytes.iter().rev().fold(0, |number, byte| (number << 8) | u64::from(*byte)))
    }

    fn to_bytes(self) -> [u8; 6] {
        let [low @ .., _, _] = self.0.to_le_bytes();
        low
    }
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.0)
    }
}

/// The control unit of a frame, without the length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Header {
    /// Business serial number, given by who begins an exchange and repeated by who ends it.
    pub serial: u16,
    /// Version of the protocol.
    pub version: ProtocolVersion,
    /// When the frame was sent, by the sender's clock.
    pub sent: TimeLabel,
    /// Who sent it.
    pub source: Address,
    /// Whom it is for.
    pub destination: Address,
    /// What it is for.
    pub command: Command,
}

/// A frame whose checksum and end mark fit. It has one spelling only, so [`to_bytes`](Self::to_bytes) yields the bytes
/// received.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Frame {
    /// The control unit.
    pub header: Header,
    /// The application data unit; empty in confirmations, denials and makers' heartbeats.
    pub application: Vec<u8>,
}

impl Frame {
    /// A frame around a data unit, or around nothing.
    pub fn new(header: Header, unit: Option<&DataUnit>) -> Result<Self, EncodeError> {
        let application = unit.map(DataUnit::to_bytes).transpose()?.unwrap_or_default();
        Ok(Self { header, application })
    }

    /// Reads the application data unit; none if it is empty.
    pub fn unit(&self) -> Result<Option<DataUnit>, UnitError> {
        DataUnit::parse(&self.application)
    }

    /// The frame as it stands on the wire.
    pub fn to_bytes(&self) -> Result<Vec<u8>, EncodeError> {
        let length = self.application.len();
        let declared = u16::try_from(length).ok().filter(|_| length <= MAX_UNIT);
        let declared = declared.ok_or(EncodeError::TooLong { length, maximum: MAX_UNIT })?;
        let mut bytes = Vec::with_capacity(HEADER + length + TRAILER);
        bytes.extend_from_slice(START);
        write_header(&mut bytes, &self.header, declared);
        bytes.extend_from_slice(&self.application);
        bytes.push(self.checksum());
        bytes.extend_from_slice(&END);
        Ok(bytes)
    }

    /// Sum of the bytes from the serial number to the end of the application data unit, low eight bits.
    pub fn checksum(&self) -> u8 {
        let mut header = Vec::with_capacity(HEADER);
        let declared = u16::try_from(self.application.len()).unwrap_or(u16::MAX);
        write_header(&mut header, &self.header, declared);
        sum(&header).wrapping_add(sum(&self.application))
    }

    /// Whether this is an empty message on which makers let the link rest every 20 to 30 seconds. It is no part of the
    /// standard and confirmed like any other message.
    pub fn is_heartbeat(&self) -> bool {
        self.header.command == Command::Send && self.application.is_empty()
    }

    /// Whether this repeats `earlier`, which was not confirmed in time: all but the time of sending is the same.
    ///
    /// The content is compared too, because some devices give every message the serial 0.
    pub fn is_resend_of(&self, earlier: &Self) -> bool {
        let header = Header { sent: earlier.header.sent, ..self.header };
        header == earlier.header && self.application == earlier.application
    }
}

fn write_header(bytes: &mut Vec<u8>, header: &Header, declared: u16) {
    bytes.extend_from_slice(&header.serial.to_le_bytes());
    bytes.extend_from_slice(&[header.version.main, header.version.user]);
    bytes.extend_from_slice(&header.sent.0);
    bytes.extend_from_slice(&header.source.to_bytes());
    bytes.extend_from_slice(&header.destination.to_bytes());
    bytes.extend_from_slice(&declared.to_le_bytes());
    bytes.push(header.command.number());
}

fn read_header(reader: &mut Reader<'_>) -> Option<Header> {
    reader.bytes(START.len())?;
    let serial = reader.word()?;
    let [main, user] = reader.array()?;
    let sent = TimeLabel(reader.array()?);
    let source = Address::from_bytes(reader.array()?);
    let destination = Address::from_bytes(reader.array()?);
    reader.word()?;
    let command = Command::from_number(reader.byte()?);
    Some(Header { serial, version: ProtocolVersion { main, user }, sent, source, destination, command })
}

fn sum(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |sum, byte| sum.wrapping_add(*byte))
}

/// What stands at a start mark.
pub(super) enum Verdict {
    /// Not all bytes are there yet; the declared length, if that is.
    Incomplete(Option<usize>),
    /// No frame, and the control unit where it deserves a denial.
    Damaged(FrameError, Option<Header>),
    /// A frame and the bytes it takes.
    Whole(Frame, usize),
}

/// Judges bytes that begin with the start mark.
pub(super) fn judge(bytes: &[u8]) -> Verdict {
    let Some(declared) = bytes.get(24..26).and_then(|field| Reader::new(field).word()).map(usize::from) else {
        return Verdict::Incomplete(None);
    };
    let mut reader = Reader::new(bytes);
    let header = read_header(&mut reader);
    if declared > MAX_UNIT {
        // Nothing but its plausibility vouches for the control unit here.
        let deniable = header.filter(|header| header.version.main == 1 && header.sent.civil().is_some());
        return Verdict::Damaged(FrameError::Oversize { declared, maximum: MAX_UNIT }, deniable);
    }
    let trailer = |reader: &mut Reader<'_>| Some((reader.bytes(declared)?.to_vec(), reader.byte()?, reader.array()?));
    let (Some(header), Some((application, checksum, end))) = (header, trailer(&mut reader)) else {
        return Verdict::Incomplete(Some(declared));
    };
    let frame = Frame { header, application };
    let computed = frame.checksum();
    match (end == END, checksum == computed) {
        (true, true) => Verdict::Whole(frame, HEADER + declared + TRAILER),
        (false, fits) => Verdict::Damaged(FrameError::BadEnd { found: end }, fits.then_some(header)),
        (true, false) => Verdict::Damaged(FrameError::BadChecksum { declared: checksum, computed }, Some(header)),
    }
}

/// Reads the one frame at the head of a datagram.
///
/// A byte stream, or a datagram that may hold several frames, goes through [`Decoder`](super::Decoder).
pub fn decode_frame(bytes: &[u8]) -> Result<Frame, FrameError> {
    if !bytes.starts_with(START) {
        let skipped = find_start(bytes).unwrap_or(bytes.len());
        return Err(FrameError::BadStart { skipped });
    }
    match judge(bytes) {
        Verdict::Whole(frame, _) => Ok(frame),
        Verdict::Damaged(error, _) => Err(error),
        Verdict::Incomplete(declared) => Err(FrameError::Truncated { declared, available: bytes.len() }),
    }
}

/// Where the first start mark stands.
pub(super) fn find_start(bytes: &[u8]) -> Option<usize> {
    bytes.windows(START.len()).position(|window| window == START)
}
