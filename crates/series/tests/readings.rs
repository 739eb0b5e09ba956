//! Where readings lie: what went in comes out, over chunks, log and restarts, on every store.

mod common;

use std::collections::BTreeMap;
use std::time::Duration;

use common::{Plant, plant, start, submission};
use fengsui_kernel::clock::from_millis;
use fengsui_kernel::reading::Quality;
use fengsui_kernel::{Acting, Timestamp};
use fengsui_series::{ObservationQuery, ObservationView, Reading};
use fengsui_storage::on_every_store;
use fengsui_storage::series::observations::{self, ObservationRow};
use fengsui_storage::series::{chunks, journal};
use fengsui_storage::testkit::TestStore;
use fengsui_telemetry::{Directory, Figure, Log, LogSettings, Point, write_entries};
use jiff::SignedDuration;

/// The number of the only series of a plant.
const SERIES: i64 = 1;

fn end_of_time() -> Timestamp {
    from_millis(253_370_764_800_000)
}

impl Plant {
    async fn sealed(&self) -> usize {
        chunks::places(&self.store.db, SERIES, from_millis(0), end_of_time()).await.expect("chunks").len()
    }

    /// Lets what is due be sealed, and the engine take note of it.
    async fn seal(&self) {
        let before = self.sealed().await;
        for _ in 0..400 {
            self.tick().await;
            if self.sealed().await > before {
                self.tick().await;
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("nothing was sealed");
    }

    async fn all(&self) -> Vec<ObservationView> {
        let (mut found, mut cursor) = (Vec::new(), None);
        loop {
            let query = ObservationQuery { limit: Some(70), cursor, ..ObservationQuery::default() };
            let page = self.engine.observations(&self.system, &self.series, &query).await.expect("a page");
            found.extend(page.items);
            cursor = page.next;
            if cursor.is_none() {
                return found;
            }
        }
    }

    fn at(&self, second: i64, value: &str) -> Reading {
        let observed_at = self.now().checked_sub(SignedDuration::from_secs(100_000 - second)).expect("a time");
        Reading { observed_at, historical: true, ..self.reading(value) }
    }
}

on_every_store!(what_went_in_comes_out, |store: TestStore| async move {
    let mut plant = plant(store).await;
    let mut known: BTreeMap<i64, String> = BTreeMap::new();
    // Late, repeated and corrected readings in portions that are sealed at other times, and restarts between.
    let mut step: i64 = 7;
    for round in 0..12 {
        let mut readings = Vec::new();
        for number in 0..90 {
            step = (step * 48_271) % 2_147_483_647;
            let second = if number % 3 == 0 { step % 5_000 } else { round * 400 + number };
            let value = format!("{}.{:02}", step % 40, step % 100);
            let reading = plant.at(second, &value);
            known.insert(reading.observed_at.as_millisecond(), value);
            readings.push(reading);
        }
        let done = plant.engine.ingest().submit(submission(readings)).await.expect("stored");
        assert_eq!(done.accepted, 90);
        match round % 4 {
            1 => plant.seal().await,
            2 => plant = plant.restart().await,
            _ => {}
        }
    }
    assert!(plant.sealed().await >= 3, "some of it lies in chunks");
    let found: Vec<(i64, String)> =
        plant.all().await.into_iter().map(|one| (one.observed_at.as_millisecond(), one.value)).collect();
    let expected: Vec<(i64, String)> = known.clone().into_iter().rev().collect();
    assert_eq!(found, expected);

    let steps = plant.engine.aggregates(&plant.system, &plant.series, from_millis(0), plant.now(), 3_600_000).await;
    assert_eq!(steps.expect("one step is enough").iter().map(|step| step.count).sum::<u64>(), known.len() as u64);
});

on_every_store!(what_the_log_holds_is_judged_once, |store: TestStore| async move {
    let mut plant = plant(store).await;
    plant.rule(0, 0, 0.5).await;
    plant.send("3").await;
    plant.engine.stop().await;
    // As after a crash between the log and what the reading causes.
    let point = Point {
        observed_at: plant.now().as_millisecond() + 1,
        received_at: plant.now().as_millisecond() + 1,
        figure: Figure::read("13.50"),
        quality: Quality::Good,
        historical: false,
        raw: None,
    };
    let mut body = Vec::new();
    write_entries([(SERIES, &point)].into_iter(), &mut body);
    if let Some(path) = plant.store.db.readings_directory() {
        let (mut log, _) =
            Log::open(Directory::open(&path).expect("a directory"), LogSettings::default()).expect("a log");
        log.append(&body).expect("appended");
        log.sync().expect("durable");
    } else {
        let mut tx = plant.store.db.begin(Acting::system("test", plant.now())).await.expect("begun");
        let (_, last, _) = journal::extent(&plant.store.db).await.expect("read").expect("a log");
        journal::append(&mut tx, last + 1, body).await.expect("appended");
        tx.commit().await.expect("committed");
    }
    for _ in 0..3 {
        plant.engine = start(&plant.store.db).await;
        let alarm = plant.only_alarm().await;
        assert_eq!((alarm.occurrences, alarm.value.as_deref()), (1, Some("13.50")));
        assert_eq!(plant.all().await.len(), 2);
        plant.engine.stop().await;
    }
});

on_every_store!(rows_of_older_versions_stay_readable, |store: TestStore| async move {
    let mut plant = plant(store).await;
    plant.engine.stop().await;
    let row = |number: i64| ObservationRow {
        series: SERIES,
        observed_at: from_millis(1_795_000_000_000 + number * 1000),
        received_at: from_millis(1_795_000_000_500 + number * 1000),
        value_text: format!("{}.50", number % 9),
        value: Some((number % 9) as f64 + 0.5),
        quality: if number == 3 { Quality::Calibration } else { Quality::Good },
        historical: number == 5,
        raw_ref: None,
    };
    let rows: Vec<ObservationRow> = (0..700).map(row).collect();
    let mut tx = plant.store.db.begin(Acting::system("test", plant.now())).await.expect("begun");
    observations::insert_many(&mut tx, &rows).await.expect("rows");
    tx.commit().await.expect("committed");
    plant.engine = start(&plant.store.db).await;
    let found = plant.all().await;
    assert_eq!(found.len(), 700);
    for (row, one) in rows.iter().rev().zip(&found) {
        assert_eq!((row.observed_at, row.received_at, &row.value_text), (one.observed_at, one.received_at, &one.value));
        assert_eq!((row.quality, row.historical), (one.quality, one.historical));
    }
    assert_eq!(observations::left_over(&plant.store.db).await.expect("read"), None, "taken over for good");
});

on_every_store!(a_series_that_leaves_leaves_its_readings, |store: TestStore| async move {
    let plant = plant(store).await;
    plant.send("3").await;
    let series = plant.engine.series(&plant.system, &plant.series).await.expect("a series");
    assert_eq!(series.last.expect("a last value").value, "3");
    plant.engine.delete_series(&plant.system, &plant.series, series.version).await.expect("deleted");
    assert_eq!(plant.sealed().await, 1);
});
