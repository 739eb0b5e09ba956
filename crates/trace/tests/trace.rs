//! Reading, exporting and verifying the trace on every store.

use std::collections::BTreeSet;

use fengsui_kernel::{Acting, DivisionCode, Grant, PageQuery, Principal, Scope};
use fengsui_storage::testkit::TestStore;
use fengsui_storage::{Subject, on_every_store};
use fengsui_trace::{ExportQuery, Report, SubjectKey, TraceQuery, Traces, verify_reader};
use serde_json::json;

fn code(text: &str) -> DivisionCode {
    text.parse().expect("a division")
}

fn reader_of(division: &str) -> Principal {
    let right = |action: &str| Grant {
        action: action.to_owned(),
        kind: "trace".to_owned(),
        scope: Scope::Subtree { division: code(division) },
        post: None,
        role: None,
    };
    Principal { grants: vec![right("read"), right("export")], ..Principal::system("reader") }
}

fn traces(store: &TestStore) -> Traces {
    Traces::new(store.db.clone(), "灵武（示例）")
}

async fn write(store: &TestStore, action: &str, subject: Subject, data: serde_json::Value) {
    let acting = Acting { why: Some("演练 \"引号\"".into()), ..Acting::system("test", store.db.now()) };
    let mut tx = store.db.begin(acting).await.expect("a transaction");
    tx.trace(action, subject, data);
    tx.commit().await.expect("a commit");
}

/// Three entries: one in Lingwu, one in another county, one without a place.
async fn three(store: &TestStore) {
    write(store, "alarm.acknowledge", Subject::at("alarm", "a1", code("640181")), json!({"b": 1.50, "a": "值"})).await;
    write(store, "alarm.verify", Subject::at("alarm", "a2", code("640122")), json!({"verdict": "true_alarm"})).await;
    write(store, "user.create", Subject::new("user", "u1"), json!({})).await;
}

async fn export(store: &TestStore, caller: &Principal, query: ExportQuery) -> String {
    let exporter = traces(store).export(caller, query).await.expect("an export");
    exporter.into_text().await.expect("the text")
}

async fn tamper(store: &TestStore, sql: &str) {
    let mut tx = store.db.begin(Acting::system("attacker", store.db.now())).await.expect("a transaction");
    tx.execute(sql, Vec::new()).await.expect("a statement");
    tx.commit().await.expect("a commit");
}

async fn verified(store: &TestStore) -> Report {
    traces(store).verify(&reader_of("00")).await.expect("a report")
}

fn broken(report: &Report) -> (Option<i64>, &str) {
    report.broken.as_ref().map_or((None, "ok"), |broken| (broken.seq, broken.code.as_str()))
}

on_every_store!(readers_see_their_subtree, |store: TestStore| async move {
    three(&store).await;
    let all =
        traces(&store).list(&reader_of("00"), &TraceQuery::default(), &PageQuery::default()).await.expect("a list");
    let positions: Vec<i64> = all.items.iter().map(|entry| entry.seq).collect();
    assert_eq!(positions, [3, 2, 1], "newest first");
    let county = reader_of("640181");
    let own = traces(&store).list(&county, &TraceQuery::default(), &PageQuery::default()).await.expect("a list");
    assert_eq!(own.items.len(), 1);
    let nobody = Principal { grants: Vec::new(), ..county };
    let denied = traces(&store).list(&nobody, &TraceQuery::default(), &PageQuery::default()).await;
    assert_eq!(denied.expect_err("a denial").code(), "denied");
    let page = PageQuery { limit: Some(2), cursor: None };
    let first = traces(&store).list(&reader_of("00"), &TraceQuery::default(), &page).await.expect("a page");
    assert_eq!((first.items.len(), first.next.as_deref()), (2, Some("2")));
    let page = PageQuery { limit: Some(2), cursor: first.next };
    let second = traces(&store).list(&reader_of("00"), &TraceQuery::default(), &page).await.expect("a page");
    assert_eq!((second.items[0].seq, second.next), (1, None));
});

on_every_store!(filters_narrow_the_list, |store: TestStore| async move {
    three(&store).await;
    let count = async |query: TraceQuery| {
        traces(&store).list(&reader_of("00"), &query, &PageQuery::default()).await.expect("a list").items.len()
    };
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(count(TraceQuery { action: text("alarm.*"), ..TraceQuery::default() }).await, 2);
    assert_eq!(count(TraceQuery { action: text("alarm%"), ..TraceQuery::default() }).await, 0);
    assert_eq!(count(TraceQuery { action: text("alarm.verify"), ..TraceQuery::default() }).await, 1);
    assert_eq!(
        count(TraceQuery { subject_kind: text("user"), subject_id: text("u1"), ..TraceQuery::default() }).await,
        1
    );
    assert_eq!(count(TraceQuery { actor: text("system:test"), ..TraceQuery::default() }).await, 3);
    assert_eq!(count(TraceQuery { from: Some(store.db.now()), ..TraceQuery::default() }).await, 3);
    assert_eq!(count(TraceQuery { to: Some(store.db.now()), ..TraceQuery::default() }).await, 0);
});

on_every_store!(an_export_verifies_and_every_altered_byte_is_named, |store: TestStore| async move {
    three(&store).await;
    let text = export(&store, &reader_of("00"), ExportQuery::default()).await;
    let report = verify_reader(text.as_bytes());
    assert_eq!((report.ok, report.entries, report.first, report.last), (true, 3, Some(1), Some(3)), "{report:?}");
    for position in 0..text.len() - 1 {
        let mut bytes = text.clone().into_bytes();
        bytes[position] ^= 1;
        let line = text.as_bytes()[..position].split(|byte| *byte == b'\n').count() as u64;
        let report = verify_reader(bytes.as_slice());
        let named = report.broken.unwrap_or_else(|| panic!("byte {position} went unnoticed"));
        assert_eq!(named.line, Some(line), "byte {position}: {named:?}");
    }
});

