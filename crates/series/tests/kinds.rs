//! Rules that look back, from the reading to the alarm, over restarts, on both stores.

mod common;

use common::{Plant, plant, registration, submission, with};
use fengsui_events::AlarmChange;
use fengsui_kernel::Timestamp;
use fengsui_kernel::fault::FaultKind;
use fengsui_kernel::id::SeriesId;
use fengsui_kernel::reading::Quality;
use fengsui_kernel::scale::AlarmPriority;
use fengsui_series::rules::{Direction, RuleKind};
use fengsui_series::{AlarmView, Reading, RuleInput, RuleTrialInput, RuleView};
use fengsui_storage::on_every_store;
use jiff::SignedDuration;

fn kind(plant: &Plant, kind: RuleKind, window: u32, limit: Option<f64>) -> RuleInput {
    let plain = plant.input(0, 0, 0.0);
    with(RuleInput { name: kind.as_str().into(), ..plain }, |it| {
        it.kind = kind;
        it.limit = limit;
        it.window_seconds = Some(window);
    })
}

async fn make(plant: &Plant, input: RuleInput) -> RuleView {
    plant.engine.create_rule(&plant.system, input).await.expect("a rule")
}

async fn refused(plant: &Plant, input: RuleInput) -> (String, String) {
    let fault = plant.engine.create_rule(&plant.system, input).await.expect_err("refused");
    let FaultKind::Invalid(problems) = *fault.kind else { panic!("{fault}") };
    (problems.0[0].field.clone(), problems.0[0].code.clone())
}

fn before(plant: &Plant, seconds: i64) -> Timestamp {
    plant.now().checked_sub(SignedDuration::from_secs(seconds)).expect("a time")
}

async fn wait(plant: &Plant, seconds: i64) {
    for _ in 0..seconds {
        plant.advance(1);
        plant.tick().await;
    }
}

async fn send_to(plant: &Plant, code: &str, value: &str) {
    let reading = Reading { code: code.into(), ..plant.reading(value) };
    plant.engine.ingest().submit(submission(vec![reading])).await.expect("stored");
}

fn active(alarms: &[AlarmView]) -> Vec<(&str, bool)> {
    alarms
        .iter()
        .filter(|alarm| alarm.active)
        .map(|alarm| (alarm.series_name.as_str(), alarm.explanation.as_ref().expect("told").evidence.whole_device))
        .collect()
}

on_every_store!(silence_of_a_series_raises_and_its_first_reading_returns, |store| async move {
    let mut plant = plant(store).await;
    // Another series of the device goes on speaking: only this one is silent.
    let other = plant.engine.register(&plant.system, registration("other")).await.expect("a series");
    make(&plant, kind(&plant, RuleKind::Absence, 60, None)).await;
    let begun = plant.now();
    let speak = |plant: &Plant| {
        let reading = Reading { code: other.code.clone().into(), ..plant.reading("1") };
        let ingest = plant.engine.ingest();
        async move { ingest.submit(submission(vec![reading])).await.expect("stored") }
    };
    for _ in 0..5 {
        plant.advance(11);
        speak(&plant).await;
        plant.tick().await;
        plant = plant.restart().await;
    }
    assert!(plant.alarms().await.is_empty(), "55 seconds are not 60");
    wait(&plant, 5).await;
    assert!(plant.alarms().await.is_empty(), "after a start there is time to be heard again");
    for _ in 0..5 {
        plant.advance(12);
        speak(&plant).await;
        plant.tick().await;
    }
    let alarm = plant.only_alarm().await;
    assert_eq!(alarm.raised_at.duration_since(begun).as_secs(), 60, "counted from when the rule began, over restarts");
    assert_eq!((alarm.title.as_str(), alarm.limit, alarm.unit.as_str()), ("3#甲醇罐 液位 1 分钟无读数", 60.0, "s"));
    let told = alarm.explanation.expect("an explanation");
    assert_eq!((told.kind, told.window_seconds, told.limit), (RuleKind::Absence, Some(60), None));
    assert_eq!((told.evidence.heard_at, told.evidence.whole_device), (None, false));
    let missing = Reading { quality: Quality::Missing, value_text: String::new().into(), ..plant.reading("") };
    plant.engine.ingest().submit(submission(vec![missing])).await.expect("stored");
    assert!(plant.only_alarm().await.active, "to say that nothing was measured ends no silence");
    plant = plant.restart().await;
    plant.send("3").await;
    let heard = plant.now();
    assert!(!plant.only_alarm().await.active);
    plant = plant.restart().await;
    for _ in 0..3 {
        plant.advance(21);
        speak(&plant).await;
        plant.tick().await;
    }
    let alarm = plant.only_alarm().await;
    assert_eq!((alarm.active, alarm.occurrences), (true, 2));
    assert_eq!(alarm.explanation.expect("told").evidence.heard_at, Some(heard), "the store still knows when it spoke");
    assert_eq!(plant.alarm_events().await, [AlarmChange::Raised, AlarmChange::Returned, AlarmChange::ReRaised]);
});

