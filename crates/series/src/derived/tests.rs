//! What a derivation amounts to, whatever its inputs are.

use fengsui_kernel::clock::from_millis;
use proptest::prelude::*;

use super::*;

fn difference(max_age_seconds: u32) -> Derivation {
    let input = |name: &str, number| Input {
        name: name.to_owned(),
        series: format!("01990000-0000-7000-8000-00000000000{number}").parse().expect("an id"),
        number,
    };
    let formula = Formula::read("inlet.value - outlet.value", &["inlet", "outlet"]).expect("a formula");
    let inputs = vec![input("inlet", 1), input("outlet", 2)];
    let expression = "inlet.value - outlet.value".to_owned();
    Derivation { expression, inputs, max_age_seconds, version: 1, depth: 1, formula: Some(formula) }
}

#[expect(clippy::unnecessary_wraps, reason = "inputs may be absent")]
fn at(second: i64, value: f64, quality: Quality) -> Option<Given> {
    Some(Given { at: from_millis(second * 1000), value: Some(value), quality })
}

#[test]
fn takes_time_and_quality_from_its_inputs() {
    let computed = difference(60).compute(&[at(100, 0.3, Quality::Good), at(40, 0.1, Quality::Uncertain)]);
    let expected = Computed { at: from_millis(100_000), value: Ok(0.2), quality: Quality::Uncertain };
    assert_eq!(computed, Some(expected));
    assert_eq!(difference(60).compute(&[None, None]), None);
}

#[test]
fn says_why_there_is_no_value() {
    let reason = |given: [Option<Given>; 2]| difference(60).compute(&given).expect("computed").value.expect_err("none");
    let good = |second| at(second, 1.0, Quality::Good);
    assert_eq!(reason([good(100), good(39)]), NoValue::TooOld { input: "outlet".into() });
    assert_eq!(reason([None, good(39)]), NoValue::NoReading { input: "inlet".into() });
    assert_eq!(reason([good(100), at(99, 1.0, Quality::Missing)]), NoValue::NotMeasured { input: "outlet".into() });
    let stale = Derivation { formula: None, ..difference(60) };
    assert_eq!(stale.compute(&[good(1), good(1)]).expect("computed").value, Err(NoValue::NotUnderstood));
}

#[test]
fn numbers_are_written_so_that_they_read_back() {
    for number in [0.0, -0.0, 1e-9, -2.5, 1e20, 123_456.75, -7e-300] {
        assert_eq!(Figure::read(&written(number)).number(), Some(number), "{number}");
        assert!(written(number).len() <= 40);
    }
}

#[test]
fn depths_are_bounded_and_cycles_are_found() {
    use super::graph::{Tangle, depths};
    let of = |inputs: &[i64]| {
        let input = |number: &i64| Input { number: *number, ..difference(1).inputs[0].clone() };
        Derivation { inputs: inputs.iter().map(input).collect(), ..difference(1) }
    };
    // 10 ← 1, 2; 11 ← 10; 12 ← 11
    let known = [(10, of(&[1, 2])), (11, of(&[10, 1])), (12, of(&[11]))].into_iter().collect();
    assert_eq!(depths(&known, 13, &[1]).expect("a tree")[&12], 3);
    assert_eq!(depths(&known, 0, &[12]), Err(Tangle::TooDeep(vec![0])));
    assert_eq!(depths(&known, 10, &[12]), Err(Tangle::Cycle(vec![10, 12, 11])));
    assert_eq!(depths(&known, 10, &[10]), Err(Tangle::Cycle(vec![10])));
}

fn quality() -> impl Strategy<Value = Quality> {
    prop_oneof![
        Just(Quality::Good),
        Just(Quality::Uncertain),
        Just(Quality::Bad),
        Just(Quality::Missing),
        Just(Quality::Maintenance),
        Just(Quality::Calibration),
        Just(Quality::OverRange),
        Just(Quality::Fault),
        Just(Quality::Manual),
    ]
}

fn input() -> impl Strategy<Value = Option<Given>> {
    let given = (0_i64..200, proptest::option::of(-1e9_f64..1e9), quality());
    proptest::option::of(given.prop_map(|(second, value, quality)| Given {
        at: from_millis(second * 1000),
        value,
        quality,
    }))
}

proptest! {
    #[test]
    fn a_value_is_only_made_of_fresh_and_measured_inputs(inlet in input(), outlet in input(), age in 1_u32..200) {
        let given = [inlet, outlet];
        let computed = difference(age).compute(&given);
        let newest = given.iter().flatten().map(|it| it.at).max();
        prop_assert_eq!(computed.as_ref().map(|it| it.at), newest);
        let Some(computed) = computed else { return Ok(()) };
        let usable = given.iter().all(|it| it.is_some_and(|it| {
            it.value.is_some() && it.quality != Quality::Missing
                && computed.at.as_millisecond() - it.at.as_millisecond() <= i64::from(age) * 1000
        }));
        prop_assert_eq!(computed.value.is_ok(), usable);
        prop_assert_eq!(computed.quality == Quality::Missing, !usable);
        if usable {
            // No better than its worst input.
            prop_assert!(given.iter().flatten().all(|it| badness(it.quality) <= badness(computed.quality)));
            prop_assert!(given.iter().flatten().any(|it| it.quality == computed.quality));
        }
        let point = computed.point(from_millis(1_000_000));
        prop_assert_eq!(point.figure.number().is_some(), usable);
        prop_assert!(!point.historical);
    }
}
