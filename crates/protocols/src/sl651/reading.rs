//! Values out of messages.

use jiff::{Span, Timestamp};

use super::bcd::{Decimal, Value};
use super::content::{Content, Element, ElementData, Section};
use super::frame::Header;
use super::function::Function;
use super::hexadecimal;
use super::message::Message;
use super::station::StationAddress;
use super::table::{ElementKind, element_kind};

/// How far a value can be relied on. SL 651 carries no quality; this is what the value itself tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quality {
    /// A number.
    Good,
    /// The station says that there is no value.
    Missing,
    /// Something that is no number.
    Invalid,
    /// A number that stands for a state: gate without leaf 555, shut 444, open 999, out of the water 888 (E.3.2.2);
    /// well dried up 444 (E.8.2.2).
    StateCode,
}

/// One value of one element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The station observed.
    pub station: StationAddress,
    /// Code of the element: `39`, `FF09`; for a symbol table C.1 does not have, the symbol.
    pub code: String,
    /// Symbol of table C.1, for example `Z`.
    pub symbol: Option<&'static str>,
    /// Unit of table C.1; nothing for user-defined elements.
    pub unit: Option<&'static str>,
    /// The value as decimal text; empty where there is none, the bytes as digits where it is invalid.
    pub value_text: String,
    /// How far the value can be relied on.
    pub quality: Quality,
    /// When it was observed, or when the period it covers ended. Absent or unreadable: nothing.
    pub observed_at: Option<Timestamp>,
    /// Whether the value is of the past and must not page anybody as if live.
    pub historical: bool,
    /// Whether the level is relative: the base of run parameters 28–2F is to be added (F5–FC).
    pub relative: bool,
    /// Whether the message is a test (30), whose values belong into a test store.
    pub test: bool,
}

/// Distance of the values in a block.
const BLOCK_MINUTES: i64 = 5;

impl Message {
    /// All values of a message up, under the function of its header. Time steps and status words are no values.
    pub fn readings(&self, header: &Header) -> Vec<Reading> {
        let Content::Report(sections) = &self.content else {
            return Vec::new();
        };
        let mut readings = Vec::new();
        for section in sections {
            read_section(section, header.function, &mut readings);
        }
        readings
    }
}

fn read_section(section: &Section, function: Function, readings: &mut Vec<Reading>) {
    let mut step = 0;
    for element in &section.elements {
        match &element.data {
            ElementData::Step(known) => step = known.total_minutes(),
            ElementData::Value(value) => readings.push(reading(section, element, value, function, 0)),
            ElementData::Values(values) => {
                let minutes = if element.identifier.id.is_slotted() { BLOCK_MINUTES } else { step };
                for (index, value) in (0_i64..).zip(values) {
                    readings.push(reading(section, element, value, function, index.saturating_mul(minutes)));
                }
            }
            ElementData::Status(_) | ElementData::Text(_) | ElementData::Bytes(_) => {}
        }
    }
}

fn reading(section: &Section, element: &Element, value: &Value, function: Function, minutes: i64) -> Reading {
    let id = &element.identifier.id;
    let code = id.code();
    let kind = code.and_then(element_kind);
    let start = element.observed.and_then(super::time::WireTime::timestamp);
    let later = |start: Timestamp| start.checked_add(Span::new().try_minutes(minutes).ok()?).ok();
    let quality = quality_of(value, kind);
    Reading {
        station: section.station,
        code: code.map_or_else(|| id.to_string(), |code| format!("{code:02X}")),
        symbol: kind.map(|kind| kind.symbol),
        unit: kind.map(|kind| kind.unit),
        value_text: match value {
            Value::Number(text) => text.clone(),
            Value::Missing => String::new(),
            Value::Invalid(data) => hexadecimal::upper(data),
        },
        quality,
        observed_at: start.and_then(later),
        historical: function.is_historical() || id.is_slotted(),
        relative: code.is_some_and(|code| (0xF5..=0xFC).contains(&code)),
        test: function == Function::TEST,
    }
}

fn quality_of(value: &Value, kind: Option<&ElementKind>) -> Quality {
    match value {
        Value::Missing => Quality::Missing,
        Value::Invalid(_) => Quality::Invalid,
        Value::Number(text) if is_state_code(text, kind) => Quality::StateCode,
        Value::Number(_) => Quality::Good,
    }
}

fn is_state_code(text: &str, kind: Option<&ElementKind>) -> bool {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if fraction.bytes().any(|digit| digit != b'0') {
        return false;
    }
    match kind.map(|kind| kind.code) {
        Some(0x09) => matches!(whole, "444" | "555" | "888" | "999"),
        Some(0x0E) => whole == "444",
        _ => false,
    }
}

impl Reading {
    /// The value as a number, where it is one.
    pub fn number(&self) -> Option<f64> {
        let measured = self.quality == Quality::Good && Decimal::parse(&self.value_text).is_some();
        measured.then(|| self.value_text.parse().ok()).flatten()
    }
}
