//! Reads bodies in ASCII coding (6.6.2). No public capture was found: this follows the text of the standard alone.

use super::body_hex::fault_at;
use super::content::{Content, Parameter, PeriodQuestion};
use super::control::Gates;
use super::error::{BodyError, BodyFault};
use super::frame::{Direction, Header};
use super::function::Function;
use super::hexadecimal;
use super::identifier::{Identifier, TimeStep};
use super::message::Message;
use super::reader::Reader;
use super::report_ascii;
use super::station::StationAddress;
use super::status::StatusWord;
use super::time::WireTime;

pub(super) const STATION_WORD: &[u8] = b"ST ";
pub(super) const MANUAL_WORD: &[u8] = b"RGZS ";

pub(super) fn read(header: &Header, body: &[u8]) -> Result<(Message, Option<BodyFault>), BodyError> {
    let mut reader = Reader::new(body);
    let mut message = preamble(&mut reader).ok_or(BodyError::MissingPreamble)?;
    let mut fault = None;
    if header.direction == Direction::Up && reader.rest().starts_with(STATION_WORD) {
        read_up(header.function, &mut reader, &mut message, &mut fault);
    } else if reader.skip(MANUAL_WORD) {
        message.content = Content::Manual(reader.take_rest().to_vec());
    } else if header.direction == Direction::Down {
        message.content = read_parts(header.function, true, &mut reader, &mut fault);
    } else if !reader.is_empty() {
        message.content = Content::Unknown(reader.take_rest().to_vec());
    }
    Ok((message, fault))
}

/// Four hexadecimal digits and twelve decimal ones, without a blank (6.6.2.1).
fn preamble(reader: &mut Reader<'_>) -> Option<Message> {
    let serial = u16::try_from(hexadecimal::number(reader.take(4)?)?).ok()?;
    let sent = WireTime::from_digits(std::str::from_utf8(reader.take(12)?).ok()?)?;
    Some(Message::empty(serial, sent))
}

fn read_up(function: Function, reader: &mut Reader<'_>, message: &mut Message, fault: &mut Option<BodyFault>) {
    if function.has_class() || function.is_manual() {
        message.content = Content::Report(report_ascii::read(function, reader, fault));
        return;
    }
    let mut ahead = *reader;
    ahead.skip(STATION_WORD);
    let Some(station) = ahead.word().and_then(StationAddress::parse) else {
        *fault = Some(fault_at(reader, "the station address is no ten digits"));
        return;
    };
    *reader = ahead;
    message.station = Some(station);
    message.content = read_parts(function, false, reader, fault);
}

fn read_parts(function: Function, down: bool, reader: &mut Reader<'_>, fault: &mut Option<BodyFault>) -> Content {
    if reader.is_empty() {
        return Content::Empty;
    }
    if down && matches!(function.0, 0x3A | 0x41 | 0x43 | 0x47 | 0x48) {
        return Content::Identifiers(list(reader, fault, |reader| reader.word().map(Identifier::ascii)));
    }
    if matches!(function.0, 0x40 | 0x42) || (!down && matches!(function.0, 0x41 | 0x43)) {
        return Content::Parameters(list(reader, fault, parameter));
    }
    let bytes = reader.take_rest();
    whole(function, down, bytes).unwrap_or_else(|| Content::Unknown(bytes.to_vec()))
}

fn parameter(reader: &mut Reader<'_>) -> Option<Parameter> {
    let identifier = Identifier::ascii(reader.word()?);
    Some(Parameter { identifier, data: reader.word()?.as_bytes().to_vec() })
}

/// Reads until the end or the first fault.
fn list<T>(
    reader: &mut Reader<'_>,
    fault: &mut Option<BodyFault>,
    read: impl Fn(&mut Reader<'_>) -> Option<T>,
) -> Vec<T> {
    let mut found = Vec::new();
    while !reader.is_empty() {
        let before = *reader;
        let Some(item) = read(reader) else {
            *fault = Some(fault_at(&before, "a word is missing or not closed by a blank"));
            reader.take_rest();
            break;
        };
        found.push(item);
    }
    found
}

/// Contents that are read entirely or not at all.
fn whole(function: Function, down: bool, bytes: &[u8]) -> Option<Content> {
    if function == Function::QUERY_VERSION {
        let (length, text) = bytes.split_at_checked(3)?;
        let length = hexadecimal::number(length.strip_suffix(b" ")?)?;
        let text = text.strip_suffix(b" ").filter(|text| u32::try_from(text.len()) == Ok(length))?;
        return Some(Content::Version(text.to_vec()));
    }
    let words: Vec<&str> = std::str::from_utf8(bytes).ok()?.strip_suffix(' ')?.split(' ').collect();
    let password = |word: &str| hexadecimal::array(word.as_bytes()).map(u16::from_be_bytes);
    Some(match (function, words.as_slice()) {
        (Function::QUERY_PERIOD, [from, to, step, identifiers @ ..]) if down => {
            let step = TimeStep::from_symbol(step).filter(|known| known.to_symbol() == *step)?;
            let identifiers = identifiers.iter().map(|word| Identifier::ascii(*word)).collect();
            let (from, to) = (WireTime::from_digits(from)?, WireTime::from_digits(to)?);
            Content::PeriodQuestion(PeriodQuestion { from, to, step, identifiers })
        }
        (Function::CHANGE_PASSWORD, ["03", old, "03", new]) if down => {
            Content::PasswordChange { old: password(old)?, new: password(new)? }
        }
        (Function::CHANGE_PASSWORD, ["03", new]) if !down => Content::PasswordChanged(password(new)?),
        (Function::QUERY_STATUS | Function::SET_IC_CARD, ["ZT" | "45", word]) => {
            Content::Status(StatusWord(u32::from_be_bytes(hexadecimal::array(word.as_bytes())?)))
        }
        (Function::SWITCH_PUMPS | Function::SWITCH_VALVES, [length, bits]) => {
            let bits = hexadecimal::bytes(bits.as_bytes())?;
            let length = hexadecimal::number(length.as_bytes())?;
            Content::Switches(Some(bits).filter(|bits| u32::try_from(bits.len()) == Ok(length))?)
        }
        (Function::MOVE_GATES, words) => {
            let data = hexadecimal::bytes(words.concat().as_bytes())?;
            Content::Gates(Gates::read(&data).filter(|gates| gates.write().as_ref() == Ok(&data))?)
        }
        (Function::SET_QUOTA, ["FF"]) => Content::Quota(true),
        (Function::SET_QUOTA, ["00"]) => Content::Quota(false),
        (Function::QUERY_EVENTS, [counts]) if !down => Content::Events(events(counts)?),
        _ => return None,
    })
}

fn events(digits: &str) -> Option<Vec<u16>> {
    let data: [u8; 64] = hexadecimal::array(digits.as_bytes())?;
    Some(data.chunks_exact(2).filter_map(|pair| pair.try_into().ok().map(u16::from_be_bytes)).collect())
}
