//! Rules that tell a departure from the usual, from the reading to the alarm, on both stores.

mod common;

use common::{Plant, plant, submission, with};
use fengsui_kernel::fault::FaultKind;
use fengsui_kernel::reading::Quality;
use fengsui_series::rules::{Method, RuleKind};
use fengsui_series::{Reading, RuleInput, RuleTrialInput};
use fengsui_storage::on_every_store;
use jiff::SignedDuration;

fn deviation(plant: &Plant, method: Method, limit: f64) -> RuleInput {
    with(RuleInput { name: "偏离平时".into(), ..plant.input(0, 0, 0.5) }, |it| {
        it.kind = RuleKind::Deviation;
        it.limit = Some(limit);
        it.method = Some(method);
        it.training_readings = Some(30);
    })
}

async fn learned(plant: &Plant) -> Option<bool> {
    plant.engine.rules(&plant.system, &plant.series).await.expect("rules")[0].learned
}

/// A level near 3 with a little noise; the minute decides.
fn usual(minute: i64) -> f64 {
    let noise = [3, -1, 0, 2, -3, 1, -2, 0, 1, -1];
    3.0 + f64::from(noise[usize::try_from(minute * 7 + minute / 10).expect("few") % noise.len()]) / 100.0
}

async fn minutes(plant: &Plant, from: i64, count: i64, shift: f64) {
    for minute in from..from + count {
        plant.send(&format!("{:.2}", usual(minute) + shift)).await;
        plant.advance(60);
    }
}

on_every_store!(a_departure_is_told_with_what_was_usual_and_survives_restarts, |store| async move {
    let mut plant = plant(store).await;
    // What was measured before the rule was made is learned from at once.
    minutes(&plant, 0, 20, 0.0).await;
    let made = plant.engine.create_rule(&plant.system, deviation(&plant, Method::Ewma, 4.0)).await.expect("a rule");
    assert_eq!(
        (made.condition.method, made.condition.training_readings, made.condition.window_seconds),
        (Some(Method::Ewma), Some(30), None)
    );
    assert_eq!(learned(&plant).await, Some(false));
    minutes(&plant, 20, 9, 0.0).await;
    // The restart falls into the learning.
    plant = plant.restart().await;
    minutes(&plant, 29, 11, 0.0).await;
    assert_eq!(learned(&plant).await, Some(true));
    assert!(plant.alarms().await.is_empty());
    let begun = plant.now();
    for minute in 0..12 {
        minutes(&plant, 40 + minute, 1, 0.08).await;
        plant = plant.restart().await;
    }
    let alarm = plant.only_alarm().await;
    assert!(alarm.active && alarm.raised_at >= begun, "{alarm:#?}");
    assert_eq!(
        (alarm.title.as_str(), alarm.limit, alarm.unit.as_str()),
        ("3#甲醇罐 液位 偏离平时水平达到 4 σ", 4.0, "σ")
    );
    let told = alarm.explanation.expect("an explanation");
    assert_eq!((told.kind, told.method, told.training_readings), (RuleKind::Deviation, Some(Method::Ewma), Some(30)));
    let seen = told.evidence;
    assert!(seen.figure.is_some_and(|figure| figure >= 4.0), "{seen:?}");
    assert!(seen.baseline.is_some_and(|baseline| (baseline - 3.0).abs() < 0.06), "{seen:?}");
    assert!(seen.sigma.is_some_and(|sigma| (0.005..0.04).contains(&sigma)), "{seen:?}");
    assert_eq!(told.unit, "m", "baseline and sigma are in the unit of the series");
    minutes(&plant, 52, 25, 0.0).await;
    assert!(!plant.only_alarm().await.active, "back to the usual");
});

on_every_store!(what_comes_late_or_is_taken_back_counts_as_it_is_stored, |store| async move {
    let mut plant = plant(store).await;
    minutes(&plant, 0, 40, 0.0).await;
    plant.engine.create_rule(&plant.system, deviation(&plant, Method::Zscore, 6.0)).await.expect("a rule");
    plant.advance(60);
    minutes(&plant, 40, 1, 0.0).await;
    plant.send("3.90").await;
    let stray = plant.now();
    assert!(plant.only_alarm().await.active);
    plant.advance(60);
    plant = plant.restart().await;
    // The device takes the value back: it was a fault.
    let fault = Reading { observed_at: stray, quality: Quality::Fault, ..plant.reading("3.90") };
    plant.engine.ingest().submit(submission(vec![fault])).await.expect("stored");
    assert!(!plant.only_alarm().await.active, "judged by the newest that is left");
    // What is from the device's memory fills the past and accuses nobody.
    let past = plant.now().checked_sub(SignedDuration::from_secs(1830)).expect("a time");
    let old = Reading { observed_at: past, historical: true, ..plant.reading("9.00") };
    plant.engine.ingest().submit(submission(vec![old])).await.expect("stored");
    plant = plant.restart().await;
    minutes(&plant, 41, 5, 0.0).await;
    assert!(!plant.only_alarm().await.active);
});

