//! Derived series: computed in the commit of what moved them, judged like any other, the same after a restart.

mod common;

use common::{DEVICE, Plant, device, plant, registration, start, submission, with};
use fengsui_kernel::reading::Quality;
use fengsui_kernel::{Acting, PageQuery, Timestamp};
use fengsui_series::{
    AlarmFilter, AlarmState, DerivationInput, DerivationTrialInput, DerivationView, DeviceFacts, NamedInput, NoValue,
    ObservationQuery, ObservationView, Reading, SeriesRegistration, Submission,
};
use fengsui_storage::on_every_store;
use fengsui_storage::series::journal;
use fengsui_storage::testkit::TestStore;
use fengsui_telemetry::{Directory, Figure, Log, LogSettings, Point, write_entries};
use jiff::SignedDuration;

fn inputs(named: &[(&str, &fengsui_kernel::id::SeriesId)]) -> Vec<NamedInput> {
    named.iter().map(|(name, series)| NamedInput { name: (*name).into(), series: (*series).clone() }).collect()
}

fn formula(expression: &str, inputs: Vec<NamedInput>) -> DerivationInput {
    DerivationInput { inputs, expression: expression.into(), max_age_seconds: 60, version: None, why: None }
}

fn computed_series(code: &str) -> SeriesRegistration {
    SeriesRegistration { name: format!("计算 {code}"), expected_interval_seconds: None, ..registration(code) }
}

struct Pair {
    plant: Plant,
    outlet: fengsui_kernel::id::SeriesId,
    loss: DerivationView,
}

/// Two levels, and what goes lost between them.
async fn pair(store: TestStore) -> Pair {
    let plant = plant(store).await;
    let outlet = plant.engine.register(&plant.system, registration("outlet")).await.expect("a series").id;
    let input = formula("inlet.value - outlet.value", inputs(&[("inlet", &plant.series), ("outlet", &outlet)]));
    let made = plant.engine.create_derivation(&plant.system, computed_series("loss"), input).await;
    Pair { outlet, loss: made.expect("a derivation"), plant }
}

impl Pair {
    async fn send(&self, readings: &[(&str, &str)]) {
        let reading = |(code, value): &(&str, &str)| Reading { code: (*code).into(), ..self.plant.reading(value) };
        let readings: Vec<Reading> = readings.iter().map(reading).collect();
        let expected = u32::try_from(readings.len()).expect("few");
        let done = self.plant.engine.ingest().submit(submission(readings)).await.expect("stored");
        assert_eq!((done.accepted, done.quarantined), (expected, 0));
    }

    async fn lost(&self) -> Vec<(String, Quality)> {
        let query = ObservationQuery::default();
        let page = self.plant.engine.observations(&self.plant.system, &self.loss.series, &query).await;
        let items: Vec<ObservationView> = page.expect("a page").items;
        items.into_iter().rev().map(|one| (one.value, one.quality)).collect()
    }

    async fn present(&self) -> DerivationView {
        self.plant.engine.derivation(&self.plant.system, &self.loss.series).await.expect("a derivation")
    }
}

on_every_store!(is_computed_with_what_moves_it_and_one_message_is_one_moment, |store| async move {
    let pair = pair(store).await;
    pair.send(&[("level", "10.3")]).await;
    let missing = |input: &str| Some(NoValue::NoReading { input: input.into() });
    assert_eq!(pair.present().await.present.reason, missing("outlet"));
    pair.plant.advance(10);
    pair.send(&[("outlet", "10.1")]).await;
    pair.plant.advance(10);
    // Both move at once: no value is made of the new one and the old one.
    pair.send(&[("level", "20.3"), ("outlet", "20.0")]).await;
    let good = |text: &str| (text.to_owned(), Quality::Good);
    assert_eq!(pair.lost().await, [(String::new(), Quality::Missing), good("0.2"), good("0.3")]);
    let present = pair.present().await.present;
    assert_eq!((present.value.as_deref(), present.at), (Some("0.3"), Some(pair.plant.now())));
    let view = pair.plant.engine.series(&pair.plant.system, &pair.loss.series).await.expect("a series");
    assert!(view.derived && view.last.is_some_and(|last| last.value == "0.3"));
});

