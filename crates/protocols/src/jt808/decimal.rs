//! Exact decimal numbers: a whole number on the wire and the place of its point.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// A decimal number of exactly as many decimals as its source has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Decimal {
    /// The number without its point.
    pub digits: i64,
    /// How many of its digits stand after the point.
    pub places: u8,
}

/// The text is no decimal number, or one beyond eighteen digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("no decimal number of at most 18 digits")]
pub struct NotDecimal;

impl Decimal {
    /// A number of `digits` with the last `places` after the point.
    pub fn new(digits: impl Into<i64>, places: u8) -> Self {
        Self { digits: digits.into(), places }
    }

    /// The digits this number has when written with `places` decimals; nothing if some would be lost.
    pub fn digits_at(self, places: u8) -> Option<i64> {
        let Some(fewer) = self.places.checked_sub(places) else {
            let factor = 10_i64.checked_pow(u32::from(places - self.places))?;
            return self.digits.checked_mul(factor);
        };
        let factor = 10_i64.checked_pow(u32::from(fewer))?;
        (self.digits % factor == 0).then_some(self.digits / factor)
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.digits < 0 { "-" } else { "" };
        let places = usize::from(self.places);
        let digits = format!("{:0>width$}", self.digits.unsigned_abs(), width = places + 1);
        let (whole, part) = digits.split_at(digits.len() - places);
        let point = if places == 0 { "" } else { "." };
        write!(formatter, "{sign}{whole}{point}{part}")
    }
}

impl FromStr for Decimal {
    type Err = NotDecimal;

    fn from_str(text: &str) -> Result<Self, NotDecimal> {
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let (whole, part) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let digits = format!("{whole}{part}");
        let plain = !whole.is_empty() && digits.len() <= 18 && digits.bytes().all(|byte| byte.is_ascii_digit());
        let number: i64 = digits.parse().ok().filter(|_| plain).ok_or(NotDecimal)?;
        let places = u8::try_from(part.len()).map_err(|_| NotDecimal)?;
        Ok(Self { digits: if unsigned.len() < text.len() { -number } else { number }, places })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_back() {
        for text in ["0.0", "-0.5", "12.222222", "7", "-13.40"] {
            assert_eq!(text.parse::<Decimal>().map(|number| number.to_string()), Ok(text.to_owned()));
        }
        for text in ["", ".5", "1e3", "--1", "1,5", "1234567890123456789"] {
            assert_eq!(text.parse::<Decimal>(), Err(NotDecimal), "{text}");
        }
        assert_eq!(Decimal::new(125, 1).digits_at(6), Some(12_500_000));
        assert_eq!(Decimal::new(125, 1).digits_at(0), None);
        assert_eq!(Decimal::new(i64::MAX, 0).digits_at(3), None);
    }
}
