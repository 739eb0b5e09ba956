//! Keeping rules.

use fengsui_kernel::fault::FaultKind;
use fengsui_kernel::id::{RuleId, SeriesId};
use fengsui_kernel::{Fault, Principal, Result, Timestamp};
use fengsui_storage::series::rules::{self as store, RuleRow, TemplateOrigin};
use fengsui_storage::series::{journal, rule_templates as templates};
use fengsui_storage::{Subject, Tx};
use serde_json::json;

use crate::catalogue::{Catalogue, Standing, rule_of};
use crate::commit::{withdraw, write_state};
use crate::engine::SeriesEngine;
use crate::recall::recall;
use crate::registration::place_of;
use crate::rule_input::{RuleInput, said};
use crate::rules::step::Memory;
use crate::rules::{Rule, RuleKind, RuleState, absence};
use crate::view::{RuleVersionView, RuleView};

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
        let row = input.into_row(tx.new_id(), series.number);
        let (row, standing) = self.add_rule(&mut tx, &catalogue, row).await?;
        journal::settle(&mut tx, catalogue.sequence).await?;
        tx.trace("rule.create", Subject::at("rule", &row.id, series.facts.division), data);
        tx.commit().await?;
        catalogue.stand(standing);
        RuleView::new(row)
    }

    /// Replaces a rule. A rule switched off or turned round returns its alarm; otherwise its state
    /// stays and the next reading is judged by the new limit. One that a template made goes its own way
    /// from then on, for the reason given.
    pub async fn update_rule(&self, principal: &Principal, id: &RuleId, input: RuleInput) -> Result<RuleView> {
        input.check()?;
        let mut catalogue = self.core.catalogue.lock().await;
        let old = self.rule_row(id).await?;
        let series = self.readable(principal, &old.series_id).await?;
        principal.require("update", "rule", &place_of(&series.facts))?;
        let submitted = serde_json::to_value(&input).map_err(Fault::internal)?;
        let why = said(input.why.clone());
        let template = own_way(&old, why.as_deref())?;
        let anew = input.learn_anew;
        let row = input.into_row(id.clone(), old.series);
        let row = RuleRow { series_id: old.series_id.clone(), template, ..row };
        let mut tx = self.begin_because(principal, why).await?;
        let Some((row, standing)) = self.replace_rule(&mut tx, &catalogue, &old, row, anew).await? else {
            let current = serde_json::to_value(RuleView::new(old)?).map_err(Fault::internal)?;
            return Err(FaultKind::Stale { current, submitted }.into());
        };
        let data = json!({"before": RuleView::new(old)?, "after": submitted});
        journal::settle(&mut tx, catalogue.sequence).await?;
        tx.trace("rule.update", Subject::at("rule", id, series.facts.division), data);
        tx.commit().await?;
        catalogue.stand(standing);
        RuleView::new(row)
    }

    /// The versions of a rule, newest first: who wrote each, when and why.
    pub async fn rule_versions(&self, principal: &Principal, id: &RuleId) -> Result<Vec<RuleVersionView>> {
        let row = self.rule_row(id).await?;
        let series = self.readable(principal, &row.series_id).await?;
        principal.require("read", "rule", &place_of(&series.facts))?;
        store::versions(&self.core.db, id).await?.into_iter().map(RuleVersionView::new).collect()
    }

    /// Removes a rule; its alarm returns. The series of one that a template made becomes an exception, for the
    /// reason given: else the template would make it again.
    pub async fn delete_rule(&self, principal: &Principal, id: &RuleId, why: Option<String>) -> Result<()> {
        let mut catalogue = self.core.catalogue.lock().await;
        let old = self.rule_row(id).await?;
        let series = self.readable(principal, &old.series_id).await?;
        principal.require("delete", "rule", &place_of(&series.facts))?;
        let why = said(why);
        let excepted = match (&old.template, &why) {
            (Some(origin), Some(reason)) => Some((origin.id.clone(), reason.clone())),
            (Some(_), None) => return Err(Fault::field("why", "required").into()),
            (None, _) => None,
        };
        let mut tx = self.begin_because(principal, why).await?;
        if let Some((template, reason)) = &excepted {
            templates::except(&mut tx, template, old.series, reason).await?;
        }
        drop_rule(&mut tx, &catalogue, old.series, id).await?;
        let number = old.series;
        let data = serde_json::to_value(RuleView::new(old)?).map_err(Fault::internal)?;
        journal::settle(&mut tx, catalogue.sequence).await?;
        tx.trace("rule.delete", Subject::at("rule", id, series.facts.division), data);
        tx.commit().await?;
        catalogue.remove_rule(number, id);
        if let Some((template, _)) = excepted {
            catalogue.except(&template, number, true);
        }
        Ok(())
    }

    async fn recalled(&self, catalogue: &Catalogue, rule: &Rule, series: i64) -> Result<Memory> {
        let tail = catalogue.series.get(&series).map(|series| series.tail.points()).unwrap_or_default();
        recall(&self.readings(series, tail), rule, catalogue.last(series)).await
    }

    /// Adds a rule within a unit of work.
    pub(crate) async fn add_rule(
        &self,
        tx: &mut Tx,
        catalogue: &Catalogue,
        row: RuleRow,
    ) -> Result<(RuleRow, Standing)> {
        let learned_at = learns(&row).then(|| tx.now());
        let row = RuleRow { learned_at, version: 1, ..row };
        store::insert(tx, &row).await?;
        keep_version(tx, &row).await?;
        let rule = rule_of(&row, &catalogue.zone)?;
        let state = begun(&rule, tx.now());
        if state != RuleState::default() {
            write_state(tx, &rule, &state).await?;
        }
        let memory = self.recalled(catalogue, &rule, row.series).await?;
        let standing = Standing { series: row.series, rule, state: Some(state), memory };
        Ok((row, standing))
    }

    /// Replaces a rule within a unit of work; nothing if its version is another by now.
    pub(crate) async fn replace_rule(
        &self,
        tx: &mut Tx,
        catalogue: &Catalogue,
        old: &RuleRow,
        row: RuleRow,
        anew: bool,
    ) -> Result<Option<(RuleRow, Standing)>> {
        let turned = row.kind != old.kind || row.direction != old.direction || row.method != old.method;
        let anew = learns(&row) && (anew || turned || row.training_readings != old.training_readings);
        let ends = !row.enabled || !old.enabled || turned || anew;
        let learned_at = if anew { Some(tx.now()) } else { old.learned_at.filter(|_| learns(&row)) };
        let row = RuleRow { learned_at, ..row };
        if !store::update(tx, &row).await? {
            return Ok(None);
        }
        if let Some(watched) = catalogue.series.get(&row.series).filter(|_| ends) {
            withdraw(tx, watched, row.series, &row.id).await?;
        }
        let row = RuleRow { version: row.version + 1, ..row };
        keep_version(tx, &row).await?;
        let rule = rule_of(&row, &catalogue.zone)?;
        let state = ends.then(|| begun(&rule, tx.now()));
        if let Some(state) = &state {
            write_state(tx, &rule, state).await?;
        }
        let memory = self.recalled(catalogue, &rule, row.series).await?;
        let standing = Standing { series: row.series, rule, state, memory };
        Ok(Some((row, standing)))
    }

    async fn rule_row(&self, id: &RuleId) -> Result<RuleRow> {
        store::get(&self.core.db, id).await?.ok_or_else(|| Fault::not_found("rule", id))
    }
}

