//! Readings on their way in, and reading them back, on both stores.

mod common;

use common::{DEVICE, plant, registration, start, submission};
use fengsui_kernel::reading::Quality;
use fengsui_kernel::{PageQuery, Timestamp};
use fengsui_series::{ObservationQuery, QuarantineReason, Reading, Reject, SeriesFilter, SeriesState, Submission};
use fengsui_storage::on_every_store;
use jiff::SignedDuration;

on_every_store!(keeps_values_as_written_and_the_last_arrival_wins, |store| async move {
    let plant = plant(store).await;
    plant.send("1.50").await;
    let again = vec![plant.reading("1.60"), plant.reading("1.700")];
    plant.engine.ingest().submit(submission(again)).await.expect("stored");
    let page =
        plant.engine.observations(&plant.system, &plant.series, &ObservationQuery::default()).await.expect("page");
    assert_eq!(page.items.len(), 1);
    assert_eq!((page.items[0].value.as_str(), page.items[0].number), ("1.700", Some(1.7)));
    let view = plant.engine.series(&plant.system, &plant.series).await.expect("series");
    assert_eq!(view.last.expect("a last value").value, "1.700");
});

on_every_store!(pages_newest_first_and_aggregates_by_step, |store| async move {
    let plant = plant(store).await;
    let start: Timestamp = "2026-11-22T01:00:00Z".parse().expect("a time");
    let at = |second: i64| start.checked_add(SignedDuration::from_secs(second)).expect("a time");
    let one = |second: i64, value: &str, quality| Reading { observed_at: at(second), quality, ..plant.reading(value) };
    let mut readings: Vec<Reading> =
        (0..300_i64).map(|second| one(second, &second.to_string(), Quality::Good)).collect();
    readings.push(one(30, "9999", Quality::Bad));
    let done = plant.engine.ingest().submit(submission(readings)).await.expect("stored");
    assert_eq!(done.accepted, 301);
    let mut query = ObservationQuery { limit: Some(200), ..ObservationQuery::default() };
    let first = plant.engine.observations(&plant.system, &plant.series, &query).await.expect("page");
    assert_eq!((first.items.len(), first.items[0].value.as_str()), (200, "299"));
    query.cursor = first.next;
    let second = plant.engine.observations(&plant.system, &plant.series, &query).await.expect("page");
    assert_eq!((second.items.len(), second.next), (100, None));
    let steps = plant.engine.aggregates(&plant.system, &plant.series, at(0), at(300), 60).await.expect("steps");
    assert_eq!(steps.len(), 5);
    let head = &steps[0];
    assert_eq!((head.at, head.count), (at(0), 59), "an unusable value is not counted");
    assert_eq!((head.min, head.max, head.last), (0.0, 59.0, 59.0));
    let refused = plant.engine.aggregates(&plant.system, &plant.series, at(0), at(300_000), 1).await;
    assert_eq!(refused.expect_err("too many").code(), "too_many_steps");
});

on_every_store!(quarantines_what_has_no_place_and_counts_it, |store| async move {
    let plant = plant(store).await;
    let ingest = plant.engine.ingest();
    let day = |seconds: i64| plant.now().checked_add(SignedDuration::from_secs(seconds)).expect("a time");
    let readings = vec![
        Reading { code: "pressure".into(), ..plant.reading("1") },
        Reading { code: "pressure".into(), ..plant.reading("2") },
        plant.reading("1,5"),
        Reading { observed_at: day(301), ..plant.reading("1") },
        Reading { observed_at: "1970-01-01T00:10:00Z".parse().expect("a time"), ..plant.reading("1") },
        Reading { observed_at: day(299), ..plant.reading("1") },
    ];
    let done = ingest.submit(submission(readings)).await.expect("stored");
    assert_eq!((done.accepted, done.quarantined), (1, 5));
    let stranger = Submission { device_key: "GW-99".into(), ..submission(vec![plant.reading("1")]) };
    assert_eq!(ingest.submit(stranger).await.expect("counted").quarantined, 1);
    let reject = Reject {
        reason: QuarantineReason::BadChecksum,
        device_key: "?".into(),
        code: String::new(),
        protocol: "hj212".into(),
        sample: "##00".into(),
    };
    ingest.reject(reject).await.expect("counted");
    let page = plant.engine.quarantine(&plant.system, &PageQuery::default()).await.expect("page");
    let mut found: Vec<(&str, &str, u64)> =
        page.items.iter().map(|entry| (entry.reason.as_str(), entry.code.as_str(), entry.count)).collect();
    found.sort_unstable();
    let expected = [
        ("bad_checksum", "", 1),
        ("bad_value", "level", 1),
        ("future_timestamp", "level", 1),
        ("implausible_timestamp", "level", 1),
        ("unknown_device", "level", 1),
        ("unknown_series", "pressure", 2),
    ];
    assert_eq!(found, expected);
});

