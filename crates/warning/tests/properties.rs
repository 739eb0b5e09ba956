//! Whatever people do in whatever order, the law holds; and old states stay readable.

mod support;

use fengsui_cap::{has_errors, validate};
use fengsui_kernel::scale::WarningColor;
use fengsui_matters::process::{Facts, Process};
use fengsui_warning::cap_message::{Circumstances, Issuer, build, identifier};
use fengsui_warning::process::PublicationKind;
use fengsui_warning::{WarningProcess, WarningState};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use support::{action, facts, open};

const USERS: [Option<&str>; 4] = [Some("one"), Some("two"), Some("three"), None];

fn actions() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!({"action": "submit"})),
        Just(json!({"action": "approve"})),
        Just(json!({"action": "publish"})),
        Just(json!({"action": "approve_update"})),
        Just(json!({"action": "expire"})),
        Just(json!({"action": "return", "reason": "再核"})),
        Just(json!({"action": "cancel", "reason": "结束"})),
        prop_oneof![Just("red"), Just("yellow"), Just("blue")]
            .prop_map(|color| json!({"action": "update", "color": color})),
        "[a-z<&\"]{0,12}".prop_map(|text| json!({"action": "update", "headline": format!("标题{text}")})),
    ]
}

fn person(index: usize, minutes: i64) -> Facts {
    let mut facts = facts(USERS[index], &["duty_officer", "warning_approver"]);
    facts.now = support::now().checked_add(jiff::SignedDuration::from_mins(minutes)).expect("time");
    facts
}

/// Who wrote what is on the table, and who approved it, kept apart from the process.
#[derive(Default)]
struct Witness {
    writers: Vec<String>,
    approver: Option<String>,
}

