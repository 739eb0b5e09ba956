//! Times on the wire: digits of China local time without a zone.

use jiff::Timestamp;
use jiff::civil::{DateTime, Time};
use jiff::tz::Offset;

/// China has one legal time, UTC+8, without summer time since 1992.
const CHINA: Offset = Offset::constant(8);

/// Digits of a time to the second.
const SECONDS: usize = 14;
/// Digits of a time to the millisecond, as `QN` has it.
const MILLISECONDS: usize = 17;

/// Reads `YYYYMMDDhhmmss`, with milliseconds if there are 17 digits.
///
/// Field frames also carry 15, 16 and 18 digits; what follows the second is then ignored, being of unknown meaning.
pub fn parse(text: &str) -> Option<Timestamp> {
    let digits = (SECONDS..=18).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits {
        return None;
    }
    let two = |from: usize| text.get(from..from + 2)?.parse::<i8>().ok();
    let year = text.get(0..4)?.parse::<i16>().ok()?;
    let milliseconds = if text.len() == MILLISECONDS { text.get(SECONDS..)?.parse::<i32>().ok()? } else { 0 };
    let local =
        DateTime::new(year, two(4)?, two(6)?, two(8)?, two(10)?, two(12)?, milliseconds.checked_mul(1_000_000)?)
            .ok()?;
    CHINA.to_timestamp(local).ok()
}

/// Whether the text has the exact form of a `DataTime`.
pub fn is_regular(text: &str) -> bool {
    text.len() == SECONDS && parse(text).is_some()
}

/// Writes `YYYYMMDDhhmmss`.
pub fn format(at: Timestamp) -> String {
    let local = CHINA.to_datetime(at);
    let (date, time) = (local.date(), local.time());
    format!(
        "{:04}{:02}{:02}{:02}{:02}{:02}",
        date.year(),
        date.month(),
        date.day(),
        time.hour(),
        time.minute(),
        time.second()
    )
}

/// Writes `YYYYMMDDhhmmsszzz`, the form of `QN`.
pub fn format_request_number(at: Timestamp) -> String {
    let milliseconds = CHINA.to_datetime(at).time().millisecond();
    format!("{}{milliseconds:03}", format(at))
}

/// Reads a time of day, `hhmmss`.
pub fn parse_time_of_day(text: &str) -> Option<Time> {
    if text.len() != 6 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let two = |from: usize| text.get(from..from + 2)?.parse::<i8>().ok();
    Time::new(two(0)?, two(2)?, two(4)?, 0).ok()
}

/// Writes a time of day, `hhmmss`.
pub fn format_time_of_day(time: Time) -> String {
    format!("{:02}{:02}{:02}", time.hour(), time.minute(), time.second())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_time_becomes_universal() {
        let at = parse("20160801085857").expect("a time");
        assert_eq!(at.to_string(), "2016-08-01T00:58:57Z");
        assert_eq!(format(at), "20160801085857");
        let precise = parse("20160801085857223").expect("a time");
        assert_eq!(format_request_number(precise), "20160801085857223");
        assert_eq!(parse("2024112320423050"), parse("20241123204230"));
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", "20160801", "20161301085857", "20160801245857", "2016080108585x", "1669537704000"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
