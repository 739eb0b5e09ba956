//! Shelves of alarms: what a person set aside until an end.

use fengsui_kernel::id::AlarmId;
use fengsui_kernel::{Result, Scope, Timestamp};

use super::conditions::Conditions;
use crate::args;
use crate::{Db, Row, Tx};

/// Puts an open alarm on the shelf. Tells whether it went there: one that is shelved already stays as it is.
pub async fn shelve(tx: &mut Tx, id: &AlarmId, until: Timestamp, reason: &str) -> Result<bool> {
    let sql = "UPDATE alarm SET shelved_until = $2, shelved_at = $3, shelved_by = $4, shelving_reason = $5, \
               version = version + 1 WHERE id = $1 AND closed = 0 AND shelved_until IS NULL AND suppressed IS NULL";
    let values = args![*id, until, tx.now(), tx.acting().actor.name(), reason];
    Ok(tx.execute(sql, values).await? == 1)
}

/// Takes an alarm from the shelf: by a person, or with `due` only if its end has come by then. One that is still
/// active waits for an acknowledgement again; one that returned closes if it was acknowledged.
pub async fn unshelve(tx: &mut Tx, id: &AlarmId, due: Option<Timestamp>) -> Result<bool> {
    let end = due.unwrap_or(Timestamp::MAX);
    let sql = "UPDATE alarm SET shelved_until = NULL, shelved_at = NULL, shelved_by = NULL, shelving_reason = NULL, \
               acknowledged_at = CASE WHEN active = 1 THEN NULL ELSE acknowledged_at END, \
               acknowledged_by = CASE WHEN active = 1 THEN NULL ELSE acknowledged_by END, \
               rung_at = CASE WHEN active = 1 THEN $2 ELSE rung_at END, \
               escalated = CASE WHEN active = 1 THEN 0 ELSE escalated END, \
               closed = CASE WHEN active = 1 THEN 0 ELSE acknowledged END, \
               acknowledged = CASE WHEN active = 1 THEN 0 ELSE acknowledged END, \
               version = version + 1 WHERE id = $1 AND shelved_until IS NOT NULL AND shelved_until <= $3";
    let values = args![*id, tx.now(), end];
    Ok(tx.execute(sql, values).await? == 1)
}

/// Alarms whose shelf ends by then, soonest first.
pub async fn due(db: &Db, now: Timestamp, limit: u32) -> Result<Vec<AlarmId>> {
    let sql = "SELECT id FROM alarm WHERE shelved_until IS NOT NULL AND shelved_until <= $1 \
               ORDER BY shelved_until, id LIMIT $2";
    db.query(sql, args![now, limit]).await?.iter().map(|row: &Row| row.parse("id")).collect()
}

/// How many open alarms there are, apart by where they are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DeskCounts {
    /// On the open list.
    pub open: u64,
    /// Of these, not acknowledged.
    pub unacknowledged: u64,
    /// On the shelf.
    pub shelved: u64,
    /// Suppressed by design.
    pub suppressed: u64,
}

/// Counts the open alarms within the scopes.
pub async fn desk_counts(db: &Db, scopes: &[Scope]) -> Result<DeskCounts> {
    let mut conditions = Conditions::default();
    conditions.scopes(scopes, "s");
    conditions.add("a.closed = 0", Vec::new());
    let free = "a.shelved_until IS NULL AND a.suppressed IS NULL";
    let sql = format!(
        "SELECT COUNT(CASE WHEN {free} THEN 1 END) AS open, \
         COUNT(CASE WHEN {free} AND a.acknowledged = 0 THEN 1 END) AS unacknowledged, \
         COUNT(CASE WHEN a.shelved_until IS NOT NULL THEN 1 END) AS shelved, \
         COUNT(CASE WHEN a.shelved_until IS NULL AND a.suppressed IS NOT NULL THEN 1 END) AS suppressed \
         FROM alarm a JOIN series s ON s.number = a.series{}",
        conditions.clause()
    );
    let Some(row) = db.query_one(&sql, conditions.args).await? else { return Ok(DeskCounts::default()) };
    Ok(DeskCounts {
        open: row.get("open")?,
        unacknowledged: row.get("unacknowledged")?,
        shelved: row.get("shelved")?,
        suppressed: row.get("suppressed")?,
    })
}
