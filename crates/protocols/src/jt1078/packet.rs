//! One packet of a media stream (table 19).

use thiserror::Error;

use crate::jt808::digits;
use crate::jt808::reader::Reader;

/// What every packet begins with: `01cd`.
pub(super) const MAGIC: &[u8; 4] = b"01cd";
/// Longest data of one packet, in bytes.
pub const MAX_DATA: usize = 950;
/// Bytes up to the kind of data.
const HEADER: usize = 16;

/// What a packet carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DataKind {
    /// 0: key frame of video, with the time since the last key frame and the last frame, ms.
    KeyFrame(Intervals),
    /// 1: predicted frame of video.
    PredictedFrame(Intervals),
    /// 2: frame of video predicted both ways.
    BidirectionalFrame(Intervals),
    /// 3: frame of sound.
    Sound,
    /// 4: data passed through; it has no time.
    Passthrough,
    /// A number the standard does not define; read as sound, which has a time and no intervals.
    Other(u8),
}

/// Times between frames of video.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Intervals {
    /// Since the last key frame, ms.
    pub key_frame_ms: u16,
    /// Since the last frame, ms.
    pub frame_ms: u16,
}

impl DataKind {
    /// The number on the wire.
    pub fn number(self) -> u8 {
        match self {
            Self::KeyFrame(_) => 0,
            Self::PredictedFrame(_) => 1,
            Self::BidirectionalFrame(_) => 2,
            Self::Sound => 3,
            Self::Passthrough => 4,
            Self::Other(number) => number,
        }
    }

    /// The times between frames, for video.
    pub fn intervals(self) -> Option<Intervals> {
        match self {
            Self::KeyFrame(intervals) | Self::PredictedFrame(intervals) | Self::BidirectionalFrame(intervals) => {
                Some(intervals)
            }
            _ => None,
        }
    }
}

/// A packet of a media stream.
///
/// The SIM number has six bytes. Terminals of 2019 may send ten; nothing in the packet tells, so they are not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packet {
    /// First byte of RTP: version 2, no padding, no extension, one source; 81 throughout.
    pub flags: u8,
    /// Last packet of a frame.
    pub marker: bool,
    /// Coding: 98 H.264, 99 H.265, 6 G.711A, 7 G.711U, 19 AAC, 26 ADPCM.
    pub payload_type: u8,
    /// Running number.
    pub sequence: u16,
    /// SIM number, 12 digits.
    pub sim: String,
    /// Logical channel.
    pub channel: u8,
    /// What it carries.
    pub kind: DataKind,
    /// 0 whole frame, 1 first, 2 last, 3 middle part.
    pub part: u8,
    /// Relative time of the frame, ms; nothing for data passed through.
    pub timestamp_ms: Option<u64>,
    /// The data.
    pub data: Vec<u8>,
}

/// Why bytes are no packet.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PacketError {
    /// The bytes do not begin with `01cd`.
    #[error("{skipped} bytes before the next packet")]
    BadStart {
        /// How many bytes were passed over.
        skipped: usize,
    },
    /// The bytes end inside the packet.
    #[error("packet cut off after {available} bytes")]
    Truncated {
        /// How many bytes there are.
        available: usize,
    },
    /// The declared length passes the limit.
    #[error("declared length {declared} exceeds 950")]
    Oversize {
        /// What the packet declares.
        declared: usize,
    },
    /// A part of the packet cannot be written.
    #[error("{field} does not fit its place")]
    Unwritable {
        /// Which part.
        field: &'static str,
    },
}

impl PacketError {
    /// The short code used in logs and test vectors.
    pub fn code(&self) -> &'static str {
        match self {
            Self::BadStart { .. } => "bad_start",
            Self::Truncated { .. } => "truncated",
            Self::Oversize { .. } => "oversize",
            Self::Unwritable { .. } => "bad_field",
        }
    }
}

