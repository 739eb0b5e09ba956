//! A rule as it comes in: all fields side by side, so that what is wrong is told with the field that holds it. Fields
//! that are flattened into another type are read without their path.

use fengsui_kernel::id::SeriesId;
use fengsui_kernel::scale::AlarmPriority;
use serde::{Deserialize, Deserializer};

use crate::rule_condition::RuleCondition;
use crate::rule_input::{RuleInput, yes};
use crate::rules::{Direction, Intensity, Method, RuleKind, RuleLevel, Schedule};

/// The fields of [`RuleInput`] and of its condition.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SideBySide {
    series: SeriesId,
    name: String,
    kind: RuleKind,
    #[serde(default)]
    limit: Option<f64>,
    #[serde(default)]
    deadband: f64,
    #[serde(default)]
    window_seconds: Option<u32>,
    #[serde(default)]
    direction: Option<Direction>,
    #[serde(default)]
    method: Option<Method>,
    #[serde(default)]
    training_readings: Option<u32>,
    #[serde(default)]
    on_delay_seconds: u32,
    #[serde(default)]
    off_delay_seconds: u32,
    priority: AlarmPriority,
    #[serde(default)]
    level: Option<RuleLevel>,
    #[serde(default)]
    schedule: Option<Schedule>,
    #[serde(default)]
    intensity: Option<Intensity>,
    #[serde(default)]
    instruction: Option<String>,
    #[serde(default)]
    plan: Option<String>,
    #[serde(default)]
    learn_anew: bool,
    #[serde(default = "yes")]
    enabled: bool,
    #[serde(default)]
    version: Option<i64>,
    #[serde(default)]
    why: Option<String>,
}

impl<'de> Deserialize<'de> for RuleInput {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let it = SideBySide::deserialize(deserializer)?;
        let condition = RuleCondition {
            kind: it.kind,
            limit: it.limit,
            deadband: it.deadband,
            window_seconds: it.window_seconds,
            direction: it.direction,
            method: it.method,
            training_readings: it.training_readings,
            on_delay_seconds: it.on_delay_seconds,
            off_delay_seconds: it.off_delay_seconds,
            priority: it.priority,
            level: it.level,
            schedule: it.schedule,
            intensity: it.intensity,
            instruction: it.instruction,
            plan: it.plan,
        };
        Ok(Self {
            series: it.series,
            name: it.name,
            condition,
            learn_anew: it.learn_anew,
            enabled: it.enabled,
            version: it.version,
            why: it.why,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn every_field_comes_in_as_it_goes_out() {
        let rule = json!({
            "series": "01890000-0000-7000-8000-000000000001", "name": "r", "kind": "deviation", "limit": 1.5,
            "deadband": 0.5, "window_seconds": 60, "direction": "fall", "method": "cusum", "training_readings": 100,
            "on_delay_seconds": 1, "off_delay_seconds": 2, "priority": "low", "level": "low_low",
            "schedule": {"hours": [], "seasons": [{"from": "05-01", "to": "09-30"}]}, "instruction": "i", "plan": "p",
            "intensity": {"durations_hours": [1, 3], "a": 14.82, "b": 0.39, "c": 0.0, "antecedent": null},
            "learn_anew": true, "enabled": false, "version": 3, "why": "w",
        });
        let read: RuleInput = serde_json::from_value(rule.clone()).expect("a rule");
        assert_eq!(serde_json::to_value(&read).expect("JSON"), rule);
        let described = schemars::schema_for!(RuleInput).to_value();
        let count = described.get("properties").and_then(Value::as_object).map(serde_json::Map::len);
        assert_eq!(count, rule.as_object().map(serde_json::Map::len), "a field that is described but not tried here");
    }
}
