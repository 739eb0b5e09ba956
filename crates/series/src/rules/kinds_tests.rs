//! The kinds that remember, against a naive reference that sees the whole history; a restart at any point.

use std::collections::BTreeMap;
use std::sync::Arc;

use fengsui_kernel::clock::from_millis;
use proptest::prelude::*;

use super::step::{Arrival, Memory, Step, pass, remember, take};
use super::*;

const START: i64 = 1_700_000_000_000;

fn at(second: i64) -> Timestamp {
    from_millis(START + second * 1000)
}

fn rule(kind: RuleKind, window: u32, limit: f64, deadband: f64) -> Rule {
    Rule {
        id: "01990000-0000-7000-8000-000000000001".parse().expect("an id"),
        name: "rule".into(),
        kind,
        limit,
        deadband,
        window_seconds: window,
        direction: Direction::Rise,
        method: Method::Ewma,
        training_readings: 8,
        intensity: None,
        learned_at: Some(at(200)),
        on_delay_seconds: 0,
        off_delay_seconds: 0,
        priority: AlarmPriority::High,
        enabled: true,
        calendar: None,
        origin: None,
    }
}

/// A reading as it reaches the platform: when, measured when, what (tenths; absent: not to be judged).
#[derive(Debug, Clone, Copy)]
struct Arriving {
    now: i64,
    measured: i64,
    tenths: Option<i32>,
}

/// Readings in order of arrival, some late, some repeated, some corrected, some not to be judged.
fn arrivals() -> impl Strategy<Value = Vec<Arriving>> {
    let one = (1..25_i64, prop_oneof![3 => Just(0_i64), 1 => 0..60_i64], prop::option::weighted(0.9, 0..8_i32));
    prop::collection::vec(one, 1..60).prop_map(|list| {
        let mut now = 0;
        let arriving = |(step, late, tenths): (i64, i64, Option<i32>)| {
            now += step;
            Arriving { now, measured: (now - late).max(0), tenths }
        };
        list.into_iter().map(arriving).collect()
    })
}

fn sample(arriving: Arriving) -> Sample<'static> {
    let quality = if arriving.tenths.is_some() { Quality::Good } else { Quality::Fault };
    let number = Some(f64::from(arriving.tenths.unwrap_or(7)) / 10.0);
    Sample { at: at(arriving.measured), text: "", number, quality }
}

/// What is stored: the later arrival wins.
type Stored = BTreeMap<i64, Option<i32>>;

/// What a rule remembers when it is rebuilt from what is stored.
fn rebuilt(rule: &Rule, stored: &Stored) -> Memory {
    if rule.kind == RuleKind::Deviation {
        let usable = stored.iter().filter_map(|(measured, tenths)| Some((at(*measured), f64::from((*tenths)?) / 10.0)));
        let usable: Vec<(Timestamp, f64)> = usable.collect();
        // As from the store, the newest first; those in between are not read.
        let most = learning::kept(rule);
        let (before, after) = usable.split_at(usable.partition_point(|(when, _)| Some(*when) <= rule.learned_at));
        let newest = |part: &[(Timestamp, f64)]| part.iter().rev().take(most).copied().collect::<Vec<_>>();
        let read = newest(before).into_iter().chain(after.iter().take(most).copied()).chain(newest(&usable));
        return Memory::Learning(Arc::new(learning::Learning::rebuilt(rule, read)));
    }
    let mut window = window::Window::default();
    for (measured, tenths) in stored {
        let arriving = Arriving { now: *measured, measured: *measured, tenths: *tenths };
        remember(rule, &mut window, sample(arriving), at(*measured));
    }
    Memory::Window(Arc::new(window))
}

