//! What is asked to open a warning, and what can be done with it.

use fengsui_events::Audience;
use fengsui_kernel::Timestamp;
use fengsui_kernel::scale::WarningColor;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::content::{Area, Changes, Content, RelayedFrom};

/// What is asked to open a warning. Type, colour and area come first, since they decide who
/// answers for it; the rest must be complete before it is submitted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WarningOpening {
    /// Event type, EW12379 code.
    #[schemars(length(min = 2, max = 5), extend("example" = "12D"))]
    pub event_type: String,
    /// Colour.
    pub color: WarningColor,
    /// One line for people.
    #[serde(default)]
    #[schemars(length(max = 200))]
    pub headline: String,
    /// What happens or may happen.
    #[serde(default)]
    #[schemars(length(max = 5000))]
    pub description: String,
    /// What people should do.
    #[serde(default)]
    #[schemars(length(max = 5000))]
    pub instruction: String,
    /// Where it applies.
    pub area: Area,
    /// When the event is expected to begin.
    #[serde(default)]
    pub onset_at: Option<Timestamp>,
    /// When the warning ends.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
    /// The issuing organisation, by record id.
    #[serde(default)]
    pub issuer: Option<String>,
    /// The message that is forwarded, where only another office may issue.
    #[serde(default)]
    pub relayed_from: Option<RelayedFrom>,
    /// Who is told besides the posts of the area: groups, posts, persons.
    #[serde(default)]
    #[schemars(length(max = 100))]
    pub audience: Vec<Audience>,
    /// The alarm that gave rise to it.
    #[serde(default)]
    pub alarm: Option<String>,
    /// The incident that it belongs to.
    #[serde(default)]
    pub incident: Option<String>,
}

impl WarningOpening {
    /// The content that it opens with.
    pub fn content(&self) -> Content {
        Content {
            event_type: self.event_type.clone(),
            color: self.color,
            headline: self.headline.clone(),
            description: self.description.clone(),
            instruction: self.instruction.clone(),
            area: self.area.clone(),
            onset_at: self.onset_at,
            expires_at: self.expires_at,
            issuer: self.issuer.clone(),
            relayed_from: self.relayed_from.clone(),
            audience: self.audience.clone(),
        }
    }
}

/// What can be done with a warning.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum WarningAction {
    /// Change a draft; of a published warning, ask for a change.
    Update(Box<Changes>),
    /// Ask for approval.
    Submit {},
    /// Approve what was submitted.
    Approve {},
    /// Send it back to its drafter; of a published warning, refuse the pending change.
    Return {
        /// Why.
        #[schemars(length(min = 1, max = 1000))]
        reason: String,
    },
    /// Make it public.
    Publish {},
    /// Approve the pending change and make it public.
    ApproveUpdate {},
    /// Lift it; withdraw it if it never was public.
    Cancel {
        /// Why.
        #[schemars(length(min = 1, max = 1000))]
        reason: String,
    },
    /// Note that its end has passed. Only the platform does.
    Expire {},
}

impl WarningAction {
    /// The stored name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Update(_) => "update",
            Self::Submit {} => "submit",
            Self::Approve {} => "approve",
            Self::Return { .. } => "return",
            Self::Publish {} => "publish",
            Self::ApproveUpdate {} => "approve_update",
            Self::Cancel { .. } => "cancel",
            Self::Expire {} => "expire",
        }
    }
}
