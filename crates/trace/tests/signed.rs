//! What only the node could have written: signed exports and checkpoints in the chain.

use fengsui_kernel::trace::{GENESIS, TraceEntry, entry_hash};
use fengsui_kernel::{Acting, Principal};
use fengsui_storage::testkit::TestStore;
use fengsui_storage::{Subject, on_every_store, traces};
use fengsui_trace::{ExportQuery, Header, Report, Signer, Traces, verify_reader};
use serde_json::json;

fn signer() -> Signer {
    Signer::new([1; 32])
}

fn node(store: &TestStore) -> Traces {
    Traces::new(store.db.clone(), "灵武（示例）").signed_by(signer())
}

async fn write(store: &TestStore, number: u64) {
    let mut tx = store.db.begin(Acting::system("test", store.db.now())).await.expect("a transaction");
    tx.trace("alarm.verify", Subject::new("alarm", number), json!({ "number": number, "verdict": "true_alarm" }));
    tx.commit().await.expect("a commit");
}

async fn export(traces: &Traces) -> String {
    let caller = Principal::system("test");
    let exporter = traces.export(&caller, ExportQuery::default()).await.expect("an export");
    exporter.into_text().await.expect("the text")
}

fn verify(text: &str) -> Report {
    verify_reader(text.as_bytes())
}

fn code(report: &Report) -> &str {
    report.broken.as_ref().map_or("ok", |broken| broken.code.as_str())
}

/// Entries rewritten from one on, as somebody does who has no key: every hash fits again.
fn rehashed(lines: &[&str], alter: impl Fn(&mut TraceEntry)) -> Vec<TraceEntry> {
    let mut last = GENESIS.to_owned();
    let entry = |line: &&str| {
        let mut entry: TraceEntry = serde_json::from_str(line).expect("an entry");
        alter(&mut entry);
        if let Some(content) = &entry.content {
            entry.content_hash = fengsui_kernel::trace::content_hash(content);
        }
        entry.prev = std::mem::take(&mut last);
        entry.hash = entry_hash(entry.seq, &entry.prev, &entry.content_hash);
        last.clone_from(&entry.hash);
        entry
    };
    lines.iter().map(entry).collect()
}

fn file(header: &Header, entries: &[TraceEntry]) -> String {
    let mut text = serde_json::to_string(header).expect("JSON") + "\n";
    for entry in entries {
        text += &(serde_json::to_string(entry).expect("JSON") + "\n");
    }
    text
}

/// The seal is no secret: a forger makes it fit again.
fn resealed(mut header: Header) -> Header {
    let blank = Header { seal: String::new(), signature: None, ..header.clone() };
    header.seal = entry_hash(header.to, &header.head, &serde_json::to_string(&blank).expect("JSON"));
    header
}

on_every_store!(an_export_says_who_signed_it, |store: TestStore| async move {
    write(&store, 1).await;
    let text = export(&node(&store)).await;
    let report = verify(&text);
    assert!(report.ok, "{report:?}");
    assert_eq!(report.signed_by, Some(signer().public_key().fingerprint()));
    for position in 0..text.len() - 1 {
        let mut bytes = text.clone().into_bytes();
        bytes[position] ^= 1;
        let line = text.as_bytes()[..position].split(|byte| *byte == b'\n').count() as u64;
        let named = verify_reader(bytes.as_slice()).broken.unwrap_or_else(|| panic!("byte {position} went unnoticed"));
        assert_eq!(named.line, Some(line), "byte {position}: {named:?}");
    }
});

