//! The states of an incident and what each carries. Stored as JSON: fields are only added.

use fengsui_kernel::scale::{EventLevel, ResponseLevel};
use fengsui_kernel::{DivisionCode, Point, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::level::Casualties;
use crate::record::{Note, Signature};

/// Where an incident stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "phase", rename_all = "snake_case")]
pub enum IncidentState {
    /// Received, not yet verified.
    Reported {
        /// Facts and reports.
        file: File,
    },
    /// True.
    Verified {
        /// Facts and reports.
        file: File,
        /// Who verified it.
        verification: Note,
    },
    /// A response is on.
    Responding {
        /// Facts and reports.
        file: File,
        /// Who verified it.
        verification: Note,
        /// The response.
        response: Response,
    },
    /// Under control.
    Controlled {
        /// Facts and reports.
        file: File,
        /// Who verified it.
        verification: Note,
        /// The response, where one was started.
        response: Option<Response>,
        /// How it was brought under control.
        control: Note,
    },
    /// Over, with proof.
    Closed {
        /// Facts and reports.
        file: File,
        /// Who verified it.
        verification: Note,
        /// The response, where one was started.
        response: Option<Response>,
        /// How it was brought under control.
        control: Note,
        /// The summary at the end.
        summary: Note,
    },
    /// It was none.
    FalseAlarm {
        /// Facts and reports.
        file: File,
        /// Who found out, and how.
        verification: Note,
    },
}

/// Facts and reports of an incident.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct File {
    /// One line.
    pub title: String,
    /// EW12379 code.
    pub event_type: String,
    /// Level as decided.
    pub event_level: Option<EventLevel>,
    /// Level that the casualties suggest.
    #[serde(default)]
    pub suggested_level: Option<EventLevel>,
    /// Earlier decisions on the level, oldest first.
    #[serde(default)]
    pub level_changes: Vec<LevelChange>,
    /// Where it belongs.
    pub division: DivisionCode,
    /// Where on the map.
    #[serde(default)]
    pub location: Option<Point>,
    /// Enterprise concerned.
    #[serde(default)]
    pub enterprise: Option<String>,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// When the report came in: legal time limits run from here.
    pub received_at: Timestamp,
    /// What happened.
    #[serde(default)]
    pub description: String,
    /// Who reported it.
    #[serde(default)]
    pub source: Option<String>,
    /// Casualties as last reported.
    #[serde(default)]
    pub casualties: Casualties,
    /// Post that keeps it.
    #[serde(default)]
    pub post: Option<String>,
    /// Reports by telephone.
    #[serde(default)]
    pub phone_reports: Vec<PhoneReport>,
    /// The first written report.
    #[serde(default)]
    pub first_report: Option<FirstReport>,
    /// Reports after it, numbered from 1 by their position.
    #[serde(default)]
    pub follow_up_reports: Vec<FollowUpReport>,
    /// Teams sent out, oldest first.
    #[serde(default)]
    pub dispatches: Vec<Dispatch>,
    /// Orders to withdraw, oldest first.
    #[serde(default)]
    pub withdrawals: Vec<Note>,
}

/// A decision on the level of the event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LevelChange {
    /// Before.
    pub from: Option<EventLevel>,
    /// After.
    pub to: EventLevel,
    /// Why, and by whom.
    pub reason: Note,
}

/// A report by telephone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PhoneReport {
    /// To whom.
    pub to: String,
    /// What was said, and by whom.
    pub content: Note,
}

/// The elements of a report (国务院令493号 §12).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ReportElements {
    /// The unit where it happened; needed for accidents at work.
    #[schemars(length(max = 5000))]
    pub unit_profile: String,
    /// The state of the scene.
    #[schemars(length(max = 5000))]
    pub scene_status: String,
    /// What happened, briefly.
    #[schemars(length(max = 5000))]
    pub brief_course: String,
    /// Casualties so far, the missing included, and the estimated loss.
    pub casualties: Casualties,
    /// What was done so far.
    #[schemars(length(max = 5000))]
    pub measures_taken: String,
    /// Preliminary cause.
    #[schemars(length(max = 5000))]
    pub cause_preliminary: String,
    /// Support asked for, next steps.
    #[schemars(length(max = 5000))]
    pub requests: String,
    /// Anything else.
    #[schemars(length(max = 5000))]
    pub other: String,
    /// Who signed it.
    #[schemars(length(max = 200))]
    pub signer: String,
}

/// The first written report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FirstReport {
    /// What it says.
    pub elements: ReportElements,
    /// Who submitted it.
    pub submitted: Signature,
    /// Whether the legal limit had passed.
    pub late: bool,
}

/// A later report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FollowUpReport {
    /// What it says, and who submitted it.
    pub content: Note,
    /// Casualties, where they changed.
    #[serde(default)]
    pub casualties: Option<Casualties>,
}

/// A team sent out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Dispatch {
    /// The team, by record id.
    pub team: String,
    /// Its name.
    pub team_name: String,
    /// Post of its leader.
    #[serde(default)]
    pub team_post: Option<String>,
    /// Where to.
    #[serde(default)]
    pub location: Option<Point>,
    /// What it was told, and by whom.
    pub order: Note,
}

/// A response: the elements that the law asks for (突发事件应对法 §72).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Response {
    /// What it responds to.
    pub matter: String,
    /// Its level.
    pub level: ResponseLevel,
    /// How long it is expected to last.
    pub expected_hours: u32,
    /// What is done.
    pub measures: Vec<String>,
    /// The plan, by record id.
    #[serde(default)]
    pub plan: Option<String>,
    /// Its name.
    #[serde(default)]
    pub plan_name: Option<String>,
    /// Tasks handed out at the start.
    #[serde(default)]
    pub tasks: usize,
    /// Who started it.
    pub started: Signature,
    /// Changes of the level, oldest first.
    #[serde(default)]
    pub adjustments: Vec<Adjustment>,
    /// When it was ended, by whom, with what result.
    #[serde(default)]
    pub ended: Option<Note>,
}

/// A change of the response level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Adjustment {
    /// Before.
    pub from: ResponseLevel,
    /// After.
    pub to: ResponseLevel,
    /// Why, and by whom.
    pub reason: Note,
}

macro_rules! file_of {
    ($state:expr) => {
        match $state {
            IncidentState::Reported { file }
            | IncidentState::Verified { file, .. }
            | IncidentState::Responding { file, .. }
            | IncidentState::Controlled { file, .. }
            | IncidentState::Closed { file, .. }
            | IncidentState::FalseAlarm { file, .. } => file,
        }
    };
}

impl IncidentState {
    /// Facts and reports.
    pub fn file(&self) -> &File {
        file_of!(self)
    }

    pub(super) fn file_mut(&mut self) -> &mut File {
        file_of!(self)
    }

    /// The response, where one was started.
    pub fn response(&self) -> Option<&Response> {
        match self {
            Self::Responding { response, .. } => Some(response),
            Self::Controlled { response, .. } | Self::Closed { response, .. } => response.as_ref(),
            Self::Reported { .. } | Self::Verified { .. } | Self::FalseAlarm { .. } => None,
        }
    }

    /// Name of the phase.
    pub fn phase(&self) -> &'static str {
        match self {
            Self::Reported { .. } => "reported",
            Self::Verified { .. } => "verified",
            Self::Responding { .. } => "responding",
            Self::Controlled { .. } => "controlled",
            Self::Closed { .. } => "closed",
            Self::FalseAlarm { .. } => "false_alarm",
        }
    }
}
