//! Writes bodies in ASCII coding.

use super::bcd::Value;
use super::body_ascii::{MANUAL_WORD, STATION_WORD};
use super::body_write_hex::write_slots;
use super::content::{Content, Element, ElementData, PeriodQuestion, Section};
use super::control::Gates;
use super::error::EncodeError;
use super::hexadecimal;
use super::identifier::{ElementId, Identifier, RAIN_SERIES, STATUS};
use super::message::Message;
use super::time::ObservationTime;

pub(super) fn write(message: &Message) -> Result<Vec<u8>, EncodeError> {
    let mut body = format!("{:04X}{}", message.serial, message.sent).into_bytes();
    if let (Some(station), false) = (message.station, matches!(message.content, Content::Report(_))) {
        body.extend_from_slice(STATION_WORD);
        write_word(&hexadecimal::upper(&station.0), &mut body)?;
    }
    write_content(&message.content, &mut body)?;
    Ok(body)
}

/// A word and the blank that closes it. A blank inside would make two words of it.
fn write_word(word: &str, body: &mut Vec<u8>) -> Result<(), EncodeError> {
    if word.is_empty() || word.bytes().any(|byte| byte == b' ') {
        return Err(EncodeError::NotExpressible { what: "an empty word or one with a blank" });
    }
    body.extend_from_slice(word.as_bytes());
    body.push(b' ');
    Ok(())
}

fn write_words(words: &[String], body: &mut Vec<u8>) -> Result<(), EncodeError> {
    words.iter().try_for_each(|word| write_word(word, body))
}

fn write_content(content: &Content, body: &mut Vec<u8>) -> Result<(), EncodeError> {
    match content {
        Content::Empty => Ok(()),
        Content::Report(sections) => sections.iter().try_for_each(|section| write_section(section, body)),
        Content::Manual(text) => {
            body.extend_from_slice(MANUAL_WORD);
            body.extend_from_slice(text);
            Ok(())
        }
        Content::PeriodQuestion(question) => write_period(question, body),
        Content::Identifiers(identifiers) => {
            identifiers.iter().try_for_each(|identifier| write_word(symbol(identifier)?, body))
        }
        Content::Parameters(parameters) => parameters.iter().try_for_each(|parameter| {
            write_word(symbol(&parameter.identifier)?, body)?;
            write_bytes(&parameter.data, body)
        }),
        Content::PasswordChange { old, new } => {
            write_words(&["03".to_owned(), format!("{old:04X}"), "03".to_owned(), format!("{new:04X}")], body)
        }
        Content::PasswordChanged(new) => write_words(&["03".to_owned(), format!("{new:04X}")], body),
        Content::Version(text) => write_version(text, body),
        Content::Status(word) => write_words(&["ZT".to_owned(), format!("{:08X}", word.0)], body),
        Content::Switches(bits) => write_words(&[format!("{:02X}", bits.len()), hexadecimal::upper(bits)], body),
        Content::Gates(gates) => write_gates(gates, body),
        Content::Quota(on) => write_word(if *on { "FF" } else { "00" }, body),
        Content::Events(counts) => {
            let data: Vec<u8> = counts.iter().flat_map(|count| count.to_be_bytes()).collect();
            write_word(&hexadecimal::upper(&data), body)
        }
        Content::Unknown(data) => {
            body.extend_from_slice(data);
            Ok(())
        }
    }
}

fn write_version(text: &[u8], body: &mut Vec<u8>) -> Result<(), EncodeError> {
    if text.len() > 255 {
        return Err(EncodeError::TooLong { length: text.len(), maximum: 255 });
    }
    body.extend_from_slice(format!("{:02X} ", text.len()).as_bytes());
    body.extend_from_slice(text);
    body.push(b' ');
    Ok(())
}

/// Count, states, and one word for each opening.
fn write_gates(gates: &Gates, body: &mut Vec<u8>) -> Result<(), EncodeError> {
    let data = gates.write()?;
    let (count, rest) = data.split_at_checked(1).unwrap_or_default();
    let (open, openings) = rest.split_at_checked(gates.open.len()).unwrap_or_default();
    let mut words = vec![hexadecimal::upper(count), hexadecimal::upper(open)];
    words.extend(openings.chunks(2).map(hexadecimal::upper));
    words.retain(|word| !word.is_empty());
    write_words(&words, body)
}

