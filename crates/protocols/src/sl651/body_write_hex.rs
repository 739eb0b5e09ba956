//! Writes bodies in HEX/BCD coding.

use super::bcd::{self, Value};
use super::content::{Content, Element, ElementData, Parameter, PeriodQuestion, SLOTS, Section};
use super::error::EncodeError;
use super::identifier::{BULK, ElementId, Identifier, MANUAL, PICTURE, RAIN_SERIES};
use super::message::Message;
use super::report_hex::{MANUAL_MARK, STATION_MARK, TIME_MARK};
use super::time::ObservationTime;

pub(super) fn write(message: &Message) -> Result<Vec<u8>, EncodeError> {
    let mut body = message.serial.to_be_bytes().to_vec();
    body.extend_from_slice(&message.sent.0);
    if let (Some(station), false) = (message.station, matches!(message.content, Content::Report(_))) {
        body.extend_from_slice(STATION_MARK);
        body.extend_from_slice(&station.0);
    }
    write_content(&message.content, &mut body)?;
    Ok(body)
}

fn write_content(content: &Content, body: &mut Vec<u8>) -> Result<(), EncodeError> {
    match content {
        Content::Empty => {}
        Content::Report(sections) => sections.iter().try_for_each(|section| write_section(section, body))?,
        Content::Manual(text) => {
            body.extend_from_slice(MANUAL_MARK);
            body.extend_from_slice(text);
        }
        Content::PeriodQuestion(question) => write_period(question, body)?,
        Content::Identifiers(identifiers) => {
            identifiers.iter().try_for_each(|identifier| write_identifier(identifier, body))?;
        }
        Content::Parameters(parameters) => {
            parameters.iter().try_for_each(|parameter| write_parameter(parameter, body))?;
        }
        Content::PasswordChange { old, new } => {
            for password in [old, new] {
                body.extend_from_slice(&[0x03, 0x10]);
                body.extend_from_slice(&password.to_be_bytes());
            }
        }
        Content::PasswordChanged(new) => {
            body.extend_from_slice(&[0x03, 0x10]);
            body.extend_from_slice(&new.to_be_bytes());
        }
        Content::Version(text) => write_counted(text, body)?,
        Content::Status(word) => {
            body.extend_from_slice(&[0x45, 0x20]);
            body.extend_from_slice(&word.0.to_be_bytes());
        }
        Content::Switches(bits) => write_counted(bits, body)?,
        Content::Gates(gates) => body.extend(gates.write()?),
        Content::Quota(on) => body.push(if *on { 0xFF } else { 0x00 }),
        Content::Events(counts) => counts.iter().for_each(|count| body.extend_from_slice(&count.to_be_bytes())),
        Content::Unknown(data) => body.extend_from_slice(data),
    }
    Ok(())
}

/// One byte for the length, and the bytes.
fn write_counted(data: &[u8], body: &mut Vec<u8>) -> Result<(), EncodeError> {
    let too_long = EncodeError::TooLong { length: data.len(), maximum: 255 };
    body.push(u8::try_from(data.len()).map_err(|_| too_long)?);
    body.extend_from_slice(data);
    Ok(())
}

fn write_identifier(identifier: &Identifier, body: &mut Vec<u8>) -> Result<(), EncodeError> {
    let ElementId::Code(code) = identifier.id else {
        return Err(EncodeError::NotExpressible { what: "a symbol" });
    };
    match code.to_be_bytes() {
        [0, low] if low != 0xFF => body.push(low),
        [0xFF, low] => body.extend_from_slice(&[0xFF, low]),
        _ => return Err(EncodeError::NotExpressible { what: "an identifier beyond FE that is not FFxx" }),
    }
    body.push(identifier.definition);
    Ok(())
}

