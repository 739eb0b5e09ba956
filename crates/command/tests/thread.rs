//! An incident from report to closure in the engine, with its tasks and orders, on every store.

mod support;

use fengsui_command::{IncidentProcess, OrderProcess, TaskProcess};
use fengsui_kernel::id::MatterId;
use fengsui_kernel::{Actor, Grant, Principal, Scope};
use fengsui_matters::Engine;
use fengsui_storage::on_every_store;
use fengsui_storage::testkit::TestStore;
use serde_json::{Value, json};

fn person(id: &str, roles: &[&str]) -> Principal {
    let scope = Scope::Subtree { division: "640181".parse().expect("code") };
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
    person("officer", &["duty_officer"])
}

async fn act(engine: &Engine, who: &Principal, id: &MatterId, action: Value) -> Result<(), String> {
    let version = engine.get(who, id).await.expect("the matter").version;
    let submission = serde_json::from_value(json!({"version": version, "action": action})).expect("submission");
    engine.act(who, id, submission).await.map(|_| ()).map_err(|fault| fault.code().to_owned())
}

async fn child(engine: &Engine, incident: &MatterId, relation: &str) -> MatterId {
    let matter = engine.get(&officer(), incident).await.expect("the incident");
    let value = serde_json::to_value(&matter).expect("JSON");
    let links = value["links"].as_array().cloned().unwrap_or_default();
    let found = links.iter().find(|link| link["relation"] == relation).expect("a child");
    found["id"].as_str().expect("an id").parse().expect("an id")
}

on_every_store!(an_incident_ends_with_proof, |store: TestStore| async move {
    let engine = Engine::builder(store.db.clone())
        .process::<IncidentProcess>()
        .process::<TaskProcess>()
        .process::<OrderProcess>()
        .build()
        .expect("the descriptors fit the types");
    let new = json!({"process": "incident", "opening": support::opening(), "mode": "real"});
    let incident = engine.open(&officer(), serde_json::from_value(new).expect("new")).await.expect("opened").id;
    let does = |action: Value| {
        let (engine, incident) = (engine.clone(), incident.clone());
        async move { act(&engine, &officer(), &incident, action).await }
    };
    does(json!({"action": "phone_report", "to": "市应急局", "content": "氨泄漏"})).await.expect("phoned");
    does(json!({"action": "verify", "result": "true", "note": "视频"})).await.expect("verified");
    let mut response = support::response();
    response["tasks"][0]["evidence_required"] = json!(false);
    does(response).await.expect("a response");
    let dispatch =
        json!({"action": "dispatch", "team": "t", "team_name": "示例队", "order": "堵漏", "deadline_minutes": 30});
    does(dispatch).await.expect("a team");
    does(support::report()).await.expect("reported");
    does(json!({"action": "control", "summary": "已控制"})).await.expect("controlled");
    does(json!({"action": "end_response", "summary": "达标"})).await.expect("ended");
    let close = || json!({"action": "close", "summary": "办结"});
    assert_eq!(does(close()).await, Err("children_open".to_owned()));
    let worker = person("worker", &["information_officer"]);
    let task = child(&engine, &incident, "task").await;
    for (who, action) in [
        (&worker, json!({"action": "accept"})),
        (&worker, json!({"action": "complete", "result": "疏散 320 人"})),
        (&officer(), json!({"action": "verify_done"})),
    ] {
        act(&engine, who, &task, action).await.expect("a step of the task");
    }
    assert_eq!(does(close()).await, Err("children_open".to_owned()), "the order is open");
    let leader = person("leader", &["rescue_leader"]);
    let order = child(&engine, &incident, "order").await;
    for step in ["confirm", "depart", "arrive"] {
        act(&engine, &leader, &order, json!({ "action": step })).await.expect("a step of the order");
    }
    act(&engine, &leader, &order, json!({"action": "complete", "result": "泄漏已止"})).await.expect("completed");
    does(close()).await.expect("closed");
    let closed = engine.get(&officer(), &incident).await.expect("the incident");
    assert!(closed.closed && closed.phase == "closed");
    assert_eq!(does(close()).await, Err("not_in_this_phase".to_owned()));
});
