//! The way back from a description to the bytes of a frame.

use serde_json::Value as Json;

use super::compose_elements;
use super::content::{Content, Parameter, PeriodQuestion};
use super::control::Gates;
use super::error::ComposeError;
use super::frame::{Coding, Direction, EndMark, Frame, Header, Packet};
use super::function::Function;
use super::hexadecimal;
use super::identifier::{ElementId, Identifier, TimeStep};
use super::message::Message;
use super::station::StationAddress;
use super::status::StatusWord;
use super::time::{SendTime, WireTime};

/// Writes the frame that [`describe`](super::describe) describes so; length and checksum are computed afresh.
///
/// A body may be given as `elements`, as `body` (digits of what follows serial number, send time and station), or as
/// `content`; where several are given they go in this order. `layout` may be left out.
pub fn compose(description: &Json) -> Result<Vec<u8>, ComposeError> {
    let header = compose_header(description)?;
    let end = hex_byte(description, "end")?;
    let end = EndMark::from_byte(end).ok_or_else(|| ComposeError::field("end"))?;
    let packet = compose_packet(description)?;
    let body = if packet.is_some_and(|packet| packet.number > 1) {
        hex_bytes(description, "chunk")?
    } else {
        compose_body(&header, description)?
    };
    Ok(Frame { header, packet, body, end }.to_bytes()?)
}

fn compose_header(description: &Json) -> Result<Header, ComposeError> {
    let coding = match description.get("encoding").and_then(Json::as_str) {
        None | Some("hex") => Coding::Hex,
        Some("ascii") => Coding::Ascii,
        Some(_) => return Err(ComposeError::field("encoding")),
    };
    let direction = match text(description, "dir")? {
        "up" => Direction::Up,
        "down" => Direction::Down,
        _ => return Err(ComposeError::field("dir")),
    };
    let center = description.get("center").and_then(Json::as_u64).and_then(|center| u8::try_from(center).ok());
    Ok(Header {
        coding,
        direction,
        center: center.ok_or_else(|| ComposeError::field("center"))?,
        station: station(description, "station")?,
        password: password(description, "pwd")?,
        function: Function(hex_byte(description, "func")?),
    })
}

fn compose_packet(description: &Json) -> Result<Option<Packet>, ComposeError> {
    if description.get("pkg_total").is_none() {
        return Ok(None);
    }
    let number = |name: &str| {
        let number = description.get(name).and_then(Json::as_u64).and_then(|number| u16::try_from(number).ok());
        number.filter(|number| *number <= 0x0FFF).ok_or_else(|| ComposeError::field(name))
    };
    Ok(Some(Packet { total: number("pkg_total")?, number: number("pkg_seq")? }))
}

fn compose_body(header: &Header, description: &Json) -> Result<Vec<u8>, ComposeError> {
    let serial = description.get("serial").and_then(Json::as_u64).and_then(|serial| u16::try_from(serial).ok());
    let serial = serial.ok_or_else(|| ComposeError::field("serial"))?;
    let mut message = Message::empty(serial, compose_sent(description)?);
    if description.get("elements").is_some() {
        message.content = compose_elements::compose(header.coding, description)?;
        return Ok(message.to_body(header)?);
    }
    if description.get("body_station").is_some() {
        message.station = Some(station(description, "body_station")?);
    }
    if description.get("body").is_some() {
        message.content = Content::Unknown(hex_bytes(description, "body")?);
    } else if let Some(content) = description.get("content") {
        message.content = compose_content(header.coding, content)?;
    }
    Ok(message.to_body(header)?)
}

fn compose_sent(description: &Json) -> Result<SendTime, ComposeError> {
    if let Some(raw) = description.get("sent_raw").and_then(Json::as_str) {
        return hexadecimal::array(raw.as_bytes()).map(WireTime).ok_or_else(|| ComposeError::field("sent_raw"));
    }
    let digits: String = text(description, "sent")?.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.strip_prefix("20").unwrap_or_default();
    SendTime::from_digits(digits).ok_or_else(|| ComposeError::field("sent"))
}

fn compose_content(coding: Coding, content: &Json) -> Result<Content, ComposeError> {
    Ok(match text(content, "kind")? {
        "period_question" => Content::PeriodQuestion(PeriodQuestion {
            from: hour(content, "from")?,
            to: hour(content, "to")?,
            step: step(content)?,
            identifiers: identifiers(coding, content)?,
        }),
        "identifiers" => Content::Identifiers(identifiers(coding, content)?),
        "parameters" => Content::Parameters(parameters(coding, content)?),
        "password_change" => Content::PasswordChange { old: password(content, "old")?, new: password(content, "new")? },
        "password_changed" => Content::PasswordChanged(password(content, "new")?),
        "version" => Content::Version(from_latin(text(content, "text")?, "text")?),
        "status" => {
            let word = hexadecimal::array(text(content, "word")?.as_bytes());
            Content::Status(StatusWord(u32::from_be_bytes(word.ok_or_else(|| ComposeError::field("word"))?)))
        }
        "switches" => Content::Switches(hex_bytes(content, "bits")?),
        "gates" => Content::Gates(gates(content)?),
        "quota" => Content::Quota(content.get("on").and_then(Json::as_bool).ok_or_else(|| ComposeError::field("on"))?),
        "events" => Content::Events(list(content, "counts", |count| {
            count.as_u64().and_then(|count| u16::try_from(count).ok()).ok_or_else(|| ComposeError::field("counts"))
        })?),
        _ => return Err(ComposeError::field("kind")),
    })
}

