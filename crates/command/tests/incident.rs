//! The life of an incident, guard by guard.

mod support;

use fengsui_command::incident::{IncidentProcess, IncidentState};
use fengsui_command::{OrderProcess, TaskProcess};
use fengsui_kernel::scale::EventLevel;
use fengsui_matters::process::{Effect, Facts, Process};
use serde_json::{Value, json};
use support::{
    act as act_on, facts, incident_at, now, officer, open, opened, opening_with, refused, report, response, started,
    stopped, with_child,
};

fn act(state: &IncidentState, action: Value, facts: &Facts) -> Result<(IncidentState, Vec<Effect>), String> {
    act_on::<IncidentProcess>(state, action, facts)
}

fn open_with(changes: Value, facts: &Facts) -> Result<(IncidentState, Vec<Effect>), String> {
    open::<IncidentProcess>(opening_with(changes), facts).map_err(|refusal| refusal.code)
}

fn at(text: &str) -> Facts {
    Facts { now: text.parse().expect("time"), ..officer() }
}

#[test]
fn an_opening_is_checked() {
    let cases = [
        (json!({"event_type": "12d"}), "unknown_event_type"),
        (json!({"event_type": "15A01"}), "unknown_event_type"),
        (json!({"event_type": "12D0"}), "unknown_event_type"),
        (json!({"title": " "}), "incident_without_title"),
        (json!({"occurred_at": "2026-11-22T02:06:00Z"}), "occurred_after_received"),
        (json!({"received_at": "2026-11-22T02:06:00Z"}), "received_in_the_future"),
    ];
    for (changes, code) in cases {
        assert_eq!(refused(open_with(changes.clone(), &officer())), code, "{changes}");
    }
    assert!(open_with(json!({"event_type": "14A"}), &officer()).is_ok());
}

#[test]
fn legal_limits_run_from_the_receipt_of_the_report() {
    let configured = [("phone_report", None), ("written_report", None), ("first_report", None)];
    assert_eq!(started(&open_with(json!({}), &officer()).expect("opened").1), configured);
    let late = at("2026-11-22T02:30:00Z");
    let due = |text: &str| Some(text.to_owned());
    let expected = [
        ("phone_report", due("2026-11-22T02:10:00Z")),
        ("written_report", due("2026-11-22T02:30:00Z")),
        ("first_report", due("2026-11-22T04:00:00Z")),
    ];
    assert_eq!(started(&open_with(json!({}), &late).expect("opened").1), expected);
    let mut lax = officer();
    lax.settings.insert("first_report.minutes".into(), "600".into());
    lax.settings.insert("phone_report.minutes".into(), "5".into());
    let clocks = started(&open_with(json!({}), &lax).expect("opened").1);
    assert_eq!(clocks[2].1, due("2026-11-22T04:00:00Z"), "no setting lengthens the law");
    assert_eq!(clocks[0].1, due("2026-11-22T02:05:00Z"));
}

#[test]
fn the_level_follows_the_figures_until_somebody_decides() {
    let (state, _) = open_with(json!({}), &officer()).expect("opened");
    assert_eq!(state.file().event_level, Some(EventLevel::Ordinary));
    let (state, _) = act(&state, report(), &officer()).expect("reported");
    assert_eq!(state.file().event_level, Some(EventLevel::RelativelySerious));
    let decide = json!({"action": "set_event_level", "level": "serious", "reason": "社会影响大"});
    let (state, _) = act(&state, decide, &officer()).expect("decided");
    let more = json!({"action": "follow_up_report", "content": "新增", "casualties": {"deaths": 4}});
    let (state, _) = act(&state, more, &officer()).expect("followed up");
    assert_eq!(state.file().event_level, Some(EventLevel::Serious));
    assert_eq!(state.file().suggested_level, Some(EventLevel::RelativelySerious));
    assert_eq!(state.file().level_changes.len(), 1);
    let given = open_with(json!({"event_level": "serious"}), &officer()).expect("opened").0;
    assert_eq!(given.file().event_level, Some(EventLevel::Serious));
    let quake = open_with(json!({"event_type": "11C02"}), &officer()).expect("opened").0;
    assert_eq!(quake.file().event_level, None);
    assert_eq!(IncidentProcess::summary(&quake).grade, None);
}