/// The definition byte is kept as given: the relay ranges of table D.1 use all of it for the length.
fn write_parameter(parameter: &Parameter, body: &mut Vec<u8>) -> Result<(), EncodeError> {
    write_identifier(&parameter.identifier, body)?;
    body.extend_from_slice(&parameter.data);
    Ok(())
}

fn write_period(question: &PeriodQuestion, body: &mut Vec<u8>) -> Result<(), EncodeError> {
    body.extend_from_slice(&question.from.0);
    body.extend_from_slice(&question.to.0);
    body.extend_from_slice(&[0x04, 0x18]);
    body.extend_from_slice(&question.step.to_bcd());
    question.identifiers.iter().try_for_each(|identifier| write_identifier(identifier, body))
}

fn write_section(section: &Section, body: &mut Vec<u8>) -> Result<(), EncodeError> {
    body.extend_from_slice(STATION_MARK);
    body.extend_from_slice(&section.station.0);
    body.extend(section.class.map(|class| class.0));
    let mut current = None;
    write_time(section.observed, &mut current, body);
    for element in &section.elements {
        write_time(element.observed, &mut current, body);
        write_element(element, body)?;
    }
    Ok(())
}

/// The time, where it differs from the one in force.
fn write_time(time: Option<ObservationTime>, current: &mut Option<ObservationTime>, body: &mut Vec<u8>) {
    if let Some(time) = time.filter(|time| *current != Some(*time)) {
        body.extend_from_slice(TIME_MARK);
        body.extend_from_slice(&time.0);
        *current = Some(time);
    }
}

fn write_element(element: &Element, body: &mut Vec<u8>) -> Result<(), EncodeError> {
    let identifier = &element.identifier;
    write_identifier(identifier, body)?;
    let data = element_data(identifier, &element.data)?;
    let unbounded = matches!(identifier.id.code(), Some(MANUAL | PICTURE | BULK));
    let free = unbounded || identifier.id.is_slotted() || matches!(element.data, ElementData::Values(_));
    if !free && data.len() != identifier.bytes() {
        return Err(EncodeError::NotExpressible { what: "data of a length other than its definition" });
    }
    body.extend(data);
    Ok(())
}

fn element_data(identifier: &Identifier, data: &ElementData) -> Result<Vec<u8>, EncodeError> {
    let (bytes, decimals) = (identifier.bytes(), identifier.decimals());
    match data {
        ElementData::Value(value) => bcd::write_value(value, bytes, decimals),
        ElementData::Values(values) if identifier.id.is_slotted() => {
            write_slots(values, if identifier.id.code() == Some(RAIN_SERIES) { 1 } else { 2 })
        }
        ElementData::Values(values) => {
            let parts: Result<Vec<_>, _> =
                values.iter().map(|value| bcd::write_value(value, bytes, decimals)).collect();
            Ok(parts?.concat())
        }
        ElementData::Step(step) => Ok(step.to_bcd().to_vec()),
        ElementData::Status(word) => Ok(word.0.to_be_bytes().to_vec()),
        ElementData::Text(data) | ElementData::Bytes(data) => Ok(data.clone()),
    }
}

/// Twelve unsigned numbers of one byte (0.1 mm) or two (0.01 m).
pub(super) fn write_slots(values: &[Value], width: usize) -> Result<Vec<u8>, EncodeError> {
    if values.len() != SLOTS {
        return Err(EncodeError::NotExpressible { what: "a block of other than twelve values" });
    }
    let (decimals, limit) = if width == 1 { (1, 0xFE) } else { (2, 0xFFFE) };
    let slot = |value: &Value| {
        let Value::Number(text) = value else { return Ok(u32::MAX) };
        let misfit = || EncodeError::DoesNotFit { text: text.clone(), bytes: width, decimals };
        bcd::scaled(text, decimals).filter(|number| *number <= limit).ok_or_else(misfit)
    };
    let mut data = Vec::new();
    for value in values {
        data.extend(slot(value)?.to_be_bytes().into_iter().skip(4 - width));
    }
    Ok(data)
}
