use proptest::prelude::*;

use super::*;

const ALL: [Method; 3] = [Method::ZScore, Method::Ewma { weight: 0.2 }, Method::Cusum];

fn chart(method: Method, limit: f64) -> Chart {
    Chart { method, limit, training: 100, follow: 0, gap_millis: 60_000 }
}

/// Deterministic noise, roughly normal with sigma 1.
fn noise(step: u32) -> f64 {
    let uniform = |salt: u64| {
        let mut hash =
            (u64::from(step) + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ salt.wrapping_mul(0xD1B5_4A32_D192_ED03);
        hash = (hash ^ (hash >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        (hash >> 11) as f64 / (1_u64 << 53) as f64
    };
    (0..12).map(uniform).sum::<f64>() - 6.0
}

/// One value a second; the alarm after each.
fn watched(chart: &Chart, values: impl Iterator<Item = f64>) -> Vec<bool> {
    let mut state = ChartState::default();
    let judge = |(second, value): (i64, f64)| {
        chart.step(&mut state, second * 1000, Some(value));
        state.beyond_since().is_some()
    };
    (0..).zip(values).map(judge).collect()
}

fn shifted(shift: f64) -> impl Iterator<Item = f64> {
    (0..400).map(move |step| 20.0 + 2.0 * (noise(step) + if step >= 200 { shift } else { 0.0 }))
}

fn first(alarms: &[bool]) -> Option<usize> {
    alarms.iter().position(|alarm| *alarm)
}

#[test]
fn noise_alone_is_no_alarm_and_a_large_shift_is_one_for_every_method() {
    for (method, limit) in ALL.into_iter().zip([5.0, 5.0, 8.0]) {
        let chart = chart(method, limit);
        assert_eq!(first(&watched(&chart, shifted(0.0))), None, "{method:?}");
        let found = first(&watched(&chart, shifted(8.0))).expect("found");
        assert!((200..205).contains(&found), "{method:?}: {found}");
    }
}

#[test]
fn charts_that_accumulate_find_a_small_shift_that_single_readings_do_not() {
    let found = |method, limit| first(&watched(&chart(method, limit), shifted(1.5)));
    assert_eq!(found(Method::ZScore, 5.0), None);
    for (method, limit) in [(Method::Ewma { weight: 0.2 }, 3.5), (Method::Cusum, 8.0)] {
        let found = found(method, limit);
        assert!(found.is_some_and(|row| (201..230).contains(&row)), "{method:?}: {found:?}");
    }
}

#[test]
fn a_finding_explains_itself() {
    let (chart, mut state) = (chart(Method::ZScore, 5.0), ChartState::default());
    for step in 0..100 {
        let value = 20.0 + 2.0 * noise(step);
        assert_eq!(chart.step(&mut state, i64::from(step) * 1000, Some(value)), None);
    }
    assert_eq!(state.learned(), None);
    chart.step(&mut state, 100_000, Some(60.0)).expect("judged");
    let finding = chart.step(&mut state, 101_000, Some(-20.0)).expect("judged");
    assert!(finding.beyond && finding.since == Some(100_000), "{finding:?}");
    assert!((finding.baseline - 20.0).abs() < 1.0 && (finding.scale - 2.0).abs() < 0.6, "{finding:?}");
    assert!((finding.statistic - (-20.0 - finding.baseline) / finding.scale).abs() < 1e-9, "signed, in sigmas");
    let back = chart.step(&mut state, 102_000, Some(20.0)).expect("judged");
    assert_eq!((back.beyond, back.since), (false, None));
}

#[test]
fn what_cannot_be_judged_changes_nothing() {
    let (chart, mut state) = (chart(Method::Cusum, 5.0), ChartState::default());
    for step in 0..120 {
        chart.step(&mut state, i64::from(step) * 1000, Some(noise(step)));
    }
    let before = state.clone();
    for (at, value) in [
        (200_000, None),
        (200_000, Some(f64::NAN)),
        (200_000, Some(f64::INFINITY)),
        (119_000, Some(99.0)),
        (5, Some(99.0)),
    ] {
        assert_eq!(chart.step(&mut state, at, value), None);
        assert_eq!(state, before, "{at} {value:?}");
    }
}

#[test]
fn after_a_hole_nothing_old_is_accumulated() {
    for method in [Method::Ewma { weight: 0.05 }, Method::Cusum] {
        let (chart, mut state) = (chart(method, 6.0), ChartState::default());
        for step in 0..140_u32 {
            let shift = if step >= 130 { 1.2 } else { 0.0 };
            chart.step(&mut state, i64::from(step) * 1000, Some(noise(step) + shift));
        }
        let mut continued = state.clone();
        let with = chart.step(&mut continued, 140_000, Some(0.0)).expect("judged").statistic;
        let without = chart.step(&mut state, 400_000, Some(0.0)).expect("judged").statistic;
        assert!(without.abs() < with.abs() && without.abs() < 0.5, "{method:?}: {without} after {with}");
    }
}

#[test]
fn a_series_that_stands_still_is_learned_from_later() {
    let (chart, mut state) = (chart(Method::ZScore, 5.0), ChartState::default());
    for step in 0..500 {
        chart.step(&mut state, i64::from(step) * 1000, Some(7.0));
    }
    assert!(state.learned().is_some_and(|learned| (50..100).contains(&learned)), "{:?}", state.learned());
    for step in 500..600_u32 {
        chart.step(&mut state, i64::from(step) * 1000, Some(7.0 + noise(step)));
    }
    assert_eq!(state.learned(), None);
}

#[test]
fn the_centre_line_follows_a_season_but_not_an_alarm() {
    let still = chart(Method::Ewma { weight: 0.2 }, 5.0);
    let following = Chart { follow: 50, ..still };
    let season = || (0..2000_u32).map(|step| noise(step) + f64::from(step.saturating_sub(100)) / 100.0);
    assert!(first(&watched(&still, season())).is_some());
    assert_eq!(first(&watched(&following, season())), None);
    let jump = (0..2000_u32).map(|step| noise(step) + if step >= 1000 { 12.0 } else { 0.0 });
    assert!(watched(&following, jump).last().expect("rows"), "what departed is reported until it is back");
}

#[test]
fn readings_that_hang_together_do_not_cry_wolf() {
    let mut value = 0.0;
    let walk: Vec<f64> = (0..3000_u32)
        .map(|step| {
            value = 0.95 * value + noise(step);
            value
        })
        .collect();
    let chart = Chart { training: 500, ..chart(Method::Ewma { weight: 0.1 }, 4.5) };
    let alarms = watched(&chart, walk.into_iter()).iter().filter(|alarm| **alarm).count();
    assert!(alarms < 30, "{alarms} of 2500");
}

proptest! {
    /// A state that was stored and read back goes on as if nothing had been.
    #[test]
    fn a_stored_state_goes_on_equally(
        values in prop::collection::vec(prop::option::weighted(0.9, -1e6..1e6_f64), 150..300),
        cut in 0_usize..150, which in 0_usize..3,
    ) {
        let chart = chart(ALL[which], 3.0);
        let (mut kept, mut stored) = (ChartState::default(), ChartState::default());
        for (row, value) in values.into_iter().enumerate() {
            if row == cut || row == cut + 80 {
                let text = serde_json::to_string(&stored).expect("json");
                stored = serde_json::from_str(&text).expect("json");
            }
            let at = i64::try_from(row).expect("few") * 1000;
            prop_assert_eq!(chart.step(&mut kept, at, value), chart.step(&mut stored, at, value));
        }
        prop_assert_eq!(kept, stored);
    }

    /// Whatever comes, figures are numbers and the verdict is that of the figure.
    #[test]
    fn figures_are_numbers(values in prop::collection::vec(any::<f64>(), 100..200), which in 0_usize..3) {
        let chart = Chart { training: 20, follow: 10, ..chart(ALL[which], 3.0) };
        let mut state = ChartState::default();
        for (row, value) in values.into_iter().enumerate() {
            let at = i64::try_from(row).expect("few") * 1000;
            if let Some(finding) = chart.step(&mut state, at, Some(value)) {
                prop_assert!(finding.statistic.is_finite(), "{finding:?}");
                prop_assert_eq!(finding.beyond, finding.statistic.abs() > finding.limit);
                prop_assert_eq!(finding.beyond, state.beyond_since().is_some());
            }
        }
    }

    /// Unit and zero of an instrument do not matter.
    #[test]
    fn the_unit_does_not_matter(factor in 0.01..100.0_f64, zero in -1000.0..1000.0_f64, which in 0_usize..3) {
        let chart = chart(ALL[which], 4.0);
        let told = watched(&chart, shifted(3.0));
        prop_assert_eq!(told, watched(&chart, shifted(3.0).map(|value| value * factor + zero)));
    }
}
