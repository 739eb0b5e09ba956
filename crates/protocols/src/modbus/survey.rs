//! What is read from one unit at each turn: points, the requests that fetch them, and what the answers say of each.

use thiserror::Error;

use super::error::{Mismatch, ValueError};
use super::plan::{Place, Poll, plan};
use super::response::{ExceptionCode, Response};
use super::table::{BitTable, RegisterTable, unpack_bits};
use super::value::{Format, Kind, Value};

/// A value of a device and how it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Point {
    /// A single bit: 0 or 1.
    Bit {
        /// Which table.
        table: BitTable,
        /// Its address, counted from 0 as on the wire.
        address: u16,
    },
    /// A number in registers.
    Number {
        /// Which table.
        table: RegisterTable,
        /// Address of its first register, counted from 0 as on the wire.
        address: u16,
        /// How the registers are read.
        format: Format,
        /// Raw bits by which the device says that it has no value, before scale and offset.
        bad: Vec<u64>,
    },
}

impl Point {
    fn place(&self) -> Place {
        match self {
            Self::Bit { table, address } => Place::Bits { table: *table, start: *address, count: 1 },
            Self::Number { table, address, format, .. } => {
                let count = u16::try_from(format.kind.registers()).unwrap_or(u16::MAX);
                Place::Registers { table: *table, start: *address, count }
            }
        }
    }

    fn find(&self, answer: &Answer, at: usize) -> Finding {
        match (self, answer) {
            (Self::Bit { .. }, Answer::Bits(bits)) => bits.get(at).map_or(Finding::Unreadable, |bit| truth(*bit)),
            (Self::Number { format, bad, .. }, Answer::Registers(registers)) => {
                let registers = registers.get(at..).unwrap_or_default();
                let absent =
                    |raw: &u64| Format { missing: Some(*raw), ..*format }.decode(registers) == Ok(Value::Missing);
                if bad.iter().any(absent) {
                    return Finding::Missing;
                }
                match format.decode(registers) {
                    Ok(Value::Number(text)) => Finding::Value(text),
                    Ok(Value::Truth(bit)) => truth(bit),
                    Ok(Value::Missing) => Finding::Missing,
                    Ok(Value::NotANumber) | Err(_) => Finding::Unreadable,
                }
            }
            _ => Finding::Unreadable,
        }
    }
}

fn truth(bit: bool) -> Finding {
    Finding::Value(if bit { "1" } else { "0" }.to_owned())
}

/// What an answer says of a point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// A decimal number as text.
    Value(String),
    /// The device says that it has none.
    Missing,
    /// Bits that are no finite number, or a number with too many digits to be scaled.
    Unreadable,
    /// The device refused the request.
    Refused(ExceptionCode),
}

/// Why a point can never be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PointError {
    /// The last of its registers lies beyond address 65535.
    #[error("its last register lies beyond address 65535")]
    BeyondEnd,
    /// A bit number above 15.
    #[error("a register has no bit {0}")]
    NoSuchBit(u8),
}

enum Answer {
    Bits(Vec<bool>),
    Registers(Vec<u16>),
}

/// The points of one unit with the requests that fetch them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survey {
    points: Vec<Point>,
    polls: Vec<Poll>,
}

impl Survey {
    /// Plans the requests, each reading over at most `gap` unused addresses. The error names the point at fault by
    /// its index.
    pub fn new(points: Vec<Point>, gap: u16) -> Result<Self, (usize, PointError)> {
        for (index, point) in points.iter().enumerate() {
            if let Point::Number { format: Format { kind: Kind::Bit(bit), .. }, .. } = point
                && *bit > 15
            {
                return Err((index, PointError::NoSuchBit(*bit)));
            }
            if plan(&[point.place()], 0).is_empty() {
                return Err((index, PointError::BeyondEnd));
            }
        }
        let places: Vec<Place> = points.iter().map(Point::place).collect();
        Ok(Self { polls: plan(&places, gap), points })
    }

    /// The requests of one turn, in their order.
    pub fn polls(&self) -> &[Poll] {
        &self.polls
    }

    /// How many points there are.
    pub fn len(&self) -> usize {
        self.points.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.points.is_empty()
    }

    /// What the answer to a poll says of its points, by their index. The error: it cannot be the answer.
    pub fn findings(&self, poll: &Poll, response: &Response) -> Result<Vec<(usize, Finding)>, Mismatch> {
        poll.request.check(response)?;
        let answer = match response {
            Response::Exception { code, .. } => {
                return Ok(poll.points.iter().map(|(index, _)| (*index, Finding::Refused(*code))).collect());
            }
            Response::Bits { bits, .. } => Answer::Bits(unpack_bits(bits, bits.len() * 8)),
            Response::Registers { values, .. } => Answer::Registers(values.clone()),
            other => return Err(Mismatch::Function { wanted: poll.request.function(), got: other.function() }),
        };
        let found = |(index, at): &(usize, usize)| {
            let finding = self.points.get(*index).map_or(Finding::Unreadable, |point| point.find(&answer, *at));
            (*index, finding)
        };
        Ok(poll.points.iter().map(found).collect())
    }
}

/// Raw bits out of `32768` or `0x8000`, as they are listed as bad values.
pub fn raw_bits(text: &str) -> Result<u64, ValueError> {
    let text = text.trim();
    let read = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => u64::from_str_radix(digits, 16),
        None => text.parse(),
    };
    read.map_err(|_| ValueError::NoDecimal { text: text.to_owned() })
}
