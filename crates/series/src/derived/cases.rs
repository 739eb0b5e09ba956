//! Keeping derivations.

use fengsui_kernel::fault::FaultKind;
use fengsui_kernel::id::SeriesId;
use fengsui_kernel::{Fault, Page, PageQuery, Principal, Refusal, Result};
use fengsui_storage::series::derivations::{self as store, DerivationRow};
use fengsui_storage::series::{journal, retire_any};
use fengsui_storage::{Db, Subject, Tx};
use rustc_hash::FxHashMap;
use serde_json::json;

use super::graph::depths;
use super::input::tangled;
use super::view::{DerivationVersionView, DerivationView};
use super::{Derivation, DerivationInput, Formula, Input};
use crate::catalogue::Catalogue;
use crate::engine::SeriesEngine;
use crate::readings::Portion;
use crate::registration::{SeriesRegistration, place_of, register_in};
use crate::rule_input::said;

/// How derived series are computed, as the store has it.
pub(crate) async fn load(db: &Db) -> Result<FxHashMap<i64, Derivation>> {
    store::all(db).await?.into_iter().map(|row| Ok((row.series, derivation(row)?))).collect()
}

fn derivation(row: DerivationRow) -> Result<Derivation> {
    let inputs: Vec<Input> = serde_json::from_value(row.inputs).map_err(Fault::internal)?;
    let names: Vec<&str> = inputs.iter().map(|input| input.name.as_str()).collect();
    let formula = Formula::read(&row.expression, &names)
        .inspect_err(|flaw| tracing::error!(?flaw, series = row.series, "a stored expression is not understood"));
    let (expression, max_age_seconds, version) = (row.expression, row.max_age_seconds, row.version);
    Ok(Derivation { expression, inputs, max_age_seconds, version, depth: 1, formula: formula.ok() })
}

fn row_of(series: i64, derivation: &Derivation) -> Result<DerivationRow> {
    Ok(DerivationRow {
        series,
        expression: derivation.expression.clone(),
        inputs: serde_json::to_value(&derivation.inputs).map_err(Fault::internal)?,
        max_age_seconds: derivation.max_age_seconds,
        version: derivation.version,
    })
}

/// Refuses to take a series away that others are computed from, and names them.
pub(crate) fn refuse_if_fed(catalogue: &Catalogue, number: i64) -> Result<()> {
    let feeds = catalogue.series.get(&number).and_then(|series| series.feeds.as_deref()).unwrap_or_default();
    let names: Vec<&str> =
        feeds.iter().filter_map(|fed| Some(catalogue.series.get(fed)?.facts.name.as_str())).collect();
    if names.is_empty() {
        return Ok(());
    }
    Err(Refusal::new("series_is_input").with("names", &names.join("、")).into())
}

async fn keep_version(tx: &mut Tx, number: i64, version: i64, input: &DerivationInput) -> Result<()> {
    let data = serde_json::to_value(input).map_err(Fault::internal)?;
    store::insert_version(tx, number, version, &data).await
}

impl SeriesEngine {
    /// The derivation that an input describes; every input series must be readable.
    pub(super) async fn describe(&self, principal: &Principal, input: &DerivationInput) -> Result<Derivation> {
        let formula = input.check()?;
        let mut inputs = Vec::with_capacity(input.inputs.len());
        for (index, named) in input.inputs.iter().enumerate() {
            let row = self
                .readable(principal, &named.series)
                .await
                .map_err(|_| Fault::from(Fault::field(&format!("inputs.{index}.series"), "unknown_series")))?;
            inputs.push(Input { name: named.name.clone(), series: named.series.clone(), number: row.number });
        }
        Ok(Derivation {
            expression: input.expression.trim().to_owned(),
            inputs,
            max_age_seconds: input.max_age_seconds,
            version: 1,
            depth: 1,
            formula: Some(formula),
        })
    }

    /// Registers a series that is computed from others.
    pub async fn create_derivation(
        &self,
        principal: &Principal,
        registration: SeriesRegistration,
        input: DerivationInput,
    ) -> Result<DerivationView> {
        let derivation = self.describe(principal, &input).await?;
        let place = registration.place();
        principal.require("create", "rule", &place)?;
        let mut catalogue = self.core.catalogue.lock().await;
        let numbers: Vec<i64> = derivation.inputs.iter().map(|input| input.number).collect();
        depths(&catalogue.derivations, 0, &numbers).map_err(|it| tangled(&it, &catalogue, &registration.name))?;
        let mut tx = self.begin_because(principal, said(input.why.clone())).await?;
        let (id, number, device) = register_in(&mut tx, principal, registration).await?;
        store::insert(&mut tx, &row_of(number, &derivation)?).await?;
        keep_version(&mut tx, number, 1, &input).await?;
        journal::settle(&mut tx, catalogue.sequence).await?;
        let data = serde_json::to_value(&input).map_err(Fault::internal)?;
        tx.trace("derivation.create", Subject::at("series", &id, place.division), data);
        tx.commit().await?;
        catalogue.put_device(device);
        catalogue.derivations.insert(number, derivation);
        catalogue.put_series(self.row(&id).await?);
        catalogue.wire();
        self.match_series(&mut catalogue, &[number]).await;
        DerivationView::of(&catalogue, number, principal).ok_or_else(|| Fault::not_found("series", &id))
    }