impl Packet {
    /// Reads one packet at the beginning of `bytes` and tells how long it is.
    pub fn read(bytes: &[u8]) -> Result<(Self, usize), PacketError> {
        let agrees = bytes.iter().zip(MAGIC).all(|(byte, magic)| byte == magic);
        if !agrees {
            let skipped = bytes.windows(MAGIC.len()).position(|window| window == MAGIC).unwrap_or(bytes.len());
            return Err(PacketError::BadStart { skipped });
        }
        let mut reader = Reader::new(bytes);
        let truncated = PacketError::Truncated { available: bytes.len() };
        let mut packet = read_header(&mut reader).ok_or_else(|| truncated.clone())?;
        let length = reader.word().map(usize::from).map_err(|_| truncated.clone())?;
        if length > MAX_DATA {
            return Err(PacketError::Oversize { declared: length });
        }
        packet.data = reader.take(length).map_err(|_| truncated)?.to_vec();
        Ok((packet, bytes.len() - reader.remaining()))
    }

    /// The bytes of the packet.
    pub fn to_bytes(&self) -> Result<Vec<u8>, PacketError> {
        let unwritable = |field| PacketError::Unwritable { field };
        let sim = digits::bytes(&self.sim).filter(|sim| sim.len() == 6).ok_or(unwritable("sim"))?;
        let length = u16::try_from(self.data.len()).ok().filter(|length| usize::from(*length) <= MAX_DATA);
        let length = length.ok_or(unwritable("body"))?;
        let timed = self.kind != DataKind::Passthrough;
        if self.part > 15 || self.kind.number() > 15 || timed != self.timestamp_ms.is_some() {
            return Err(unwritable("part, data_type or ts_ms"));
        }
        let mut bytes = MAGIC.to_vec();
        bytes.extend_from_slice(&[self.flags, u8::from(self.marker) << 7 | self.payload_type & 0x7F]);
        bytes.extend_from_slice(&self.sequence.to_be_bytes());
        bytes.extend_from_slice(&sim);
        bytes.extend_from_slice(&[self.channel, self.kind.number() << 4 | self.part]);
        bytes.extend(self.timestamp_ms.iter().flat_map(|time| time.to_be_bytes()));
        if let Some(intervals) = self.kind.intervals() {
            bytes.extend_from_slice(&intervals.key_frame_ms.to_be_bytes());
            bytes.extend_from_slice(&intervals.frame_ms.to_be_bytes());
        }
        bytes.extend_from_slice(&length.to_be_bytes());

        bytes.extend_from_slice(&self.data);
        Ok(bytes)
    }
}

fn read_header(reader: &mut Reader<'_>) -> Option<Packet> {
    if reader.remaining() < HEADER {
        return None;
    }
    reader.take(MAGIC.len()).ok()?;
    let flags = reader.byte().ok()?;
    let coding = reader.byte().ok()?;
    let sequence = reader.word().ok()?;
    let sim = digits::text(reader.take(6).ok()?);
    let (channel, kind) = (reader.byte().ok()?, reader.byte().ok()?);
    let (number, part) = (kind >> 4, kind & 15);
    let timestamp_ms = if number == 4 { None } else { Some(reader.array().map(u64::from_be_bytes).ok()?) };
    let kind = read_kind(number, reader)?;
    let (marker, payload_type) = (coding & 0x80 != 0, coding & 0x7F);
    Some(Packet { flags, marker, payload_type, sequence, sim, channel, kind, part, timestamp_ms, data: Vec::new() })
}

fn read_kind(number: u8, reader: &mut Reader<'_>) -> Option<DataKind> {
    let mut intervals = || Some(Intervals { key_frame_ms: reader.word().ok()?, frame_ms: reader.word().ok()? });
    Some(match number {
        0 => DataKind::KeyFrame(intervals()?),
        1 => DataKind::PredictedFrame(intervals()?),
        2 => DataKind::BidirectionalFrame(intervals()?),
        3 => DataKind::Sound,
        4 => DataKind::Passthrough,
        other => DataKind::Other(other),
    })
}
