//! China local time without a zone, which the field protocols write.

use jiff::Timestamp;
use jiff::tz::Offset;

/// A local time as frames carry it: UTC+8, without a zone.
pub type Local = jiff::civil::DateTime;

/// The local time of an instant, in milliseconds since 1970; the end of time where there is none.
pub fn local(millis: i64) -> Local {
    let instant = Timestamp::from_millisecond(millis).unwrap_or(Timestamp::MAX);
    Offset::constant(8).to_datetime(instant)
}

/// The instant of a local time, in milliseconds since 1970.
pub fn instant(local: Local) -> i64 {
    Offset::constant(8).to_timestamp(local).map_or(i64::MAX, Timestamp::as_millisecond)
}
