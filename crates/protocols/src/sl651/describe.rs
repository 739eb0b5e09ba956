//! Frames as JSON objects, for people and for tests.

use serde_json::{Map, Value as Json, json};

use super::bcd::Value;
use super::content::{Content, Element, ElementData, Section};
use super::describe_content;
use super::error::FrameError;
use super::examine::{Step, examine};
use super::frame::{Coding, Direction, Frame, Received, STX, SYN};
use super::hexadecimal;
use super::identifier::{ElementId, MANUAL};
use super::message::Message;
use super::time::{ObservationTime, SendTime};

/// Describes all frames in `bytes` by the letter of the standard, one object each; a damaged one is
/// `{"error": "<code>"}`. What stands between frames is passed over; bytes without any frame yield `bad_start`.
///
/// Beside the fields of the test vectors an object has `layout`, one entry per element: its definition byte, and its
/// data where its value does not tell them. With it [`compose`](super::compose) writes the very same frame.
pub fn describe(bytes: &[u8]) -> Vec<Json> {
    let mut objects = Vec::new();
    let (mut position, mut damaged_until) = (0, 0);
    while let Some(rest) = bytes.get(position..)
        && !rest.is_empty()
    {
        match examine(rest, true) {
            // With nothing to follow, nothing is waited for.
            Step::Wait => break,
            Step::Found(received) => {
                position += received.raw.len();
                objects.push(describe_frame(&received).unwrap_or_else(error));
            }
            Step::Blank(count) | Step::Reject { error: FrameError::BadStart { .. }, count, .. } => position += count,
            Step::Reject { error: broken, count, extent } => {
                // What looks like a start within a damaged frame is not another damaged frame.
                if position >= damaged_until {
                    objects.push(error(broken.code()));
                    damaged_until = position + extent;
                }
                position += count;
            }
        }
    }
    if objects.is_empty() && !bytes.is_empty() {
        objects.push(error("bad_start"));
    }
    objects
}

fn error(code: &str) -> Json {
    json!({ "error": code })
}

fn describe_frame(received: &Received) -> Result<Json, &'static str> {
    let frame = &received.frame;
    let mut object = describe_header(received);
    if let Some(packet) = frame.packet {
        object.insert("pkg_total".to_owned(), json!(packet.total));
        object.insert("pkg_seq".to_owned(), json!(packet.number));
        if packet.number > 1 {
            object.insert("chunk_bytes".to_owned(), json!(frame.body.len()));
            object.insert("chunk".to_owned(), json!(hexadecimal::text(&frame.body)));
            return Ok(Json::Object(object));
        }
    }
    let (message, fault) = Message::read(frame).map_err(|_| "bad_field")?;
    if fault.is_some() {
        return Err("bad_field");
    }
    object.insert("serial".to_owned(), json!(message.serial));
    describe_sent(message.sent, &mut object);
    describe_message(frame, &message, &mut object);
    Ok(Json::Object(object))
}

fn describe_header(received: &Received) -> Map<String, Json> {
    let (frame, header) = (&received.frame, &received.frame.header);
    let mut object = Map::new();
    let mut put = |name: &str, value: Json| object.insert(name.to_owned(), value);
    let crc = match header.coding {
        Coding::Hex => hexadecimal::upper(received.raw.last_chunk::<2>().unwrap_or(&[0; 2])),
        Coding::Ascii => {
            put("encoding", json!("ascii"));
            String::from_utf8_lossy(received.raw.last_chunk::<4>().unwrap_or(&[0; 4])).to_ascii_uppercase()
        }
    };
    put("dir", json!(if header.direction == Direction::Up { "up" } else { "down" }));
    put("func", json!(header.function.to_string()));
    put("pwd", json!(format!("{:04x}", header.password)));
    put("len", json!(frame.declared_length()));
    put("stx", json!(format!("{:02X}", if frame.packet.is_some() { SYN } else { STX })));
    put("end", json!(format!("{:02X}", frame.end.byte())));
    put("crc", json!(crc));
    put("center", json!(header.center));
    put("station", json!(header.station.to_string()));
    object
}

/// As a local time; digits that are none are kept beside it.
fn describe_sent(sent: SendTime, object: &mut Map<String, Json>) {
    let digits = sent.to_string();
    let part = |from: usize| digits.get(from..from + 2).unwrap_or_default();
    if digits.bytes().all(|digit| digit.is_ascii_digit()) {
        let text = format!("20{}-{}-{}T{}:{}:{}", part(0), part(2), part(4), part(6), part(8), part(10));
        object.insert("sent".to_owned(), json!(text));
    } else {
        object.insert("sent".to_owned(), Json::Null);
        object.insert("sent_raw".to_owned(), json!(digits));
    }
}

fn describe_message(frame: &Frame, message: &Message, object: &mut Map<String, Json>) {
    match &message.content {
        Content::Report(sections) => describe_report(frame.header.coding, sections, object),
        Content::Manual(text) => {
            let id = if frame.header.coding == Coding::Hex { "F2" } else { "RGZS" };
            object.insert("elements".to_owned(), json!([{ "id": id, "text": latin(text) }]));
        }
        content => {
            if let Some(station) = message.station {
                object.insert("body_station".to_owned(), json!(station.to_string()));
            }
            let skipped = match (frame.header.coding, message.station) {
                (Coding::Hex, None) => 8,
                (Coding::Hex, Some(_)) => 15,
                (Coding::Ascii, None) => 16,
                (Coding::Ascii, Some(_)) => 30,
            };
            let rest = frame.body.get(skipped..).unwrap_or_default();
            if !rest.is_empty() {
                object.insert("body".to_owned(), json!(hexadecimal::text(rest)));
            }
            if let Some(content) = describe_content::describe(&frame.header, content) {
                object.insert("content".to_owned(), content);
            }
        }
    }
}

