//! The life of a warning, guard by guard.

mod support;

use fengsui_events::{Audience, Channel, Tone};
use fengsui_kernel::Mode;
use fengsui_matters::process::{Assignee, Effect, Facts, Process};
use fengsui_warning::{WarningProcess, WarningState};
use serde_json::{Value, json};
use support::{act, approver, at, drafter, facts, now, open, platform};

fn refused(result: Result<(WarningState, Vec<Effect>), String>) -> String {
    result.err().unwrap_or_else(|| "allowed".to_owned())
}

#[test]
fn what_the_law_forbids_is_not_even_drafted() {
    let cases = [
        (json!({"event_type": "14A01"}), "social_security_has_no_colors", "突发事件应对法 §63"),
        (json!({"event_type": "11C02"}), "earthquake_prediction_forbidden", "防震减灾法 §29"),
        (json!({"event_type": "11B03"}), "may_only_be_relayed", "气象灾害防御条例 §30"),
        (json!({"event_type": "11D01"}), "may_only_be_relayed", "地质灾害防治条例 §17"),
        (
            json!({"event_type": "11B03", "relayed_from": {"office": " ", "identifier": "x", "sent_at": "2026-11-22T01:00:00Z"}}),
            "may_only_be_relayed",
            "气象灾害防御条例 §30",
        ),
        (
            json!({"event_type": "11B09", "color": "blue", "relayed_from": {"office": "示例气象台", "identifier": "x", "sent_at": "2026-11-22T01:00:00Z"}}),
            "color_not_allowed",
            "气象灾害防御条例 §30",
        ),
        (json!({"area": {"divisions": []}}), "warning_without_area", "突发事件应对法 §64"),
    ];
    for (changes, code, clause) in cases {
        let refusal = open(changes.clone()).expect_err("refused");
        assert_eq!((refusal.code.as_str(), refusal.clause.as_deref()), (code, Some(clause)), "{changes}");
    }
    assert_eq!(open(json!({"event_type": "99"})).expect_err("refused").code, "unknown_event_type");
    let hole =
        json!({"area": {"divisions": ["640181"], "polygon": {"type": "Polygon", "coordinates": [[[1.0, 2.0]]]}}});
    assert_eq!(open(hole).expect_err("refused").code, "polygon_unsound");
}

#[test]
fn every_missing_element_is_named_before_submission() {
    for field in ["headline", "description", "instruction", "onset_at", "expires_at", "issuer"] {
        let empty = if field.ends_with("_at") || field == "issuer" { Value::Null } else { json!(" ") };
        let draft = open(json!({ field: empty })).expect("a draft may be incomplete");
        let action = support::action(json!({"action": "submit"}));
        let refusal = WarningProcess::act(draft, action, &drafter()).expect_err("incomplete");
        assert_eq!(refusal.code, "warning_incomplete");
        assert_eq!(refusal.params.get("fields").map(String::as_str), Some(field));
        assert_eq!(refusal.clause.as_deref(), Some("突发事件应对法 §64"));
    }
    let reversed = open(json!({"expires_at": "2026-11-22T02:10:00Z"})).expect("draft");
    assert_eq!(refused(act(&reversed, json!({"action": "submit"}), &drafter())), "expires_before_onset");
    let over = json!({"onset_at": "2026-11-21T00:00:00Z", "expires_at": "2026-11-22T02:00:00Z"});
    let over = open(over).expect("draft");
    assert_eq!(refused(act(&over, json!({"action": "submit"}), &drafter())), "warning_already_over");
}

