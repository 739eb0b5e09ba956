//! The series of the demonstration region, their rules, and the token of the gateway.

use anyhow::{Context as _, Result};
use fengsui_kernel::scale::AlarmPriority;
use fengsui_kernel::{PageQuery, Principal};
use fengsui_registry::{Record, Registry};
use fengsui_series::rules::RuleKind;
use fengsui_series::{RuleCondition, RuleInput, SeriesEngine, SeriesFilter};
use fengsui_server::sensing::{self, SeriesDraft};
use serde::Deserialize;

use super::data;
use super::replay::{GATEWAY, LOGGER, Pace};

/// One line of `series.jsonl`.
#[derive(Debug, Deserialize)]
struct Line {
    device: String,
    code: String,
    name: String,
    name_en: Option<String>,
    unit: String,
    installation: Option<String>,
    low: Option<f64>,
    high: Option<f64>,
    rules: Vec<RuleLine>,
}

/// A rule of a line.
#[derive(Debug, Deserialize)]
struct RuleLine {
    name: String,
    kind: RuleKind,
    limit: f64,
    deadband: f64,
    on_delay_seconds: u32,
    off_delay_seconds: u32,
    alarm_priority: AlarmPriority,
}

fn lines() -> Result<Vec<Line>> {
    let lines = std::str::from_utf8(data::DEMO_SERIES)?.lines();
    lines.map(|line| serde_json::from_str(line).context("a line of series.jsonl")).collect()
}

/// The codes of the gateway's series, which are columns of the recording.
pub(super) fn gateway_codes() -> Result<Vec<String>> {
    Ok(lines()?.into_iter().filter(|line| line.device == GATEWAY).map(|line| line.code).collect())
}

/// Makes every device known and registers the series that are missing.
pub(super) async fn load(registry: &Registry, engine: &SeriesEngine, system: &Principal, pace: &Pace) -> Result<()> {
    let mut registered = 0;
    for line in lines()? {
        let device = device(registry, &line.device).await?;
        engine.keep_device(system, &sensing::device_facts(&device)).await?;
        if is_registered(engine, system, &device, &line.code).await? {
            continue;
        }
        let code = line.code.clone();
        register(registry, engine, system, line, pace).await.with_context(|| format!("series {code}"))?;
        registered += 1;
    }
    if registered > 0 {
        tracing::info!(registered, "series of the demonstration registered");
    }
    Ok(())
}

async fn is_registered(engine: &SeriesEngine, system: &Principal, device: &Record, code: &str) -> Result<bool> {
    let filter = SeriesFilter { device: Some(device.id.to_string()), ..SeriesFilter::default() };
    let page = PageQuery { limit: Some(500), cursor: None };
    let known = engine.list_series(system, &filter, &page).await?;
    Ok(known.items.iter().any(|series| series.code == code))
}

async fn register(
    registry: &Registry,
    engine: &SeriesEngine,
    system: &Principal,
    line: Line,
    pace: &Pace,
) -> Result<()> {
    // The recording is played faster than it was measured.
    let expected_interval_seconds = Some(pace.expected_seconds(&line.device));
    let draft = SeriesDraft {
        device: line.device,
        code: line.code,
        name: line.name,
        name_en: line.name_en,
        unit: line.unit,
        installation: line.installation,
        low: line.low,
        high: line.high,
        expected_interval_seconds,
        version: None,
    };
    let registration = sensing::registration(registry, draft).await?;
    let series = engine.register(system, registration).await?;
    for rule in line.rules {
        let condition = RuleCondition {
            kind: rule.kind,
            limit: Some(rule.limit),
            deadband: rule.deadband,
            window_seconds: None,
            direction: None,
            method: None,
            training_readings: None,
            intensity: None,
            on_delay_seconds: rule.on_delay_seconds,
            off_delay_seconds: rule.off_delay_seconds,
            priority: rule.alarm_priority,
            level: None,
            schedule: None,
            instruction: None,
            plan: None,
        };
        let (series, name) = (series.id.clone(), rule.name);
        let input = RuleInput { series, name, condition, learn_anew: false, enabled: true, version: None, why: None };
        engine.create_rule(system, input).await?;
    }
    Ok(())
}

/// A fresh token for the gateway; it lives in this process only.
pub(super) async fn issue_token(registry: &Registry, engine: &SeriesEngine, system: &Principal) -> Result<String> {
    let gateway = device(registry, GATEWAY).await?;
    Ok(engine.issue_credential(system, gateway.id.as_str()).await?.token)
}

async fn device(registry: &Registry, code: &str) -> Result<Record> {
    let found = registry.find_by_code("device", code).await?;
    found.with_context(|| format!("there is no device {code}; {GATEWAY} and {LOGGER} belong to the demonstration"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_series_of_the_gateway_is_a_column_of_the_recording() {
        let codes = gateway_codes().expect("codes");
        assert!(codes.len() > 20, "{codes:?}");
        super::super::replay::telemetry(codes).expect("the recording");
    }
}