on_every_store!(resolves_the_quarantine_by_registering_or_discarding, |store| async move {
    let plant = plant(store).await;
    let reading = Reading { code: "pressure".into(), ..plant.reading("1.2") };
    plant.engine.ingest().submit(submission(vec![reading.clone()])).await.expect("counted");
    let page = plant.engine.quarantine(&plant.system, &PageQuery::default()).await.expect("page");
    let id = page.items[0].id.clone();
    let mut wrong = registration("pressure");
    wrong.device.code = "GW-02".into();
    wrong.device.serial = None;
    let refused = plant.engine.register_quarantined(&plant.system, &id, wrong).await;
    assert_eq!(refused.expect_err("another device").code(), "device_key_mismatch");
    let made = plant.engine.register_quarantined(&plant.system, &id, registration("ignored")).await.expect("made");
    assert_eq!(made.code, "pressure");
    let done = plant.engine.ingest().submit(submission(vec![reading])).await.expect("stored");
    assert_eq!(done.accepted, 1);
    let stranger = Submission { device_key: "GW-99".into(), ..submission(Vec::new()) };
    plant.engine.ingest().submit(stranger).await.expect("counted");
    let page = plant.engine.quarantine(&plant.system, &PageQuery::default()).await.expect("page");
    assert_eq!(page.items.len(), 1);
    plant.engine.discard_quarantined(&plant.system, &page.items[0].id).await.expect("gone");
    let page = plant.engine.quarantine(&plant.system, &PageQuery::default()).await.expect("page");
    assert_eq!(page.total, Some(0));
});

on_every_store!(notices_silence_and_return_and_survives_a_restart, |store| async move {
    let plant = plant(store).await;
    plant.send("1").await;
    plant.advance(89);
    plant.tick().await;
    assert_eq!(plant.connection_events().await, [true]);
    plant.advance(2);
    plant.tick().await;
    plant.tick().await;
    assert_eq!(plant.connection_events().await, [true, false], "three missed values, told once");
    let list = plant.engine.list_series(&plant.system, &SeriesFilter::default(), &PageQuery::default()).await;
    assert_eq!(list.expect("a page").items[0].state, SeriesState::Silent);
    let plant = plant.restart().await;
    plant.send("2").await;
    let plant = plant.restart().await;
    plant.advance(60);
    plant.tick().await;
    assert_eq!(plant.connection_events().await, [true, false, true]);
    let status = plant.engine.device_status(&plant.system).await.expect("status");
    assert!(status[0].online && status[0].last_heard_at.is_some());
});

on_every_store!(nobody_is_silent_because_the_platform_was_away, |store| async move {
    let plant = plant(store).await;
    plant.send("1").await;
    plant.advance(86_400);
    let plant = plant.restart().await;
    plant.tick().await;
    assert_eq!(plant.connection_events().await, [true]);
});

on_every_store!(devices_prove_themselves_by_token, |store| async move {
    let plant = plant(store).await;
    let engine = &plant.engine;
    assert!(engine.authenticate_device("GW-01", "").await.is_err());
    let old = engine.issue_credential(&plant.system, DEVICE).await.expect("a token");
    let new = engine.issue_credential(&plant.system, DEVICE).await.expect("a token");
    assert_eq!((new.username.as_str(), new.token.len()), ("GW-01", 64));
    assert!(engine.authenticate_device("GW-01", &old.token).await.is_err(), "the older token ended");
    assert_eq!(engine.authenticate_device("GW-01", &new.token).await.expect("known").id, DEVICE);
    assert!(engine.authenticate_device("GW-02", &new.token).await.is_err());
    engine.revoke_credential(&plant.system, DEVICE).await.expect("revoked");
    assert!(engine.authenticate_device("GW-01", &new.token).await.is_err());
});

on_every_store!(writes_what_was_handed_over_before_it_stops, |store| async move {
    let plant = plant(store).await;
    let send = |number: i64| {
        let observed_at = plant.now().checked_sub(SignedDuration::from_secs(number)).expect("a time");
        let reading = Reading { observed_at, ..plant.reading("1") };
        let ingest = plant.engine.ingest();
        tokio::spawn(async move { ingest.submit(submission(vec![reading])).await })
    };
    let sent: Vec<_> = (0..200).map(send).collect();
    plant.engine.stop().await;
    let mut stored = 0;
    for done in futures::future::join_all(sent).await {
        stored += u32::from(done.expect("joined").is_ok());
    }
    let engine = start(&plant.store.db).await;
    let query = ObservationQuery { limit: Some(500), ..ObservationQuery::default() };
    let page = engine.observations(&plant.system, &plant.series, &query).await.expect("page");
    assert_eq!(page.items.len(), stored as usize, "acknowledged and stored are the same");
});

on_every_store!(live_values_reach_whoever_watches, |store| async move {
    let plant = plant(store).await;
    let mut live = plant.engine.live();
    plant.send("4.20").await;
    let batch = live.recv().await.expect("a batch");
    assert_eq!((batch.len(), batch[0].value.as_str()), (1, "4.20"));
    assert_eq!(batch[0].series, plant.series);
});

on_every_store!(facts_of_the_ledger_are_carried_over, |store| async move {
    let plant = plant(store).await;
    let twice = plant.engine.register(&plant.system, registration("level")).await;
    assert_eq!(twice.expect_err("the code is taken").code(), "duplicate");
    let mut device = common::device();
    device.code = "GW-77".into();
    device.name = "新网关".into();
    plant.engine.keep_device(&plant.system, &device).await.expect("kept");
    let view = plant.engine.series(&plant.system, &plant.series).await.expect("series");
    assert_eq!((view.device_code.as_str(), view.device_name.as_str()), ("GW-77", "新网关"));
    let renamed = Submission { device_key: "GW-77".into(), ..submission(vec![plant.reading("1")]) };
    assert_eq!(plant.engine.ingest().submit(renamed).await.expect("stored").accepted, 1);
    let old = submission(vec![plant.reading("1")]);
    assert_eq!(plant.engine.ingest().submit(old).await.expect("counted").quarantined, 1);
    plant.engine.remove_device(&plant.system, DEVICE).await.expect("gone");
    let list = plant.engine.list_series(&plant.system, &SeriesFilter::default(), &PageQuery::default()).await;
    assert!(list.expect("a page").items.is_empty());
});
