//! One action on many records, going back, and what refers to a record.

mod common;

use common::{draft, enterprise, person, problems, registry, system, within};
use fengsui_kernel::{Fault, Locale};
use fengsui_registry::{BatchAction, BatchReport, BatchRequest, BatchRow, ListQuery, Record, Registry, SheetFormat};
use fengsui_storage::testkit::TestStore;
use fengsui_storage::{on_every_store, traces};
use serde_json::{Value, json};

async fn write(registry: &Registry, code: &str, division: &str) -> Record {
    let draft = enterprise(code, &format!("示例{code}"), division, 106.5, 38.5);
    registry.create(&system(), "enterprise", draft, None).await.expect("created")
}

fn row(record: &Record) -> BatchRow {
    BatchRow { id: record.id.to_string(), version: Some(record.version) }
}

fn ask(action: BatchAction, rows: Vec<BatchRow>) -> BatchRequest {
    BatchRequest { action, rows, query: None, after: None, limit: None }
}

fn set(field: &str, value: Value) -> BatchAction {
    BatchAction::Set { field: field.into(), value }
}

fn ends(report: &BatchReport) -> Vec<Result<Option<i64>, String>> {
    let end = |fault: &Fault| fault.code().to_owned();
    report.outcomes.iter().map(|outcome| outcome.result.as_ref().copied().map_err(end)).collect()
}

on_every_store!(sets_a_field_row_by_row_and_takes_it_back, |store: TestStore| async move {
    let registry = registry(&store).await;
    let (one, two) = (write(&registry, "E-1", "640181").await, write(&registry, "E-2", "640181").await);
    let away = write(&registry, "E-3", "640221").await;
    let mut old = row(&two);
    old.version = Some(9);
    let me = person(&["read", "update"], &within("6401"));
    let nobody = BatchRow { id: "0190a5e0-0000-7000-8000-000000000000".into(), version: None };
    let asked = ask(set("industry", json!("coal_mine")), vec![row(&one), old, row(&away), nobody]);
    let report = registry.batch(&me, "enterprise", &asked, Some("行业核对")).await.expect("a report");
    let expected = [Ok(Some(2)), Err("stale".to_owned()), Err("denied".to_owned()), Err("not_found".to_owned())];
    assert_eq!(ends(&report), expected);
    assert_eq!(report.outcomes[2].name, None, "what may not be read is not named");
    let now = registry.get(&system(), "enterprise", one.id.as_str()).await.expect("there");
    assert_eq!((now.text("industry"), now.version), (Some("coal_mine"), 2));
    let again = ask(set("industry", json!("coal_mine")), vec![row(&now)]);
    let report = registry.batch(&me, "enterprise", &again, None).await.expect("a report");
    assert_eq!(ends(&report), [Ok(Some(2))], "it was so already");
    let report =
        registry.batch(&me, "enterprise", &ask(BatchAction::Undo, vec![row(&now)]), None).await.expect("undone");
    assert_eq!(ends(&report), [Ok(Some(3))]);
    let history = registry.history(&system(), "enterprise", one.id.as_str()).await.expect("history");
    assert_eq!(history.len(), 3, "the past is not overwritten");
    assert_eq!(history[0].record["attributes"]["industry"], "hazardous_chemicals");
    assert_eq!(history[1].why.as_deref(), Some("行业核对"));
    assert_eq!(history[0].record["attributes"]["phone"], history[2].record["attributes"]["phone"]);
    let entries = traces::of_subject(&store.db, "record", one.id.as_str(), 10).await.expect("trace");
    let written =
        entries.iter().filter_map(|entry| entry.content.as_ref()).filter(|own| own.action != "record.read_personal");
    assert_eq!(written.count(), 3, "every row is traced like one done by hand");
});

on_every_store!(says_which_rows_cannot_take_the_value, |store: TestStore| async move {
    let registry = registry(&store).await;
    let one = write(&registry, "E-1", "640181").await;
    let wrong = ask(set("industry", json!("banking")), vec![row(&one)]);
    let report = registry.batch(&system(), "enterprise", &wrong, None).await.expect("a report");
    let fault = report.outcomes[0].result.as_ref().expect_err("refused");
    assert_eq!(problems(fault), ["attributes.industry unknown_value"]);
    for field in ["phone", "name", "nothing"] {
        let fault = registry.batch(&system(), "enterprise", &ask(set(field, json!("x")), vec![]), None).await;
        assert_eq!(problems(&fault.expect_err("refused")), ["action.field not_settable_in_bulk"], "{field}");
    }
    let many = ask(set("large", json!(true)), vec![row(&one); 501]);
    let fault = registry.batch(&system(), "enterprise", &many, None).await.expect_err("too many");
    assert_eq!(problems(&fault), ["rows too_many_items"]);
    let silent = registry.batch(&system(), "enterprise", &ask(BatchAction::Delete, vec![row(&one)]), None).await;
    assert_eq!(silent.expect_err("no reason").code(), "reason_required");
    let reader = person(&["read"], &within("64"));
    let denied = registry.batch(&reader, "enterprise", &ask(set("large", json!(true)), vec![]), None).await;
    assert_eq!(denied.expect_err("no right").code(), "denied");
});

