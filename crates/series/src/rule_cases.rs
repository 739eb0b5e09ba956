//! Keeping rules.

use fengsui_kernel::fault::FaultKind;
use fengsui_kernel::id::{RuleId, SeriesId};
use fengsui_kernel::scale::AlarmPriority;
use fengsui_kernel::{Fault, Principal, Problem, Problems, Result};
use fengsui_storage::series::journal;
use fengsui_storage::series::rules::{self as store, RuleRow};
use fengsui_storage::{Subject, Tx};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::catalogue::{Catalogue, rule_of};
use crate::commit::{withdraw, write_state};
use crate::engine::SeriesEngine;
use crate::recall::recall;
use crate::registration::place_of;
use crate::rules::step::Memory;
use crate::rules::{Direction, Method, Rule, RuleKind, RuleLevel, RuleState, TRAINING_BOUNDS, absence};
use crate::view::{RuleVersionView, RuleView};

/// A rule as a person writes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
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

fn yes() -> bool {
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
            version: self.version.unwrap_or(1),
        }
    }
}

fn not_for(field: &str, kind: RuleKind) -> Problem {
    Fault::field(field, "not_for_kind").with("kind", kind.as_str())
}

/// Text that says something.
fn said(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

impl SeriesEngine {
    /// The rules of a series.
    pub async fn rules(&self, principal: &Principal, series: &SeriesId) -> Result<Vec<RuleView>> {
        let row = self.readable(principal, series).await?;
        principal.require("read", "rule", &place_of(&row.facts))?;
        let rules = store::of_series(&self.core.db, row.number).await?;
        let catalogue = self.core.catalogue.lock().await;
        let watched = catalogue.series.get(&row.number);
        let known = |id: &RuleId| watched?.rules.iter().find(|watched| watched.rule.id == *id)?.memory.has_learned();
        let view = |rule: RuleRow| Ok(RuleView { learned: known(&rule.id), ..RuleView::new(rule)? });
        rules.into_iter().map(view).collect()
    }

    /// Adds a rule.
    pub async fn create_rule(&self, principal: &Principal, input: RuleInput) -> Result<RuleView> {
        input.check()?;
        let series = self.readable(principal, &input.series).await?;
        principal.require("create", "rule", &place_of(&series.facts))?;
        let data = serde_json::to_value(&input).map_err(Fault::internal)?;
        let mut catalogue = self.core.catalogue.lock().await;
        let mut tx = self.begin_because(principal, said(input.why.clone())).await?;
        let row = RuleRow { version: 1, ..input.into_row(tx.new_id(), series.number) };
        let row = RuleRow { learned_at: learns(&row).then(|| tx.now()), ..row };
        store::insert(&mut tx, &row).await?;
        keep_version(&mut tx, &row).await?;
        let rule = rule_of(&row)?;
        let state = begin(&mut tx, &rule).await?;
        let memory = self.recalled(&catalogue, &rule, series.number).await?;
        journal::settle(&mut tx, catalogue.sequence).await?;
        tx.trace("rule.create", Subject::at("rule", &row.id, series.facts.division), data);
        tx.commit().await?;
        catalogue.put_rule(series.number, rule, state, memory);
        RuleView::new(row)
    }

    /// Replaces a rule. A rule switched off or turned round returns its alarm; otherwise its state
    /// stays and the next reading is judged by the new limit.
    pub async fn update_rule(&self, principal: &Principal, id: &RuleId, input: RuleInput) -> Result<RuleView> {
        input.check()?;
        let mut catalogue = self.core.catalogue.lock().await;
        let old = self.rule_row(id).await?;
        let series = self.readable(principal, &old.series_id).await?;
        principal.require("update", "rule", &place_of(&series.facts))?;
        let submitted = serde_json::to_value(&input).map_err(Fault::internal)?;
        let why = said(input.why.clone());
        let anew = input.learn_anew;
        let row = RuleRow { series_id: old.series_id.clone(), ..input.into_row(id.clone(), old.series) };
        let turned = row.kind != old.kind || row.direction != old.direction || row.method != old.method;
        let anew = learns(&row) && (anew || turned || row.training_readings != old.training_readings);
        let ends = !row.enabled || !old.enabled || turned || anew;
        let mut tx = self.begin_because(principal, why).await?;
        let learned_at = if anew { Some(tx.now()) } else { old.learned_at.filter(|_| learns(&row)) };
        let row = RuleRow { learned_at, ..row };
        if !store::update(&mut tx, &row).await? {
            let current = serde_json::to_value(RuleView::new(old)?).map_err(Fault::internal)?;
            return Err(FaultKind::Stale { current, submitted }.into());
        }
        if let Some(watched) = catalogue.series.get(&row.series).filter(|_| ends) {
            withdraw(&mut tx, watched, row.series, id).await?;
        }
        let row = RuleRow { version: row.version + 1, ..row };
        keep_version(&mut tx, &row).await?;
        let rule = rule_of(&row)?;
        let begun = if ends { begin(&mut tx, &rule).await? } else { RuleState::default() };
        let memory = self.recalled(&catalogue, &rule, row.series).await?;
        let data = json!({"before": RuleView::new(old)?, "after": submitted});
        journal::settle(&mut tx, catalogue.sequence).await?;
        tx.trace("rule.update", Subject::at("rule", id, series.facts.division), data);
        tx.commit().await?;
        let state = catalogue.remove_rule(row.series, id).filter(|_| !ends).unwrap_or(begun);
        catalogue.put_rule(row.series, rule, state, memory);
        RuleView::new(row)
    }

    /// The versions of a rule, newest first: who wrote each, when and why.
    pub async fn rule_versions(&self, principal: &Principal, id: &RuleId) -> Result<Vec<RuleVersionView>> {
        let row = self.rule_row(id).await?;
        let series = self.readable(principal, &row.series_id).await?;
        principal.require("read", "rule", &place_of(&series.facts))?;
        store::versions(&self.core.db, id).await?.into_iter().map(RuleVersionView::new).collect()
    }

    /// Removes a rule; its alarm returns.
    pub async fn delete_rule(&self, principal: &Principal, id: &RuleId) -> Result<()> {
        let mut catalogue = self.core.catalogue.lock().await;
        let old = self.rule_row(id).await?;
        let series = self.readable(principal, &old.series_id).await?;
        principal.require("delete", "rule", &place_of(&series.facts))?;
        let mut tx = self.begin(principal).await?;
        store::retire(&mut tx, id).await?;
        if let Some(watched) = catalogue.series.get(&old.series) {
            withdraw(&mut tx, watched, old.series, id).await?;
        }
        let number = old.series;
        let data = serde_json::to_value(RuleView::new(old)?).map_err(Fault::internal)?;
        journal::settle(&mut tx, catalogue.sequence).await?;
        tx.trace("rule.delete", Subject::at("rule", id, series.facts.division), data);
        tx.commit().await?;
        catalogue.remove_rule(number, id);
        Ok(())
    }

    async fn recalled(&self, catalogue: &Catalogue, rule: &Rule, series: i64) -> Result<Memory> {
        let tail = catalogue.series.get(&series).map(|series| series.tail.points()).unwrap_or_default();
        recall(&self.readings(series, tail), rule, catalogue.last(series)).await
    }

    async fn rule_row(&self, id: &RuleId) -> Result<RuleRow> {
        store::get(&self.core.db, id).await?.ok_or_else(|| Fault::not_found("rule", id))
    }
}

/// Whether a rule learns what is usual.
fn learns(row: &RuleRow) -> bool {
    row.kind == RuleKind::Deviation.as_str()
}

/// The state in which a rule begins to judge: silence counts from here, not from before.
async fn begin(tx: &mut Tx, rule: &Rule) -> Result<RuleState> {
    let judges = rule.enabled && rule.kind == RuleKind::Absence;
    let state = if judges { absence::begun(tx.now()) } else { RuleState::default() };
    write_state(tx, rule, &state).await?;
    Ok(state)
}

async fn keep_version(tx: &mut Tx, row: &RuleRow) -> Result<()> {
    let data = serde_json::to_value(RuleView::new(row.clone())?).map_err(Fault::internal)?;
    store::insert_version(tx, &row.id, row.version, &data).await
}