on_every_store!(is_as_good_as_its_worst_input_and_has_no_value_without_fresh_ones, |store| async move {
    let pair = pair(store).await;
    pair.send(&[("level", "5"), ("outlet", "3")]).await;
    pair.plant.advance(61);
    pair.send(&[("level", "6")]).await;
    assert_eq!(pair.present().await.present.reason, Some(NoValue::TooOld { input: "outlet".into() }));
    pair.plant.advance(1);
    let bad = Reading { code: "outlet".into(), quality: Quality::Bad, ..pair.plant.reading("1") };
    pair.plant.engine.ingest().submit(submission(vec![bad])).await.expect("stored");
    let expected = [("2".to_owned(), Quality::Good), (String::new(), Quality::Missing), ("5".to_owned(), Quality::Bad)];
    assert_eq!(pair.lost().await, expected);
});

on_every_store!(backfilled_and_late_readings_do_not_make_the_past_anew, |store| async move {
    let pair = pair(store).await;
    pair.send(&[("level", "5"), ("outlet", "3")]).await;
    let before = pair.plant.now().checked_sub(SignedDuration::from_secs(30)).expect("a time");
    let late = Reading { observed_at: before, ..pair.plant.reading("100") };
    let backfilled = Reading { historical: true, ..late.clone() };
    pair.plant.engine.ingest().submit(submission(vec![late, backfilled])).await.expect("stored");
    assert_eq!(pair.lost().await, [("2".to_owned(), Quality::Good)]);
});

on_every_store!(a_message_out_of_order_is_computed_in_order, |store| async move {
    let pair = pair(store).await;
    let at = |code: &str, before: i64, value: &str| Reading {
        code: code.into(),
        observed_at: pair.plant.now().checked_sub(SignedDuration::from_secs(before)).expect("a time"),
        ..pair.plant.reading(value)
    };
    // One series after the other, as loggers pack them.
    let packed = vec![at("level", 2, "1"), at("level", 1, "2"), at("outlet", 2, "1"), at("outlet", 1, "2")];
    pair.plant.engine.ingest().submit(submission(packed)).await.expect("stored");
    assert_eq!(pair.lost().await, [("0".to_owned(), Quality::Good), ("0".to_owned(), Quality::Good)]);
});

on_every_store!(its_alarms_tell_the_expression_and_what_it_was_made_of, |store| async move {
    let mut pair = pair(store).await;
    let rule = with(pair.plant.input(0, 0, 0.0), |condition| condition.limit = Some(2.0));
    let rule = fengsui_series::RuleInput { series: pair.loss.series.clone(), ..rule };
    pair.plant.engine.create_rule(&pair.plant.system, rule).await.expect("a rule");
    pair.send(&[("level", "5"), ("outlet", "4")]).await;
    assert!(pair.plant.alarms().await.is_empty());
    pair.plant = pair.plant.restart().await;
    pair.plant.advance(1);
    pair.send(&[("outlet", "2.5")]).await;
    let alarm = pair.plant.only_alarm().await;
    assert_eq!((alarm.series, alarm.value.as_deref()), (pair.loss.series.clone(), Some("2.5")));
    let made_of = alarm.explanation.and_then(|it| it.made_of).expect("what it was made of");
    assert_eq!(made_of.expression, "inlet.value - outlet.value");
    let told: Vec<(&str, Option<&str>)> =
        made_of.inputs.iter().map(|input| (input.name.as_str(), input.value.as_deref())).collect();
    assert_eq!(told, [("inlet", Some("5")), ("outlet", Some("2.5"))]);
    // Measured series explain themselves as ever.
    pair.plant.rule(0, 0, 0.0).await;
    pair.plant.advance(1);
    pair.send(&[("level", "12"), ("outlet", "11.5")]).await;
    let filter = AlarmFilter { state: AlarmState::All, ..AlarmFilter::default() };
    let alarms =
        pair.plant.engine.list_alarms(&pair.plant.system, &filter, &PageQuery::default()).await.expect("alarms");
    let level = alarms.items.into_iter().find(|alarm| alarm.series == pair.plant.series).expect("an alarm");
    assert_eq!(level.explanation.expect("one").made_of, None);
});

on_every_store!(nobody_can_send_it_and_it_says_nothing_of_its_device, |store| async move {
    let pair = pair(store).await;
    let forged = Reading { code: "loss".into(), ..pair.plant.reading("1") };
    let done = pair.plant.engine.ingest().submit(submission(vec![forged])).await.expect("counted");
    assert_eq!((done.accepted, done.quarantined), (0, 1));
    // A derivation on a silent device, of what another device sends, does not make it speak.
    let other = DeviceFacts {
        id: "01990000-0000-7000-8000-00000000d002".into(),
        code: "GW-02".into(),
        serial: None,
        ..device()
    };
    let other = SeriesRegistration { device: other, ..computed_series("copy") };
    let copy = formula("level.value * 2", inputs(&[("level", &pair.plant.series)]));
    pair.plant.engine.create_derivation(&pair.plant.system, other, copy).await.expect("a derivation");
    pair.send(&[("level", "1")]).await;
    let devices = pair.plant.engine.device_status(&pair.plant.system).await.expect("devices");
    let heard = |id: &str| devices.iter().find(|one| one.device == id).expect("a device").last_heard_at;
    assert!(heard(DEVICE).is_some());
    assert_eq!(heard("01990000-0000-7000-8000-00000000d002"), None);
});

