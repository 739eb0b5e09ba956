//! A derivation tried on what its inputs measured, before anybody relies on it.

use std::collections::BTreeMap;

use fengsui_kernel::clock::from_millis;
use fengsui_kernel::{Principal, Result, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::view::{self, MadeOfInput, Present};
use super::{Derivation, DerivationInput, Given, NoValue, given};
use crate::engine::SeriesEngine;
use crate::registration::place_of;
use crate::rule_trial::check_hours;

/// The most readings that one trial goes through.
const MOST_READINGS: usize = 400_000;
/// The most points that are shown; of more, every so many.
const MOST_POINTS: usize = 500;
/// The longest span.
const LONGEST_HOURS: u32 = 31 * 24;

/// A derivation to be tried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DerivationTrialInput {
    /// The derivation as it would be kept.
    pub derivation: DerivationInput,
    /// How many hours back from now, up to 744; 0 tells only what it amounts to now.
    pub hours: u32,
}

/// A value that would have been.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TrialPoint {
    /// When.
    pub at: Timestamp,
    /// The value; absent where there would have been none.
    pub value: Option<f64>,
}

/// Why there would have been no value, and how often.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReasonCount {
    /// Why.
    #[serde(flatten)]
    pub reason: NoValue,
    /// How often.
    pub count: u64,
    /// When for the first time.
    pub first_at: Timestamp,
}

/// What a derivation would have computed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DerivationTrial {
    /// What it amounts to now.
    pub present: Present,
    /// The inputs with their newest values.
    pub inputs: Vec<MadeOfInput>,
    /// Beginning of the span.
    pub from: Timestamp,
    /// Its end.
    pub to: Timestamp,
    /// Whether all readings of the span were gone through; there is a bound.
    pub complete: bool,
    /// Values that would have been computed.
    pub computed: u64,
    /// Moments at which there would have been none.
    pub missing: u64,
    /// Why.
    pub reasons: Vec<ReasonCount>,
    /// The values, at most 500, oldest first.
    pub points: Vec<TrialPoint>,
}

/// A reading of the input at this index.
type Heard = (i64, usize, Option<f64>, fengsui_kernel::reading::Quality);

/// All moments of a span: readings with one time count together.
fn replay(derivation: &Derivation, mut heard: Vec<Heard>, from: Timestamp) -> (Vec<TrialPoint>, Vec<ReasonCount>) {
    heard.sort_by_key(|(at, index, ..)| (*at, *index));
    let mut newest: Vec<Option<Given>> = vec![None; derivation.inputs.len()];
    let (mut points, mut reasons) = (Vec::new(), BTreeMap::<NoValue, (u64, Timestamp)>::new());
    for moment in heard.chunk_by(|one, other| one.0 == other.0) {
        for (at, index, value, quality) in moment {
            newest[*index] = Some(given(*at, *value, *quality));
        }
        let Some(computed) = derivation.compute(&newest).filter(|computed| computed.at >= from) else { continue };
        if let Err(reason) = &computed.value {
            reasons.entry(reason.clone()).or_insert((0, computed.at)).0 += 1;
        }
        points.push(TrialPoint { at: computed.at, value: computed.value.ok() });
    }
    let counted = |(reason, (count, first_at))| ReasonCount { reason, count, first_at };
    (points, reasons.into_iter().map(counted).collect())
}

fn thinned(points: Vec<TrialPoint>) -> Vec<TrialPoint> {
    let every = points.len().div_ceil(MOST_POINTS).max(1);
    // Counted from the end: the newest is always shown.
    let skip = points.len().saturating_sub(1) % every;
    points.into_iter().skip(skip).step_by(every).collect()
}

impl SeriesEngine {
    /// Tries a derivation on what its inputs measured in the last hours. Nothing is kept.
    pub async fn try_derivation(&self, principal: &Principal, input: DerivationTrialInput) -> Result<DerivationTrial> {
        let DerivationTrialInput { derivation, hours } = input;
        if hours > 0 {
            check_hours(hours, LONGEST_HOURS)?;
        }
        let derivation = self.describe(principal, &derivation).await?;
        let (present, inputs) = {
            let catalogue = self.core.catalogue.lock().await;
            for input in &derivation.inputs {
                if let Some(series) = catalogue.series.get(&input.number) {
                    principal.require("read", "rule", &place_of(&series.facts))?;
                }
            }
            (Present::of(&derivation, &catalogue), view::inputs(&derivation, &catalogue, principal))
        };
        let to = self.core.db.now();
        let from = from_millis(to.as_millisecond() - i64::from(hours) * 3_600_000);
        let (heard, until) = if hours == 0 { (Vec::new(), None) } else { self.heard(&derivation, from, to).await? };
        let (points, reasons) = replay(&derivation, heard, from);
        let missing = reasons.iter().map(|reason| reason.count).sum();
        Ok(DerivationTrial {
            present,
            inputs,
            from,
            to: until.unwrap_or(to),
            complete: until.is_none(),
            computed: points.len() as u64 - missing,
            missing,
            reasons,
            points: thinned(points),
        })
    }

    /// Live readings of all inputs, from the oldest that may still count; up to when, if there were too many.
    async fn heard(
        &self,
        derivation: &Derivation,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<(Vec<Heard>, Option<Timestamp>)> {
        let begin = from_millis(from.as_millisecond() - i64::from(derivation.max_age_seconds) * 1000);
        let most = MOST_READINGS / derivation.inputs.len().max(1);
        let (mut heard, mut until): (Vec<Heard>, Option<Timestamp>) = (Vec::new(), None);
        for (index, input) in derivation.inputs.iter().enumerate() {
            let tail = self.tail(input.number).await;
            let mut forward = self.readings(input.number, &tail).forward(begin, to).await?;
            let mut read = 0;
            while let Some(points) = forward.next().await? {
                read += points.len();
                let live = points.iter().filter(|point| !point.historical);
                heard.extend(live.map(|it| (it.observed_at, index, it.figure.number(), it.quality)));
                if read >= most {
                    let end = points.last().map(|last| from_millis(last.observed_at + 1));
                    until = [until, end].into_iter().flatten().min();
                    break;
                }
            }
        }
        if let Some(until) = until {
            heard.retain(|(at, ..)| *at < until.as_millisecond());
        }
        Ok((heard, until))
    }
}
