//! A rule tried on values that came before: how often it would have called.

use fengsui_kernel::Timestamp;
use fengsui_kernel::clock::from_millis;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::measure::measure;
use super::step::{Arrival, Memory, lapse, pass, take};
use super::{Phase, Rule, RuleKind, RuleState, Sample, Transition, Turn, absence};

/// The most episodes that are told one by one; all are counted.
const MOST_EPISODES: usize = 200;

/// One alarm that would have been.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Episode {
    /// When it would have been raised.
    pub raised_at: Timestamp,
    /// When it would have returned; absent while it would still be on.
    pub returned_at: Option<Timestamp>,
    /// The value that would have decided, as its sender wrote it.
    pub value: Option<String>,
    /// The figure furthest beyond the limit while it was on; absent for silence and standing values.
    pub peak: Option<f64>,
}

/// What a rule would have done.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Trial {
    /// Values judged; a departure judges none until it has learned.
    pub judged: u64,
    /// Alarms that would have been raised.
    pub alarms: u64,
    /// Seconds that they would have been on, together.
    pub active_seconds: u64,
    /// The first of them, oldest first.
    pub episodes: Vec<Episode>,
}

/// A trial under way: values go in oldest first.
#[derive(Debug)]
pub struct Trying<'a> {
    rule: &'a Rule,
    state: RuleState,
    memory: Memory,
    trial: Trial,
    open: Option<Episode>,
    /// The time up to which it was tried.
    until: Timestamp,
}

impl<'a> Trying<'a> {
    /// Begins from normal; silence counts from `from`.
    pub fn of(rule: &'a Rule, from: Timestamp) -> Self {
        let state = if rule.kind == RuleKind::Absence { absence::begun(from) } else { RuleState::default() };
        Self { rule, state, memory: Memory::of(rule.kind), trial: Trial::default(), open: None, until: from }
    }

    /// Remembers what was measured before the span, as it would be rebuilt from the store.
    pub fn recalling(self, memory: Memory) -> Self {
        Self { memory, ..self }
    }

    /// Takes in what was measured before the span: it is remembered, not judged.
    pub fn prime(&mut self, sample: Sample<'_>) {
        let state = std::mem::take(&mut self.state);
        let memory = std::mem::take(&mut self.memory);
        self.memory = take(self.rule, &state, memory, Arrival::Live, sample, sample.at).memory;
        self.state = if self.rule.kind == RuleKind::Absence { state } else { RuleState::default() };
    }

    /// Judges a value as if it came at the moment of its measurement.
    pub fn judge(&mut self, sample: Sample<'_>) {
        self.lapse(sample.at);
        self.fall_silent(sample.at);
        let memory = std::mem::take(&mut self.memory);
        let step = take(self.rule, &self.state, memory, Arrival::Live, sample, sample.at);
        (self.state, self.memory) = (step.state, step.memory);
        for transition in step.transitions.into_iter().flatten() {
            self.turn(transition);
        }
        if let Some(number) = sample.number.filter(|_| sample.quality.judgeable()) {
            self.trial.judged += u64::from(self.can_judge());
            self.watch(number);
        }
    }

    /// A departure is not judged before there is enough to learn from.
    fn can_judge(&self) -> bool {
        if let Memory::Learning(learning) = &self.memory { learning.can_judge() } else { true }
    }

    /// Lets delays run out until the end of the span and gives the result.
    pub fn finish(mut self, until: Timestamp) -> Trial {
        self.lapse(until);
        self.fall_silent(until);
        let (_, transition) = pass(self.rule, &self.state, &self.memory, until);
        if let Some(transition) = transition {
            self.turn(transition);
        }
        if let Some(open) = self.open.take() {
            self.keep(open, until);
        }
        self.trial
    }

    /// What stands ends where the rule stops to apply, at some minute up to `at`.
    fn lapse(&mut self, at: Timestamp) {
        let from = std::mem::replace(&mut self.until, at);
        let Some(calendar) = self.rule.calendar.as_ref().filter(|_| self.state.phase != Phase::Normal) else { return };
        let Some(end) = calendar.first_end(from, at) else { return };
        let (state, transition) = pass(self.rule, &self.state, &self.memory, from_millis(end.as_millisecond() - 1));
        self.state = state;
        if let Some(transition) = transition {
            self.turn(transition);
        }
        if let Some((state, transition)) = lapse(self.rule, &self.state, end) {
            self.state = state;
            if let Some(transition) = transition {
                self.turn(transition);
            }
        }
    }