/// Whether a rule learns what is usual.
fn learns(row: &RuleRow) -> bool {
    row.kind == RuleKind::Deviation.as_str()
}

/// A rule that a template made and that a person changes goes its own way, for a reason.
fn own_way(old: &RuleRow, why: Option<&str>) -> Result<Option<TemplateOrigin>> {
    let Some(origin) = &old.template else { return Ok(None) };
    let reason = why.ok_or_else(|| Fault::field("why", "required"))?;
    Ok(Some(TemplateOrigin { own_reason: Some(reason.to_owned()), ..origin.clone() }))
}

/// Takes a rule out of use; its alarm returns.
pub(crate) async fn drop_rule(tx: &mut Tx, catalogue: &Catalogue, series: i64, id: &RuleId) -> Result<()> {
    store::retire(tx, id).await?;
    match catalogue.series.get(&series) {
        Some(watched) => withdraw(tx, watched, series, id).await,
        None => Ok(()),
    }
}

/// The state in which a rule begins to judge: silence counts from here, not from before.
fn begun(rule: &Rule, now: Timestamp) -> RuleState {
    let judges = rule.enabled && rule.kind == RuleKind::Absence;
    if judges { absence::begun(now) } else { RuleState::default() }
}

async fn keep_version(tx: &mut Tx, row: &RuleRow) -> Result<()> {
    let data = serde_json::to_value(RuleView::new(row.clone())?).map_err(Fault::internal)?;
    store::insert_version(tx, &row.id, row.version, &data).await
}