fn describe_report(coding: Coding, sections: &[Section], object: &mut Map<String, Json>) {
    let (mut elements, mut layout) = (Vec::new(), Vec::new());
    for (index, section) in sections.iter().enumerate() {
        let mut head = Map::new();
        describe_section(coding, section, index == 0, &mut head);
        if index == 0 {
            object.append(&mut head);
        } else {
            elements.push(Json::Object(head));
            layout.push(Json::Null);
        }
        let mut current = section.observed;
        for element in &section.elements {
            elements.push(describe_element(element));
            layout.push(describe_layout(coding, element, current));
            current = element.observed;
        }
    }
    object.insert("elements".to_owned(), Json::Array(elements));
    if layout.iter().any(|entry| !entry.is_null()) {
        object.insert("layout".to_owned(), Json::Array(layout));
    }
}

fn describe_section(coding: Coding, section: &Section, first: bool, object: &mut Map<String, Json>) {
    let station = json!(section.station.to_string());
    if first {
        object.insert("body_station".to_owned(), station);
    } else {
        object.insert("id".to_owned(), json!(if coding == Coding::Hex { "F1" } else { "ST" }));
        object.insert("station".to_owned(), station);
    }
    if let Some(class) = section.class {
        let letter = char::from(class.0).to_string();
        let text = if coding == Coding::Hex { format!("{:02X}", class.0) } else { letter };
        object.insert("class".to_owned(), json!(text));
    }
    if let Some(observed) = section.observed {
        object.insert("observed".to_owned(), json!(describe_time(observed)));
    }
}

pub(super) fn describe_time(time: ObservationTime) -> String {
    format!("20{time}")
}

/// Whether the vectors give the element no time of its own.
fn is_timeless(data: &ElementData, id: &ElementId) -> bool {
    let is_bytes = matches!(data, ElementData::Bytes(_)) && id.code().is_some_and(|code| code > MANUAL);
    matches!(data, ElementData::Text(_)) || is_bytes
}

fn describe_element(element: &Element) -> Json {
    let id = &element.identifier.id;
    let mut object = Map::new();
    object.insert("id".to_owned(), json!(id.to_string()));
    if let Some(observed) = element.observed.filter(|_| !is_timeless(&element.data, id)) {
        object.insert("t".to_owned(), json!(describe_time(observed)));
    }
    let (name, value) = match &element.data {
        ElementData::Value(value) => ("value", describe_value(id, value)),
        ElementData::Values(values) => {
            ("values", Json::Array(values.iter().map(|value| describe_value(id, value)).collect()))
        }
        ElementData::Step(step) => ("step", json!(hexadecimal::text(&step.to_bcd()))),
        ElementData::Status(word) => ("status", json!(format!("{:08x}", word.0))),
        ElementData::Text(text) => ("text", json!(latin(text))),
        ElementData::Bytes(data) => match id.code() {
            Some(super::identifier::STEP) => ("step", json!(hexadecimal::text(data))),
            Some(super::identifier::STATUS) => ("status", json!(hexadecimal::text(data))),
            _ => ("bytes", json!(data.len())),
        },
    };
    object.insert(name.to_owned(), value);
    Json::Object(object)
}

/// Missing and invalid are both null; what an ASCII frame gives instead of a number is kept as text.
fn describe_value(id: &ElementId, value: &Value) -> Json {
    match (value, id) {
        (Value::Number(text), _) => json!(text),
        (Value::Invalid(data), ElementId::Symbol(_)) => json!(latin(data)),
        (Value::Missing | Value::Invalid(_), _) => Json::Null,
    }
}

fn describe_layout(coding: Coding, element: &Element, current: Option<ObservationTime>) -> Json {
    let mut entry = Map::new();
    let (identifier, data) = (&element.identifier, &element.data);
    if coding == Coding::Hex {
        entry.insert("definition".to_owned(), json!(format!("{:02X}", identifier.definition)));
    }
    let invalid = |value: &Value| matches!(value, Value::Invalid(_));
    let kept = match data {
        ElementData::Value(Value::Invalid(data)) if coding == Coding::Hex => Some(data.clone()),
        ElementData::Values(values) if values.iter().any(invalid) => Some(
            values
                .iter()
                .flat_map(|value| {
                    super::bcd::write_value(value, identifier.bytes(), identifier.decimals()).unwrap_or_default()
                })
                .collect(),
        ),
        ElementData::Bytes(data) => Some(data.clone()),
        _ => None,
    };
    if let Some(kept) = kept {
        entry.insert("data".to_owned(), json!(hexadecimal::text(&kept)));
    }
    if is_timeless(data, &identifier.id)
        && let Some(observed) = element.observed.filter(|observed| current != Some(*observed))
    {
        entry.insert("t".to_owned(), json!(describe_time(observed)));
    }
    if entry.is_empty() { Json::Null } else { Json::Object(entry) }
}

/// One character a byte, so that no byte is lost whatever coding the station uses.
pub(super) fn latin(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}
