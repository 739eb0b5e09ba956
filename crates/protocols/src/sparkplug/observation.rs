//! What a metric means.

use jiff::Timestamp;

use super::datatype::{Carrier, DataType};
use super::payload::{Metric, MetricValue, PropertyContent};
use super::scalar::Scalar;

/// Name of the property that holds the quality.
const QUALITY: &str = "Quality";

/// A value by its data type. Numbers are decimal text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// A decimal number.
    Number(String),
    /// True or false.
    Truth(bool),
    /// Text.
    Text(String),
    /// A time.
    Time(Timestamp),
    /// Bytes, a file, an array, a table, a template, or something of a third party: still in the metric.
    Structured,
    /// There is none.
    Missing,
    /// An IEEE 754 bit pattern that is no finite number.
    NotANumber,
    /// The value is encoded in a way its data type does not allow, or lies outside its range.
    Invalid,
}

/// Quality as the sender states it (6.4.9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quality {
    /// 192.
    Good,
    /// 0.
    Bad,
    /// 500: out of date.
    Stale,
    /// Another number, of a meaning only its maker knows.
    Other(i32),
    /// There is no such property.
    Unstated,
}

impl Quality {
    /// The quality a number stands for.
    pub fn from_number(number: i32) -> Self {
        match number {
            192 => Self::Good,
            0 => Self::Bad,
            500 => Self::Stale,
            other => Self::Other(other),
        }
    }
}

/// One value with its full name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// Device; nothing for the node itself.
    pub device: Option<String>,
    /// Name of the metric.
    pub name: String,
    /// Its data type, if not in the message then from the birth.
    pub datatype: Option<DataType>,
    /// The value.
    pub reading: Reading,
    /// Quality as stated.
    pub quality: Quality,
    /// Time of the metric, or else of the message; nothing if neither is a time.
    pub observed_at: Option<Timestamp>,
    /// The value is of the past: it must not set off alarms as if live.
    pub is_historical: bool,
    /// The value is not to be stored.
    pub is_transient: bool,
}

impl Metric {
    /// The value, by the data type of the metric or else by `born`, that of its birth.
    pub fn reading(&self, born: Option<DataType>) -> Reading {
        if self.is_null == Some(true) {
            return Reading::Missing;
        }
        match &self.value {
            None => Reading::Missing,
            Some(MetricValue::Scalar(scalar)) => read(scalar, self.datatype.or(born)),
            Some(_) => Reading::Structured,
        }
    }

    /// The quality among the properties.
    pub fn quality(&self) -> Quality {
        let property = self.properties.as_ref().and_then(|properties| properties.get(QUALITY));
        match property.and_then(|property| property.value.as_ref()) {
            Some(PropertyContent::Scalar(Scalar::Int(number))) => Quality::from_number(number.cast_signed()),
            Some(PropertyContent::Scalar(Scalar::Long(number))) => {
                i32::try_from(*number).map_or(Quality::Unstated, Quality::from_number)
            }
            _ => Quality::Unstated,
        }
    }
}

/// Milliseconds since 1970 as a time.
pub(super) fn time(milliseconds: u64) -> Option<Timestamp> {
    i64::try_from(milliseconds).ok().and_then(|milliseconds| Timestamp::from_millisecond(milliseconds).ok())
}

fn read(scalar: &Scalar, datatype: Option<DataType>) -> Reading {
    let carrier = datatype.and_then(DataType::carrier);
    match (scalar, carrier) {
        (Scalar::Int(_) | Scalar::Long(_), Some(Carrier::Int | Carrier::Long)) => read_whole(scalar, datatype),
        // Without a known type the bits are taken as they stand.
        (Scalar::Int(number), None) => Reading::Number(number.to_string()),
        (Scalar::Long(number), None) => Reading::Number(number.to_string()),
        (Scalar::Float(bits), Some(Carrier::Float | Carrier::Double) | None) => read_float(*bits),
        (Scalar::Double(bits), Some(Carrier::Float | Carrier::Double) | None) => read_double(*bits),
        (Scalar::Boolean(value), Some(Carrier::Boolean) | None) => Reading::Truth(*value),
        (Scalar::Text(text), Some(Carrier::Text) | None) => Reading::Text(text.clone()),
        _ => Reading::Invalid,
    }
}

fn read_float(bits: u32) -> Reading {
    let number = f32::from_bits(bits);
    if number.is_finite() { Reading::Number(number.to_string()) } else { Reading::NotANumber }
}

fn read_double(bits: u64) -> Reading {
    let number = f64::from_bits(bits);
    if number.is_finite() { Reading::Number(number.to_string()) } else { Reading::NotANumber }
}

/// Whole numbers. Senders put 8 and 16 bits of two's complement into 32 with and without drawing the sign out.
fn read_whole(scalar: &Scalar, datatype: Option<DataType>) -> Reading {
    let bits = match scalar {
        Scalar::Int(number) => u64::from(*number),
        Scalar::Long(number) => *number,
        _ => return Reading::Invalid,
    };
    let [.., a, b, c, d] = bits.to_be_bytes();
    let wide = matches!(scalar, Scalar::Long(_));
    let text = match datatype {
        Some(DataType::INT8) => signed(bits, i64::from(d.cast_signed()), 8, wide),
        Some(DataType::INT16) => signed(bits, i64::from(i16::from_be_bytes([c, d])), 16, wide),
        Some(DataType::INT32) => signed(bits, i64::from(i32::from_be_bytes([a, b, c, d])), 32, wide),
        Some(DataType::INT64) if wide => Some(bits.cast_signed().to_string()),
        Some(DataType::UINT8) => u8::try_from(bits).ok().map(|number| number.to_string()),
        Some(DataType::UINT16) => u16::try_from(bits).ok().map(|number| number.to_string()),
        Some(DataType::UINT32) => u32::try_from(bits).ok().map(|number| number.to_string()),
        Some(DataType::DATE_TIME) => return time(bits).map_or(Reading::Invalid, Reading::Time),
        _ => Some(bits.to_string()),
    };
    text.map_or(Reading::Invalid, Reading::Number)
}

/// The number, if the bits above its own are all zero, or all what its sign would fill them with.
fn signed(bits: u64, number: i64, width: u32, wide: bool) -> Option<String> {
    let filled = number.cast_unsigned();
    let own = bits >> width == 0;
    let to_32 = filled & 0xFFFF_FFFF == bits;
    let to_64 = wide && filled == bits;
    (own || to_32 || to_64).then(|| number.to_string())
}
