//! Rules as people write them, and what is wrong with them.

use fengsui_kernel::id::{RuleId, SeriesId};
use fengsui_kernel::scale::AlarmPriority;
use fengsui_kernel::{Fault, Problem, Problems, Result};
use fengsui_storage::series::rules::RuleRow;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::rules::{Direction, Method, RuleKind, RuleLevel, Schedule, TRAINING_BOUNDS};

/// A rule as a person writes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleInput {
    /// The series it watches.
    pub series: SeriesId,
    /// Its name.
    pub name: String,
    /// What it watches for.
    pub kind: RuleKind,
    /// The limit; the limit itself is beyond. Per minute for a rate, in sigmas for a deviation. Absence and
    /// a standing value have none.
    #[serde(default)]
    pub limit: Option<f64>,
    /// How far back within the limit counts as returned; how far a value may move and still count as standing.
    #[serde(default)]
    pub deadband: f64,
    /// Seconds that it looks back, or that silence or standing must last; none for `high` and `low`.
    #[serde(default)]
    pub window_seconds: Option<u32>,
    /// Which way a rate counts; only for `rate`, where it is `rise` if absent.
    #[serde(default)]
    pub direction: Option<Direction>,
    /// How a deviation is told; only for `deviation`, where it is `ewma` if absent.
    #[serde(default)]
    pub method: Option<Method>,
    /// Readings that a deviation learns from, 20 to 2016; only for `deviation`.
    #[serde(default)]
    pub training_readings: Option<u32>,
    /// For a change of a deviation: whether it learns anew, up to now. It does anyway when kind, method or
    /// number of readings change.
    #[serde(default)]
    pub learn_anew: bool,
    /// Seconds beyond before an alarm is raised.
    #[serde(default)]
    pub on_delay_seconds: u32,
    /// Seconds within before it returns.
    #[serde(default)]
    pub off_delay_seconds: u32,
    /// Priority of its alarms.
    pub priority: AlarmPriority,
    /// Whether it judges.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// Which of the instrument's limits it is; must lie on the side of `kind`.
    #[serde(default)]
    pub level: Option<RuleLevel>,
    /// When it applies; always without one. Not for absence: a silent device is silent at any hour.
    #[serde(default)]
    pub schedule: Option<Schedule>,
    /// What is to be done when it raises.
    #[serde(default)]
    pub instruction: Option<String>,
    /// The plan for it, by record id.
    #[serde(default)]
    pub plan: Option<String>,
    /// For a change: the version it is based on.
    #[serde(default)]
    pub version: Option<i64>,
    /// Why it is made or changed, for its versions and the trace.
    #[serde(default)]
    pub why: Option<String>,
}

pub(crate) fn yes() -> bool {
    true
}

impl RuleInput {
    pub(crate) fn check(&self) -> Result<()> {
        let mut problems = Problems::default();
        match self.name.trim().chars().count() {
            0 => problems.push(Fault::field("name", "required")),
            1..=100 => {}
            _ => problems.push(Fault::field("name", "too_long").with("max", "100")),
        }
        self.check_condition(&mut problems);
        if self.level.is_some_and(|level| level.kind() != self.kind) {
            problems.push(Fault::field("level", "level_contradicts_kind"));
        }
        for (field, text, most) in [("instruction", &self.instruction, 1000), ("why", &self.why, 500)] {
            if text.as_deref().is_some_and(|text| text.chars().count() > most) {
                problems.push(Fault::field(field, "too_long").with("max", &most.to_string()));
            }
        }
        problems.into_result()
    }

