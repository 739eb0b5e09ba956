//! What screens see of a job.

use fengsui_events::JobState;
use fengsui_kernel::Timestamp;
use fengsui_kernel::fault::{Fault, FaultKind, Problem};
use fengsui_kernel::id::JobId;
use fengsui_storage::jobs::JobRow;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use crate::live::JobProgress;

/// A piece of long work.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct JobView {
    /// Its id.
    pub id: JobId,
    /// What it does.
    pub kind: String,
    /// What it works on, by id.
    pub subject: Option<String>,
    /// One line for people.
    pub title: String,
    /// Where it stands.
    pub state: JobState,
    /// Steps done.
    pub done: u64,
    /// Steps in all, when known.
    pub total: Option<u64>,
    /// Of those done, how many were bad.
    pub bad: u64,
    /// Seconds that the rest will take at the present pace.
    pub eta_seconds: Option<u64>,
    /// `cancel` or `pause`: asked for and not yet followed.
    pub wish: Option<String>,
    /// How often it was begun; more than once after a restart of the platform.
    pub attempts: u64,
    /// What came of it.
    pub result: Option<Value>,
    /// Why it failed.
    pub fault: Option<JobFault>,
    /// Whoever asked for it; the platform itself when absent.
    pub user: Option<String>,
    /// Their name.
    pub user_name: String,
    /// When it was asked for.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub created_at: Timestamp,
    /// When it was last begun.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub started_at: Option<Timestamp>,
    /// When it ended.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub finished_at: Option<Timestamp>,
}

/// Why a job failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct JobFault {
    /// A key of the message catalogue.
    pub code: String,
    /// The message in the reader's language; filled in by the server.
    pub message: String,
    /// Facts for the message.
    pub params: std::collections::BTreeMap<String, String>,
}

impl JobView {
    pub(crate) fn new(row: JobRow, live: Option<JobProgress>) -> Self {
        let (done, total) = live.as_ref().map_or((row.done, row.total), |live| (live.done, live.total.or(row.total)));
        Self {
            done,
            total,
            bad: live.as_ref().map_or(0, |live| live.bad),
            eta_seconds: live.and_then(|live| live.eta_seconds),
            fault: row.fault.as_ref().map(read_fault),
            id: row.id,
            kind: row.kind,
            subject: row.subject,
            title: row.title,
            state: row.state,
            wish: row.wish,
            attempts: row.attempts,
            result: row.result,
            user: row.user_id,
            user_name: row.user_name,
            created_at: row.created_at,
            started_at: row.started_at,
            finished_at: row.finished_at,
        }
    }
}

fn read_fault(stored: &Value) -> JobFault {
    let params = stored.get("params").and_then(Value::as_object).into_iter().flatten();
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    JobFault {
        code: stored.get("code").and_then(Value::as_str).unwrap_or("internal").to_owned(),
        message: String::new(),
        params: params.map(|(name, value)| (name.clone(), text(value))).collect(),
    }
}

/// A fault as it is kept. What is the platform's own fault stays in the log.
pub(crate) fn stored_fault(fault: &Fault) -> Value {
    let params = match fault.kind.as_ref() {
        FaultKind::Invalid(problems) => match problems.0.as_slice() {
            [Problem { params, .. }] => json!(params),
            _ => json!({}),
        },
        FaultKind::TooLarge { limit } => json!({"limit": limit}),
        FaultKind::Refused(refusal) => json!(refusal.params),
        _ => json!({}),
    };
    json!({"code": fault.code(), "params": params})
}
