//! JT/T 808: terminals of dangerous-goods vehicles, coaches and rescue vehicles.
//!
//! A terminal registers and gets a code, proves itself with it, and is then heard. Its telephone
//! number without zeros in front is the device's key. Only numbers of registered devices get a code.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use fengsui_kernel::Timestamp;
use fengsui_protocols::jt808::session::{AnswerResult, RegistrationResult};
use fengsui_protocols::jt808::{
    Alarms, Answering, Assembled, Assembler, BatchKind, Decoder, Frame, FrameError, Message, Rejected, Tolerance,
    is_allowed_before_authentication, reply, reply_joined,
};
use fengsui_series::{FrameVerdict, QuarantineReason, Reject, SeriesEngine, Submission};

use super::jt808_orders::{self as orders, Terminal};
use super::ordering::{Said, ToWrite, Written};
use super::{Dialect, Found, Heard, digits, jt808_values as values};
use crate::pending::Verdict;

/// One terminal's connection.
pub(super) struct Jt808 {
    engine: SeriesEngine,
    decoder: Decoder,
    assembler: Assembler,
    /// Serial of our next message.
    serial: u16,
    /// Whether the terminal proved itself; set when the answer is known.
    proved: Arc<AtomicBool>,
    /// Who speaks: another number on the same connection is not believed.
    key: Option<String>,
    alarms: Option<Alarms>,
    /// How it is spoken to.
    terminal: Option<Terminal>,
}

impl Dialect for Jt808 {
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

    fn proved(&self, key: &str) -> bool {
        self.key.as_deref() == Some(key) && self.proved.load(Ordering::Acquire)
    }

    fn order(&mut self, to_write: &ToWrite<'_>, _now: Timestamp) -> Option<Written> {
        orders::write(to_write.order, self.terminal.as_ref()?, &mut self.serial)
    }
}

impl Jt808 {
    pub(super) fn new(engine: SeriesEngine) -> Self {
        Self {
            engine,
            decoder: Decoder::new(Tolerance::default()),
            assembler: Assembler::default(),
            serial: 0,
            proved: Arc::default(),
            key: None,
            alarms: None,
            terminal: None,
        }
    }

    /// A terminal whose frames were taken before.
    pub(super) fn proved(engine: SeriesEngine) -> Self {
        let own = Self::new(engine);
        own.proved.store(true, Ordering::Release);
        own
    }

    fn understood(&mut self, found: Result<Frame, Rejected>, now: Timestamp) -> Found {
        match found {
            Ok(frame) => {
                let sender = Some(frame.header.phone.significant().to_owned());
                let (raw, said) = (frame.to_bytes().unwrap_or_default(), self.said(&frame));
                Found { raw, sender, heard: self.frame(frame, now), said }
            }
            Err(rejected) => {
                let reason = match rejected.error {
                    FrameError::BadChecksum { .. } => QuarantineReason::BadChecksum,
                    _ => QuarantineReason::MalformedPayload,
                };
                let sample = format!("{}: {}", rejected.error, digits(&rejected.raw));
                let device_key = self.key.clone();
                let heard = Heard::Reject { reason, device_key: device_key.clone(), sample, answer: Vec::new() };
                Found { raw: rejected.raw, sender: device_key, heard, said: Vec::new() }
            }
        }
    }

    /// Answers are short: none is split, and only those of the terminal itself are heard.
    fn said(&self, frame: &Frame) -> Vec<Said> {
        let answers = matches!(frame.header.message_id, 0x0001 | 0x0201) && !frame.is_sealed();
        if !answers || !self.proved(frame.header.phone.significant()) {
            return Vec::new();
        }
        frame.content().ok().and_then(|content| orders::said(&content.message)).into_iter().collect()
    }

    fn answering(&mut self, now: Timestamp) -> Answering {
        self.serial = self.serial.wrapping_add(1);
        // The vectors' clock has nothing smaller than a second.
        Answering::new(self.serial, now)
    }

    fn frame(&mut self, frame: Frame, now: Timestamp) -> Heard {
        let answering = self.answering(now);
        let key = frame.header.phone.significant().to_owned();
        if self.key.as_ref().is_some_and(|own| *own != key) {
            return refusal(&frame, answering, QuarantineReason::MalformedPayload, "the number of another terminal");
        }
        match frame.header.message_id {
            0x0100 => return self.register(&frame, key, answering),
            0x0102 => return self.authenticate(&frame, key, answering),
            _ => {}
        }
        let allowed = is_allowed_before_authentication(frame.header.message_id) || self.proved.load(Ordering::Acquire);
        if !allowed {
            let answering = Answering { result: Some(AnswerResult::Failure), ..answering };
            return Heard::Unproved(bytes(reply(&frame, &answering).ok().flatten()));
        }
        let joined = frame.header.packet.is_some();
        let own = if joined { bytes(reply(&frame, &answering).ok().flatten()) } else { Vec::new() };
        match self.assembler.take(frame, now) {
            Assembled::Whole(frame) => {
                let answering = if joined { self.answering(now) } else { answering };
                let due = if joined { reply_joined(&frame, &answering) } else { reply(&frame, &answering) };
                let stored = [own, bytes(due.ok().flatten())].concat();
                self.data(&frame, key, stored, now)
            }
            Assembled::Pending | Assembled::Duplicate | Assembled::Refused => Heard::Answer(own),
        }
    }

