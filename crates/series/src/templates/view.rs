//! Templates as callers see them.

use fengsui_kernel::id::{RuleId, RuleTemplateId, SeriesId};
use fengsui_kernel::{DivisionCode, Fault, Result, Timestamp};
use fengsui_storage::series::rule_templates::RuleCounts;
use fengsui_storage::series::rules::RuleVersionRow;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{RuleCondition, RuleSelector, RuleTemplateInput, Template};
use crate::catalogue::Watched;

/// A template with what it has made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RuleTemplateView {
    /// Its id.
    pub id: RuleTemplateId,
    /// Its name.
    pub name: String,
    /// Where: this division and all below.
    pub division: DivisionCode,
    /// Only series of this enterprise, by record id.
    pub enterprise: Option<String>,
    /// Which series.
    pub selector: RuleSelector,
    /// The condition of every rule.
    pub condition: RuleCondition,
    /// Whether its rules judge.
    pub enabled: bool,
    /// Version.
    pub version: i64,
    /// Series that have its rule.
    pub series: u64,
    /// Of these, those whose rule goes its own way.
    pub own: u64,
    /// Series that match and are excepted.
    pub excepted: u64,
    /// Series that are not in step with it yet.
    pub waiting: u64,
}

impl RuleTemplateView {
    pub(super) fn new(template: &Template, counts: RuleCounts, waiting: usize) -> Self {
        Self {
            id: template.id.clone(),
            name: template.name.clone(),
            division: template.division,
            enterprise: template.enterprise.clone(),
            selector: template.selector.clone(),
            condition: template.condition.clone(),
            enabled: template.enabled,
            version: template.version,
            series: counts.rules,
            own: counts.own,
            excepted: template.excepted.len() as u64,
            waiting: waiting as u64,
        }
    }
}

/// A version of a template.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RuleTemplateVersionView {
    /// Its number.
    pub version: i64,
    /// When it was written.
    pub at: Timestamp,
    /// Who wrote it.
    pub actor_name: String,
    /// Why.
    pub why: Option<String>,
    /// The template as it was.
    pub template: RuleTemplateInput,
}

impl RuleTemplateVersionView {
    pub(super) fn new(row: RuleVersionRow) -> Result<Self> {
        let template = serde_json::from_value(row.data).map_err(Fault::internal)?;
        Ok(Self { version: row.version, at: row.at, actor_name: row.actor_name, why: row.why, template })
    }
}

/// A series that a template is for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SelectedSeries {
    /// The series.
    pub series: SeriesId,
    /// Its name.
    pub name: String,
    /// Its code within the device.
    pub code: String,
    /// The unit of its values.
    pub unit: String,
    /// The device, by record id.
    pub device: String,
    /// The device's name.
    pub device_name: String,
    /// The enterprise's name.
    pub enterprise_name: Option<String>,
}

impl SelectedSeries {
    pub(super) fn new(series: &Watched) -> Self {
        let facts = &series.facts;
        Self {
            series: series.id.clone(),
            name: facts.name.clone(),
            code: facts.code.clone(),
            unit: facts.unit.clone(),
            device: facts.device_id.clone(),
            device_name: facts.device_name.clone(),
            enterprise_name: facts.enterprise_name.clone(),
        }
    }
}

/// A series that does not follow a template, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ExceptionView {
    /// The series.
    #[serde(flatten)]
    pub series: SelectedSeries,
    /// Its rule that goes its own way; absent where it has none.
    pub rule: Option<RuleId>,
    /// Why.
    pub reason: String,
    /// Since when; absent for a rule, whose versions tell.
    pub at: Option<Timestamp>,
    /// Who decided it.
    pub actor_name: Option<String>,
}