fn symbol(identifier: &Identifier) -> Result<&str, EncodeError> {
    match &identifier.id {
        ElementId::Symbol(symbol) => Ok(symbol),
        ElementId::Code(_) => Err(EncodeError::NotExpressible { what: "a code instead of a symbol" }),
    }
}

fn write_period(question: &PeriodQuestion, body: &mut Vec<u8>) -> Result<(), EncodeError> {
    write_words(&[question.from.to_string(), question.to.to_string(), question.step.to_symbol()], body)?;
    question.identifiers.iter().try_for_each(|identifier| write_word(symbol(identifier)?, body))
}

fn write_section(section: &Section, body: &mut Vec<u8>) -> Result<(), EncodeError> {
    body.extend_from_slice(STATION_WORD);
    write_word(&hexadecimal::upper(&section.station.0), body)?;
    if let Some(class) = section.class {
        write_word(&char::from(class.0).to_string(), body)?;
    }
    let mut current = None;
    write_time(section.observed, &mut current, body)?;
    let mut elements = section.elements.as_slice();
    while let Some((element, rest)) = elements.split_first() {
        write_time(element.observed, &mut current, body)?;
        let columns = elements.iter().take_while(|next| is_column(next) && next.observed == element.observed).count();
        if columns > 0 {
            let (table, others) = elements.split_at_checked(columns).unwrap_or_default();
            write_table(table, body)?;
            elements = others;
        } else {
            write_element(element, body)?;
            elements = rest;
        }
    }
    Ok(())
}

fn write_time(
    time: Option<ObservationTime>,
    current: &mut Option<ObservationTime>,
    body: &mut Vec<u8>,
) -> Result<(), EncodeError> {
    match time.filter(|time| *current != Some(*time)) {
        Some(time) => {
            *current = Some(time);
            write_words(&["TT".to_owned(), time.to_string()], body)
        }
        None => Ok(()),
    }
}

/// Whether the element is a column of a table of values.
fn is_column(element: &Element) -> bool {
    matches!(element.data, ElementData::Values(_)) && !element.identifier.id.is_slotted()
}

/// Symbols, then values row by row (table 30).
fn write_table(columns: &[Element], body: &mut Vec<u8>) -> Result<(), EncodeError> {
    columns.iter().try_for_each(|column| write_word(symbol(&column.identifier)?, body))?;
    let values: Vec<&[Value]> = columns
        .iter()
        .map(|column| match &column.data {
            ElementData::Values(values) => values.as_slice(),
            _ => &[],
        })
        .collect();
    let rows = values.iter().map(|column| column.len()).max().unwrap_or_default();
    for row in 0..rows {
        for column in &values {
            write_value(column.get(row).unwrap_or(&Value::Missing), body)?;
        }
    }
    Ok(())
}

fn write_value(value: &Value, body: &mut Vec<u8>) -> Result<(), EncodeError> {
    match value {
        Value::Number(text) => write_word(text, body),
        Value::Missing => write_word("M", body),
        Value::Invalid(data) => write_bytes(data, body),
    }
}

fn write_bytes(data: &[u8], body: &mut Vec<u8>) -> Result<(), EncodeError> {
    let text = std::str::from_utf8(data).map_err(|_| EncodeError::NotExpressible { what: "bytes that are no text" })?;
    write_word(text, body)
}

fn write_element(element: &Element, body: &mut Vec<u8>) -> Result<(), EncodeError> {
    let identifier = &element.identifier;
    write_word(symbol(identifier)?, body)?;
    match &element.data {
        ElementData::Value(value) => write_value(value, body),
        ElementData::Values(values) => {
            let width = if identifier.id.code() == Some(RAIN_SERIES) { 1 } else { 2 };
            write_word(&hexadecimal::upper(&write_slots(values, width)?), body)
        }
        // The symbol says it all.
        ElementData::Step(_) => Ok(()),
        ElementData::Status(word) => write_word(&format!("{:08X}", word.0), body),
        ElementData::Bytes(data) if identifier.id.code() == Some(STATUS) => write_bytes(data, body),
        ElementData::Text(data) | ElementData::Bytes(data) => {
            body.extend_from_slice(data);
            Ok(())
        }
    }
}
