//! One figure over a group of series that belong together: a pump, a reactor, a water network.
//!
//! The multivariate EWMA chart (Lowry and others 1992): departures of all series are smoothed, and
//! their distance from the usual is measured across the directions in which they usually vary
//! together (Hotelling's T²; Montgomery, chapter 11). A pressure that is high while its flow is low can
//! be far off though each is within its own limits.
//!
//! Distances are told as multiples of the usual one, the median of the training rows: a figure
//! that means the same for 8 series and for 52, and needs no distribution that the readings do not keep.

use serde::{Deserialize, Serialize};

use crate::chart::{pace, youth};
use crate::matrix::{dot, inverse, moments, ridge, times};
use crate::robust::{Usual, median, usual};

/// How far from the centre a training value counts at most, in spreads.
const TRAINING_CLIP: f64 = 4.0;
/// The same for a live value. Wider than for one series: a valve that swings far both ways is
/// smoothed away if its swings are cut.
const LIVE_CLIP: f64 = 20.0;
/// Added to each variance, as a share of it: nearly dependent series must not become microscopes.
const COVARIANCE_RIDGE: f64 = 0.01;
/// Added to each square when the prediction is fitted.
const PREDICTION_RIDGE: f64 = 0.01;
/// How many series a finding names.
const LEADING: usize = 3;
const FEWEST_ROWS: usize = 16;

/// What a row is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Baseline {
    /// The level learned.
    Level,
    /// What the row before lets expect: each series is predicted from all of them, a vector
    /// autoregression of order one fitted by ridge regression. For plants whose series drive each
    /// other and never stand still.
    Predicted,
}

/// A group detector as configured.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// What a row is compared with.
    pub baseline: Baseline,
    /// Weight of the newest row, above 0 and at most 1.
    pub weight: f64,
    /// Limit as a multiple of the usual distance.
    pub limit: f64,
    /// Complete rows to learn from; at least 16 and at least two per series are taken.
    pub training: u32,
    /// Rows in which the centre follows by about two thirds; 0 for one that stands.
    pub follow: u32,
    /// A longer hole than this, in milliseconds, lets the chart begin to accumulate anew; 0 for never.
    pub gap_millis: i64,
}

/// Where a group detector stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "phase")]
pub enum GroupState {
    /// Still learning.
    Learning {
        /// Complete rows so far.
        rows: Vec<Vec<f64>>,
        /// Time of the newest row in milliseconds.
        newest: Option<i64>,
    },
    /// Watching.
    Watching(Box<Watching>),
}

/// What was learned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Model {
    /// Places of the series that moved at all in training; the others are not judged.
    members: Vec<usize>,
    /// How many series a row has.
    width: usize,
    center: Vec<f64>,
    scale: Vec<f64>,
    /// By which a standardised row predicts the next; absent for [`Baseline::Level`].
    prediction: Option<Vec<f64>>,
    /// Inverse covariance of smoothed departures.
    precision: Vec<f64>,
    /// Spread of each smoothed departure.
    strayed: Vec<f64>,
    /// The usual distance.
    usual: f64,
}

/// A group detector that watches.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Watching {
    model: Model,
    /// The row before, standardised.
    before: Option<Vec<f64>>,
    drift: Vec<f64>,
    smoothed: Vec<f64>,
    age: u32,
    newest: i64,
    since: Option<i64>,
}

/// A series that takes part in a departure.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Leading {
    /// Its place in the row.
    pub series: usize,
    /// Its smoothed departure in sigmas, negative when low.
    pub departure: f64,
    /// What is usual: centre in its unit.
    pub center: f64,
    /// Its spread in its unit.
    pub scale: f64,
}

/// What a group detector makes of a row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GroupFinding {
    /// Whether it is beyond the limit.
    pub beyond: bool,
    /// Distance as a multiple of the usual one.
    pub statistic: f64,
    /// The limit.
    pub limit: f64,
    /// Since when it is beyond, in milliseconds.
    pub since: Option<i64>,
    /// The series that departed furthest, at most three, the furthest first; empty while within.
    pub leading: Vec<Leading>,
}

impl Default for GroupState {
    fn default() -> Self {
        Self::Learning { rows: Vec::new(), newest: None }
    }
}

impl GroupState {
    /// Whether an alarm stands, and since when in milliseconds.
    pub fn beyond_since(&self) -> Option<i64> {
        if let Self::Watching(watching) = self { watching.since } else { None }
    }

    /// A detector that has learned, put before another run of the same plant.
    pub fn rewound(&self) -> Self {
        let mut state = self.clone();
        if let Self::Watching(watching) = &mut state {
            watching.begin_anew();
            watching.drift.fill(0.0);
            watching.smoothed.fill(0.0);
            (watching.newest, watching.since) = (i64::MIN, None);
        }
        state
    }
}

