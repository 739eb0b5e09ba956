//! Statements of jobs: long work that survives a restart.

use fengsui_events::JobState;
use fengsui_kernel::id::JobId;
use fengsui_kernel::{Fault, Result, Timestamp};
use serde_json::Value as Json;

use crate::args;
use crate::{Db, Row, Tx};

/// A job as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct JobRow {
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
    /// What it was told.
    pub params: Json,
    /// From where it goes on.
    pub checkpoint: Option<Json>,
    /// What came of it.
    pub result: Option<Json>,
    /// Why it failed: a code with facts.
    pub fault: Option<Json>,
    /// Steps done.
    pub done: u64,
    /// Steps in all, when known.
    pub total: Option<u64>,
    /// `cancel` or `pause`: asked for and not yet followed.
    pub wish: Option<String>,
    /// How often it was begun.
    pub attempts: u64,
    /// Whoever asked for it; the platform itself when absent.
    pub user_id: Option<String>,
    /// Their name.
    pub user_name: String,
    /// The post acted in.
    pub post: Option<String>,
    /// Why.
    pub why: Option<String>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it was last begun.
    pub started_at: Option<Timestamp>,
    /// When it last changed.
    pub changed_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}

const COLUMNS: &str = "id, kind, subject, title, state, params, checkpoint, result, fault, done, total, wish, attempts, \
     user_id, user_name, post, why, created_at, started_at, changed_at, finished_at";

fn state(text: &str) -> Result<JobState> {
    let all =
        [JobState::Queued, JobState::Running, JobState::Paused, JobState::Done, JobState::Failed, JobState::Cancelled];
    let found = all.into_iter().find(|state| state.as_str() == text);
    found.ok_or_else(|| Fault::internal(format!("job state {text:?}")))
}

fn read(row: &Row) -> Result<JobRow> {
    Ok(JobRow {
        id: row.parse("id")?,
        kind: row.get("kind")?,
        subject: row.get("subject")?,
        title: row.get("title")?,
        state: state(&row.get::<String>("state")?)?,
        params: row.get("params")?,
        checkpoint: row.get("checkpoint")?,
        result: row.get("result")?,
        fault: row.get("fault")?,
        done: row.get("done")?,
        total: row.get("total")?,
        wish: row.get("wish")?,
        attempts: row.get("attempts")?,
        user_id: row.get("user_id")?,
        user_name: row.get("user_name")?,
        post: row.get("post")?,
        why: row.get("why")?,
        created_at: row.get("created_at")?,
        started_at: row.get("started_at")?,
        changed_at: row.get("changed_at")?,
        finished_at: row.get("finished_at")?,
    })
}

/// Notes a new job.
pub async fn insert(tx: &mut Tx, job: &JobRow) -> Result<()> {
    let sql = format!(
        "INSERT INTO job ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, \
         $17, $18, $19, $20, $21)"
    );
    let args = args![
        job.id,
        job.kind,
        job.subject,
        job.title,
        job.state.as_str(),
        job.params,
        job.checkpoint,
        job.result,
        job.fault,
        job.done,
        job.total,
        job.wish,
        job.attempts,
        job.user_id,
        job.user_name,
        job.post,
        job.why,
        job.created_at,
        job.started_at,
        job.changed_at,
        job.finished_at,
    ];
    tx.execute(&sql, args).await.map(|_| ())
}

/// One job.
pub async fn get(db: &Db, id: &JobId) -> Result<Option<JobRow>> {
    let sql = format!("SELECT {COLUMNS} FROM job WHERE id = $1");
    db.query_one(&sql, args![*id]).await?.as_ref().map(read).transpose()
}

/// One job inside a change.
pub async fn get_in(tx: &mut Tx, id: &JobId) -> Result<Option<JobRow>> {
    let sql = format!("SELECT {COLUMNS} FROM job WHERE id = $1");
    tx.query_one(&sql, args![*id]).await?.as_ref().map(read).transpose()
}

/// Jobs of a user, or of all, newest first.
pub async fn list(db: &Db, user: Option<&str>, limit: u32, offset: u64) -> Result<Vec<JobRow>> {
    let own = if user.is_some() { "user_id = $1" } else { "$1 = ''" };
    let sql = format!("SELECT {COLUMNS} FROM job WHERE {own} ORDER BY created_at DESC, id DESC LIMIT $2 OFFSET $3");
    db.query(&sql, args![user.unwrap_or_default(), limit, offset]).await?.iter().map(read).collect()
}

/// Jobs in a state, in the order in which they were asked for.
pub async fn in_state(db: &Db, state: JobState, limit: u32) -> Result<Vec<JobRow>> {
    let sql = format!("SELECT {COLUMNS} FROM job WHERE state = $1 ORDER BY created_at, id LIMIT $2");
    db.query(&sql, args![state.as_str(), limit]).await?.iter().map(read).collect()
}

/// Moves a job from one state to another; tells whether it was in the first.
pub async fn shift(tx: &mut Tx, id: &JobId, from: JobState, to: JobState) -> Result<bool> {
    let started = if to == JobState::Running { ", started_at = $1, attempts = attempts + 1, wish = NULL" } else { "" };
    let finished = if to.open() { "" } else { ", finished_at = $1" };
    let sql = format!("UPDATE job SET state = $2, changed_at = $1{started}{finished} WHERE id = $3 AND state = $4");
    Ok(tx.execute(&sql, args![tx.now(), to.as_str(), *id, from.as_str()]).await? > 0)
}

/// Keeps a wish that a running job will follow.
pub async fn set_wish(tx: &mut Tx, id: &JobId, wish: Option<&str>) -> Result<()> {
    tx.execute("UPDATE job SET wish = $1 WHERE id = $2", args![wish, *id]).await.map(|_| ())
}

/// Keeps from where a job goes on, in the transaction that brought it there.
pub async fn set_checkpoint(tx: &mut Tx, id: &JobId, checkpoint: &Json, done: u64) -> Result<()> {
    let sql = "UPDATE job SET checkpoint = $1, done = $2, changed_at = $3 WHERE id = $4";
    tx.execute(sql, args![*checkpoint, done, tx.now(), *id]).await.map(|_| ())
}

/// What is known when a job ends or rests.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ended {
    /// Steps done.
    pub done: u64,
    /// Steps in all.
    pub total: Option<u64>,
    /// What came of it.
    pub result: Option<Json>,
    /// Why it failed.
    pub fault: Option<Json>,
}

/// Keeps what came of a job.
pub async fn set_ended(tx: &mut Tx, id: &JobId, ended: &Ended) -> Result<()> {
    let sql = "UPDATE job SET done = $1, total = $2, result = $3, fault = $4, wish = NULL WHERE id = $5";
    tx.execute(sql, args![ended.done, ended.total, ended.result, ended.fault, *id]).await.map(|_| ())
}
