//! Frames as JSON objects, in the shape of the test vectors, and back.

use serde_json::Value as Json;

use super::content::Content;
use super::decoder::{Decoder, Tolerance};
use super::digits;
use super::edition::HeaderLayout;
use super::error::{BodyError, ComposeError, ComposeProblem};
use super::field::{Field, Object, expected, hexadecimal, text};
use super::frame::{Frame, Header, Packet};
use super::message::Message;
use super::numbers::Bits;
use super::phone::Phone;

/// Describes every frame in `bytes`, read by the letter of the standard; `{"error": code}` for damaged ones.
pub fn describe(bytes: &[u8]) -> Vec<Json> {
    let mut decoder = Decoder::new(Tolerance::Strict);
    let mut results = decoder.feed(bytes);
    results.extend(decoder.expire());
    let described = results.into_iter().map(|result| match result {
        Ok(frame) => describe_frame(&frame),
        Err(rejected) => damaged(Object::new(), rejected.error.code(), &rejected.error.to_string()),
    });
    described.collect()
}

fn damaged(mut object: Object, code: &str, reason: &str) -> Json {
    object.insert("error".to_owned(), code.into());
    object.insert("reason".to_owned(), reason.into());
    object.into()
}

/// Describes one frame, whole message or sub-packet.
pub fn describe_frame(frame: &Frame) -> Json {
    let mut object = describe_header(frame);
    if frame.is_sealed() {
        object.insert("body".to_owned(), digits::text(&frame.body).into());
        return object.into();
    }
    match frame.content() {
        Ok(content) => {
            content.message.describe(&mut object);
            if !content.trailing.is_empty() {
                object.insert("trailing".to_owned(), digits::text(&content.trailing).into());
            }
            object.into()
        }
        Err(error) => unreadable(object, frame, &error),
    }
}

fn unreadable(mut object: Object, frame: &Frame, error: &BodyError) -> Json {
    object.insert("body".to_owned(), digits::text(&frame.body).into());
    damaged(object, "bad_field", &error.to_string())
}

fn describe_header(frame: &Frame) -> Object {
    let header = &frame.header;
    let mut object = Object::new();
    let mut put = |name: &str, value: Json| object.insert(name.to_owned(), value);
    put("msg_id", format!("{:04X}", header.message_id).into());
    put("len", frame.body.len().into());
    put("encrypt", header.encryption.into());
    put("layout", header.layout.name().into());
    if let HeaderLayout::V2019 { version } = header.layout {
        put("protocol_version", version.into());
    }
    put("phone", header.phone.as_str().into());
    put("serial", header.serial.into());
    if let Some(packet) = header.packet {
        put("pkg_total", packet.total.into());
        put("pkg_seq", packet.number.into());
    }
    if let Some(checksum) = frame.checksum() {
        put("checksum", format!("{checksum:02X}").into());
    }
    if header.version_bit_wrong {
        put("version_bit_wrong", true.into());
    }
    if header.reserved_bit {
        put("reserved_bit", true.into());
    }
    if let Some(declared) = header.wrong_length {
        put("declared_len", declared.into());
    }
    object
}

/// The bytes of a frame described as [`describe`] does. `len` and `checksum` are worked out, not taken over.
///
/// Needed are `msg_id`, `phone` and the fields of the message; `layout` (2013 if absent), `serial` (0), `encrypt`,
/// `protocol_version`, `pkg_total` with `pkg_seq`, `version_bit_wrong` and `trailing` may be given. With `body`, the
/// body is taken as it is.
pub fn compose(description: &Json) -> Result<Vec<u8>, ComposeError> {
    Ok(compose_frame(description)?.to_bytes()?)
}

/// The frame described; its body may be too long for one frame and then wants [`split`](super::split).
pub fn compose_frame(description: &Json) -> Result<Frame, ComposeError> {
    let Some(object) = description.as_object() else { return expected(Some(description), "an object") };
    let header = compose_header(object)?;
    if (header.packet.is_some() || header.encryption != 0) && !object.contains_key("body") {
        return Err(ComposeError::from(ComposeProblem::Missing).at("body"));
    }
    let message = Message::compose(header.message_id, object)?;
    let mut body = message.to_body(header.layout.edition())?;
    if let Some(trailing) = object.get("trailing") {
        body.extend(hexadecimal(Some(trailing)).map_err(|error| error.at("trailing"))?);
    }
    Ok(Frame { header, body })
}

fn compose_header(object: &Object) -> Result<Header, ComposeError> {
    let flag = |name: &str| object.get(name).and_then(Json::as_bool).unwrap_or_default();
    let layout = compose_layout(object)?;
    let phone = text(object.get("phone")).map_err(|error| error.at("phone"))?;
    let serial = optional::<u16>("serial", object)?.unwrap_or_default();
    let packet = match optional::<u16>("pkg_total", object)? {
        Some(total) => Some(Packet { total, number: u16::compose("pkg_seq", object)? }),
        None => None,
    };
    Ok(Header {
        packet,
        encryption: optional::<u8>("encrypt", object)?.unwrap_or_default(),
        version_bit_wrong: flag("version_bit_wrong"),
        reserved_bit: flag("reserved_bit"),
        wrong_length: optional::<u16>("declared_len", object)?,
        ..Header::new(Bits::<u16>::compose("msg_id", object)?, layout, Phone::new(phone), serial)
    })
}

fn compose_layout(object: &Object) -> Result<HeaderLayout, ComposeError> {
    match object.get("layout").map(Json::as_str) {
        None | Some(Some("2013" | "2011")) => Ok(HeaderLayout::V2013),
        Some(Some("2019")) => {
            let version = optional::<u8>("protocol_version", object)?.unwrap_or(1);
            Ok(HeaderLayout::V2019 { version })
        }
        Some(_) => Err(ComposeError::from(ComposeProblem::Expected { expected: "2013 or 2019" }).at("layout")),
    }
}

fn optional<F: Field>(name: &str, object: &Object) -> Result<Option<F::Value>, ComposeError> {
    object.get(name).map(|_| F::compose(name, object)).transpose()
}

impl Content {
    /// The fields of the message alone, as [`describe`] has them, without a header.
    pub fn describe(&self) -> Json {
        let mut object = Object::new();
        self.message.describe(&mut object);
        object.into()
    }
}
