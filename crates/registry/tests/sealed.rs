//! Personal data lie sealed: in rows, versions, search words, trace and events; what an older
//! program left in clear is sealed at the next start.

mod common;

use std::fmt::Write as _;

use common::{draft, registry, system};
use fengsui_kernel::Acting;
use fengsui_registry::{ImportOptions, Registry};
use fengsui_storage::testkit::TestStore;
use fengsui_storage::{args, on_every_store, settings};
use serde_json::json;

const PHONE: &str = "13912345678";
const ID_NUMBER: &str = "11010519491231002X";
const EMAIL: &str = "planted@example.invalid";

fn person() -> fengsui_registry::RecordDraft {
    draft(json!({"code": "P-1", "name": "示例·李", "division": "640181000000",
        "attributes": {"phone": PHONE, "email": EMAIL, "id_number": ID_NUMBER, "title": "科员"}}))
}

/// Every table that a value of a record could reach, as text.
async fn dump(store: &TestStore) -> String {
    let mut all = String::new();
    for table in ["record", "record_version", "trace", "event", "setting"] {
        for row in store.db.query(&format!("SELECT * FROM {table}"), Vec::new()).await.expect("rows") {
            writeln!(all, "{row:?}").expect("a text");
        }
    }
    all
}

async fn planted(store: &TestStore) -> Vec<&'static str> {
    let all = dump(store).await;
    [PHONE, ID_NUMBER, EMAIL].into_iter().filter(|value| all.contains(value)).collect()
}

async fn run(store: &TestStore, sql: &str, args: Vec<fengsui_storage::Value>) {
    let mut tx = store.db.begin(Acting::system("test", store.db.now())).await.expect("a transaction");
    tx.execute(sql, args).await.expect("a statement");
    tx.commit().await.expect("a commit");
}

on_every_store!(nothing_lies_in_clear, |store: TestStore| async move {
    let registry = registry(&store).await;
    let made = registry.create(&system(), "person", person(), None).await.expect("created");
    let mut change = person();
    change.attributes["title"] = json!("科长");
    registry.update(&system(), "person", made.id.as_str(), 1, change, Some("升职".into())).await.expect("changed");
    registry.reveal(&system(), "person", made.id.as_str(), None, Some("核实".into())).await.expect("revealed");
    let sheet = format!("编码,名称,行政区划代码,手机,身份证号\nP-2,王,640181000000,{PHONE},{ID_NUMBER}\n");
    let report = registry.import(&system(), "person", sheet.into_bytes(), ImportOptions::default()).await;
    assert_eq!(report.expect("imported").created, 1);
    registry.delete(&system(), "person", made.id.as_str(), 2, None).await.expect("deleted");
    assert_eq!(planted(&store).await, Vec::<&str>::new());
    let history = registry.history(&system(), "person", made.id.as_str()).await.expect("history");
    assert!(history.iter().all(|entry| entry.record["attributes"]["phone"] == "139****5678"));
    let before = registry.reveal(&system(), "person", made.id.as_str(), Some(1), Some("核实".into())).await;
    assert_eq!(before.expect("a version").values["id_number"], ID_NUMBER);
});

on_every_store!(what_an_older_program_left_in_clear_is_sealed, |store: TestStore| async move {
    let kinds = fengsui_registry::ground::kinds;
    let before = registry(&store).await;
    let made = before.create(&system(), "person", person(), None).await.expect("created");
    let id = made.id.as_str();
    // As version 0.1 kept them.
    let attributes = json!({"phone": PHONE, "email": EMAIL, "organisation": null, "title": "科员"});
    let body = json!({"kind": "person", "code": "P-1", "name": "示例·李", "division": "640181000000",
        "location": null, "enterprise": null, "attributes": attributes});
    run(&store, "UPDATE record SET attributes = $1 WHERE id = $2", args![attributes, id]).await;
    run(&store, "UPDATE record_version SET body = $1 WHERE record = $2", args![body, id]).await;
    run(&store, "DELETE FROM setting WHERE name = 'sealing.swept'", Vec::new()).await;
    assert_eq!(planted(&store).await, [PHONE, EMAIL]);
    let found = before.find_by_id(id).await.expect("found").expect("there");
    assert_eq!(found.text("phone"), Some(PHONE), "readable before it is sealed");
    let after = Registry::open(store.db.clone(), kinds()).await.expect("opened");
    assert_eq!(planted(&store).await, Vec::<&str>::new());
    let found = after.find_by_id(id).await.expect("found").expect("there");
    assert_eq!((found.text("phone"), found.text("email"), found.version), (Some(PHONE), Some(EMAIL), 1));
    let version = after.reveal(&system(), "person", id, Some(1), Some("核实".into())).await.expect("a version");
    assert_eq!(version.values["phone"], PHONE);
    let swept = settings::get(&store.db, "sealing.swept").await.expect("a setting");
    Registry::open(store.db.clone(), kinds()).await.expect("opened again");
    assert_eq!(settings::get(&store.db, "sealing.swept").await.expect("a setting"), swept, "nothing is left to do");
});

on_every_store!(a_value_opens_only_where_it_was_sealed, |store: TestStore| async move {
    let registry = registry(&store).await;
    let one = registry.create(&system(), "person", person(), None).await.expect("created");
    let mut other = person();
    other.code = Some("P-2".into());
    other.attributes["phone"] = json!("13900000009");
    let other = registry.create(&system(), "person", other, None).await.expect("created");
    let swap = "UPDATE record SET attributes = (SELECT attributes FROM record WHERE id = $1) WHERE id = $2";
    run(&store, swap, args![one.id.as_str(), other.id.as_str()]).await;
    let seen = registry.get(&system(), "person", other.id.as_str()).await.expect("the rest is still shown");
    assert_eq!(seen.attributes["title"], "科员");
    assert_ne!(seen.attributes["phone"], "139****5678");
    let fault = registry.reveal(&system(), "person", other.id.as_str(), None, Some("核实".into())).await;
    assert_eq!(fault.expect_err("moved").code(), "internal");
});
