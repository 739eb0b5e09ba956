//! Positions, and the times in which none came.

use fengsui_kernel::{Point, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

/// A position that a device sent.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "TrackPoint")]
pub struct Fix {
    /// When.
    pub at: Timestamp,
    /// Longitude, degrees.
    pub lon: f64,
    /// Latitude, degrees.
    pub lat: f64,
    /// Speed, km/h.
    pub speed_kmh: Option<f64>,
    /// Heading, degrees clockwise from north.
    pub direction: Option<f64>,
}

impl Fix {
    /// Where.
    pub fn point(&self) -> Point {
        Point { lon: self.lon, lat: self.lat }
    }

    /// Milliseconds from this fix to another, never negative.
    pub(crate) fn millis_to(&self, other: &Self) -> i64 {
        other.at.as_millisecond().saturating_sub(self.at.as_millisecond()).max(0)
    }

    /// Metres to another.
    pub(crate) fn metres_to(&self, other: &Self) -> f64 {
        self.point().distance_m(&other.point())
    }

    /// The speed on the way to the next fix, km/h: as the device said, else by distance and time.
    pub(crate) fn speed_until(&self, next: &Self) -> f64 {
        let reckoned = || match self.millis_to(next) {
            0 => 0.0,
            millis => self.metres_to(next) / millis as f64 * 3600.0,
        };
        self.speed_kmh.unwrap_or_else(reckoned)
    }
}

/// A time in which no position came.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "TrackGap")]
pub struct Gap {
    /// The last position before it.
    pub begin: Timestamp,
    /// The first position after it.
    pub end: Timestamp,
    /// Where it began.
    pub from: Point,
    /// Where it ended.
    pub to: Point,
    /// Metres between the two, straight.
    pub displaced_m: f64,
    /// Whether the vehicle moved meanwhile (离线位移): farther than positions jitter.
    pub moved: bool,
}

/// The gaps of more than `gap_seconds` between fixes in order of time; moved beyond `moved_m` metres.
pub fn gaps(fixes: &[Fix], gap_seconds: u32, moved_m: f64) -> Vec<Gap> {
    let longest = i64::from(gap_seconds) * 1000;
    let pairs = fixes.windows(2).filter_map(|pair| <&[Fix; 2]>::try_from(pair).ok());
    pairs.filter(|[one, next]| one.millis_to(next) > longest).map(|[one, next]| gap(one, next, moved_m)).collect()
}

fn gap(one: &Fix, next: &Fix, moved_m: f64) -> Gap {
    let displaced_m = one.metres_to(next);
    let moved = displaced_m > moved_m;
    Gap { begin: one.at, end: next.at, from: one.point(), to: next.point(), displaced_m, moved }
}
