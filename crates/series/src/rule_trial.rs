//! Trying a rule on the past before it may wake anybody.

use std::sync::Arc;

use fengsui_kernel::clock::from_millis;
use fengsui_kernel::{Fault, Principal, Result, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::catalogue::rule_of;
use crate::engine::SeriesEngine;
use crate::recall::learned_before;
use crate::registration::place_of;
use crate::rule_input::RuleInput;
use crate::rules::step::Memory;
use crate::rules::trial::{Trial, Trying};
use crate::rules::{Rule, RuleKind, Sample};

/// The most values that one trial judges.
const MOST_JUDGED: u64 = 3_000_000;
/// The longest span: a month of seconds is within what is judged.
const LONGEST_HOURS: u32 = 31 * 24;

/// What is only tried or checked has no id of its own.
pub(crate) const UNKEPT: &str = "00000000-0000-7000-8000-000000000000";

/// A rule to be tried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleTrialInput {
    /// The rule as it would be kept.
    pub rule: RuleInput,
    /// How many hours back from now, 1 to 744.
    pub hours: u32,
}

/// What a rule would have done in a span of time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RuleTrial {
    /// Beginning of the span.
    pub from: Timestamp,
    /// Its end.
    pub to: Timestamp,
    /// Whether all values of the span were judged; there is a bound on how many one trial reads.
    pub complete: bool,
    /// The result.
    #[serde(flatten)]
    pub trial: Trial,
}

/// From an hour to the longest span.
pub(crate) fn check_hours(hours: u32, longest: u32) -> Result<()> {
    if (1..=longest).contains(&hours) {
        return Ok(());
    }
    Err(Fault::field("hours", "out_of_range").with("min", "1").with("max", &longest.to_string()).into())
}

/// A deviation goes through up to 256 readings for each it judges.
fn most_judged(rule: &Rule) -> u64 {
    if rule.kind == RuleKind::Deviation { MOST_JUDGED / 10 } else { MOST_JUDGED }
}

impl SeriesEngine {
    /// Tries a rule on what its series measured in the last hours. Nothing is kept. A deviation is tried as
    /// if it had been made when the span began.
    pub async fn try_rule(&self, principal: &Principal, input: RuleTrialInput) -> Result<RuleTrial> {
        let RuleTrialInput { rule, hours } = input;
        rule.check()?;
        check_hours(hours, LONGEST_HOURS)?;
        let series = self.readable(principal, &rule.series).await?;
        principal.require("read", "rule", &place_of(&series.facts))?;
        let to = self.core.db.now();
        let from = from_millis(to.as_millisecond() - i64::from(hours) * 3_600_000);
        // A rule that is switched off is tried as if it were on.
        let row = RuleInput { enabled: true, ..rule }.into_row(UNKEPT.parse()?, series.number);
        // As if it had been made when the span began: the past is not judged by what came after it.
        let rule = Rule {
            learned_at: Some(from_millis(from.as_millisecond() - 1)),
            ..rule_of(&row, &self.core.settings.zone)?
        };
        let tail = self.tail(series.number).await;
        let mut trying = Trying::of(&rule, from);
        if rule.kind == RuleKind::Deviation {
            let learned = learned_before(&self.readings(series.number, &tail), &rule).await?;
            trying = trying.recalling(Memory::Learning(Arc::new(learned)));
        }
        // What it would have remembered when the span began is read, not judged.
        let remembered = i64::from(rule.window_seconds) * 1000 * rule.kind.windows_remembered();
        // Windows hold whatever was measured; plain limits and silence only what came live.
        let backfilled = rule.kind.windows_remembered() > 0 || rule.kind == RuleKind::Deviation;
        let begin = from_millis(from.as_millisecond() - remembered);
        let mut forward = self.readings(series.number, &tail).forward(begin, to).await?;
        let (mut read, mut judged_until) = (0, None);
        while let Some(points) = forward.next().await? {
            for point in points.iter().filter(|point| backfilled || !point.historical) {
                let (at, text) = (from_millis(point.observed_at), point.figure.to_string());
                let sample = Sample { at, text: &text, number: point.figure.number(), quality: point.quality };
                if at < from { trying.prime(sample) } else { trying.judge(sample) }
            }
            read += points.len() as u64;
            if read >= most_judged(&rule) {
                judged_until = points.last().map(|last| from_millis(last.observed_at + 1));
                break;
            }
        }
        let (complete, to) = (judged_until.is_none(), judged_until.unwrap_or(to));
        Ok(RuleTrial { from, to, complete, trial: trying.finish(to) })
    }
}
