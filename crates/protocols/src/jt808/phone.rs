//! The telephone number of a terminal, its identity.

use std::fmt;

use super::digits;
use super::edition::HeaderLayout;
use super::error::{EncodeError, EncodeProblem};

/// Digits of a telephone or terminal number: 12 in 2011 and 2013, 20 in 2019.
///
/// The digits are BCD. Nibbles above nine, which hostile or unset terminals send, appear as `a` to `f`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Phone(String);

impl Phone {
    /// A number given as digits; it is filled up with zeros in front when sent.
    pub fn new(number: impl Into<String>) -> Self {
        Self(number.into())
    }

    pub(super) fn read(bytes: &[u8]) -> Self {
        Self(digits::text(bytes))
    }

    /// All digits, with the zeros in front.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The digits without zeros in front, the form in which one terminal keeps its name across editions.
    pub fn significant(&self) -> &str {
        self.0.trim_start_matches('0')
    }

    pub(super) fn to_bytes(&self, layout: HeaderLayout) -> Result<Vec<u8>, EncodeError> {
        let count = layout.phone_bytes() * 2;
        let filled = format!("{:0>count$}", self.0);
        let bytes = digits::bytes(&filled).filter(|bytes| bytes.len() * 2 == count);
        bytes.ok_or_else(|| EncodeProblem::NotDigits { text: self.0.clone(), digits: count }.into())
    }
}

impl fmt::Display for Phone {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
