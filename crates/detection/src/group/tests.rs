use proptest::prelude::*;

use super::*;

fn detector(baseline: Baseline) -> Group {
    Group { baseline, weight: 0.2, limit: 3.0, training: 200, follow: 0, gap_millis: 60_000 }
}

fn noise(step: u32, salt: u32) -> f64 {
    let uniform = |turn: u64| {
        let mut hash =
            (u64::from(step) << 16 | u64::from(salt)).wrapping_add(turn << 50).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        hash = (hash ^ (hash >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        (hash >> 11) as f64 / (1_u64 << 53) as f64
    };
    (0..12).map(uniform).sum::<f64>() - 6.0
}

/// Flow, pressure that goes with it, a temperature, and a valve that never moves.
fn row(step: u32) -> Vec<Option<f64>> {
    let flow = noise(step, 1);
    vec![
        Some(50.0 + 3.0 * flow),
        Some(8.0 + 0.5 * flow + 0.05 * noise(step, 2)),
        Some(20.0 + noise(step, 3)),
        Some(1.0),
    ]
}

fn at(step: u32) -> i64 {
    i64::from(step) * 1000
}

fn learned(group: &Group) -> GroupState {
    let mut state = GroupState::default();
    for step in 0..200 {
        assert_eq!(group.step(&mut state, at(step), &row(step)), None);
    }
    state
}

#[test]
fn what_is_within_every_single_limit_can_be_far_from_the_usual_together() {
    let group = detector(Baseline::Level);
    let mut state = learned(&group);
    for step in 200..400 {
        let finding = group.step(&mut state, at(step), &row(step)).expect("judged");
        assert!(!finding.beyond && finding.leading.is_empty(), "{step}: {finding:?}");
    }
    let mut found = None;
    for step in 400..420 {
        let mut row = row(step);
        // Half a sigma of the pressure, against what its flow says.
        row[1] = row[1].map(|pressure| pressure + 0.25);
        found = found.or(group.step(&mut state, at(step), &row).filter(|finding| finding.beyond));
    }
    let found = found.expect("found");
    assert!(found.since.is_some_and(|since| since < at(410)), "{found:?}");
    assert!(found.leading.len() == 3 && found.leading.iter().any(|leading| leading.series == 1), "{found:?}");
}

#[test]
fn missing_values_speak_neither_for_nor_against() {
    for baseline in [Baseline::Level, Baseline::Predicted] {
        let group = detector(baseline);
        let mut state = learned(&group);
        for step in 200..400 {
            let mut row = row(step);
            row[(step % 3) as usize] = None;
            let finding = group.step(&mut state, at(step), &row).expect("judged");
            assert!(!finding.beyond, "{baseline:?} {step}: {finding:?}");
        }
        let before = state.clone();
        assert_eq!(group.step(&mut state, at(400), &[None, None, Some(20.0), Some(1.0)]), None, "more than half");
        assert_eq!(group.step(&mut state, at(400), &[Some(1.0)]), None, "another group");
        assert_eq!(group.step(&mut state, at(10), &row(10)), None, "older");
        assert_eq!(state, before);
    }
}

#[test]
fn another_run_begins_without_what_the_last_one_gathered() {
    let group = detector(Baseline::Level);
    let mut state = learned(&group);
    for step in 200..210 {
        group.step(&mut state, at(step), &[Some(90.0), Some(2.0), Some(20.0), Some(1.0)]);
    }
    assert!(state.beyond_since().is_some());
    let mut next = state.rewound();
    assert_eq!(next.beyond_since(), None);
    assert!(!group.step(&mut next, at(0), &row(500)).expect("judged").beyond);
}

#[test]
fn what_the_row_before_lets_expect_is_no_departure() {
    // A tank that fills and empties: its level wanders far, but by what its pump delivers.
    let tank = |step: u32| {
        let pump = f64::from(u8::from(step % 40 < 20));
        let level = f64::from(20 - (step % 40).abs_diff(20)) / 2.0;
        vec![Some(pump + 0.01 * noise(step, 1)), Some(level + 0.05 * noise(step, 2))]
    };
    let judged = |baseline| {
        let group = Group { training: 400, ..detector(baseline) };
        let mut state = GroupState::default();
        let row = |step: u32| {
            let mut row = tank(step);
            // The sensor of the level is held at 5 while the pump goes on.
            if step >= 600 {
                row[1] = Some(5.0 + 0.05 * noise(step, 2));
            }
            row
        };
        (0..640)
            .filter_map(|step| Some((step, group.step(&mut state, at(step), &row(step))?.statistic)))
            .collect::<Vec<_>>()
    };
    let peak = |told: &[(u32, f64)], from: u32, to: u32| {
        told.iter().filter(|(step, _)| (from..to).contains(step)).map(|told| told.1).fold(0.0, f64::max)
    };
    let (level, predicted) = (judged(Baseline::Level), judged(Baseline::Predicted));
    let gain = |told: &[(u32, f64)]| peak(told, 600, 640) / peak(told, 420, 600);
    assert!(gain(&predicted) > gain(&level), "{} beside {}", gain(&predicted), gain(&level));
}

proptest! {
    /// Whatever comes, figures are numbers; a state that was stored and read back goes on equally.
    #[test]
    fn figures_are_numbers_and_states_can_be_stored(
        rows in prop::collection::vec(prop::collection::vec(prop::option::weighted(0.95, any::<f64>()), 3), 60..120),
        predicted in any::<bool>(),
    ) {
        let baseline = if predicted { Baseline::Predicted } else { Baseline::Level };
        let group = Group { training: 16, follow: 10, ..detector(baseline) };
        let (mut kept, mut stored) = (GroupState::default(), GroupState::default());
        for (step, row) in (0..).zip(rows) {
            let finding = group.step(&mut kept, at(step), &row);
            prop_assert_eq!(&finding, &group.step(&mut stored, at(step), &row));
            if let Some(finding) = finding {
                prop_assert!(finding.statistic.is_finite(), "{finding:?}");
                prop_assert_eq!(finding.beyond, finding.statistic > finding.limit);
            }
            if step % 25 == 0 {
                stored = serde_json::from_str(&serde_json::to_string(&stored).expect("json")).expect("json");
            }
        }
        prop_assert_eq!(kept, stored);
    }
}
