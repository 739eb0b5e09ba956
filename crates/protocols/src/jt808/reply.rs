//! What the platform owes a terminal for each message.

use jiff::Timestamp;
use jiff::tz::Offset;

use super::content::Content;
use super::error::EncodeError;
use super::frame::Frame;
use super::location::Location;
use super::media::MediaAnswer;
use super::message::Message;
use super::passthrough::PublicKey;
use super::session::{AnswerResult, GeneralAnswer, RegistrationAnswer, RegistrationResult, TimeAnswer};
use super::time::LocalTime;
use crate::jt1078::AttachmentResult;

/// In which time 8004 is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ServerClock {
    /// UTC, as the text of 2019 says.
    #[default]
    Universal,
    /// China local time, as every other time of the protocol (D8): for terminals found to expect it.
    Local,
}

/// What the platform has to say when answering.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answering {
    /// Serial of the answer: the platform's own count for this connection.
    pub serial: u16,
    /// The present time.
    pub now: Timestamp,
    /// Result for a general answer; nothing judges by whether the body could be read.
    pub result: Option<AnswerResult>,
    /// Result for a registration.
    pub registration: RegistrationResult,
    /// Code for a successful registration.
    pub auth_code: String,
    /// In which time 8004 is answered.
    pub clock: ServerClock,
    /// The platform's key for 8A00; without one, 0A00 is answered as unsupported.
    pub key: Option<PublicKey>,
}

impl Answering {
    /// Success throughout, with an empty code.
    pub fn new(serial: u16, now: Timestamp) -> Self {
        Self {
            serial,
            now,
            result: None,
            registration: RegistrationResult::Success,
            auth_code: String::new(),
            clock: ServerClock::Universal,
            key: None,
        }
    }
}

impl Content {
    /// Whether all of it could be read: what a general answer should say.
    pub fn verdict(&self) -> AnswerResult {
        let whole = match &self.message {
            Message::Location(location) => location.is_whole(),
            Message::LocationBatch(batch) => batch.locations.iter().all(Location::is_whole),
            Message::Unknown { .. } => return AnswerResult::Unsupported,
            _ => true,
        };
        if whole { AnswerResult::Success } else { AnswerResult::Malformed }
    }
}

/// The ids that are answers or ends themselves and are never answered, or two ends could answer each other for ever.
fn is_answer(id: u16) -> bool {
    matches!(
        id,
        0x0001 | 0x0104 | 0x0107 | 0x0201 | 0x0302 | 0x0500 | 0x0608 | 0x0700 | 0x0802 | 0x0805 | 0x1003 | 0x1205
    )
}

/// The answer to a received message; nothing where none is owed.
///
/// A lone sub-packet is answered with 8001. A message joined from sub-packets was answered so already, and this gives
/// what is due beyond (8800 above all); see [`reply_joined`].
pub fn reply(frame: &Frame, answering: &Answering) -> Result<Option<Frame>, EncodeError> {
    let header = &frame.header;
    if header.message_id >= 0x8000 || is_answer(header.message_id) || header.message_id == 0x0005 {
        return Ok(None);
    }
    let message = match frame.content() {
        Ok(content) => own_answer(frame, &content.message, answering)
            .unwrap_or_else(|| general_answer(frame, answering, content.verdict())),
        Err(_) if frame.is_sealed() => general_answer(frame, answering, AnswerResult::Success),
        Err(_) => general_answer(frame, answering, AnswerResult::Malformed),
    };
    frame.answer(answering.serial, &message).map(Some)
}

/// The answer to a message joined from sub-packets that were answered one by one: only answers of its own kind.
pub fn reply_joined(frame: &Frame, answering: &Answering) -> Result<Option<Frame>, EncodeError> {
    let own = frame.content().ok().and_then(|content| own_answer(frame, &content.message, answering));
    own.map(|message| frame.answer(answering.serial, &message)).transpose()
}

fn general_answer(frame: &Frame, answering: &Answering, verdict: AnswerResult) -> Message {
    let result = match frame.header.message_id {
        0x0A00 if answering.result.is_none() && verdict == AnswerResult::Success => AnswerResult::Unsupported,
        _ => answering.result.unwrap_or(verdict),
    };
    Message::PlatformAnswer(GeneralAnswer { ack_serial: frame.header.serial, ack_id: frame.header.message_id, result })
}

/// Answers of their own kind.
fn own_answer(frame: &Frame, message: &Message, answering: &Answering) -> Option<Message> {
    match message {
        Message::Registration(_) => {
            let registered = answering.registration == RegistrationResult::Success;
            Some(Message::RegistrationAnswer(RegistrationAnswer {
                ack_serial: frame.header.serial,
                result: answering.registration,
                auth_code: registered.then(|| answering.auth_code.clone()),
            }))
        }
        Message::TimeQuery => Some(Message::TimeAnswer(TimeAnswer { time: server_time(answering) })),
        Message::MediaUpload(media) => {
            Some(Message::MediaAnswer(MediaAnswer { media_id: media.media_id, missing: None }))
        }
        Message::TerminalKey(_) => answering.key.clone().map(Message::PlatformKey),
        Message::AttachmentEnd(file) => Some(Message::AttachmentResult(AttachmentResult {
            name: file.name.clone(),
            kind: file.kind,
            result: 0,
            missing: Vec::new(),
        })),
        _ => None,
    }
}

fn server_time(answering: &Answering) -> LocalTime {
    let offset = match answering.clock {
        ServerClock::Universal => Offset::UTC,
        ServerClock::Local => Offset::constant(8),
    };
    LocalTime::new(offset.to_datetime(answering.now))
}

/// Whether a message may be taken before the terminal authenticated itself.
pub fn is_allowed_before_authentication(message_id: u16) -> bool {
    matches!(message_id, 0x0100 | 0x0102)
}