#[test]
fn the_first_report_has_the_elements_of_the_law_and_stops_both_clocks() {
    let state = incident_at("reported");
    for field in ["unit_profile", "scene_status", "brief_course", "measures_taken"] {
        let mut incomplete = report();
        incomplete[field] = json!(" ");
        let action = serde_json::from_value(incomplete).expect("an action");
        let refusal = IncidentProcess::act(state.clone(), action, &officer()).expect_err("incomplete");
        assert_eq!(
            (refusal.code.as_str(), refusal.clause.as_deref()),
            ("report_incomplete", Some("国务院令493号 §12"))
        );
        assert_eq!(refusal.params.get("fields").map(String::as_str), Some(field));
    }
    let (reported, effects) = act(&state, report(), &officer()).expect("reported");
    assert_eq!(stopped(&effects), ["first_report", "written_report"]);
    assert_eq!(reported.file().first_report.as_ref().map(|report| report.late), Some(false));
    assert_eq!(refused(act(&reported, report(), &officer())), "first_report_exists");
    let (late, _) = act(&state, report(), &at("2026-11-22T04:00:01Z")).expect("late is still taken");
    assert_eq!(late.file().first_report.as_ref().map(|report| report.late), Some(true));
    let storm = open_with(json!({"event_type": "11B03"}), &officer()).expect("opened").0;
    let mut without_unit = report();
    without_unit["unit_profile"] = json!("");
    assert!(act(&storm, without_unit, &officer()).is_ok(), "a storm has no unit");
}

#[test]
fn later_reports_need_a_first_one() {
    let follow = || json!({"action": "follow_up_report", "content": "火势已控制"});
    assert_eq!(refused(act(&incident_at("reported"), follow(), &officer())), "first_report_missing");
    let (state, _) = act(&incident_at("reported"), report(), &officer()).expect("reported");
    let (state, _) = act(&state, follow(), &officer()).expect("followed up");
    assert_eq!(state.file().follow_up_reports.len(), 1);
    let phone = json!({"action": "phone_report", "to": "市应急局", "content": "电话首报"});
    assert_eq!(stopped(&act(&state, phone, &officer()).expect("phoned").1), ["phone_report"]);
    let blank = json!({"action": "phone_report", "to": " ", "content": "x"});
    assert_eq!(refused(act(&state, blank, &officer())), "phone_report_incomplete");
}

#[test]
fn a_response_has_four_elements_and_opens_its_tasks() {
    let state = incident_at("verified");
    for (field, value) in [("expected_hours", json!(0)), ("measures", json!([" "]))] {
        let mut incomplete = response();
        incomplete[field] = value;
        assert_eq!(refused(act(&state, incomplete, &officer())), "response_incomplete", "{field}");
    }
    let (responding, effects) = act(&state, response(), &officer()).expect("started");
    assert_eq!(responding.response().map(|response| response.matter.as_str()), Some("示例公司液氨泄漏"));
    let tasks = opened(&effects);
    assert_eq!(tasks.len(), 1);
    let (process, opening) = &tasks[0];
    assert_eq!(*process, "task");
    assert_eq!(opening["division"], json!("640181000000"), "where the incident is");
    // What the incident opens, the task process accepts.
    assert!(open::<TaskProcess>(opening.clone(), &officer()).is_ok());
    let mut nobody = response();
    nobody["tasks"] = json!([{"title": "x", "deadline_minutes": 5}]);
    assert_eq!(refused(act(&state, nobody, &officer())), "task_without_assignee");
    let mut never = response();
    never["tasks"] = json!([{"title": "x", "role": "commander", "deadline_minutes": 0}]);
    assert_eq!(refused(act(&state, never, &officer())), "deadline_out_of_range");
    let mut many = response();
    many["tasks"] = Value::Array(vec![json!({"title": "x", "role": "commander", "deadline_minutes": 5}); 201]);
    assert_eq!(refused(act(&state, many, &officer())), "too_many_tasks");
}

