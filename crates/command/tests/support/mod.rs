//! What the suites share: openings, and facts of whoever acts.
#![allow(dead_code, reason = "each suite uses its part")]

use std::collections::BTreeMap;

use fengsui_command::incident::{IncidentProcess, IncidentState};
use fengsui_kernel::{Mode, Refusal, Timestamp};
use fengsui_matters::process::{ChildFact, Effect, Facts, Process};
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
        opened_by: Some("officer".into()),
        opened_at: now(),
        history: Vec::new(),
        children: Vec::new(),
        attachments: 0,
        new_attachments: 0,
        settings: BTreeMap::new(),
    }
}

pub fn officer() -> Facts {
    facts(Some("officer"), &["duty_officer"])
}

pub fn with_child(closed: bool) -> Facts {
    let child = ChildFact { process: "task".into(), phase: "issued".into(), closed, title: "疏散群众".into() };
    Facts { children: vec![child], ..officer() }
}

pub fn opening() -> Value {
    json!({
        "title": "示例公司液氨泄漏", "event_type": "12D", "division": "640181000000",
        "location": {"lon": 106.6, "lat": 38.1}, "enterprise": "ent-1",
        "occurred_at": "2026-11-22T01:40:00Z", "received_at": "2026-11-22T02:00:00Z",
        "description": "储罐区氨气泄漏", "casualties": {"serious_injuries": 2}
    })
}

/// The opening with some fields set.
pub fn opening_with(changes: Value) -> Value {
    let mut all = opening();
    if let (Some(all), Value::Object(changes)) = (all.as_object_mut(), changes) {
        all.extend(changes);
    }
    all
}

/// Opens a matter of a process.
pub fn open<P: Process>(opening: Value, facts: &Facts) -> Result<(P::State, Vec<Effect>), Refusal> {
    let opening = serde_json::from_value(opening).expect("an opening");
    P::open(opening, facts).map(|outcome| (outcome.state, outcome.effects))
}

/// Takes an action; the state and its effects, or the code of the refusal.
pub fn act<P: Process>(state: &P::State, action: Value, facts: &Facts) -> Result<(P::State, Vec<Effect>), String>
where
    P::State: Clone,
{
    let action = serde_json::from_value(action).expect("an action");
    let outcome = P::act(state.clone(), action, facts).map_err(|refusal| refusal.code)?;
    Ok((outcome.state, outcome.effects))
}

/// The code of the refusal.
pub fn refused<T>(result: Result<T, String>) -> String {
    result.err().unwrap_or_else(|| "allowed".to_owned())
}

pub fn report() -> Value {
    json!({"action": "first_report", "unit_profile": "示例公司", "scene_status": "泄漏未止", "brief_course": "法兰泄漏",
        "casualties": {"deaths": 3, "serious_injuries": 2, "missing": 1}, "measures_taken": "喷淋稀释，疏散"})
}

pub fn response() -> Value {
    json!({"action": "start_response", "level": "level_3", "expected_hours": 12, "measures": ["警戒", "疏散"],
        "plan": "plan-1", "plan_name": "示例预案",
        "tasks": [{"title": "疏散群众", "role": "information_officer", "deadline_minutes": 45, "evidence_required": true,
                   "phase": "operate"}]})
}

/// An incident brought to a phase by lawful steps.
pub fn incident_at(phase: &str) -> IncidentState {
    let mut state = open::<IncidentProcess>(opening(), &officer()).expect("opened").0;
    if phase == "false_alarm" {
        let verify = json!({"action": "verify", "result": "false_alarm", "note": "误报"});
        return act::<IncidentProcess>(&state, verify, &officer()).expect("false").0;
    }
    let steps = [
        json!({"action": "verify", "result": "true", "note": "视频核实"}),
        response(),
        json!({"action": "control", "summary": "泄漏已止"}),
        report(),
        json!({"action": "end_response", "summary": "监测达标"}),
        json!({"action": "close", "summary": "处置完毕"}),
    ];
    for step in steps {
        if state.phase() == phase {
            return state;
        }
        state = act::<IncidentProcess>(&state, step, &officer()).expect("a lawful step").0;
    }
    assert_eq!(state.phase(), phase);
    state
}

/// Names of the clocks that effects start, with their due times.
pub fn started(effects: &[Effect]) -> Vec<(&'static str, Option<String>)> {
    let clocks = effects.iter().filter_map(|effect| match effect {
        Effect::StartClock { clock, due_at } => Some((*clock, due_at.map(|at| at.to_string()))),
        _ => None,
    });
    clocks.collect()
}

/// Names of the clocks that effects stop.
pub fn stopped(effects: &[Effect]) -> Vec<&'static str> {
    let clocks = effects.iter().filter_map(|effect| match effect {
        Effect::StopClock { clock } => Some(*clock),
        _ => None,
    });
    clocks.collect()
}

/// Processes and openings that effects open.
pub fn opened(effects: &[Effect]) -> Vec<(&'static str, Value)> {
    let matters = effects.iter().filter_map(|effect| match effect {
        Effect::Open { process, opening, .. } => Some((*process, opening.clone())),
        _ => None,
    });
    matters.collect()
}
