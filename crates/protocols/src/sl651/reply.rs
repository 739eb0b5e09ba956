//! What a centre owes to what came up (6.3.1.2, tables 19 and 23).

use jiff::civil::DateTime;

use super::assembly::Whole;
use super::error::EncodeError;
use super::frame::{Direction, EndMark, Frame, Header, Packet};
use super::function::Function;
use super::message::Message;
use super::time::{SendTime, WireTime};

/// Whether a station waits for acknowledgements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum LinkMode {
    /// M1: it only sends; an answer would be noise.
    SendOnly,
    /// M2, M3 and M4: it sends again, twice at most, what is not acknowledged.
    #[default]
    Acknowledged,
}

/// What the station may do after the acknowledgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Release {
    /// EOT: leave.
    #[default]
    Leave,
    /// ESC: stay online for ten minutes, for stations that hold a TCP link.
    Stay,
}

/// The time in the acknowledgement (D6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum AnswerClock {
    /// The centre's, as the standard has it; stations may set their clock by it.
    #[default]
    Center,
    /// The station's send time, returned.
    Echo,
}

/// How one station is to be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct ReplyStyle {
    /// Whether it waits for acknowledgements.
    pub mode: LinkMode,
    /// Whether it may leave.
    pub release: Release,
    /// Whose time it gets.
    pub clock: AnswerClock,
    /// Answer 2F as well. The standard has no such answer; some servers give one.
    pub answer_keep_alive: bool,
}

/// The acknowledgement of a frame from a station; `now` is the centre's local time.
///
/// Nothing for frames that go down, keep-alives, stations in mode M1, frames too short for a serial number, single
/// packets of a larger message (see [`acknowledge_whole`]) and a centre whose clock is not between 2000 and 2099.
pub fn acknowledge(frame: &Frame, now: DateTime, style: ReplyStyle) -> Option<Frame> {
    let wanted = style.answer_keep_alive || frame.header.function != Function::KEEP_ALIVE;
    if !wanted || style.mode == LinkMode::SendOnly || frame.packet.is_some() {
        return None;
    }
    let (message, _) = Message::read(frame).ok()?;
    let end = if frame.end == EndMark::EndOfBlock { EndMark::Acknowledge } else { release_mark(style.release) };
    answer(&frame.header, &message, now, style, end, None)
}

/// The one acknowledgement of a message of several packets, with the last packet's number.
pub fn acknowledge_whole(whole: &Whole, now: DateTime, style: ReplyStyle) -> Option<Frame> {
    if style.mode == LinkMode::SendOnly {
        return None;
    }
    let (message, _) = whole.message().ok()?;
    let packet = Packet { total: whole.total, number: whole.total };
    answer(&whole.header, &message, now, style, release_mark(style.release), Some(packet))
}

/// Asks for one packet again (NAK). `serial` is that of the first packet, or 0 where that one is missing.
pub fn request_packet(header: &Header, packet: Packet, serial: u16, now: DateTime) -> Result<Frame, EncodeError> {
    let sent = SendTime::from_civil(now).ok_or(EncodeError::NotExpressible { what: "a year beyond 2000–2099" })?;
    let header = Header { direction: Direction::Down, ..*header };
    let frame = Message::empty(serial, sent).to_frame(header, EndMark::NegativeAcknowledge)?;
    Ok(Frame { packet: Some(packet), ..frame })
}

fn release_mark(release: Release) -> EndMark {
    match release {
        Release::Leave => EndMark::EndOfTransmission,
        Release::Stay => EndMark::Escape,
    }
}

fn answer(
    header: &Header,
    received: &Message,
    now: DateTime,
    style: ReplyStyle,
    end: EndMark,
    packet: Option<Packet>,
) -> Option<Frame> {
    if header.direction == Direction::Down {
        return None;
    }
    let sent = match style.clock {
        AnswerClock::Center => WireTime::from_civil(now)?,
        AnswerClock::Echo => received.sent,
    };
    let frame = Message::empty(received.serial, sent).to_frame(header.turned(), end).ok()?;
    Some(Frame { packet, ..frame })
}
