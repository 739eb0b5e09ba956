//! One frame: `68 L 68`, user area, checksum, `16`.

use std::fmt;

use super::control::{Control, Direction};
use super::crc::crc8;
use super::error::{EncodeError, FrameError};

/// Longest data area of a frame that is not split, in bytes; one less in a split one.
pub const MAX_DATA: usize = 255 - 7;
/// Start mark.
pub(super) const START: u8 = 0x68;
/// End mark.
pub(super) const END: u8 = 0x16;
/// Start marks and length before the user area.
const HEADER: usize = 3;
/// Checksum and end mark after it.
const TRAILER: usize = 2;

/// Address of a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address(pub [u8; 5]);

impl Address {
    /// The administrative division at its head, six decimal digits, if it has one.
    pub fn division(self) -> Option<String> {
        let [a, b, c, ..] = self.0;
        let digits = hex::encode([a, b, c]);
        digits.bytes().all(|digit| digit.is_ascii_digit()).then_some(digits)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&hex::encode(self.0))
    }
}

/// The application function (AFN).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Function {
    /// 02: link check.
    LinkCheck,
    /// 61: query of an image; its long frames are not known well enough to be read.
    Image,
    /// B0: query of present values.
    Query,
    /// C0: report on the terminal's own initiative.
    SelfReport,
    /// Any other function.
    Other(u8),
}

impl Function {
    /// The function of a number.
    pub fn from_number(number: u8) -> Self {
        match number {
            0x02 => Self::LinkCheck,
            0x61 => Self::Image,
            0xB0 => Self::Query,
            0xC0 => Self::SelfReport,
            other => Self::Other(other),
        }
    }

    /// The number on the wire.
    pub fn number(self) -> u8 {
        match self {
            Self::LinkCheck => 0x02,
            Self::Image => 0x61,
            Self::Query => 0xB0,
            Self::SelfReport => 0xC0,
            Self::Other(number) => number,
        }
    }

    /// A stable English identifier; `other` for functions not known here.
    pub fn identifier(self) -> &'static str {
        match self {
            Self::LinkCheck => "link_check",
            Self::Image => "image",
            Self::Query => "query",
            Self::SelfReport => "self_report",
            Self::Other(_) => "other",
        }
    }
}

/// A frame whose checksum and end mark fit. It has one spelling only, so [`to_bytes`](Self::to_bytes) yields the bytes
/// received.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Frame {
    /// Direction, splitting and kind of data.
    pub control: Control,
    /// The terminal, in both directions.
    pub address: Address,
    /// What the frame does.
    pub function: Function,
    /// The data area.
    pub data: Vec<u8>,
}

impl Frame {
    /// The frame as it stands on the wire.
    pub fn to_bytes(&self) -> Result<Vec<u8>, EncodeError> {
        let user = self.user_area();
        let length = user.len();
        let declared = u8::try_from(length).map_err(|_| EncodeError::TooLong { length })?;
        let mut bytes = vec![START, declared, START];
        bytes.extend_from_slice(&user);
        bytes.extend_from_slice(&[crc8(&user), END]);
        Ok(bytes)
    }

    /// The checksum of the user area.
    pub fn checksum(&self) -> u8 {
        crc8(&self.user_area())
    }

    /// Length of the user area in bytes.
    pub fn length(&self) -> usize {
        self.user_area().len()
    }

    /// A frame with the same control, address and function the other way, as a terminal or centre responds.
    pub fn respond(&self, data: Vec<u8>) -> Self {
        let direction = match self.control.direction {
            Direction::Up => Direction::Down,
            Direction::Down => Direction::Up,
        };
        Self { control: Control { direction, ..self.control }, data, ..*self }
    }

    fn user_area(&self) -> Vec<u8> {
        let mut user = vec![self.control.byte()];
        user.extend(self.control.frames_left);
        user.extend_from_slice(&self.address.0);
        user.push(self.function.number());
        user.extend_from_slice(&self.data);
        user
    }
}

fn read_user_area(user: &[u8]) -> Option<Frame> {
    let (control, rest) = user.split_first()?;
    let (frames_left, rest) = if Control::is_split(*control) {
        let (frames_left, rest) = rest.split_first()?;
        (Some(*frames_left), rest)
    } else {
        (None, rest)
    };
    let (address, rest) = rest.split_first_chunk()?;
    let (function, data) = rest.split_first()?;
    Some(Frame {
        control: Control::from_byte(*control, frames_left),
        address: Address(*address),
        function: Function::from_number(*function),
        data: data.to_vec(),
    })
}

/// What stands at a start mark.
pub(super) enum Verdict {
    /// Not all bytes are there yet; the declared length, if that is.
    Incomplete(Option<usize>),
    /// No frame.
    Damaged(FrameError),
    /// A frame and the bytes it takes.
    Whole(Frame, usize),
}

/// Judges bytes that begin with the start mark.
pub(super) fn judge(bytes: &[u8]) -> Verdict {
    let (declared, second) = match bytes {
        [_, declared, second, ..] => (usize::from(*declared), *second),
        _ => return Verdict::Incomplete(bytes.get(1).copied().map(usize::from)),
    };
    if second != START {
        return Verdict::Damaged(FrameError::MissingSecondStart { found: second });
    }
    let total = HEADER + declared + TRAILER;
    let (Some(user), Some(&[checksum, end])) =
        (bytes.get(HEADER..HEADER + declared), bytes.get(HEADER + declared..total))
    else {
        return Verdict::Incomplete(Some(declared));
    };
    let computed = crc8(user);
    if end != END {
        Verdict::Damaged(FrameError::BadEnd { found: end })
    } else if checksum != computed {
        Verdict::Damaged(FrameError::BadChecksum { declared: checksum, computed })
    } else {
        let damaged = Verdict::Damaged(FrameError::TooShort { declared });
        read_user_area(user).map_or(damaged, |frame| Verdict::Whole(frame, total))
    }
}

/// Reads the one frame at the head of a datagram; a byte stream goes through [`Decoder`](super::Decoder).
pub fn decode_frame(bytes: &[u8]) -> Result<Frame, FrameError> {
    if bytes.first() != Some(&START) {
        let skipped = bytes.iter().position(|byte| *byte == START).unwrap_or(bytes.len());
        return Err(FrameError::BadStart { skipped });
    }
    match judge(bytes) {
        Verdict::Whole(frame, _) => Ok(frame),
        Verdict::Damaged(error) => Err(error),
        Verdict::Incomplete(declared) => Err(FrameError::Truncated { declared, available: bytes.len() }),
    }
}