    /// Silence that lasted too long before `at`.
    fn fall_silent(&mut self, at: Timestamp) {
        let Memory::Heard(heard) = self.memory else { return };
        if let Some(due) = absence::due(self.rule, &self.state, heard).filter(|due| *due < at) {
            let (state, transition) = absence::raise(due, self.rule, heard, false);
            self.state = state;
            self.turn(transition);
        }
    }

    fn turn(&mut self, transition: Transition) {
        match transition.turn {
            Turn::Raised => {
                let peak = transition.evidence.figure.filter(|_| self.rule.kind.has_limit());
                self.open =
                    Some(Episode { raised_at: transition.at, returned_at: None, value: transition.value, peak });
            }
            Turn::Returned | Turn::Lapsed => {
                if let Some(mut open) = self.open.take() {
                    open.returned_at = Some(transition.at);
                    self.keep(open, transition.at);
                }
            }
        }
    }

    fn watch(&mut self, number: f64) {
        let Some(open) = self.open.as_mut().filter(|_| self.state.phase != Phase::Normal) else { return };
        let figure = match &self.memory {
            Memory::Nothing => Some(number),
            Memory::Heard(_) => None,
            remembered => measure(self.rule, remembered).and_then(|measured| measured.evidence.figure),
        };
        let Some(figure) = figure.filter(|_| self.rule.kind.has_limit()) else { return };
        let further = |peak: f64| match self.rule.kind {
            RuleKind::Low => figure < peak,
            RuleKind::Rate => self.rule.direction.of(figure) > self.rule.direction.of(peak),
            RuleKind::Deviation => figure.abs() > peak.abs(),
            _ => figure > peak,
        };
        if open.peak.is_none_or(further) {
            open.peak = Some(figure);
        }
    }

    fn keep(&mut self, episode: Episode, until: Timestamp) {
        let millis = until.as_millisecond().saturating_sub(episode.raised_at.as_millisecond());
        self.trial.alarms += 1;
        self.trial.active_seconds += u64::try_from(millis / 1000).unwrap_or(0);
        if self.trial.episodes.len() < MOST_EPISODES {
            self.trial.episodes.push(episode);
        }
    }
}

#[cfg(test)]
mod tests {
    use fengsui_kernel::clock::from_millis;
    use fengsui_kernel::reading::Quality;
    use fengsui_kernel::scale::AlarmPriority;

    use super::*;

    fn rule(on: u32, deadband: f64) -> Rule {
        Rule {
            id: "01990000-0000-7000-8000-000000000001".parse().expect("an id"),
            name: "高报".into(),
            kind: RuleKind::High,
            limit: 10.0,
            deadband,
            window_seconds: 0,
            direction: super::super::Direction::Rise,
            method: super::super::Method::Ewma,
            training_readings: 0,
            intensity: None,
            learned_at: None,
            on_delay_seconds: on,
            off_delay_seconds: 0,
            priority: AlarmPriority::High,
            enabled: true,
            calendar: None,
            origin: None,
        }
    }

    /// One value a second.
    fn tried(rule: &Rule, values: &[f64]) -> Trial {
        let mut trying = Trying::of(rule, from_millis(0));
        for (second, value) in (0_i64..).zip(values) {
            let text = value.to_string();
            let at = from_millis(second * 1000);
            trying.judge(Sample { at, text: &text, number: Some(*value), quality: Quality::Good });
        }
        trying.finish(from_millis(i64::try_from(values.len()).expect("few") * 1000))
    }

    #[test]
    fn counts_what_the_rule_would_have_raised() {
        let trial = tried(&rule(0, 0.0), &[9.0, 10.0, 12.5, 11.0, 9.0, 9.0, 11.0]);
        assert_eq!((trial.judged, trial.alarms, trial.active_seconds), (7, 2, 4));
        assert_eq!(trial.episodes[0].peak, Some(12.5));
        assert_eq!(trial.episodes[0].returned_at, Some(from_millis(4000)));
        assert_eq!(trial.episodes[1].returned_at, None, "it would still be on");
    }

    #[test]
    fn delay_and_deadband_calm_it() {
        let flutter = [11.0, 9.9, 11.0, 9.9, 11.0, 9.9];
        assert_eq!(tried(&rule(0, 0.0), &flutter).alarms, 3);
        assert_eq!(tried(&rule(0, 0.5), &flutter).alarms, 1);
        assert_eq!(tried(&rule(2, 0.0), &flutter).alarms, 0);
    }
}
