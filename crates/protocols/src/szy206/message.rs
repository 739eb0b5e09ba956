//! What the data area holds, and what is owed to a frame.

use super::control::Direction;
use super::frame::{Frame, Function};
use super::time_label::TimeForm;

/// What a terminal says of its link (AFN 02, upwards).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LinkState {
    /// F0: the terminal logs in.
    Login,
    /// F1: the terminal logs out.
    Logout,
    /// F2: the terminal is there.
    KeepAlive,
    /// Any other byte.
    Other(u8),
}

impl LinkState {
    /// Reads a link check; none if the frame is another one or says nothing.
    pub fn read(frame: &Frame) -> Option<Self> {
        let wanted = frame.function == Function::LinkCheck && frame.control.direction == Direction::Up;
        let byte = *frame.data.first().filter(|_| wanted)?;
        Some(match byte {
            0xF0 => Self::Login,
            0xF1 => Self::Logout,
            0xF2 => Self::KeepAlive,
            other => Self::Other(other),
        })
    }

    /// The byte on the wire.
    pub fn number(self) -> u8 {
        match self {
            Self::Login => 0xF0,
            Self::Logout => 0xF1,
            Self::KeepAlive => 0xF2,
            Self::Other(number) => number,
        }
    }

    /// A stable English identifier.
    pub fn identifier(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::Logout => "logout",
            Self::KeepAlive => "keep_alive",
            Self::Other(_) => "other",
        }
    }
}

/// The parts of a report of values (AFN C0, and B0 upwards).
///
/// The order of the bits in alarms and state is not settled between the sources, so both are kept as bytes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SelfReport {
    /// The values, to be read by [`read_digits`](super::read_digits) with the widths and places of the station.
    pub values: Vec<u8>,
    /// Which alarms stand.
    pub alarms: [u8; 2],
    /// State of the terminal.
    pub state: [u8; 2],
    /// When the values were taken: a [`ShortTime`](super::ShortTime) or a [`LongTime`](super::LongTime).
    pub time: Vec<u8>,
}

impl SelfReport {
    /// Reads data that end with a time label of the given form; none if they are too short.
    pub fn read(data: &[u8], form: TimeForm) -> Option<Self> {
        let (rest, time) = data.split_at_checked(data.len().checked_sub(form.length())?)?;
        let (rest, state) = rest.split_last_chunk()?;
        let (values, alarms) = rest.split_last_chunk()?;
        Some(Self { values: values.to_vec(), alarms: *alarms, state: *state, time: time.to_vec() })
    }

    /// The data area.
    pub fn to_data(&self) -> Vec<u8> {
        [self.values.as_slice(), &self.alarms, &self.state, &self.time].concat()
    }
}

/// The data of a command: what it says, then password and time.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Command {
    /// What the command says.
    pub body: Vec<u8>,
    /// Password of the terminal.
    pub password: [u8; 2],
    /// When the command was sent.
    pub time: super::LongTime,
}

impl Command {
    /// Reads the data of a command; none if they do not end with a password and a valid time.
    pub fn read(data: &[u8]) -> Option<Self> {
        let (rest, time) = data.split_last_chunk()?;
        let (body, password) = rest.split_last_chunk()?;
        let time = super::LongTime(*time);
        time.civil()?;
        Some(Self { body: body.to_vec(), password: *password, time })
    }

    /// The data area.
    pub fn to_data(&self) -> Vec<u8> {
        [self.body.as_slice(), &self.password, &self.time.0].concat()
    }
}

/// The confirmation of a link check or a report: same function, the other way, one byte 0.
///
/// Known from one implementation only; the standard's text was not at hand. Answers to queries and frames of the
/// centre get none.
pub fn acknowledge(received: &Frame) -> Option<Frame> {
    let wanted = received.control.direction == Direction::Up
        && matches!(received.function, Function::LinkCheck | Function::SelfReport);
    wanted.then(|| received.respond(vec![0]))
}
