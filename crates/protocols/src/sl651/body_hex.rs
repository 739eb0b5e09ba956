//! Reads bodies in HEX/BCD coding (6.6.3, 6.6.4).

use super::content::{Content, Parameter, PeriodQuestion};
use super::control::Gates;
use super::error::{BodyError, BodyFault};
use super::frame::{Direction, Header};
use super::function::Function;
use super::identifier::{ElementId, Identifier, TimeStep};
use super::message::Message;
use super::reader::Reader;
use super::report_hex::{self, MANUAL_MARK, STATION_MARK};
use super::station::StationAddress;
use super::status::StatusWord;
use super::time::WireTime;

/// A content, or a reason why the bytes after `Reader` are none.
pub(super) type Read<T> = Result<T, &'static str>;

pub(super) fn read(header: &Header, body: &[u8]) -> Result<(Message, Option<BodyFault>), BodyError> {
    let mut reader = Reader::new(body);
    let serial = reader.take_array().map(u16::from_be_bytes);
    let sent = reader.take_array().map(WireTime);
    let (Some(serial), Some(sent)) = (serial, sent) else {
        return Err(BodyError::MissingPreamble);
    };
    let mut message = Message::empty(serial, sent);
    let mut fault = None;
    if header.direction == Direction::Up && reader.rest().starts_with(STATION_MARK) {
        read_up(header.function, &mut reader, &mut message, &mut fault);
    } else if reader.skip(MANUAL_MARK) {
        message.content = Content::Manual(reader.take_rest().to_vec());
    } else if header.direction == Direction::Down {
        message.content = read_parts(header.function, true, &mut reader, &mut fault);
    } else if !reader.is_empty() {
        message.content = Content::Unknown(reader.take_rest().to_vec());
    }
    Ok((message, fault))
}

fn read_up(function: Function, reader: &mut Reader<'_>, message: &mut Message, fault: &mut Option<BodyFault>) {
    if function.has_class() || function.is_manual() {
        message.content = Content::Report(report_hex::read(function, reader, fault));
        return;
    }
    let mut ahead = *reader;
    ahead.skip(STATION_MARK);
    let Some(station) = ahead.take_array() else {
        *fault = Some(fault_at(reader, "the station address is cut off"));
        return;
    };
    *reader = ahead;
    message.station = Some(StationAddress(station));
    message.content = read_parts(function, false, reader, fault);
}

/// What follows the preamble (down) or the station (up). Lists keep what stood before a fault.
fn read_parts(function: Function, down: bool, reader: &mut Reader<'_>, fault: &mut Option<BodyFault>) -> Content {
    if reader.is_empty() {
        return Content::Empty;
    }
    let asks = down && matches!(function.0, 0x3A | 0x41 | 0x43 | 0x47 | 0x48);
    if asks {
        return Content::Identifiers(list(reader, fault, identifier));
    }
    if matches!(function.0, 0x40 | 0x42) || (!down && matches!(function.0, 0x41 | 0x43)) {
        let base = function.is_base_configuration();
        return Content::Parameters(list(reader, fault, |reader| parameter(reader, base)));
    }
    let bytes = reader.rest();
    match whole(function, down, bytes) {
        Some(content) => {
            reader.take_rest();
            content
        }
        None => Content::Unknown(reader.take_rest().to_vec()),
    }
}

