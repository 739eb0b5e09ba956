//! Derived series (计算量): their values are computed from the newest values of other series by a formula.
//!
//! A value is computed inside the commit of the reading that moved it and stored as a reading of its own, in the same
//! record of the log: what is acknowledged has been computed, rules judge it like any reading, and after a crash it is
//! read back, never computed again. Nothing is computed for readings from the memory of a device and for late ones:
//! what was computed then is what people were told then, and a past made new would contradict alarms and trace.
//!
//! - Computed when any input has a new newest live reading; readings of one message with one time are one moment.
//! - Time: that of the newest input. Quality: the worst of the inputs.
//! - No value (quality `missing`) while an input has none, or is older than `max_age_seconds` before the newest.

use fengsui_kernel::Timestamp;
use fengsui_kernel::clock::from_millis;
use fengsui_kernel::id::SeriesId;
use fengsui_kernel::reading::Quality;
use fengsui_telemetry::{Figure, Point};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

mod cases;
mod formula;
mod graph;
mod input;
mod planning;
mod trial;
mod view;

pub(crate) use cases::{load as load_derivations, refuse_if_fed};
pub use formula::Failure;
pub(crate) use formula::Formula;
pub use input::{DerivationInput, NamedInput};
pub use trial::{DerivationTrial, DerivationTrialInput, ReasonCount, TrialPoint};
pub use view::{DerivationInputView, DerivationVersionView, DerivationView, MadeOf, MadeOfInput, Present};

/// The most inputs of a derivation.
pub const MOST_INPUTS: usize = 16;

/// An input of a derivation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Input {
    /// What the formula calls it.
    pub(crate) name: String,
    /// The series.
    pub(crate) series: SeriesId,
    /// Its key.
    pub(crate) number: i64,
}

/// How a series is computed.
#[derive(Debug, Clone)]
pub(crate) struct Derivation {
    pub(crate) expression: String,
    pub(crate) inputs: Vec<Input>,
    pub(crate) max_age_seconds: u32,
    pub(crate) version: i64,
    /// How many derivations lie between it and what is measured, itself counted.
    pub(crate) depth: u8,
    /// Absent when the stored text is no formula any more.
    pub(crate) formula: Option<Formula>,
}

/// The newest value of an input.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Given {
    pub(crate) at: Timestamp,
    pub(crate) value: Option<f64>,
    pub(crate) quality: Quality,
}

/// Why a derived series has no value.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum NoValue {
    /// An input has never been measured, or is no longer in use.
    NoReading {
        /// The input, by its name in the expression.
        input: String,
    },
    /// The newest reading of an input says that nothing was measured.
    NotMeasured {
        /// The input.
        input: String,
    },
    /// The newest reading of an input is too much older than that of another.
    TooOld {
        /// The input.
        input: String,
    },
    /// Something was divided by zero.
    DivisionByZero,
    /// The result is no finite number.
    NotFinite,
    /// The stored expression is not understood by this version of the program.
    NotUnderstood,
}

impl From<Failure> for NoValue {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::DivisionByZero => Self::DivisionByZero,
            Failure::NotFinite => Self::NotFinite,
        }
    }
}

/// What a derivation amounts to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Computed {
    /// The time of the newest input.
    pub(crate) at: Timestamp,
    pub(crate) value: Result<f64, NoValue>,
    pub(crate) quality: Quality,
}

/// The better, the smaller.
fn badness(quality: Quality) -> u8 {
    match quality {
        Quality::Good => 0,
        Quality::Manual => 1,
        Quality::Uncertain => 2,
        Quality::OverRange => 3,
        Quality::Maintenance => 4,
        Quality::Calibration => 5,
        Quality::Bad => 6,
        Quality::Fault => 7,
        Quality::Missing => 8,
    }
}

impl Derivation {
    /// What the newest values of the inputs, in their order, amount to; nothing when there is none at all.
    pub(crate) fn compute(&self, given: &[Option<Given>]) -> Option<Computed> {
        let at = given.iter().flatten().map(|given| given.at).max()?;
        let quality = given.iter().flatten().map(|given| given.quality).max_by_key(|it| badness(*it))?;
        let value = self.value(given, at);
        let quality = if value.is_ok() { quality } else { Quality::Missing };
        Some(Computed { at, value, quality })
    }

    fn value(&self, given: &[Option<Given>], at: Timestamp) -> Result<f64, NoValue> {
        let oldest = at.as_millisecond() - i64::from(self.max_age_seconds) * 1000;
        let mut values = [0.0; MOST_INPUTS];
        for (index, (input, given)) in self.inputs.iter().zip(given).enumerate() {
            let named = || input.name.clone();
            let given = given.ok_or_else(|| NoValue::NoReading { input: named() })?;
            let measured = given.value.filter(|_| given.quality != Quality::Missing);
            let value = measured.ok_or_else(|| NoValue::NotMeasured { input: named() })?;
            if given.at.as_millisecond() < oldest {
                return Err(NoValue::TooOld { input: named() });
            }
            if let Some(place) = values.get_mut(index) {
                *place = value;
            }
        }
        let formula = self.formula.as_ref().ok_or(NoValue::NotUnderstood)?;
        Ok(formula.compute(&values[..self.inputs.len().min(MOST_INPUTS)])?)
    }
}

impl Computed {
    /// As the reading that is stored.
    pub(crate) fn point(&self, received_at: Timestamp) -> Point {
        let figure = self.value.as_ref().map_or(Figure::Absent, |value| Figure::read(&written(*value)));
        Point {
            observed_at: self.at.as_millisecond(),
            received_at: received_at.as_millisecond(),
            figure,
            quality: self.quality,
            historical: false,
            raw: None,
        }
    }
}

/// The shortest text that reads back as the number.
pub(crate) fn written(number: f64) -> String {
    let size = number.abs();
    if size == 0.0 {
        "0".to_owned()
    } else if (1e-6..1e15).contains(&size) {
        number.to_string()
    } else {
        format!("{number:e}")
    }
}

/// From milliseconds, for what was stored.
pub(crate) fn given(at: i64, value: Option<f64>, quality: Quality) -> Given {
    Given { at: from_millis(at), value, quality }
}

#[cfg(test)]
mod tests;
