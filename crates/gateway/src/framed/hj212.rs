//! HJ 212: pollution, dust, VOC and water-quality loggers.
//!
//! The protocol has no sign-in worth the name: the station number is the key, and what comes from
//! an unknown station waits in the quarantine. Such frames are not acknowledged, since they are not
//! kept: a logger that hears nothing keeps its data and sends them again once it is registered.

use fengsui_kernel::Timestamp;
use fengsui_protocols::hj212::{Address, Decoder, Frame, FrameError, Rejected, ReplyStyle, Segment, acknowledge};
use fengsui_series::QuarantineReason;

use super::ordering::{Said, Sessions, ToWrite, Written};
use super::{Dialect, Found, Heard};
use super::{hj212_orders as orders, hj212_values as values};

/// One logger's connection.
#[derive(Default)]
pub(super) struct Hj212 {
    decoder: Decoder,
    sessions: Sessions<Address>,
}

impl Dialect for Hj212 {
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
        orders::write(to_write, self.sessions.get(to_write.key)?, now)
    }
}

impl Hj212 {
    fn understood(&mut self, found: Result<Frame, Rejected>, now: Timestamp) -> Found {
        match found {
            Ok(frame) => {
                let (sender, heard, said) = self.data(&frame, now);
                Found { raw: frame.raw().to_vec(), sender, heard, said: said.into_iter().collect() }
            }
            Err(rejected) => {
                let reason = match rejected.error {
                    FrameError::BadChecksum { .. } => QuarantineReason::BadChecksum,
                    _ => QuarantineReason::MalformedPayload,
                };
                let (sender, heard) = reject(reason, &rejected.raw, &rejected.error.to_string());
                Found { raw: rejected.raw, sender, heard, said: Vec::new() }
            }
        }
    }

    /// Nothing is said to an answer: it belongs to an order.
    fn data(&mut self, frame: &Frame, now: Timestamp) -> (Option<String>, Heard, Option<Said>) {
        let segment = match Segment::parse(frame.segment()) {
            Ok(segment) => segment,
            Err(error) => {
                let (sender, heard) = reject(QuarantineReason::MalformedPayload, frame.raw(), &error.to_string());
                return (sender, heard, None);
            }
        };
        let said = orders::said(&segment);
        if segment.cn.is_answer() {
            return (Some(segment.mn), Heard::Answer(Vec::new()), said);
        }
        self.sessions.note(&segment.mn, orders::address(&segment));
        let reply = acknowledge(&segment, ReplyStyle::default()).and_then(|reply| reply.to_frame().ok());
        let submission = values::submission(&segment, now);
        let sender = Some(submission.device_key.clone());
        (sender, Heard::Data { submission, stored: reply.unwrap_or_default(), refused: Vec::new() }, said)
    }
}

/// The standard wants silence about what is no frame.
fn reject(reason: QuarantineReason, raw: &[u8], why: &str) -> (Option<String>, Heard) {
    let text = String::from_utf8_lossy(raw);
    let device_key = values::station_in(&text).map(str::to_owned);
    let sample = format!("{why}: {text}");
    (device_key.clone(), Heard::Reject { reason, device_key, sample, answer: Vec::new() })
}
