//! The unit of work, on every store: together or not at all, in one order, without gaps.

use fengsui_events::{Event, QuarantineChanged};
use fengsui_kernel::trace::Verifier;
use fengsui_kernel::{Acting, Result, Timestamp};
use fengsui_storage::series::chunks::{self, ChunkRow};
use fengsui_storage::testkit::TestStore;
use fengsui_storage::{Db, Subject, args, events, on_every_store, settings, traces};
use fengsui_telemetry::Summary;
use serde_json::json;

async fn change(db: &Db, number: u64) -> Result<()> {
    let mut tx = db.begin(Acting::system("test", db.now())).await?;
    settings::set(&mut tx, &format!("n{number}"), &number.to_string()).await?;
    // Numbers and nested keys that a database might rewrite: the chain must not notice.
    tx.trace(
        "test.change",
        Subject::new("setting", number),
        json!({ "z": 1.50, "a": { "k": 1e3, "b": "中文\u{0}" }, "n": number }),
    );
    tx.publish(Event::QuarantineChanged(QuarantineChanged { waiting: number }));
    tx.commit().await
}

async fn verify(db: &Db) -> i64 {
    let mut verifier = Verifier::default();
    for entry in traces::from_seq(db, 1, 1000).await.expect("entries") {
        verifier.check(&entry).expect("an unbroken chain");
    }
    let head = traces::head(db).await.expect("a head");
    assert_eq!(verifier.head().map_or((0, head.1.clone()), |(seq, hash)| (seq, hash.to_owned())), head);
    head.0
}

on_every_store!(commits_in_one_order_without_gaps, |store: TestStore| async move {
    let changes = (0..40).map(|number| {
        let db = store.db.clone();
        tokio::spawn(async move { change(&db, number).await })
    });
    for outcome in changes.collect::<Vec<_>>() {
        outcome.await.expect("no panic").expect("committed");
    }
    assert_eq!(verify(&store.db).await, 40);
    let logged = events::after(&store.db, 0, 100).await.expect("events");
    assert_eq!(logged.iter().map(|event| event.seq).collect::<Vec<_>>(), (1..=40).collect::<Vec<i64>>());
    assert_eq!(*store.db.committed().borrow(), 40);
});

on_every_store!(how_a_source_is_doing_survives, |store: TestStore| async move {
    use fengsui_storage::pulls::{self, PullSourceRow};
    let db = &store.db;
    let at = db.now();
    let mut row =
        PullSourceRow { name: "usgs".into(), settings: "{}".into(), etag: Some("\"1\"".into()), ..Default::default() };
    for round in 0..2_u32 {
        row.failures = round;
        row.tried_at = Some(at);
        row.trouble = Some(json!({ "code": "pull_status", "fact": "503" }));
        row.kept += 3;
        let mut tx = db.begin(Acting::system("test", at)).await.expect("begin");
        pulls::put(&mut tx, &row).await.expect("put");
        tx.commit().await.expect("commit");
        assert_eq!(pulls::get(db, "usgs").await.expect("get"), Some(row.clone()));
    }
    assert_eq!(pulls::all(db).await.expect("all"), [row]);
    assert_eq!(pulls::get(db, "cenc").await.expect("get"), None);
});

on_every_store!(a_dropped_unit_of_work_leaves_nothing, |store: TestStore| async move {
    change(&store.db, 1).await.expect("committed");
    let mut tx = store.db.begin(Acting::system("test", store.db.now())).await.expect("begun");
    settings::set(&mut tx, "lost", "x").await.expect("written");
    tx.trace("test.lost", Subject::new("setting", "lost"), json!({}));
    drop(tx);
    assert_eq!(settings::get(&store.db, "lost").await.expect("read"), None);
    change(&store.db, 2).await.expect("the writer is free again");
    assert_eq!(verify(&store.db).await, 2);
});

on_every_store!(names_an_entry_that_was_altered_in_the_database, |store: TestStore| async move {
    for number in 0..5 {
        change(&store.db, number).await.expect("committed");
    }
    let mut tx = store.db.begin(Acting::system("thief", store.db.now())).await.expect("begun");
    tx.execute("UPDATE trace SET content = REPLACE(content, 'test.change', 'test.chance') WHERE seq = $1", args![3i64])
        .await
        .expect("altered");
    tx.commit().await.expect("committed");
    let mut verifier = Verifier::default();
    let entries = traces::from_seq(&store.db, 1, 100).await.expect("entries");
    let broken = entries.iter().find_map(|entry| verifier.check(entry).err()).expect("a broken entry");
    assert!(broken.to_string().starts_with("entry 3"), "{broken}");
});

