//! Matters as screens see them.

use fengsui_kernel::id::MatterId;
use fengsui_kernel::{DivisionCode, Mode, Point, Refusal, Text, Timestamp};
use fengsui_storage::matters::{AssigneeRow, ClockRow, MatterRow};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::attachments::Attachment;
use crate::erased::Erased;
use crate::process::{Assignee, Grade};

/// A matter. Lists leave out `available_actions`, `links` and `attachments`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Matter {
    /// Its id.
    pub id: MatterId,
    /// Its process.
    pub process: String,
    /// Name of the process.
    pub process_title: Text,
    /// One line.
    pub title: String,
    /// Its phase.
    pub phase: String,
    /// Name of the phase; absent when the process no longer has it.
    pub phase_title: Option<Text>,
    /// Whether it is over.
    pub closed: bool,
    /// Real or drill.
    pub mode: Mode,
    /// Grade, with its scale.
    pub grade: Option<Grade>,
    /// Where it belongs.
    pub division: DivisionCode,
    /// Where on the map.
    pub location: Option<Point>,
    /// Enterprise concerned.
    pub enterprise: Option<String>,
    /// The process's state.
    pub state: Value,
    /// Who is to act.
    pub assignee: Assignee,
    /// Who took it on.
    pub claimed_by: Option<Claim>,
    /// Its clocks, running ones and past ones.
    pub clocks: Vec<ClockView>,
    /// What can be done in its phase.
    pub available_actions: Vec<AvailableAction>,
    /// What it is linked with.
    pub links: Vec<LinkView>,
    /// Its attachments.
    pub attachments: Vec<Attachment>,
    /// How many attachments it has; in lists too.
    pub attachment_count: u64,
    /// The matter that it was opened from.
    pub parent: Option<MatterId>,
    /// Counts its transitions.
    pub version: i64,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// User who opened it.
    pub opened_by: Option<String>,
    /// Their name.
    pub opened_by_name: String,
    /// When it was over.
    pub closed_at: Option<Timestamp>,
}

/// Who took a matter on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Claim {
    /// User id.
    pub user: String,
    /// Name at the time.
    pub name: String,
}

/// How a clock stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClockState {
    /// It runs.
    Running,
    /// It runs and is past its end.
    Overdue,
    /// What it waited for was done in time.
    Met,
    /// It was done, or given up, after the end.
    Late,
    /// The matter was over before; nothing was missed.
    Void,
}

/// A clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ClockView {
    /// Its name.
    pub name: String,
    /// Its name for people.
    pub title: Option<Text>,
    /// The clause that sets it.
    pub clause: Option<String>,
    /// When it was started.
    pub started_at: Timestamp,
    /// When it runs out.
    pub due_at: Timestamp,
    /// When it stopped.
    pub stopped_at: Option<Timestamp>,
    /// How it stands.
    pub state: ClockState,
}

/// Why an action cannot be taken now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct WhyNot {
    /// The refusal.
    #[serde(flatten)]
    pub refusal: Refusal,
    /// The same in the reader's language; the interface knows it.
    pub message: Option<String>,
}

/// An action that the phase knows.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct AvailableAction {
    /// Its name.
    pub name: String,
    /// Its name for people.
    pub title: Text,
    /// Whether it is to be confirmed.
    pub grave: bool,
    /// The rule it rests on.
    pub clause: Option<String>,
    /// JSON Schema of its payload.
    pub schema: Value,
    /// Whether the caller may take it now.
    pub allowed: bool,
    /// Why not: a code with its clause and facts.
    pub reason: Option<WhyNot>,
}

/// How two linked things stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// The matter was opened from it.
    Parent,
    /// It was opened from the matter, or is about it.
    Child,
    /// The matter is about it.
    Subject,
}

/// A link as seen from a matter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LinkView {
    /// The relation.
    pub relation: String,
    /// Which way.
    pub direction: Direction,
    /// `matter`, `alarm`, `record`, `series`.
    pub kind: String,
    /// Its id.
    pub id: String,
    /// Its process, of a matter.
    pub process: Option<String>,
    /// Its title, of a matter; others name themselves.
    pub title: Option<String>,
    /// Its phase, of a matter.
    pub phase: Option<String>,
}

pub(crate) fn clock_state(row: &ClockRow, now: Timestamp) -> ClockState {
    match row.stopped_at {
        None if now > row.due_at => ClockState::Overdue,
        None => ClockState::Running,
        Some(stopped) if stopped > row.due_at => ClockState::Late,
        Some(_) if row.void => ClockState::Void,
        Some(_) => ClockState::Met,
    }
}

pub(crate) fn clock_view(process: &dyn Erased, row: &ClockRow, now: Timestamp) -> ClockView {
    let known = process.descriptor().clocks.iter().find(|clock| clock.name == row.name);
    ClockView {
        name: row.name.clone(),
        title: known.map(|clock| clock.title),
        clause: known.and_then(|clock| clock.clause).map(str::to_owned),
        started_at: row.started_at,
        due_at: row.due_at,
        stopped_at: row.stopped_at,
        state: clock_state(row, now),
    }
}

fn assignee(row: &AssigneeRow) -> Assignee {
    match row {
        AssigneeRow::Post(id) => Assignee::Post { id: id.clone() },
        AssigneeRow::Role(role, division) => Assignee::Role { role: role.clone(), division: *division },
        AssigneeRow::Nobody => Assignee::Nobody,
    }
}

/// The matter with its clocks; the rest is added for a single one.
pub(crate) fn matter(process: &dyn Erased, row: MatterRow, clocks: &[ClockRow], now: Timestamp) -> Matter {
    let descriptor = process.descriptor();
    Matter {
        process_title: descriptor.title,
        phase_title: descriptor.phases.iter().find(|phase| phase.name == row.phase).map(|phase| phase.title),
        clocks: clocks.iter().map(|clock| clock_view(process, clock, now)).collect(),
        assignee: assignee(&row.assignee),
        claimed_by: row.claimed_by.map(|(user, name)| Claim { user, name }),
        grade: row.grade.map(|(scale, value)| Grade { scale, value }),
        id: row.id,
        process: row.process,
        title: row.title,
        phase: row.phase,
        closed: row.closed,
        mode: row.mode,
        division: row.division,
        location: row.location,
        enterprise: row.enterprise,
        state: row.state,
        available_actions: Vec::new(),
        links: Vec::new(),
        attachments: Vec::new(),
        attachment_count: 0,
        parent: row.parent,
        version: row.version,
        opened_at: row.opened_at,
        opened_by: row.opened_by,
        opened_by_name: row.opened_by_name,
        closed_at: row.closed_at,
    }
}
