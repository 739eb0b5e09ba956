//! Rules over series, pure: state and reading in, state and transition out. No clock is read here.
//!
//! Every kind but absence comes down to a figure beside a limit: the value itself, its change per
//! minute, how long it stands, a sum, how many sigmas it departs from the usual. What a figure is made
//! of is remembered in a [`window::Window`], for a departure in a [`learning::Learning`].
//!
//! A value beyond the limit starts the on-delay, a value back by more than the deadband starts the
//! off-delay; a value that contradicts stops either. Delays run in the time of observation and are
//! pushed on by clock ticks, so an alarm comes though no further reading does. Silence never changes
//! a state: no data is not normal.

use std::sync::Arc;

use fengsui_kernel::Timestamp;
use fengsui_kernel::clock::from_millis;
use fengsui_kernel::id::{RuleId, RuleTemplateId};
use fengsui_kernel::reading::{Quality, parse_decimal};
use fengsui_kernel::scale::AlarmPriority;
use later::seconds;

pub mod absence;
mod evidence;
pub mod intensity;
mod kind;
pub(crate) mod later;
pub mod learning;
mod measure;
pub mod schedule;
pub mod step;
pub mod trial;
pub mod window;

pub use evidence::{Evidence, Explanation, Witness};
pub use intensity::{Antecedent, DurationRain, Intensity};
pub use schedule::{Calendar, Schedule, Season, WeeklyHours};

pub use kind::{Direction, Method, RuleKind, RuleLevel, TRAINING_BOUNDS};

/// A rule over one series.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Its id.
    pub id: RuleId,
    /// Its name.
    pub name: String,
    /// What it watches for.
    pub kind: RuleKind,
    /// The limit; the limit itself is beyond. Per minute for a rate, in sigmas for a deviation; 0 for
    /// kinds without one.
    pub limit: f64,
    /// How far back within the limit a figure must come to count as returned; how far a value may
    /// move and still count as standing.
    pub deadband: f64,
    /// Seconds that it looks back, or that silence or standing must last; 0 for a plain limit.
    pub window_seconds: u32,
    /// The threshold of intensity and duration. Behind a pointer: few rules have one.
    pub intensity: Option<Arc<Intensity>>,
    /// Which way a rate counts.
    pub direction: Direction,
    /// How a deviation is told.
    pub method: Method,
    /// Readings that a deviation learns from; 0 for other kinds.
    pub training_readings: u32,
    /// The moment up to which a deviation learned; absent for other kinds.
    pub learned_at: Option<Timestamp>,
    /// Seconds beyond the limit before an alarm is raised.
    pub on_delay_seconds: u32,
    /// Seconds within the limit before it returns.
    pub off_delay_seconds: u32,
    /// Priority of its alarms.
    pub priority: AlarmPriority,
    /// Whether it judges at all.
    pub enabled: bool,
    /// When it applies; always without one.
    pub calendar: Option<Arc<Calendar>>,
    /// The template that made it. Behind a pointer: most rules have none.
    pub origin: Option<Arc<Origin>>,
}

/// The template that made a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The template.
    pub template: RuleTemplateId,
    /// Its name.
    pub name: String,
    /// The version of the template that the rule follows.
    pub version: i64,
    /// The rule goes its own way and is not kept in step.
    pub own: bool,
}

/// Where a rule stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Phase {
    /// Within the limit.
    #[default]
    Normal,
    /// Beyond the limit, the on-delay runs.
    Rising,
    /// The alarm is on.
    Active,
    /// Back within the limit, the off-delay runs; the alarm is still on.
    Falling,
}

impl Phase {
    /// The stored form.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Rising => "rising",
            Self::Active => "active",
            Self::Falling => "falling",
        }
    }

    /// Reads the stored form.
    pub fn from_stored(text: &str) -> Self {
        match text {
            "rising" => Self::Rising,
            "active" => Self::Active,
            "falling" => Self::Falling,
            _ => Self::Normal,
        }
    }
}

/// What must be remembered of a rule between readings and over a restart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RuleState {
    /// Where it stands.
    pub phase: Phase,
    /// When the running delay began.
    pub since: Option<Timestamp>,
    /// The newest value judged while a delay runs: it decides when the delay ends between readings.
    pub value: Option<String>,
}

/// A live reading as a rule sees it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample<'a> {
    /// When it was measured.
    pub at: Timestamp,
    /// The number as its sender wrote it.
    pub text: &'a str,
    /// The number.
    pub number: Option<f64>,
    /// How far it can be trusted.
    pub quality: Quality,
}

/// What moves a rule.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Input<'a> {
    /// A reading.
    Reading(Sample<'a>),
    /// Time passed.
    Tick,
}