on_every_store!(a_handlers_position_moves_with_its_effects, |store: TestStore| async move {
    let mut tx = store.db.begin(Acting::system("test", store.db.now())).await.expect("begun");
    events::advance(&mut tx, "handler", 7).await.expect("moved");
    drop(tx);
    assert_eq!(events::position(&store.db, "handler").await.expect("read"), 0);
});

on_every_store!(values_come_back_as_they_went, |store: TestStore| async move {
    let sql = "SELECT $1 AS a, $2 AS b, $3 AS c, $4 AS d";
    let sql = if store.db.dialect() == fengsui_storage::Dialect::Postgres {
        "SELECT $1::bigint AS a, $2::double precision AS b, $3::text AS c, $4::bytea AS d".to_owned()
    } else {
        sql.to_owned()
    };
    let row = store
        .db
        .query_one(&sql, args![i64::MIN, 0.1f64, "'; DROP TABLE trace; --", vec![0u8, 255]])
        .await
        .expect("read")
        .expect("a row");
    assert_eq!(row.get::<i64>("a").expect("an integer"), i64::MIN);
    assert!((row.get::<f64>("b").expect("a number") - 0.1).abs() < f64::EPSILON);
    assert_eq!(row.get::<String>("c").expect("a text"), "'; DROP TABLE trace; --");
    assert_eq!(row.get::<Vec<u8>>("d").expect("bytes"), vec![0, 255]);
    assert!(row.get::<i64>("c").is_err() && row.get::<i64>("missing").is_err());
});

on_every_store!(old_chunks_go_in_portions, |store: TestStore| async move {
    let at = |second: i64| Timestamp::from_second(second).expect("a time");
    let row = |series: i64, second: i64| ChunkRow {
        series,
        sequence: second,
        summary: Summary {
            count: 1,
            first_at: second * 1000,
            last_at: second * 1000,
            usable: 0,
            min: 0.0,
            max: 0.0,
            sum: 0.0,
        },
        body: vec![1, 2, 3],
    };
    let rows: Vec<_> = (0..100).flat_map(|second| [row(1, second), row(2, second)]).collect();
    let mut tx = store.db.begin(Acting::system("test", store.db.now())).await.expect("begun");
    chunks::insert_many(&mut tx, &rows).await.expect("inserted");
    let mut removed = Vec::new();
    for _ in 0..4 {
        removed.push(chunks::prune(&mut tx, 1, at(50), 20).await.expect("pruned"));
    }
    assert_eq!(removed, [20, 20, 10, 0]);
    assert_eq!(chunks::prune(&mut tx, 2, at(0), 20).await.expect("pruned"), 0, "the other series is left alone");
    tx.commit().await.expect("committed");
    let end = |chunk: &chunks::StoredChunk| (chunk.place.last_at / 1000, chunk.place.number);
    let newest = chunks::newest(&store.db, 1, at(0), at(90), (i64::MAX, i64::MAX), 3).await.expect("read");
    assert_eq!(newest.iter().map(|chunk| end(chunk).0).collect::<Vec<_>>(), [89, 88, 87], "newest first");
    let until = (newest[2].place.last_at, newest[2].place.number);
    let next = chunks::newest(&store.db, 1, at(0), at(90), until, 1).await.expect("read");
    assert_eq!(end(&next[0]).0, 86, "after those seen");
    let oldest = chunks::oldest(&store.db, 1, (60_000, 0), at(90), 2).await.expect("read");
    assert_eq!(oldest.iter().map(|chunk| end(chunk).0).collect::<Vec<_>>(), [60, 61], "oldest first");
    let after = (oldest[1].place.last_at, oldest[1].place.number);
    let next = chunks::oldest(&store.db, 1, after, at(90), 1).await.expect("read");
    assert_eq!(end(&next[0]).0, 62, "after those seen");
    assert_eq!(chunks::places(&store.db, 1, at(60), at(62)).await.expect("read").len(), 2);
});

on_every_store!(handled_events_go_in_portions, |store: TestStore| async move {
    for number in 0..30 {
        change(&store.db, number).await.expect("committed");
    }
    let mut tx = store.db.begin(Acting::system("test", store.db.now())).await.expect("begun");
    events::advance(&mut tx, "slow", 25).await.expect("advanced");
    let mut removed = Vec::new();
    for _ in 0..4 {
        removed.push(events::prune(&mut tx, Timestamp::MAX, 10).await.expect("pruned"));
    }
    assert_eq!(removed, [10, 10, 5, 0], "what no handler has passed stays");
});
