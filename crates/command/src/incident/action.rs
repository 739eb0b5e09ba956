//! What is asked to open an incident, and what can be done with it.

use fengsui_events::Audience;
use fengsui_kernel::scale::{EventLevel, ResponseLevel};
use fengsui_kernel::{DivisionCode, Point, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::state::ReportElements;
use crate::level::Casualties;
use crate::matching::TaskDraft;

/// What is asked to open an incident.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct IncidentOpening {
    /// One line.
    #[schemars(length(min = 1, max = 200))]
    pub title: String,
    /// EW12379 code or a prefix of it: `12D`, `11B03`.
    #[schemars(regex(pattern = r"^1[1-4]([A-Z]([0-9]{2})?)?$"), extend("example" = "12D"))]
    pub event_type: String,
    /// Level; what the casualties suggest when absent.
    #[serde(default)]
    pub event_level: Option<EventLevel>,
    /// Where it belongs.
    pub division: DivisionCode,
    /// Where on the map.
    #[serde(default)]
    pub location: Option<Point>,
    /// Enterprise concerned, by record id.
    #[serde(default)]
    pub enterprise: Option<String>,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// When the report came in: time limits run from here.
    pub received_at: Timestamp,
    /// What happened.
    #[serde(default)]
    #[schemars(length(max = 5000))]
    pub description: String,
    /// Who reported it.
    #[serde(default)]
    pub source: Option<String>,
    /// Casualties known so far.
    #[serde(default)]
    pub casualties: Option<Casualties>,
}

/// What a verification found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Verdict {
    /// It happened.
    #[serde(rename = "true")]
    True,
    /// It did not.
    #[serde(rename = "false_alarm")]
    FalseAlarm,
}

/// The start of a response; the four elements of §72 must be there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StartResponse {
    /// Its level.
    pub level: ResponseLevel,
    /// What it responds to; the title of the incident when absent.
    #[serde(default)]
    #[schemars(length(max = 500))]
    pub matter: Option<String>,
    /// How long it is expected to last.
    #[serde(default)]
    pub expected_hours: u32,
    /// What is done.
    #[serde(default)]
    pub measures: Vec<String>,
    /// The plan, by record id.
    #[serde(default)]
    pub plan: Option<String>,
    /// Its name.
    #[serde(default)]
    pub plan_name: Option<String>,
    /// Tasks to hand out, usually those of the plan.
    #[serde(default)]
    pub tasks: Vec<TaskDraft>,
}

/// A team to be sent out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DispatchTeam {
    /// The team, by record id.
    #[schemars(length(min = 1))]
    pub team: String,
    /// Its name.
    #[schemars(length(min = 1, max = 200))]
    pub team_name: String,
    /// Post of its leader, by record id.
    #[serde(default)]
    pub team_post: Option<String>,
    /// What it is to do.
    #[schemars(length(min = 1, max = 2000))]
    pub order: String,
    /// Minutes until it must be done.
    #[schemars(range(min = 1, max = 527_040))]
    pub deadline_minutes: u32,
    /// Where to; where the incident is when absent.
    #[serde(default)]
    pub location: Option<Point>,
    /// Who is told of it besides the team: groups, posts, persons.
    #[serde(default)]
    #[schemars(length(max = 100))]
    pub inform: Vec<Audience>,
}

/// What can be done with an incident.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum IncidentAction {
    /// Find out whether it is true.
    Verify {
        /// What was found.
        result: Verdict,
        /// How.
        #[schemars(length(min = 1, max = 2000))]
        note: String,
    },
    /// Report by telephone.
    PhoneReport {
        /// To whom.
        #[schemars(length(min = 1, max = 200))]
        to: String,
        /// What was said.
        #[schemars(length(min = 1, max = 5000))]
        content: String,
    },
    /// Submit the first written report.
    FirstReport(ReportElements),
    /// Submit a later report.
    FollowUpReport {
        /// What is new.
        #[schemars(length(min = 1, max = 10_000))]
        content: String,
        /// Casualties, where they changed.
        #[serde(default)]
        casualties: Option<Casualties>,
    },
    /// Decide the level of the event.
    SetEventLevel {
        /// The level.
        level: EventLevel,
        /// Why.
        #[schemars(length(min = 1, max = 1000))]
        reason: String,
    },
    /// Start a response.
    StartResponse(StartResponse),
    /// Hand out further tasks.
    AssignTasks {
        /// The tasks.
        #[schemars(length(min = 1, max = 200))]
        tasks: Vec<TaskDraft>,
    },
    /// Send out a team.
    Dispatch(DispatchTeam),
    /// Call teams back at once: the lives of rescuers are in danger.
    Withdraw {
        /// What threatens them.
        #[schemars(length(min = 1, max = 1000))]
        reason: String,
        /// The teams, by record id; all that were sent out when empty.
        #[serde(default)]
        teams: Vec<String>,
    },
    /// Change the level of the response.
    AdjustResponse {
        /// New level.
        level: ResponseLevel,
        /// Why.
        #[schemars(length(min = 1, max = 1000))]
        reason: String,
    },
    /// It is under control.
    Control {
        /// How.
        #[schemars(length(min = 1, max = 5000))]
        summary: String,
    },
    /// End the response.
    EndResponse {
        /// With what result.
        #[schemars(length(min = 1, max = 5000))]
        summary: String,
    },
    /// Close the incident.
    Close {
        /// The summary.
        #[schemars(length(min = 1, max = 20_000))]
        summary: String,
    },
}

impl IncidentAction {
    /// The stored name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Verify { .. } => "verify",
            Self::PhoneReport { .. } => "phone_report",
            Self::FirstReport(_) => "first_report",
            Self::FollowUpReport { .. } => "follow_up_report",
            Self::SetEventLevel { .. } => "set_event_level",
            Self::StartResponse(_) => "start_response",
            Self::AssignTasks { .. } => "assign_tasks",
            Self::Dispatch(_) => "dispatch",
            Self::Withdraw { .. } => "withdraw",
            Self::AdjustResponse { .. } => "adjust_response",
            Self::Control { .. } => "control",
            Self::EndResponse { .. } => "end_response",
            Self::Close { .. } => "close",
        }
    }
}