on_every_store!(derived_of_derived_up_to_three_and_never_in_a_circle, |store| async move {
    let pair = pair(store).await;
    let (engine, system) = (&pair.plant.engine, &pair.plant.system);
    let of = |series: &fengsui_kernel::id::SeriesId| formula("x.value + 1", inputs(&[("x", series)]));
    let second = engine.create_derivation(system, computed_series("second"), of(&pair.loss.series)).await.expect("two");
    let third = engine.create_derivation(system, computed_series("third"), of(&second.series)).await.expect("three");
    let refused = engine.create_derivation(system, computed_series("fourth"), of(&third.series)).await;
    assert_eq!(refused.expect_err("too deep").code(), "derivation_too_deep");
    let circle = DerivationInput { version: Some(1), ..of(&third.series) };
    let refused = engine.update_derivation(system, &pair.loss.series, circle).await.expect_err("a circle");
    assert!(format!("{refused:?}").contains("计算 loss ← 计算 third ← 计算 second ← 计算 loss"), "{refused:?}");
    // Inputs of inputs first, each once.
    pair.send(&[("level", "5"), ("outlet", "2")]).await;
    let view = engine.series(system, &third.series).await.expect("a series");
    assert_eq!(view.last.expect("a value").value, "5");
    // What others are computed from is not taken away, what they are computed in is.
    let refused = engine.delete_series(system, &pair.plant.series, 1).await.expect_err("an input");
    assert_eq!(refused.code(), "series_is_input");
    let refused = engine.delete_derivation(system, &second.series, None).await.expect_err("an input");
    assert_eq!(refused.code(), "series_is_input");
    engine.delete_derivation(system, &third.series, None).await.expect("gone");
    engine.delete_derivation(system, &second.series, None).await.expect("gone");
    assert!(engine.derivation(system, &second.series).await.is_err());
});

on_every_store!(changes_are_versions_and_hold_from_the_next_reading, |store| async move {
    let mut pair = pair(store).await;
    pair.send(&[("level", "5"), ("outlet", "2")]).await;
    let named = inputs(&[("a", &pair.plant.series), ("b", &pair.outlet)]);
    let change = DerivationInput {
        version: Some(1),
        why: Some("两表同向".into()),
        ..formula("a.value + b.value", named.clone())
    };
    let engine = &pair.plant.engine;
    let changed = engine.update_derivation(&pair.plant.system, &pair.loss.series, change.clone()).await.expect("two");
    assert_eq!(changed.version, 2);
    let stale = engine.update_derivation(&pair.plant.system, &pair.loss.series, change).await;
    assert_eq!(stale.expect_err("stale").code(), "stale");
    let versions = engine.derivation_versions(&pair.plant.system, &pair.loss.series).await.expect("versions");
    let told: Vec<(i64, Option<&str>)> = versions.iter().map(|one| (one.version, one.why.as_deref())).collect();
    assert_eq!(told, [(2, Some("两表同向")), (1, None)]);
    pair.plant = pair.plant.restart().await;
    pair.plant.advance(1);
    pair.send(&[("outlet", "2")]).await;
    let values: Vec<String> = pair.lost().await.into_iter().map(|it| it.0).collect();
    assert_eq!(values, ["3", "7"]);
});

on_every_store!(is_tried_on_what_was_recorded, |store| async move {
    let pair = pair(store).await;
    for (level, outlet) in [("5", "0"), ("6", "3"), ("8", "4")] {
        pair.send(&[("level", level), ("outlet", outlet)]).await;
        pair.plant.advance(10);
    }
    let named = inputs(&[("a", &pair.plant.series), ("b", &pair.outlet)]);
    let derivation = formula("a.value / b.value", named);
    let input = DerivationTrialInput { derivation, hours: 1 };
    let trial = pair.plant.engine.try_derivation(&pair.plant.system, input.clone()).await.expect("a trial");
    assert_eq!((trial.computed, trial.missing, trial.complete), (2, 1, true));
    let values: Vec<Option<f64>> = trial.points.iter().map(|point| point.value).collect();
    assert_eq!(values, [None, Some(2.0), Some(2.0)]);
    assert_eq!((trial.reasons[0].reason.clone(), trial.reasons[0].count), (NoValue::DivisionByZero, 1));
    assert_eq!(trial.present.value.as_deref(), Some("2"));
    let wrong = DerivationTrialInput {
        derivation: DerivationInput { expression: "a.value / c.value".into(), ..input.derivation },
        hours: 0,
    };
    assert_eq!(
        pair.plant.engine.try_derivation(&pair.plant.system, wrong).await.expect_err("wrong").code(),
        "formula_unknown_name"
    );
});

