//! The one time form CAP 1.2 allows: `YYYY-MM-DDThh:mm:ss` and a numeric offset, never `Z`.

use std::fmt;

use jiff::tz::Offset;
use jiff::{Timestamp, civil};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A text that is not a CAP time.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TimeError {
    /// The characters do not form a date and a time.
    #[error("{text:?} is not of the form YYYY-MM-DDThh:mm:ss+hh:mm")]
    Shape {
        /// The text found.
        text: String,
    },
    /// There is no offset, so the moment is unknown by up to a day.
    #[error("{text:?} has no offset from UTC")]
    NoOffset {
        /// The text found.
        text: String,
    },
    /// The form is right, but no such date, time or offset exists.
    #[error("{text:?} names no moment that exists")]
    Range {
        /// The text found.
        text: String,
    },
}

/// A moment together with the exact text it is written as.
///
/// The text is kept because `-00:00` and `+00:00` are the same moment but different strings,
/// and a reference repeats the string of the message it names.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Time {
    text: String,
    moment: Timestamp,
}

impl Time {
    /// The moment, in local time at an offset. Fractions of a second are cut off, and so is
    /// what no message can carry: seconds of the offset, offsets beyond 14 hours, years before 1.
    pub fn at(moment: Timestamp, offset: Offset) -> Self {
        const FIRST_SECOND: i64 = -62_135_510_400;
        let minutes = (offset.seconds() / 60).clamp(-14 * 60, 14 * 60);
        let offset = Offset::from_seconds(minutes * 60).unwrap_or(Offset::UTC);
        let second = moment.as_second().max(FIRST_SECOND);
        let moment = Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH);
        let text = canonical(offset.to_datetime(moment), minutes, minutes == 0);
        Self { text, moment }
    }

    /// The moment in Chinese standard time, `+08:00`.
    pub fn in_china(moment: Timestamp) -> Self {
        Self::at(moment, Offset::constant(8))
    }

    /// Reads the strict form.
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        let time = Self::parse_tolerant(text)?;
        if time.text == text { Ok(time) } else { Err(TimeError::Shape { text: text.to_owned() }) }
    }

    /// Also reads `Z`, fractions, an offset without a colon and a space in place of `T`, as
    /// older versions and the Chinese dialect write them. [`Time::as_str`] is then the strict
    /// form. A time without an offset stays refused: guessing could be wrong by hours.
    pub fn parse_tolerant(text: &str) -> Result<Self, TimeError> {
        let shape = || TimeError::Shape { text: text.to_owned() };
        let range = || TimeError::Range { text: text.to_owned() };
        let (date_time, rest) = split_date_time(text).ok_or_else(shape)?;
        if rest.is_empty() {
            return Err(TimeError::NoOffset { text: text.to_owned() });
        }
        let (minutes, minus_zero) = read_offset(rest).ok_or_else(shape)?;
        let local = date_time.ok_or_else(range)?;
        let offset = Some(minutes)
            .filter(|minutes| minutes.abs() <= 14 * 60)
            .and_then(|minutes| Offset::from_seconds(minutes * 60).ok())
            .ok_or_else(range)?;
        let moment = offset.to_timestamp(local).map_err(|_| range())?;
        let text = canonical(local, minutes, minus_zero);
        Ok(Self { text, moment })
    }

    /// The text on the wire.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The moment.
    pub const fn timestamp(&self) -> Timestamp {
        self.moment
    }
}

impl fmt::Display for Time {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl TryFrom<String> for Time {
    type Error = TimeError;

    fn try_from(text: String) -> Result<Self, TimeError> {
        Self::parse_tolerant(&text)
    }
}

impl From<Time> for String {
    fn from(time: Time) -> Self {
        time.text
    }
}

/// CAP asks for `-00:00` when the time is UTC, so that is how we write it ourselves.
fn canonical(local: civil::DateTime, minutes: i32, minus_zero: bool) -> String {
    let sign = if minutes < 0 || minus_zero { '-' } else { '+' };
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{sign}{:02}:{:02}",
        local.year(),
        local.month(),
        local.day(),
        local.hour(),
        local.minute(),
        local.second(),
        minutes.abs() / 60,
        minutes.abs() % 60,
    )
}

