//! One frame: `##`, length, data segment, checksum, line end.

use super::crc::{self, CrcVariant};
use super::error::{EncodeError, FrameError};

/// Longest data segment the standard allows, in bytes.
pub const MAX_SEGMENT: usize = 1024;

/// `##` and four digits.
pub(super) const HEADER: usize = 6;
/// Four hexadecimal digits.
pub(super) const CHECKSUM: usize = 4;
pub(super) const LINE_END: &[u8] = b"\r\n";

/// How an accepted frame departs from the standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FrameDeviation {
    /// The frame matches only this other checksum.
    Checksum(CrcVariant),
    /// The length field is wrong; the frame was found by its end.
    Length {
        /// What the length field says.
        declared: usize,
        /// Length of the segment.
        actual: usize,
    },
    /// The length field has six digits (ZY-920 transmission units).
    SixDigitLength,
}

/// A frame whose checksum fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    raw: Vec<u8>,
    start: usize,
    end: usize,
    checksum: u16,
    deviations: Vec<FrameDeviation>,
}

impl Frame {
    /// `raw` runs from `##` to the checksum or the line end; the segment is `raw[start..end]`.
    pub(super) fn new(raw: &[u8], start: usize, end: usize, checksum: u16) -> Self {
        Self { raw: raw.to_vec(), start, end, checksum, deviations: Vec::new() }
    }

    pub(super) fn deviating(mut self, deviation: FrameDeviation) -> Self {
        self.deviations.push(deviation);
        self
    }

    /// The data segment, to be read by [`Segment::parse`](super::Segment::parse).
    pub fn segment(&self) -> &[u8] {
        self.raw.get(self.start..self.end).unwrap_or_default()
    }

    /// The frame as received, from `##` to the line end if there was one, for the raw log.
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// The checksum the frame carries.
    pub fn checksum(&self) -> u16 {
        self.checksum
    }

    /// Departures from the standard; empty for a clean frame.
    pub fn deviations(&self) -> &[FrameDeviation] {
        &self.deviations
    }

    /// Which rule the checksum follows.
    pub fn crc_variant(&self) -> CrcVariant {
        self.deviations
            .iter()
            .find_map(|deviation| match deviation {
                FrameDeviation::Checksum(variant) => Some(*variant),
                _ => None,
            })
            .unwrap_or(CrcVariant::Standard)
    }
}

/// Reads the four checksum characters, in either case.
pub(super) fn read_checksum(text: &[u8]) -> Option<u16> {
    if text.len() != CHECKSUM || !text.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    u16::from_str_radix(std::str::from_utf8(text).ok()?, 16).ok()
}

/// Reads decimal digits and nothing else.
pub(super) fn read_digits(text: &[u8]) -> Option<usize> {
    if text.is_empty() || !text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// Where `needle` first stands in `haystack`.
pub(super) fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

pub(super) fn bad_checksum(text: &[u8], segment: &[u8]) -> FrameError {
    FrameError::BadChecksum { declared: String::from_utf8_lossy(text).into_owned(), computed: crc::standard(segment) }
}

/// Reads exactly one frame by the letter of the standard, only the line end being optional.
///
/// For datagrams and for judging a frame; a byte stream goes through [`Decoder`](super::Decoder).
pub fn decode_frame(bytes: &[u8]) -> Result<Frame, FrameError> {
    if !bytes.starts_with(b"##") {
        let skipped = find(bytes, b"##").unwrap_or(bytes.len());
        return Err(FrameError::BadStart { skipped });
    }
    let Some(digits) = bytes.get(2..HEADER) else {
        return Err(FrameError::Truncated { declared: None, available: bytes.len() });
    };
    let declared = read_digits(digits)
        .ok_or_else(|| FrameError::BadLength { text: String::from_utf8_lossy(digits).into_owned() })?;
    if declared > MAX_SEGMENT {
        return Err(FrameError::Oversize { declared, maximum: MAX_SEGMENT });
    }
    let end = HEADER + declared;
    if let Some(line_end) = find(bytes, LINE_END)
        && line_end != end + CHECKSUM
    {
        return Err(FrameError::LengthMismatch { declared, actual: line_end.saturating_sub(HEADER + CHECKSUM) });
    }
    let (Some(segment), Some(text)) = (bytes.get(HEADER..end), bytes.get(end..end + CHECKSUM)) else {
        return Err(FrameError::Truncated { declared: Some(declared), available: bytes.len() });
    };
    match read_checksum(text) {
        Some(checksum) if checksum == crc::standard(segment) => Ok(Frame::new(bytes, HEADER, end, checksum)),
        _ => Err(bad_checksum(text, segment)),
    }
}

/// Wraps a data segment into a frame.
pub fn encode_frame(segment: &[u8]) -> Result<Vec<u8>, EncodeError> {
    if segment.len() > MAX_SEGMENT {
        return Err(EncodeError::TooLong { length: segment.len(), maximum: MAX_SEGMENT });
    }
    let mut frame = format!("##{:04}", segment.len()).into_bytes();
    frame.extend_from_slice(segment);
    frame.extend_from_slice(format!("{:04X}\r\n", crc::standard(segment)).as_bytes());
    Ok(frame)
}