    /// What a kind needs, and nothing that it does not know.
    fn check_condition(&self, problems: &mut Problems) {
        match (self.kind.has_limit(), self.limit) {
            (true, None) => problems.push(Fault::field("limit", "required")),
            (false, Some(_)) => problems.push(not_for("limit", self.kind)),
            (_, Some(limit)) if !limit.is_finite() => problems.push(Fault::field("limit", "not_finite")),
            (true, Some(limit)) if matches!(self.kind, RuleKind::Rate | RuleKind::Deviation) && limit <= 0.0 => {
                problems.push(Fault::field("limit", "not_positive"));
            }
            _ => {}
        }
        if !(self.deadband.is_finite() && self.deadband >= 0.0) {
            problems.push(Fault::field("deadband", "out_of_range").with("min", "0"));
        } else if self.kind == RuleKind::Absence && self.deadband > 0.0 {
            problems.push(not_for("deadband", self.kind));
        }
        self.check_window(problems);
        self.check_deviation(problems);
        match &self.schedule {
            Some(_) if self.kind == RuleKind::Absence => problems.push(not_for("schedule", self.kind)),
            Some(schedule) => schedule.check(problems),
            None => {}
        }
        if self.direction.is_some() && self.kind != RuleKind::Rate {
            problems.push(not_for("direction", self.kind));
        }
        for (field, delay) in
            [("on_delay_seconds", self.on_delay_seconds), ("off_delay_seconds", self.off_delay_seconds)]
        {
            if delay > 86_400 {
                problems.push(Fault::field(field, "out_of_range").with("min", "0").with("max", "86400"));
            } else if delay > 0 && !self.kind.has_limit() {
                problems.push(not_for(field, self.kind));
            }
        }
    }

    fn check_window(&self, problems: &mut Problems) {
        match (self.kind.window_bounds(), self.window_seconds) {
            (None, None | Some(0)) => {}
            (None, Some(_)) => problems.push(not_for("window_seconds", self.kind)),
            (Some(_), None) => problems.push(Fault::field("window_seconds", "required")),
            (Some((least, most)), Some(window)) if !(least..=most).contains(&window) => {
                let fault = Fault::field("window_seconds", "out_of_range");
                problems.push(fault.with("min", &least.to_string()).with("max", &most.to_string()));
            }
            _ => {}
        }
    }

    fn check_deviation(&self, problems: &mut Problems) {
        let deviation = self.kind == RuleKind::Deviation;
        if self.method.is_some() && !deviation {
            problems.push(not_for("method", self.kind));
        }
        if self.learn_anew && !deviation {
            problems.push(not_for("learn_anew", self.kind));
        }
        let (least, most) = TRAINING_BOUNDS;
        match self.training_readings {
            Some(readings) if !deviation && readings > 0 => problems.push(not_for("training_readings", self.kind)),
            None if deviation => problems.push(Fault::field("training_readings", "required")),
            Some(readings) if deviation && !(least..=most).contains(&readings) => {
                let fault = Fault::field("training_readings", "out_of_range");
                problems.push(fault.with("min", &least.to_string()).with("max", &most.to_string()));
            }
            _ => {}
        }
        // A departure is never below nothing: it must be able to come back by the deadband.
        if let Some(limit) = self.limit.filter(|limit| deviation && *limit > 0.0 && self.deadband >= *limit) {
            problems.push(Fault::field("deadband", "out_of_range").with("min", "0").with("max", &limit.to_string()));
        }
    }

    pub(crate) fn into_row(self, id: RuleId, series: i64) -> RuleRow {
        RuleRow {
            id,
            series,
            series_id: self.series,
            name: self.name.trim().to_owned(),
            kind: self.kind.as_str().to_owned(),
            limit: self.limit.unwrap_or_default(),
            window_seconds: self.window_seconds.unwrap_or_default(),
            direction: (self.kind == RuleKind::Rate).then(|| self.direction.unwrap_or_default().as_str().to_owned()),
            method: (self.kind == RuleKind::Deviation).then(|| self.method.unwrap_or_default().as_str().to_owned()),
            training_readings: self.training_readings.unwrap_or_default(),
            learned_at: None,
            deadband: self.deadband,
            on_delay_seconds: self.on_delay_seconds,
            off_delay_seconds: self.off_delay_seconds,
            priority: self.priority,
            enabled: self.enabled,
            level: self.level.map(|level| level.as_str().to_owned()),
            instruction: said(self.instruction),
            plan: said(self.plan),
            schedule: self.schedule.and_then(|schedule| serde_json::to_value(schedule).ok()),
            template: None,
            version: self.version.unwrap_or(1),
        }
    }
}

fn not_for(field: &str, kind: RuleKind) -> Problem {
    Fault::field(field, "not_for_kind").with("kind", kind.as_str())
}

/// Text that says something.
pub(crate) fn said(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}
