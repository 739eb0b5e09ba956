//! Judges the bytes at the head of a stream: a frame, something wrong, or not enough yet.

use super::error::FrameError;
use super::frame::{Coding, Direction, EndMark, Frame, Header, PACKET_BYTES, Packet, Received, SOH, START, STX, SYN};
use super::function::Function;
use super::hexadecimal;
use super::station::StationAddress;
use crate::hj212::crc::modbus as checksum;

/// Bytes of a HEX frame up to and including STX or SYN.
const HEX_HEADER: usize = 14;
/// Bytes of an ASCII frame up to and including STX or SYN.
const ASCII_HEADER: usize = 24;
/// Bytes of the header both codings share, as binary.
const BINARY_HEADER: usize = 11;

/// What the head of the stream is. Each count is at least one, so that reading always advances.
pub(super) enum Step {
    /// More bytes are needed.
    Wait,
    /// So many bytes between frames mean nothing: a stray `7E`, a line end.
    Blank(usize),
    /// A frame.
    Found(Received),
    /// No frame.
    Reject {
        /// Why.
        error: FrameError,
        /// How many bytes to drop: up to the next possible start.
        count: usize,
        /// How many bytes the damaged frame claims.
        extent: usize,
    },
}

/// Where the parts of a frame lie, judged by its header.
struct Layout {
    header: Header,
    packed: bool,
    body_start: usize,
    end: usize,
    total: usize,
}

/// Judges `bytes`, the unread part of a stream. `last` says that nothing will follow them.
pub(super) fn examine(bytes: &[u8], last: bool) -> Step {
    match bytes {
        [] => return Step::Wait,
        [b'\r' | b'\n', ..] => return Step::Blank(1),
        [0x7E] => return if last { Step::Blank(1) } else { Step::Wait },
        [0x7E, second, ..] if *second != 0x7E => return Step::Blank(1),
        _ => {}
    }
    if !starts_frame(bytes) {
        let skipped = next_start(bytes);
        return Step::Reject { error: FrameError::BadStart { skipped }, count: skipped, extent: skipped };
    }
    match read(bytes) {
        Ok(received) => Step::Found(received),
        Err((FrameError::Truncated { .. }, _)) if !last => Step::Wait,
        // Three times 7E: a stray one stands before the frame.
        Err(_) if bytes.get(1..).is_some_and(|rest| rest.starts_with(START)) => Step::Blank(1),
        Err((error, extent)) => Step::Reject { error, count: next_start(bytes), extent },
    }
}

/// Reads one frame from the head of `bytes`, by the letter of the standard; what follows it is left alone.
///
/// For datagrams and for judging a frame; a byte stream goes through [`Decoder`](super::Decoder).
pub fn decode_frame(bytes: &[u8]) -> Result<Received, FrameError> {
    if starts_frame(bytes) {
        return read(bytes).map_err(|(error, _)| error);
    }
    Err(FrameError::BadStart { skipped: next_start(bytes) })
}

/// Whether a frame may begin here. SOH alone is too common a byte, so the digits after it are looked at.
fn starts_frame(bytes: &[u8]) -> bool {
    let digits = || bytes.iter().take(ASCII_HEADER - 1).skip(1).all(u8::is_ascii_hexdigit);
    bytes.starts_with(START) || (bytes.first() == Some(&SOH) && digits())
}

/// Where reading goes on after a false start: at least one byte on, at the next possible start or at the end.
fn next_start(bytes: &[u8]) -> usize {
    let possible = |(index, byte): (usize, &u8)| match byte {
        0x7E => bytes.get(index + 1).is_none_or(|next| *next == 0x7E),
        &SOH => bytes.get(index + 1).is_none_or(u8::is_ascii_hexdigit),
        _ => false,
    };
    let found = bytes.iter().enumerate().skip(1).find_map(|(index, byte)| possible((index, byte)).then_some(index));
    found.unwrap_or(bytes.len()).max(1)
}

/// The frame, or what is wrong and how many bytes it concerns.
fn read(bytes: &[u8]) -> Result<Received, (FrameError, usize)> {
    let layout = if bytes.first() == Some(&SOH) { ascii_layout(bytes) } else { hex_layout(bytes) };
    let layout = layout.map_err(|error| (error, bytes.len().min(HEX_HEADER)))?;
    let extent = layout.total.min(bytes.len());
    let cut = FrameError::Truncated { declared: Some(layout.total), available: bytes.len() };
    let raw = bytes.get(..layout.total).ok_or((cut, extent))?;
    read_whole(raw, &layout).map_err(|error| (error, extent))
}

