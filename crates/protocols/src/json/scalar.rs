//! Times and values as JSON writes them, each still as raw text.

use std::borrow::Cow;

use jiff::Timestamp;

/// RFC 3339, or milliseconds since 1970; nothing for `null`.
pub fn time(raw: &str) -> Result<Option<Timestamp>, &'static str> {
    if raw == "null" {
        return Ok(None);
    }
    if raw.starts_with('"') {
        let at: Option<Timestamp> = text(raw).and_then(|text| text.parse().ok());
        return at.map(|at| Some(whole(at))).ok_or("is no RFC 3339 time");
    }
    let millis = raw.parse().ok().and_then(|millis| Timestamp::from_millisecond(millis).ok());
    millis.map(Some).ok_or("is neither RFC 3339 nor milliseconds")
}

/// A number as written, a text, or a truth value as 1 and 0; nothing for `null`.
pub fn value(raw: &str) -> Result<Cow<'_, str>, &'static str> {
    match raw.as_bytes().first() {
        Some(b'"') => text(raw).ok_or("is no text"),
        Some(b'-' | b'0'..=b'9') => Ok(Cow::Borrowed(raw)),
        _ if raw == "null" => Ok(Cow::Borrowed("")),
        Some(b't') => Ok(Cow::Borrowed("1")),
        Some(b'f') => Ok(Cow::Borrowed("0")),
        _ => Err("is neither number nor text"),
    }
}

/// What a quoted text says.
pub(super) fn text(raw: &str) -> Option<Cow<'_, str>> {
    serde_json::from_str::<&str>(raw).map(Cow::Borrowed).or_else(|_| serde_json::from_str(raw).map(Cow::Owned)).ok()
}

/// Whole milliseconds, as everything is stored.
pub(super) fn whole(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}
