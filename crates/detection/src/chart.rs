//! Control charts over one series.
//!
//! The first [`Chart::training`] readings say what is usual: their median, and their spread by
//! [`crate::robust`]. After that every reading is put in units of that spread, and a [`Method`] turns
//! the row of them into one figure beside the limit.
//!
//! Textbook limits hold for independent readings. Readings of plants and rivers are not: each is
//! close to the one before, and the charts then cry wolf (Montgomery, chapter 10, autocorrelated
//! data). So the charts that accumulate are scaled by how far the smoothed readings strayed in
//! training, compared with how far they would have strayed had they been independent.
//!
//! A slowly moving centre line ([`Chart::follow`]; Montgomery's moving centre line EWMA) keeps seasons
//! and warming machines from becoming alarms. It stands still while an alarm is on: what departed
//! suddenly stays reported until it is back. What creeps more slowly than the line follows is learned
//! as usual — no chart takes the place of a plain limit.

use serde::{Deserialize, Serialize};

use crate::robust::{Usual, spread, usual};

/// How far from the centre a training reading counts at most, in spreads.
const TRAINING_CLIP: f64 = 4.0;
/// The same for a live reading: a spike must not echo for long.
const LIVE_CLIP: f64 = 8.0;
/// Weight of the smoothing by which cumulative sums learn how far readings hang together.
const COHERENCE_WEIGHT: f64 = 0.2;
/// Shifts below this many sigmas are none to a cumulative sum: half of the shift of one sigma that it
/// is best at (Montgomery, chapter 9: K = δ/2).
const ALLOWANCE: f64 = 0.5;

/// How readings become one figure, in sigmas.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "method")]
pub enum Method {
    /// Each reading for itself (Shewhart). Best for sudden, large departures.
    ZScore,
    /// Exponentially weighted moving average (Roberts 1959), with the exact limits of a young chart,
    /// that is with fast initial response (Montgomery, chapter 9; Lucas and Saccucci 1990).
    Ewma {
        /// Weight of the newest reading, above 0 and at most 1; 0.05 to 0.25 are usual.
        weight: f64,
    },
    /// Two-sided tabular cumulative sum (Page 1954) with an allowance of half a sigma. The sums are
    /// held at twice the limit, so that it does not take for ever to return.
    Cusum,
}

/// A chart as configured.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Chart {
    /// How readings become a figure.
    pub method: Method,
    /// Limit in sigmas, either way; the limit itself is within.
    pub limit: f64,
    /// Usable readings to learn from; at least 8 are taken.
    pub training: u32,
    /// Readings in which the centre line follows by about two thirds; 0 for a line that stands.
    pub follow: u32,
    /// A longer hole than this, in milliseconds, lets the chart begin to accumulate anew; 0 for never.
    pub gap_millis: i64,
}

/// Where a chart stands: all that must be kept between readings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "phase")]
pub enum ChartState {
    /// Still learning.
    Learning {
        /// Usable readings so far.
        values: Vec<f64>,
        /// Time of the newest reading in milliseconds.
        newest: Option<i64>,
    },
    /// Watching.
    Watching(Watching),
}

/// A chart that watches.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Watching {
    /// Centre learned.
    center: f64,
    /// Spread learned, above 0.
    scale: f64,
    /// How many times further smoothed readings strayed than independent ones would; at least 1.
    coherence: f64,
    /// How far the centre line has moved, in spreads.
    drift: f64,
    /// Smoothed departure in spreads, or the upper sum.
    upper: f64,
    /// The lower sum.
    lower: f64,
    /// Readings since the chart began to accumulate; saturates.
    age: u32,
    /// Time of the newest reading in milliseconds.
    newest: i64,
    /// Since when it is beyond the limit, in milliseconds.
    since: Option<i64>,
}

/// What a chart makes of a reading: the explanation of its judgement.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// Whether it is beyond the limit.
    pub beyond: bool,
    /// The figure in sigmas, negative when low.
    pub statistic: f64,
    /// The limit in sigmas.
    pub limit: f64,
    /// What is usual now: the centre line, in the unit of the series.
    pub baseline: f64,
    /// The spread that makes one sigma of a single reading, in the unit of the series.
    pub scale: f64,
    /// Since when it is beyond, in milliseconds.
    pub since: Option<i64>,
}

impl Default for ChartState {
    fn default() -> Self {
        Self::Learning { values: Vec::new(), newest: None }
    }
}

impl ChartState {
    /// Whether an alarm stands, and since when in milliseconds.
    pub fn beyond_since(&self) -> Option<i64> {
        if let Self::Watching(watching) = self { watching.since } else { None }
    }

    /// Usable readings learned from so far; absent once it watches.
    pub fn learned(&self) -> Option<usize> {
        if let Self::Learning { values, .. } = self { Some(values.len()) } else { None }
    }
}