impl Witness {
    fn saw(&mut self, before: &WarningState, action: &Value, user: Option<&str>) {
        let user = user.unwrap_or("platform").to_owned();
        match (before.phase(), action["action"].as_str().unwrap_or_default()) {
            ("draft", "update" | "submit") => self.writers.push(user),
            ("published", "update") => self.writers = vec![user],
            (_, "approve" | "approve_update") => self.approver = Some(user),
            (_, "return") => self.approver = None,
            _ => {}
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn nothing_is_public_without_approval_by_another(
        steps in prop::collection::vec((actions(), 0..USERS.len(), 0_i64..30), 1..40),
    ) {
        let mut state = open(json!({})).expect("a draft");
        let mut witness = Witness { writers: vec!["drafter".into()], approver: None };
        let mut minutes = 0;
        for (step, user, wait) in steps {
            minutes += wait;
            let facts = person(user, minutes);
            let Ok(outcome) = WarningProcess::act(state.clone(), action(step.clone()), &facts) else { continue };
            witness.saw(&state, &step, USERS[user]);
            let fresh = outcome.state.publications().get(state.publications().len()..).unwrap_or_default().to_vec();
            for publication in fresh.iter().filter(|publication| publication.kind != PublicationKind::Cancel) {
                let approver = publication.approved_by.clone().expect("somebody approved");
                prop_assert_eq!(Some(&approver), witness.approver.as_ref());
                prop_assert!(!witness.writers.contains(&approver), "{} approved their own work", approver);
            }
            prop_assert!(publications_validate(&outcome.state));
            let stored = serde_json::to_value(&outcome.state).expect("serialises");
            prop_assert_eq!(&serde_json::from_value::<WarningState>(stored).expect("reads back"), &outcome.state);
            state = outcome.state;
        }
    }

    #[test]
    fn any_text_makes_a_valid_message(
        headline in "\\PC{1,40}", description in ".{1,80}", instruction in "\\PC{1,40}",
        color in prop::sample::select(WarningColor::ALL.to_vec()), drawn in any::<bool>(),
    ) {
        let mut fields = json!({"headline": format!("题{headline}"), "description": format!("述{description}"),
            "instruction": format!("措{instruction}"), "color": color});
        if !drawn {
            fields["area"] = json!({"divisions": ["640181", "640122"]});
        }
        let mut state = open(fields).expect("a draft");
        for (step, user) in [("submit", 0), ("approve", 1), ("publish", 0)] {
            let facts = person(user, 0);
            state = WarningProcess::act(state, action(json!({ "action": step })), &facts).expect("lawful").state;
        }
        prop_assert!(publications_validate(&state));
    }
}

/// Every publication as CAP: no breach of the standard, and the text reads back as the same values.
fn publications_validate(state: &WarningState) -> bool {
    let issuer = Issuer::new("", "示例市应急管理局", "640181".parse().expect("code"));
    let mut earlier = Vec::new();
    state.publications().iter().enumerate().all(|(index, publication)| {
        let name = format!("{}_{index}", identifier(publication, &issuer));
        let names = BTreeMap::new();
        let mode = fengsui_kernel::Mode::Real;
        let circumstances =
            Circumstances { issuer: &issuer, identifier: &name, mode, earlier: &earlier, names: &names };
        let alert = build(publication, &circumstances);
        let sound = !has_errors(&validate(&alert));
        let xml = fengsui_cap::to_xml(&alert);
        let (read, findings) = fengsui_cap::parse(&xml).expect("our own message");
        earlier.extend(alert.as_reference());
        sound && !has_errors(&findings) && read.identifier == alert.identifier && read.references == alert.references
    })
}

/// Version 1 of every stored state. Never edit these: they are in databases.
const STORED: [&str; 6] = [
    r#"{"phase":"draft","dossier":{"content":{"event_type":"12D","color":"red","area":{"divisions":["640181000000"]}},"drafters":["u1"]}}"#,
    r#"{"phase":"submitted","dossier":{"content":{"event_type":"12D","color":"red","headline":"h","description":"d","instruction":"i","area":{"divisions":["640181000000"],"polygon":{"type":"Polygon","coordinates":[[[106.5,38.1],[106.6,38.1],[106.6,38.2],[106.5,38.1]]]}},"onset_at":"2026-11-22T02:00:00Z","expires_at":"2026-11-22T08:00:00Z","issuer":"o1","relayed_from":null},"drafters":["u1"],"post":"p1","returned":{"text":"r","by":"u2","name":"n","at":"2026-11-22T01:00:00Z"},"alarm":"a1","incident":null},"submitted":{"by":"u1","name":"n","at":"2026-11-22T02:00:00Z"}}"#,
    r#"{"phase":"approved","dossier":{"content":{"event_type":"12D","color":"blue","area":{"divisions":["640181000000"]}},"drafters":[]},"approval":{"by":"u2","name":"n","at":"2026-11-22T02:00:00Z"}}"#,
    r#"{"phase":"published","dossier":{"content":{"event_type":"11B03","color":"yellow","area":{"divisions":["640181000000"]},"relayed_from":{"office":"o","identifier":"i","sent_at":"2026-11-22T01:00:00Z"}},"drafters":["u1"]},"approval":{"by":"u2","name":"n","at":"2026-11-22T02:00:00Z"},"publications":[{"kind":"alert","content":{"event_type":"11B03","color":"yellow","area":{"divisions":["640181000000"]}},"published":{"by":"u1","name":"n","at":"2026-11-22T02:05:00Z"},"approved_by":"u2"}],"pending":{"changes":{"color":"red"},"requested":{"by":"u1","name":"n","at":"2026-11-22T03:00:00Z"}}}"#,
    r#"{"phase":"expired","dossier":{"content":{"event_type":"12D","color":"red","area":{"divisions":["640181000000"]}},"drafters":["u1"]},"approval":{"by":"u2","name":"n","at":"2026-11-22T02:00:00Z"},"publications":[],"expired_at":"2026-11-22T08:00:00Z"}"#,
    r#"{"phase":"cancelled","dossier":{"content":{"event_type":"12D","color":"red","area":{"divisions":["640181000000"]}},"drafters":["u1"]},"publications":[{"kind":"cancel","content":{"event_type":"12D","color":"red","area":{"divisions":["640181000000"]}},"published":{"by":null,"name":"n","at":"2026-11-22T02:05:00Z"},"note":"done"}],"reason":{"text":"r","by":"u1","name":"n","at":"2026-11-22T09:00:00Z"}}"#,
];

#[test]
fn stored_states_stay_readable() {
    for text in STORED {
        let state: WarningState = serde_json::from_str(text).expect(text);
        let raw: Value = serde_json::from_str(text).expect(text);
        assert_eq!(raw["phase"].as_str(), Some(state.phase()));
        let again = serde_json::to_string(&state).expect("serialises");
        assert_eq!(serde_json::from_str::<WarningState>(&again).expect(&again), state);
    }
}
