//! A single value as it travels.

use super::error::PayloadError;
use super::wire::{Field, Writer};

/// A single value, in the way it was encoded. What it means, only its data type says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scalar {
    /// 32 bits, signed numbers in two's complement.
    Int(u32),
    /// 64 bits, signed numbers in two's complement.
    Long(u64),
    /// Bits of an IEEE 754 number.
    Float(u32),
    /// Bits of an IEEE 754 number.
    Double(u64),
    /// True or false.
    Boolean(bool),
    /// Text.
    Text(String),
}

impl Scalar {
    /// A float out of a number.
    pub fn float(number: f32) -> Self {
        Self::Float(number.to_bits())
    }

    /// A double out of a number.
    pub fn double(number: f64) -> Self {
        Self::Double(number.to_bits())
    }

    /// Reads a value whose choices have the numbers from `first` on.
    pub(super) fn read(field: Field<'_>, first: u32) -> Result<Option<Self>, PayloadError> {
        Ok(Some(match field.number.checked_sub(first) {
            Some(0) => Self::Int(field.short()?),
            Some(1) => Self::Long(field.number()?),
            Some(2) => Self::Float(field.four()?),
            Some(3) => Self::Double(field.eight()?),
            Some(4) => Self::Boolean(field.truth()?),
            Some(5) => Self::Text(field.text()?),
            _ => return Ok(None),
        }))
    }

    pub(super) fn write(&self, writer: &mut Writer, first: u32) {
        match self {
            Self::Int(value) => writer.number(first, Some(u64::from(*value))),
            Self::Long(value) => writer.number(first + 1, Some(*value)),
            Self::Float(bits) => writer.four(first + 2, *bits),
            Self::Double(bits) => writer.eight(first + 3, *bits),
            Self::Boolean(value) => writer.truth(first + 4, Some(*value)),
            Self::Text(text) => writer.block(first + 5, text.as_bytes()),
        }
    }
}
