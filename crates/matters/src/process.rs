//! A process is a Rust type: a state enum that carries its data, an action enum with typed payloads,
//! and one pure transition function. The engine derives inbox, history, forms and diagram from it.

use std::collections::BTreeMap;

use fengsui_events::MessageRequest;
use fengsui_kernel::{DivisionCode, Mode, Point, Refusal, Text, Timestamp};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// A process that matters run through.
pub trait Process: Send + Sync + 'static {
    /// Name in URLs, tables and configuration: `warning`, `incident`, `task`.
    const NAME: &'static str;
    /// What is asked to open one.
    type Opening: Serialize + DeserializeOwned + JsonSchema + Send + Sync;
    /// The state; its variants carry the data.
    type State: Serialize + DeserializeOwned + JsonSchema + Send + Sync;
    /// The actions; serialised as `{"action": "<name>", ...payload}`.
    type Action: Serialize + DeserializeOwned + JsonSchema + Send + Sync;

    /// Names, phases, actions and clocks, for screens and for checking the configuration.
    fn descriptor() -> Descriptor;

    /// Checks an opening and gives the first state with its effects.
    fn open(opening: Self::Opening, facts: &Facts) -> Result<Outcome<Self::State>, Refusal>;

    /// Takes an action: the next state and its effects, or a refusal that names its clause.
    fn act(state: Self::State, action: Self::Action, facts: &Facts) -> Result<Outcome<Self::State>, Refusal>;

    /// Name of the phase that the state is in; one of the descriptor's.
    fn phase(state: &Self::State) -> &'static str;

    /// What lists and the map show of it.
    fn summary(state: &Self::State) -> Summary;
}

/// What lists and the map show of a matter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Summary {
    /// One line.
    pub title: String,
    /// Where it belongs; decides permissions.
    pub division: DivisionCode,
    /// Where on the map.
    pub location: Option<Point>,
    /// Enterprise concerned, by record id.
    pub enterprise: Option<String>,
    /// Grade on its own scale.
    pub grade: Option<Grade>,
}

/// A grade with the scale that it is on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Grade {
    /// `alarm_priority`, `warning_color`, `response_level`, `event_level`, `risk_level`.
    pub scale: String,
    /// The stored form of the grade.
    pub value: String,
}

/// Facts that guards rest on; gathered by the engine.
#[derive(Debug, Clone)]
pub struct Facts {
    /// The present time.
    pub now: Timestamp,
    /// User who acts; `None` for the platform itself.
    pub user: Option<String>,
    /// Name of who acts, for the record.
    pub actor_name: String,
    /// Posts that the user holds.
    pub posts: Vec<String>,
    /// Roles in which the user holds the right to the action; none while a matter is opened.
    pub roles: Vec<String>,
    /// Real or drill.
    pub mode: Mode,
    /// User who opened the matter.
    pub opened_by: Option<String>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// Actions taken so far, oldest first.
    pub history: Vec<PastAction>,
    /// Matters opened from this one.
    pub children: Vec<ChildFact>,
    /// Number of attachments.
    pub attachments: usize,
    /// Attachments added since the last action.
    pub new_attachments: usize,
    /// Process rules from the configuration, such as `evidence_required`.
    pub settings: BTreeMap<String, String>,
}

/// An action that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PastAction {
    /// Its name.
    pub action: String,
    /// Who took it.
    pub user: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// A matter opened from this one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChildFact {
    /// Its process.
    pub process: String,
    /// Its phase.
    pub phase: String,
    /// Whether it is over.
    pub closed: bool,
    /// Its title.
    pub title: String,
}

/// What a transition leads to.
#[derive(Debug, Clone)]
pub struct Outcome<S> {
    /// The next state.
    pub state: S,
    /// What is to be done in the same transaction.
    pub effects: Vec<Effect>,
}

impl<S> Outcome<S> {
    /// A state without effects.
    pub fn of(state: S) -> Self {
        Self { state, effects: Vec::new() }
    }

    /// Adds an effect.
    #[must_use]
    pub fn with(mut self, effect: Effect) -> Self {
        self.effects.push(effect);
        self
    }
}

/// What a transition asks the engine to do.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Start a clock of the descriptor; its length is configuration unless `due_at` is given.
    StartClock {
        /// Its name.
        clock: &'static str,
        /// When it runs out; by default now plus the configured length.
        due_at: Option<Timestamp>,
    },
    /// What the clock waits for was done.
    StopClock {
        /// Its name.
        clock: &'static str,
    },
    /// Give the matter to somebody: it appears in their inbox.
    Assign(Assignee),
    /// Open another matter, linked as a child.
    Open {
        /// Its process.
        process: &'static str,
        /// Its opening, as JSON of that process's `Opening`.
        opening: serde_json::Value,
        /// The relation: `task`, `order`, `warning`.
        relation: &'static str,
    },
    /// End everything that was opened under a drill. Real matters end one by one, each with its proof.
    CloseDescendants,
    /// Tell somebody. `request.matter`, `mode`, `division` are filled in by the engine.
    Tell(Box<MessageRequest>),
}

/// Who is to act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Assignee {
    /// A post, by record id.
    Post {
        /// The post.
        id: String,
    },
    /// Any post with the role at the division, or the nearest above it; one of them claims it.
    Role {
        /// Role name.
        role: String,
        /// Where.
        division: DivisionCode,
    },
    /// Nobody in particular.
    Nobody,
}

/// Names, phases, actions and clocks of a process.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Descriptor {
    /// Name of the process for people.
    pub title: Text,
    /// Its phases in usual order.
    pub phases: Vec<Phase>,
    /// Its actions.
    pub actions: Vec<ActionDescriptor>,
    /// Its clocks.
    pub clocks: Vec<ClockDescriptor>,
}

/// A phase: a node of the state diagram.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Phase {
    /// Stored name.
    pub name: &'static str,
    /// Shown name.
    pub title: Text,
    /// Whether the matter is over.
    pub closed: bool,
}

/// An action: the edges of the state diagram.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ActionDescriptor {
    /// Stored name, the tag of the action enum.
    pub name: &'static str,
    /// Shown name, a verb.
    pub title: Text,
    /// Phases in which it can be taken.
    pub from: &'static [&'static str],
    /// Phases that it can lead to.
    pub to: &'static [&'static str],
    /// Whether it cannot be undone and is confirmed by the person.
    pub grave: bool,
    /// The rule that it rests on, for the reader.
    pub clause: Option<&'static str>,
}

/// A clock.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ClockDescriptor {
    /// Stored name.
    pub name: &'static str,
    /// Shown name.
    pub title: Text,
    /// Default length in minutes; configuration may set another but never a longer one when `statutory`.
    pub minutes: u32,
    /// Whether a law sets it.
    pub statutory: bool,
    /// The clause.
    pub clause: Option<&'static str>,
}
