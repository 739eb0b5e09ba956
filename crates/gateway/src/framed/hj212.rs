//! HJ 212: pollution, dust, VOC and water-quality loggers.
//!
//! The protocol has no sign-in worth the name: the station number is the key, and what comes from
//! an unknown station waits in the quarantine. Such frames are not acknowledged, since they are not
//! kept: a logger that hears nothing keeps its data and sends them again once it is registered.

use fengsui_kernel::Timestamp;
use fengsui_protocols::hj212::{Decoder, Frame, FrameError, Rejected, ReplyStyle, Segment, acknowledge};
use fengsui_series::QuarantineReason;

use super::hj212_values as values;
use super::{Dialect, Heard};

/// One logger's connection.
#[derive(Default)]
pub(super) struct Hj212 {
    decoder: Decoder,
}

impl Dialect for Hj212 {
    fn feed(&mut self, bytes: &[u8], now: Timestamp) -> Vec<(usize, Heard)> {
        self.decoder.feed(bytes).into_iter().filter_map(|found| understood(found, now)).collect()
    }

    fn expire(&mut self, now: Timestamp) -> Vec<(usize, Heard)> {
        self.decoder.expire().into_iter().filter_map(|found| understood(found, now)).collect()
    }

    fn pending(&self) -> usize {
        self.decoder.pending()
    }
}

fn understood(found: Result<Frame, Rejected>, now: Timestamp) -> Option<(usize, Heard)> {
    match found {
        Ok(frame) => Some((frame.raw().len(), data(&frame, now)?)),
        Err(rejected) => {
            let reason = match rejected.error {
                FrameError::BadChecksum { .. } => QuarantineReason::BadChecksum,
                _ => QuarantineReason::MalformedPayload,
            };
            Some((rejected.raw.len(), reject(reason, &rejected.raw, &rejected.error.to_string())))
        }
    }
}

/// Nothing for an answer: we gave no order that it could belong to.
fn data(frame: &Frame, now: Timestamp) -> Option<Heard> {
    let segment = match Segment::parse(frame.segment()) {
        Ok(segment) => segment,
        Err(error) => return Some(reject(QuarantineReason::MalformedPayload, frame.raw(), &error.to_string())),
    };
    if segment.cn.is_answer() {
        return None;
    }
    let reply = acknowledge(&segment, ReplyStyle::default()).and_then(|reply| reply.to_frame().ok());
    Some(Heard::Data {
        submission: values::submission(&segment, now),
        stored: reply.unwrap_or_default(),
        refused: Vec::new(),
    })
}

/// The standard wants silence about what is no frame.
fn reject(reason: QuarantineReason, raw: &[u8], why: &str) -> Heard {
    let text = String::from_utf8_lossy(raw);
    let device_key = values::station_in(&text).map(str::to_owned);
    Heard::Reject { reason, device_key, sample: format!("{why}: {text}"), answer: Vec::new() }
}