#[test]
fn two_people_and_the_right_role_approve() {
    let submitted = at("submitted");
    let approve = || json!({"action": "approve"});
    let own = facts(Some("drafter"), &["warning_approver", "commander"]);
    assert_eq!(refused(act(&submitted, approve(), &own)), "approver_is_drafter");
    assert_eq!(refused(act(&submitted, approve(), &platform())), "needs_a_person");
    let leader = facts(Some("leader"), &["duty_leader"]);
    assert_eq!(refused(act(&submitted, approve(), &leader)), "approver_role_missing");
    let commander = facts(Some("chief"), &["commander"]);
    assert!(act(&submitted, approve(), &commander).is_ok());
    let mut only_commander = approver();
    only_commander.settings.insert("approve.orange.roles".into(), r#"["commander"]"#.into());
    assert_eq!(refused(act(&submitted, approve(), &only_commander)), "approver_role_missing");
    only_commander.roles.push("commander".into());
    assert!(act(&submitted, approve(), &only_commander).is_ok());
}

#[test]
fn whoever_changed_the_text_may_not_approve_it() {
    let draft = at("draft");
    let change = json!({"action": "update", "headline": "改过的标题"});
    let (draft, _) = act(&draft, change, &approver()).expect("a change");
    let (submitted, _) = act(&draft, json!({"action": "submit"}), &drafter()).expect("submitted");
    assert_eq!(refused(act(&submitted, json!({"action": "approve"}), &approver())), "approver_is_drafter");
}

#[test]
fn nothing_is_published_without_approval_or_after_its_end() {
    let publish = || json!({"action": "publish"});
    for phase in ["draft", "submitted", "published", "expired", "cancelled"] {
        assert_eq!(refused(act(&at(phase), publish(), &drafter())), "not_in_this_phase", "{phase}");
    }
    assert_eq!(refused(act(&at("approved"), publish(), &platform())), "needs_a_person");
    let mut late = drafter();
    late.now = "2026-11-22T08:00:00Z".parse().expect("time");
    assert_eq!(refused(act(&at("approved"), publish(), &late)), "warning_already_over");
}

#[test]
fn a_returned_warning_goes_back_to_its_drafter() {
    for phase in ["submitted", "approved"] {
        let (draft, effects) =
            act(&at(phase), json!({"action": "return", "reason": "范围不清"}), &approver()).expect("returned");
        assert_eq!(draft.phase(), "draft");
        assert_eq!(draft.dossier().returned.as_ref().map(|note| note.text.as_str()), Some("范围不清"));
        let to_post = |effect: &Effect| matches!(effect, Effect::Assign(Assignee::Post { id }) if id == "post-drafter");
        assert!(effects.iter().any(to_post), "{phase}");
    }
    assert_eq!(
        refused(act(&at("submitted"), json!({"action": "return", "reason": " "}), &approver())),
        "reason_required"
    );
}

fn told(effects: &[Effect]) -> Vec<(String, Tone, Vec<Channel>, bool)> {
    let requests = effects.iter().filter_map(|effect| match effect {
        Effect::Tell(request) => Some(request),
        _ => None,
    });
    requests
        .map(|request| {
            let audience = match request.audience.first() {
                Some(Audience::Area { divisions }) => format!("area {}", divisions[0]),
                Some(Audience::Subscribers { list }) => format!("subscribers {list}"),
                Some(Audience::Role { role, division }) => format!("{role} {division}"),
                other => format!("{other:?}"),
            };
            (audience, request.tone, request.channels.clone(), request.confirmation.is_some())
        })
        .collect()
}

fn publish(mode: Mode, color: &str) -> Vec<Effect> {
    let with = |facts: Facts| Facts { mode, ..facts };
    let mut state = open(json!({"color": color})).expect("draft");
    for (action, by) in [("submit", drafter()), ("approve", approver())] {
        state = act(&state, json!({ "action": action }), &with(by)).expect("a step").0;
    }
    act(&state, json!({"action": "publish"}), &with(drafter())).expect("published").1
}

#[test]
fn publication_tells_the_area_the_subscribers_and_the_level_above() {
    let outside = vec![Channel::Email, Channel::Webhook];
    let inside = vec![Channel::InApp];
    let expected = vec![
        ("area 640181100000".to_owned(), Tone::Urgent, inside.clone(), true),
        ("subscribers warnings".to_owned(), Tone::Notice, outside, false),
        ("duty_officer 640100000000".to_owned(), Tone::Order, inside, false),
    ];
    assert_eq!(told(&publish(Mode::Real, "red")), expected);
    assert_eq!(told(&publish(Mode::Real, "orange")), expected);
    let yellow = told(&publish(Mode::Real, "yellow"));
    assert_eq!((yellow.len(), yellow[0].1, yellow[0].3), (3, Tone::Order, false));
    let clock = |effect: &Effect| matches!(effect, Effect::StartClock { clock: "review_expiry", due_at: Some(_) });
    assert!(publish(Mode::Real, "blue").iter().any(clock));
}

#[test]
fn everything_that_a_drill_tells_is_of_a_drill() {
    let effects = publish(Mode::Drill, "red");
    let told = told(&effects);
    // Messaging lets only subscribers through that are set up for drills; nothing goes upward.
    assert_eq!(
        told.iter().map(|told| told.0.as_str()).collect::<Vec<_>>(),
        ["area 640181100000", "subscribers warnings"]
    );
    let real = |effect: &Effect| matches!(effect, Effect::Tell(request) if request.mode != Mode::Drill);
    assert!(!effects.iter().any(real));
    let marked = |effect: &Effect| matches!(effect, Effect::Tell(request) if request.subject.starts_with("【演练】"));
    assert!(effects.iter().any(marked));
}

#[test]
fn a_change_of_a_published_warning_needs_a_second_person() {
    let published = at("published");
    let approve = || json!({"action": "approve_update"});
    assert_eq!(refused(act(&published, approve(), &approver())), "no_pending_update");
    let raise = json!({"action": "update", "color": "red", "expires_at": "2026-11-22T10:00:00Z"});
    let (pending, _) = act(&published, raise.clone(), &drafter()).expect("asked");
    assert_eq!(pending.publications().len(), 1, "asking publishes nothing");
    let own = facts(Some("drafter"), &["commander"]);
    assert_eq!(refused(act(&pending, approve(), &own)), "approver_is_drafter");
    assert_eq!(refused(act(&pending, approve(), &platform())), "needs_a_person");
    let (updated, effects) = act(&pending, approve(), &approver()).expect("updated");
    assert_eq!(updated.publications().len(), 2);
    assert_eq!(updated.dossier().content.color.as_str(), "red");
    let moved = |effect: &Effect| matches!(effect, Effect::StartClock { clock: "review_expiry", due_at: Some(at) } if at.to_string() == "2026-11-22T10:00:00Z");
    assert!(effects.iter().any(moved));
    let (kept, _) = act(&pending, json!({"action": "return", "reason": "不升级"}), &approver()).expect("refused");
    assert_eq!(kept.dossier().content.color.as_str(), "orange");
    assert_eq!(refused(act(&kept, approve(), &approver())), "no_pending_update");
}

#[test]
fn what_can_not_be_changed_after_publication() {
    let published = at("published");
    let cases = [
        (json!({"action": "update"}), "nothing_to_change"),
        (json!({"action": "update", "event_type": "12G"}), "fixed_after_publication"),
        (json!({"action": "update", "issuer": "other"}), "fixed_after_publication"),
        (json!({"action": "update", "headline": ""}), "warning_incomplete"),
        (json!({"action": "update", "expires_at": "2026-11-22T01:00:00Z"}), "expires_before_onset"),
        (json!({"action": "update", "area": {"divisions": []}}), "warning_without_area"),
    ];
    for (change, code) in cases {
        assert_eq!(refused(act(&published, change.clone(), &drafter())), code, "{change}");
    }
}

#[test]
fn a_forwarded_signal_follows_its_office_and_nothing_else() {
    let from = |id: &str| json!({"office": "示例气象台", "identifier": id, "sent_at": "2026-11-22T01:50:00Z"});
    let draft =
        open(json!({"event_type": "11B03", "color": "yellow", "relayed_from": from("one")})).expect("forwarded");
    let alone = json!({"action": "update", "color": "red"});
    assert_eq!(refused(act(&draft, alone.clone(), &drafter())), "relayed_unchangeable");
    let mut state = draft;
    for (action, by) in [("submit", drafter()), ("approve", approver()), ("publish", drafter())] {
        state = act(&state, json!({ "action": action }), &by).expect("a step").0;
    }
    assert_eq!(refused(act(&state, alone, &drafter())), "relayed_unchangeable");
    let same = json!({"action": "update", "color": "red", "relayed_from": from("one")});
    assert_eq!(refused(act(&state, same, &drafter())), "relayed_unchangeable");
    let next = json!({"action": "update", "color": "red", "relayed_from": from("two")});
    assert!(act(&state, next, &drafter()).is_ok());
}

#[test]
fn only_the_platform_marks_the_end_and_only_people_lift() {
    let published = at("published");
    assert_eq!(refused(act(&published, json!({"action": "expire"}), &drafter())), "only_the_platform_expires");
    assert_eq!(refused(act(&published, json!({"action": "expire"}), &platform())), "not_yet_expired");
    let cancel = |reason: &str| json!({"action": "cancel", "reason": reason});
    assert_eq!(refused(act(&published, cancel("险情消除"), &platform())), "needs_a_person");
    assert_eq!(refused(act(&published, cancel(""), &drafter())), "reason_required");
    for phase in ["published", "expired"] {
        let (lifted, effects) = act(&at(phase), cancel("险情消除"), &drafter()).expect("lifted");
        assert_eq!(lifted.publications().len(), 2, "{phase}");
        assert_eq!(told(&effects).len(), 3, "{phase}: the same people are told");
    }
    for phase in ["draft", "submitted", "approved"] {
        let (withdrawn, effects) = act(&at(phase), cancel("误报"), &drafter()).expect("withdrawn");
        assert!(withdrawn.publications().is_empty() && told(&effects).is_empty(), "{phase}: it never was public");
    }
    assert_eq!(refused(act(&at("cancelled"), cancel("again"), &drafter())), "not_in_this_phase");
}

#[test]
fn descriptor_and_summary_fit_the_states() {
    let descriptor = WarningProcess::descriptor();
    for phase in ["draft", "submitted", "approved", "published", "expired", "cancelled"] {
        let state = at(phase);
        assert_eq!(WarningProcess::phase(&state), phase);
        assert!(descriptor.phases.iter().any(|known| known.name == phase));
        let summary = WarningProcess::summary(&state);
        assert_eq!(summary.division.to_string(), "640181000000", "the county answers for its township");
        assert_eq!(summary.grade.map(|grade| grade.scale).as_deref(), Some("warning_color"));
        assert!(summary.location.is_some());
    }
    for action in &descriptor.actions {
        for phase in action.from.iter().chain(action.to) {
            assert!(descriptor.phases.iter().any(|known| known.name == *phase), "{}", action.name);
        }
    }
    let untitled = open(json!({"headline": ""})).expect("draft");
    assert_eq!(WarningProcess::summary(&untitled).title, "危险化学品事故橙色预警");
    assert_eq!(now().as_second() % 60, 0);
}
