//! Tasks and orders, guard by guard.

mod support;

use fengsui_command::order::OrderState;
use fengsui_command::task::TaskState;
use fengsui_command::{OrderProcess, TaskProcess};
use fengsui_events::{Audience, Tone};
use fengsui_matters::process::{Assignee, Effect, Facts, Process};
use serde_json::{Value, json};
use support::{act, facts, officer, open, refused, started, stopped};

fn task(changes: Value) -> Value {
    let mut opening = json!({"title": "疏散群众", "role": "information_officer", "division": "640181",
        "deadline_minutes": 45, "evidence_required": true});
    if let (Some(all), Value::Object(changes)) = (opening.as_object_mut(), changes) {
        all.extend(changes);
    }
    opening
}

fn worker() -> Facts {
    facts(Some("worker"), &["information_officer"])
}

fn with_evidence() -> Facts {
    Facts { attachments: 1, new_attachments: 1, ..worker() }
}

fn task_at(phase: &str) -> TaskState {
    let mut state = open::<TaskProcess>(task(json!({})), &officer()).expect("opened").0;
    if phase == "declined" {
        return act::<TaskProcess>(&state, json!({"action": "decline", "reason": "无人"}), &worker())
            .expect("declined")
            .0;
    }
    let steps = [
        (json!({"action": "accept"}), worker()),
        (json!({"action": "complete", "result": "已疏散 320 人"}), with_evidence()),
        (json!({"action": "verify_done", "note": ""}), officer()),
    ];
    for (step, facts) in steps {
        if state.phase() == phase {
            return state;
        }
        state = act::<TaskProcess>(&state, step, &facts).expect("a lawful step").0;
    }
    state
}

#[test]
fn a_task_has_somebody_and_a_deadline() {
    let (state, effects) = open::<TaskProcess>(task(json!({})), &officer()).expect("opened");
    assert_eq!(started(&effects), [("deadline", Some("2026-11-22T02:45:00Z".to_owned()))]);
    let to_role = |effect: &Effect| matches!(effect, Effect::Assign(Assignee::Role { role, .. }) if role == "information_officer");
    assert!(effects.iter().any(to_role));
    assert_eq!(state.task().issuer_post.as_deref(), Some("post-officer"));
    let (_, effects) = open::<TaskProcess>(task(json!({"post": "p9"})), &officer()).expect("opened");
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Assign(Assignee::Post { id }) if id == "p9")));
    let code = |changes| open::<TaskProcess>(task(changes), &officer()).expect_err("refused").code;
    assert_eq!(code(json!({"role": null})), "task_without_assignee");
    assert_eq!(code(json!({"title": "  "})), "task_without_title");
    assert_eq!(code(json!({"deadline_minutes": 0})), "deadline_out_of_range");
}

#[test]
fn completion_needs_evidence_and_another_person() {
    let complete = || json!({"action": "complete", "result": "已疏散"});
    let accepted = task_at("accepted");
    assert_eq!(refused(act::<TaskProcess>(&accepted, complete(), &worker())), "evidence_required");
    let blank = json!({"action": "complete", "result": " "});
    assert_eq!(refused(act::<TaskProcess>(&accepted, blank, &with_evidence())), "result_required");
    let (completed, effects) = act::<TaskProcess>(&accepted, complete(), &with_evidence()).expect("completed");
    assert_eq!(stopped(&effects), ["deadline"]);
    let back = |effect: &Effect| matches!(effect, Effect::Assign(Assignee::Post { id }) if id == "post-officer");
    assert!(effects.iter().any(back), "to whoever issued it");
    let verify = || json!({"action": "verify_done"});
    assert_eq!(refused(act::<TaskProcess>(&completed, verify(), &worker())), "verifier_is_completer");
    assert_eq!(refused(act::<TaskProcess>(&completed, verify(), &facts(None, &[]))), "needs_a_person");
    assert_eq!(act::<TaskProcess>(&completed, verify(), &officer()).expect("verified").0.phase(), "verified");
    let easy = open::<TaskProcess>(task(json!({"evidence_required": false})), &officer()).expect("opened").0;
    let easy = act::<TaskProcess>(&easy, json!({"action": "accept"}), &worker()).expect("accepted").0;
    assert!(act::<TaskProcess>(&easy, complete(), &worker()).is_ok());
}