impl Group {
    /// Takes a row of the time `at` (milliseconds) in, one place per series. Nothing is found while it
    /// learns, in a row that is not newer than the newest, and in one that misses more than half.
    /// A missing value is taken as what the others make most likely, and so speaks neither for nor
    /// against; rows to learn from must be complete.
    pub fn step(&self, state: &mut GroupState, at: i64, row: &[Option<f64>]) -> Option<GroupFinding> {
        match state {
            GroupState::Learning { rows, newest } => {
                if newest.is_some_and(|newest| at <= newest) {
                    return None;
                }
                let complete: Option<Vec<f64>> = row.iter().map(|value| value.filter(|v| v.is_finite())).collect();
                let complete = complete.filter(|row| rows.first().is_none_or(|first| first.len() == row.len()))?;
                let wanted = (self.training as usize).max(FEWEST_ROWS).max(2 * complete.len());
                rows.push(complete);
                *newest = Some(at);
                if rows.len() >= wanted {
                    match self.learn(rows, at) {
                        Some(watching) => *state = GroupState::Watching(Box::new(watching)),
                        None => drop(rows.drain(..wanted / 2)),
                    }
                }
                None
            }
            GroupState::Watching(watching) => watching.take(self, at, row),
        }
    }

    fn weight(&self) -> f64 {
        self.weight.clamp(1e-4, 1.0)
    }

    fn learn(&self, rows: &[Vec<f64>], newest: i64) -> Option<Watching> {
        let (members, usual) = moving(rows)?;
        let size = members.len();
        let away = |row: &Vec<f64>, index: usize| (row[members[index]] - usual[index].center) / usual[index].scale;
        let clipped = |row| (0..size).map(|index| away(row, index).clamp(-TRAINING_CLIP, TRAINING_CLIP)).collect();
        let standard: Vec<Vec<f64>> = rows.iter().map(clipped).collect();
        let prediction = match self.baseline {
            Baseline::Level => None,
            Baseline::Predicted => Some(predictor(&standard, size)?),
        };
        let smoothed = smooth(&standard, prediction.as_deref(), self.weight());
        let pairs = smoothed.iter().map(|row| (row.as_slice(), row.as_slice()));
        let mut covariance = moments(size, pairs);
        ridge(&mut covariance, size, COVARIANCE_RIDGE, 0.0);
        let strayed = (0..size).map(|index| covariance[index * size + index].sqrt()).collect();
        let precision = inverse(&covariance, size)?;
        let distances: Vec<f64> = smoothed.iter().map(|row| distance(&precision, row)).collect();
        let model = Model {
            members,
            width: rows.first()?.len(),
            center: usual.iter().map(|usual| usual.center).collect(),
            scale: usual.iter().map(|usual| usual.scale).collect(),
            prediction,
            precision,
            strayed,
            usual: median(&distances).filter(|usual| *usual > 0.0)?,
        };
        Some(Watching {
            model,
            before: standard.last().cloned(),
            drift: vec![0.0; size],
            smoothed: smoothed.last().cloned()?,
            age: u32::try_from(rows.len()).unwrap_or(u32::MAX),
            newest,
            since: None,
        })
    }
}

/// Places and usual values of the series that move at all; absent when none does.
fn moving(rows: &[Vec<f64>]) -> Option<(Vec<usize>, Vec<Usual>)> {
    let column = |place: usize| rows.iter().map(|row| row[place]).collect::<Vec<f64>>();
    let all = (0..rows.first()?.len()).filter_map(|place| Some((place, usual(&column(place))?)));
    let (members, usual): (Vec<_>, Vec<_>) =
        all.filter(|(_, usual)| usual.scale > 0.0 && usual.scale.is_finite()).unzip();
    (!members.is_empty()).then_some((members, usual))
}

/// The matrix that predicts the next standardised row from one, by ridge regression.
fn predictor(rows: &[Vec<f64>], size: usize) -> Option<Vec<f64>> {
    let steps = || rows.windows(2).map(|pair| (pair[0].as_slice(), pair[1].as_slice()));
    let mut squares = moments(size, steps().map(|(before, _)| (before, before)));
    ridge(&mut squares, size, 0.0, PREDICTION_RIDGE);
    let inverse = inverse(&squares, size)?;
    let crossed = moments(size, steps().map(|(before, after)| (after, before)));
    Some(crossed.chunks(size).flat_map(|row| times(&inverse, row)).collect())
}

fn smooth(rows: &[Vec<f64>], prediction: Option<&[f64]>, weight: f64) -> Vec<Vec<f64>> {
    let mut smoothed = vec![0.0; rows.first().map_or(0, Vec::len)];
    let mut all = Vec::with_capacity(rows.len());
    for (index, row) in rows.iter().enumerate() {
        let expected = match (prediction, index.checked_sub(1)) {
            (Some(_), None) => continue,
            (Some(prediction), Some(before)) => times(prediction, &rows[before]),
            (None, _) => vec![0.0; row.len()],
        };
        for ((smoothed, value), expected) in smoothed.iter_mut().zip(row).zip(expected) {
            *smoothed += weight * ((value - expected).clamp(-TRAINING_CLIP, TRAINING_CLIP) - *smoothed);
        }
        all.push(smoothed.clone());
    }
    all
}