on_every_store!(walks_through_all_that_a_list_shows, |store: TestStore| async move {
    let registry = registry(&store).await;
    for number in 1..=7 {
        write(&registry, &format!("E-{number}"), if number == 4 { "640221" } else { "640181" }).await;
    }
    let query = ListQuery { division: Some("640181".into()), ..ListQuery::default() };
    let mut asked = ask(set("large", json!(true)), vec![]);
    (asked.query, asked.limit) = (Some(query), Some(4));
    let first = registry.batch(&system(), "enterprise", &asked, None).await.expect("a report");
    assert_eq!((first.outcomes.len(), first.next.as_deref()), (4, Some("E-5")));
    asked.after = first.next;
    let second = registry.batch(&system(), "enterprise", &asked, None).await.expect("a report");
    assert_eq!((second.outcomes.len(), second.next), (2, None));
    let large = ListQuery { filter: vec!["large:eq:true".into()], ..ListQuery::default() };
    let found = registry.list(&system(), "enterprise", &large).await.expect("a list");
    assert_eq!(found.items.len(), 6, "the one elsewhere is as it was");
});

on_every_store!(what_was_taken_out_comes_back, |store: TestStore| async move {
    let registry = registry(&store).await;
    let one = write(&registry, "E-1", "640181").await;
    let id = one.id.as_str();
    let out = ask(BatchAction::Delete, vec![row(&one)]);
    let report = registry.batch(&system(), "enterprise", &out, Some("关停")).await.expect("a report");
    assert_eq!(ends(&report), [Ok(None)]);
    assert_eq!(registry.get(&system(), "enterprise", id).await.expect_err("gone").code(), "not_found");
    assert_eq!(registry.undo(&system(), "enterprise", id, 1, None).await.expect_err("old").code(), "stale");
    let reader = person(&["read", "update"], &within("64"));
    assert_eq!(registry.undo(&reader, "enterprise", id, 2, None).await.expect_err("no right").code(), "denied");
    let back = registry.undo(&system(), "enterprise", id, 2, Some("误删".into())).await.expect("back");
    assert_eq!((back.version, back.code.as_str(), back.id.as_str()), (3, "E-1", id));
    assert_eq!(back.attributes["phone"], one.attributes["phone"]);
    let query = ListQuery { q: Some("示例".into()), ..ListQuery::default() };
    let found = registry.list(&system(), "enterprise", &query).await.expect("a list");
    assert_eq!(found.items.len(), 1, "it is found again by its words");
    let changes: Vec<String> = registry
        .history(&system(), "enterprise", id)
        .await
        .expect("history")
        .into_iter()
        .map(|entry| entry.change)
        .collect();
    assert_eq!(changes, ["restored", "deleted", "created"]);
    registry.delete(&system(), "enterprise", id, 3, Some("关停".into())).await.expect("out again");
    write(&registry, "E-1", "640181").await;
    let taken = registry.undo(&system(), "enterprise", id, 4, None).await.expect_err("the code is used again");
    assert_eq!(taken.code(), "duplicate");
});

on_every_store!(goes_back_to_any_version, |store: TestStore| async move {
    let registry = registry(&store).await;
    let one = write(&registry, "E-1", "640181").await;
    let id = one.id.as_str();
    for (version, name) in [(1, "二"), (2, "三")] {
        let change = enterprise("E-1", name, "640181", 106.6, 38.6);
        registry.update(&system(), "enterprise", id, version, change, None).await.expect("changed");
    }
    let unknown = registry.restore(&system(), "enterprise", id, (3, 8), None).await.expect_err("no such version");
    assert_eq!(problems(&unknown), ["to unknown_version"]);
    assert_eq!(registry.restore(&system(), "enterprise", id, (2, 1), None).await.expect_err("old").code(), "stale");
    let back = registry.restore(&system(), "enterprise", id, (3, 1), Some("恢复".into())).await.expect("back");
    assert_eq!((back.version, back.name.as_str()), (4, "示例E-1"));
    assert_eq!(back.location, one.location);
});

