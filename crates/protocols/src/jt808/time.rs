//! Times on the wire: six BCD bytes of China local time, with two digits for the year.

use jiff::civil::DateTime;

/// `YYMMDDhhmmss` as sent.
///
/// Kept as sent because terminals without a fix send zeros, and areas that hold every day have no date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LocalTime(pub [u8; 6]);

impl LocalTime {
    /// The six bytes for a time of the years 2000 to 2099; other years keep their last two digits.
    pub fn new(time: DateTime) -> Self {
        let year = i8::try_from(time.year().rem_euclid(100)).unwrap_or_default();
        Self([year, time.month(), time.day(), time.hour(), time.minute(), time.second()].map(bcd))
    }

    /// The time, in China local time; nothing if it is none, all zeros above all.
    pub fn civil(self) -> Option<DateTime> {
        let [year, month, day, hour, minute, second] = self.0.map(number);
        let year = 2000 + i16::from(year?);
        DateTime::new(year, month?, day?, hour?, minute?, second?, 0).ok()
    }

    /// `20YY-MM-DDThh:mm:ss`, be it a time of the calendar or not; nothing if the digits are not decimal.
    pub fn text(self) -> Option<String> {
        if self.0.iter().any(|byte| number(*byte).is_none()) {
            return None;
        }
        let [year, month, day, hour, minute, second] = self.0;
        Some(format!("20{year:02x}-{month:02x}-{day:02x}T{hour:02x}:{minute:02x}:{second:02x}"))
    }

    /// Undoes [`text`](Self::text).
    pub fn from_text(text: &str) -> Option<Self> {
        let pattern = b"20__-__-__T__:__:__";
        let fits = |(byte, wanted): (u8, &u8)| if *wanted == b'_' { byte.is_ascii_digit() } else { byte == *wanted };
        if text.len() != pattern.len() || !text.bytes().zip(pattern).all(fits) {
            return None;
        }
        let digits: String = text.chars().skip(2).filter(char::is_ascii_digit).collect();
        super::digits::bytes(&digits)?.try_into().ok().map(Self)
    }
}

/// The number two BCD digits stand for.
fn number(byte: u8) -> Option<i8> {
    let (tens, ones) = (byte >> 4, byte & 15);
    if tens > 9 || ones > 9 {
        return None;
    }
    i8::try_from(tens * 10 + ones).ok()
}

/// A number below one hundred as two BCD digits.
fn bcd(number: i8) -> u8 {
    let number = number.unsigned_abs() % 100;
    ((number / 10) << 4) | (number % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_what_only_looks_like_one() {
        let time = LocalTime([0x24, 0x10, 0x01, 0x23, 0x59, 0x59]);
        assert_eq!(time.text().as_deref(), Some("2024-10-01T23:59:59"));
        assert_eq!(time.civil().map(LocalTime::new), Some(time));
        assert_eq!(LocalTime([0; 6]).civil(), None);
        assert_eq!(LocalTime([0; 6]).text().as_deref(), Some("2000-00-00T00:00:00"));
        assert_eq!(LocalTime([0xFF; 6]).text(), None);
        assert_eq!(LocalTime::from_text("2000-00-00T00:00:00"), Some(LocalTime([0; 6])));
        assert_eq!(LocalTime::from_text("2024-10-01 23:59:59"), None);
    }
}
