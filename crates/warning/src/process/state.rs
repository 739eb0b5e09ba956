//! The states of a warning and what each of them carries. Stored as JSON: fields are only added.

use fengsui_kernel::Timestamp;
use fengsui_matters::process::Facts;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::content::{Changes, Content};

/// Where a warning stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "phase", rename_all = "snake_case")]
pub enum WarningState {
    /// Being written.
    Draft {
        /// What was written so far.
        dossier: Dossier,
    },
    /// Waiting for approval.
    Submitted {
        /// What is to be approved.
        dossier: Dossier,
        /// Who asks.
        submitted: Signature,
    },
    /// Approved, not yet public.
    Approved {
        /// What was approved.
        dossier: Dossier,
        /// Who approved.
        approval: Signature,
    },
    /// In force.
    Published {
        /// What is in force.
        dossier: Dossier,
        /// Who approved the first publication.
        approval: Signature,
        /// All that was made public, oldest first.
        publications: Vec<Publication>,
        /// A change that waits for approval.
        #[serde(default)]
        pending: Option<Box<Pending>>,
    },
    /// Its end has passed; a person has yet to lift it.
    Expired {
        /// What was in force.
        dossier: Dossier,
        /// Who approved the first publication.
        approval: Signature,
        /// All that was made public, oldest first.
        publications: Vec<Publication>,
        /// When this was noted.
        expired_at: Timestamp,
    },
    /// Lifted; or withdrawn before it was ever public.
    Cancelled {
        /// What it said last.
        dossier: Dossier,
        /// All that was made public, oldest first; empty when it never was.
        publications: Vec<Publication>,
        /// Who lifted it and why.
        reason: Note,
    },
}

/// What a warning carries from draft to end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Dossier {
    /// What it says.
    pub content: Content,
    /// Everybody who wrote, changed or submitted it: none of them may approve it.
    pub drafters: Vec<String>,
    /// Post that it goes back to, by record id.
    #[serde(default)]
    pub post: Option<String>,
    /// Why it came back last.
    #[serde(default)]
    pub returned: Option<Note>,
    /// The alarm that gave rise to it.
    #[serde(default)]
    pub alarm: Option<String>,
    /// The incident that it belongs to.
    #[serde(default)]
    pub incident: Option<String>,
}

/// Who did something, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Signature {
    /// User; `None` for the platform.
    pub by: Option<String>,
    /// Name at the time.
    pub name: String,
    /// When.
    pub at: Timestamp,
}

/// A signed text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Note {
    /// The text.
    pub text: String,
    /// By whom.
    #[serde(flatten)]
    pub signature: Signature,
}

/// A change of a published warning that waits for approval.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Pending {
    /// What is to change.
    pub changes: Changes,
    /// Who asks; may not approve.
    pub requested: Signature,
}

/// One message made public.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Publication {
    /// First message, update or end.
    pub kind: PublicationKind,
    /// What it said; frozen.
    pub content: Content,
    /// Who made it public and when: the CAP `sent`.
    pub published: Signature,
    /// Who approved it; lifting needs nobody.
    #[serde(default)]
    pub approved_by: Option<String>,
    /// Why, for the end of a warning.
    #[serde(default)]
    pub note: Option<String>,
}

/// What a message does to those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PublicationKind {
    /// The first.
    Alert,
    /// Replaces the one before.
    Update,
    /// Lifts the warning.
    Cancel,
}

impl Signature {
    /// Whoever acts now.
    pub fn of(facts: &Facts) -> Self {
        Self { by: facts.user.clone(), name: facts.actor_name.clone(), at: facts.now }
    }
}

impl Note {
    /// A text of whoever acts now.
    pub fn of(text: String, facts: &Facts) -> Self {
        Self { text, signature: Signature::of(facts) }
    }
}

impl WarningState {
    /// What every state carries.
    pub fn dossier(&self) -> &Dossier {
        match self {
            Self::Draft { dossier }
            | Self::Submitted { dossier, .. }
            | Self::Approved { dossier, .. }
            | Self::Published { dossier, .. }
            | Self::Expired { dossier, .. }
            | Self::Cancelled { dossier, .. } => dossier,
        }
    }

    /// All that was made public, oldest first.
    pub fn publications(&self) -> &[Publication] {
        match self {
            Self::Published { publications, .. }
            | Self::Expired { publications, .. }
            | Self::Cancelled { publications, .. } => publications,
            Self::Draft { .. } | Self::Submitted { .. } | Self::Approved { .. } => &[],
        }
    }

    /// Name of the phase.
    pub fn phase(&self) -> &'static str {
        match self {
            Self::Draft { .. } => "draft",
            Self::Submitted { .. } => "submitted",
            Self::Approved { .. } => "approved",
            Self::Published { .. } => "published",
            Self::Expired { .. } => "expired",
            Self::Cancelled { .. } => "cancelled",
        }
    }

    pub(super) fn into_dossier(self) -> Dossier {
        match self {
            Self::Draft { dossier }
            | Self::Submitted { dossier, .. }
            | Self::Approved { dossier, .. }
            | Self::Published { dossier, .. }
            | Self::Expired { dossier, .. }
            | Self::Cancelled { dossier, .. } => dossier,
        }
    }
}
