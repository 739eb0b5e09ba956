//! Why an alarm was raised, in figures that a screen can put into words.

use fengsui_kernel::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::derived::MadeOf;

use super::{Direction, DurationRain, Intensity, Method, Rule, RuleKind, Schedule};

/// A reading that took part.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Witness {
    /// When it was measured.
    pub at: Timestamp,
    /// Its value.
    pub value: f64,
}

/// What a rule saw when it decided.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    /// What was compared with the limit: a value, a change per minute (signed), a sum; seconds for
    /// absence and a standing value; sigmas for a deviation (negative when low); for intensity and duration how many
    /// times the threshold.
    #[serde(default)]
    pub figure: Option<f64>,
    /// The earliest reading of the window that took part.
    #[serde(default)]
    pub first: Option<Witness>,
    /// The newest reading that took part.
    #[serde(default)]
    pub last: Option<Witness>,
    /// Absence: when the series was last heard; absent when it never spoke.
    #[serde(default)]
    pub heard_at: Option<Timestamp>,
    /// Readings that took part; of a deviation, those since it learned, at most 256.
    #[serde(default)]
    pub readings: Option<u32>,
    /// Deviation: what is usual, in the unit of the series.
    #[serde(default)]
    pub baseline: Option<f64>,
    /// Deviation: one sigma of a single reading, in the unit of the series.
    #[serde(default)]
    pub sigma: Option<f64>,
    /// Intensity and duration: every duration beside its threshold.
    #[serde(default)]
    pub durations: Vec<DurationRain>,
    /// Absence: no series of the device was heard, this alarm speaks for all of them.
    #[serde(default)]
    pub whole_device: bool,
}

/// The explanation that every alarm carries: the rule as it was and what it saw.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Explanation {
    /// What the rule watches for.
    pub kind: RuleKind,
    /// Name of the rule.
    pub rule: String,
    /// When the rule applies; always without one.
    #[serde(default)]
    pub schedule: Option<Schedule>,
    /// Name of the template that made the rule.
    #[serde(default)]
    pub template: Option<String>,
    /// Its limit; per minute for a rate, in sigmas for a deviation; absent for absence and a standing value.
    pub limit: Option<f64>,
    /// Its deadband; how far a standing value may move.
    pub deadband: f64,
    /// Its window in seconds; absent for a plain limit.
    pub window_seconds: Option<u32>,
    /// The threshold of intensity and duration.
    #[serde(default)]
    pub intensity: Option<Intensity>,
    /// Which way a rate counts.
    pub direction: Option<Direction>,
    /// How a deviation is told.
    #[serde(default)]
    pub method: Option<Method>,
    /// Readings that a deviation learned from.
    #[serde(default)]
    pub training_readings: Option<u32>,
    /// The moment up to which a deviation learned.
    #[serde(default)]
    pub learned_at: Option<Timestamp>,
    /// How long the condition had to hold, in seconds.
    pub on_delay_seconds: u32,
    /// Unit of the series.
    pub unit: String,
    /// Of a derived series: the expression and the values that made its value.
    #[serde(default)]
    pub made_of: Option<MadeOf>,
    /// What it saw.
    #[serde(flatten)]
    pub evidence: Evidence,
}

impl Explanation {
    /// The rule as it is now, with what it saw.
    pub fn of(rule: &Rule, unit: &str, evidence: Evidence) -> Self {
        Self {
            kind: rule.kind,
            rule: rule.name.clone(),
            schedule: rule.calendar.as_ref().map(|calendar| calendar.schedule().clone()),
            template: rule.origin.as_ref().map(|origin| origin.name.clone()),
            limit: rule.kind.has_limit().then_some(rule.limit),
            deadband: rule.deadband,
            window_seconds: rule.kind.window_bounds().map(|_| rule.window_seconds),
            intensity: rule.intensity.as_deref().cloned(),
            direction: (rule.kind == RuleKind::Rate).then_some(rule.direction),
            method: (rule.kind == RuleKind::Deviation).then_some(rule.method),
            training_readings: (rule.kind == RuleKind::Deviation).then_some(rule.training_readings),
            learned_at: rule.learned_at,
            on_delay_seconds: rule.on_delay_seconds,
            unit: unit.to_owned(),
            made_of: None,
            evidence,
        }
    }
}
