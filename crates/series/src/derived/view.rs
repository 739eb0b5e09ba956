//! Derivations as callers see them, and what an alarm of one was made of.

use fengsui_kernel::id::SeriesId;
use fengsui_kernel::reading::Quality;
use fengsui_kernel::{Fault, Principal, Result, Timestamp};
use fengsui_storage::series::rules::RuleVersionRow;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Derivation, Given, Input, NoValue, written};
use crate::catalogue::{Catalogue, Watched};
use crate::last::Last;
use crate::registration::place_of;

/// An input with the value that was taken.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MadeOfInput {
    /// Its name in the expression.
    pub name: String,
    /// The series.
    pub series: SeriesId,
    /// Name of the series; absent when it is no longer in use or may not be read.
    pub series_name: Option<String>,
    /// Its device, by record id.
    pub device: Option<String>,
    /// Name of the device.
    pub device_name: Option<String>,
    /// Unit of the value.
    pub unit: Option<String>,
    /// When it was measured.
    pub at: Option<Timestamp>,
    /// The number as its sender wrote it.
    pub value: Option<String>,
    /// How far it can be trusted.
    pub quality: Option<Quality>,
}

/// The expression of a derived series and the values that made its value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MadeOf {
    /// The expression.
    pub expression: String,
    /// Its inputs, in the author's order.
    pub inputs: Vec<MadeOfInput>,
}

impl MadeOfInput {
    fn of(input: &Input, known: Option<(&Watched, Option<&Last>)>) -> Self {
        let facts = known.map(|(series, _)| &series.facts);
        let last = known.and_then(|(_, last)| last);
        Self {
            name: input.name.clone(),
            series: input.series.clone(),
            series_name: facts.map(|facts| facts.name.clone()),
            device: facts.map(|facts| facts.device_id.clone()),
            device_name: facts.map(|facts| facts.device_name.clone()),
            unit: facts.map(|facts| facts.unit.clone()),
            at: last.map(|last| last.observed_at),
            value: last.map(|last| last.figure.to_string()),
            quality: last.map(|last| last.quality),
        }
    }
}

impl MadeOf {
    pub(super) fn of<'a>(derivation: &Derivation, known: impl Fn(&Input) -> Option<(&'a Watched, &'a Last)>) -> Self {
        let input = |input: &Input| MadeOfInput::of(input, known(input).map(|(series, last)| (series, Some(last))));
        Self { expression: derivation.expression.clone(), inputs: derivation.inputs.iter().map(input).collect() }
    }
}

/// What a derivation amounts to by the newest values of its inputs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Present {
    /// The time of the newest input; absent when none was ever measured.
    pub at: Option<Timestamp>,
    /// Its value.
    pub value: Option<String>,
    /// How far it can be trusted.
    pub quality: Option<Quality>,
    /// Why there is no value.
    pub reason: Option<NoValue>,
}

impl Present {
    pub(super) fn of(derivation: &Derivation, catalogue: &Catalogue) -> Self {
        let last = |input: &Input| {
            let last = catalogue.last(input.number)?;
            Some(Given { at: last.observed_at, value: last.value(), quality: last.quality })
        };
        let given: Vec<Option<Given>> = derivation.inputs.iter().map(last).collect();
        let Some(computed) = derivation.compute(&given) else {
            let first = derivation.inputs.first().map(|input| NoValue::NoReading { input: input.name.clone() });
            return Self { at: None, value: None, quality: None, reason: first };
        };
        Self {
            at: Some(computed.at),
            value: computed.value.as_ref().ok().map(|value| written(*value)),
            quality: Some(computed.quality),
            reason: computed.value.err(),
        }
    }
}

/// The inputs with their newest values, as far as the caller may read them.
pub(super) fn inputs(derivation: &Derivation, catalogue: &Catalogue, principal: &Principal) -> Vec<MadeOfInput> {
    let seen = |input: &Input| {
        let series = catalogue.series.get(&input.number);
        let series = series.filter(|series| principal.may("read", "series", &place_of(&series.facts)));
        MadeOfInput::of(input, series.map(|series| (series, series.last.as_ref())))
    };
    derivation.inputs.iter().map(seen).collect()
}

/// A series that is computed from another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DerivationInputView {
    /// The series.
    pub series: SeriesId,
    /// Its name.
    pub name: String,
    /// Its device, by record id.
    pub device: String,
}

/// How a series is computed, and what that amounts to now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DerivationView {
    /// The series that it computes.
    pub series: SeriesId,
    /// Name of the series.
    pub name: String,
    /// Its device, by record id.
    pub device: String,
    /// Its unit.
    pub unit: String,
    /// The expression.
    pub expression: String,
    /// The inputs with their newest values.
    pub inputs: Vec<MadeOfInput>,
    /// How many seconds older than the newest an input may be.
    pub max_age_seconds: u32,
    /// What that amounts to now.
    pub present: Present,
    /// What is computed from this series in turn.
    pub feeds: Vec<DerivationInputView>,
    /// Version.
    pub version: i64,
}

impl DerivationView {
    pub(super) fn of(catalogue: &Catalogue, number: i64, principal: &Principal) -> Option<Self> {
        let (series, derivation) = (catalogue.series.get(&number)?, catalogue.derivations.get(&number)?);
        let fed = |number: &i64| {
            let series = catalogue.series.get(number)?;
            let (device, name) = (series.facts.device_id.clone(), series.facts.name.clone());
            let seen = principal.may("read", "series", &place_of(&series.facts));
            seen.then(|| DerivationInputView { series: series.id.clone(), name, device })
        };
        Some(Self {
            series: series.id.clone(),
            name: series.facts.name.clone(),
            device: series.facts.device_id.clone(),
            unit: series.facts.unit.clone(),
            expression: derivation.expression.clone(),
            inputs: inputs(derivation, catalogue, principal),
            max_age_seconds: derivation.max_age_seconds,
            present: Present::of(derivation, catalogue),
            feeds: series.feeds.iter().flat_map(|feeds| feeds.iter().filter_map(fed)).collect(),
            version: derivation.version,
        })
    }
}

/// A version of a derivation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DerivationVersionView {
    /// Its number.
    pub version: i64,
    /// When it was written.
    pub at: Timestamp,
    /// Who wrote it.
    pub actor_name: String,
    /// Why.
    pub why: Option<String>,
    /// The derivation as it was.
    pub derivation: super::DerivationInput,
}

impl DerivationVersionView {
    pub(super) fn new(row: RuleVersionRow) -> Result<Self> {
        let derivation = serde_json::from_value(row.data).map_err(Fault::internal)?;
        Ok(Self { version: row.version, at: row.at, actor_name: row.actor_name, why: row.why, derivation })
    }
}
