//! A measured value as it arrives: the number as its sender wrote it, with unit-free quality.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How far a value can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Quality {
    /// A normal measurement.
    #[default]
    Good,
    /// The sender doubts it.
    Uncertain,
    /// Not usable as a measurement.
    Bad,
    /// No value was measured.
    Missing,
    /// Taken during maintenance.
    Maintenance,
    /// Taken during calibration.
    Calibration,
    /// Beyond the range of the instrument.
    OverRange,
    /// The instrument reports a fault.
    Fault,
    /// Entered by hand.
    Manual,
}

impl Quality {
    /// Whether rules may judge the value.
    pub fn judgeable(self) -> bool {
        matches!(self, Self::Good | Self::Uncertain | Self::Manual | Self::OverRange)
    }

    /// The stored form.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Uncertain => "uncertain",
            Self::Bad => "bad",
            Self::Missing => "missing",
            Self::Maintenance => "maintenance",
            Self::Calibration => "calibration",
            Self::OverRange => "over_range",
            Self::Fault => "fault",
            Self::Manual => "manual",
        }
    }

    /// Reads the stored form; what is unknown is not trusted.
    pub fn from_stored(text: &str) -> Self {
        serde_json::from_value(serde_json::Value::String(text.to_owned())).unwrap_or(Self::Bad)
    }
}

/// Parses a decimal number as field devices write them: optional sign, digits, one point, exponent.
/// `None` for anything else, infinities and NaN included.
pub fn parse_decimal(text: &str) -> Option<f64> {
    let trimmed = text.trim();
    let plain = !trimmed.is_empty()
        && trimmed.len() <= 40
        && trimmed.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'e' | b'E'));
    plain.then(|| trimmed.parse::<f64>().ok()).flatten().filter(|number| number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::parse_decimal;

    #[test]
    fn takes_only_finite_decimals() {
        assert_eq!(parse_decimal(" -1.50 "), Some(-1.5));
        for bad in ["", "NaN", "inf", "1e999", "0x10", "1,5", "--1"] {
            assert_eq!(parse_decimal(bad), None, "{bad}");
        }
    }
}
