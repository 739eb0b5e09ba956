//! Whatever people do in whatever order, an incident is closed with proof; old states stay readable.

mod support;

use fengsui_command::incident::{IncidentProcess, IncidentState};
use fengsui_command::order::OrderState;
use fengsui_command::task::{TaskProcess, TaskState};
use fengsui_matters::process::{ChildFact, Effect, Facts, Process};
use proptest::prelude::*;
use serde_json::{Value, json};
use support::{officer, open, opening, report, response};

fn actions() -> impl Strategy<Value = Value> {
    prop_oneof![
        3 => Just(json!({"action": "verify", "result": "true", "note": "核实"})),
        1 => Just(json!({"action": "verify", "result": "false_alarm", "note": "误报"})),
        3 => Just(report()),
        1 => Just(json!({"action": "follow_up_report", "content": "续报"})),
        3 => Just(response()),
        1 => Just(json!({"action": "adjust_response", "level": "level_2", "reason": "扩大"})),
        1 => Just(json!({"action": "dispatch", "team": "a", "team_name": "a", "order": "去", "deadline_minutes": 9})),
        1 => Just(json!({"action": "withdraw", "reason": "危险"})),
        3 => Just(json!({"action": "control", "summary": "控制"})),
        3 => Just(json!({"action": "end_response", "summary": "终止"})),
        3 => Just(json!({"action": "close", "summary": "办结"})),
        4 => Just(json!({"finish": "child"})),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn nothing_is_closed_with_open_ends(steps in prop::collection::vec(actions(), 1..60)) {
        let mut state = open::<IncidentProcess>(opening(), &officer()).expect("opened").0;
        let mut children: Vec<ChildFact> = Vec::new();
        for step in steps {
            if step.get("finish").is_some() {
                if let Some(child) = children.iter_mut().find(|child| !child.closed) {
                    child.closed = true;
                }
                continue;
            }
            let facts = Facts { children: children.clone(), ..officer() };
            let action = serde_json::from_value(step.clone()).expect("an action");
            let Ok(outcome) = IncidentProcess::act(state.clone(), action, &facts) else { continue };
            let from_closed = matches!(state.phase(), "closed" | "false_alarm");
            prop_assert!(!from_closed, "{} was taken after the end", step);
            for effect in &outcome.effects {
                if let Effect::Open { process, .. } = effect {
                    let phase = "issued".to_owned();
                    children.push(ChildFact { process: (*process).into(), phase, closed: false, title: "x".into() });
                }
            }
            if matches!(outcome.state.phase(), "closed" | "false_alarm") {
                prop_assert!(children.iter().all(|child| child.closed), "open children");
            }
            if let IncidentState::Closed { file, response, .. } = &outcome.state {
                prop_assert!(file.first_report.is_some());
                prop_assert!(response.as_ref().is_none_or(|response| response.ended.is_some()));
            }
            let stored = serde_json::to_value(&outcome.state).expect("serialises");
            prop_assert_eq!(&serde_json::from_value::<IncidentState>(stored).expect("reads back"), &outcome.state);
            state = outcome.state;
        }
    }

    #[test]
    fn no_task_is_verified_by_whoever_did_it(
        steps in prop::collection::vec((0_usize..7, 0_usize..3, any::<bool>()), 1..30),
    ) {
        let all = [
            json!({"action": "accept"}),
            json!({"action": "complete", "result": "完成"}),
            json!({"action": "verify_done"}),
            json!({"action": "return", "reason": "重办", "deadline_minutes": 5}),
            json!({"action": "decline", "reason": "不能"}),
            json!({"action": "reassign", "role": "commander", "deadline_minutes": 5}),
            json!({"action": "verify_done", "note": "好"}),
        ];
        let opening = json!({"title": "t", "role": "r", "division": "640181", "deadline_minutes": 5, "evidence_required": true});
        let mut state = open::<TaskProcess>(opening, &officer()).expect("opened").0;
        for (step, user, evidence) in steps {
            let user = [Some("one"), Some("two"), None][user];
            let facts = Facts { attachments: usize::from(evidence), ..support::facts(user, &[]) };
            let action = serde_json::from_value(all[step].clone()).expect("an action");
            let Ok(outcome) = TaskProcess::act(state.clone(), action, &facts) else { continue };
            if let TaskState::Completed { .. } = &outcome.state {
                prop_assert!(evidence, "completed without evidence");
            }
            if let TaskState::Verified { result, verification, .. } = &outcome.state {
                prop_assert!(verification.signature.by.is_some());
                prop_assert_ne!(&result.signature.by, &verification.signature.by);
            }
            state = outcome.state;
        }
    }
}

const NOTE: &str = r#"{"text":"t","by":"u1","name":"n","at":"2026-11-22T02:00:00Z"}"#;
const SIGNATURE: &str = r#"{"by":"u1","name":"n","at":"2026-11-22T02:00:00Z"}"#;
const FILE: &str = r#"{"title":"t","event_type":"12D","event_level":"ordinary","division":"640181000000","occurred_at":"2026-11-22T01:00:00Z","received_at":"2026-11-22T02:00:00Z"}"#;
const FULL_FILE: &str = r#"{"title":"t","event_type":"12D","event_level":null,"suggested_level":"serious","level_changes":[{"from":null,"to":"ordinary","reason":NOTE}],"division":"640181000000","location":{"lon":106.5,"lat":38.1},"enterprise":"e","occurred_at":"2026-11-22T01:00:00Z","received_at":"2026-11-22T02:00:00Z","description":"d","source":"s","casualties":{"deaths":1,"missing":1,"serious_injuries":1,"minor_injuries":1,"trapped":1,"direct_loss_yuan":1},"post":"p","phone_reports":[{"to":"x","content":NOTE}],"first_report":{"elements":{"unit_profile":"u","scene_status":"s","brief_course":"b","casualties":{"deaths":1},"measures_taken":"m"},"submitted":SIGNATURE,"late":false},"follow_up_reports":[{"content":NOTE,"casualties":null}],"dispatches":[{"team":"a","team_name":"a","team_post":null,"location":null,"order":NOTE}],"withdrawals":[NOTE]}"#;
const RESPONSE: &str = r#"{"matter":"m","level":"level_2","expected_hours":3,"measures":["x"],"plan":"p","plan_name":"n","tasks":2,"started":SIGNATURE,"adjustments":[{"from":"level_3","to":"level_2","reason":NOTE}],"ended":NOTE}"#;
const TASK: &str = r#"{"title":"t","division":"640181000000","due_at":"2026-11-22T02:00:00Z","issued":SIGNATURE}"#;
const ORDER: &str = r#"{"team":"t","team_name":"n","order":"o","due_at":"2026-11-22T02:00:00Z","division":"640181000000","issued":SIGNATURE}"#;

/// Version 1 of every stored state. Never edit these: they are in databases.
const INCIDENTS: [&str; 6] = [
    r#"{"phase":"reported","file":FULL_FILE}"#,
    r#"{"phase":"verified","file":FILE,"verification":NOTE}"#,
    r#"{"phase":"responding","file":FILE,"verification":NOTE,"response":RESPONSE}"#,
    r#"{"phase":"controlled","file":FILE,"verification":NOTE,"response":null,"control":NOTE}"#,
    r#"{"phase":"closed","file":FILE,"verification":NOTE,"response":RESPONSE,"control":NOTE,"summary":NOTE}"#,
    r#"{"phase":"false_alarm","file":FILE,"verification":NOTE}"#,
];
const TASKS: [&str; 6] = [
    r#"{"phase":"issued","task":TASK}"#,
    r#"{"phase":"accepted","task":TASK,"accepted":SIGNATURE}"#,
    r#"{"phase":"completed","task":TASK,"accepted":SIGNATURE,"result":NOTE}"#,
    r#"{"phase":"verified","task":TASK,"accepted":SIGNATURE,"result":NOTE,"verification":NOTE}"#,
    r#"{"phase":"declined","task":TASK,"reason":NOTE}"#,
    r#"{"phase":"cancelled","task":TASK,"reason":NOTE}"#,
];
const ORDERS: [&str; 7] = [
    r#"{"phase":"issued","order":ORDER}"#,
    r#"{"phase":"confirmed","order":ORDER}"#,
    r#"{"phase":"departed","order":ORDER}"#,
    r#"{"phase":"arrived","order":ORDER}"#,
    r#"{"phase":"completed","order":ORDER,"result":NOTE,"headcount":3}"#,
    r#"{"phase":"declined","order":ORDER,"reason":NOTE}"#,
    r#"{"phase":"cancelled","order":ORDER,"reason":NOTE}"#,
];

fn filled(text: &str) -> String {
    let parts = [("FULL_FILE", FULL_FILE), ("FILE", FILE), ("RESPONSE", RESPONSE), ("TASK", TASK), ("ORDER", ORDER)];
    let text = parts.iter().fold(text.to_owned(), |text, (name, part)| text.replace(name, part));
    text.replace("NOTE", NOTE).replace("SIGNATURE", SIGNATURE)
}

fn readable<T>(text: &str, phase: fn(&T) -> &'static str)
where
    T: serde::Serialize + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug,
{
    let text = filled(text);
    let state: T = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let raw: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(raw["phase"].as_str(), Some(phase(&state)));
    let again = serde_json::to_string(&state).expect("serialises");
    assert_eq!(serde_json::from_str::<T>(&again).expect("reads back"), state);
}

#[test]
fn stored_states_stay_readable() {
    for text in INCIDENTS {
        readable::<IncidentState>(text, IncidentState::phase);
    }
    for text in TASKS {
        readable::<TaskState>(text, TaskState::phase);
    }
    for text in ORDERS {
        readable::<OrderState>(text, OrderState::phase);
    }
}