#[test]
fn a_refused_task_is_not_lost() {
    let (declined, effects) =
        act::<TaskProcess>(&task_at("accepted"), json!({"action": "decline", "reason": "车辆故障"}), &worker())
            .expect("declined");
    let urgent = |effect: &Effect| matches!(effect, Effect::Tell(request) if request.tone == Tone::Urgent);
    assert!(effects.iter().any(urgent));
    let descriptor = TaskProcess::descriptor();
    let open = |name: &str| descriptor.phases.iter().any(|phase| phase.name == name && !phase.closed);
    assert!(open("declined") && open("completed"), "it keeps the incident open");
    let nobody = json!({"action": "reassign", "deadline_minutes": 20});
    assert_eq!(refused(act::<TaskProcess>(&declined, nobody, &officer())), "task_without_assignee");
    let again = json!({"action": "reassign", "post": "p2", "deadline_minutes": 20});
    let (issued, effects) = act::<TaskProcess>(&declined, again, &officer()).expect("reassigned");
    assert_eq!((issued.phase(), started(&effects).len()), ("issued", 1));
    let redo = json!({"action": "return", "reason": "照片不清", "deadline_minutes": 10});
    let (returned, _) = act::<TaskProcess>(&task_at("completed"), redo, &officer()).expect("returned");
    assert_eq!(returned.phase(), "issued");
    for phase in ["issued", "accepted", "completed", "declined"] {
        let cancel = |reason: &str| json!({"action": "cancel", "reason": reason});
        assert_eq!(refused(act::<TaskProcess>(&task_at(phase), cancel(""), &officer())), "reason_required");
        assert!(act::<TaskProcess>(&task_at(phase), cancel("不再需要"), &officer()).is_ok(), "{phase}");
    }
    let cancel = json!({"action": "cancel", "reason": "x"});
    assert_eq!(refused(act::<TaskProcess>(&task_at("verified"), cancel, &officer())), "not_in_this_phase");
}

fn order(changes: Value) -> Value {
    let mut opening = json!({"team": "t1", "team_name": "示例消防站", "team_post": "leader", "order": "堵漏",
        "deadline_minutes": 30, "division": "640181"});
    if let (Some(all), Value::Object(changes)) = (opening.as_object_mut(), changes) {
        all.extend(changes);
    }
    opening
}

fn leader() -> Facts {
    facts(Some("leader"), &["rescue_leader"])
}

fn sent(changes: Value) -> OrderState {
    open::<OrderProcess>(order(changes), &officer()).expect("sent").0
}

fn go(state: &OrderState, action: Value) -> Result<OrderState, String> {
    act::<OrderProcess>(state, action, &leader()).map(|(state, _)| state)
}

#[test]
fn an_order_calls_the_team_until_it_confirms() {
    let (state, effects) = open::<OrderProcess>(order(json!({})), &officer()).expect("sent");
    let expected = [("confirmation", None), ("deadline", Some("2026-11-22T02:30:00Z".to_owned()))];
    assert_eq!(started(&effects), expected);
    let call = effects.iter().find_map(|effect| match effect {
        Effect::Tell(request) => Some(request),
        _ => None,
    });
    let call = call.expect("a call");
    assert_eq!((call.tone, call.audience.clone()), (Tone::Urgent, vec![Audience::Post { id: "leader".into() }]));
    let rule = call.confirmation.clone().expect("a rule");
    assert_eq!((rule.count, rule.within_minutes), (Some(1), 5));
    let (_, effects) = act::<OrderProcess>(&state, json!({"action": "confirm"}), &leader()).expect("confirmed");
    assert_eq!(stopped(&effects), ["confirmation"]);
    let leaderless = open::<OrderProcess>(order(json!({"team_post": null})), &officer()).expect("sent").1;
    let to_role =
        |effect: &Effect| matches!(effect, Effect::Assign(Assignee::Role { role, .. }) if role == "rescue_leader");
    assert!(leaderless.iter().any(to_role));
}

#[test]
fn an_order_goes_step_by_step() {
    let complete = || json!({"action": "complete", "result": "泄漏已止"});
    let mut state = sent(json!({}));
    assert_eq!(refused(go(&state, json!({"action": "depart"}))), "not_in_this_phase");
    for step in ["confirm", "depart", "arrive"] {
        assert_eq!(refused(go(&state, complete())), "not_in_this_phase", "before {step}");
        state = go(&state, json!({ "action": step })).expect(step);
    }
    assert!(state.order().arrived.is_some());
    assert_eq!(refused(go(&state, json!({"action": "complete", "result": ""}))), "result_required");
    assert_eq!(go(&state, complete()).expect("completed").phase(), "completed");
}

#[test]
fn a_withdrawal_cannot_be_refused_and_counts_heads() {
    let state = sent(json!({"kind": "withdraw"}));
    assert!(OrderProcess::summary(&state).title.starts_with("【立即撤离】"));
    assert_eq!(refused(go(&state, json!({"action": "decline", "reason": "x"}))), "withdrawal_cannot_be_declined");
    let state = go(&state, json!({"action": "confirm"})).expect("confirmed");
    assert_eq!(refused(go(&state, json!({"action": "complete", "result": "已撤"}))), "headcount_required");
    assert!(go(&state, json!({"action": "complete", "result": "已撤", "headcount": 12})).is_ok());
}

#[test]
fn a_refused_order_goes_to_another_team_and_a_cancelled_one_is_told() {
    let declined = go(&sent(json!({})), json!({"action": "decline", "reason": "另有任务"})).expect("declined");
    let other = json!({"action": "reassign", "team": "t2", "team_name": "示例二队", "team_post": "other", "deadline_minutes": 20});
    let (again, effects) = act::<OrderProcess>(&declined, other, &officer()).expect("reassigned");
    assert_eq!((again.phase(), again.order().team.as_str(), started(&effects).len()), ("issued", "t2", 2));
    let cancel = json!({"action": "cancel", "reason": "误派"});
    let (cancelled, effects) = act::<OrderProcess>(&again, cancel, &officer()).expect("cancelled");
    assert_eq!(cancelled.phase(), "cancelled");
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Tell(request) if request.tone == Tone::Urgent)));
}
