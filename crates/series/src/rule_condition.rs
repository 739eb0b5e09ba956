//! The condition of a rule: what it watches for, wherever it stands, over one series or over all of a kind.

use fengsui_kernel::scale::AlarmPriority;
use fengsui_kernel::{Fault, Problem, Problems, Result};
use fengsui_storage::series::rules::RuleRow;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::rules::{Direction, Intensity, Method, RuleKind, RuleLevel, Schedule, TRAINING_BOUNDS};

/// The condition of a rule, without the series that it watches.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleCondition {
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
    /// The threshold of intensity and duration; only for `intensity_duration`, where it takes the place of limit and
    /// window, and the deadband is a share of the threshold.
    #[serde(default)]
    pub intensity: Option<Intensity>,
    /// Seconds beyond before an alarm is raised.
    #[serde(default)]
    pub on_delay_seconds: u32,
    /// Seconds within before it returns.
    #[serde(default)]
    pub off_delay_seconds: u32,
    /// Priority of its alarms.
    pub priority: AlarmPriority,
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
}

impl RuleCondition {
    /// What is wrong with it.
    pub(crate) fn check(&self, problems: &mut Problems) {
        self.check_kind(problems);
        if self.level.is_some_and(|level| level.kind() != self.kind) {
            problems.push(Fault::field("level", "level_contradicts_kind"));
        }
        if self.instruction.as_deref().is_some_and(|text| text.chars().count() > 1000) {
            problems.push(Fault::field("instruction", "too_long").with("max", "1000"));
        }
    }

    /// What a kind needs, and nothing that it does not know.
    fn check_kind(&self, problems: &mut Problems) {
        match (self.kind.takes_limit(), self.limit) {
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
        self.check_intensity(problems);
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

    fn check_intensity(&self, problems: &mut Problems) {
        let wanted = self.kind == RuleKind::IntensityDuration;
        match &self.intensity {
            Some(intensity) if wanted => intensity.check(problems),
            Some(_) => problems.push(not_for("intensity", self.kind)),
            None if wanted => problems.push(Fault::field("intensity", "required")),
            None => {}
        }
        if wanted && self.deadband >= 1.0 {
            problems.push(Fault::field("deadband", "out_of_range").with("min", "0").with("max", "1"));
        }
    }

    fn check_deviation(&self, problems: &mut Problems) {
        let deviation = self.kind == RuleKind::Deviation;
        if self.method.is_some() && !deviation {
            problems.push(not_for("method", self.kind));
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

    /// As a kept rule tells it.
    pub(crate) fn of(row: &RuleRow) -> Result<Self> {
        let kind: RuleKind = row.kind.parse()?;
        Ok(Self {
            kind,
            limit: kind.takes_limit().then_some(row.limit),
            deadband: row.deadband,
            window_seconds: kind.window_bounds().map(|_| row.window_seconds),
            direction: row.direction.as_deref().and_then(Direction::from_stored),
            method: row.method.as_deref().and_then(Method::from_stored),
            training_readings: (kind == RuleKind::Deviation).then_some(row.training_readings),
            intensity: row.intensity.clone().map(serde_json::from_value).transpose().map_err(Fault::internal)?,
            on_delay_seconds: row.on_delay_seconds,
            off_delay_seconds: row.off_delay_seconds,
            priority: row.priority,
            level: row.level.as_deref().and_then(RuleLevel::from_stored),
            schedule: row.schedule.clone().map(serde_json::from_value).transpose().map_err(Fault::internal)?,
            instruction: row.instruction.clone(),
            plan: row.plan.clone(),
        })
    }
}

/// What a kind does not know.
pub(crate) fn not_for(field: &str, kind: RuleKind) -> Problem {
    Fault::field(field, "not_for_kind").with("kind", kind.as_str())
}