// The program ends between the log and the database: what was computed is read back with what moved it, and what it
// caused is made up for, once.
on_every_store!(a_crash_after_the_log_computes_nothing_twice, |store: TestStore| async move {
    let mut pair = pair(store).await;
    let rule = with(pair.plant.input(0, 0, 0.0), |condition| condition.limit = Some(2.0));
    let rule = fengsui_series::RuleInput { series: pair.loss.series.clone(), ..rule };
    pair.plant.engine.create_rule(&pair.plant.system, rule).await.expect("a rule");
    pair.send(&[("level", "5"), ("outlet", "4")]).await;
    pair.plant.advance(1);
    let (before, at) = (pair.lost().await, pair.plant.now());
    pair.plant.engine.stop().await;
    append(&pair.plant, at).await;
    pair.plant.advance(5);
    pair.plant.engine = start(&pair.plant.store.db).await;
    let mut expected = before;
    expected.push(("3".to_owned(), Quality::Good));
    assert_eq!(pair.lost().await, expected, "as the log has it");
    let alarm = pair.plant.only_alarm().await;
    let made_of = alarm.explanation.and_then(|it| it.made_of).expect("what it was made of");
    assert_eq!(made_of.inputs[1].value.as_deref(), Some("2"));
    pair.plant = pair.plant.restart().await;
    assert_eq!(pair.lost().await, expected);
    assert_eq!(pair.plant.alarms().await.len(), 1);
});

/// A record of the log as the writer leaves it: the reading, and what was computed from it.
async fn append(plant: &Plant, at: Timestamp) {
    let point = |text: &str| Point {
        observed_at: at.as_millisecond(),
        received_at: at.as_millisecond(),
        figure: Figure::read(text),
        quality: Quality::Good,
        historical: false,
        raw: None,
    };
    let entries = [(2_i64, point("2")), (3_i64, point("3"))];
    let mut body = Vec::new();
    write_entries(entries.iter().map(|(series, point)| (*series, point)), &mut body);
    if let Some(path) = plant.store.db.readings_directory() {
        let disk = Directory::open(&path).expect("a directory");
        let (mut log, _) = Log::open(disk, LogSettings::default()).expect("a log");
        log.append(&body).expect("appended");
        log.sync().expect("durable");
    } else {
        let mut tx = plant.store.db.begin(Acting::system("test", plant.now())).await.expect("begun");
        let (_, last, _) = journal::extent(&plant.store.db).await.expect("read").expect("a log");
        journal::append(&mut tx, last + 1, body).await.expect("appended");
        tx.commit().await.expect("committed");
    }
}

on_every_store!(two_devices_feed_one_series, |store| async move {
    let plant = plant(store).await;
    let far = DeviceFacts {
        id: "01990000-0000-7000-8000-00000000d002".into(),
        code: "GW-02".into(),
        serial: None,
        ..device()
    };
    let far = SeriesRegistration { device: far, ..registration("level") };
    let far = plant.engine.register(&plant.system, far).await.expect("a series").id;
    let input = formula("max(near.value, far.value)", inputs(&[("near", &plant.series), ("far", &far)]));
    let made = plant.engine.create_derivation(&plant.system, computed_series("worst"), input).await.expect("made");
    plant.send("3").await;
    let other = Submission { device_key: "GW-02".into(), ..submission(vec![plant.reading("4")]) };
    plant.engine.ingest().submit(other).await.expect("stored");
    let view = plant.engine.series(&plant.system, &made.series).await.expect("a series");
    assert_eq!(view.last.expect("a value").value, "4");
    // The device of an input leaves: nothing breaks, and it is said.
    plant.engine.remove_device(&plant.system, "01990000-0000-7000-8000-00000000d002").await.expect("removed");
    plant.advance(1);
    plant.send("5").await;
    let view = plant.engine.derivation(&plant.system, &made.series).await.expect("a derivation");
    assert_eq!(view.present.reason, Some(NoValue::NoReading { input: "far".into() }));
});