on_every_store!(a_departure_is_tried_on_the_past_as_it_would_have_been_told, |store| async move {
    let plant = plant(store).await;
    minutes(&plant, 0, 70, 0.0).await;
    minutes(&plant, 70, 10, 0.30).await;
    minutes(&plant, 80, 20, 0.0).await;
    let (engine, system) = (&plant.engine, &plant.system);
    for method in [Method::Zscore, Method::Ewma, Method::Cusum] {
        let rule = deviation(&plant, method, 6.0);
        // The span is shorter than what is learned from: what was before it is remembered, not judged.
        let tried = engine.try_rule(system, RuleTrialInput { rule, hours: 1 }).await.expect("a trial");
        assert!(tried.complete);
        let trial = tried.trial;
        assert_eq!(trial.judged, 60, "{method:?}: {trial:#?}");
        assert!(trial.alarms == 1 || method == Method::Cusum && trial.alarms == 2, "{method:?}: {trial:#?}");
        let episode = &trial.episodes[0];
        assert!(
            episode.returned_at.is_some() && episode.peak.is_some_and(|peak| peak >= 6.0),
            "{method:?}: {episode:?}"
        );
        assert!((60..=1500).contains(&trial.active_seconds), "{method:?}: {trial:?}");
    }
    assert!(plant.alarms().await.is_empty());
});

on_every_store!(another_method_begins_anew_and_what_makes_no_sense_is_refused, |store| async move {
    let plant = plant(store).await;
    minutes(&plant, 0, 40, 0.0).await;
    let rule = plant.engine.create_rule(&plant.system, deviation(&plant, Method::Zscore, 6.0)).await.expect("a rule");
    plant.advance(60);
    plant.send("3.90").await;
    assert!(plant.only_alarm().await.active);
    let other = RuleInput { version: Some(1), ..deviation(&plant, Method::Ewma, 50.0) };
    let changed = plant.engine.update_rule(&plant.system, &rule.id, other).await.expect("changed");
    assert_eq!(changed.condition.method, Some(Method::Ewma));
    assert!(!plant.only_alarm().await.active, "the alarm of the other method returned");
    let versions = plant.engine.rule_versions(&plant.system, &rule.id).await.expect("versions");
    assert_eq!(versions[1].rule.condition.method, Some(Method::Zscore));
    assert!(changed.learned_at > rule.learned_at, "another method learns anew");
    let named = RuleInput { version: Some(2), name: "改名".into(), ..deviation(&plant, Method::Ewma, 50.0) };
    let named = plant.engine.update_rule(&plant.system, &rule.id, named).await.expect("changed");
    assert_eq!(named.learned_at, changed.learned_at, "another name does not");
    plant.advance(60);
    let anew = RuleInput { version: Some(3), learn_anew: true, ..deviation(&plant, Method::Ewma, 50.0) };
    let anew = plant.engine.update_rule(&plant.system, &rule.id, anew).await.expect("changed");
    assert!(anew.learned_at > named.learned_at);

    let plain = || deviation(&plant, Method::Ewma, 4.0);
    let rows = [
        (with(plain(), |it| it.training_readings = None), "training_readings", "required"),
        (with(plain(), |it| it.training_readings = Some(19)), "training_readings", "out_of_range"),
        (with(plain(), |it| it.training_readings = Some(2017)), "training_readings", "out_of_range"),
        (with(plain(), |it| it.limit = Some(0.0)), "limit", "not_positive"),
        (with(plain(), |it| it.deadband = 4.0), "deadband", "out_of_range"),
        (with(plain(), |it| it.window_seconds = Some(60)), "window_seconds", "not_for_kind"),
        (with(plant.input(0, 0, 0.0), |it| it.method = Some(Method::Ewma)), "method", "not_for_kind"),
        (with(plant.input(0, 0, 0.0), |it| it.training_readings = Some(30)), "training_readings", "not_for_kind"),
        (RuleInput { learn_anew: true, ..plant.input(0, 0, 0.0) }, "learn_anew", "not_for_kind"),
    ];
    for (input, field, code) in rows {
        let fault = plant.engine.create_rule(&plant.system, input).await.expect_err("refused");
        let FaultKind::Invalid(problems) = *fault.kind else { panic!("{fault}") };
        assert_eq!((problems.0[0].field.as_str(), problems.0[0].code.as_str()), (field, code));
    }
});