fn gates(content: &Json) -> Result<Gates, ComposeError> {
    let count = content.get("count").and_then(Json::as_u64).and_then(|count| u8::try_from(count).ok());
    let openings = list(content, "openings_cm", |opening| match opening {
        Json::Null => Ok(None),
        opening => {
            let opening = opening.as_u64().and_then(|opening| u16::try_from(opening).ok());
            opening.map(Some).ok_or_else(|| ComposeError::field("openings_cm"))
        }
    })?;
    let count = count.ok_or_else(|| ComposeError::field("count"))?;
    Ok(Gates { count, open: hex_bytes(content, "bits")?, openings })
}

fn identifiers(coding: Coding, content: &Json) -> Result<Vec<Identifier>, ComposeError> {
    list(content, "identifiers", |item| identifier(coding, item))
}

/// An identifier as object or, with the definition left out, as text.
pub(super) fn identifier(coding: Coding, item: &Json) -> Result<Identifier, ComposeError> {
    let id = item.as_str().map_or_else(|| text(item, "id"), Ok)?;
    if coding == Coding::Ascii {
        return Ok(Identifier::ascii(id));
    }
    let code = hexadecimal::number(id.as_bytes()).and_then(|code| u16::try_from(code).ok());
    let code = code.ok_or_else(|| ComposeError::field("id"))?;
    let definition = match item.get("definition") {
        Some(_) => hex_byte(item, "definition")?,
        None => super::table::element_kind(code).map_or(0, super::table::ElementKind::definition),
    };
    Ok(Identifier { id: ElementId::Code(code), definition })
}

fn parameters(coding: Coding, content: &Json) -> Result<Vec<Parameter>, ComposeError> {
    list(content, "parameters", |item| {
        let mut identifier = identifier(coding, item)?;
        if coding == Coding::Hex && item.get("definition").is_none() {
            let known = identifier.id.code().and_then(super::run_parameter::run_parameter);
            identifier.definition = known.map_or(0, super::run_parameter::RunParameter::definition);
        }
        let data = match (item.get("data").is_some(), coding) {
            (true, Coding::Hex) => hex_bytes(item, "data")?,
            (true, Coding::Ascii) => from_latin(text(item, "data")?, "data")?,
            (false, Coding::Hex) => super::bcd::write(text(item, "value")?, identifier.bytes(), identifier.decimals())?,
            (false, Coding::Ascii) => text(item, "value")?.as_bytes().to_vec(),
        };
        Ok(Parameter { identifier, data })
    })
}

fn step(content: &Json) -> Result<TimeStep, ComposeError> {
    let data = hexadecimal::array(text(content, "step")?.as_bytes());
    data.and_then(TimeStep::from_bcd).ok_or_else(|| ComposeError::field("step"))
}

fn hour<const BYTES: usize>(content: &Json, name: &str) -> Result<WireTime<BYTES>, ComposeError> {
    wire_time(text(content, name)?, name)
}

/// Digits after the century.
pub(super) fn wire_time<const BYTES: usize>(text: &str, name: &str) -> Result<WireTime<BYTES>, ComposeError> {
    let digits = text.strip_prefix("20").unwrap_or_default();
    hexadecimal::array(digits.as_bytes()).map(WireTime).ok_or_else(|| ComposeError::field(name))
}

pub(super) fn list<T>(
    object: &Json,
    name: &str,
    read: impl Fn(&Json) -> Result<T, ComposeError>,
) -> Result<Vec<T>, ComposeError> {
    object.get(name).and_then(Json::as_array).ok_or_else(|| ComposeError::field(name))?.iter().map(read).collect()
}

pub(super) fn text<'a>(object: &'a Json, name: &str) -> Result<&'a str, ComposeError> {
    object.get(name).and_then(Json::as_str).ok_or_else(|| ComposeError::field(name))
}

pub(super) fn station(object: &Json, name: &str) -> Result<StationAddress, ComposeError> {
    StationAddress::parse(text(object, name)?).ok_or_else(|| ComposeError::field(name))
}

fn password(object: &Json, name: &str) -> Result<u16, ComposeError> {
    let bytes = hexadecimal::array(text(object, name)?.as_bytes());
    bytes.map(u16::from_be_bytes).ok_or_else(|| ComposeError::field(name))
}

pub(super) fn hex_byte(object: &Json, name: &str) -> Result<u8, ComposeError> {
    let [byte] = hexadecimal::array(text(object, name)?.as_bytes()).ok_or_else(|| ComposeError::field(name))?;
    Ok(byte)
}

pub(super) fn hex_bytes(object: &Json, name: &str) -> Result<Vec<u8>, ComposeError> {
    hexadecimal::bytes(text(object, name)?.as_bytes()).ok_or_else(|| ComposeError::field(name))
}

/// One byte a character; characters beyond one byte have none.
pub(super) fn from_latin(text: &str, name: &str) -> Result<Vec<u8>, ComposeError> {
    text.chars().map(|character| u8::try_from(character).map_err(|_| ComposeError::field(name))).collect()
}
