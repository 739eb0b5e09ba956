//! The kinds and actions that permissions may name. A misspelt permission must not start.

use std::collections::{BTreeMap, BTreeSet};

/// Kinds of the ledger.
pub const RECORD_KINDS: &[&str] = &[
    "division",
    "organisation",
    "person",
    "post",
    "group",
    "enterprise",
    "installation",
    "device",
    "fence",
    "dam",
    "settlement",
    "earthquake",
    "fire_hotspot",
    "rescue_team",
    "expert",
    "depot",
    "shelter",
    "plan",
    "plot",
    "map_view",
];

/// What can be done with records.
pub const RECORD_ACTIONS: &[&str] = &["read", "create", "update", "delete", "import", "export", "read_personal"];

/// What can be done with every matter, whatever its process.
pub const MATTER_ACTIONS: &[&str] = &["read", "open", "comment", "attach", "claim", "hand_over", "link"];

const PROCESSES: &[(&str, &[&str])] = &[
    ("warning", &["submit", "approve", "return", "publish", "update", "approve_update", "expire", "cancel"]),
    (
        "incident",
        &[
            "verify",
            "first_report",
            "phone_report",
            "follow_up_report",
            "set_event_level",
            "start_response",
            "assign_tasks",
            "dispatch",
            "withdraw",
            "adjust_response",
            "control",
            "end_response",
            "close",
        ],
    ),
    ("drill", &["end"]),
    ("task", &["accept", "complete", "verify_done", "return", "decline", "reassign", "cancel"]),
    ("order", &["confirm", "depart", "arrive", "complete", "decline", "reassign", "cancel"]),
];

const OTHERS: &[(&str, &[&str])] = &[
    ("series", &["read", "create", "update", "delete", "export", "ingest", "take_out_of_service"]),
    ("rule", &["read", "create", "update", "delete"]),
    ("alarm", &["read", "acknowledge", "verify", "shelve", "shelve_urgent", "export"]),
    ("frame", &["read", "replay"]),
    ("quarantine", &["read", "register", "discard"]),
    ("device_credential", &["read", "create", "update", "delete"]),
    ("device_order", &["read", "create", "cancel"]),
    ("message", &["read", "create", "confirm"]),
    ("subscriber", &["read", "create", "update", "delete"]),
    ("user", &["read", "create", "update", "revoke"]),
    ("role", &["read"]),
    ("token", &["read", "create", "delete"]),
    ("trace", &["read", "export"]),
    ("set_aside", &["read", "run_again", "dismiss"]),
    ("overview", &["read"]),
    ("configuration", &["read"]),
    ("wall", &["read", "drive"]),
    ("job", &["read", "update"]),
];

/// The kinds that exist and the actions of each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vocabulary(BTreeMap<String, BTreeSet<String>>);

impl Vocabulary {
    /// What the platform brings along.
    pub fn standard() -> Self {
        let mut vocabulary = Self(BTreeMap::new());
        for kind in RECORD_KINDS {
            vocabulary = vocabulary.with(kind, RECORD_ACTIONS);
        }
        for (process, actions) in PROCESSES {
            vocabulary = vocabulary.with_process(process, actions);
        }
        OTHERS.iter().fold(vocabulary, |vocabulary, (kind, actions)| vocabulary.with(kind, actions))
    }

    /// Adds a kind, or actions to a kind.
    #[must_use]
    pub fn with(mut self, kind: &str, actions: &[&str]) -> Self {
        self.0.entry(kind.to_owned()).or_default().extend(actions.iter().map(|action| (*action).to_owned()));
        self
    }

    /// Adds a process with what every matter can do and its own actions.
    #[must_use]
    pub fn with_process(self, process: &str, actions: &[&str]) -> Self {
        self.with(process, MATTER_ACTIONS).with(process, actions)
    }

    /// Every kind with its actions.
    pub fn kinds(&self) -> impl Iterator<Item = (&str, &BTreeSet<String>)> {
        self.0.iter().map(|(kind, actions)| (kind.as_str(), actions))
    }

    /// Whether there is such a kind; `*` is.
    pub fn has_kind(&self, kind: &str) -> bool {
        kind == "*" || self.0.contains_key(kind)
    }

    /// Whether the kind has the action; `*` is one.
    pub fn has_action(&self, kind: &str, action: &str) -> bool {
        let holds = |actions: &BTreeSet<String>| actions.contains(action);
        action == "*" || if kind == "*" { self.0.values().any(holds) } else { self.0.get(kind).is_some_and(holds) }
    }
}