    fn data(&mut self, frame: &Frame, device_key: String, stored: Vec<u8>, now: Timestamp) -> Heard {
        let readings = match frame.content().map(|content| content.message) {
            Ok(Message::Location(location)) => {
                let found = values::readings(&location, self.alarms, false, now);
                self.alarms = Some(location.alarms);
                found
            }
            Ok(Message::LocationAnswer(answer)) => values::readings(&answer.location, self.alarms, false, now),
            Ok(Message::LocationBatch(batch)) => {
                let historical = batch.kind == BatchKind::BlindArea;
                // What comes from the terminal's memory says nothing of the bits as they are now.
                let mut before = if historical { None } else { self.alarms };
                let mut found = Vec::new();
                for location in &batch.locations {
                    found.extend(values::readings(location, before, historical, now));
                    before = Some(location.alarms);
                }
                if !historical {
                    self.alarms = before;
                }
                found
            }
            // Heartbeats and all else say that the terminal lives.
            Ok(_) => Vec::new(),
            Err(error) => {
                let (reason, sample) =
                    (QuarantineReason::MalformedPayload, format!("{error}: {}", digits(&frame.body)));
                return Heard::Reject { reason, device_key: Some(device_key), sample, answer: stored };
            }
        };
        let raw_ref = Some(format!("id={:04X} serial={}", frame.header.message_id, frame.header.serial));
        let submission = Submission { device_key, protocol: "jt808".to_owned(), readings, raw_ref };
        Heard::Data { submission, stored, refused: Vec::new() }
    }

    fn register(&mut self, frame: &Frame, key: String, answering: Answering) -> Heard {
        let (engine, frame) = (self.engine.clone(), frame.clone());
        Heard::Work(Box::pin(async move {
            let (registration, auth_code, made) = match engine.issue_terminal_code(&key).await {
                Ok(Some(code)) => (RegistrationResult::Success, code, FrameVerdict::Handled),
                Ok(None) => {
                    if unknown(&engine, key, "a registration").await.is_err() {
                        return (Verdict::GiveUp, FrameVerdict::Failed);
                    }
                    (RegistrationResult::NoSuchTerminal, String::new(), FrameVerdict::NotRegistered)
                }
                Err(fault) => {
                    tracing::error!(%fault, "a terminal could not be registered");
                    return (Verdict::GiveUp, FrameVerdict::Failed);
                }
            };
            let answering = Answering { registration, auth_code, ..answering };
            (Verdict::Answer(bytes(reply(&frame, &answering).ok().flatten())), made)
        }))
    }

    fn authenticate(&mut self, frame: &Frame, key: String, answering: Answering) -> Heard {
        let Ok(Message::Authentication(given)) = frame.content().map(|content| content.message) else {
            return refusal(frame, answering, QuarantineReason::MalformedPayload, "an unreadable authentication");
        };
        self.key = Some(key.clone());
        self.terminal = Some(Terminal { layout: frame.header.layout, phone: frame.header.phone.clone() });
        let (engine, frame, proved) = (self.engine.clone(), frame.clone(), Arc::clone(&self.proved));
        Heard::Work(Box::pin(async move {
            let code = given.auth_code.trim_matches(['\0', ' ']).to_owned();
            let (result, made) = match engine.authenticate_terminal(&key, &code).await {
                Ok(true) => {
                    proved.store(true, Ordering::Release);
                    (AnswerResult::Success, FrameVerdict::Handled)
                }
                // A terminal that hears this registers again.
                Ok(false) => (AnswerResult::Failure, FrameVerdict::Refused),
                Err(fault) => {
                    tracing::error!(%fault, "a terminal could not be judged");
                    return (Verdict::GiveUp, FrameVerdict::Failed);
                }
            };
            let answering = Answering { result: Some(result), ..answering };
            (Verdict::Answer(bytes(reply(&frame, &answering).ok().flatten())), made)
        }))
    }
}

fn bytes(frame: Option<Frame>) -> Vec<u8> {
    frame.and_then(|frame| frame.to_bytes().ok()).unwrap_or_default()
}

fn refusal(frame: &Frame, answering: Answering, reason: QuarantineReason, why: &str) -> Heard {
    let answering = Answering { result: Some(AnswerResult::Failure), ..answering };
    Heard::Reject {
        reason,
        device_key: Some(frame.header.phone.significant().to_owned()),
        sample: format!("{why}: {:04X} {}", frame.header.message_id, digits(&frame.body)),
        answer: bytes(reply(frame, &answering).ok().flatten()),
    }
}

async fn unknown(engine: &SeriesEngine, device_key: String, what: &str) -> fengsui_kernel::Result<()> {
    let reject = Reject {
        reason: QuarantineReason::UnknownDevice,
        device_key,
        code: String::new(),
        protocol: "jt808".to_owned(),
        sample: what.to_owned(),
    };
    engine.ingest().reject(reject).await
}
