//! A template tried on what some of its series measured.

use fengsui_kernel::{Principal, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::cases::selected;
use super::view::SelectedSeries;
use super::{RuleTemplateInput, Template};
use crate::engine::SeriesEngine;
use crate::rule_trial::{RuleTrialInput, UNKEPT, check_hours};
use crate::rules::trial::Trial;

/// Series that one trial reads at most.
const MOST_SERIES: usize = 20;
/// The longest span, a week: so many series of a month would keep the caller waiting.
const LONGEST_HOURS: u32 = 168;

/// A template to be tried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleTemplateTrialInput {
    /// The template as it would be kept.
    pub template: RuleTemplateInput,
    /// How many hours back from now, 1 to 168.
    pub hours: u32,
}

/// What the rule of one series would have done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TriedSeries {
    /// The series.
    pub series: SelectedSeries,
    /// The result.
    pub trial: Trial,
}

/// What a template would have done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RuleTemplateTrial {
    /// Series that it is for.
    pub matching: u64,
    /// Series tried: all, or as many spread evenly over them as one trial reads; those that would call most first.
    pub tried: Vec<TriedSeries>,
    /// Alarms of all series tried.
    pub alarms: u64,
}

impl SeriesEngine {
    /// Tries a template on what its series measured in the last hours. Nothing is kept.
    pub async fn try_rule_template(
        &self,
        principal: &Principal,
        input: RuleTemplateTrialInput,
    ) -> Result<RuleTemplateTrial> {
        let RuleTemplateTrialInput { template: input, hours } = input;
        input.check()?;
        check_hours(hours, LONGEST_HOURS)?;
        let template = Template::new(super::cases::row_of(&input, UNKEPT.parse()?, 1)?)?;
        principal.require("read", "rule", &template.place())?;
        let (matching, series) = {
            let catalogue = self.core.catalogue.lock().await;
            let numbers = selected(&catalogue, &template);
            let step = numbers.len().div_ceil(MOST_SERIES).max(1);
            let some = numbers.iter().step_by(step).filter_map(|number| catalogue.series.get(number));
            (numbers.len() as u64, some.map(SelectedSeries::new).collect::<Vec<_>>())
        };
        let mut tried = Vec::with_capacity(series.len());
        for series in series {
            let rule = template.condition.on(series.series.clone(), &template.name, true);
            let trial = self.try_rule(principal, RuleTrialInput { rule, hours }).await?.trial;
            tried.push(TriedSeries { series, trial });
        }
        let alarms = tried.iter().map(|one| one.trial.alarms).sum();
        tried.sort_by_key(|one| std::cmp::Reverse(one.trial.alarms));
        Ok(RuleTemplateTrial { matching, tried, alarms })
    }
}
