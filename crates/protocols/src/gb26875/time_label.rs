//! Time labels (8.2.2): six plain binary bytes of China local time, second first, two-digit year last.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

/// China has one legal time, UTC+8, without summer time since 1992.
const CHINA: Offset = Offset::constant(8);
/// The century of the two-digit year.
const CENTURY: i16 = 2000;

/// A time label as it stands on the wire, which need not be a time: a device whose clock was never set sends `FF…FF`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TimeLabel(pub [u8; 6]);

impl TimeLabel {
    /// What a device with an unset clock sends.
    pub const UNSET: Self = Self([0xFF; 6]);

    /// The label of a local time; of the year the last two digits are kept, of the second no fraction.
    pub fn from_civil(local: DateTime) -> Self {
        let field = |value: i8| value.unsigned_abs();
        let year = u8::try_from(local.year().rem_euclid(100)).unwrap_or_default();
        Self([
            field(local.second()),
            field(local.minute()),
            field(local.hour()),
            field(local.day()),
            field(local.month()),
            year,
        ])
    }

    /// The label of an instant, in China local time.
    pub fn at(instant: Timestamp) -> Self {
        Self::from_civil(CHINA.to_datetime(instant))
    }

    /// The local time (UTC+8) in the years 2000 to 2099; none if the bytes are no time.
    pub fn civil(self) -> Option<DateTime> {
        let [second, minute, hour, day, month, year] = self.0;
        let field = |value: u8| i8::try_from(value).ok();
        if year > 99 {
            return None;
        }
        let year = CENTURY.checked_add(i16::from(year))?;
        DateTime::new(year, field(month)?, field(day)?, field(hour)?, field(minute)?, field(second)?, 0).ok()
    }

    /// The instant; none if the bytes are no time.
    pub fn timestamp(self) -> Option<Timestamp> {
        CHINA.to_timestamp(self.civil()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_time_becomes_universal() {
        let label = TimeLabel([0x02, 0x3A, 0x09, 0x1A, 0x09, 0x0C]);
        let at = label.timestamp().expect("a time");
        assert_eq!(at.to_string(), "2012-09-26T01:58:02Z");
        assert_eq!(TimeLabel::at(at), label);
    }

    #[test]
    fn nonsense_is_no_time() {
        for bytes in [[0xFF; 6], [0; 6], [60, 0, 0, 1, 1, 20], [0, 0, 0, 30, 2, 20], [0, 0, 0, 1, 1, 100]] {
            assert_eq!(TimeLabel(bytes).civil(), None, "{bytes:?}");
        }
    }
}
