//! Values that expressions compute with.

use std::cmp::Ordering;

use jiff::{SignedDuration, Span, Timestamp};

use super::geometry::Geometry;

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing there, or nothing that could be computed.
    Null,
    /// Yes or no.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
    /// A moment.
    Instant(Timestamp),
    /// From one moment to another.
    Interval(Timestamp, Timestamp),
    /// Seconds.
    Duration(f64),
    /// A shape on the map.
    Geometry(Geometry),
    /// What a path over a set leads to: a comparison holds if it holds for one of them.
    Many(Vec<Value>),
}

/// A time of RFC 3339; a date alone is its midnight in UTC.
pub fn instant(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    text.parse().ok().or_else(|| format!("{}T00:00:00Z", (text.len() == 10).then_some(text)?).parse().ok())
}

/// Seconds of an ISO 8601 duration such as `PT1H` or `P1D`; months and years have no fixed length.
pub fn duration(text: &str) -> Option<f64> {
    let span: Span = text.parse().ok()?;
    let fixed = span.get_years() == 0 && span.get_months() == 0;
    let days = f64::from(span.get_days()) + 7.0 * f64::from(span.get_weeks());
    let clock = Span::new()
        .try_hours(span.get_hours())
        .and_then(|it| it.try_minutes(span.get_minutes()))
        .and_then(|it| it.try_seconds(span.get_seconds()))
        .and_then(|it| it.try_milliseconds(span.get_milliseconds()))
        .ok()?;
    let clock = SignedDuration::try_from(clock).ok()?;
    fixed.then(|| days.mul_add(86_400.0, clock.as_secs_f64()))
}

impl Value {
    /// A value of JSON: objects and lists only where they are geometries.
    pub fn of_json(json: &serde_json::Value) -> Self {
        match json {
            serde_json::Value::Bool(it) => Self::Bool(*it),
            serde_json::Value::Number(it) => it.as_f64().map_or(Self::Null, Self::Number),
            serde_json::Value::String(it) => Self::Text(it.clone()),
            serde_json::Value::Object(_) => Geometry::from_geojson(json).map_or(Self::Null, Self::Geometry),
            _ => Self::Null,
        }
    }

    /// As a moment or a span of time, texts included.
    pub fn times(&self) -> Option<(Timestamp, Timestamp)> {
        match self {
            Self::Instant(at) => Some((*at, *at)),
            Self::Interval(from, to) => Some((*from, *to)),
            Self::Text(text) => match text.split_once('/') {
                Some((from, to)) => Some((instant(from)?, instant(to)?)),
                None => instant(text).map(|at| (at, at)),
            },
            _ => None,
        }
    }

    fn is_time(&self) -> bool {
        matches!(self, Self::Instant(_) | Self::Interval(..))
    }

    /// Which of two is the smaller; nothing where they cannot be compared. A span of time is smaller than what
    /// begins when it ends.
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Number(one), Self::Number(two)) | (Self::Duration(one), Self::Duration(two)) => one.partial_cmp(two),
            (one, two) if one.is_time() || two.is_time() => {
                let ((from, to), (begin, end)) = (one.times()?, two.times()?);
                if (from, to) == (begin, end) {
                    Some(Ordering::Equal)
                } else if to <= begin {
                    Some(Ordering::Less)
                } else if from >= end {
                    Some(Ordering::Greater)
                } else {
                    None
                }
            }
            (Self::Text(one), Self::Text(two)) => Some(one.cmp(two)),
            (Self::Bool(one), Self::Bool(two)) => Some(one.cmp(two)),
            _ => None,
        }
    }

    /// An order over all values, for sorting: nothing first, then by kind, then by size.
    pub fn order(&self, other: &Self) -> Ordering {
        let rank = |value: &Self| match value {
            Self::Null => 0,
            Self::Bool(_) => 1,
            Self::Number(_) => 2,
            Self::Duration(_) => 3,
            Self::Instant(_) | Self::Interval(..) => 4,
            Self::Text(_) => 5,
            Self::Geometry(_) => 6,
            Self::Many(_) => 7,
        };
        let within = || match (self, other) {
            (Self::Number(one), Self::Number(two)) | (Self::Duration(one), Self::Duration(two)) => one.total_cmp(two),
            (Self::Many(one), Self::Many(two)) => match (one.first(), two.first()) {
                (Some(one), Some(two)) => one.order(two),
                (one, two) => one.is_some().cmp(&two.is_some()),
            },
            (one, two) if rank(one) == 4 => one.times().cmp(&two.times()),
            (one, two) => one.compare(two).unwrap_or(Ordering::Equal),
        };
        rank(self).cmp(&rank(other)).then_with(within)
    }
}
