//! The driving record of a span of time (行车记录).

use schemars::JsonSchema;
use serde::Serialize;

use crate::fix::Fix;
use crate::phases::{Phase, PhaseKind, phases};
use crate::practice::Practice;
use crate::rest::{Fatigue, fatigue};
use crate::speeding::{Speeding, speeding};

/// Sums over the record.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "DrivingTotals")]
pub struct Totals {
    /// Metres driven, where it was seen.
    pub distance_m: f64,
    /// Seconds driven.
    pub driving_seconds: i64,
    /// Seconds stood.
    pub standing_seconds: i64,
    /// Seconds of which nothing is known.
    pub unknown_seconds: i64,
    /// Greatest speed, km/h.
    pub greatest_kmh: Option<f64>,
    /// Trips.
    pub trips: usize,
    /// Stops.
    pub stops: usize,
    /// Times without positions that ended elsewhere (离线位移).
    pub displaced: usize,
    /// The longest driving without a rest, in seconds, where it was too long; else 0.
    pub fatigue_seconds: i64,
}

/// What a vehicle did.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Driving {
    /// By what it was judged.
    pub practice: Practice,
    /// Sums.
    pub totals: Totals,
    /// Trips, stops and gaps, without holes.
    pub phases: Vec<Phase>,
    /// Overspeeds.
    pub speeding: Vec<Speeding>,
    /// Driving without enough rest.
    pub fatigue: Vec<Fatigue>,
}

/// Judges fixes in order of time.
pub fn driving(fixes: &[Fix], practice: Practice) -> Driving {
    let phases = phases(fixes, &practice);
    let (speeding, fatigue) = (speeding(fixes, &practice), fatigue(&phases, &practice));
    let mut totals = totals(&phases);
    totals.fatigue_seconds = fatigue.iter().map(|one| one.driven_seconds).max().unwrap_or(0);
    Driving { practice, totals, phases, speeding, fatigue }
}

fn totals(phases: &[Phase]) -> Totals {
    let mut sums = Totals::default();
    for phase in phases {
        let seconds = phase.millis() / 1000;
        match phase.kind {
            PhaseKind::Trip => {
                sums.trips += 1;
                sums.distance_m += phase.distance_m;
                sums.driving_seconds += seconds;
            }
            PhaseKind::Stop => {
                sums.stops += 1;
                sums.standing_seconds += seconds;
            }
            PhaseKind::Gap => {
                sums.displaced += usize::from(phase.displaced);
                sums.unknown_seconds += seconds;
            }
        }
        sums.greatest_kmh = [sums.greatest_kmh, phase.greatest_kmh].into_iter().flatten().reduce(f64::max);
    }
    sums
}