fn read_whole(raw: &[u8], layout: &Layout) -> Result<Received, FrameError> {
    let mark = raw.get(layout.end).copied().unwrap_or_default();
    let end = EndMark::from_byte(mark).ok_or(FrameError::BadEnd { byte: mark })?;
    let (covered, declared) = raw.split_at_checked(layout.end + 1).unwrap_or((raw, &[]));
    let computed = checksum(covered);
    let is_hex = layout.header.coding == Coding::Hex;
    let (sum, text) = if is_hex {
        (declared.try_into().ok().map(u16::from_be_bytes), hexadecimal::upper(declared))
    } else {
        let sum = hexadecimal::number(declared).and_then(|sum| u16::try_from(sum).ok());
        (sum, String::from_utf8_lossy(declared).into_owned())
    };
    if sum != Some(computed) {
        return Err(FrameError::BadChecksum { declared: text, computed });
    }
    let mut body = raw.get(layout.body_start..layout.end).unwrap_or_default();
    let packet = if layout.packed { Some(take_packet(&mut body, is_hex)?) } else { None };
    let frame = Frame { header: layout.header, packet, body: body.to_vec(), end };
    Ok(Received { frame, raw: raw.to_vec() })
}

fn take_packet(body: &mut &[u8], is_hex: bool) -> Result<Packet, FrameError> {
    let width = if is_hex { PACKET_BYTES } else { 2 * PACKET_BYTES };
    let (number, rest) = body.split_at_checked(width).ok_or(FrameError::MissingPacketNumber)?;
    *body = rest;
    let digits = if is_hex { hexadecimal::text(number).into_bytes() } else { number.to_vec() };
    hexadecimal::number(&digits).map(Packet::from_bits).ok_or(FrameError::BadHeader { field: "packet" })
}

fn hex_layout(bytes: &[u8]) -> Result<Layout, FrameError> {
    let cut = FrameError::Truncated { declared: None, available: bytes.len() };
    let header = bytes.get(..HEX_HEADER).ok_or(cut)?;
    let (binary, start) = header.split_at_checked(HEX_HEADER - 1).unwrap_or_default();
    let (header, length) = read_header(Coding::Hex, binary.get(START.len()..).unwrap_or_default())?;
    let end = HEX_HEADER + length;
    Ok(Layout { header, packed: is_packed(start)?, body_start: HEX_HEADER, end, total: end + 3 })
}

fn ascii_layout(bytes: &[u8]) -> Result<Layout, FrameError> {
    let cut = FrameError::Truncated { declared: None, available: bytes.len() };
    let header = bytes.get(..ASCII_HEADER).ok_or(cut)?;
    let (digits, start) = header.split_at_checked(ASCII_HEADER - 1).unwrap_or_default();
    let digits = digits.get(1..).unwrap_or_default();
    if hexadecimal::number(digits.get(18..).unwrap_or_default()).is_none() {
        return Err(FrameError::BadLength);
    }
    let binary = hexadecimal::bytes(digits).ok_or(FrameError::BadHeader { field: "header" })?;
    let (header, length) = read_header(Coding::Ascii, &binary)?;
    let end = ASCII_HEADER + length;
    Ok(Layout { header, packed: is_packed(start)?, body_start: ASCII_HEADER, end, total: end + 5 })
}

fn is_packed(start: &[u8]) -> Result<bool, FrameError> {
    match start.first().copied().unwrap_or_default() {
        STX => Ok(false),
        SYN => Ok(true),
        byte => Err(FrameError::BadBodyStart { byte }),
    }
}

/// The eleven bytes both codings share, and the length they declare.
fn read_header(coding: Coding, binary: &[u8]) -> Result<(Header, usize), FrameError> {
    let broken = FrameError::BadHeader { field: "header" };
    let fields: [u8; BINARY_HEADER] = binary.try_into().map_err(|_| broken)?;
    let [b0, b1, b2, b3, b4, b5, password_high, password_low, function, high, low] = fields;
    let (direction, center, station) = match high >> 4 {
        0 => (Direction::Up, b0, [b1, b2, b3, b4, b5]),
        8 => (Direction::Down, b5, [b0, b1, b2, b3, b4]),
        nibble => return Err(FrameError::BadDirection { nibble }),
    };
    let header = Header {
        coding,
        direction,
        center,
        station: StationAddress(station),
        password: u16::from_be_bytes([password_high, password_low]),
        function: Function(function),
    };
    Ok((header, usize::from(u16::from_be_bytes([high & 0x0F, low]))))
}
