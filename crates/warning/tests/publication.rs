//! Messages in the store: once each, in order, never a drill in public.

mod support;

use std::sync::Arc;

use fengsui_kernel::id::MatterId;
use fengsui_kernel::{Acting, Actor, Grant, Mode, Principal, Scope};
use fengsui_matters::Engine;
use fengsui_storage::testkit::TestStore;
use fengsui_storage::{Db, events, on_every_store, warnings};
use fengsui_warning::feed::Feed;
use fengsui_warning::{WarningProcess, coverage, process, publication};
use serde_json::{Value, json};

fn person(id: &str, roles: &[&str], division: &str) -> Principal {
    let scope = Scope::Subtree { division: division.parse().expect("code") };
    let grant = |role: Option<&&str>| Grant {
        action: "*".into(),
        kind: "*".into(),
        scope: scope.clone(),
        post: None,
        role: role.map(|role| (*role).to_owned()),
    };
    Principal {
        actor: Actor::User { id: id.into(), name: id.into(), post: None },
        posts: vec![format!("post-{id}")],
        grants: roles.iter().map(Some).chain([None]).map(grant).collect(),
    }
}

fn officer() -> Principal {
    person("officer", &["duty_officer"], "640181")
}

fn chief() -> Principal {
    person("chief", &["warning_approver"], "640181")
}

fn engine(db: &Db) -> Engine {
    Engine::builder(db.clone()).process::<WarningProcess>().build().expect("a configuration")
}

async fn open(engine: &Engine, mode: Mode) -> MatterId {
    let new = json!({"process": "warning", "opening": support::opening(), "mode": mode});
    let matter = engine.open(&officer(), serde_json::from_value(new).expect("new")).await.expect("opened");
    matter.id
}

async fn act(engine: &Engine, who: &Principal, id: &MatterId, action: Value) {
    let version = engine.get(who, id).await.expect("the matter").version;
    let submission = serde_json::from_value(json!({"version": version, "action": action})).expect("submission");
    engine.act(who, id, submission).await.expect("a lawful action");
}

async fn publish(engine: &Engine, mode: Mode) -> MatterId {
    let id = open(engine, mode).await;
    act(engine, &officer(), &id, json!({"action": "submit"})).await;
    act(engine, &chief(), &id, json!({"action": "approve"})).await;
    act(engine, &officer(), &id, json!({"action": "publish"})).await;
    id
}

/// Delivers every event from the beginning: each time all of them again.
async fn deliver(db: &Db) {
    for event in events::after(db, 0, 1000).await.expect("events") {
        publication::on_event(db, &event.read().expect("readable")).await.expect("handled");
    }
}

on_every_store!(writes_every_message_once_and_in_order, |store: TestStore| async move {
    let (db, engine) = (&store.db, engine(&store.db));
    let id = publish(&engine, Mode::Real).await;
    act(&engine, &officer(), &id, json!({"action": "update", "color": "red"})).await;
    // The handler comes late: the first message must still say what was published then.
    act(&engine, &chief(), &id, json!({"action": "approve_update"})).await;
    deliver(db).await;
    deliver(db).await;
    let messages = warnings::history(db, &id).await.expect("history");
    let words: Vec<(&str, &str, bool)> =
        messages.iter().map(|row| (row.msg_type.as_str(), row.color.as_str(), row.superseded)).collect();
    assert_eq!(words, [("Alert", "orange", true), ("Update", "red", false)]);
    assert!(messages[0].identifier.ends_with("_12D_ORANGE_ALERT"), "{}", messages[0].identifier);
    assert!(messages[1].xml.contains(&messages[0].identifier), "refers to the first");
    let in_force = publication::in_force(db, &officer(), Mode::Real).await.expect("in force");
    assert_eq!(in_force.iter().map(|row| row.color.as_str()).collect::<Vec<_>>(), ["red"]);
    act(&engine, &officer(), &id, json!({"action": "cancel", "reason": "险情消除"})).await;
    deliver(db).await;
    let messages = warnings::history(db, &id).await.expect("history");
    assert_eq!(messages.len(), 3);
    let (lifted, findings) = fengsui_cap::parse(&messages[2].xml).expect("CAP");
    assert!(findings.is_empty(), "{findings:?}");
    assert_eq!(lifted.references.len(), 2);
    assert!(publication::in_force(db, &officer(), Mode::Real).await.expect("in force").is_empty());
});

