//! One step of a rule of any kind, with what it remembers.

use std::sync::Arc;

use fengsui_kernel::Timestamp;
use fengsui_kernel::clock::from_millis;

use super::evidence::Evidence;
use super::learning::Learning;
use super::measure::measure;
use super::window::Window;
use super::{
    Input, Phase, Rule, RuleKind, RuleState, Sample, Transition, Turn, absence, due, evaluate, judge, reading,
};

/// What a rule remembers of readings beside its state. It is a function of the stored observations
/// and therefore never stored itself.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Memory {
    /// Nothing: a plain limit.
    #[default]
    Nothing,
    /// When the series was last heard.
    Heard(Option<Timestamp>),
    /// The readings of its window.
    Window(Arc<Window>),
    /// What is usual, and the newest readings.
    Learning(Arc<Learning>),
}

impl Memory {
    /// What a rule of this kind remembers before any reading.
    pub fn of(kind: RuleKind) -> Self {
        match kind {
            RuleKind::High | RuleKind::Low => Self::Nothing,
            RuleKind::Absence => Self::Heard(None),
            RuleKind::Rate | RuleKind::Flat | RuleKind::Sum | RuleKind::IntensityDuration => {
                Self::Window(Arc::default())
            }
            RuleKind::Deviation => Self::Learning(Arc::default()),
        }
    }

    /// Whether a deviation knows what is usual; absent for other kinds.
    pub fn has_learned(&self) -> Option<bool> {
        if let Self::Learning(learning) = self { Some(learning.has_learned()) } else { None }
    }

    /// When the series was last heard, as far as this remembers it.
    pub fn heard(&self) -> Option<Timestamp> {
        if let Self::Heard(heard) = self { *heard } else { None }
    }
}

/// How a reading came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// The newest live one.
    Live,
    /// Live, but older than one that came before.
    Late,
    /// From the device's memory.
    Backfilled,
}

/// Where a rule stands after a reading, and what people must learn of.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Its state.
    pub state: RuleState,
    /// What it remembers.
    pub memory: Memory,
    /// At most two changes, in this order.
    pub transitions: [Option<Transition>; 2],
}

/// A reading as it comes. Plain limits judge only the newest; a silence is ended by whatever is live;
/// windows hold what was measured, by whatever way and however late it came.
pub fn take(
    rule: &Rule,
    state: &RuleState,
    memory: Memory,
    arrival: Arrival,
    sample: Sample<'_>,
    now: Timestamp,
) -> Step {
    if !rule.enabled {
        return unmoved(state, memory);
    }
    let Some(calendar) = &rule.calendar else { return wake(rule, state, memory, arrival, sample, now) };
    if !calendar.applies(sample.at.min(now)) {
        // What was measured is remembered, not judged.
        let mut memory = memory;
        keep(rule, &mut memory, sample, now);
        return unmoved(state, memory);
    }
    // A delay that ran out while the rule did not apply raises nothing.
    if state.phase == Phase::Rising && due(rule, state).is_some_and(|at| !calendar.applies(at)) {
        return wake(rule, &RuleState::default(), memory, arrival, sample, now);
    }
    wake(rule, state, memory, arrival, sample, now)
}

/// A rule that no longer applies: what stands ends, what rises is forgotten. Nothing while it applies or is normal.
pub fn lapse(rule: &Rule, state: &RuleState, now: Timestamp) -> Option<(RuleState, Option<Transition>)> {
    let calendar = rule.calendar.as_ref()?;
    if state.phase == Phase::Normal || calendar.applies(now) {
        return None;
    }
    let standing = matches!(state.phase, Phase::Active | Phase::Falling);
    let at = calendar.ended(now);
    let lapsed = Transition { turn: Turn::Lapsed, at, value: None, evidence: Evidence::default() };
    Some((RuleState::default(), standing.then_some(lapsed)))
}

/// A reading while the rule applies.
fn wake(rule: &Rule, state: &RuleState, memory: Memory, arrival: Arrival, sample: Sample<'_>, now: Timestamp) -> Step {
    match memory {
        Memory::Nothing if arrival == Arrival::Live => {
            let (state, transitions) = judge(rule, state, sample, now);
            Step { state, memory: Memory::Nothing, transitions }
        }
        Memory::Heard(heard) if arrival != Arrival::Backfilled => {
            let (state, heard, transition) = absence::hear(rule, state, heard, sample, now);
            Step { state, memory: Memory::Heard(heard), transitions: [transition, None] }
        }
        Memory::Nothing | Memory::Heard(_) => unmoved(state, memory),
        Memory::Window(_) | Memory::Learning(_) => weigh(rule, state, memory, sample, now),
    }
}

fn unmoved(state: &RuleState, memory: Memory) -> Step {
    Step { state: state.clone(), memory, transitions: [None, None] }
}

/// Takes a reading into the window of a rule; tells whether anything that counts changed.
pub fn remember(rule: &Rule, window: &mut Window, sample: Sample<'_>, arrived: Timestamp) -> bool {
    let value = sample.number.filter(|_| sample.quality.judgeable());
    let reach = i64::from(rule.window_seconds) * 1000 * rule.kind.windows_remembered();
    window.put(sample.at, arrived, value, reach, rule.kind.adds_up())
}

/// Takes a reading into what is remembered; tells whether anything that counts changed.
fn keep(rule: &Rule, memory: &mut Memory, sample: Sample<'_>, now: Timestamp) -> bool {
    match memory {
        Memory::Window(window) => remember(rule, Arc::make_mut(window), sample, now),
        Memory::Learning(learning) => {
            let value = sample.number.filter(|_| sample.quality.judgeable());
            Arc::make_mut(learning).put(rule, sample.at, value)
        }
        Memory::Nothing | Memory::Heard(_) => false,
    }
}

/// Takes a reading into what is remembered and judges what that then amounts to, after whatever delay
/// ran out before.
fn weigh(rule: &Rule, state: &RuleState, mut memory: Memory, sample: Sample<'_>, now: Timestamp) -> Step {
    let newest = match &memory {
        Memory::Window(window) => window.newest(),
        Memory::Learning(learning) => learning.newest(),
        Memory::Nothing | Memory::Heard(_) => sample.at,
    };
    let at = newest.max(sample.at).min(now);
    let before = from_millis(at.as_millisecond() - 1);
    let (between, first) = pass(rule, state, &memory, before);
    if !keep(rule, &mut memory, sample, now) {
        return unmoved(state, memory);
    }
    let Some(measured) = measure(rule, &memory) else {
        return Step { state: between, memory, transitions: [first, None] };
    };
    let text = measured.evidence.figure.map(|figure| figure.to_string()).unwrap_or_default();
    let (state, second) = reading(&between, measured.side, at, &text, rule);
    let second = second.map(|transition| Transition { evidence: measured.evidence, ..transition });
    Step { state, memory, transitions: [first, second] }
}

/// Time passes: delays run out. Silence is judged by whoever knows the device.
pub fn pass(rule: &Rule, state: &RuleState, memory: &Memory, now: Timestamp) -> (RuleState, Option<Transition>) {
    if matches!(memory, Memory::Heard(_)) {
        return (state.clone(), None);
    }
    let (after, transition) = evaluate(rule, state, Input::Tick, now);
    let transition = transition.map(|transition| match memory {
        Memory::Window(_) | Memory::Learning(_) if transition.turn == Turn::Raised => {
            let evidence = measure(rule, memory).map_or(transition.evidence, |measured| measured.evidence);
            Transition { evidence, ..transition }
        }
        _ => transition,
    });
    (after, transition)
}
