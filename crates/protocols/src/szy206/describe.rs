//! Frames as JSON, in the shape of the test vectors, and back.

use serde_json::{Map, Value, json};
use thiserror::Error;

use super::control::{Control, DataKind, Direction};
use super::decoder::Decoder;
use super::error::EncodeError;
use super::frame::{Address, Frame, Function};
use super::message::LinkState;

/// Why a description cannot be made a frame.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ComposeError {
    /// A field without which there is no frame is absent.
    #[error("field {field} is missing")]
    Missing {
        /// Name of the field.
        field: &'static str,
    },
    /// A field does not hold what it should.
    #[error("field {field} should be {expected}")]
    Invalid {
        /// Name of the field.
        field: &'static str,
        /// What it should hold.
        expected: &'static str,
    },
    /// The frame cannot be sent.
    #[error(transparent)]
    Encode(#[from] EncodeError),
}

/// Describes everything in `bytes`: one object per frame, `{"error": code, "message": …}` for what is none.
///
/// Beside the values stand the names of kind and function, and the count of frames left where the message is split.
pub fn describe(bytes: &[u8]) -> Vec<Value> {
    let mut decoder = Decoder::new();
    let mut found = decoder.feed(bytes);
    found.extend(decoder.expire());
    let described = found.into_iter().map(|result| match result {
        Ok(frame) => Value::Object(describe_frame(&frame)),
        Err(rejected) => json!({ "error": rejected.error.code(), "message": rejected.error.to_string() }),
    });
    described.collect()
}

fn describe_frame(frame: &Frame) -> Map<String, Value> {
    let control = &frame.control;
    let mut fields = Map::new();
    let mut put = |field: &str, value: Value| fields.insert(field.to_owned(), value);
    put("len", frame.length().into());
    put("ctrl", format!("{:02X}", control.byte()).into());
    put("dir", if control.direction == Direction::Up { "up" } else { "down" }.into());
    put("div", control.frames_left.is_some().into());
    if let Some(frames_left) = control.frames_left {
        put("divs", frames_left.into());
    }
    put("ctrl_func", control.kind.number().into());
    put("kind", control.kind.identifier().into());
    put("repetition", control.repetition.into());
    put("crc", format!("{:02X}", frame.checksum()).into());
    put("addr", frame.address.to_string().into());
    put("afn", format!("{:02X}", frame.function.number()).into());
    put("afn_name", frame.function.identifier().into());
    put("data", hex::encode(&frame.data).into());
    if let Some(state) = LinkState::read(frame) {
        put("link", state.identifier().into());
    }
    fields
}

/// Makes the bytes of a frame out of a description as [`describe`] writes it.
///
/// `addr`, `afn` and `data` must be there, and either `ctrl` or `dir` and `ctrl_func` (with `repetition`, else 0);
/// `divs` where the message is split. Length, checksum and names are not looked at.
pub fn compose(description: &Value) -> Result<Vec<u8>, ComposeError> {
    let address = bytes(description, "addr")?;
    let address = address.try_into().map_err(|_| invalid("addr", "five bytes in hexadecimal digits"))?;
    let frame = Frame {
        control: control(description)?,
        address: Address(address),
        function: Function::from_number(byte(description, "afn")?),
        data: bytes(description, "data")?,
    };
    Ok(frame.to_bytes()?)
}

fn control(description: &Value) -> Result<Control, ComposeError> {
    let frames_left = find(description, "divs").map(|_| number(description, "divs")).transpose()?;
    if find(description, "ctrl").is_some() {
        let control = byte(description, "ctrl")?;
        return if Control::is_split(control) == frames_left.is_some() {
            Ok(Control::from_byte(control, frames_left))
        } else {
            Err(invalid("divs", "there exactly if bit 6 of ctrl is 1"))
        };
    }
    let direction = match text(description, "dir")? {
        "up" => Direction::Up,
        "down" => Direction::Down,
        _ => return Err(invalid("dir", "up or down")),
    };
    let repetition = find(description, "repetition").map_or(Ok(0), |_| number(description, "repetition"))?;
    let kind = number(description, "ctrl_func")?;
    if repetition > 3 {
        return Err(invalid("repetition", "a number from 0 to 3"));
    }
    if kind > 15 {
        return Err(invalid("ctrl_func", "a number from 0 to 15"));
    }
    Ok(Control { direction, frames_left, repetition, kind: DataKind::from_number(kind) })
}

fn find<'a>(description: &'a Value, field: &str) -> Option<&'a Value> {
    description.get(field).filter(|value| !value.is_null())
}

fn invalid(field: &'static str, expected: &'static str) -> ComposeError {
    ComposeError::Invalid { field, expected }
}

fn text<'a>(description: &'a Value, field: &'static str) -> Result<&'a str, ComposeError> {
    let value = find(description, field).ok_or(ComposeError::Missing { field })?;
    value.as_str().ok_or(invalid(field, "a text"))
}

fn bytes(description: &Value, field: &'static str) -> Result<Vec<u8>, ComposeError> {
    hex::decode(text(description, field)?).map_err(|_| invalid(field, "pairs of hexadecimal digits"))
}

fn byte(description: &Value, field: &'static str) -> Result<u8, ComposeError> {
    match bytes(description, field)?.as_slice() {
        [byte] => Ok(*byte),
        _ => Err(invalid(field, "two hexadecimal digits")),
    }
}

fn number(description: &Value, field: &'static str) -> Result<u8, ComposeError> {
    let value = find(description, field).ok_or(ComposeError::Missing { field })?;
    let number = value.as_u64().and_then(|number| u8::try_from(number).ok());
    number.ok_or(invalid(field, "a number below 256"))
}
