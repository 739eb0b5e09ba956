//! Opening, states and actions of a task. Stored as JSON: fields are only added.

use fengsui_kernel::{DivisionCode, Point, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::record::{Note, Signature};

/// What is asked to open a task.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TaskOpening {
    /// What is to be done.
    #[schemars(length(min = 1, max = 1000))]
    pub title: String,
    /// What it is about.
    #[serde(default)]
    pub object: Option<String>,
    /// Working group.
    #[serde(default)]
    pub group: Option<String>,
    /// Role that does it, where no post is named.
    #[serde(default)]
    pub role: Option<String>,
    /// Post that does it, by record id.
    #[serde(default)]
    pub post: Option<String>,
    /// Where.
    pub division: DivisionCode,
    /// Minutes until it must be done.
    #[schemars(range(min = 1, max = 527_040))]
    pub deadline_minutes: u32,
    /// Whether completion needs an attachment.
    #[serde(default)]
    pub evidence_required: bool,
    /// Phase of the plan that it comes from.
    #[serde(default)]
    pub phase: Option<String>,
    /// Title of the incident, for whoever receives it.
    #[serde(default)]
    pub incident_title: Option<String>,
    /// Where on the map.
    #[serde(default)]
    pub location: Option<Point>,
    /// The enterprise concerned, by record id: its own people see the task and act on theirs.
    #[serde(default)]
    pub enterprise: Option<String>,
}

/// What a task carries from issue to end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Task {
    /// What is to be done.
    pub title: String,
    /// What it is about.
    #[serde(default)]
    pub object: Option<String>,
    /// Working group.
    #[serde(default)]
    pub group: Option<String>,
    /// Role that does it.
    #[serde(default)]
    pub role: Option<String>,
    /// Post that does it.
    #[serde(default)]
    pub post: Option<String>,
    /// Where.
    pub division: DivisionCode,
    /// When it must be done.
    pub due_at: Timestamp,
    /// Whether completion needs an attachment.
    #[serde(default)]
    pub evidence_required: bool,
    /// Phase of the plan that it comes from.
    #[serde(default)]
    pub plan_phase: Option<String>,
    /// Title of the incident.
    #[serde(default)]
    pub incident_title: Option<String>,
    /// The enterprise concerned, by record id.
    #[serde(default)]
    pub enterprise: Option<String>,
    /// Where on the map.
    #[serde(default)]
    pub location: Option<Point>,
    /// Post of the issuer, who verifies.
    #[serde(default)]
    pub issuer_post: Option<String>,
    /// Who issued it.
    pub issued: Signature,
    /// Why it came back last.
    #[serde(default)]
    pub returned: Option<Note>,
}

/// Where a task stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "phase", rename_all = "snake_case")]
pub enum TaskState {
    /// Handed out.
    Issued {
        /// The task.
        task: Task,
    },
    /// Somebody does it.
    Accepted {
        /// The task.
        task: Task,
        /// Who took it on.
        accepted: Signature,
    },
    /// Reported done, to be checked.
    Completed {
        /// The task.
        task: Task,
        /// Who took it on.
        accepted: Signature,
        /// What was done.
        result: Note,
    },
    /// Checked by another person.
    Verified {
        /// The task.
        task: Task,
        /// Who took it on.
        accepted: Signature,
        /// What was done.
        result: Note,
        /// Who checked it.
        verification: Note,
    },
    /// Refused; to be given to somebody else, or cancelled.
    Declined {
        /// The task.
        task: Task,
        /// Why.
        reason: Note,
    },
    /// No longer needed.
    Cancelled {
        /// The task.
        task: Task,
        /// Why.
        reason: Note,
    },
}

/// What can be done with a task.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum TaskAction {
    /// Take it on.
    Accept {},
    /// Report it done.
    Complete {
        /// What was done.
        #[schemars(length(min = 1, max = 5000))]
        result: String,
    },
    /// Confirm that it is done; not by whoever did it.
    VerifyDone {
        /// Remark.
        #[serde(default)]
        note: String,
    },
    /// Not done well enough: hand it out again.
    Return {
        /// What is missing.
        #[schemars(length(min = 1, max = 1000))]
        reason: String,
        /// Minutes until it must be done.
        #[schemars(range(min = 1, max = 527_040))]
        deadline_minutes: u32,
    },
    /// Refuse it.
    Decline {
        /// Why.
        #[schemars(length(min = 1, max = 1000))]
        reason: String,
    },
    /// Give a refused task to somebody else.
    Reassign {
        /// Role that does it.
        #[serde(default)]
        role: Option<String>,
        /// Post that does it, by record id.
        #[serde(default)]
        post: Option<String>,
        /// Where.
        #[serde(default)]
        division: Option<DivisionCode>,
        /// Minutes until it must be done.
        #[schemars(range(min = 1, max = 527_040))]
        deadline_minutes: u32,
    },
    /// No longer needed.
    Cancel {
        /// Why.
        #[schemars(length(min = 1, max = 1000))]
        reason: String,
    },
}

impl TaskAction {
    /// The stored name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Accept {} => "accept",
            Self::Complete { .. } => "complete",
            Self::VerifyDone { .. } => "verify_done",
            Self::Return { .. } => "return",
            Self::Decline { .. } => "decline",
            Self::Reassign { .. } => "reassign",
            Self::Cancel { .. } => "cancel",
        }
    }
}

impl TaskState {
    /// What every state carries.
    pub fn task(&self) -> &Task {
        match self {
            Self::Issued { task }
            | Self::Accepted { task, .. }
            | Self::Completed { task, .. }
            | Self::Verified { task, .. }
            | Self::Declined { task, .. }
            | Self::Cancelled { task, .. } => task,
        }
    }

    pub(super) fn into_task(self) -> Task {
        match self {
            Self::Issued { task }
            | Self::Accepted { task, .. }
            | Self::Completed { task, .. }
            | Self::Verified { task, .. }
            | Self::Declined { task, .. }
            | Self::Cancelled { task, .. } => task,
        }
    }

    /// Name of the phase.
    pub fn phase(&self) -> &'static str {
        match self {
            Self::Issued { .. } => "issued",
            Self::Accepted { .. } => "accepted",
            Self::Completed { .. } => "completed",
            Self::Verified { .. } => "verified",
            Self::Declined { .. } => "declined",
            Self::Cancelled { .. } => "cancelled",
        }
    }
}
