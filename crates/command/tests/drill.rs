//! A drill from its start to its end in the engine, on every store.

mod support;

use fengsui_command::{DrillProcess, IncidentProcess, OrderProcess, TaskProcess};
use fengsui_events::Event;
use fengsui_kernel::{Mode, PageQuery, Principal};
use fengsui_matters::{ClockFilter, Engine, ListQuery, Matter, NewMatter};
use fengsui_storage::testkit::TestStore;
use fengsui_storage::{events, on_every_store};
use serde_json::{Value, json};

fn engine(store: &TestStore) -> Engine {
    Engine::builder(store.db.clone())
        .process::<DrillProcess>()
        .process::<IncidentProcess>()
        .process::<TaskProcess>()
        .process::<OrderProcess>()
        .build()
        .expect("the descriptors fit the types")
}

fn drill(mode: &str) -> NewMatter {
    let opening = json!({
        "title": "液氨泄漏桌面演练", "scenario": "储罐法兰泄漏", "event_type": "12D", "division": "640181000000",
        "participants": [{"type": "post", "id": "post-a"}]
    });
    serde_json::from_value(json!({"process": "drill", "opening": opening, "mode": mode})).expect("new")
}

async fn act(engine: &Engine, matter: &Matter, action: Value) -> Result<Matter, String> {
    let version = engine.get(&Principal::system("test"), &matter.id).await.expect("the matter").version;
    let submission = serde_json::from_value(json!({"version": version, "action": action})).expect("submission");
    engine.act(&Principal::system("test"), &matter.id, submission).await.map_err(|fault| fault.code().to_owned())
}

async fn all(engine: &Engine) -> Vec<Matter> {
    let found = engine.list(&Principal::system("test"), ListQuery::default(), &PageQuery::default()).await;
    found.expect("a list").items
}

on_every_store!(everything_in_a_drill_is_drill_and_ends_with_it, |store: TestStore| async move {
    let (engine, system) = (engine(&store), Principal::system("test"));
    assert_eq!(engine.open(&system, drill("real")).await.expect_err("not real").code(), "drill_must_be_drill");
    let matter = engine.open(&system, drill("drill")).await.expect("started");
    let incident = all(&engine).await.into_iter().find(|one| one.process == "incident").expect("its incident");
    assert_eq!((incident.mode, incident.parent.as_ref()), (Mode::Drill, Some(&matter.id)));
    act(&engine, &incident, json!({"action": "verify", "result": "true", "note": "演练"})).await.expect("verified");
    act(&engine, &incident, support::response()).await.expect("a response");
    let below = all(&engine).await;
    assert!(below.len() > 2 && below.iter().all(|one| one.mode == Mode::Drill), "tasks of a drill are drill");

    let refused = act(&engine, &matter, json!({"action": "end", "summary": " "})).await.expect_err("no words");
    assert_eq!(refused, "summary_required");
    act(&engine, &matter, json!({"action": "end", "summary": "电话报告超时 3 分钟"})).await.expect("ended");
    assert!(all(&engine).await.iter().all(|one| one.closed), "nothing of it is left open");
    assert!(engine.open_clocks(&system).await.expect("the strip").is_empty());
    assert!(engine.kept_clocks(&system, &ClockFilter::default()).await.expect("clocks").is_empty());
    let late = act(&engine, &incident, json!({"action": "control", "summary": "已控制"})).await.expect_err("over");
    assert_eq!(late, "drill_over");
    let incident = engine.get(&system, &incident.id).await.expect("the incident");
    assert!(incident.available_actions.iter().all(|action| !action.allowed), "nothing is offered any more");
    assert_eq!(incident.phase, "responding", "where it stood stays to be read");

    let stored = events::after(&store.db, 0, 1000).await.expect("events");
    let told = stored.iter().filter_map(|stored| match stored.read().expect("an event").event {
        Event::MessageRequested(request) => Some(request),
        _ => None,
    });
    assert!(told.into_iter().all(|request| request.mode == Mode::Drill && request.subject.starts_with("【演练】")));
});

on_every_store!(a_real_matter_never_ends_with_a_drill, |store: TestStore| async move {
    let (engine, system) = (engine(&store), Principal::system("test"));
    let matter = engine.open(&system, drill("drill")).await.expect("started");
    let link = json!([{"relation": "parent", "kind": "matter", "id": matter.id}]);
    let real = json!({"process": "incident", "opening": support::opening(), "mode": "real", "links": link});
    let refused = engine.open(&system, serde_json::from_value(real).expect("new")).await.expect_err("mixed");
    assert_eq!(refused.code(), "drill_and_real_apart");
});
