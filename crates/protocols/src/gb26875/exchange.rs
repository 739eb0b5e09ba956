//! What a sender waits for (6.5): the response with its serial, repetition when none comes, an end of patience.

use jiff::{SignedDuration, Timestamp};

use super::command::Command;
use super::frame::Frame;
use super::type_flag::TypeFlag;

/// The serial after `serial`; each side counts its own exchanges from 0.
pub fn next_serial(serial: u16) -> u16 {
    serial.wrapping_add(1)
}

/// How long and how often to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timing {
    /// Time to wait for each response; the standard says at most ten seconds.
    pub timeout: SignedDuration,
    /// How often to send again; the standard says three times.
    pub repetitions: u8,
}

impl Default for Timing {
    fn default() -> Self {
        Self { timeout: SignedDuration::from_secs(10), repetitions: 3 }
    }
}

/// How an exchange ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Data or control was confirmed.
    Confirmed,
    /// The request was answered; the answer is the frame received.
    Answered,
    /// The frame was denied, so it is to be sent again as if no response had come.
    Denied,
}

/// What is to be done now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Due {
    /// Wait until then.
    Wait(Timestamp),
    /// Send the frame again, then call [`Exchange::repeated`].
    Repeat,
    /// The communication failed.
    GiveUp,
}

/// A frame sent that waits for its response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    sent: Frame,
    since: Timestamp,
    repetitions: u8,
    denied: bool,
}

impl Exchange {
    /// Begins to wait for the response to a frame sent at `now`.
    pub fn begin(sent: Frame, now: Timestamp) -> Self {
        Self { sent, since: now, repetitions: 0, denied: false }
    }

    /// The frame that was sent.
    pub fn sent(&self) -> &Frame {
        &self.sent
    }

    /// How often it was sent again.
    pub fn repetitions(&self) -> u8 {
        self.repetitions
    }

    /// Judges a received frame; none if it is no response to this one.
    pub fn receive(&mut self, received: &Frame) -> Option<Outcome> {
        let outcome = outcome(&self.sent, received);
        self.denied |= outcome == Some(Outcome::Denied);
        outcome
    }

    /// What is to be done at `now`.
    pub fn due(&self, now: Timestamp, timing: Timing) -> Due {
        let deadline = self.since.checked_add(timing.timeout).unwrap_or(Timestamp::MAX);
        if !self.denied && now < deadline {
            Due::Wait(deadline)
        } else if self.repetitions < timing.repetitions {
            Due::Repeat
        } else {
            Due::GiveUp
        }
    }

    /// Notes that the frame was sent again at `now`.
    pub fn repeated(&mut self, now: Timestamp) {
        self.since = now;
        self.repetitions = self.repetitions.saturating_add(1);
        self.denied = false;
    }
}

/// Whether `received` ends the exchange `sent` began: same serial, addresses swapped, a fitting command.
///
/// An answer must also have the type that belongs to the request, where the standard says which.
fn outcome(sent: &Frame, received: &Frame) -> Option<Outcome> {
    let (ours, theirs) = (&sent.header, &received.header);
    let matches =
        ours.serial == theirs.serial && ours.source == theirs.destination && ours.destination == theirs.source;
    if !matches {
        return None;
    }
    match (ours.command, theirs.command) {
        (Command::Send | Command::Control, Command::Confirm) => Some(Outcome::Confirmed),
        (Command::Request, Command::Answer) => answers(sent, received).then_some(Outcome::Answered),
        (Command::Send | Command::Control | Command::Request, Command::Deny) => Some(Outcome::Denied),
        _ => None,
    }
}

fn answers(sent: &Frame, received: &Frame) -> bool {
    let flag = |frame: &Frame| frame.application.first().copied().map(TypeFlag::from_number);
    match flag(sent).and_then(TypeFlag::answer) {
        Some(wanted) => flag(received) == Some(wanted),
        None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gb26875::{Address, DataUnit, Header, ProtocolVersion, ReservedByte, TimeLabel, TypeFlag};

    fn request() -> Frame {
        let header = Header {
            serial: 7,
            version: ProtocolVersion { main: 1, user: 1 },
            sent: TimeLabel::UNSET,
            source: Address::new(88_888).expect("an address"),
            destination: Address::new(889).expect("an address"),
            command: Command::Request,
        };
        Frame::new(header, Some(&DataUnit::ReadDeviceState(vec![ReservedByte(0)]))).expect("a frame")
    }

    fn response(command: Command, type_flag: Option<TypeFlag>) -> Frame {
        let mut frame = request();
        std::mem::swap(&mut frame.header.source, &mut frame.header.destination);
        frame.header.command = command;
        frame.application = type_flag.map(|flag| vec![flag.number(), 0]).unwrap_or_default();
        frame
    }

    #[test]
    fn only_the_fitting_response_ends_an_exchange() {
        let mut exchange = Exchange::begin(request(), Timestamp::UNIX_EPOCH);
        let mut other_serial = response(Command::Answer, Some(TypeFlag::DeviceState));
        other_serial.header.serial = 8;
        assert_eq!(exchange.receive(&other_serial), None);
        assert_eq!(exchange.receive(&response(Command::Confirm, None)), None);
        assert_eq!(exchange.receive(&response(Command::Answer, Some(TypeFlag::DeviceTime))), None);
        assert_eq!(exchange.receive(&request()), None);
        let outcome = exchange.receive(&response(Command::Answer, Some(TypeFlag::DeviceState)));
        assert_eq!(outcome, Some(Outcome::Answered));
    }

    #[test]
    fn silence_and_denial_lead_to_repetition_and_then_to_an_end() {
        let (start, timing) = (Timestamp::UNIX_EPOCH, Timing::default());
        let late = start + timing.timeout;
        let mut exchange = Exchange::begin(request(), start);
        assert_eq!(exchange.due(start, timing), Due::Wait(late));
        assert_eq!(exchange.due(late, timing), Due::Repeat);
        exchange.repeated(late);
        assert_eq!(exchange.receive(&response(Command::Deny, None)), Some(Outcome::Denied));
        assert_eq!(exchange.due(late, timing), Due::Repeat);
        exchange.repeated(late);
        exchange.repeated(late);
        assert_eq!(exchange.due(late, timing), Due::Wait(late + timing.timeout));
        assert_eq!(exchange.due(late + timing.timeout, timing), Due::GiveUp);
        assert_eq!(next_serial(u16::MAX), 0);
    }
}
