//! When a vehicle drove, when it stood, and when nobody knows.

use fengsui_kernel::{Point, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

use crate::fix::Fix;
use crate::practice::Practice;

/// What a vehicle did in a span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "DrivingPhaseKind")]
pub enum PhaseKind {
    /// It drove; stands shorter than a stop belong to it.
    Trip,
    /// It stood.
    Stop,
    /// No position came.
    Gap,
}

/// A span of time with what the vehicle did in it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "DrivingPhase")]
pub struct Phase {
    /// What it did.
    pub kind: PhaseKind,
    /// From when.
    pub begin: Timestamp,
    /// Until when: the beginning of the next phase.
    pub end: Timestamp,
    /// Where it began.
    pub from: Point,
    /// Where it ended.
    pub to: Point,
    /// Metres driven; in a gap the straight distance.
    pub distance_m: f64,
    /// Greatest speed, km/h; absent in a gap.
    pub greatest_kmh: Option<f64>,
    /// Whether a gap ended elsewhere than it began (离线位移).
    pub displaced: bool,
}

impl Phase {
    /// Its length in milliseconds.
    pub(crate) fn millis(&self) -> i64 {
        self.end.as_millisecond() - self.begin.as_millisecond()
    }

    /// Takes the next one in; both then are of the kind of the first.
    fn join(&mut self, next: &Self) {
        (self.end, self.to) = (next.end, next.to);
        self.distance_m += next.distance_m;
        self.greatest_kmh = [self.greatest_kmh, next.greatest_kmh].into_iter().flatten().reduce(f64::max);
    }
}

/// The phases of fixes in order of time, one after the other from the first fix to the last, without holes.
pub fn phases(fixes: &[Fix], practice: &Practice) -> Vec<Phase> {
    let pairs = fixes.windows(2).filter_map(|pair| <&[Fix; 2]>::try_from(pair).ok());
    let fine = joined(pairs.map(|[one, next]| between(one, next, practice)));
    let stop = i64::from(practice.stop_seconds) * 1000;
    let coarse = fine.into_iter().map(|mut phase| {
        // A red light is part of the trip.
        if phase.kind == PhaseKind::Stop && phase.millis() < stop {
            phase.kind = PhaseKind::Trip;
        }
        phase
    });
    joined(coarse).into_iter().map(|phase| settled(phase, practice)).collect()
}

fn joined(phases: impl Iterator<Item = Phase>) -> Vec<Phase> {
    let mut found: Vec<Phase> = Vec::new();
    for phase in phases {
        match found.last_mut().filter(|last| last.kind == phase.kind && phase.kind != PhaseKind::Gap) {
            Some(last) => last.join(&phase),
            None => found.push(phase),
        }
    }
    found
}

/// A short stand between two times of standing or nothing is no trip: nobody drove.
fn settled(mut phase: Phase, practice: &Practice) -> Phase {
    if phase.kind == PhaseKind::Trip && phase.greatest_kmh.is_none_or(|speed| speed < practice.standing_kmh) {
        phase.kind = PhaseKind::Stop;
    }
    phase
}

fn between(one: &Fix, next: &Fix, practice: &Practice) -> Phase {
    let distance_m = one.metres_to(next);
    let speed = one.speed_until(next);
    let gap = one.millis_to(next) > i64::from(practice.gap_seconds) * 1000;
    let kind = match (gap, speed < practice.standing_kmh) {
        (true, _) => PhaseKind::Gap,
        (false, true) => PhaseKind::Stop,
        (false, false) => PhaseKind::Trip,
    };
    Phase {
        kind,
        begin: one.at,
        end: next.at,
        from: one.point(),
        to: next.point(),
        // A standing receiver wanders.
        distance_m: if kind == PhaseKind::Stop { 0.0 } else { distance_m },
        greatest_kmh: (!gap).then_some(speed),
        displaced: gap && distance_m > practice.jitter_m,
    }
}