    /// Computes a series in another way from now on; what was computed stays.
    pub async fn update_derivation(
        &self,
        principal: &Principal,
        id: &SeriesId,
        input: DerivationInput,
    ) -> Result<DerivationView> {
        let row = self.readable(principal, id).await?;
        principal.require("update", "rule", &place_of(&row.facts))?;
        let version = input.version.ok_or_else(|| Fault::field("version", "required"))?;
        let derivation = Derivation { version: version + 1, ..self.describe(principal, &input).await? };
        let mut catalogue = self.core.catalogue.lock().await;
        let old = DerivationView::of(&catalogue, row.number, principal);
        let old = old.ok_or_else(|| Fault::not_found("derivation", id))?;
        let numbers: Vec<i64> = derivation.inputs.iter().map(|input| input.number).collect();
        depths(&catalogue.derivations, row.number, &numbers).map_err(|it| tangled(&it, &catalogue, &row.facts.name))?;
        let submitted = serde_json::to_value(&input).map_err(Fault::internal)?;
        let mut tx = self.begin_because(principal, said(input.why.clone())).await?;
        if !store::update(&mut tx, &row_of(row.number, &derivation)?).await? {
            let current = serde_json::to_value(old).map_err(Fault::internal)?;
            return Err(FaultKind::Stale { current, submitted }.into());
        }
        keep_version(&mut tx, row.number, derivation.version, &input).await?;
        journal::settle(&mut tx, catalogue.sequence).await?;
        let data = json!({"before": {"expression": old.expression, "version": old.version}, "after": submitted});
        tx.trace("derivation.update", Subject::at("series", id, row.facts.division), data);
        tx.commit().await?;
        catalogue.derivations.insert(row.number, derivation);
        catalogue.wire();
        DerivationView::of(&catalogue, row.number, principal).ok_or_else(|| Fault::not_found("derivation", id))
    }

    /// Takes a derived series out of use; its alarms return, what was computed stays.
    pub async fn delete_derivation(&self, principal: &Principal, id: &SeriesId, why: Option<String>) -> Result<()> {
        let row = self.readable(principal, id).await?;
        principal.require("delete", "rule", &place_of(&row.facts))?;
        let mut catalogue = self.core.catalogue.lock().await;
        if !catalogue.derivations.contains_key(&row.number) {
            return Err(Fault::not_found("derivation", id));
        }
        refuse_if_fed(&catalogue, row.number)?;
        let mut tx = self.begin_because(principal, said(why)).await?;
        retire_any(&mut tx, row.number).await?;
        if let Some(series) = catalogue.series.get(&row.number) {
            for watched in &series.rules {
                crate::commit::withdraw(&mut tx, series, row.number, &watched.rule.id).await?;
            }
        }
        Portion::of(&catalogue, vec![row.number]).write(&mut tx).await?;
        let data = json!({"code": row.facts.code});
        tx.trace("derivation.delete", Subject::at("series", id, row.facts.division), data);
        tx.commit().await?;
        catalogue.forget_series(row.number);
        Ok(())
    }

    /// How a series is computed, and what that amounts to now.
    pub async fn derivation(&self, principal: &Principal, id: &SeriesId) -> Result<DerivationView> {
        let row = self.readable(principal, id).await?;
        principal.require("read", "rule", &place_of(&row.facts))?;
        let catalogue = self.core.catalogue.lock().await;
        DerivationView::of(&catalogue, row.number, principal).ok_or_else(|| Fault::not_found("derivation", id))
    }

    /// A page of derived series that the caller may read, in the order in which they were made.
    pub async fn derivations(&self, principal: &Principal, page: &PageQuery) -> Result<Page<DerivationView>> {
        principal.scopes("read", "rule")?;
        let catalogue = self.core.catalogue.lock().await;
        let readable = |number: &i64| {
            let place = catalogue.series.get(number).map(|series| place_of(&series.facts));
            place.is_some_and(|place| ["rule", "series"].iter().all(|noun| principal.may("read", noun, &place)))
        };
        let mut numbers: Vec<i64> = catalogue.derivations.keys().copied().filter(readable).collect();
        numbers.sort_unstable();
        let skip = usize::try_from(page.offset()).unwrap_or(usize::MAX);
        let most = usize::try_from(page.limit()).unwrap_or(usize::MAX).saturating_add(1);
        let shown = numbers.iter().skip(skip).take(most);
        let views = shown.filter_map(|number| DerivationView::of(&catalogue, *number, principal)).collect();
        Ok(Page::from_overfetch(views, page, Some(numbers.len() as u64)))
    }

    /// The versions of a derivation, newest first: who wrote each, when and why.
    pub async fn derivation_versions(
        &self,
        principal: &Principal,
        id: &SeriesId,
    ) -> Result<Vec<DerivationVersionView>> {
        let row = self.readable(principal, id).await?;
        principal.require("read", "rule", &place_of(&row.facts))?;
        store::versions(&self.core.db, row.number).await?.into_iter().map(DerivationVersionView::new).collect()
    }
}