async fn many(plant: &Plant, count: usize) -> Vec<SeriesId> {
    let mut ids = Vec::new();
    for number in 0..count {
        let facts = fengsui_series::SeriesRegistration {
            name: format!("测点{number}"),
            ..registration(&format!("point-{number}"))
        };
        let series = plant.engine.register(&plant.system, facts).await.expect("a series").id;
        let input = RuleInput { series: series.clone(), ..kind(plant, RuleKind::Absence, 60, None) };
        make(plant, input).await;
        ids.push(series);
    }
    ids
}

on_every_store!(a_silent_device_raises_one_alarm_not_one_for_each_series, |store| async move {
    let mut plant = plant(store).await;
    let series = many(&plant, 12).await;
    let urgent = with(RuleInput { series: series[7].clone(), ..kind(&plant, RuleKind::Absence, 120, None) }, |it| {
        it.priority = AlarmPriority::Urgent;
    });
    make(&plant, urgent).await;
    for number in 0..12 {
        send_to(&plant, &format!("point-{number}"), "1").await;
    }
    wait(&plant, 70).await;
    assert_eq!(active(&plant.alarms().await), [("测点0", true)], "one speaks for all");
    assert_eq!(plant.only_alarm().await.title, "罐区网关 全部测点 1 分钟无读数");
    plant = plant.restart().await;
    wait(&plant, 120).await;
    assert_eq!(
        active(&plant.alarms().await),
        [("测点7", true), ("测点0", true)],
        "what is more urgent does not hide behind it"
    );
    plant = plant.restart().await;
    // The first word of the device: nobody else is at once accused.
    send_to(&plant, "point-3", "1").await;
    assert!(active(&plant.alarms().await).is_empty());
    for _ in 0..6 {
        wait(&plant, 9).await;
        send_to(&plant, "point-3", "1").await;
    }
    assert!(active(&plant.alarms().await).is_empty(), "54 seconds since the device came back");
    wait(&plant, 6).await;
    assert_eq!(active(&plant.alarms().await).len(), 11, "now it is their own silence");
    assert!(active(&plant.alarms().await).iter().all(|(name, whole)| *name != "测点3" && !whole));
    let first = plant.alarms().await.len();
    wait(&plant, 300).await;
    let carried = active(&plant.alarms().await).iter().filter(|(_, whole)| *whole).count();
    assert_eq!((plant.alarms().await.len(), carried), (first + 1, 1), "again silent as a whole");
});

on_every_store!(a_platform_that_was_away_accuses_nobody_at_once, |store| async move {
    let mut plant = plant(store).await;
    make(&plant, kind(&plant, RuleKind::Absence, 600, None)).await;
    plant.send("1").await;
    plant.engine.stop().await;
    plant.advance(3600);
    plant.engine = common::start(&plant.store.db).await;
    wait(&plant, 299).await;
    assert!(plant.alarms().await.is_empty());
    plant.send("1").await;
    wait(&plant, 599).await;
    assert!(plant.alarms().await.is_empty());
    wait(&plant, 1).await;
    assert!(plant.only_alarm().await.active);
});

on_every_store!(a_rise_is_told_and_survives_a_restart, |store| async move {
    let mut plant = plant(store).await;
    let made = make(&plant, kind(&plant, RuleKind::Rate, 600, Some(0.08))).await;
    assert_eq!((made.condition.window_seconds, made.condition.direction), (Some(600), Some(Direction::Rise)));
    for value in ["1.0", "1.2", "1.5", "2.0", "1.9"] {
        plant.send(value).await;
        plant.advance(300);
        plant = plant.restart().await;
    }
    let alarm = plant.only_alarm().await;
    assert_eq!((alarm.value.as_deref(), alarm.unit.as_str(), alarm.limit), (Some("0.08"), "m/min", 0.08));
    let seen = alarm.explanation.expect("told").evidence;
    assert_eq!((seen.first.map(|it| it.value), seen.last.map(|it| it.value)), (Some(1.2), Some(2.0)));
    assert!(!alarm.active, "0.8 in ten minutes, then 0.4");
});

