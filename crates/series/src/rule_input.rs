//! Rules as people write them, and what is wrong with them.

use fengsui_kernel::id::{RuleId, SeriesId};
use fengsui_kernel::{Fault, Problems, Result};
use fengsui_storage::series::rules::RuleRow;
use schemars::JsonSchema;
use serde::Serialize;

use crate::rule_condition::{RuleCondition, not_for};
use crate::rules::RuleKind;

/// A rule as a person writes it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleInput {
    /// The series it watches.
    pub series: SeriesId,
    /// Its name.
    pub name: String,
    /// What it watches for.
    #[serde(flatten)]
    pub condition: RuleCondition,
    /// For a change of a deviation: whether it learns anew, up to now. It does anyway when kind, method or
    /// number of readings change.
    #[serde(default)]
    pub learn_anew: bool,
    /// Whether it judges.
    #[serde(default = "yes")]
    pub enabled: bool,
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
        check_name(&self.name, &mut problems);
        self.condition.check(&mut problems);
        if self.learn_anew && self.condition.kind != RuleKind::Deviation {
            problems.push(not_for("learn_anew", self.condition.kind));
        }
        check_why(self.why.as_deref(), &mut problems);
        problems.into_result()
    }

    pub(crate) fn into_row(self, id: RuleId, series: i64) -> RuleRow {
        let it = self.condition;
        RuleRow {
            id,
            series,
            series_id: self.series,
            name: self.name.trim().to_owned(),
            kind: it.kind.as_str().to_owned(),
            // A ratio to the threshold where no limit is typed.
            limit: it.limit.unwrap_or(if it.intensity.is_some() { 1.0 } else { 0.0 }),
            window_seconds: it
                .intensity
                .as_ref()
                .map_or(it.window_seconds.unwrap_or_default(), crate::rules::Intensity::reach_seconds),
            direction: (it.kind == RuleKind::Rate).then(|| it.direction.unwrap_or_default().as_str().to_owned()),
            method: (it.kind == RuleKind::Deviation).then(|| it.method.unwrap_or_default().as_str().to_owned()),
            training_readings: it.training_readings.unwrap_or_default(),
            learned_at: None,
            intensity: it.intensity.and_then(|intensity| serde_json::to_value(intensity).ok()),
            deadband: it.deadband,
            on_delay_seconds: it.on_delay_seconds,
            off_delay_seconds: it.off_delay_seconds,
            priority: it.priority,
            enabled: self.enabled,
            level: it.level.map(|level| level.as_str().to_owned()),
            instruction: said(it.instruction),
            plan: said(it.plan),
            schedule: it.schedule.and_then(|schedule| serde_json::to_value(schedule).ok()),
            template: None,
            version: self.version.unwrap_or(1),
        }
    }
}

/// The name of a rule or of a template.
pub(crate) fn check_name(name: &str, problems: &mut Problems) {
    match name.trim().chars().count() {
        0 => problems.push(Fault::field("name", "required")),
        1..=100 => {}
        _ => problems.push(Fault::field("name", "too_long").with("max", "100")),
    }
}

/// The reason of a change.
pub(crate) fn check_why(why: Option<&str>, problems: &mut Problems) {
    if why.is_some_and(|why| why.chars().count() > 500) {
        problems.push(Fault::field("why", "too_long").with("max", "500"));
    }
}

/// Text that says something.
pub(crate) fn said(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}