on_every_store!(a_chain_rewritten_without_the_key_is_found, |store: TestStore| async move {
    for number in 1..=4 {
        write(&store, number).await;
    }
    let text = export(&node(&store)).await;
    let lines: Vec<&str> = text.lines().collect();
    let header: Header = serde_json::from_str(lines[0]).expect("a header");
    let forged = rehashed(&lines[1..], |entry| {
        if let Some(content) = entry.content.as_mut().filter(|_| entry.seq == 2) {
            content.data["verdict"] = json!("false_alarm");
        }
    });
    let end = forged.last().expect("entries").hash.clone();
    let header_for = |head: &str, to| resealed(Header { head: head.to_owned(), to, ..header.clone() });
    assert_eq!(code(&verify(&file(&header_for(&end, 4), &forged))), "signature", "head and seal made to fit");
    let honest: Vec<TraceEntry> = rehashed(&lines[1..], |_| {});
    let short = file(&header_for(&honest[2].hash, 3), &honest[..3]);
    assert_eq!(code(&verify(&short)), "signature", "the end cut off, and the header made to fit");
    assert_eq!(code(&verify(&file(&header, &honest[..3]))), "missing", "the end cut off");
    assert_eq!(code(&verify(&file(&header, &forged))), "head", "the signed header before another chain");
    let naked = resealed(Header { v: 1, key: None, signature: None, head: end.clone(), ..header.clone() });
    let report = verify(&file(&naked, &forged));
    assert_eq!((report.ok, report.signed_by), (true, None), "without a signature it is told so");
    let other = Signer::new([2; 32]).public_key().to_string();
    let claimed = resealed(Header { key: Some(other), head: end, ..header.clone() });
    assert_eq!(code(&verify(&file(&claimed, &forged))), "signature", "another key, the old signature");
    let half = resealed(Header { v: 2, signature: None, ..header });
    assert_eq!(code(&verify(&file(&half, &honest))), "signature");
});

on_every_store!(checkpoints_show_a_chain_rewritten_in_the_store, |store: TestStore| async move {
    let traces = node(&store);
    assert!(!traces.checkpoint().await.expect("nothing to sign"), "an empty chain");
    write(&store, 1).await;
    assert!(traces.checkpoint().await.expect("signed"));
    assert!(!traces.checkpoint().await.expect("nothing new"));
    write(&store, 2).await;
    assert!(traces.checkpoint().await.expect("signed"));
    let report = traces.verify(&Principal::system("test")).await.expect("a report");
    let fingerprint = signer().public_key().fingerprint();
    assert_eq!((report.ok, report.checkpoints, report.checkpoint_keys), (true, 2, vec![fingerprint]));
    let text = export(&traces).await;
    assert_eq!(verify(&text).checkpoints, 2);
    // Somebody with the database, but without the key, rewrites it all and lets the node sign the result.
    let lines: Vec<&str> = text.lines().collect();
    let forged = rehashed(&lines[1..], |entry| {
        if let Some(content) = entry.content.as_mut().filter(|_| entry.seq == 1) {
            content.data["verdict"] = json!("false_alarm");
        }
    });
    let mut tx = store.db.begin(Acting::system("attacker", store.db.now())).await.expect("a transaction");
    for entry in &forged {
        let content = serde_json::to_string(entry.content.as_ref().expect("a content")).expect("JSON");
        let sql = "UPDATE trace SET content = $1, content_hash = $2, prev = $3, hash = $4 WHERE seq = $5";
        let args = fengsui_storage::args![content, entry.content_hash, entry.prev, entry.hash, entry.seq];
        tx.execute(sql, args).await.expect("a statement");
    }
    tx.execute("DELETE FROM trace WHERE seq > 4", Vec::new()).await.expect("a statement");
    let last = forged[3].hash.clone();
    let sql = "UPDATE trace_head SET seq = 4, hash = $1";
    tx.execute(sql, fengsui_storage::args![last]).await.expect("a statement");
    tx.commit().await.expect("a commit");
    let (seq, _) = traces::head(&store.db).await.expect("a head");
    assert_eq!(seq, 4);
    let report = traces.verify(&Principal::system("test")).await.expect("a report");
    assert_eq!((code(&report), report.broken.as_ref().and_then(|broken| broken.seq)), ("checkpoint", Some(2)));
    assert_eq!(code(&verify(&export(&traces).await)), "checkpoint", "nor laundered by a signed export");
});
