//! What a deviation remembers: the readings that say what is usual, and the newest ones.
//!
//! Learned from are the newest readings up to the moment at which the rule was made or told to learn
//! anew ([`Rule::learned_at`]); if there are too few, the first ones after it. Nothing else ever moves
//! what is usual, so a departure is told until the readings are back. Both parts are functions of the
//! stored observations, late and corrected ones included, and are rebuilt from them after a restart.

use fengsui_detection::{Chart, ChartState, Finding, Method as Charted};
use fengsui_kernel::Timestamp;

use super::{Method, Rule};

/// The weight of the newest reading in a moving average; what the figures of docs/detection.md were made with.
const EWMA_WEIGHT: f64 = 0.1;
/// How many of the newest readings are gone through: what is older weighs nothing in a moving average.
const RECENT: usize = 256;
/// Readings kept beyond what is needed, for the case that some are corrected to what cannot be judged.
const SPARE: usize = 64;

/// Time in milliseconds and value.
type Entry = (i64, f64);

/// What a deviation remembers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Learning {
    /// The newest judgeable readings up to the moment of learning, oldest first.
    before: Vec<Entry>,
    /// The first ones after it, as long as those before may not suffice.
    after: Vec<Entry>,
    /// The newest ones.
    recent: Vec<Entry>,
    /// What was learned, and the time of the newest reading learned from.
    usual: Option<(i64, ChartState)>,
}

/// How many readings of each part are kept.
pub fn kept(rule: &Rule) -> usize {
    (rule.training_readings as usize).max(RECENT) + SPARE
}

/// The moment of learning in milliseconds.
fn moment(rule: &Rule) -> i64 {
    rule.learned_at.map_or(0, Timestamp::as_millisecond)
}

fn chart(rule: &Rule) -> Chart {
    let method = match rule.method {
        Method::Zscore => Charted::ZScore,
        Method::Ewma => Charted::Ewma { weight: EWMA_WEIGHT },
        Method::Cusum => Charted::Cusum,
    };
    Chart { method, limit: rule.limit, training: rule.training_readings, follow: 0, gap_millis: 0 }
}

/// Puts a reading in its place, or takes away what was there; tells whether anything changed.
fn place(list: &mut Vec<Entry>, at: i64, value: Option<f64>) -> bool {
    let index = list.partition_point(|(known, _)| *known < at);
    let known = list.get(index).is_some_and(|(known, _)| *known == at);
    match (known, value) {
        (true, Some(value)) => list[index].1 = value,
        (true, None) => drop(list.remove(index)),
        (false, Some(value)) => list.insert(index, (at, value)),
        (false, None) => return false,
    }
    true
}

/// The same in a list of the newest so many.
fn place_newest(list: &mut Vec<Entry>, at: i64, value: Option<f64>, most: usize) -> bool {
    if list.len() >= most && list.first().is_some_and(|(oldest, _)| at < *oldest) {
        return false;
    }
    let changed = place(list, at, value);
    list.drain(..list.len().saturating_sub(most));
    changed
}

impl Learning {
    /// From the judgeable readings stored: the newest [`kept`] up to the moment of learning, the first
    /// [`kept`] after it, and the newest [`kept`]; in any order.
    pub fn rebuilt(rule: &Rule, readings: impl IntoIterator<Item = (Timestamp, f64)>) -> Self {
        let mut learning = Self::default();
        for (at, value) in readings {
            learning.fill(rule, at.as_millisecond(), Some(value));
        }
        learning.usual = learning.learn(rule);
        learning
    }

    /// Takes a reading in: `value` is absent when it cannot be judged, which takes away what was there.
    /// Tells whether anything that counts changed.
    pub fn put(&mut self, rule: &Rule, at: Timestamp, value: Option<f64>) -> bool {
        let (learned, recent) = self.fill(rule, at.as_millisecond(), value);
        if learned {
            self.usual = self.learn(rule);
        }
        learned || recent
    }

    /// Tells whether what is learned from changed, and whether the newest did.
    fn fill(&mut self, rule: &Rule, at: i64, value: Option<f64>) -> (bool, bool) {
        let most = kept(rule);
        let learned = if at <= moment(rule) {
            place_newest(&mut self.before, at, value, most)
        } else if self.before.len() >= most || self.after.len() >= most && self.after.last().is_some_and(|it| at > it.0)
        {
            false
        } else {
            let changed = place(&mut self.after, at, value);
            self.after.truncate(most);
            changed
        };
        (learned, place_newest(&mut self.recent, at, value, RECENT + SPARE))
    }

    fn learn(&self, rule: &Rule) -> Option<(i64, ChartState)> {
        let wanted = rule.training_readings as usize;
        let before = &self.before[self.before.len().saturating_sub(wanted)..];
        let after = self.after.get(..wanted - before.len())?;
        let (chart, mut state) = (chart(rule), ChartState::default());
        for (at, value) in before.iter().chain(after) {
            chart.step(&mut state, *at, Some(*value));
        }
        let until = after.last().or(before.last())?.0;
        // What never moved tells nothing of its spread.
        state.learned().is_none().then_some((until, state))
    }

    /// Whether it is known what is usual.
    pub fn has_learned(&self) -> bool {
        self.usual.is_some()
    }

    /// Whether the newest reading can be judged: it is known what is usual, and it came after learning.
    pub fn can_judge(&self) -> bool {
        self.usual.as_ref().is_some_and(|(until, _)| self.recent.last().is_some_and(|(at, _)| at > until))
    }

    /// What the newest readings amount to, with those looked at; absent while nothing came after learning.
    pub(super) fn judge(&self, rule: &Rule) -> Option<(Finding, &[Entry])> {
        let (until, state) = self.usual.as_ref()?;
        let recent = &self.recent[self.recent.len().saturating_sub(RECENT)..];
        let fresh = &recent[recent.partition_point(|(at, _)| at <= until)..];
        let (chart, mut state, mut found) = (chart(rule), state.clone(), None);
        for (at, value) in fresh {
            found = chart.step(&mut state, *at, Some(*value));
        }
        Some((found?, fresh))
    }

    /// The time of the newest reading.
    pub fn newest(&self) -> Timestamp {
        fengsui_kernel::clock::from_millis(self.recent.last().map_or(0, |(at, _)| *at))
    }
}