on_every_store!(a_sum_takes_late_repeated_and_corrected_rain, |store| async move {
    let mut plant = plant(store).await;
    let mut gone = plant.now();
    make(&plant, kind(&plant, RuleKind::Sum, 3600, Some(50.0))).await;
    let rain =
        |plant: &Plant, ago: i64, value: &str| Reading { observed_at: before(plant, ago), ..plant.reading(value) };
    for value in ["10.2", "19.9"] {
        plant.send(value).await;
        plant.advance(300);
        gone = plant.now();
    }
    plant = plant.restart().await;
    // Sent again: the same rain, not more of it.
    let repeated = rain(&plant, 300, "19.9");
    plant.engine.ingest().submit(submission(vec![repeated.clone(), repeated])).await.expect("stored");
    assert!(plant.alarms().await.is_empty());
    // Late, and from the device's memory: it fell nevertheless.
    let late = Reading { historical: true, ..rain(&plant, 450, "19.9") };
    plant.engine.ingest().submit(submission(vec![late])).await.expect("stored");
    let alarm = plant.only_alarm().await;
    assert_eq!((alarm.value.as_deref(), alarm.title.as_str()), (Some("50"), "3#甲醇罐 液位 1 小时累计达到 50 m"));
    assert_eq!(alarm.explanation.expect("told").evidence.readings, Some(3));
    plant = plant.restart().await;
    // Corrected: less fell.
    let corrected = rain(&plant, 450, "0.1");
    plant.engine.ingest().submit(submission(vec![corrected])).await.expect("stored");
    assert!(!plant.only_alarm().await.active);
    // Silence is no dry weather; a reading of none is.
    plant.advance(1800);
    plant.send("30").await;
    assert!(plant.only_alarm().await.active);
    wait(&plant, 10).await;
    plant.advance(7200);
    plant.tick().await;
    assert!(plant.only_alarm().await.active);
    plant = plant.restart().await;
    plant.send("0").await;
    assert!(!plant.only_alarm().await.active);
    assert!(gone < plant.now());
});

on_every_store!(a_value_that_stands_still_is_told, |store| async move {
    let mut plant = plant(store).await;
    make(&plant, with(kind(&plant, RuleKind::Flat, 300, None), |it| it.deadband = 0.01)).await;
    for value in ["3.40", "3.41", "3.40", "3.41", "3.40", "3.40"] {
        plant.send(value).await;
        plant.advance(60);
        plant.tick().await;
        plant = plant.restart().await;
    }
    let alarm = plant.only_alarm().await;
    assert_eq!(
        (alarm.active, alarm.value.as_deref(), alarm.title.as_str()),
        (true, Some("300"), "3#甲醇罐 液位 读数 5 分钟未变化")
    );
    let told = alarm.explanation.expect("told");
    assert_eq!((told.evidence.readings, told.evidence.last.map(|it| it.value)), (Some(6), Some(3.4)));
    plant.send("3.45").await;
    assert!(!plant.only_alarm().await.active);
});

on_every_store!(every_kind_is_tried_on_the_past, |store| async move {
    let plant = plant(store).await;
    for value in ["1", "1", "1", "1", "1", "9", "2", "3"] {
        plant.send(value).await;
        plant.advance(60);
    }
    plant.advance(600);
    let trial = |rule: RuleInput| {
        let (engine, system) = (&plant.engine, &plant.system);
        async move { engine.try_rule(system, RuleTrialInput { rule, hours: 1 }).await.expect("a trial").trial }
    };
    let silent = trial(kind(&plant, RuleKind::Absence, 300, None)).await;
    assert_eq!(silent.alarms, 2, "before the first and after the last");
    assert!(silent.episodes[0].returned_at.is_some() && silent.episodes[1].returned_at.is_none());
    let rate = trial(kind(&plant, RuleKind::Rate, 60, Some(4.0))).await;
    assert_eq!((rate.alarms, rate.episodes[0].peak), (1, Some(8.0)));
    let either = with(kind(&plant, RuleKind::Rate, 60, Some(7.0)), |it| it.direction = Some(Direction::Either));
    assert_eq!(trial(either).await.active_seconds, 120);
    let flat = trial(kind(&plant, RuleKind::Flat, 180, None)).await;
    assert_eq!((flat.alarms, flat.active_seconds, flat.episodes[0].peak), (1, 120, None));
    let sum = trial(kind(&plant, RuleKind::Sum, 180, Some(11.0))).await;
    assert_eq!((sum.alarms, sum.episodes[0].peak), (1, Some(14.0)));
    assert!(plant.alarms().await.is_empty());
});

on_every_store!(a_kind_is_refused_what_it_does_not_know, |store| async move {
    let plant = plant(store).await;
    let rows = [
        (with(plant.input(0, 0, 0.0), |it| it.limit = None), "limit", "required"),
        (kind(&plant, RuleKind::High, 60, Some(1.0)), "window_seconds", "not_for_kind"),
        (kind(&plant, RuleKind::Absence, 60, Some(1.0)), "limit", "not_for_kind"),
        (kind(&plant, RuleKind::Absence, 29, None), "window_seconds", "out_of_range"),
        (with(kind(&plant, RuleKind::Flat, 60, None), |it| it.window_seconds = None), "window_seconds", "required"),
        (
            with(kind(&plant, RuleKind::Flat, 60, None), |it| it.on_delay_seconds = 5),
            "on_delay_seconds",
            "not_for_kind",
        ),
        (kind(&plant, RuleKind::Rate, 60, Some(0.0)), "limit", "not_positive"),
        (kind(&plant, RuleKind::Sum, 2_592_001, Some(1.0)), "window_seconds", "out_of_range"),
        (
            with(kind(&plant, RuleKind::Sum, 60, Some(1.0)), |it| it.direction = Some(Direction::Fall)),
            "direction",
            "not_for_kind",
        ),
    ];
    for (input, field, code) in rows {
        assert_eq!(refused(&plant, input).await, (field.to_owned(), code.to_owned()));
    }
});
