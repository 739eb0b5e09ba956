//! Open alarms with what they are counted under, narrow: for boards that count all of them at once.

use fengsui_kernel::id::AlarmId;
use fengsui_kernel::scale::AlarmPriority;
use fengsui_kernel::{DivisionCode, Result, Timestamp};

use crate::{Db, Row, args};

/// An alarm on the desk: open, neither shelved nor suppressed, and no drill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenAlarm {
    /// Its id.
    pub id: AlarmId,
    /// The device, by record id.
    pub device: String,
    /// The installation, by record id.
    pub installation: Option<String>,
    /// The enterprise, by record id.
    pub enterprise: Option<String>,
    /// Code of the series within the device.
    pub code: String,
    /// Where.
    pub division: DivisionCode,
    /// Its priority.
    pub priority: AlarmPriority,
    /// Taken note of.
    pub acknowledged: bool,
    /// Since when it waits for an acknowledgement.
    pub rung_at: Timestamp,
}

fn read(row: &Row) -> Result<OpenAlarm> {
    Ok(OpenAlarm {
        id: row.parse("id")?,
        device: row.get("device_id")?,
        installation: row.get("installation")?,
        enterprise: row.get("enterprise")?,
        code: row.get("code")?,
        division: row.get("division")?,
        priority: row.parse("priority")?,
        acknowledged: row.get("acknowledged")?,
        rung_at: row.get("rung_at")?,
    })
}

/// All of them, the most urgent and longest waiting first; at most `limit`.
pub async fn open_alarms(db: &Db, limit: u32) -> Result<Vec<OpenAlarm>> {
    let sql = "SELECT a.id, s.device_id, s.installation, s.enterprise, s.code, s.division, a.priority, a.acknowledged, \
               COALESCE(a.rung_at, a.received_at) AS rung_at FROM alarm a JOIN series s ON s.number = a.series \
               WHERE a.closed = 0 AND a.shelved_until IS NULL AND a.suppressed IS NULL AND a.mode = 'real' \
               ORDER BY a.acknowledged, a.urgency, rung_at, a.id LIMIT $1";
    db.query(sql, args![limit]).await?.iter().map(read).collect()
}
