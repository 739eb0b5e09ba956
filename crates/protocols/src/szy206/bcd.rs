//! Values: BCD digits, low byte first, `AA` where there is no valid value.

/// A value in the data area.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Digits {
    /// A value as decimal text.
    Value(String),
    /// All bytes are `AA`: the terminal has no valid value.
    Missing,
    /// The bytes are no decimal digits.
    Invalid(Vec<u8>),
}

/// Reads an unsigned value; `decimals` of its digits stand behind the point.
pub fn read_digits(bytes: &[u8], decimals: usize) -> Digits {
    if !bytes.is_empty() && bytes.iter().all(|byte| *byte == 0xAA) {
        return Digits::Missing;
    }
    let digits = hex::encode(bytes.iter().rev().copied().collect::<Vec<_>>());
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return Digits::Invalid(bytes.to_vec());
    }
    let (whole, fraction) = digits.split_at(digits.len().saturating_sub(decimals));
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    Digits::Value(if decimals == 0 { whole.to_owned() } else { format!("{whole}.{fraction:0>decimals$}") })
}

/// Writes an unsigned decimal text into so many bytes; none if it is no such text or does not fit exactly.
pub fn write_digits(text: &str, decimals: usize, bytes: usize) -> Option<Vec<u8>> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let room = bytes.checked_mul(2)?;
    let plain = |digits: &str| digits.bytes().all(|digit| digit.is_ascii_digit());
    if whole.is_empty() || !plain(whole) || !plain(fraction) || fraction.len() > decimals || decimals > room {
        return None;
    }
    let digits = format!("{whole}{fraction:0<decimals$}");
    let digits = digits.trim_start_matches('0');
    if digits.len() > room {
        return None;
    }
    let mut written = hex::decode(format!("{digits:0>room$}")).ok()?;
    written.reverse();
    Some(written)
}

/// Reads two decimal digits.
pub(super) fn read_pair(byte: u8) -> Option<i8> {
    let (tens, ones) = (byte >> 4, byte & 0x0F);
    if tens > 9 || ones > 9 { None } else { i8::try_from(tens * 10 + ones).ok() }
}

/// Writes two decimal digits of a number below 100.
pub(super) fn write_pair(number: u8) -> u8 {
    ((number / 10 % 10) << 4) | (number % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_low_byte_first() {
        assert_eq!(read_digits(&[0x82, 0x61, 0x10, 0, 0], 0), Digits::Value("106182".to_owned()));
        assert_eq!(read_digits(&[0, 0x59, 0, 0, 0], 3), Digits::Value("5.900".to_owned()));
        assert_eq!(read_digits(&[0x05], 4), Digits::Value("0.0005".to_owned()));
        assert_eq!(read_digits(&[0xAA; 5], 3), Digits::Missing);
        assert_eq!(read_digits(&[0x1A, 0], 0), Digits::Invalid(vec![0x1A, 0]));
        assert_eq!(read_digits(&[], 0), Digits::Invalid(Vec::new()));
    }

    #[test]
    fn writing_is_undone_by_reading() {
        assert_eq!(write_digits("5.9", 3, 5), Some(vec![0, 0x59, 0, 0, 0]));
        assert_eq!(write_digits("106182", 0, 5), Some(vec![0x82, 0x61, 0x10, 0, 0]));
        for (text, decimals, bytes) in [("5.9000", 3, 5), ("-1", 0, 2), ("", 0, 1), ("100", 0, 1), ("1e2", 0, 4)] {
            assert_eq!(write_digits(text, decimals, bytes), None, "{text}");
        }
    }
}
