//! Clocks of matters.

use fengsui_kernel::id::MatterId;
use fengsui_kernel::{Actor, Result, Timestamp};

use super::conditions::Conditions;
use crate::args;
use crate::{Db, Row, Tx};

/// A clock that runs or ran.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockRow {
    /// The matter.
    pub matter: MatterId,
    /// Its name.
    pub name: String,
    /// How often it was started.
    pub seq: i64,
    /// When it was started.
    pub started_at: Timestamp,
    /// When it runs out.
    pub due_at: Timestamp,
    /// When to remind.
    pub remind_at: Option<Timestamp>,
    /// When what it waits for was done.
    pub stopped_at: Option<Timestamp>,
    /// Ended because the matter was over, not because it was kept.
    pub void: bool,
    /// The reminder was given.
    pub reminded: bool,
    /// Its running out was noted.
    pub overdue_noted: bool,
}

const COLUMNS: &str = "matter, name, seq, started_at, due_at, remind_at, stopped_at, void, reminded, overdue_noted";

pub(super) fn read(row: &Row) -> Result<ClockRow> {
    Ok(ClockRow {
        matter: row.parse("matter")?,
        name: row.get("name")?,
        seq: row.get("seq")?,
        started_at: row.get("started_at")?,
        due_at: row.get("due_at")?,
        remind_at: row.get("remind_at")?,
        stopped_at: row.get("stopped_at")?,
        void: row.get("void")?,
        reminded: row.get("reminded")?,
        overdue_noted: row.get("overdue_noted")?,
    })
}

/// The running clock of a name.
pub async fn running_clock(tx: &mut Tx, matter: &MatterId, name: &str) -> Result<Option<ClockRow>> {
    let sql = format!("SELECT {COLUMNS} FROM matter_clock WHERE matter = $1 AND name = $2 AND stopped_at IS NULL");
    tx.query_one(&sql, args![*matter, name]).await?.as_ref().map(read).transpose()
}

/// Starts a clock.
pub async fn start_clock(
    tx: &mut Tx,
    matter: &MatterId,
    name: &str,
    due_at: Timestamp,
    remind_at: Option<Timestamp>,
) -> Result<()> {
    let sql = "INSERT INTO matter_clock (matter, name, seq, started_at, due_at, remind_at, void, reminded, overdue_noted) \
               SELECT $1, $2, COALESCE(MAX(seq), 0) + 1, $3, $4, $5, 0, 0, 0 FROM matter_clock \
               WHERE matter = $1 AND name = $2";
    let args = args![*matter, name, tx.now(), due_at, remind_at];
    tx.execute(sql, args).await.map(|_| ())
}

/// Gives a running clock another end; it reminds and runs out anew.
pub async fn move_clock(
    tx: &mut Tx,
    matter: &MatterId,
    name: &str,
    due_at: Timestamp,
    remind_at: Option<Timestamp>,
) -> Result<()> {
    let sql = "UPDATE matter_clock SET due_at = $1, remind_at = $2, reminded = 0, overdue_noted = 0 \
               WHERE matter = $3 AND name = $4 AND stopped_at IS NULL";
    tx.execute(sql, args![due_at, remind_at, *matter, name]).await.map(|_| ())
}

/// Stops the running clock of a name; the post acted in answers for it.
pub async fn stop_clock(tx: &mut Tx, matter: &MatterId, name: &str) -> Result<()> {
    let post = match &tx.acting().actor {
        Actor::User { post, .. } => post.clone(),
        Actor::Device { .. } | Actor::System { .. } => None,
    };
    let sql =
        "UPDATE matter_clock SET stopped_at = $1, post = $4 WHERE matter = $2 AND name = $3 AND stopped_at IS NULL";
    let args = args![tx.now(), *matter, name, post];
    tx.execute(sql, args).await.map(|_| ())
}

/// Ends all running clocks of a matter that is over.
pub async fn void_clocks(tx: &mut Tx, matter: &MatterId) -> Result<()> {
    let sql = "UPDATE matter_clock SET stopped_at = $1, void = 1 WHERE matter = $2 AND stopped_at IS NULL";
    let args = args![tx.now(), *matter];
    tx.execute(sql, args).await.map(|_| ())
}

/// All clocks of a matter, in the order of their starts.
pub async fn clocks_of(db: &Db, matter: &MatterId) -> Result<Vec<ClockRow>> {
    clocks_of_many(db, std::slice::from_ref(matter)).await
}

/// All clocks of several matters, in the order of their starts.
pub async fn clocks_of_many(db: &Db, matters: &[MatterId]) -> Result<Vec<ClockRow>> {
    if matters.is_empty() {
        return Ok(Vec::new());
    }
    let mut conditions = Conditions::default();
    let list = conditions.list(matters);
    let sql =
        format!("SELECT {COLUMNS} FROM matter_clock WHERE matter IN ({list}) ORDER BY matter, started_at, name, seq");
    db.query(&sql, conditions.args).await?.iter().map(read).collect()
}

/// Running clocks that are to remind or have run out and of which nobody was told yet.
pub async fn due_clocks(db: &Db, now: Timestamp, limit: u32) -> Result<Vec<ClockRow>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM matter_clock WHERE stopped_at IS NULL AND \
         ((overdue_noted = 0 AND due_at <= $1) OR (reminded = 0 AND overdue_noted = 0 AND remind_at <= $1)) \
         ORDER BY due_at, matter, name LIMIT $2"
    );
    db.query(&sql, args![now, limit]).await?.iter().map(read).collect()
}

/// Notes that the reminder was given; `false` when it was already, or the clock stopped or moved.
pub async fn mark_reminded(tx: &mut Tx, clock: &ClockRow) -> Result<bool> {
    let sql = "UPDATE matter_clock SET reminded = 1 WHERE matter = $1 AND name = $2 AND seq = $3 AND due_at = $4 \
               AND stopped_at IS NULL AND reminded = 0 AND overdue_noted = 0";
    Ok(tx.execute(sql, args![clock.matter, clock.name, clock.seq, clock.due_at]).await? == 1)
}

/// Notes that it ran out; `false` when it was already, or the clock stopped or moved.
pub async fn mark_overdue(tx: &mut Tx, clock: &ClockRow) -> Result<bool> {
    let sql = "UPDATE matter_clock SET overdue_noted = 1 WHERE matter = $1 AND name = $2 AND seq = $3 AND due_at = $4 \
               AND stopped_at IS NULL AND overdue_noted = 0";
    Ok(tx.execute(sql, args![clock.matter, clock.name, clock.seq, clock.due_at]).await? == 1)
}
