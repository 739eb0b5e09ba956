//! Time labels: BCD of China local time (UTC+8), second first, and a binary byte of minutes of delay admitted.

use jiff::civil::{Date, DateTime};

use super::bcd::{read_pair, write_pair};

/// Which time label the data end with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TimeForm {
    /// Five bytes, without month and year: reports by SZY 206.
    Short,
    /// Seven bytes: commands, and reports by SL 427.
    Long,
}

impl TimeForm {
    /// The form data end with, as far as their last bytes tell: the long one if those are a date.
    ///
    /// A guess for unknown stations; what a station uses belongs into its profile.
    pub fn guess(data: &[u8]) -> Option<Self> {
        let long = data.last_chunk().map(|bytes| LongTime(*bytes)).and_then(LongTime::civil);
        let short = data.last_chunk().is_some_and(|bytes| ShortTime(*bytes).is_time());
        long.map(|_| Self::Long).or(short.then_some(Self::Short))
    }

    /// Length in bytes.
    pub fn length(self) -> usize {
        match self {
            Self::Short => 5,
            Self::Long => 7,
        }
    }
}

/// Second, minute, hour, day, delay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ShortTime(pub [u8; 5]);

impl ShortTime {
    /// Whether the bytes can be a time of some month.
    pub fn is_time(self) -> bool {
        let [second, minute, hour, day, _] = self.0;
        // January has all the days there are.
        clock(2000, 1, [day, hour, minute, second]).is_some()
    }

    /// The local time, month and year being those that bring it closest to `now` without passing it by a day.
    pub fn civil(self, now: DateTime) -> Option<DateTime> {
        let [second, minute, hour, day, _] = self.0;
        let limit = now.tomorrow().unwrap_or(DateTime::MAX);
        let mut month = now.date().first_of_month();
        // A day such as the 31st may be two months away.
        for _ in 0..3 {
            let found = clock(month.year(), month.month(), [day, hour, minute, second]);
            if let Some(found) = found.filter(|found| *found <= limit) {
                return Some(found);
            }
            month = previous_month(month)?;
        }
        None
    }

    /// Minutes of delay admitted; 0 for any.
    pub fn delay(self) -> u8 {
        let [.., delay] = self.0;
        delay
    }

    /// The label of a local time.
    pub fn from_civil(local: DateTime, delay: u8) -> Self {
        let [second, minute, hour, day, _, _, _] = LongTime::from_civil(local, delay).0;
        Self([second, minute, hour, day, delay])
    }
}

/// Second, minute, hour, day, month, two-digit year, delay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LongTime(pub [u8; 7]);

impl LongTime {
    /// The local time in the years 2000 to 2099; none if the bytes are no time.
    pub fn civil(self) -> Option<DateTime> {
        let [second, minute, hour, day, month, year, _] = self.0;
        clock(2000_i16.checked_add(i16::from(read_pair(year)?))?, read_pair(month)?, [day, hour, minute, second])
    }

    /// Minutes of delay admitted; 0 for any.
    pub fn delay(self) -> u8 {
        let [.., delay] = self.0;
        delay
    }

    /// The label of a local time; of the year the last two digits are kept, of the second no fraction.
    pub fn from_civil(local: DateTime, delay: u8) -> Self {
        let pair = |number: i8| write_pair(number.unsigned_abs());
        let year = write_pair(u8::try_from(local.year().rem_euclid(100)).unwrap_or_default());
        let (date, time) = (local.date(), local.time());
        Self([
            pair(time.second()),
            pair(time.minute()),
            pair(time.hour()),
            pair(date.day()),
            pair(date.month()),
            year,
            delay,
        ])
    }
}

fn clock(year: i16, month: i8, [day, hour, minute, second]: [u8; 4]) -> Option<DateTime> {
    DateTime::new(year, month, read_pair(day)?, read_pair(hour)?, read_pair(minute)?, read_pair(second)?, 0).ok()
}

fn previous_month(month: Date) -> Option<Date> {
    month.first_of_month().yesterday().ok().map(Date::first_of_month)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_month_follows_from_the_present() {
        let label = ShortTime([0x00, 0x45, 0x08, 0x31, 0x0A]);
        assert_eq!(label.civil(date(2025, 3, 2).at(0, 0, 0, 0)), Some(date(2025, 1, 31).at(8, 45, 0, 0)));
        assert_eq!(label.civil(date(2025, 1, 2).at(0, 0, 0, 0)), Some(date(2024, 12, 31).at(8, 45, 0, 0)));
        assert_eq!(label.delay(), 10);
        assert_eq!(ShortTime([0x00, 0x45, 0x08, 0x32, 0]).civil(date(2025, 1, 2).at(0, 0, 0, 0)), None);
        assert_eq!(ShortTime::from_civil(date(2025, 1, 31).at(8, 45, 0, 0), 10), label);
    }

    #[test]
    fn long_labels_say_all() {
        let label = LongTime([0x30, 0x15, 0x14, 0x12, 0x05, 0x26, 0x00]);
        let civil = label.civil().expect("a time");
        assert_eq!(civil, date(2026, 5, 12).at(14, 15, 30, 0));
        assert_eq!(LongTime::from_civil(civil, 0), label);
        assert_eq!(LongTime([0xFF; 7]).civil(), None);
    }
}
