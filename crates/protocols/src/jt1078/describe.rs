//! Packets as JSON objects and back.

use serde_json::{Value as Json, json};
use thiserror::Error;

use super::decoder::Decoder;
use super::packet::{DataKind, Intervals, Packet, PacketError};
use crate::jt808::digits;

/// Describes every packet in `bytes`; `{"error": code}` for damaged ones.
pub fn describe(bytes: &[u8]) -> Vec<Json> {
    let mut decoder = Decoder::default();
    let mut results = decoder.feed(bytes);
    results.extend(decoder.expire());
    let described = results.into_iter().map(|result| match result {
        Ok(packet) => describe_packet(&packet),
        Err(rejected) => json!({"error": rejected.error.code(), "reason": rejected.error.to_string()}),
    });
    described.collect()
}

fn describe_packet(packet: &Packet) -> Json {
    let mut description = json!({
        "v": packet.flags >> 6,
        "cc": packet.flags & 15,
        "marker": u8::from(packet.marker),
        "pt": packet.payload_type,
        "seq": packet.sequence,
        "sim": packet.sim,
        "channel": packet.channel,
        "data_type": packet.kind.number(),
        "part": packet.part,
    });
    if let Some(object) = description.as_object_mut() {
        let mut put = |name: &str, value: Json| object.insert(name.to_owned(), value);
        if packet.flags & 0x30 != 0 {
            put("padding_extension", (packet.flags >> 4 & 3).into());
        }
        if let Some(time) = packet.timestamp_ms {
            put("ts_ms", time.into());
        }
        if let Some(intervals) = packet.kind.intervals() {
            put("since_iframe_ms", intervals.key_frame_ms.into());
            put("since_frame_ms", intervals.frame_ms.into());
        }
        put("body", digits::text(&packet.data).into());
    }
    description
}

/// Why a description cannot become a packet.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ComposeError {
    /// A field is missing or of another kind.
    #[error("{0} is missing or does not fit")]
    Field(&'static str),
    /// The packet cannot be written.
    #[error(transparent)]
    Packet(#[from] PacketError),
}

/// The bytes of a packet described as [`describe`] does.
pub fn compose(description: &Json) -> Result<Vec<u8>, ComposeError> {
    let version = number::<u8>(description, "v")? & 3;
    let middle = description.get("padding_extension").map_or(Ok(0), |_| number(description, "padding_extension"))?;
    let text = |name| description.get(name).and_then(Json::as_str).ok_or(ComposeError::Field(name));
    let kind = compose_kind(description)?;
    let timed = kind != DataKind::Passthrough;
    let packet = Packet {
        flags: version << 6 | (middle & 3) << 4 | number::<u8>(description, "cc")? & 15,
        marker: number::<u8>(description, "marker")? != 0,
        payload_type: number(description, "pt")?,
        sequence: number(description, "seq")?,
        sim: text("sim")?.to_owned(),
        channel: number(description, "channel")?,
        kind,
        part: number(description, "part")?,
        timestamp_ms: timed.then(|| number(description, "ts_ms")).transpose()?,
        data: digits::bytes(text("body")?).ok_or(ComposeError::Field("body"))?,
    };
    Ok(packet.to_bytes()?)
}

fn compose_kind(description: &Json) -> Result<DataKind, ComposeError> {
    let intervals = || {
        let key_frame_ms = number(description, "since_iframe_ms")?;
        Ok::<_, ComposeError>(Intervals { key_frame_ms, frame_ms: number(description, "since_frame_ms")? })
    };
    Ok(match number(description, "data_type")? {
        0 => DataKind::KeyFrame(intervals()?),
        1 => DataKind::PredictedFrame(intervals()?),
        2 => DataKind::BidirectionalFrame(intervals()?),
        3 => DataKind::Sound,
        4 => DataKind::Passthrough,
        other => DataKind::Other(other),
    })
}

fn number<N: TryFrom<u64>>(description: &Json, name: &'static str) -> Result<N, ComposeError> {
    let number = description.get(name).and_then(Json::as_u64).and_then(|number| N::try_from(number).ok());
    number.ok_or(ComposeError::Field(name))
}
