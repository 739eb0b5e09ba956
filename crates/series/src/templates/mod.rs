//! Templates of rules: one rule for all series of a kind, such as every chlorine detector of a county.
//!
//! A template says where, which series, and the condition. Every series that matches has a rule of its own, with
//! state, alarms and versions like any other; the engine keeps these rules in step. What is to be done is always the
//! difference between what the templates want and what there is ([`Template::wants`], pure), so that it may stop
//! anywhere and go on after a restart. A series may be excepted, and a rule may go its own way, each for a reason.

mod cases;
mod input;
mod keeping;
mod select;
mod trial;
mod view;

pub use input::RuleTemplateInput;
pub use select::RuleSelector;
pub use trial::{RuleTemplateTrial, RuleTemplateTrialInput, TriedSeries};
pub use view::{ExceptionView, RuleTemplateVersionView, RuleTemplateView, SelectedSeries};

use std::collections::HashSet;

use fengsui_kernel::id::{RuleId, RuleTemplateId};
use fengsui_kernel::{DivisionCode, Fault, Place, Principal, Result, Scope};
use fengsui_storage::Db;
use fengsui_storage::series::SeriesFacts;
use fengsui_storage::series::rule_templates::{self as store, RuleTemplateRow};

use crate::catalogue::{Catalogue, Watched};
use crate::rule_condition::RuleCondition;

/// A template as the engine goes by it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Template {
    pub(crate) id: RuleTemplateId,
    pub(crate) name: String,
    pub(crate) division: DivisionCode,
    pub(crate) enterprise: Option<String>,
    pub(crate) selector: RuleSelector,
    pub(crate) condition: RuleCondition,
    pub(crate) enabled: bool,
    pub(crate) retired: bool,
    pub(crate) version: i64,
    /// Numbers of series that shall not have its rule.
    pub(crate) excepted: HashSet<i64>,
}

/// What a series lacks for a template to be in step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// A rule.
    Make,
    /// The rule as the template is now.
    Change(RuleId),
    /// To be without the rule.
    Remove(RuleId),
}

/// Reads the templates with their exceptions.
pub(crate) async fn load_templates(db: &Db) -> Result<Vec<Template>> {
    let mut templates: Vec<Template> = store::all(db).await?.into_iter().map(Template::new).collect::<Result<_>>()?;
    for exception in store::exceptions(db).await? {
        if let Some(template) = templates.iter_mut().find(|template| template.id == exception.template) {
            template.excepted.insert(exception.series);
        }
    }
    Ok(templates)
}

impl Template {
    fn new(row: RuleTemplateRow) -> Result<Self> {
        Ok(Self {
            id: row.id,
            name: row.name,
            division: row.division,
            enterprise: row.enterprise,
            selector: serde_json::from_value(row.selector).map_err(Fault::internal)?,
            condition: serde_json::from_value(row.condition).map_err(Fault::internal)?,
            enabled: row.enabled,
            retired: row.retired,
            version: row.version,
            excepted: HashSet::new(),
        })
    }

    /// Where it reaches, as permissions see it.
    pub(crate) fn place(&self) -> Place {
        Place { division: self.division, enterprise: self.enterprise.clone() }
    }

    /// Whether the caller may see it: whoever may read rules where it reaches, or in a part of that.
    pub(crate) fn seen_by(&self, principal: &Principal) -> bool {
        let within = |scope: &Scope| matches!(scope, Scope::Subtree { division } if self.division.contains(division));
        let scopes = || principal.scopes("read", "rule").unwrap_or_default();
        principal.may("read", "rule", &self.place()) || scopes().iter().any(within)
    }

    /// Whether a series with these facts, of a device of this category, is one of its kind.
    fn covers(&self, facts: &SeriesFacts, category: Option<&str>) -> bool {
        let here = self.division.contains(&facts.division);
        let theirs = self.enterprise.is_none() || self.enterprise == facts.enterprise;
        here && theirs && self.selector.fits(facts, category)
    }

    /// What must be done about a series; nothing while it is in step.
    pub(crate) fn wants(&self, number: i64, series: &Watched, category: Option<&str>) -> Option<Wanted> {
        let of_mine = |watched: &&crate::catalogue::WatchedRule| {
            watched.rule.origin.as_ref().is_some_and(|origin| origin.template == self.id)
        };
        let known = series.rules.iter().find(of_mine).map(|watched| &watched.rule);
        let fits = !self.retired && !self.excepted.contains(&number) && self.covers(&series.facts, category);
        match (fits, known) {
            (true, None) => Some(Wanted::Make),
            (false, Some(rule)) => Some(Wanted::Remove(rule.id.clone())),
            (true, Some(rule)) => {
                let behind = rule.origin.as_ref().is_some_and(|it| !it.own && it.version != self.version);
                behind.then(|| Wanted::Change(rule.id.clone()))
            }
            (false, None) => None,
        }
    }
}

impl Catalogue {
    /// What the device of a series is.
    pub(crate) fn category(&self, series: &Watched) -> Option<&str> {
        self.devices.get(&series.facts.device_id)?.row.category.as_deref()
    }

    pub(crate) fn template(&self, id: &RuleTemplateId) -> Option<&Template> {
        self.templates.iter().find(|template| template.id == *id)
    }

    /// Takes over that a series is excepted from a template, or no longer is.
    pub(crate) fn except(&mut self, id: &RuleTemplateId, series: i64, excepted: bool) {
        let Some(template) = self.templates.iter_mut().find(|template| template.id == *id) else { return };
        if excepted {
            template.excepted.insert(series);
        } else {
            template.excepted.remove(&series);
        }
    }

    /// Series that are not in step with a template, in order.
    pub(crate) fn out_of_step(&self, template: &Template) -> Vec<i64> {
        let lacks =
            |(number, series): &(&i64, &Watched)| template.wants(**number, series, self.category(series)).is_some();
        let mut numbers: Vec<i64> = self.series.iter().filter(lacks).map(|(number, _)| *number).collect();
        numbers.sort_unstable();
        numbers
    }
}