#[test]
fn a_level_can_be_reserved_for_roles() {
    let mut strict = officer();
    strict.settings.insert("response.level_1.roles".into(), r#"["commander"]"#.into());
    let mut grave = response();
    grave["level"] = json!("level_1");
    assert_eq!(refused(act(&incident_at("verified"), grave.clone(), &strict)), "response_role_missing");
    assert!(act(&incident_at("verified"), response(), &strict).is_ok());
    let raise = json!({"action": "adjust_response", "level": "level_1", "reason": "扩大"});
    assert_eq!(refused(act(&incident_at("responding"), raise.clone(), &strict)), "response_role_missing");
    strict.roles.push("commander".into());
    assert!(act(&incident_at("verified"), grave, &strict).is_ok());
    let (raised, _) = act(&incident_at("responding"), raise, &strict).expect("raised");
    assert_eq!(raised.response().map(|response| response.adjustments.len()), Some(1));
    let same = json!({"action": "adjust_response", "level": "level_1", "reason": "再次"});
    assert_eq!(refused(act(&raised, same, &strict)), "response_level_unchanged");
}

fn team(id: &str) -> Value {
    json!({"action": "dispatch", "team": id, "team_name": format!("示例队{id}"), "team_post": format!("leader-{id}"),
        "order": "堵漏", "deadline_minutes": 30})
}

#[test]
fn teams_are_sent_out_at_once_and_called_back_together() {
    let state = incident_at("reported");
    let withdraw = |teams: Value| json!({"action": "withdraw", "reason": "有爆炸危险", "teams": teams});
    assert_eq!(refused(act(&state, withdraw(json!([])), &officer())), "no_team_dispatched");
    let (state, effects) = act(&state, team("a"), &officer()).expect("sent before verification");
    let (process, opening) = opened(&effects).remove(0);
    assert_eq!((process, opening["location"]["lon"].as_f64()), ("order", Some(106.6)));
    assert!(open::<OrderProcess>(opening, &officer()).is_ok());
    let (state, _) = act(&state, team("b"), &officer()).expect("sent");
    let (state, _) = act(&state, team("a"), &officer()).expect("sent again");
    assert_eq!(refused(act(&state, withdraw(json!(["c"])), &officer())), "team_not_dispatched");
    let (state, effects) = act(&state, withdraw(json!([])), &officer()).expect("called back");
    let orders = opened(&effects);
    let kinds: Vec<(&Value, &Value)> = orders.iter().map(|(_, opening)| (&opening["team"], &opening["kind"])).collect();
    assert_eq!(kinds, [(&json!("a"), &json!("withdraw")), (&json!("b"), &json!("withdraw"))], "each team once");
    let (_, effects) = act(&state, withdraw(json!(["b"])), &officer()).expect("one called back");
    assert_eq!(opened(&effects).len(), 1);
    let empty = json!({"action": "dispatch", "team": "a", "team_name": "a", "order": " ", "deadline_minutes": 30});
    assert_eq!(refused(act(&state, empty, &officer())), "order_without_text");
}

#[test]
fn a_false_alarm_stops_the_clocks_but_leaves_nobody_out_there() {
    let false_alarm = || json!({"action": "verify", "result": "false_alarm", "note": "试验"});
    let state = incident_at("reported");
    assert_eq!(refused(act(&state, false_alarm(), &with_child(false))), "children_open");
    let (over, effects) = act(&state, false_alarm(), &with_child(true)).expect("none");
    assert_eq!(over.phase(), "false_alarm");
    assert_eq!(stopped(&effects).len(), 3);
    let silent = json!({"action": "verify", "result": "true", "note": ""});
    assert_eq!(refused(act(&state, silent, &officer())), "note_required");
}

#[test]
fn an_incident_is_closed_with_proof_only() {
    let close = || json!({"action": "close", "summary": "处置完毕"});
    let control = || json!({"action": "control", "summary": "已控制"});
    let (unreported, _) = act(&incident_at("verified"), control(), &officer()).expect("controlled");
    assert_eq!(refused(act(&unreported, close(), &officer())), "first_report_missing");
    assert_eq!(
        refused(act(&unreported, json!({"action": "end_response", "summary": "x"}), &officer())),
        "no_response_to_end"
    );
    let (small, _) = act(&unreported, report(), &officer()).expect("reported");
    assert!(act(&small, close(), &officer()).is_ok(), "no response was needed");
    let (running, _) = act(&incident_at("controlled"), report(), &officer()).expect("reported");
    assert_eq!(refused(act(&running, close(), &officer())), "response_not_ended");
    let end = json!({"action": "end_response", "summary": "达标"});
    let (ended, _) = act(&running, end.clone(), &officer()).expect("ended");
    assert_eq!(refused(act(&ended, end, &officer())), "no_response_to_end");
    assert_eq!(refused(act(&ended, close(), &with_child(false))), "children_open");
    assert_eq!(refused(act(&ended, json!({"action": "close", "summary": " "}), &officer())), "summary_required");
    assert!(act(&ended, close(), &with_child(true)).is_ok());
    for phase in ["reported", "verified", "responding", "closed", "false_alarm"] {
        assert_eq!(refused(act(&incident_at(phase), close(), &officer())), "not_in_this_phase", "{phase}");
    }
}

#[test]
fn descriptor_and_states_agree() {
    let descriptor = IncidentProcess::descriptor();
    for phase in ["reported", "verified", "responding", "controlled", "closed", "false_alarm"] {
        let state = incident_at(phase);
        let known = descriptor.phases.iter().find(|known| known.name == phase).expect(phase);
        assert_eq!(known.closed, matches!(phase, "closed" | "false_alarm"));
        assert_eq!(IncidentProcess::summary(&state).enterprise.as_deref(), Some("ent-1"));
    }
    let first = descriptor.clocks.iter().find(|clock| clock.name == "first_report").expect("the clock");
    assert!(first.statutory && first.minutes == 120 && first.clause.is_some_and(|clause| clause.contains("§11")));
    assert!(facts(None, &[]).user.is_none() && now().as_second() > 0);
}
