//! The rules against a reference that knows nothing but the list of readings.

use fengsui_kernel::clock::from_millis;
use proptest::prelude::*;

use super::*;

fn rule(kind: RuleKind, deadband: f64, on: u32, off: u32) -> Rule {
    Rule {
        id: "01990000-0000-7000-8000-000000000001".parse().expect("an id"),
        name: "limit".into(),
        kind,
        limit: 10.0,
        deadband,
        window_seconds: 0,
        direction: Direction::Rise,
        method: Method::Ewma,
        training_readings: 0,
        intensity: None,
        learned_at: None,
        on_delay_seconds: on,
        off_delay_seconds: off,
        priority: AlarmPriority::High,
        enabled: true,
        calendar: None,
        origin: None,
    }
}

fn at(second: i64) -> Timestamp {
    from_millis(1_700_000_000_000 + second * 1000)
}

fn sample(second: i64, number: f64) -> Sample<'static> {
    Sample { at: at(second), text: "", number: Some(number), quality: Quality::Good }
}

/// Feeds readings, with a tick every `tick_every` seconds in between, and lists what happened.
fn run(rule: &Rule, readings: &[(i64, f64)], end: i64, tick_every: Option<i64>) -> Vec<(i64, Turn)> {
    let mut state = RuleState::default();
    let mut turns = Vec::new();
    for second in 0..=end {
        let mut note = |transition: Option<Transition>| {
            turns.extend(transition.map(|it| ((it.at.as_millisecond() - 1_700_000_000_000) / 1000, it.turn)));
        };
        for (_, number) in readings.iter().filter(|(when, _)| *when == second) {
            let (after, transitions) = judge(rule, &state, sample(second, *number), at(second));
            state = after;
            transitions.into_iter().for_each(&mut note);
        }
        if tick_every.is_some_and(|every| second % every == 0) || second == end {
            let (after, transition) = evaluate(rule, &state, Input::Tick, at(second));
            state = after;
            note(transition);
        }
    }
    turns
}

/// Looks back second by second for how long the value has been on one side.
fn reference(rule: &Rule, readings: &[(i64, f64)], end: i64) -> Vec<(i64, Turn)> {
    let side_at = |second: i64| {
        let last = readings.iter().rev().find(|(when, _)| *when <= second);
        last.map_or(Side::Band, |(_, number)| side(rule, *number))
    };
    let held = |second: i64, wanted: Side, seconds: u32| {
        let from = second - i64::from(seconds);
        from >= 0 && (from..=second).all(|moment| side_at(moment) == wanted)
    };
    let mut active = false;
    let mut turns = Vec::new();
    for second in 0..=end {
        if !active && held(second, Side::Beyond, rule.on_delay_seconds) {
            active = true;
            turns.push((second, Turn::Raised));
        } else if active && held(second, Side::Within, rule.off_delay_seconds) {
            active = false;
            turns.push((second, Turn::Returned));
        }
    }
    turns
}

proptest! {
    #[test]
    fn agrees_with_a_naive_reference_however_often_the_clock_ticks(
        high in any::<bool>(),
        deadband in 0..3_i32,
        on in 0..6_u32,
        off in 0..6_u32,
        values in prop::collection::vec((0..40_i64, 6..15_i32), 0..30),
        tick_every in prop::option::of(1..7_i64),
    ) {
        let kind = if high { RuleKind::High } else { RuleKind::Low };
        let rule = rule(kind, f64::from(deadband), on, off);
        let mut readings: Vec<(i64, f64)> = values.into_iter().map(|(when, number)| (when, f64::from(number))).collect();
        readings.sort_by_key(|(when, _)| *when);
        readings.dedup_by_key(|(when, _)| *when);
        prop_assert_eq!(run(&rule, &readings, 60, tick_every), reference(&rule, &readings, 60));
    }

    #[test]
    fn values_that_cannot_be_judged_change_nothing(number in any::<f64>(), phase in 0..4_usize) {
        let rule = rule(RuleKind::High, 1.0, 5, 5);
        let phase = [Phase::Normal, Phase::Rising, Phase::Active, Phase::Falling][phase];
        let state = RuleState { phase, since: Some(at(0)), value: None };
        for quality in [Quality::Bad, Quality::Missing, Quality::Maintenance, Quality::Calibration, Quality::Fault] {
            let sample = Sample { quality, ..sample(100, number) };
            prop_assert_eq!(judge(&rule, &state, sample, at(100)), (state.clone(), [None, None]));
        }
    }
}

#[test]
fn a_spike_shorter_than_the_delay_raises_nothing() {
    let rule = rule(RuleKind::High, 0.0, 30, 0);
    assert!(run(&rule, &[(0, 12.0), (20, 9.0)], 120, Some(1)).is_empty());
}

#[test]
fn a_delay_runs_out_though_the_sender_falls_silent() {
    let rule = rule(RuleKind::High, 0.0, 30, 0);
    assert_eq!(run(&rule, &[(0, 12.0)], 120, Some(1)), [(30, Turn::Raised)]);
}

#[test]
fn a_reading_at_the_end_of_a_delay_may_contradict() {
    let rule = rule(RuleKind::High, 0.0, 0, 2);
    assert_eq!(run(&rule, &[(0, 10.0), (22, 6.0), (24, 10.0)], 60, None), [(0, Turn::Raised)]);
}

#[test]
fn a_clock_ahead_does_not_stretch_the_delay() {
    let rule = rule(RuleKind::High, 0.0, 10, 0);
    let (state, _) = judge(&rule, &RuleState::default(), sample(240, 12.0), at(0));
    assert_eq!(due(&rule, &state), Some(at(10)));
}

#[test]
fn a_rule_that_is_off_says_nothing() {
    let off = Rule { enabled: false, ..rule(RuleKind::High, 0.0, 0, 0) };
    assert!(run(&off, &[(0, 99.0)], 10, Some(1)).is_empty());
}
