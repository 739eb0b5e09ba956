//! Frames as JSON, in the shape of the test vectors.

use serde_json::{Value, json};

use super::decoder::Decoder;
use super::error::UnitError;
use super::fields::Fields;
use super::frame::Frame;
use super::type_flag::{Direction, TypeFlag};
use super::unit::DataUnit;

/// Describes everything in `bytes`: one object per frame, `{"error": code, "message": …}` for what is none.
///
/// Beside the values stand `cmd_name`, `type_name` and `details`, one object per information object, with the names
/// of types, states and operations, scaled values with their units, and the raw bytes (`text_raw`, `time_raw`) of what
/// has no usual spelling. [`compose`](super::compose) makes the same bytes of it again.
pub fn describe(bytes: &[u8]) -> Vec<Value> {
    let mut decoder = Decoder::new();
    let mut found = decoder.feed(bytes);
    found.extend(decoder.expire());
    found
        .into_iter()
        .map(|result| match result {
            Ok(frame) => describe_frame(&frame).unwrap_or_else(|error| damaged(error.code(), &error.to_string())),
            Err(rejected) => damaged(rejected.error.code(), &rejected.error.to_string()),
        })
        .collect()
}

fn damaged(code: &str, message: &str) -> Value {
    json!({ "error": code, "message": message })
}

fn describe_frame(frame: &Frame) -> Result<Value, UnitError> {
    let header = &frame.header;
    let mut fields = Fields::default();
    fields.put("serial", header.serial);
    fields.put("version", header.version.to_string());
    fields.put_time("time", header.sent);
    fields.put("src", header.source.number());
    fields.put("dst", header.destination.number());
    fields.put("len", frame.application.len());
    fields.put("cmd", header.command.number());
    fields.put("cmd_name", header.command.identifier());
    fields.put("checksum", format!("{:02X}", frame.checksum()));
    if let Some(unit) = frame.unit()? {
        describe_unit(&unit, &mut fields);
    }
    let Fields { mut values, details } = fields;
    values.extend(details);
    Ok(Value::Object(values))
}

fn describe_unit(unit: &DataUnit, fields: &mut Fields) {
    let type_flag = unit.type_flag();
    fields.put("type", type_flag.number());
    fields.put("type_name", type_flag.identifier());
    fields.put("count", unit.count());
    if has_payload(type_flag) {
        fields.put("payload", hex::encode(unit.body()));
    }
    if let Some((objects, details)) = unit.described() {
        fields.put("objects", objects);
        fields.put("details", details);
    }
}

/// Whether the vectors show the objects as bytes: for what goes down, and for unknown types.
fn has_payload(type_flag: TypeFlag) -> bool {
    let known = TypeFlag::NAMED.contains(&type_flag);
    !known || type_flag.direction() == Some(Direction::Down)
}
