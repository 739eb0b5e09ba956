//! Frames from JSON: the way back from a description.

use serde_json::Value;

use super::command::Command;
use super::error::EncodeError;
use super::fields::{ComposeError, Stated};
use super::frame::{Address, Frame, Header, MAX_UNIT, ProtocolVersion};
use super::type_flag::TypeFlag;
use super::unit::DataUnit;

/// Makes the bytes of a frame out of a description as [`describe`](super::describe) writes it.
///
/// `src`, `dst` and `cmd` must be there; `serial` is else 0, `version` 1.1, `time` that of an unset clock. With `type`
/// goes `objects`, or `payload` (hexadecimal) and `count`. Length, checksum and names are not looked at.
pub fn compose(description: &Value) -> Result<Vec<u8>, ComposeError> {
    if !description.is_object() || description.get("error").is_some() {
        return Err(ComposeError::invalid("frame", "the description of a whole frame"));
    }
    let stated = Stated { values: description, details: description };
    let (main, user) = if stated.find("version").is_some() { stated.version("version")? } else { (1, 1) };
    let header = Header {
        serial: if stated.find("serial").is_some() { stated.number("serial")? } else { 0 },
        version: ProtocolVersion { main, user },
        sent: stated.time("time")?,
        source: address(stated, "src")?,
        destination: address(stated, "dst")?,
        command: Command::from_number(stated.number("cmd")?),
    };
    Ok(Frame { header, application: application(stated)? }.to_bytes()?)
}

fn address(stated: Stated<'_>, field: &'static str) -> Result<Address, ComposeError> {
    let number = stated.number::<u64>(field)?;
    Address::new(number).ok_or(ComposeError::invalid(field, "a number below 2 to the power of 48"))
}

fn application(stated: Stated<'_>) -> Result<Vec<u8>, ComposeError> {
    if stated.find("type").is_none() {
        return Ok(Vec::new());
    }
    let type_flag = TypeFlag::from_number(stated.number("type")?);
    let Some(objects) = stated.find("objects") else { return opaque(stated, type_flag) };
    let objects = objects.as_array().ok_or(ComposeError::invalid("objects", "a list"))?;
    let details = stated.find("details").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    Ok(DataUnit::from_described(type_flag, objects, details)?.to_bytes()?)
}

fn opaque(stated: Stated<'_>, type_flag: TypeFlag) -> Result<Vec<u8>, ComposeError> {
    let body = stated.bytes("payload")?.ok_or(ComposeError::Missing { field: "objects" })?;
    let mut bytes = vec![type_flag.number(), stated.number("count")?];
    bytes.extend(body);
    let length = bytes.len();
    if length > MAX_UNIT {
        return Err(EncodeError::TooLong { length, maximum: MAX_UNIT }.into());
    }
    Ok(bytes)
}
