//! What is owed to a received frame (6.2 to 6.4): confirmation, denial, answer. Pure functions of frame and time.

use jiff::civil::DateTime;

use super::command::Command;
use super::error::{EncodeError, Rejected};
use super::frame::{Frame, Header};
use super::time_label::TimeLabel;
use super::unit::DataUnit;

/// The control unit of a response: addresses swapped, serial and version kept, own time (China local time).
fn respond(received: &Header, command: Command, now: DateTime) -> Header {
    Header {
        source: received.destination,
        destination: received.source,
        sent: TimeLabel::from_civil(now),
        command,
        ..*received
    }
}

fn empty(header: Header) -> Frame {
    Frame { header, application: Vec::new() }
}

/// What the receiver owes without looking further: a confirmation of data and controls it can read, a denial of those
/// it cannot and of commands the standard reserves. Nothing is owed to confirmations, answers and denials, to commands
/// of the user's own, and to requests that can be read: those want an [`answer`].
pub fn reply(received: &Frame, now: DateTime) -> Option<Frame> {
    let readable = received.unit().is_ok();
    match received.header.command {
        Command::Send | Command::Control if readable => acknowledge(received, now),
        Command::Send | Command::Control | Command::Reserved(_) => deny(&received.header, now),
        Command::Request if !readable => deny(&received.header, now),
        _ => None,
    }
}

/// The confirmation of data sent or of a control; nothing for any other frame.
pub fn acknowledge(received: &Frame, now: DateTime) -> Option<Frame> {
    let wanted = matches!(received.header.command, Command::Send | Command::Control);
    wanted.then(|| empty(respond(&received.header, Command::Confirm, now)))
}

/// The denial of a frame; nothing for confirmations, answers and denials, which are never responded to.
pub fn deny(received: &Header, now: DateTime) -> Option<Frame> {
    (!received.command.is_response()).then(|| empty(respond(received, Command::Deny, now)))
}

/// The denial of a damaged frame, where the damage leaves no doubt that it is one and whose it is.
pub fn deny_rejected(rejected: &Rejected, now: DateTime) -> Option<Frame> {
    deny(rejected.header.as_ref()?, now)
}

/// The answer of a device to a request; nothing if the frame is none.
pub fn answer(received: &Frame, unit: &DataUnit, now: DateTime) -> Result<Option<Frame>, EncodeError> {
    if received.header.command != Command::Request {
        return Ok(None);
    }
    Frame::new(respond(&received.header, Command::Answer, now), Some(unit)).map(Some)
}
