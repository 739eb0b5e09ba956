//! Driving too long without a rest (疲劳驾驶).

use fengsui_kernel::clock::from_millis;
use fengsui_kernel::{Point, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

use crate::phases::{Phase, PhaseKind};
use crate::practice::Practice;

/// Which rule was broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FatigueRule {
    /// More than 4 hours without 20 minutes of rest.
    Continuous,
    /// More than 2 hours of the night without 20 minutes of rest.
    Night,
}

/// A time of driving without enough rest.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Fatigue {
    /// Which rule.
    pub rule: FatigueRule,
    /// When the driving began that no rest interrupted.
    pub begin: Timestamp,
    /// When the limit was passed.
    pub exceeded_at: Timestamp,
    /// When the driving ended.
    pub end: Timestamp,
    /// Where it ended.
    pub at: Point,
    /// Seconds driven since `begin`; for the rule of the night those of the night.
    pub driven_seconds: i64,
    /// Seconds allowed.
    pub limit_seconds: u32,
}

/// Driving since the last rest, in milliseconds.
#[derive(Default)]
struct Spell {
    begin: Option<Timestamp>,
    driven: i64,
    driven_night: i64,
    continuous: Option<Fatigue>,
    night: Option<Fatigue>,
}

/// The times in which a vehicle was driven too long, of phases in order of time.
///
/// Only driving counts; a stop shorter than a rest neither counts nor ends it. Of a time without positions that ended
/// elsewhere, as much counts as the way takes at the limit; what is left over of it may have been a rest. A change of
/// drivers is not seen: the platform judges the vehicle.
pub fn fatigue(phases: &[Phase], practice: &Practice) -> Vec<Fatigue> {
    let rest = i64::from(practice.rest_seconds) * 1000;
    let (mut found, mut spell) = (Vec::new(), Spell::default());
    for phase in phases {
        let driven = driven_millis(phase, practice);
        if phase.kind != PhaseKind::Trip && phase.millis() - driven >= rest {
            found.extend(std::mem::take(&mut spell).told());
            continue;
        }
        if driven > 0 {
            spell.drive(phase, driven, practice);
        }
    }
    found.extend(spell.told());
    found.sort_by_key(|one| one.begin);
    found
}

/// How long the vehicle was driven in a phase at least, in milliseconds.
pub(crate) fn driven_millis(phase: &Phase, practice: &Practice) -> i64 {
    match phase.kind {
        PhaseKind::Trip => phase.millis(),
        PhaseKind::Stop => 0,
        PhaseKind::Gap if !phase.displaced => 0,
        PhaseKind::Gap => {
            let least = phase.distance_m / practice.limit_kmh * 3600.0;
            // Bounded by the phase, hence no more than a time can be.
            #[allow(clippy::cast_possible_truncation, reason = "bounded before")]
            let least = least.min(phase.millis() as f64) as i64;
            least
        }
    }
}

impl Spell {
    fn drive(&mut self, phase: &Phase, driven: i64, practice: &Practice) {
        let begin = *self.begin.get_or_insert(phase.begin);
        let (from, to) = (phase.begin.as_millisecond(), phase.begin.as_millisecond() + driven);
        let limit = i64::from(practice.continuous_seconds) * 1000;
        if self.continuous.is_none() && self.driven + driven > limit {
            let exceeded_at = from_millis(from + limit - self.driven);
            self.continuous = Some(fresh(FatigueRule::Continuous, begin, exceeded_at, phase, practice));
        }
        let limit = i64::from(practice.night_continuous_seconds) * 1000;
        let night = practice.night_millis(from, to);
        if self.night.is_none() && self.driven_night + night > limit {
            let exceeded_at = from_millis(practice.night_reached(from, to, limit - self.driven_night));
            self.night = Some(fresh(FatigueRule::Night, begin, exceeded_at, phase, practice));
        }
        self.driven += driven;
        self.driven_night += night;
        for (told, millis) in [(&mut self.continuous, self.driven), (&mut self.night, self.driven_night)] {
            if let Some(told) = told {
                (told.end, told.at, told.driven_seconds) = (phase.end, phase.to, millis / 1000);
            }
        }
    }

    fn told(self) -> impl Iterator<Item = Fatigue> {
        self.continuous.into_iter().chain(self.night)
    }
}

fn fresh(rule: FatigueRule, begin: Timestamp, exceeded_at: Timestamp, phase: &Phase, practice: &Practice) -> Fatigue {
    let limit_seconds = match rule {
        FatigueRule::Continuous => practice.continuous_seconds,
        FatigueRule::Night => practice.night_continuous_seconds,
    };
    Fatigue { rule, begin, exceeded_at, end: phase.end, at: phase.to, driven_seconds: 0, limit_seconds }
}
