//! Numbers in packed decimal digits (6.6.3.3) as decimal text and back. No binary float touches them.

use super::error::EncodeError;
use super::hexadecimal;

/// Marks a negative number in the first byte, and a missing one in all bytes.
const MINUS: u8 = 0xFF;

/// One value of one element.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Value {
    /// Decimal text with exactly the decimals the sender gave.
    Number(String),
    /// All bytes `FF`, or `M` in ASCII coding: there is no value.
    Missing,
    /// Bytes that are no number, as received; many devices send `AA` throughout.
    Invalid(Vec<u8>),
}

impl Value {
    /// The number as text, where it is one.
    pub fn number(&self) -> Option<&str> {
        match self {
            Self::Number(text) => Some(text),
            Self::Missing | Self::Invalid(_) => None,
        }
    }
}

/// Reads packed digits with so many decimals.
pub(super) fn read(data: &[u8], decimals: u8) -> Value {
    if data.iter().all(|byte| *byte == MINUS) {
        return Value::Missing;
    }
    let digits = data.strip_prefix(&[MINUS]).unwrap_or(data);
    let negative = digits.len() < data.len();
    let text = hexadecimal::text(digits);
    if !text.bytes().all(|digit| digit.is_ascii_digit()) {
        return Value::Invalid(data.to_vec());
    }
    let plain = place_point(&text, decimals);
    let is_zero = plain.bytes().all(|byte| matches!(byte, b'0' | b'.'));
    Value::Number(if negative && !is_zero { format!("-{plain}") } else { plain })
}

/// Puts the point before the last `decimals` digits and drops leading zeros.
pub(super) fn place_point(digits: &str, decimals: u8) -> String {
    let decimals = usize::from(decimals);
    let padded = format!("{digits:0>width$}", width = decimals + 1);
    let (whole, fraction) = padded.split_at_checked(padded.len() - decimals).unwrap_or((&padded, ""));
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    if decimals == 0 { whole.to_owned() } else { format!("{whole}.{fraction}") }
}

/// A decimal text taken apart.
pub(super) struct Decimal<'a> {
    negative: bool,
    whole: &'a str,
    fraction: &'a str,
}

impl<'a> Decimal<'a> {
    /// Reads a sign, digits and at most one point; nothing for anything else.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let sound = !whole.is_empty() && digits(whole) && digits(fraction);
        sound.then_some(Self { negative: unsigned.len() < text.len(), whole, fraction })
    }

    /// How many digits follow the point.
    pub(super) fn decimals(&self) -> usize {
        self.fraction.len()
    }

    /// Bytes the number needs with its own decimals, the sign included.
    pub(super) fn bytes(&self) -> usize {
        (self.whole.trim_start_matches('0').len() + self.fraction.len()).div_ceil(2).max(1) + usize::from(self.negative)
    }

    /// Whether a byte is spent on the sign.
    pub(super) fn is_negative(&self) -> bool {
        self.negative
    }
}

/// Writes a number into exactly so many bytes.
pub(super) fn write(text: &str, bytes: usize, decimals: u8) -> Result<Vec<u8>, EncodeError> {
    let decimal = Decimal::parse(text).ok_or_else(|| EncodeError::NotDecimal { text: text.to_owned() })?;
    let misfit = || EncodeError::DoesNotFit { text: text.to_owned(), bytes, decimals };
    let width = usize::from(decimals);
    let kept = decimal.fraction.trim_end_matches('0');
    if kept.len() > width {
        return Err(misfit());
    }
    let digits = format!("{}{kept:0<width$}", decimal.whole);
    let digits = digits.trim_start_matches('0');
    let room = bytes.checked_sub(usize::from(decimal.negative)).ok_or_else(misfit)?;
    let places = room * 2;
    if digits.len() > places || room == 0 {
        return Err(misfit());
    }
    let mut data = if decimal.negative { vec![MINUS] } else { Vec::new() };
    data.extend(hexadecimal::bytes(format!("{digits:0>places$}").as_bytes()).unwrap_or_default());
    Ok(data)
}

/// The number without its point, if it is not negative and has no more than so many decimals.
pub(super) fn scaled(text: &str, decimals: u8) -> Option<u32> {
    let decimal = Decimal::parse(text).filter(|decimal| !decimal.negative)?;
    let (kept, width) = (decimal.fraction.trim_end_matches('0'), usize::from(decimals));
    if kept.len() > width { None } else { format!("{}{kept:0<width$}", decimal.whole).parse().ok() }
}

/// Writes a value into exactly so many bytes.
pub(super) fn write_value(value: &Value, bytes: usize, decimals: u8) -> Result<Vec<u8>, EncodeError> {
    match value {
        Value::Number(text) => write(text, bytes, decimals),
        Value::Missing => Ok(vec![MINUS; bytes]),
        Value::Invalid(data) if data.len() == bytes => Ok(data.clone()),
        Value::Invalid(data) => Err(EncodeError::DoesNotFit { text: hexadecimal::text(data), bytes, decimals }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_and_written() {
        for (data, decimals, text) in [
            (&[0x00, 0x01, 0x27][..], 3, "0.127"),
            (&[0x00, 0x01, 0x00], 1, "10.0"),
            (&[0xFF, 0x00, 0x00, 0x03, 0x45], 3, "-0.345"),
            (&[0x20], 0, "20"),
            (&[0x00], 0, "0"),
            (&[0x12, 0x34], 7, "0.0001234"),
        ] {
            assert_eq!(read(data, decimals), Value::Number(text.to_owned()));
            assert_eq!(write(text, data.len(), decimals).as_deref(), Ok(data));
        }
    }

    #[test]
    fn what_is_no_number_is_a_state() {
        assert_eq!(read(&[0xFF, 0xFF], 1), Value::Missing);
        assert_eq!(read(&[0xAA, 0xAA], 1), Value::Invalid(vec![0xAA, 0xAA]));
        assert_eq!(read(&[0x1A, 0x00], 1), Value::Invalid(vec![0x1A, 0x00]));
        assert_eq!(read(&[0xFF, 0x00], 1), Value::Number("0.0".to_owned()));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        for (text, bytes, decimals) in [("100", 1, 0), ("1.25", 2, 1), ("-1", 1, 0), ("1", 0, 0), ("-10000", 3, 1)] {
            assert!(matches!(write(text, bytes, decimals), Err(EncodeError::DoesNotFit { .. })), "{text}");
        }
        for text in ["", "-", ".5", "1e3", "+1", "M", "1.2.3"] {
            assert!(matches!(write(text, 4, 1), Err(EncodeError::NotDecimal { .. })), "{text}");
        }
        assert_eq!(write("1.50", 2, 1), Ok(vec![0x00, 0x15]));
    }
}
