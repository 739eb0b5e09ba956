//! What a connection tells the log of raw frames. A note is made when it is known what became of the frame, with the
//! time at which it came.

use fengsui_kernel::Timestamp;
use fengsui_protocols::{hj212, jt808, sl651};
use fengsui_series::{Accepted, FrameDirection, FrameLog, FrameNote, FrameVerdict, QuarantineReason};
use smol_str::SmolStr;

use super::Context;
use crate::config::FramedProtocol;
use crate::pending::Verdict;

/// The code of frames whose sender did not prove itself.
const UNPROVED: &str = "unauthenticated";

/// A frame that came, until it is known what becomes of it.
pub(super) struct Noting(Option<Known>);

struct Known {
    log: FrameLog,
    clock: fengsui_series::Ingest,
    protocol: FramedProtocol,
    at: Timestamp,
    sender: SmolStr,
    peer: SmolStr,
    raw: Vec<u8>,
}

impl Noting {
    pub(super) fn new(context: &Context, peer: &str, sender: Option<String>, raw: Vec<u8>) -> Self {
        let log = context.engine.frames();
        if !log.is_on() || raw.is_empty() {
            return Self(None);
        }
        let clock = context.engine.ingest();
        Self(Some(Known {
            log: log.clone(),
            protocol: context.protocol,
            at: clock.now(),
            sender: sender.filter(|name| !name.is_empty()).map_or_else(|| SmolStr::new(peer), SmolStr::from),
            peer: SmolStr::new(peer),
            clock,
            raw,
        }))
    }

    /// The engine has it.
    pub(super) fn stored(self, done: Accepted, answer: &[u8]) {
        let verdict = match (done.accepted, done.quarantined) {
            _ if done.unknown_device => FrameVerdict::NotRegistered,
            (0, 0) => FrameVerdict::Handled,
            (_, 0) => FrameVerdict::Accepted,
            (0, _) => FrameVerdict::SetAside,
            _ => FrameVerdict::PartlyAccepted,
        };
        self.note(verdict, "", answer);
    }

    /// The engine could not take it.
    pub(super) fn failed(self) {
        self.note(FrameVerdict::Failed, "", &[]);
    }

    /// It could not be read.
    pub(super) fn refused(self, reason: QuarantineReason, answer: &[u8]) {
        self.note(FrameVerdict::Refused, reason.as_str(), answer);
    }

    /// It had nothing to store; passes on what is said to it.
    pub(super) fn worked(self, (verdict, made): (Verdict, FrameVerdict)) -> Verdict {
        // Nothing else is refused without having been unreadable.
        let code = if made == FrameVerdict::Refused { UNPROVED } else { "" };
        match &verdict {
            Verdict::Answer(answer) => self.note(made, code, answer),
            Verdict::GiveUp => self.failed(),
        }
        verdict
    }

    fn note(self, verdict: FrameVerdict, code: &'static str, answer: &[u8]) {
        let Some(Known { log, clock, protocol, at, sender, peer, raw }) = self.0 else { return };
        let code = SmolStr::new_static(code);
        let sent = (!answer.is_empty()).then(|| FrameNote {
            at: clock.now(),
            sender: sender.clone(),
            protocol: protocol.as_str(),
            peer: peer.clone(),
            direction: FrameDirection::Sent,
            verdict: FrameVerdict::Sent,
            code: SmolStr::default(),
            bytes: masked(protocol, answer.to_vec()),
        });
        let (protocol, bytes) = (protocol.as_str(), masked(protocol, raw));
        log.note(FrameNote { at, sender, protocol, peer, direction: FrameDirection::Received, verdict, code, bytes });
        if let Some(sent) = sent {
            log.note(sent);
        }
    }
}

/// Notes an order that goes out.
pub(super) fn note_order(context: &Context, peer: &str, key: &str, bytes: &[u8]) {
    let log = context.engine.frames();
    if !log.is_on() {
        return;
    }
    log.note(FrameNote {
        at: context.engine.ingest().now(),
        sender: SmolStr::new(key),
        protocol: context.protocol.as_str(),
        peer: SmolStr::new(peer),
        direction: FrameDirection::Sent,
        verdict: FrameVerdict::Sent,
        code: SmolStr::default(),
        bytes: masked(context.protocol, bytes.to_vec()),
    });
}

/// A frame as it may be kept and shown: without passwords, and still readable where it was.
pub fn masked(protocol: FramedProtocol, mut frame: Vec<u8>) -> Vec<u8> {
    match protocol {
        FramedProtocol::Hj212 => hj212::mask_password(&mut frame),
        FramedProtocol::Sl651 => sl651::mask_password(&mut frame),
        FramedProtocol::Jt808 => jt808::mask_code(&mut frame),
        FramedProtocol::Gb26875 => {}
    }
    frame
}
