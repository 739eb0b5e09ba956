//! Rain against a threshold of intensity and duration: told with every duration, kept over restarts, tried on the past.

mod common;

use common::{Plant, plant, submission, with};
use fengsui_series::rules::{Antecedent, Intensity, RuleKind};
use fengsui_series::{Reading, RuleInput, RuleTrialInput};
use fengsui_storage::on_every_store;
use jiff::SignedDuration;

/// The bound that Caine published in 1980.
fn caine() -> Intensity {
    Intensity { durations_hours: vec![1, 3, 24], a: 14.82, b: 0.39, c: 0.0, antecedent: None }
}

fn rule(plant: &Plant, intensity: Intensity) -> RuleInput {
    with(plant.input(0, 0, 0.1), |condition| {
        condition.kind = RuleKind::IntensityDuration;
        condition.limit = None;
        condition.intensity = Some(intensity);
    })
}

/// Rain of the hours before now.
fn rain(plant: &Plant, hours_ago: i64, value: &str) -> Reading {
    let observed_at = plant.now().checked_sub(SignedDuration::from_hours(hours_ago)).expect("a time");
    Reading { observed_at, ..plant.reading(value) }
}

on_every_store!(rain_over_the_threshold_calls_and_tells_every_duration, |store| async move {
    let mut plant = plant(store).await;
    let made = plant.engine.create_rule(&plant.system, rule(&plant, caine())).await.expect("a rule");
    assert_eq!((made.condition.limit, made.condition.window_seconds), (None, None));
    assert_eq!(made.condition.intensity, Some(caine()));
    let ingest = plant.engine.ingest();
    ingest.submit(submission(vec![rain(&plant, 2, "10"), rain(&plant, 1, "9")])).await.expect("stored");
    assert!(plant.alarms().await.is_empty());
    plant = plant.restart().await;
    plant.send("11").await;
    let alarm = plant.only_alarm().await;
    assert_eq!((alarm.title.as_str(), alarm.unit.as_str()), ("3#甲醇罐 液位 3 小时雨强达到临界值", "×"));
    let told = alarm.explanation.expect("an explanation");
    assert_eq!((told.kind, told.limit, told.intensity), (RuleKind::IntensityDuration, Some(1.0), Some(caine())));
    let durations: Vec<(u32, f64, bool)> =
        told.evidence.durations.iter().map(|one| (one.hours, one.rain, one.ratio() >= 1.0)).collect();
    assert_eq!(durations, [(1, 11.0, false), (3, 30.0, true), (24, 30.0, false)]);
    assert_eq!(told.evidence.figure, Some(told.evidence.durations[1].ratio()));
    plant.advance(3600);
    plant.send("0").await;
    assert!(!plant.only_alarm().await.active, "back by more than the deadband");
});

on_every_store!(wet_ground_calls_earlier_and_it_is_tried_on_the_past, |store| async move {
    let plant = plant(store).await;
    let days_ago = vec![rain(&plant, 40, "60"), rain(&plant, 30, "40"), rain(&plant, 1, "0")];
    plant.engine.ingest().submit(submission(days_ago)).await.expect("stored");
    plant.send("12").await;
    plant.advance(60);
    let wet = Antecedent { decay: 0.84, days: 10, full_at: 80.0, reduction: 0.4 };
    let wet = Intensity { antecedent: Some(wet), ..caine() };
    let tried =
        |intensity| plant.engine.try_rule(&plant.system, RuleTrialInput { rule: rule(&plant, intensity), hours: 1 });
    assert_eq!(tried(caine()).await.expect("a trial").trial.alarms, 0);
    let trial = tried(wet).await.expect("a trial").trial;
    assert_eq!(trial.alarms, 1);
    assert!(trial.episodes[0].peak.is_some_and(|peak| peak > 1.0));
});

on_every_store!(what_is_no_threshold_is_refused_by_name, |store| async move {
    let plant = plant(store).await;
    let code = async |intensity: Intensity| {
        let refused = plant.engine.create_rule(&plant.system, rule(&plant, intensity)).await;
        refused.expect_err("refused").code().to_owned()
    };
    assert_eq!(code(Intensity { durations_hours: vec![], ..caine() }).await, "required");
    assert_eq!(code(Intensity { durations_hours: vec![3, 1], ..caine() }).await, "intensity_durations");
    assert_eq!(code(Intensity { durations_hours: vec![1, 73], ..caine() }).await, "intensity_durations");
    assert_eq!(code(Intensity { a: 0.0, ..caine() }).await, "not_positive");
    assert_eq!(code(Intensity { b: 2.1, ..caine() }).await, "out_of_range");
    assert_eq!(code(Intensity { c: f64::NAN, ..caine() }).await, "out_of_range");
    let wet = Antecedent { decay: 1.0, days: 5, full_at: 50.0, reduction: 0.3 };
    assert_eq!(code(Intensity { antecedent: Some(wet), ..caine() }).await, "out_of_range");
    let none = with(rule(&plant, caine()), |condition| condition.intensity = None);
    assert_eq!(plant.engine.create_rule(&plant.system, none).await.expect_err("none").code(), "required");
    let limited = with(rule(&plant, caine()), |condition| condition.limit = Some(2.0));
    assert_eq!(plant.engine.create_rule(&plant.system, limited).await.expect_err("two").code(), "not_for_kind");
    let other = with(plant.input(0, 0, 0.0), |condition| condition.intensity = Some(caine()));
    assert_eq!(plant.engine.create_rule(&plant.system, other).await.expect_err("high").code(), "not_for_kind");
});
