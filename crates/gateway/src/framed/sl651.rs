//! SL 651: rain, river, reservoir and groundwater stations.
//!
//! Series are named by the symbol of table C.1 (`Z`, `PJ`), else by the element's code. A station
//! that is not registered hears nothing and sends again, as the modes M2 to M4 want it.

use fengsui_kernel::Timestamp;
use fengsui_kernel::clock::from_millis;
use fengsui_kernel::reading::Quality;
use fengsui_protocols::sl651::{
    Assembly, Decoder, EndMark, Frame, FrameError, Function, Header, Message, Outcome, Quality as Stated,
    Reading as Value, Received, Rejected, ReplyStyle, SendTime, acknowledge, acknowledge_whole, request_packet,
};
use fengsui_series::{DeviceOrder, QuarantineReason, Reading, Submission, Told};
use serde_json::Map;

use super::ordering::{Said, Sessions, ToWrite, Written};
use super::{Dialect, Found, Heard, digits, local};

/// By what the answer to a question for present values is known.
const PRESENT: &str = "37";

/// One station's connection.
#[derive(Default)]
pub(super) struct Sl651 {
    decoder: Decoder,
    assembly: Assembly,
    sessions: Sessions<Header>,
}

impl Dialect for Sl651 {
    fn feed(&mut self, bytes: &[u8], now: Timestamp) -> Vec<Found> {
        let found = self.decoder.feed(bytes);
        found.into_iter().map(|found| self.understood(found, now)).collect()
    }

    fn expire(&mut self, now: Timestamp) -> Vec<Found> {
        let found = self.decoder.expire();
        found.into_iter().map(|found| self.understood(found, now)).collect()
    }

    fn pending(&self) -> usize {
        self.decoder.pending()
    }

    fn order(&mut self, to_write: &ToWrite<'_>, now: Timestamp) -> Option<Written> {
        let DeviceOrder::AskRealtime {} = to_write.order else { return None };
        let header = Header { function: Function::QUERY_PRESENT, ..self.sessions.get(to_write.key)?.turned() };
        // A question of the centre has the serial 0; the answer is known by its function.
        let question = Message::empty(0, SendTime::from_civil(local(now))?).to_frame(header, EndMark::Enquiry);
        Some(Written { bytes: question.ok()?.to_bytes().ok()?, reference: PRESENT.to_owned() })
    }
}

impl Sl651 {
    fn understood(&mut self, found: Result<Received, Rejected>, now: Timestamp) -> Found {
        match found {
            Ok(received) => {
                let sender = Some(received.frame.header.station.to_string());
                let header = received.frame.header;
                self.sessions.note(&header.station.to_string(), header);
                let answers = header.function == Function::QUERY_PRESENT;
                let said = answers.then(|| Said { reference: Some(PRESENT.to_owned()), told: Told::Done(Map::new()) });
                let heard = self.frame(received.frame, now);
                Found { raw: received.raw, sender, heard, said: said.into_iter().collect() }
            }
            Err(rejected) => {
                let reason = match rejected.error {
                    FrameError::BadChecksum { .. } => QuarantineReason::BadChecksum,
                    _ => QuarantineReason::MalformedPayload,
                };
                let sample = format!("{}: {}", rejected.error, digits(&rejected.raw));
                let heard = Heard::Reject { reason, device_key: None, sample, answer: Vec::new() };
                Found { raw: rejected.raw, sender: None, heard, said: Vec::new() }
            }
        }
    }

    fn frame(&mut self, frame: Frame, now: Timestamp) -> Heard {
        let bytes = |frame: Option<Frame>| frame.and_then(|frame| frame.to_bytes().ok()).unwrap_or_default();
        let (header, packet) = (frame.header, frame.packet);
        match self.assembly.take(frame) {
            Outcome::Single(frame) => {
                let reply = bytes(acknowledge(&frame, local(now), ReplyStyle::default()));
                data(&frame.header, Message::read(&frame).ok().map(|(message, _)| message), reply, now)
            }
            Outcome::Complete(whole) => {
                let reply = bytes(acknowledge_whole(&whole, local(now), ReplyStyle::default()));
                data(&whole.header, whole.message().ok().map(|(message, _)| message), reply, now)
            }
            Outcome::Missing { number } => {
                let packet = packet.map(|packet| fengsui_protocols::sl651::Packet { number, ..packet });
                let asked = packet.and_then(|packet| request_packet(&header, packet, 0, local(now)).ok());
                Heard::Answer(bytes(asked))
            }
            Outcome::Waiting { .. } => Heard::Answer(Vec::new()),
            Outcome::Refused(frame) => malformed(&frame.header, "a packet of nothing"),
        }
    }
}

fn malformed(header: &Header, why: &str) -> Heard {
    let (reason, device_key) = (QuarantineReason::MalformedPayload, Some(header.station.to_string()));
    Heard::Reject { reason, device_key, sample: format!("{why} in function {}", header.function), answer: Vec::new() }
}

/// Stations may relay others: the header's is the device, what it observed for others keeps their address.
fn data(header: &Header, message: Option<Message>, stored: Vec<u8>, now: Timestamp) -> Heard {
    let Some(message) = message else { return malformed(header, "no serial number and send time") };
    let station = header.station.to_string();
    let readings = message.readings(header).into_iter().map(|value| reading(&station, value, now)).collect();
    let raw_ref = Some(format!("serial={}", message.serial));
    let submission = Submission { device_key: station, protocol: "sl651".to_owned(), readings, raw_ref };
    Heard::Data { submission, stored, refused: Vec::new() }
}

fn reading(device: &str, value: Value, now: Timestamp) -> Reading {
    let name = value.symbol.map_or_else(|| value.code.clone(), str::to_owned);
    let station = value.station.to_string();
    let quality = match value.quality {
        // What claims to be a number and is none goes to the quarantine as a bad value.
        Stated::Good | Stated::Invalid => Quality::Good,
        Stated::Missing => Quality::Missing,
        Stated::StateCode => Quality::Uncertain,
    };
    Reading {
        code: if station == device { name.into() } else { format!("{station}.{name}").into() },
        observed_at: value.observed_at.map_or(now, |at| from_millis(at.as_millisecond())),
        value_text: value.value_text.into(),
        quality,
        // A test of the station must not call anybody.
        historical: value.historical || value.test,
        optional: false,
    }
}
