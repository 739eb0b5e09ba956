//! What the suites share: a complete opening, and facts of whoever acts.
#![allow(dead_code, reason = "each suite uses its part")]

use std::collections::BTreeMap;

use fengsui_kernel::{Mode, Refusal, Timestamp};
use fengsui_matters::process::{Effect, Facts, Process};
use fengsui_warning::{WarningAction, WarningOpening, WarningProcess, WarningState};
use serde_json::{Value, json};

/// The time of every test.
pub fn now() -> Timestamp {
    "2026-11-22T02:00:00Z".parse().expect("time")
}

/// Facts of a person with roles; `None` is the platform.
pub fn facts(user: Option<&str>, roles: &[&str]) -> Facts {
    Facts {
        now: now(),
        user: user.map(str::to_owned),
        actor_name: user.unwrap_or("platform").to_owned(),
        posts: user.map(|user| format!("post-{user}")).into_iter().collect(),
        roles: roles.iter().map(ToString::to_string).collect(),
        mode: Mode::Real,
        opened_by: Some("drafter".into()),
        opened_at: now(),
        history: Vec::new(),
        children: Vec::new(),
        attachments: 0,
        new_attachments: 0,
        settings: BTreeMap::new(),
    }
}

pub fn drafter() -> Facts {
    facts(Some("drafter"), &["duty_officer"])
}

pub fn approver() -> Facts {
    facts(Some("approver"), &["warning_approver"])
}

pub fn platform() -> Facts {
    facts(None, &[])
}

/// A complete opening of a warning that the county may issue itself.
pub fn opening() -> Value {
    json!({
        "event_type": "12D", "color": "orange",
        "headline": "宁东镇液氨泄漏橙色预警", "description": "示例公司储罐区氨气泄漏，下风向有扩散可能。",
        "instruction": "下风向群众向侧上风方向撤离，关闭门窗。",
        "area": {"divisions": ["640181100000"], "polygon": {"type": "Polygon",
            "coordinates": [[[106.5, 38.1], [106.6, 38.1], [106.6, 38.2], [106.5, 38.1]]]}},
        "onset_at": "2026-11-22T02:30:00Z", "expires_at": "2026-11-22T08:00:00Z", "issuer": "org-1"
    })
}

/// The complete opening with some fields set.
pub fn opening_with(changes: Value) -> WarningOpening {
    let mut opening = opening();
    if let (Some(all), Value::Object(changes)) = (opening.as_object_mut(), changes) {
        all.extend(changes);
    }
    serde_json::from_value(opening).expect("an opening")
}

pub fn open(changes: Value) -> Result<WarningState, Refusal> {
    WarningProcess::open(opening_with(changes), &drafter()).map(|outcome| outcome.state)
}

pub fn action(json: Value) -> WarningAction {
    serde_json::from_value(json).expect("an action")
}

/// Takes an action; the state and its effects, or the code of the refusal.
pub fn act(state: &WarningState, json: Value, facts: &Facts) -> Result<(WarningState, Vec<Effect>), String> {
    let outcome = WarningProcess::act(state.clone(), action(json), facts).map_err(|refusal| refusal.code)?;
    Ok((outcome.state, outcome.effects))
}

/// A warning brought to a phase by lawful steps.
pub fn at(phase: &str) -> WarningState {
    let draft = open(json!({})).expect("a draft");
    let steps: &[(&str, Facts)] = &[("submit", drafter()), ("approve", approver()), ("publish", drafter())];
    let mut state = draft;
    for (name, facts) in steps {
        if state.phase() == phase {
            return state;
        }
        state = act(&state, json!({"action": name}), facts).expect("a lawful step").0;
    }
    match phase {
        "published" => state,
        "expired" => {
            let mut later = platform();
            later.now = "2026-11-22T08:00:01Z".parse().expect("time");
            act(&state, json!({"action": "expire"}), &later).expect("expired").0
        }
        "cancelled" => act(&state, json!({"action": "cancel", "reason": "险情消除"}), &drafter()).expect("lifted").0,
        other => panic!("no such phase: {other}"),
    }
}