on_every_store!(tells_what_refers_to_a_record, |store: TestStore| async move {
    let registry = registry(&store).await;
    let one = write(&registry, "E-1", "640181").await;
    for number in 1..=3 {
        let tank = json!({
            "code": format!("T-{number}"), "name": "罐", "division": "640181", "enterprise": "E-1",
            "attributes": {"chemical": "液氨"},
        });
        registry.create(&system(), "installation", draft(tank), None).await.expect("created");
    }
    let bureau = json!({"code": "O-1", "name": "灵武市应急管理局（示例）", "division": "640181", "attributes": {"category": "emergency_bureau"}});
    let bureau = registry.create(&system(), "organisation", draft(bureau), None).await.expect("created");
    let worker = json!({"code": "P-1", "name": "示例·张", "division": "640181", "attributes": {"organisation": "O-1"}});
    registry.create(&system(), "person", draft(worker), None).await.expect("created");
    let found = registry.related(&system(), "enterprise", one.id.as_str()).await.expect("what refers");
    let told: Vec<_> = found.iter().map(|one| (one.kind.as_str(), one.field.as_str(), one.total)).collect();
    assert_eq!(told, [("installation", "enterprise", Some(3))]);
    let list = ListQuery { filter: vec![found[0].filter.clone()], ..ListQuery::default() };
    assert_eq!(registry.list(&system(), "installation", &list).await.expect("a list").items.len(), 3);
    let found = registry.related(&system(), "organisation", bureau.id.as_str()).await.expect("what refers");
    let told: Vec<_> = found.iter().map(|one| (one.kind.as_str(), one.filter.as_str())).collect();
    assert_eq!(told, [("person", "organisation:eq:O-1")]);
    let elsewhere = person(&["read"], &within("6402"));
    let denied = registry.related(&elsewhere, "enterprise", one.id.as_str()).await.expect_err("not visible");
    assert_eq!(denied.code(), "denied");
});

on_every_store!(judges_a_draft_without_writing_it, |store: TestStore| async move {
    let registry = registry(&store).await;
    let one = write(&registry, "E-1", "640181").await;
    let check = async |id: Option<&str>, draft| {
        let found = registry.check(&system(), "enterprise", id, draft).await.expect("judged");
        problems(&found.into_result().err().unwrap_or_else(|| Fault::not_found("problem", "none")))
    };
    let nothing = ["fault not_found"];
    assert_eq!(check(None, enterprise("E-2", "二", "640181", 106.5, 38.5)).await, nothing);
    assert_eq!(check(None, enterprise("E-1", "二", "640181", 106.5, 38.5)).await, ["code code_taken"]);
    assert_eq!(check(None, enterprise("E-2", "二", "640199", 106.5, 38.5)).await, ["division unknown_division"]);
    let swapped = enterprise("E-2", "", "640181", 38.5, 106.5);
    assert_eq!(check(None, swapped).await, ["name required", "location coordinates_swapped"]);
    assert_eq!(check(Some(one.id.as_str()), enterprise("E-1", "改名", "640181", 106.5, 38.5)).await, nothing);
    let all = registry.list(&system(), "enterprise", &ListQuery::default()).await.expect("a list");
    assert_eq!((all.items.len(), all.items[0].version), (1, 1), "nothing was written");
    let reader = person(&["read"], &within("64"));
    let denied = registry.check(&reader, "enterprise", None, enterprise("E-2", "二", "640181", 106.5, 38.5)).await;
    assert_eq!(denied.expect_err("no right").code(), "denied");
});

on_every_store!(exports_the_columns_that_a_list_shows, |store: TestStore| async move {
    let registry = registry(&store).await;
    write(&registry, "E-1", "640181").await;
    let names = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
    let form = (SheetFormat::Csv, Locale::Chinese);
    let query = ListQuery::default();
    let wanted = names(&["industry", "division", "updated_at"]);
    let file = registry.export_columns(&system(), "enterprise", &query, &wanted, form, None).await.expect("a file");
    let text = String::from_utf8(file).expect("text");
    let lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(lines[0], r#""编码","名称","行业","行政区划","更新时间""#);
    assert_eq!(lines[1], r#""E-1","示例E-1","危险化学品","灵武市","2026-11-22 10:00:00""#);
    let unknown = registry.export_columns(&system(), "enterprise", &query, &names(&["nothing"]), form, None).await;
    assert_eq!(problems(&unknown.expect_err("no such column")), ["columns unknown_column"]);
});
