//! Templates as people write them.

use fengsui_kernel::id::SeriesId;
use fengsui_kernel::{DivisionCode, Problem, Problems, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::select::RuleSelector;
use crate::rule_condition::RuleCondition;
use crate::rule_input::{RuleInput, check_name, check_why, yes};

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
        let (name, condition) = (name.to_owned(), self.clone());
        RuleInput { series, name, condition, learn_anew: false, enabled, version: None, why: None }
    }
}

impl RuleTemplateInput {
    pub(super) fn check(&self) -> Result<()> {
        let (mut problems, mut within) = (Problems::default(), Problems::default());
        check_name(&self.name, &mut problems);
        check_why(self.why.as_deref(), &mut problems);
        self.selector.check(&mut problems);
        self.condition.check(&mut within);
        for problem in within.0 {
            problems.push(Problem { field: format!("condition.{}", problem.field), ..problem });
        }
        problems.into_result()
    }
}