/// What a transition does to the alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// The condition is met.
    Raised,
    /// The value is normal again.
    Returned,
    /// The rule no longer applies; nothing is known of the value.
    Lapsed,
}

/// A change that people must learn of.
#[derive(Debug, Clone, PartialEq)]
pub struct Transition {
    /// Which way.
    pub turn: Turn,
    /// Since when it holds.
    pub at: Timestamp,
    /// The value that decided.
    pub value: Option<String>,
    /// What was seen when it was raised.
    pub evidence: Evidence,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Beyond,
    Band,
    Within,
}

fn side(rule: &Rule, number: f64) -> Side {
    let (over, back) = match rule.kind {
        RuleKind::High
        | RuleKind::Rate
        | RuleKind::Sum
        | RuleKind::IntensityDuration
        | RuleKind::Flat
        | RuleKind::Absence
        | RuleKind::Deviation => (number >= rule.limit, number < rule.limit - rule.deadband),
        RuleKind::Low => (number <= rule.limit, number > rule.limit + rule.deadband),
    };
    if over {
        Side::Beyond
    } else if back {
        Side::Within
    } else {
        Side::Band
    }
}

/// When the running delay ends, if one runs.
pub fn due(rule: &Rule, state: &RuleState) -> Option<Timestamp> {
    let delay = match state.phase {
        Phase::Rising => rule.on_delay_seconds,
        Phase::Falling => rule.off_delay_seconds,
        Phase::Normal | Phase::Active => return None,
    };
    state.since.map(|since| seconds(since, delay))
}

/// One step of a plain limit, or of a delay of any kind.
pub fn evaluate(rule: &Rule, state: &RuleState, input: Input<'_>, now: Timestamp) -> (RuleState, Option<Transition>) {
    if !rule.enabled {
        return (state.clone(), None);
    }
    match input {
        Input::Tick => tick(rule, state, now),
        Input::Reading(sample) => match sample.number.filter(|_| sample.quality.judgeable()) {
            // A sender's clock may run ahead; a delay must not be stretched by that.
            Some(number) => reading(state, side(rule, number), sample.at.min(now), sample.text, rule),
            None => (state.clone(), None),
        },
    }
}

/// A reading as it comes: first whatever ran out before it, then the reading itself.
pub fn judge(
    rule: &Rule,
    state: &RuleState,
    sample: Sample<'_>,
    now: Timestamp,
) -> (RuleState, [Option<Transition>; 2]) {
    if !sample.quality.judgeable() || sample.number.is_none() {
        return (state.clone(), [None, None]);
    }
    // At the very moment that a delay ends, the reading speaks first: it may contradict.
    let before = from_millis(sample.at.min(now).as_millisecond() - 1);
    let (between, first) = evaluate(rule, state, Input::Tick, before);
    let (after, second) = evaluate(rule, &between, Input::Reading(sample), now);
    (after, [first, second])
}

fn tick(rule: &Rule, state: &RuleState, now: Timestamp) -> (RuleState, Option<Transition>) {
    match due(rule, state) {
        Some(at) if at <= now => finish(state.phase, at, state.value.clone()),
        _ => (state.clone(), None),
    }
}

/// The delay of a phase has run out at `at`.
fn finish(phase: Phase, at: Timestamp, value: Option<String>) -> (RuleState, Option<Transition>) {
    let (phase, turn) =
        if phase == Phase::Rising { (Phase::Active, Turn::Raised) } else { (Phase::Normal, Turn::Returned) };
    let figure = value.as_deref().and_then(parse_decimal);
    let evidence = Evidence { figure, ..Evidence::default() };
    (RuleState { phase, ..RuleState::default() }, Some(Transition { turn, at, value, evidence }))
}

fn reading(state: &RuleState, side: Side, at: Timestamp, text: &str, rule: &Rule) -> (RuleState, Option<Transition>) {
    let value = Some(text.to_owned());
    let next = |phase: Phase, since: Option<Timestamp>| RuleState {
        phase,
        since,
        value: if since.is_some() { value.clone() } else { None },
    };
    let begun = match (state.phase, side) {
        (Phase::Normal, Side::Beyond) => next(Phase::Rising, Some(at)),
        (Phase::Active, Side::Within) => next(Phase::Falling, Some(at)),
        // The newest value is kept, the delay keeps its beginning.
        (Phase::Rising, Side::Beyond) | (Phase::Falling, Side::Within) => next(state.phase, state.since),
        (Phase::Rising | Phase::Normal, _) => next(Phase::Normal, None),
        (Phase::Falling | Phase::Active, _) => next(Phase::Active, None),
    };
    // A delay of nothing ends where it begins.
    match due(rule, &begun) {
        Some(end) if end <= at => finish(begun.phase, end, value),
        _ => (begun, None),
    }
}

#[cfg(test)]
mod kinds_tests;
#[cfg(test)]
mod tests;
