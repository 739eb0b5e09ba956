//! Making, changing and ending templates, and what they except.

use fengsui_kernel::fault::FaultKind;
use fengsui_kernel::id::{RuleTemplateId, SeriesId};
use fengsui_kernel::{Fault, Principal, Result};
use fengsui_storage::Subject;
use fengsui_storage::series::rule_templates::{self as store, RuleTemplateRow};
use fengsui_storage::series::rules as rule_store;
use serde_json::json;

use super::view::{ExceptionView, RuleTemplateVersionView, RuleTemplateView, SelectedSeries};
use super::{RuleTemplateInput, Template};
use crate::catalogue::{Catalogue, Watched};
use crate::engine::SeriesEngine;
use crate::registration::place_of;
use crate::rule_input::said;
use crate::rule_trial::UNKEPT;

/// Series named one by one before a template is kept.
const NAMED: usize = 20;

pub(super) fn row_of(input: &RuleTemplateInput, id: RuleTemplateId, version: i64) -> Result<RuleTemplateRow> {
    let selector = input.selector.clone().tidied();
    Ok(RuleTemplateRow {
        id,
        name: input.name.trim().to_owned(),
        division: input.division,
        enterprise: said(input.enterprise.clone()),
        selector: serde_json::to_value(selector).map_err(Fault::internal)?,
        condition: serde_json::to_value(&input.condition).map_err(Fault::internal)?,
        enabled: input.enabled,
        retired: false,
        version,
    })
}

impl SeriesEngine {
    /// The templates that the caller may read, by name.
    pub async fn rule_templates(&self, principal: &Principal) -> Result<Vec<RuleTemplateView>> {
        principal.scopes("read", "rule")?;
        let counts = store::counts(&self.core.db).await?;
        let catalogue = self.core.catalogue.lock().await;
        let seen = catalogue.templates.iter().filter(|it| !it.retired && it.seen_by(principal));
        let view = |template: &Template| {
            let counts = counts.get(&template.id).copied().unwrap_or_default();
            RuleTemplateView::new(template, counts, catalogue.out_of_step(template).len())
        };
        let mut views: Vec<RuleTemplateView> = seen.map(view).collect();
        views.sort_by(|one, other| (&one.name, &one.id).cmp(&(&other.name, &other.id)));
        Ok(views)
    }

    /// Makes a template. Its rules follow when it is kept in step.
    pub async fn create_rule_template(
        &self,
        principal: &Principal,
        input: RuleTemplateInput,
    ) -> Result<RuleTemplateId> {
        input.check()?;
        let mut catalogue = self.core.catalogue.lock().await;
        let mut tx = self.begin_because(principal, said(input.why.clone())).await?;
        let row = row_of(&input, tx.new_id(), 1)?;
        let template = Template::new(row.clone())?;
        principal.require("create", "rule", &template.place())?;
        let data = serde_json::to_value(&input).map_err(Fault::internal)?;
        store::insert(&mut tx, &row).await?;
        store::insert_version(&mut tx, &row.id, 1, &data).await?;
        tx.trace("rule_template.create", Subject::at("rule_template", &row.id, row.division), data);
        tx.commit().await?;
        catalogue.templates.push(template);
        Ok(row.id)
    }

    /// Replaces a template. Its rules follow when it is kept in step.
    pub async fn update_rule_template(
        &self,
        principal: &Principal,
        id: &RuleTemplateId,
        input: RuleTemplateInput,
    ) -> Result<()> {
        input.check()?;
        let mut catalogue = self.core.catalogue.lock().await;
        let old = in_use(&catalogue, id)?.clone();
        principal.require("update", "rule", &old.place())?;
        let based_on = input.version.ok_or_else(|| Fault::field("version", "required"))?;
        let row = row_of(&input, id.clone(), based_on + 1)?;
        let template = Template { excepted: old.excepted.clone(), ..Template::new(row.clone())? };
        principal.require("update", "rule", &template.place())?;
        let data = serde_json::to_value(&input).map_err(Fault::internal)?;
        let mut tx = self.begin_because(principal, said(input.why.clone())).await?;
        if based_on != old.version || !store::update(&mut tx, &row).await? {
            let current = RuleTemplateView::new(&old, store::RuleCounts::default(), 0);
            let current = serde_json::to_value(current).map_err(Fault::internal)?;
            return Err(FaultKind::Stale { current, submitted: data }.into());
        }
        store::insert_version(&mut tx, id, row.version, &data).await?;
        tx.trace("rule_template.update", Subject::at("rule_template", id, row.division), data);
        tx.commit().await?;
        if let Some(known) = catalogue.templates.iter_mut().find(|known| known.id == *id) {
            *known = template;
        }
        Ok(())
    }

    /// Takes a template out of use. All its rules go, also those that went their own way, and their alarms return,
    /// when it is kept in step.
    pub async fn delete_rule_template(
        &self,
        principal: &Principal,
        id: &RuleTemplateId,
        why: Option<String>,
    ) -> Result<()> {
        let mut catalogue = self.core.catalogue.lock().await;
        let old = in_use(&catalogue, id)?.clone();
        principal.require("delete", "rule", &old.place())?;
        let mut tx = self.begin_because(principal, said(why)).await?;
        store::retire(&mut tx, id).await?;
        let data = json!({"name": old.name});
        tx.trace("rule_template.delete", Subject::at("rule_template", id, old.division), data);
        tx.commit().await?;
        if let Some(known) = catalogue.templates.iter_mut().find(|known| known.id == *id) {
            known.retired = true;
        }
        Ok(())
    }