on_every_store!(cut_and_foreign_files_are_named, |store: TestStore| async move {
    three(&store).await;
    let text = export(&store, &reader_of("00"), ExportQuery::default()).await;
    let lines: Vec<&str> = text.lines().collect();
    let found = |lines: &[&str]| {
        let broken = verify_reader(format!("{}\n", lines.join("\n")).as_bytes()).broken.expect("something broken");
        (broken.code, broken.line)
    };
    assert_eq!(found(&lines[..3]), ("missing".to_owned(), Some(4)), "the end cut off");
    assert_eq!(found(&[lines[0], lines[2], lines[3]]), ("gap".to_owned(), Some(2)), "the beginning cut off");
    assert_eq!(found(&[lines[0], lines[1], lines[3]]), ("gap".to_owned(), Some(3)), "the middle cut out");
    assert_eq!(found(&[lines[0], lines[1], "{", lines[3]]), ("malformed".to_owned(), Some(3)));
    assert_eq!(found(&lines[1..]), ("malformed".to_owned(), Some(1)), "no header");
    let smuggled = lines[2].replacen("{\"seq\"", "{\"note\":\"x\",\"seq\"", 1);
    assert_eq!(found(&[lines[0], lines[1], &smuggled, lines[3]]), ("malformed".to_owned(), Some(3)));
    assert_eq!(verify_reader(&b""[..]).broken.expect("empty").code, "header");
    assert!(!verify_reader(&b"\xff\xfe\n"[..]).ok);
});

on_every_store!(hidden_contents_keep_the_chain, |store: TestStore| async move {
    three(&store).await;
    let county = export(&store, &reader_of("640181"), ExportQuery::default()).await;
    let report = verify_reader(county.as_bytes());
    assert_eq!((report.ok, report.entries, report.hidden), (true, 3, 2), "{report:?}");
    assert!(!county.contains("true_alarm") && county.contains("alarm.acknowledge"));
    let subjects = BTreeSet::from([SubjectKey { kind: "alarm".into(), id: "a2".into() }]);
    let query = ExportQuery { from_seq: Some(2), to_seq: Some(3), subjects: Some(subjects) };
    let one = export(&store, &reader_of("00"), query).await;
    let report = verify_reader(one.as_bytes());
    assert_eq!((report.ok, report.entries, report.hidden, report.first), (true, 2, 1, Some(2)), "{report:?}");
    assert!(one.contains("true_alarm") && !one.contains("trace.export"));
    let none = ExportQuery { from_seq: Some(900), ..ExportQuery::default() };
    assert!(verify_reader(export(&store, &reader_of("00"), none).await.as_bytes()).ok, "nothing there verifies too");
    let report = verified(&store).await;
    assert_eq!((report.ok, report.entries), (true, 6), "the exports are traced");
});

on_every_store!(tampering_in_the_database_is_named, |store: TestStore| async move {
    assert!(verified(&store).await.ok, "an empty chain");
    three(&store).await;
    assert_eq!(verified(&store).await.head.map(|head| head.seq), Some(3));
    tamper(&store, "UPDATE trace SET content = REPLACE(content, 'true_alarm', 'false_alarm') WHERE seq = 2").await;
    assert_eq!(broken(&verified(&store).await), (Some(2), "content"));
    let exported = export(&store, &reader_of("00"), ExportQuery::default()).await;
    assert_eq!(verify_reader(exported.as_bytes()).broken.and_then(|broken| broken.line), Some(3), "nor laundered");
    tamper(&store, "UPDATE trace SET content = REPLACE(content, 'false_alarm', 'true_alarm') WHERE seq = 2").await;
    assert!(verified(&store).await.ok, "put back");
    tamper(&store, "UPDATE trace SET division = '640181000000' WHERE seq = 2").await;
    assert_eq!(broken(&verified(&store).await), (Some(2), "content"), "columns that rights rest on");
    tamper(&store, "UPDATE trace SET division = '640122000000' WHERE seq = 2").await;
    tamper(&store, "UPDATE trace_head SET hash = 'x'").await;
    assert_eq!(broken(&verified(&store).await), (Some(4), "head"));
    tamper(&store, "DELETE FROM trace WHERE seq = 4").await;
    assert_eq!(broken(&verified(&store).await), (Some(4), "missing"));
    tamper(&store, "DELETE FROM trace WHERE seq = 2").await;
    assert_eq!(broken(&verified(&store).await), (Some(3), "gap"));
    tamper(&store, "DELETE FROM trace WHERE seq = 1").await;
    assert_eq!(broken(&verified(&store).await), (Some(3), "gap"));
});

on_every_store!(computed_numbers_survive_storage, |store: TestStore| async move {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut numbers = vec![0.1 + 0.2, f64::MIN_POSITIVE, f64::MAX, -0.0, 1e300 / 3.0];
    for _ in 0..2000 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        numbers.push((state >> 11) as f64 / 1e7 / 3.0);
    }
    write(&store, "test", Subject::new("test", "numbers"), json!({"numbers": numbers})).await;
    let report = verified(&store).await;
    assert!(report.ok, "{:?}", report.broken);
    let text = export(&store, &reader_of("00"), ExportQuery::default()).await;
    assert!(verify_reader(text.as_bytes()).ok);
});
