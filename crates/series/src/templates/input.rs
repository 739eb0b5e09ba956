//! Templates as people write them.

use fengsui_kernel::fault::FaultKind;
use fengsui_kernel::id::SeriesId;
use fengsui_kernel::scale::AlarmPriority;
use fengsui_kernel::{DivisionCode, Fault, Problem, Problems, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::select::RuleSelector;
use crate::rule_input::{RuleInput, yes};
use crate::rule_trial::UNKEPT;
use crate::rules::{Direction, Method, RuleKind, RuleLevel, Schedule};

/// The condition of a rule, without the series that it watches; each field as in a rule of one series.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleCondition {
    /// What it watches for.
    pub kind: RuleKind,
    /// The limit.
    #[serde(default)]
    pub limit: Option<f64>,
    /// How far back within the limit counts as returned.
    #[serde(default)]
    pub deadband: f64,
    /// Seconds that it looks back.
    #[serde(default)]
    pub window_seconds: Option<u32>,
    /// Which way a rate counts.
    #[serde(default)]
    pub direction: Option<Direction>,
    /// How a deviation is told.
    #[serde(default)]
    pub method: Option<Method>,
    /// Readings that a deviation learns from.
    #[serde(default)]
    pub training_readings: Option<u32>,
    /// Seconds beyond before an alarm is raised.
    #[serde(default)]
    pub on_delay_seconds: u32,
    /// Seconds within before it returns.
    #[serde(default)]
    pub off_delay_seconds: u32,
    /// Priority of its alarms.
    pub priority: AlarmPriority,
    /// Which of the instrument's limits it is.
    #[serde(default)]
    pub level: Option<RuleLevel>,
    /// When it applies; always without one.
    #[serde(default)]
    pub schedule: Option<Schedule>,
    /// What is to be done when it raises.
    #[serde(default)]
    pub instruction: Option<String>,
    /// The plan for it, by record id.
    #[serde(default)]
    pub plan: Option<String>,
}

/// A template as a person writes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleTemplateInput {
    /// Its name; every rule that it makes bears it.
    pub name: String,
    /// Where: this division and all below.
    pub division: DivisionCode,
    /// Only series of this enterprise, by record id.
    #[serde(default)]
    pub enterprise: Option<String>,
    /// Which series.
    pub selector: RuleSelector,
    /// The condition of every rule.
    pub condition: RuleCondition,
    /// Whether its rules judge.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// For a change: the version it is based on.
    #[serde(default)]
    pub version: Option<i64>,
    /// Why it is made or changed, for its versions and the trace.
    #[serde(default)]
    pub why: Option<String>,
}

impl RuleCondition {
    /// As a rule of one series.
    pub(super) fn on(&self, series: SeriesId, name: &str, enabled: bool) -> RuleInput {
        let own = self.clone();
        RuleInput {
            series,
            name: name.to_owned(),
            kind: own.kind,
            limit: own.limit,
            deadband: own.deadband,
            window_seconds: own.window_seconds,
            direction: own.direction,
            method: own.method,
            training_readings: own.training_readings,
            learn_anew: false,
            on_delay_seconds: own.on_delay_seconds,
            off_delay_seconds: own.off_delay_seconds,
            priority: own.priority,
            enabled,
            level: own.level,
            schedule: own.schedule,
            instruction: own.instruction,
            plan: own.plan,
            version: None,
            why: None,
        }
    }

    /// What is wrong with it: the same as with a rule of one series.
    pub(super) fn check(&self, problems: &mut Problems) -> Result<()> {
        let rule = self.on(UNKEPT.parse()?, "-", true);
        let Err(fault) = rule.check() else { return Ok(()) };
        let FaultKind::Invalid(found) = *fault.kind else { return Err(fault) };
        for problem in found.0 {
            problems.push(Problem { field: format!("condition.{}", problem.field), ..problem });
        }
        Ok(())
    }
}

impl RuleTemplateInput {
    pub(super) fn check(&self) -> Result<()> {
        let mut problems = Problems::default();
        match self.name.trim().chars().count() {
            0 => problems.push(Fault::field("name", "required")),
            1..=100 => {}
            _ => problems.push(Fault::field("name", "too_long").with("max", "100")),
        }
        if self.why.as_deref().is_some_and(|why| why.chars().count() > 500) {
            problems.push(Fault::field("why", "too_long").with("max", "500"));
        }
        self.selector.check(&mut problems);
        self.condition.check(&mut problems)?;
        problems.into_result()
    }
}
