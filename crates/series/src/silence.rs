//! Silence of series, as the planner judges it: it alone knows the device.
//!
//! When no series of a device is heard, one alarm speaks for all: the most urgent rule that becomes
//! due first raises, the others are inhibited, except one that is more urgent still. When the device
//! speaks again that alarm returns, and the silence of each series counts anew from there, so that
//! the first message of a device that comes back does not raise what it merely has not said yet.

use std::cmp::Reverse;

use fengsui_kernel::Timestamp;
use fengsui_kernel::scale::AlarmPriority;
use rustc_hash::FxHashMap;

use crate::catalogue::{Watched, WatchedRule};
use crate::plan::Planner;
use crate::rules::later::seconds;
use crate::rules::step::Memory;
use crate::rules::{Phase, RuleKind, RuleState, Sample, absence};

/// After a start every sender has this long to be heard again before silence is told: while nobody
/// listened nobody could be heard. Shorter windows have their own length.
const GRACE_SECONDS: u32 = 300;
/// No window of absence is shorter: a device that was away for less changes nothing.
const SHORTEST_SECONDS: u32 = 30;

/// An absence that has lasted too long.
struct Due {
    urgency: Reverse<usize>,
    at: Timestamp,
    series: i64,
    rule: usize,
}

fn urgency(priority: AlarmPriority) -> usize {
    let rank = AlarmPriority::ALL.iter().position(|one| *one == priority).unwrap_or(0);
    AlarmPriority::ALL.len() - rank
}

impl Planner<'_> {
    /// Time passed: whichever silence has lasted too long is told.
    pub(crate) fn fall_silent(&mut self) {
        let (mut due, mut carriers) = (Vec::new(), FxHashMap::default());
        let catalogue = self.catalogue;
        for (number, series) in &catalogue.series {
            for (index, watched) in series.rules.iter().enumerate() {
                if watched.rule.kind != RuleKind::Absence || !watched.rule.enabled {
                    continue;
                }
                if absence::carries_device(self.state_of(*number, index, watched)) {
                    note_carrier(&mut carriers, series.slot, watched.rule.priority);
                }
                due.extend(self.overdue(*number, index, watched));
            }
        }
        // Never by the order of a hash: after a restart the same alarm speaks for the device.
        due.sort_unstable_by_key(|one: &Due| (one.urgency, one.at, one.series, one.rule));
        for one in due {
            self.tell_silence(&one, &mut carriers);
        }
    }

    /// Whether the silence of a rule has lasted too long. A rule without any beginning begins now.
    fn overdue(&mut self, number: i64, index: usize, watched: &WatchedRule) -> Option<Due> {
        let state = self.state_of(number, index, watched);
        let heard = self.memory_of(number, index, watched).heard();
        if state.phase == Phase::Normal && state.since.is_none() && heard.is_none() {
            self.plan.states.insert((number, index), absence::begun(self.now));
            return None;
        }
        let at = absence::due(&watched.rule, state, heard).filter(|at| *at <= self.now)?;
        let grace = watched.rule.window_seconds.min(GRACE_SECONDS);
        let listened = seconds(self.catalogue.listening_since, grace) <= self.now;
        let urgency = Reverse(urgency(watched.rule.priority));
        listened.then_some(Due { urgency, at, series: number, rule: index })
    }

    fn tell_silence(&mut self, due: &Due, carriers: &mut FxHashMap<u32, usize>) {
        let Some(series) = self.catalogue.series.get(&due.series) else { return };
        let Some(watched) = series.rules.get(due.rule) else { return };
        let spoke = self.spoke_at(series.slot);
        let whole = spoke.is_none_or(|at| seconds(at, watched.rule.window_seconds) <= self.now);
        let carried = carriers.get(&series.slot).is_some_and(|carrier| *carrier >= urgency(watched.rule.priority));
        if whole && carried {
            return;
        }
        if whole {
            note_carrier(carriers, series.slot, watched.rule.priority);
        }
        let heard = self.memory_of(due.series, due.rule, watched).heard();
        let (state, transition) = absence::raise(due.at, &watched.rule, heard, whole);
        self.turn(due.series, due.rule, state, Some(transition), self.now);
    }

    /// When any series of the device was last heard.
    fn spoke_at(&self, slot: u32) -> Option<Timestamp> {
        let known = self.catalogue.spoke.get(slot as usize).copied().flatten();
        self.plan.spoke.get(&slot).copied().max(known)
    }

    /// A live reading of a series: its device speaks. What was told for the whole device returns.
    pub(crate) fn device_speaks(&mut self, series: &Watched, sample: &Sample<'_>, received_at: Timestamp) {
        if !absence::speaks(sample) {
            return;
        }
        let catalogue = self.catalogue;
        let at = sample.at.min(received_at);
        let before = self.spoke_at(series.slot);
        if before.is_some_and(|before| at < seconds(before, SHORTEST_SECONDS)) {
            if before.is_some_and(|before| at > before) {
                self.plan.spoke.insert(series.slot, at);
            }
            return;
        }
        self.plan.spoke.insert(series.slot, at);
        let Some(device) = catalogue.device_of(series) else { return };
        let mut numbers = device.numbers();
        numbers.sort_unstable();
        for number in numbers {
            let Some(series) = catalogue.series.get(&number) else { continue };
            for (index, watched) in series.rules.iter().enumerate() {
                if watched.rule.kind == RuleKind::Absence && watched.rule.enabled {
                    self.back(number, index, watched, at, received_at);
                }
            }
        }
    }

    /// One rule of a device that speaks again at `at`.
    fn back(&mut self, number: i64, index: usize, watched: &WatchedRule, at: Timestamp, received_at: Timestamp) {
        // Old news: the device is still as silent as it was.
        if received_at >= seconds(at, watched.rule.window_seconds) {
            return;
        }
        let state = self.state_of(number, index, watched);
        if absence::carries_device(state) {
            let (after, transition) = absence::end(at, None);
            self.turn(number, index, after, Some(transition), received_at);
            return;
        }
        let heard = self.memory_of(number, index, watched).heard();
        if absence::due(&watched.rule, state, heard).is_some_and(|due| due <= received_at) {
            self.turn(number, index, absence::begun(at), None, received_at);
        }
    }

    pub(crate) fn state_of<'s>(&'s self, number: i64, index: usize, watched: &'s WatchedRule) -> &'s RuleState {
        self.plan.states.get(&(number, index)).unwrap_or(&watched.state)
    }

    pub(crate) fn memory_of<'s>(&'s self, number: i64, index: usize, watched: &'s WatchedRule) -> &'s Memory {
        self.plan.memories.get(&(number, index)).unwrap_or(&watched.memory)
    }
}

fn note_carrier(carriers: &mut FxHashMap<u32, usize>, device: u32, priority: AlarmPriority) {
    let carrier = carriers.entry(device).or_default();
    *carrier = (*carrier).max(urgency(priority));
}