/// Outer `None`: the characters are wrong. Inner `None`: no such date or time exists.
fn split_date_time(text: &str) -> Option<(Option<civil::DateTime>, &str)> {
    let bytes = text.as_bytes();
    let separators = [(4, b"-"), (7, b"-"), (13, b":"), (16, b":")];
    let well_placed = separators.iter().all(|(position, byte)| bytes.get(*position) == Some(&byte[0]))
        && matches!(bytes.get(10), Some(b'T' | b't' | b' '));
    if !well_placed {
        return None;
    }
    let year = digits(text, 0, 4)?;
    let [month, day] = [digits(text, 5, 2)?, digits(text, 8, 2)?];
    let [hour, minute, second] = [digits(text, 11, 2)?, digits(text, 14, 2)?, digits(text, 17, 2)?];
    let narrow = |number: i16| i8::try_from(number).ok();
    let date_time = (|| {
        civil::DateTime::new(year, narrow(month)?, narrow(day)?, narrow(hour)?, narrow(minute)?, narrow(second)?, 0)
            .ok()
    })();
    Some((date_time, skip_fraction(text.get(19..)?)))
}

fn skip_fraction(rest: &str) -> &str {
    match rest.strip_prefix('.') {
        Some(fraction) => fraction.trim_start_matches(|character: char| character.is_ascii_digit()),
        None => rest,
    }
}

/// Minutes east of UTC, and whether zero is to be written with a minus.
fn read_offset(text: &str) -> Option<(i32, bool)> {
    if matches!(text, "Z" | "z") {
        return Some((0, true));
    }
    let negative = match text.as_bytes().first()? {
        b'+' => false,
        b'-' => true,
        _ => return None,
    };
    let minute_position = match text.len() {
        6 if text.as_bytes().get(3) == Some(&b':') => 4,
        5 => 3,
        _ => return None,
    };
    let [hours, minutes] = [digits(text, 1, 2)?, digits(text, minute_position, 2)?];
    if minutes > 59 {
        return None;
    }
    let total = i32::from(hours) * 60 + i32::from(minutes);
    Some((if negative { -total } else { total }, negative && total == 0))
}

fn digits(text: &str, start: usize, count: usize) -> Option<i16> {
    let piece = text.get(start..start + count)?;
    if piece.bytes().all(|byte| byte.is_ascii_digit()) { piece.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strict_form_keeps_its_text() {
        for text in [
            "2024-07-12T21:31:38+08:00",
            "2024-07-02T20:10:00-00:00",
            "2024-07-02T20:10:00+00:00",
            "2003-04-02T14:39:01-05:30",
        ] {
            assert_eq!(Time::parse(text).map(String::from), Ok(text.to_owned()));
        }
    }

    #[test]
    fn other_forms_are_rewritten_only_when_tolerant() {
        for (text, strict) in [
            ("2024-07-12T21:31:38Z", "2024-07-12T21:31:38-00:00"),
            ("2012-10-25 09:15:58+08:00", "2012-10-25T09:15:58+08:00"),
            ("2012-10-25T09:15:58.123+0800", "2012-10-25T09:15:58+08:00"),
        ] {
            assert!(Time::parse(text).is_err(), "{text}");
            let time = Time::parse_tolerant(text).expect(text);
            assert_eq!(time.as_str(), strict);
        }
    }

    #[test]
    fn impossible_times_are_refused() {
        for text in [
            "",
            "2024-07-12",
            "2024-07-12T21:31:38",
            "2024-02-30T21:31:38+08:00",
            "2024-07-12T25:31:38+08:00",
            "2024-07-12T21:31:38+15:00",
            "2024-07-12T21:31:38+08:60",
            "二〇二四年七月十二日二十一时",
        ] {
            assert!(Time::parse_tolerant(text).is_err(), "{text}");
        }
        assert!(matches!(Time::parse("2024-07-12T21:31:38"), Err(TimeError::NoOffset { .. })));
    }

    #[test]
    fn any_moment_and_offset_can_be_written() {
        for moment in [Timestamp::MIN, Timestamp::UNIX_EPOCH, Timestamp::MAX] {
            for offset in [Offset::MIN, Offset::UTC, Offset::constant(8), Offset::MAX] {
                let time = Time::at(moment, offset);
                assert_eq!(Time::parse(time.as_str()), Ok(time));
            }
        }
        assert_eq!(Time::in_china(Timestamp::UNIX_EPOCH).as_str(), "1970-01-01T08:00:00+08:00");
        assert_eq!(Time::at(Timestamp::UNIX_EPOCH, Offset::UTC).as_str(), "1970-01-01T00:00:00-00:00");
    }
}