/// Feeds the arrivals; before each of `restarts` all that is not stored is lost.
fn run(rule: &Rule, arrivals: &[Arriving], restarts: &[usize]) -> Vec<(i64, Turn, Option<f64>)> {
    let (mut state, mut memory) = (RuleState::default(), Memory::of(rule.kind));
    let (mut stored, mut turns) = (Stored::new(), Vec::new());
    for (index, arriving) in arrivals.iter().enumerate() {
        if restarts.contains(&index) {
            memory = rebuilt(rule, &stored);
        }
        let (ticked, transition) = pass(rule, &state, &memory, at(arriving.now - 1));
        let Step { state: after, memory: remembered, transitions } =
            take(rule, &ticked, memory, Arrival::Live, sample(*arriving), at(arriving.now));
        (state, memory) = (after, remembered);
        stored.insert(arriving.measured, arriving.tenths);
        let told = [transition].into_iter().chain(transitions).flatten();
        turns.extend(told.map(|it| (it.at.as_millisecond() - START, it.turn, it.evidence.figure)));
    }
    turns
}

/// The figure that counts, from everything stored: beyond, within, or undecided.
fn figure(rule: &Rule, stored: &Stored) -> Option<(Side, i64)> {
    let newest = *stored.keys().next_back()?;
    let usable: Vec<(i64, i32)> = stored.iter().filter_map(|(at, tenths)| tenths.map(|tenths| (*at, tenths))).collect();
    let reach = i64::from(rule.window_seconds);
    match rule.kind {
        RuleKind::Sum => {
            let inside: Vec<i32> =
                usable.iter().filter(|(at, _)| *at > newest - reach).map(|(_, tenths)| *tenths).collect();
            let sum = f64::from(inside.iter().sum::<i32>()) / 10.0;
            (!inside.is_empty()).then(|| (side(rule, sum), newest))
        }
        RuleKind::Rate => {
            let inside: Vec<(i64, i32)> = usable.into_iter().filter(|(at, _)| *at > newest - 2 * reach).collect();
            let last = inside.last()?;
            let first = inside.iter().rev().find(|(at, _)| last.0 - at >= reach)?;
            let change = f64::from(last.1 - first.1) / 10.0;
            let rate = change * 60.0 / f64::from(i32::try_from(last.0 - first.0).expect("short"));
            Some((side(rule, (rate * 1e9).round() / 1e9), newest))
        }
        RuleKind::Flat => {
            let inside: Vec<(i64, i32)> = usable.into_iter().filter(|(at, _)| *at > newest - 2 * reach).collect();
            let last = inside.last()?;
            let band = |from: usize| {
                let values = inside[from..].iter().map(|(_, tenths)| *tenths);
                values.clone().max().unwrap_or(0) - values.min().unwrap_or(0)
            };
            let close = |from: usize| inside[from..].windows(2).all(|pair| pair[1].0 - pair[0].0 <= reach);
            let quiet = |from: usize| f64::from(band(from)) / 10.0 <= rule.deadband;
            let stands = (0..inside.len()).any(|from| last.0 - inside[from].0 >= reach && quiet(from) && close(from));
            let moved = (0..inside.len()).any(|from| !quiet(from) && close((from + 1).min(inside.len() - 1)));
            Some((
                if stands {
                    Side::Beyond
                } else if moved {
                    Side::Within
                } else {
                    Side::Band
                },
                newest,
            ))
        }
        RuleKind::Deviation => Some((measure::measure(rule, &rebuilt(rule, stored))?.side, newest)),
        RuleKind::High | RuleKind::Low | RuleKind::IntensityDuration | RuleKind::Absence => None,
    }
}

/// Whether a reading is too old to be remembered, or says nothing new.
fn passed_over(rule: &Rule, stored: &Stored, arriving: &Arriving) -> bool {
    let known = stored.get(&arriving.measured).copied().flatten().is_some();
    if arriving.tenths.is_none() && !known {
        return true;
    }
    if rule.kind == RuleKind::Deviation {
        return false;
    }
    let newest = stored.keys().next_back().copied().unwrap_or(0).max(arriving.measured);
    arriving.measured <= newest - i64::from(rule.window_seconds) * rule.kind.windows_remembered()
}

/// Alarms without delay from the figure alone, with everything stored at each moment.
fn reference(rule: &Rule, arrivals: &[Arriving]) -> Vec<(i64, Turn)> {
    let (mut stored, mut active, mut turns) = (Stored::new(), false, Vec::new());
    for arriving in arrivals {
        let passed = passed_over(rule, &stored, arriving);
        let newest = stored.iter().rev().find(|(_, tenths)| tenths.is_some()).map_or(0, |(at, _)| *at);
        stored.insert(arriving.measured, arriving.tenths);
        if passed {
            continue;
        }
        match figure(rule, &stored) {
            Some((Side::Beyond, when)) if !active => turns.push((told_at(rule, when, newest, arriving), Turn::Raised)),
            Some((Side::Within, when)) if active => turns.push((told_at(rule, when, newest, arriving), Turn::Returned)),
            _ => continue,
        }
        active = !active;
    }
    turns
}

