//! The way back from described elements to typed ones.

use serde_json::Value as Json;

use super::bcd::{self, Value};
use super::compose::{from_latin, hex_byte, hex_bytes, station, text, wire_time};
use super::content::{Content, Element, ElementData, Section, definition_for, text_value};
use super::error::ComposeError;
use super::frame::Coding;
use super::hexadecimal;
use super::identifier::{ElementId, Identifier, RAIN_SERIES, STATUS, STEP, TimeStep};
use super::station::StationClass;
use super::status::StatusWord;
use super::table::{ElementKind, element_kind};
use super::time::ObservationTime;

/// A report, or text put in by hand where no station is given.
pub(super) fn compose(coding: Coding, description: &Json) -> Result<Content, ComposeError> {
    let elements = description.get("elements").and_then(Json::as_array);
    let elements = elements.ok_or_else(|| ComposeError::field("elements"))?;
    if description.get("body_station").is_none() {
        let first = elements.first().ok_or_else(|| ComposeError::field("elements"))?;
        return Ok(Content::Manual(from_latin(text(first, "text")?, "text")?));
    }
    // A layout that does not match its elements belongs to others.
    let layout = description.get("layout").and_then(Json::as_array).filter(|layout| layout.len() == elements.len());
    let mut section = compose_section(coding, description, "body_station")?;
    let mut sections = Vec::new();
    for (index, element) in elements.iter().enumerate() {
        if element.get("station").is_some() {
            sections.push(std::mem::replace(&mut section, compose_section(coding, element, "station")?));
            continue;
        }
        let entry = layout.and_then(|layout| layout.get(index)).unwrap_or(&Json::Null);
        let current = section.elements.last().map_or(section.observed, |last| last.observed);
        section.elements.push(compose_element(coding, element, entry, current)?);
    }
    sections.push(section);
    Ok(Content::Report(sections))
}

fn compose_section(coding: Coding, object: &Json, name: &str) -> Result<Section, ComposeError> {
    let class = match (object.get("class").is_some(), coding) {
        (false, _) => None,
        (true, Coding::Hex) => Some(hex_byte(object, "class")?),
        (true, Coding::Ascii) => from_latin(text(object, "class")?, "class")?.first().copied(),
    };
    let observed = if object.get("observed").is_some() { Some(time(object, "observed")?) } else { None };
    Ok(Section { station: station(object, name)?, class: class.map(StationClass), observed, elements: Vec::new() })
}

fn time(object: &Json, name: &str) -> Result<ObservationTime, ComposeError> {
    wire_time(text(object, name)?, name)
}

fn compose_element(
    coding: Coding,
    object: &Json,
    layout: &Json,
    current: Option<ObservationTime>,
) -> Result<Element, ComposeError> {
    let observed = match [object, layout].into_iter().find(|object| object.get("t").is_some_and(Json::is_string)) {
        Some(object) => Some(time(object, "t")?),
        None => current,
    };
    let data = if layout.get("data").is_some() { Some(hex_bytes(layout, "data")?) } else { None };
    if coding == Coding::Ascii {
        let identifier = Identifier::ascii(text(object, "id")?);
        let data = compose_data(&identifier, object, data, Coding::Ascii)?;
        return Ok(Element { identifier, observed, data });
    }
    let code = hexadecimal::number(text(object, "id")?.as_bytes()).and_then(|code| u16::try_from(code).ok());
    let code = code.ok_or_else(|| ComposeError::field("id"))?;
    let definition = match [object, layout].into_iter().find(|object| object.get("definition").is_some()) {
        Some(object) => hex_byte(object, "definition")?,
        None => usual_definition(code, object)?,
    };
    let identifier = Identifier { id: ElementId::Code(code), definition };
    let data = compose_data(&identifier, object, data, Coding::Hex)?;
    Ok(Element { identifier, observed, data })
}

/// The definition byte of an element described without one.
fn usual_definition(code: u16, object: &Json) -> Result<u8, ComposeError> {
    Ok(match code {
        STEP => 0x18,
        STATUS => 0x20,
        RAIN_SERIES => 0x60,
        0xF5..=0xFC => 0xC0,
        0xF2 | 0xF3 => u8::try_from(code).unwrap_or_default(),
        0xFD => 0xF6,
        _ => {
            let single = object.get("value").into_iter();
            let all = single.chain(object.get("values").and_then(Json::as_array).into_iter().flatten());
            let missing = element_kind(code).map_or(0x20, ElementKind::definition);
            let wanted: Result<Vec<u8>, _> =
                all.filter_map(Json::as_str).map(|text| definition_for(code, text)).collect();
            let wanted = wanted?;
            // Bytes and decimals of the largest: they need not be of the same value.
            let bytes = wanted.iter().map(|definition| definition >> 3).max();
            let decimals = wanted.iter().map(|definition| definition & 7).max();
            bytes.zip(decimals).map_or(missing, |(bytes, decimals)| bytes << 3 | decimals)
        }
    })
}

fn compose_data(
    identifier: &Identifier,
    object: &Json,
    data: Option<Vec<u8>>,
    coding: Coding,
) -> Result<ElementData, ComposeError> {
    if let Some(words) = object.get("text") {
        let words = words.as_str().ok_or_else(|| ComposeError::field("text"))?;
        return Ok(ElementData::Text(from_latin(words, "text")?));
    }
    if object.get("step").is_some() {
        let bytes = data.map_or_else(|| hex_bytes(object, "step"), Ok)?;
        let step = bytes.as_slice().try_into().ok().and_then(TimeStep::from_bcd);
        return Ok(step.map_or(ElementData::Bytes(bytes), ElementData::Step));
    }
    if object.get("status").is_some() {
        let bytes = data.map_or_else(|| hex_bytes(object, "status"), Ok)?;
        return Ok(match bytes.as_slice().try_into() {
            Ok(word) if coding == Coding::Hex || bytes.len() == 4 => {
                ElementData::Status(StatusWord(u32::from_be_bytes(word)))
            }
            _ => ElementData::Bytes(bytes),
        });
    }
    if object.get("bytes").is_some() {
        return data.map(ElementData::Bytes).ok_or_else(|| ComposeError::field("layout"));
    }
    if let Some(values) = object.get("values").and_then(Json::as_array) {
        let bytes = identifier.bytes().max(1);
        return Ok(ElementData::Values(match data {
            Some(data) => data.chunks(bytes).map(|data| bcd::read(data, identifier.decimals())).collect(),
            None => values.iter().map(|value| compose_value(value, coding)).collect::<Result<_, _>>()?,
        }));
    }
    let value = object.get("value").ok_or_else(|| ComposeError::field("value"))?;
    Ok(ElementData::Value(match data {
        Some(data) => bcd::read(&data, identifier.decimals()),
        None => compose_value(value, coding)?,
    }))
}

fn compose_value(value: &Json, coding: Coding) -> Result<Value, ComposeError> {
    match (value, coding) {
        (Json::Null, _) => Ok(Value::Missing),
        (Json::String(text), Coding::Hex) => Ok(Value::Number(text.clone())),
        (Json::String(text), Coding::Ascii) => Ok(text_value(&from_latin(text, "value")?)),
        _ => Err(ComposeError::field("value")),
    }
}
