//! Alarms that wait too long for an acknowledgement.

use fengsui_kernel::id::AlarmId;
use fengsui_kernel::scale::AlarmPriority;
use fengsui_kernel::{DivisionCode, Mode, Result, Timestamp};

use crate::args;
use crate::{Db, Row, Tx};

/// An alarm that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingAlarm {
    /// The alarm.
    pub id: AlarmId,
    /// One line for people.
    pub title: String,
    /// Real or drill.
    pub mode: Mode,
    /// Where.
    pub division: DivisionCode,
    /// Since when it waits.
    pub rung_at: Timestamp,
}

fn read(row: &Row) -> Result<WaitingAlarm> {
    Ok(WaitingAlarm {
        id: row.parse("id")?,
        title: row.get("title")?,
        mode: row.parse("mode")?,
        division: row.get("division")?,
        rung_at: row.get("rung_at")?,
    })
}

const WAITS: &str = "closed = 0 AND acknowledged = 0 AND shelved_until IS NULL AND suppressed IS NULL";

/// Alarms of a priority that took so many steps and wait since then or earlier.
pub async fn waiting(
    db: &Db,
    priority: AlarmPriority,
    escalated: u32,
    since: Timestamp,
    limit: u32,
) -> Result<Vec<WaitingAlarm>> {
    let sql = format!(
        "SELECT a.id, a.title, a.mode, s.division, COALESCE(a.rung_at, a.received_at) AS rung_at \
         FROM alarm a JOIN series s ON s.number = a.series WHERE {WAITS} AND a.priority = $1 AND a.escalated = $2 \
         AND COALESCE(a.rung_at, a.received_at) <= $3 ORDER BY rung_at, a.id LIMIT $4"
    );
    db.query(&sql, args![priority.as_str(), escalated, since, limit]).await?.iter().map(read).collect()
}

/// Takes a step. `false`: it was taken, or somebody acknowledged meanwhile.
pub async fn step(tx: &mut Tx, id: &AlarmId, taken: u32) -> Result<bool> {
    let sql = format!("UPDATE alarm SET escalated = $2 + 1 WHERE id = $1 AND escalated = $2 AND {WAITS}");
    Ok(tx.execute(&sql, args![*id, taken]).await? == 1)
}
