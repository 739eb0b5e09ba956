//! Driving faster than allowed (超速).

use fengsui_kernel::{Point, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

use crate::fix::Fix;
use crate::practice::Practice;

/// A span of time in which the vehicle was faster than its limit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Speeding {
    /// The first position beyond the limit.
    pub begin: Timestamp,
    /// The first position that is not, or the last before nothing is known.
    pub end: Timestamp,
    /// Where it began.
    pub from: Point,
    /// Where it was fastest.
    pub at: Point,
    /// Greatest speed, km/h.
    pub greatest_kmh: f64,
    /// The limit, km/h.
    pub limit_kmh: f64,
    /// Whether it is the limit of the night.
    pub night: bool,
    /// Metres driven.
    pub distance_m: f64,
}

/// One overspeed that goes on, and how many positions told of it.
struct Run {
    told: Speeding,
    fixes: u32,
}

/// The overspeeds of fixes in order of time, by the speed that the device told. Where the limit changes at night, one
/// ends and another begins.
pub fn speeding(fixes: &[Fix], practice: &Practice) -> Vec<Speeding> {
    let (mut found, mut run): (Vec<Speeding>, Option<Run>) = (Vec::new(), None);
    let mut before: Option<&Fix> = None;
    for fix in fixes {
        let millis = fix.at.as_millisecond();
        let (limit, night) = (practice.limit_at(millis), practice.is_night(millis));
        let known = before.is_none_or(|before| before.millis_to(fix) <= i64::from(practice.gap_seconds) * 1000);
        let beyond = fix.speed_kmh.filter(|speed| *speed > limit);
        if let Some(open) = run.as_mut().filter(|_| known) {
            open.told.end = fix.at;
            open.told.distance_m += before.map_or(0.0, |before| before.metres_to(fix));
        }
        let goes_on = known && run.as_ref().is_some_and(|open| open.told.limit_kmh.to_bits() == limit.to_bits());
        if beyond.is_none() || !goes_on {
            found.extend(close(run.take(), practice));
        }
        if let Some(speed) = beyond {
            go_on(&mut run, fix, speed, (limit, night));
        }
        before = Some(fix);
    }
    found.extend(close(run, practice));
    found
}

fn go_on(run: &mut Option<Run>, fix: &Fix, speed: f64, (limit_kmh, night): (f64, bool)) {
    let begun = || {
        let point = fix.point();
        let (begin, greatest_kmh) = (fix.at, speed);
        let told =
            Speeding { begin, end: begin, from: point, at: point, greatest_kmh, limit_kmh, night, distance_m: 0.0 };
        Run { told, fixes: 0 }
    };
    let open = run.get_or_insert_with(begun);
    open.fixes += 1;
    if speed > open.told.greatest_kmh {
        (open.told.greatest_kmh, open.told.at) = (speed, fix.point());
    }
}

fn close(run: Option<Run>, practice: &Practice) -> Option<Speeding> {
    run.filter(|run| run.fixes >= u32::from(practice.speeding_fixes)).map(|run| run.told)
}