    /// How many series a template would be for, and the first of them.
    pub async fn selected_series(
        &self,
        principal: &Principal,
        input: RuleTemplateInput,
    ) -> Result<(u64, Vec<SelectedSeries>)> {
        let catalogue = self.core.catalogue.lock().await;
        let template = Template::new(row_of(&input, UNKEPT.parse()?, 1)?)?;
        principal.require("read", "rule", &template.place())?;
        let numbers = selected(&catalogue, &template);
        let named = numbers.iter().take(NAMED).filter_map(|number| catalogue.series.get(number));
        Ok((numbers.len() as u64, named.map(SelectedSeries::new).collect()))
    }

    /// The versions of a template, newest first.
    pub async fn rule_template_versions(
        &self,
        principal: &Principal,
        id: &RuleTemplateId,
    ) -> Result<Vec<RuleTemplateVersionView>> {
        seen(&*self.core.catalogue.lock().await, principal, id)?;
        store::versions(&self.core.db, id).await?.into_iter().map(RuleTemplateVersionView::new).collect()
    }

    /// The series that do not follow a template, and why; those that the caller may read.
    pub async fn rule_template_exceptions(
        &self,
        principal: &Principal,
        id: &RuleTemplateId,
    ) -> Result<Vec<ExceptionView>> {
        let excepted = store::exceptions(&self.core.db).await?;
        let own = rule_store::own_way(&self.core.db, id).await?;
        let catalogue = self.core.catalogue.lock().await;
        seen(&catalogue, principal, id)?;
        let theirs = |series: &&Watched| principal.may("read", "series", &place_of(&series.facts));
        let known = |number: i64| catalogue.series.get(&number).filter(theirs).map(SelectedSeries::new);
        let mut views = Vec::new();
        for row in excepted.into_iter().filter(|row| row.template == *id) {
            let Some(series) = known(row.series) else { continue };
            let (at, actor_name) = (Some(row.at), Some(row.actor_name));
            views.push(ExceptionView { series, rule: None, reason: row.reason, at, actor_name });
        }
        for row in own {
            let Some((series, origin)) = known(row.series).zip(row.template) else { continue };
            let reason = origin.own_reason.unwrap_or_default();
            views.push(ExceptionView { series, rule: Some(row.id), reason, at: None, actor_name: None });
        }
        Ok(views)
    }

    /// Lets a series follow a template again: it gets the rule, or its own gives way, at once.
    pub async fn end_exception(
        &self,
        principal: &Principal,
        id: &RuleTemplateId,
        series: &SeriesId,
        why: Option<String>,
    ) -> Result<()> {
        let number = self.readable(principal, series).await?.number;
        let mut catalogue = self.core.catalogue.lock().await;
        let template = in_use(&catalogue, id)?.clone();
        principal.require("update", "rule", &template.place())?;
        let mut tx = self.begin_because(principal, said(why)).await?;
        store::end_exception(&mut tx, id, number).await?;
        rule_store::follow(&mut tx, id, number).await?;
        let data = json!({"series": series});
        tx.trace("rule_template.follow", Subject::at("rule_template", id, template.division), data);
        tx.commit().await?;
        catalogue.except(id, number, false);
        catalogue.follow(id, number);
        self.match_series(&mut catalogue, &[number]).await;
        Ok(())
    }
}

/// The numbers of the series that a template is for, in order.
pub(super) fn selected(catalogue: &Catalogue, template: &Template) -> Vec<i64> {
    let fits = |(_, series): &(&i64, &Watched)| template.covers(&series.facts, catalogue.category(series));
    let mut numbers: Vec<i64> = catalogue.series.iter().filter(fits).map(|(number, _)| *number).collect();
    numbers.sort_unstable();
    numbers
}

fn in_use<'a>(catalogue: &'a Catalogue, id: &RuleTemplateId) -> Result<&'a Template> {
    let found = catalogue.template(id).filter(|template| !template.retired);
    found.ok_or_else(|| Fault::not_found("rule_template", id))
}

/// A template in use that the caller may see; otherwise as if there were none.
fn seen<'a>(catalogue: &'a Catalogue, principal: &Principal, id: &RuleTemplateId) -> Result<&'a Template> {
    let template = in_use(catalogue, id)?;
    if template.seen_by(principal) { Ok(template) } else { Err(Fault::not_found("rule_template", id)) }
}

impl Catalogue {
    /// Takes over that the rule of a series follows its template again.
    fn follow(&mut self, id: &RuleTemplateId, series: i64) {
        let Some(series) = self.series.get_mut(&series) else { return };
        for watched in &mut series.rules {
            if let Some(origin) = watched.rule.origin.as_mut().filter(|origin| origin.template == *id) {
                let origin = std::sync::Arc::make_mut(origin);
                (origin.own, origin.version) = (false, 0);
            }
        }
    }
}
