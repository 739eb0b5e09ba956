//! What names an element or parameter in either coding, and the time step that is part of its name in one of them.

use std::fmt;

use super::table::element_kind_of_symbol;

/// 12 rain values of five minutes.
pub(super) const RAIN_SERIES: u16 = 0xF4;
/// Text put in by hand.
pub(super) const MANUAL: u16 = 0xF2;
/// Picture.
pub(super) const PICTURE: u16 = 0xF3;
/// Flow and velocity in bulk.
pub(super) const BULK: u16 = 0xFD;
/// Time step.
pub(super) const STEP: u16 = 0x04;
/// State and alarms.
pub(super) const STATUS: u16 = 0x45;

/// Which element or parameter is meant.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ElementId {
    /// HEX coding: 01–FE, or `FFxx` for user-defined ones.
    Code(u16),
    /// ASCII coding: the symbol as received.
    Symbol(String),
}

impl ElementId {
    /// The code; of a symbol, the one table C.1 gives it.
    pub fn code(&self) -> Option<u16> {
        match self {
            Self::Code(code) => Some(*code),
            Self::Symbol(symbol) => code_of_symbol(symbol),
        }
    }

    /// Whether the element holds twelve values of five minutes each, whatever its definition byte says (D5).
    pub(super) fn is_slotted(&self) -> bool {
        self.code().is_some_and(|code| (RAIN_SERIES..=0xFC).contains(&code))
    }
}

impl fmt::Display for ElementId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(code) => write!(formatter, "{code:02X}"),
            Self::Symbol(symbol) => formatter.write_str(symbol),
        }
    }
}

fn code_of_symbol(symbol: &str) -> Option<u16> {
    match symbol.to_ascii_uppercase().as_str() {
        "RGZS" => Some(MANUAL),
        "PIC" => Some(PICTURE),
        "DATA" => Some(BULK),
        "ZT" => Some(STATUS),
        upper if is_step(upper) => Some(STEP),
        _ => element_kind_of_symbol(symbol).map(|kind| kind.code),
    }
}

/// Whether the symbol is a time step, `DRDnn`, `DRHnn` or `DRNnn` (table C.2).
fn is_step(symbol: &str) -> bool {
    symbol.strip_prefix("DR").is_some_and(|step| {
        step.len() == 3 && step.starts_with(['D', 'H', 'N']) && step.bytes().skip(1).all(|byte| byte.is_ascii_digit())
    })
}

/// An element or parameter and, in HEX coding, the byte that defines its data.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Identifier {
    /// Which element or parameter.
    pub id: ElementId,
    /// High five bits: bytes of data, the sign included; low three bits: decimals. 0 in ASCII coding.
    pub definition: u8,
}

impl Identifier {
    /// An identifier in HEX coding.
    pub fn hex(code: u16, definition: u8) -> Self {
        Self { id: ElementId::Code(code), definition }
    }

    /// An identifier in ASCII coding.
    pub fn ascii(symbol: impl Into<String>) -> Self {
        Self { id: ElementId::Symbol(symbol.into()), definition: 0 }
    }

    /// Bytes of data the definition declares.
    pub fn bytes(&self) -> usize {
        usize::from(self.definition >> 3)
    }

    /// Digits after the point the definition declares.
    pub fn decimals(&self) -> u8 {
        self.definition & 0x07
    }
}

/// Distance of the values of a series (tables C.2, C.3); at most one of the three is not zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TimeStep {
    /// Days.
    pub days: u8,
    /// Hours.
    pub hours: u8,
    /// Minutes.
    pub minutes: u8,
}

impl TimeStep {
    /// The step before blocks of five-minute values.
    pub const BLOCK: Self = Self { days: 0, hours: 0, minutes: 0 };

    /// A step of some minutes, 1–59.
    pub fn minutes(minutes: u8) -> Self {
        Self { days: 0, hours: 0, minutes }
    }

    /// The whole step in minutes.
    pub fn total_minutes(self) -> i64 {
        (i64::from(self.days) * 24 + i64::from(self.hours)) * 60 + i64::from(self.minutes)
    }

    /// Reads three BCD bytes; nothing where they are no digits.
    pub(super) fn from_bcd(data: [u8; 3]) -> Option<Self> {
        let part = |byte: u8| (byte >> 4 < 10 && byte & 0x0F < 10).then(|| (byte >> 4) * 10 + (byte & 0x0F));
        let [days, hours, minutes] = data.map(part);
        Some(Self { days: days?, hours: hours?, minutes: minutes? })
    }

    /// Three BCD bytes.
    pub(super) fn to_bcd(self) -> [u8; 3] {
        [self.days, self.hours, self.minutes].map(|part| ((part % 100 / 10) << 4) | (part % 10))
    }

    pub(super) fn from_symbol(symbol: &str) -> Option<Self> {
        let (unit, number) = symbol.get(2..3).zip(symbol.get(3..))?;
        let number = number.parse().ok()?;
        Some(match unit.to_ascii_uppercase().as_str() {
            "D" => Self { days: number, hours: 0, minutes: 0 },
            "H" => Self { days: 0, hours: number, minutes: 0 },
            _ => Self::minutes(number),
        })
    }

    pub(super) fn to_symbol(self) -> String {
        match (self.days, self.hours, self.minutes) {
            (0, 0, 1..) => format!("DRN{:02}", self.minutes),
            (1.., _, _) => format!("DRD{:02}", self.days),
            _ => format!("DRH{:02}", self.hours),
        }
    }
}