/// Contents that are read entirely or not at all.
fn whole(function: Function, down: bool, bytes: &[u8]) -> Option<Content> {
    match function {
        Function::QUERY_PERIOD if down => period(bytes).map(Content::PeriodQuestion),
        Function::CHANGE_PASSWORD => passwords(bytes, down),
        Function::QUERY_VERSION => match bytes.split_first() {
            Some((length, text)) if usize::from(*length) == text.len() => Some(Content::Version(text.to_vec())),
            _ => None,
        },
        Function::QUERY_STATUS | Function::SET_IC_CARD => {
            let word: [u8; 4] = bytes.strip_prefix(&[0x45, 0x20])?.try_into().ok()?;
            Some(Content::Status(StatusWord(u32::from_be_bytes(word))))
        }
        Function::SWITCH_PUMPS | Function::SWITCH_VALVES => match bytes.split_first() {
            Some((length, bits)) if usize::from(*length) == bits.len() => Some(Content::Switches(bits.to_vec())),
            _ => None,
        },
        Function::MOVE_GATES => {
            Gates::read(bytes).filter(|gates| gates.write().as_deref() == Ok(bytes)).map(Content::Gates)
        }
        Function::SET_QUOTA => match bytes {
            [0xFF] => Some(Content::Quota(true)),
            [0x00] => Some(Content::Quota(false)),
            _ => None,
        },
        Function::QUERY_EVENTS if !down && bytes.len() == 64 => {
            Some(Content::Events(bytes.chunks_exact(2).filter_map(word).collect()))
        }
        _ => None,
    }
}

fn word(bytes: &[u8]) -> Option<u16> {
    bytes.try_into().ok().map(u16::from_be_bytes)
}

fn passwords(bytes: &[u8], down: bool) -> Option<Content> {
    match (bytes, down) {
        ([0x03, 0x10, a, b, 0x03, 0x10, c, d], true) => {
            Some(Content::PasswordChange { old: u16::from_be_bytes([*a, *b]), new: u16::from_be_bytes([*c, *d]) })
        }
        ([0x03, 0x10, a, b], false) => Some(Content::PasswordChanged(u16::from_be_bytes([*a, *b]))),
        _ => None,
    }
}

fn period(bytes: &[u8]) -> Option<PeriodQuestion> {
    let mut reader = Reader::new(bytes);
    let (from, to) = (WireTime(reader.take_array()?), WireTime(reader.take_array()?));
    if !reader.skip(&[0x04, 0x18]) {
        return None;
    }
    let step = TimeStep::from_bcd(reader.take_array()?)?;
    let mut fault = None;
    let identifiers = list(&mut reader, &mut fault, identifier);
    fault.is_none().then_some(PeriodQuestion { from, to, step, identifiers })
}

/// Reads until the end or the first fault.
fn list<T>(
    reader: &mut Reader<'_>,
    fault: &mut Option<BodyFault>,
    read: impl Fn(&mut Reader<'_>) -> Read<T>,
) -> Vec<T> {
    let mut found = Vec::new();
    while !reader.is_empty() {
        let before = *reader;
        match read(reader) {
            Ok(item) => found.push(item),
            Err(reason) => {
                *fault = Some(fault_at(&before, reason));
                reader.take_rest();
                break;
            }
        }
    }
    found
}

/// A fault at the place of the reader, which keeps what it had still to read.
pub(super) fn fault_at(reader: &Reader<'_>, reason: &'static str) -> BodyFault {
    BodyFault { reason, offset: reader.offset(), rest: reader.rest().to_vec() }
}

/// One or, for user-defined ones, two bytes, and the definition (6.6.3.2).
pub(super) fn identifier(reader: &mut Reader<'_>) -> Read<Identifier> {
    const CUT: &str = "an identifier is cut off";
    let first = reader.byte().ok_or(CUT)?;
    let code = match first {
        0xFF => u16::from_be_bytes([0xFF, reader.byte().ok_or(CUT)?]),
        first => u16::from(first),
    };
    let definition = reader.byte().ok_or(CUT)?;
    Ok(Identifier { id: ElementId::Code(code), definition })
}

fn parameter(reader: &mut Reader<'_>, base: bool) -> Read<Parameter> {
    let identifier = identifier(reader)?;
    // Table D.1: all eight bits of 0E's definition tell its length.
    let is_relay = base && identifier.id == ElementId::Code(0x0E);
    let length = if is_relay { usize::from(identifier.definition) } else { identifier.bytes() };
    let data = reader.take(length).ok_or("a parameter runs past the end")?.to_vec();
    Ok(Parameter { identifier, data })
}
