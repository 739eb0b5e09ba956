//! Fields of a description: writing them into JSON, reading them back.

use serde_json::{Map, Value};
use thiserror::Error;

use super::error::EncodeError;
use super::time_label::TimeLabel;

/// Why a description cannot be made a frame.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ComposeError {
    /// A field without which there is no frame is absent.
    #[error("field {field} is missing")]
    Missing {
        /// Name of the field.
        field: &'static str,
    },
    /// A field does not hold what it should.
    #[error("field {field} should be {expected}")]
    Invalid {
        /// Name of the field.
        field: &'static str,
        /// What it should hold.
        expected: &'static str,
    },
    /// The message cannot be sent.
    #[error(transparent)]
    Encode(#[from] EncodeError),
}

impl ComposeError {
    pub(super) fn invalid(field: &'static str, expected: &'static str) -> Self {
        Self::Invalid { field, expected }
    }
}

/// A description being written: the values, and beside them what they mean and how they were spelled, where that is
/// not the usual way.
#[derive(Default)]
pub(super) struct Fields {
    pub(super) values: Map<String, Value>,
    pub(super) details: Map<String, Value>,
}

impl Fields {
    pub(super) fn put(&mut self, field: &str, value: impl Into<Value>) {
        self.values.insert(field.to_owned(), value.into());
    }

    pub(super) fn explain(&mut self, field: &str, value: impl Into<Value>) {
        self.details.insert(field.to_owned(), value.into());
    }

    /// A time; `null` and the bytes if they are none.
    pub(super) fn put_time(&mut self, field: &str, time: TimeLabel) {
        let civil = time.civil();
        self.put(field, civil.map(|civil| civil.to_string()));
        if civil.is_none() {
            self.explain(&format!("{field}_raw"), hex::encode(time.0));
        }
    }
}

/// A description being read.
#[derive(Clone, Copy)]
pub(super) struct Stated<'a> {
    pub(super) values: &'a Value,
    pub(super) details: &'a Value,
}

impl<'a> Stated<'a> {
    pub(super) fn find(self, field: &'static str) -> Option<&'a Value> {
        self.values.get(field).filter(|value| !value.is_null())
    }

    pub(super) fn number<T: TryFrom<i64>>(self, field: &'static str) -> Result<T, ComposeError> {
        let value = self.find(field).ok_or(ComposeError::Missing { field })?;
        let number = value.as_i64().and_then(|number| T::try_from(number).ok());
        number.ok_or(ComposeError::invalid(field, "a whole number that fits its bytes"))
    }

    /// A word of bits as hexadecimal digits.
    pub(super) fn bits<T: TryFrom<u32>>(self, field: &'static str) -> Result<T, ComposeError> {
        let digits = self.text(field)?;
        let bits = u32::from_str_radix(digits, 16).ok().and_then(|bits| T::try_from(bits).ok());
        bits.ok_or(ComposeError::invalid(field, "hexadecimal digits that fit its bytes"))
    }

    pub(super) fn text(self, field: &'static str) -> Result<&'a str, ComposeError> {
        let value = self.find(field).ok_or(ComposeError::Missing { field })?;
        value.as_str().ok_or(ComposeError::invalid(field, "a text"))
    }

    /// Two numbers with a point between them.
    pub(super) fn version(self, field: &'static str) -> Result<(u8, u8), ComposeError> {
        let parts = self.text(field)?.split_once('.');
        let version = parts.and_then(|(main, sub)| Some((main.parse().ok()?, sub.parse().ok()?)));
        version.ok_or(ComposeError::invalid(field, "two numbers below 256 with a point between them"))
    }

    /// Bytes as hexadecimal digits; none if the field is absent.
    pub(super) fn bytes(self, field: &'static str) -> Result<Option<Vec<u8>>, ComposeError> {
        let Some(value) = self.find(field) else { return Ok(None) };
        let bytes = value.as_str().and_then(|digits| hex::decode(digits).ok());
        bytes.map(Some).ok_or(ComposeError::invalid(field, "pairs of hexadecimal digits"))
    }

    /// A local time of the years 2000 to 2099; without one the bytes beside it, or an unset clock.
    pub(super) fn time(self, field: &'static str) -> Result<TimeLabel, ComposeError> {
        let Some(value) = self.find(field) else {
            return Ok(self.raw(field).and_then(|bytes| bytes.try_into().ok()).map_or(TimeLabel::UNSET, TimeLabel));
        };
        let expected = ComposeError::invalid(field, "a local time like 2012-09-26T09:58:32 of the years 2000 to 2099");
        let civil: jiff::civil::DateTime =
            value.as_str().and_then(|text| text.parse().ok()).ok_or_else(|| expected.clone())?;
        let label = TimeLabel::from_civil(civil);
        if label.civil() == Some(civil) { Ok(label) } else { Err(expected) }
    }

    /// How the field was spelled, if not in the usual way.
    pub(super) fn raw(self, field: &str) -> Option<Vec<u8>> {
        hex::decode(self.details.get(format!("{field}_raw"))?.as_str()?).ok()
    }
}
