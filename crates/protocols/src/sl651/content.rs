//! What messages say, in types both codings share.

use super::bcd::{self, Decimal, Value};
use super::control::Gates;
use super::error::EncodeError;
use super::frame::Coding;
use super::identifier::{ElementId, Identifier, TimeStep};
use super::station::{StationAddress, StationClass};
use super::status::StatusWord;
use super::table::element_kind;
use super::time::{HourTime, ObservationTime};

/// Values in a block of five-minute values.
pub(super) const SLOTS: usize = 12;

/// Data of one element.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ElementData {
    /// One value.
    Value(Value),
    /// Values at the step named before (31, 38), or twelve of five minutes each (F4–FC).
    Values(Vec<Value>),
    /// Time step.
    Step(TimeStep),
    /// State and alarms.
    Status(StatusWord),
    /// Text put in by hand, in whatever coding the station uses.
    Text(Vec<u8>),
    /// Picture, bulk data, or a step or status of unusual length, as received.
    Bytes(Vec<u8>),
}

/// One element with the time it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Element {
    /// Which element.
    pub identifier: Identifier,
    /// When it was observed; of a series, its first value.
    pub observed: Option<ObservationTime>,
    /// What was observed.
    pub data: ElementData,
}

impl Element {
    /// A number in HEX coding, with the digits of table C.1 or as many as it needs (6.6.3.3: one byte for the sign).
    pub fn number(code: u16, text: &str, observed: Option<ObservationTime>) -> Result<Self, EncodeError> {
        let definition = definition_for(code, text)?;
        let data = ElementData::Value(Value::Number(text.to_owned()));
        Ok(Self { identifier: Identifier::hex(code, definition), observed, data })
    }

    /// A number in ASCII coding.
    pub fn ascii_number(symbol: &str, text: &str, observed: Option<ObservationTime>) -> Self {
        let data = ElementData::Value(Value::Number(text.to_owned()));
        Self { identifier: Identifier::ascii(symbol), observed, data }
    }
}

/// The definition byte for a number: its own decimals, and the bytes of table C.1 or as many as it needs.
pub(super) fn definition_for(code: u16, text: &str) -> Result<u8, EncodeError> {
    let decimal = Decimal::parse(text).ok_or_else(|| EncodeError::NotDecimal { text: text.to_owned() })?;
    let usual = element_kind(code).map_or(0, |kind| usize::from(kind.definition() >> 3));
    let bytes = decimal.bytes().max(usual + usize::from(decimal.is_negative()));
    let fits = bytes <= 31 && decimal.decimals() <= 7;
    let definition = u8::try_from(bytes << 3 | decimal.decimals()).ok().filter(|_| fits);
    definition.ok_or_else(|| EncodeError::DoesNotFit { text: text.to_owned(), bytes: 31, decimals: 7 })
}

/// What one station reports (6.6.2.7); a message may hold several stations.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Section {
    /// The station observed, which need not be the one that sends.
    pub station: StationAddress,
    /// Its class.
    pub class: Option<StationClass>,
    /// The observation time right after the class.
    pub observed: Option<ObservationTime>,
    /// Its elements, in order.
    pub elements: Vec<Element>,
}

/// One parameter of tables D.1 and D.4.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Parameter {
    /// Which parameter; the function tells which table.
    pub identifier: Identifier,
    /// Its data: bytes in HEX coding, characters in ASCII coding.
    pub data: Vec<u8>,
}

impl Parameter {
    /// A number in HEX coding under a definition byte.
    pub fn number(code: u16, definition: u8, text: &str) -> Result<Self, EncodeError> {
        let identifier = Identifier::hex(code, definition);
        let data = bcd::write(text, identifier.bytes(), identifier.decimals())?;
        Ok(Self { identifier, data })
    }

    /// The data as a number.
    pub fn value(&self, coding: Coding) -> Value {
        match coding {
            Coding::Hex => bcd::read(&self.data, self.identifier.decimals()),
            Coding::Ascii => text_value(&self.data),
        }
    }

    /// The identifier as a number; ASCII coding writes it in two hexadecimal characters.
    pub fn code(&self) -> Option<u16> {
        parameter_code(&self.identifier.id)
    }
}

/// The number of a parameter in either coding.
pub(super) fn parameter_code(id: &ElementId) -> Option<u16> {
    match id {
        ElementId::Code(code) => Some(*code),
        ElementId::Symbol(symbol) => u16::from_str_radix(symbol, 16).ok(),
    }
}

/// A value in ASCII coding.
pub(super) fn text_value(text: &[u8]) -> Value {
    match std::str::from_utf8(text) {
        Ok("M") => Value::Missing,
        Ok(text) if Decimal::parse(text).is_some() => Value::Number(text.to_owned()),
        _ => Value::Invalid(text.to_vec()),
    }
}

/// Which values of the past are asked for (table 44).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PeriodQuestion {
    /// From this hour on.
    pub from: HourTime,
    /// To this hour.
    pub to: HourTime,
    /// Distance of the values.
    pub step: TimeStep,
    /// The elements asked for; in HEX coding, one.
    pub identifiers: Vec<Identifier>,
}

/// What a message says after its serial number, send time and, up, station.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Content {
    /// Nothing: keep-alive, acknowledgements, most questions, answers to 47, 48, 4A and 51.
    Empty,
    /// Elements of one or more stations.
    Report(Vec<Section>),
    /// 35, 39 up: text put in by hand, without identifier.
    Manual(Vec<u8>),
    /// 38 down.
    PeriodQuestion(PeriodQuestion),
    /// 3A, 41, 43 down: what is asked for; 47 and 48 down: the identifier 97 or 98 that keeps them from being chance.
    Identifiers(Vec<Identifier>),
    /// 40, 42 both ways, 41, 43 up.
    Parameters(Vec<Parameter>),
    /// 49 down.
    PasswordChange {
        /// The password in force.
        old: u16,
        /// The one to come.
        new: u16,
    },
    /// 49 up: the new password.
    PasswordChanged(u16),
    /// 45 up: the version as text.
    Version(Vec<u8>),
    /// 46 up; 4B both ways, where only the bit of the IC card counts.
    Status(StatusWord),
    /// 4C, 4D both ways: bit 0 of the first byte is pump or valve 1; set means running or open.
    Switches(Vec<u8>),
    /// 4E both ways.
    Gates(Gates),
    /// 4F both ways: whether quota control is in force.
    Quota(bool),
    /// 50 up: 32 counters (table 82).
    Events(Vec<u16>),
    /// Anything else, as received.
    Unknown(Vec<u8>),
}