on_every_store!(a_drill_is_never_public, |store: TestStore| async move {
    let (db, engine) = (&store.db, engine(&store.db));
    let drill = publish(&engine, Mode::Drill).await;
    let real = publish(&engine, Mode::Real).await;
    deliver(db).await;
    let row = warnings::history(db, &drill).await.expect("history").remove(0);
    assert_eq!(row.status, "Exercise");
    assert!(row.xml.contains("<status>Exercise</status>") && row.xml.contains("<scope>Restricted</scope>"));
    assert!(publication::by_identifier(db, &row.identifier).await.expect("query").is_none());
    let entries = publication::feed_entries(db).await.expect("feed");
    assert_eq!(entries.iter().map(|row| &row.matter).collect::<Vec<_>>(), [&real]);
    // Both were published in the same second by the same office: the names still differ.
    assert_ne!(entries[0].identifier, row.identifier);
    let feed = publication::feed(db, "https://example.invalid", "示例", "示例").await.expect("feed");
    let address = format!("https://example.invalid/cap/{}.xml", entries[0].identifier);
    assert!(feed.contains(&address) && !feed.contains("Exercise"));
    assert_eq!(publication::in_force(db, &officer(), Mode::Drill).await.expect("drills").len(), 1);

    let cached = Feed::default();
    let text = async || cached.text(db, "https://example.invalid", "示例", "示例").await.expect("feed");
    let (first, again) = (text().await, text().await);
    assert!(*first == *feed && Arc::ptr_eq(&first, &again), "made once");
    publish(&engine, Mode::Real).await;
    deliver(db).await;
    assert_eq!(text().await.matches("<entry>").count(), 2, "and anew after a publication");
});

on_every_store!(what_is_over_is_not_in_force_and_is_marked_by_the_platform, |store: TestStore| async move {
    let (db, engine) = (&store.db, engine(&store.db));
    let id = publish(&engine, Mode::Real).await;
    deliver(db).await;
    store.clock.set("2026-11-22T08:00:01Z".parse().expect("time"));
    engine.tick(db.now()).await.expect("tick");
    let stored = events::after(db, 0, 1000).await.expect("events");
    let logged: Vec<_> = stored.iter().map(|stored| stored.read().expect("readable")).collect();
    let due: Vec<&MatterId> = logged.iter().filter_map(|logged| process::to_expire(&logged.event)).collect();
    assert_eq!(due, [&id]);
    act(&engine, &Principal::system("clock"), &id, json!({"action": "expire"})).await;
    assert_eq!(engine.get(&officer(), &id).await.expect("matter").phase, "expired");
    assert!(publication::in_force(db, &officer(), Mode::Real).await.expect("in force").is_empty());
    assert_eq!(publication::feed_entries(db).await.expect("feed").len(), 1, "it stays in the feed");
});

on_every_store!(warnings_concern_those_inside_and_around, |store: TestStore| async move {
    let (db, engine) = (&store.db, engine(&store.db));
    let id = publish(&engine, Mode::Real).await;
    deliver(db).await;
    for (division, seen) in [("640181", 1), ("6401", 1), ("640181100", 1), ("640122", 0), ("15", 0)] {
        let somebody = person("somebody", &[], division);
        assert_eq!(publication::in_force(db, &somebody, Mode::Real).await.expect(division).len(), seen, "{division}");
    }
    assert_eq!(coverage::coverage(db, &officer(), &id).await.expect("coverage").population, None);
    assert!(coverage::coverage(db, &person("x", &[], "15"), &id).await.is_err());
    let nobody = Principal { grants: Vec::new(), ..officer() };
    assert!(publication::in_force(db, &nobody, Mode::Real).await.is_err());
});

#[tokio::test]
async fn other_events_are_left_alone() {
    let store = fengsui_storage::testkit::sqlite().await;
    let mut tx = store.db.begin(Acting::system("test", store.db.now())).await.expect("tx");
    tx.publish(fengsui_events::Event::QuarantineChanged(fengsui_events::QuarantineChanged { waiting: 1 }));
    tx.commit().await.expect("commit");
    deliver(&store.db).await;
    assert!(publication::feed_entries(&store.db).await.expect("feed").is_empty());
}