impl Chart {
    /// Takes a reading of the time `at` (milliseconds) in. Nothing is found while it learns, in a
    /// reading without a usable value, and in one that is not newer than the newest.
    pub fn step(&self, state: &mut ChartState, at: i64, value: Option<f64>) -> Option<Finding> {
        let value = value.filter(|value| value.is_finite())?;
        match state {
            ChartState::Learning { values, newest } => {
                if newest.is_some_and(|newest| at <= newest) {
                    return None;
                }
                values.push(value);
                *newest = Some(at);
                let wanted = self.training.max(8) as usize;
                if values.len() >= wanted {
                    match self.learn(values, at) {
                        Some(watching) => *state = ChartState::Watching(watching),
                        // What stands still tells nothing of its spread: learn on, from newer readings.
                        None => drop(values.drain(..wanted / 2)),
                    }
                }
                None
            }
            ChartState::Watching(watching) => watching.take(self, at, value),
        }
    }

    fn learn(&self, values: &[f64], newest: i64) -> Option<Watching> {
        let Usual { center, scale } = usual(values)?;
        if scale <= 0.0 || !scale.is_finite() {
            return None;
        }
        let weight = self.weight();
        let (mut smoothed, mut strayed) = (0.0, Vec::with_capacity(values.len()));
        for value in values {
            let away = ((value - center) / scale).clamp(-TRAINING_CLIP, TRAINING_CLIP);
            smoothed += weight * (away - smoothed);
            strayed.push(smoothed);
        }
        let coherence = (spread(&strayed, 0.0) / independent(weight)).max(1.0);
        let upper = match self.method {
            Method::Ewma { .. } => smoothed,
            Method::ZScore | Method::Cusum => 0.0,
        };
        let age = u32::try_from(values.len()).unwrap_or(u32::MAX);
        Some(Watching { center, scale, coherence, drift: 0.0, upper, lower: 0.0, age, newest, since: None })
    }

    fn weight(&self) -> f64 {
        match self.method {
            Method::Ewma { weight } => weight.clamp(1e-4, 1.0),
            Method::ZScore | Method::Cusum => COHERENCE_WEIGHT,
        }
    }
}

/// How far smoothed independent readings stray, in sigmas of one of them: √(λ/(2−λ)).
pub(crate) fn independent(weight: f64) -> f64 {
    (weight / (2.0 - weight)).sqrt()
}

/// The share of that which a chart of so many readings has reached: √(1−(1−λ)²ⁱ).
pub(crate) fn youth(weight: f64, age: u32) -> f64 {
    // Grown up: nothing is left of the beginning in sixteen digits.
    if f64::from(age) * weight > 20.0 {
        return 1.0;
    }
    let exponent = i32::try_from(age.max(1)).unwrap_or(i32::MAX).saturating_mul(2);
    (1.0 - (1.0 - weight).powi(exponent)).sqrt()
}

/// The share of a departure that the centre line follows at each reading.
pub(crate) fn pace(follow: u32) -> f64 {
    if follow == 0 { 0.0 } else { 1.0 / f64::from(follow) }
}

impl Watching {
    fn take(&mut self, chart: &Chart, at: i64, value: f64) -> Option<Finding> {
        if at <= self.newest {
            return None;
        }
        if chart.gap_millis > 0 && at.saturating_sub(self.newest) > chart.gap_millis {
            self.begin_anew(chart);
        }
        self.newest = at;
        self.age = self.age.saturating_add(1);
        let away = ((value - self.center) / self.scale - self.drift).clamp(-1e9, 1e9);
        let statistic = self.statistic(chart, away);
        let beyond = statistic.abs() > chart.limit;
        self.since = if beyond { self.since.or(Some(at)) } else { None };
        let baseline = self.center + self.drift * self.scale;
        if !beyond {
            self.drift += pace(chart.follow) * away.clamp(-LIVE_CLIP, LIVE_CLIP);
        }
        Some(Finding { beyond, statistic, limit: chart.limit, baseline, scale: self.scale, since: self.since })
    }

    /// What was gathered before a hole says nothing about now.
    fn begin_anew(&mut self, chart: &Chart) {
        self.age = 0;
        self.lower = 0.0;
        self.upper = if let Method::Ewma { .. } = chart.method { self.drift } else { 0.0 };
    }

    fn statistic(&mut self, chart: &Chart, away: f64) -> f64 {
        let held = away.clamp(-LIVE_CLIP, LIVE_CLIP);
        match chart.method {
            Method::ZScore => away,
            Method::Ewma { .. } => {
                let weight = chart.weight();
                self.upper += weight * (held + self.drift - self.upper);
                (self.upper - self.drift) / (independent(weight) * self.coherence * youth(weight, self.age))
            }
            Method::Cusum => {
                let most = chart.limit * 2.0;
                let away = held / self.coherence;
                self.upper = (self.upper + away - ALLOWANCE).clamp(0.0, most);
                self.lower = (self.lower - away - ALLOWANCE).clamp(0.0, most);
                if self.upper >= self.lower { self.upper } else { -self.lower }
            }
        }
    }
}

#[cfg(test)]
mod tests;
