//! The engine on every store, with small processes of its own.

mod actions;
mod attachments;
mod children;
mod clocks;
mod configuration;
mod inbox;
mod process;
mod thread;

use fengsui_events::{Event, MessageRequest};
use fengsui_kernel::{Actor, Grant, Mode, Principal, Scope};
use fengsui_matters::{Engine, Matter, NewMatter, Submission};
use fengsui_storage::testkit::TestStore;
use serde_json::{Value, json};

pub(crate) const CONFIGURATION: &str = r#"
[repair.actions.approve]
roles = ["leader"]
[repair.clocks.report]
remind_before_minutes = 20
escalate_to_role = "leader"
[repair.settings]
evidence_required = true
limits.cost = 5000
"#;

pub(crate) fn engine(store: &TestStore) -> Engine {
    let directory = std::env::temp_dir().join("fengsui-matters-tests");
    Engine::builder(store.db.clone())
        .process::<process::Repair>()
        .process::<process::Errand>()
        .roles(["officer", "leader"])
        .configure(CONFIGURATION)
        .expect("TOML")
        .attachments_under(&directory)
        .build()
        .expect("a sound configuration")
}

/// A person with a post and a role whose rights reach a division.
pub(crate) fn person(user: &str, role: &str, division: &str, actions: &[&str]) -> Principal {
    let scope = Scope::Subtree { division: division.parse().expect("a code") };
    let grants = actions.iter().flat_map(|action| {
        ["repair", "errand"].map(|kind| Grant {
            action: (*action).to_owned(),
            kind: kind.to_owned(),
            scope: scope.clone(),
            post: Some(format!("post-{user}")),
            role: Some(role.to_owned()),
        })
    });
    Principal {
        actor: Actor::User { id: user.into(), name: format!("示例{user}"), post: None },
        posts: vec![format!("post-{user}")],
        grants: grants.collect(),
    }
}

/// May do everything in Lingwu.
pub(crate) fn officer() -> Principal {
    person("a", "officer", "640181", &["*"])
}

/// A leader of Lingwu.
pub(crate) fn leader() -> Principal {
    person("b", "leader", "640181", &["*"])
}

pub(crate) fn repair(opening: &Value) -> NewMatter {
    let mut full = json!({"title": "储罐区阀门渗漏", "division": "640181100000", "severity": "grave"});
    if let (Some(full), Some(given)) = (full.as_object_mut(), opening.as_object()) {
        full.extend(given.clone());
    }
    NewMatter {
        process: "repair".into(),
        opening: full,
        links: vec![],
        mode: Mode::default(),
        request: None,
        why: None,
    }
}

pub(crate) fn submit(matter: &Matter, action: Value) -> Submission {
    Submission { version: matter.version, action, why: None }
}

pub(crate) async fn events(store: &TestStore) -> Vec<Event> {
    let logged = fengsui_storage::events::after(&store.db, 0, 1000).await.expect("events");
    logged.into_iter().map(|logged| logged.read().expect("readable").event).collect()
}

pub(crate) async fn messages(store: &TestStore) -> Vec<MessageRequest> {
    let told = events(store).await.into_iter().filter_map(|event| match event {
        Event::MessageRequested(request) => Some(request),
        _ => None,
    });
    told.collect()
}

pub(crate) async fn count(store: &TestStore, table: &str) -> u64 {
    let sql = format!("SELECT COUNT(*) AS total FROM {table}");
    store.db.query_one(&sql, vec![]).await.expect("count").expect("row").get("total").expect("number")
}