fn distance(precision: &[f64], row: &[f64]) -> f64 {
    dot(row, &times(precision, row)).max(0.0).sqrt()
}

impl Watching {
    fn take(&mut self, group: &Group, at: i64, row: &[Option<f64>]) -> Option<GroupFinding> {
        if at <= self.newest || row.len() != self.model.width {
            return None;
        }
        if group.gap_millis > 0 && at.saturating_sub(self.newest) > group.gap_millis {
            self.begin_anew();
        }
        let standard = self.standard(row);
        let missing = standard.iter().filter(|value| value.is_none()).count();
        if missing * 2 > standard.len() {
            return None;
        }
        self.newest = at;
        let away = self.departures(&standard)?;
        self.age = self.age.saturating_add(1);
        let weight = group.weight();
        for (smoothed, away) in self.smoothed.iter_mut().zip(&away) {
            *smoothed += weight * (away - *smoothed);
        }
        let left: Vec<f64> = self.smoothed.iter().zip(&self.drift).map(|(smoothed, drift)| smoothed - drift).collect();
        let statistic = distance(&self.model.precision, &left) / (self.model.usual * youth(weight, self.age));
        let beyond = statistic > group.limit;
        self.since = if beyond { self.since.or(Some(at)) } else { None };
        if !beyond {
            for (drift, away) in self.drift.iter_mut().zip(&away) {
                *drift += pace(group.follow) * (away - *drift);
            }
        }
        let leading = if beyond { self.leading(&left) } else { Vec::new() };
        Some(GroupFinding { beyond, statistic, limit: group.limit, since: self.since, leading })
    }

    fn begin_anew(&mut self) {
        self.before = None;
        self.age = 0;
        self.smoothed.clone_from(&self.drift);
    }

    fn standard(&self, row: &[Option<f64>]) -> Vec<Option<f64>> {
        let model = &self.model;
        let one = |(index, place): (usize, &usize)| {
            let value = row[*place].filter(|value| value.is_finite())?;
            Some(((value - model.center[index]) / model.scale[index]).clamp(-LIVE_CLIP, LIVE_CLIP))
        };
        model.members.iter().enumerate().map(one).collect()
    }

    /// How far each series is from what was to be expected. Absent for the first row that nothing was
    /// before.
    fn departures(&mut self, standard: &[Option<f64>]) -> Option<Vec<f64>> {
        let expected = match (&self.model.prediction, &self.before) {
            (None, _) => vec![0.0; standard.len()],
            (Some(prediction), Some(before)) => times(prediction, before),
            (Some(_), None) => {
                self.before = Some(standard.iter().map(|value| value.unwrap_or_default()).collect());
                return None;
            }
        };
        let away = |(value, expected): (&Option<f64>, &f64)| Some(((*value)? - expected).clamp(-LIVE_CLIP, LIVE_CLIP));
        let known = self.completed(&standard.iter().zip(&expected).map(away).collect::<Vec<_>>());
        if self.model.prediction.is_some() {
            let guessed = standard.iter().zip(expected.iter().zip(&known));
            self.before = Some(guessed.map(|(value, (expected, away))| value.unwrap_or(expected + away)).collect());
        }
        Some(known)
    }

    /// Departures with the missing ones as those present make most likely: the distance is then that
    /// of the present alone. With P the precision, missing = −Pₘₘ⁻¹ · Pₘₚ · present, about the centre.
    fn completed(&self, away: &[Option<f64>]) -> Vec<f64> {
        let (size, precision) = (away.len(), &self.model.precision);
        let mut known: Vec<f64> = away.iter().zip(&self.drift).map(|(away, drift)| away.unwrap_or(*drift)).collect();
        let missing: Vec<usize> = (0..size).filter(|index| away[*index].is_none()).collect();
        let left: Vec<f64> = known.iter().zip(&self.drift).map(|(away, drift)| away - drift).collect();
        let pulled: Vec<f64> = missing.iter().map(|row| dot(&precision[row * size..(row + 1) * size], &left)).collect();
        let among = missing.iter().flat_map(|row| missing.iter().map(move |column| precision[row * size + column]));
        if let Some(inverse) = inverse(&among.collect::<Vec<f64>>(), missing.len()) {
            for (index, pull) in missing.iter().zip(times(&inverse, &pulled)) {
                known[*index] -= pull.clamp(-LIVE_CLIP, LIVE_CLIP);
            }
        }
        known
    }

    fn leading(&self, left: &[f64]) -> Vec<Leading> {
        let model = &self.model;
        let one = |(index, left): (usize, &f64)| Leading {
            series: model.members[index],
            departure: left / model.strayed[index],
            center: model.center[index],
            scale: model.scale[index],
        };
        let mut all: Vec<Leading> = left.iter().enumerate().map(one).collect();
        all.sort_by(|one, other| other.departure.abs().total_cmp(&one.departure.abs()));
        all.truncate(LEADING);
        all
    }
}

#[cfg(test)]
mod tests;
