//! Times as people and platforms write them.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};

/// Local times that say themselves what they are.
const FORMATS: [&str; 5] =
    ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M:%S%.f", "%Y/%m/%d %H:%M", "%Y年%m月%d日 %H:%M:%S%.f"];

/// Where seconds since 1970 end and milliseconds begin: the year 5138 as seconds, 1973 as milliseconds.
const MILLIS_FROM: f64 = 1e11;

/// Reads a time: by its format (`strftime`, `seconds` or `milliseconds`), or, without one, RFC 3339, year to minute or
/// second, seconds or milliseconds since 1970. `zone` is the distance from UTC of times that do not say it. The result
/// has whole milliseconds.
pub fn read(text: &str, format: Option<&str>, zone: Offset) -> Option<Timestamp> {
    let text = text.trim();
    let found = match format {
        Some("seconds") => epoch(text, 1000.0),
        Some("milliseconds") => epoch(text, 1.0),
        Some(format) => formatted(text, format, zone),
        None => text
            .parse::<Timestamp>()
            .ok()
            .or_else(|| FORMATS.iter().find_map(|format| formatted(text, format, zone)))
            .or_else(|| local(text, zone))
            .or_else(|| epoch(text, 0.0)),
    };
    found.and_then(|at| Timestamp::from_millisecond(at.as_millisecond()).ok())
}

fn formatted(text: &str, format: &str, zone: Offset) -> Option<Timestamp> {
    let parts = jiff::fmt::strtime::parse(format, text).ok()?;
    if parts.offset().is_some() {
        return parts.to_timestamp().ok();
    }
    parts.to_datetime().ok().and_then(|local| TimeZone::fixed(zone).to_timestamp(local).ok())
}

/// `2026-07-01T08:00:00` without a zone.
fn local(text: &str, zone: Offset) -> Option<Timestamp> {
    let plain = text.contains(['-', ':']).then(|| text.parse::<DateTime>().ok()).flatten()?;
    TimeZone::fixed(zone).to_timestamp(plain).ok()
}

/// Since 1970, in units of so many milliseconds; 0 lets the size tell.
fn epoch(text: &str, unit: f64) -> Option<Timestamp> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'.'));
    let number = plain.then(|| text.parse::<f64>().ok()).flatten()?;
    let unit = match unit {
        given if given > 0.0 => given,
        _ if text.contains('-') => return None,
        _ if number < MILLIS_FROM => 1000.0,
        _ => 1.0,
    };
    let millis = (number * unit).round();
    // Up to the year 9999; a double holds such numbers exactly.
    #[allow(clippy::cast_possible_truncation, reason = "bounded just before")]
    (millis.abs() < 2.5e14).then(|| Timestamp::from_millisecond(millis as i64).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_moment_in_all_its_forms() {
        let china = Offset::constant(8);
        let wanted = read("2026-07-01T00:00:00Z", None, china);
        assert!(wanted.is_some());
        for text in [
            "2026-07-01T08:00:00+08:00",
            "2026-07-01T08:00:00",
            "2026-07-01 08:00:00",
            "2026-07-01 08:00",
            "2026/07/01 08:00:00.000",
            "2026年07月01日 08:00:00",
            "1782864000",
            "1782864000.0",
            "1782864000000",
        ] {
            assert_eq!(read(text, None, china), wanted, "{text}");
        }
        assert_eq!(read("20260701080000", Some("%Y%m%d%H%M%S"), china), wanted);
        assert_eq!(read("1782864000", Some("seconds"), china), wanted);
        assert_eq!(read("1782864000000", Some("milliseconds"), china), wanted);
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in ["", "today", "12:00", "2026-13-01 00:00", "-5", "1e9", "NaN", "99999999999999999999"] {
            assert_eq!(read(text, None, Offset::UTC), None, "{text}");
        }
    }
}