/// A departure is told of the newest reading that could be judged, also of one just taken back.
fn told_at(rule: &Rule, newest_stored: i64, newest_usable: i64, arriving: &Arriving) -> i64 {
    let usable = newest_usable.max(arriving.measured);
    if rule.kind == RuleKind::Deviation { usable * 1000 } else { newest_stored * 1000 }
}

fn kinds() -> impl Strategy<Value = RuleKind> {
    prop_oneof![Just(RuleKind::Rate), Just(RuleKind::Flat), Just(RuleKind::Sum), Just(RuleKind::Deviation)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn late_repeated_and_corrected_readings_give_what_a_look_at_everything_gives(
        kind in kinds(), window in 20..120_u32, tenths in 1..25_i32, band in 0..4_i32, arrivals in arrivals(),
    ) {
        let rule = rule(kind, window, f64::from(tenths) / 10.0, f64::from(band) / 10.0);
        let told: Vec<(i64, Turn)> = run(&rule, &arrivals, &[]).into_iter().map(|(at, turn, _)| (at, turn)).collect();
        prop_assert_eq!(told, reference(&rule, &arrivals));
    }

    #[test]
    fn a_restart_at_any_point_gives_the_same_alarms(
        kind in kinds(), window in 20..120_u32, tenths in 1..25_i32, on in 0..40_u32, off in 0..40_u32,
        arrivals in arrivals(), restarts in prop::collection::vec(0..60_usize, 0..5),
    ) {
        let rule = Rule { on_delay_seconds: on, off_delay_seconds: off, ..rule(kind, window, f64::from(tenths) / 10.0, 0.1) };
        prop_assert_eq!(run(&rule, &arrivals, &restarts), run(&rule, &arrivals, &[]));
    }
}

/// Silence second by second; before each of `restarts` only what is stored is known.
fn silences(rule: &Rule, arrivals: &[Arriving], end: i64, restarts: &[i64]) -> Vec<(i64, Turn)> {
    let (mut state, mut heard, mut turns) = (absence::begun(at(0)), None, Vec::new());
    for second in 0..=end {
        if restarts.contains(&second) {
            let known = arrivals.iter().filter(|it| it.now < second).map(|it| at(it.measured));
            heard = known.max();
        }
        for arriving in arrivals.iter().filter(|it| it.now == second) {
            let memory = Memory::Heard(heard);
            let step = take(rule, &state, memory, Arrival::Live, sample(*arriving), at(second));
            (state, heard) = (step.state, step.memory.heard());
            turns.extend(step.transitions.into_iter().flatten().map(|it| (it.at, it.turn)));
        }
        if let Some(due) = absence::due(rule, &state, heard).filter(|due| *due <= at(second)) {
            let (after, transition) = absence::raise(due, rule, heard, false);
            state = after;
            turns.push((transition.at, transition.turn));
        }
    }
    turns.into_iter().map(|(when, turn)| ((when.as_millisecond() - START) / 1000, turn)).collect()
}

/// The same from the whole history: silent is who was last heard a window ago or longer.
fn silences_seen(rule: &Rule, arrivals: &[Arriving], end: i64) -> Vec<(i64, Turn)> {
    let heard = |second: i64| arrivals.iter().filter(|it| it.now <= second).map(|it| it.measured).max().unwrap_or(0);
    let window = i64::from(rule.window_seconds);
    let silent = |second: i64| second >= 0 && second - heard(second) >= window;
    (0..=end)
        .filter(|second| silent(*second) != silent(*second - 1))
        .map(
            |second| {
                if silent(second) { (heard(second) + window, Turn::Raised) } else { (heard(second), Turn::Returned) }
            },
        )
        .collect()
}

proptest! {
    #[test]
    fn silence_is_what_the_whole_history_says_and_a_restart_changes_nothing(
        window in 5..60_u32, arrivals in arrivals(), restarts in prop::collection::vec(0..900_i64, 0..5),
    ) {
        let rule = rule(RuleKind::Absence, window, 0.0, 0.0);
        let end = arrivals.last().map_or(0, |it| it.now) + 100;
        let told = silences(&rule, &arrivals, end, &restarts);
        prop_assert_eq!(&told, &silences_seen(&rule, &arrivals, end));
        prop_assert_eq!(&told, &silences(&rule, &arrivals, end, &[]));
    }
}

fn live(seconds_and_values: &[(i64, i32)]) -> Vec<Arriving> {
    seconds_and_values
        .iter()
        .map(|(second, tenths)| Arriving { now: *second, measured: *second, tenths: Some(*tenths) })
        .collect()
}

#[test]
fn a_rise_is_told_with_what_it_rose_from() {
    let rule = rule(RuleKind::Rate, 60, 2.0, 0.5);
    let readings = live(&[(0, 10), (30, 12), (60, 15), (90, 40), (150, 45), (210, 45)]);
    let told = run(&rule, &readings, &[]);
    assert_eq!(told[0], (90_000, Turn::Raised, Some(2.8)));
    assert_eq!((told[1].0, told[1].1, told.len()), (150_000, Turn::Returned, 2));
    let fall = Rule { direction: Direction::Fall, ..rule.clone() };
    assert!(run(&fall, &readings, &[]).is_empty());
    let jump = Rule { direction: Direction::Either, ..rule };
    assert_eq!(run(&jump, &live(&[(0, 50), (60, 10)]), &[])[0].2, Some(-4.0));
}

#[test]
fn a_rate_needs_a_reading_a_window_ago() {
    let rule = rule(RuleKind::Rate, 60, 1.0, 0.0);
    assert!(run(&rule, &live(&[(0, 0), (10, 99)]), &[]).is_empty(), "ten seconds are no minute");
    assert!(run(&rule, &live(&[(0, 0), (121, 99)]), &[]).is_empty(), "what was long ago is no beginning");
}

#[test]
fn a_standing_value_is_told_while_readings_come_and_ends_when_it_moves() {
    let rule = rule(RuleKind::Flat, 60, 0.0, 0.1);
    let told = run(&rule, &live(&[(0, 50), (20, 51), (40, 50), (60, 51), (80, 50), (100, 55)]), &[]);
    assert_eq!(
        told.iter().map(|it| (it.0, it.1)).collect::<Vec<_>>(),
        [(60_000, Turn::Raised), (100_000, Turn::Returned)]
    );
    assert!(run(&rule, &live(&[(0, 50), (70, 50)]), &[]).is_empty(), "nothing came in between");
}

/// Readings a minute, near 20 with a little noise, shifted from `from` on.
fn minutes(count: i64, from: i64, shift: i32) -> Vec<Arriving> {
    let noise = [3, -1, 0, 2, -3, 1, -2, 0, 1, -1];
    let one = |minute: i64| {
        let place = usize::try_from(minute * 7 + minute / 10).expect("few") % noise.len();
        (minute * 60, 200 + noise[place] + if minute >= from { shift } else { 0 })
    };
    live(&(0..count).map(one).collect::<Vec<_>>())
}

#[test]
fn a_departure_is_told_with_what_was_usual_until_it_is_back() {
    for method in [Method::Zscore, Method::Ewma, Method::Cusum] {
        let learned_at = Some(at(60 * 60));
        let rule = Rule { method, training_readings: 50, learned_at, ..rule(RuleKind::Deviation, 0, 5.0, 0.5) };
        assert!(run(&rule, &minutes(300, 999, 0), &[]).is_empty(), "{method:?}: nothing happens");
        let told = run(&rule, &minutes(900, 120, -20), &[]);
        let figure = told[0].2.expect("a figure");
        assert!((120 * 60_000..126 * 60_000).contains(&told[0].0) && figure <= -5.0, "{method:?}: {told:?}");
        assert_eq!(told.len(), 1, "{method:?}: however long it lasts");
        assert_eq!(told, run(&rule, &minutes(900, 120, -20), &[3, 60, 121, 122, 150]), "{method:?}: over restarts");
        let mut back = minutes(900, 120, -20);
        back.truncate(200);
        back.extend(minutes(400, 999, 0).into_iter().skip(200));
        let told = run(&rule, &back, &[]);
        assert_eq!((told[1].1, told.len()), (Turn::Returned, 2), "{method:?}: {told:?}");
        assert!((200 * 60_000..240 * 60_000).contains(&told[1].0), "{method:?}: {told:?}");
    }
    let few = Rule { training_readings: 50, ..rule(RuleKind::Deviation, 0, 5.0, 0.0) };
    assert!(run(&few, &minutes(50, 40, 90), &[]).is_empty(), "still learning");
}

#[test]
fn a_departure_explains_itself() {
    let learned_at = Some(at(60 * 60));
    let plain = rule(RuleKind::Deviation, 0, 5.0, 0.0);
    let rule = Rule { method: Method::Zscore, training_readings: 50, learned_at, ..plain };
    let (mut state, mut memory, mut seen) = (RuleState::default(), Memory::of(rule.kind), None);
    for arriving in minutes(90, 80, 30) {
        let step = take(&rule, &state, memory, Arrival::Live, sample(arriving), at(arriving.now));
        (state, memory) = (step.state, step.memory);
        seen = seen.or(step.transitions.into_iter().flatten().next());
    }
    let evidence = seen.expect("raised").evidence;
    let (baseline, sigma) = (evidence.baseline.expect("told"), evidence.sigma.expect("told"));
    assert!((19.9..20.1).contains(&baseline) && (0.1..0.4).contains(&sigma), "{evidence:?}");
    let last = evidence.last.expect("told");
    assert_eq!((last.at, evidence.first), (at(80 * 60), Some(last)), "beyond since this reading");
    assert!((evidence.figure.expect("told") - (last.value - baseline) / sigma).abs() < 0.01, "{evidence:?}");
    assert_eq!(evidence.readings, Some(20), "since the 61 that were there when it learned");
}

#[test]
fn a_sum_is_exact_and_the_limit_itself_counts() {
    let rule = rule(RuleKind::Sum, 3600, 0.3, 0.0);
    assert_eq!(run(&rule, &live(&[(0, 1), (60, 1), (120, 1)]), &[]), [(120_000, Turn::Raised, Some(0.3))]);
}

#[test]
fn silence_counts_from_the_newest_reading_or_from_the_beginning() {
    let rule = rule(RuleKind::Absence, 60, 0.0, 0.0);
    let begun = absence::begun(at(0));
    assert_eq!(absence::due(&rule, &begun, None), Some(at(60)), "it never spoke");
    assert_eq!(absence::due(&rule, &begun, Some(at(20))), Some(at(80)));
    assert_eq!(absence::due(&rule, &begun, Some(at(-500))), Some(at(60)), "what was before does not count");
    let (silent, raised) = absence::raise(at(80), &rule, Some(at(20)), false);
    assert_eq!((raised.at, raised.evidence.figure, raised.evidence.heard_at), (at(80), Some(60.0), Some(at(20))));
    assert_eq!(absence::due(&rule, &silent, Some(at(20))), None);
    let speak = |second, now| {
        let arriving = Arriving { now, measured: second, tenths: Some(1) };
        take(&rule, &silent, Memory::Heard(Some(at(20))), Arrival::Live, sample(arriving), at(now))
    };
    assert_eq!(speak(30, 100).transitions[0], None, "it is itself too old");
    let back = speak(95, 100);
    assert_eq!(back.transitions[0].as_ref().map(|it| (it.turn, it.at)), Some((Turn::Returned, at(95))));
    assert_eq!(absence::due(&rule, &back.state, back.memory.heard()), Some(at(155)));
    let missing =
        Sample { quality: Quality::Missing, number: None, ..sample(Arriving { now: 100, measured: 95, tenths: None }) };
    let step = take(&rule, &silent, Memory::Heard(Some(at(20))), Arrival::Live, missing, at(100));
    assert_eq!(
        (step.transitions, step.memory),
        ([None, None], Memory::Heard(Some(at(20)))),
        "it says that nothing was measured"
    );
}
