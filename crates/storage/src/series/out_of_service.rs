//! What is out of service: since when, until when, by whom, and what was recorded meanwhile.

use fengsui_kernel::id::{AlarmId, OutOfServiceId, SeriesId};
use fengsui_kernel::{DivisionCode, Result, Scope, Timestamp};

use super::conditions::Conditions;
use crate::args;
use crate::{Db, Row, Tx};

/// A series or a whole device that is out of service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutOfServiceRow {
    /// Its id.
    pub id: OutOfServiceId,
    /// The device, by record id.
    pub device: String,
    /// The device's name.
    pub device_name: String,
    /// The series; the whole device if absent.
    pub series: Option<SeriesId>,
    /// The series' name.
    pub series_name: Option<String>,
    /// Where.
    pub division: DivisionCode,
    /// The enterprise, by record id.
    pub enterprise: Option<String>,
    /// Why.
    pub reason: String,
    /// Since when.
    pub started_at: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// By whom.
    pub taken_by: String,
    /// When it ended, if it did.
    pub ended_at: Option<Timestamp>,
    /// Key of the series, 0 for the whole device.
    pub number: i64,
    /// Alarms recorded meanwhile that rang nobody.
    pub suppressed: u64,
}

const SELECT: &str = "SELECT o.id, o.device_id, d.name AS device_name, s.id AS series_id, s.name AS series_name, \
    d.division, d.enterprise, o.reason, o.started_at, o.until, o.taken_by, o.ended_at, o.series AS number, \
    (SELECT COUNT(*) FROM alarm a JOIN series t ON t.number = a.series WHERE a.suppressed IS NOT NULL \
     AND t.device_id = o.device_id AND (o.series = 0 OR a.series = o.series) AND a.received_at >= o.started_at) \
    AS suppressed \
    FROM out_of_service o JOIN device d ON d.id = o.device_id LEFT JOIN series s ON s.number = o.series";

fn read(row: &Row) -> Result<OutOfServiceRow> {
    let series: Option<String> = row.get("series_id")?;
    Ok(OutOfServiceRow {
        id: row.parse("id")?,
        device: row.get("device_id")?,
        device_name: row.get("device_name")?,
        series: series.map(|id| id.parse()).transpose()?,
        series_name: row.get("series_name")?,
        division: row.get("division")?,
        enterprise: row.get("enterprise")?,
        reason: row.get("reason")?,
        started_at: row.get("started_at")?,
        until: row.get("until")?,
        taken_by: row.get("taken_by")?,
        ended_at: row.get("ended_at")?,
        number: row.get("number")?,
        suppressed: row.get("suppressed")?,
    })
}

/// Takes a series (or with 0 the whole device) out of service. `false`: it is out already.
pub async fn begin(
    tx: &mut Tx,
    id: &OutOfServiceId,
    (device, series): (&str, i64),
    until: Timestamp,
    reason: &str,
) -> Result<bool> {
    let sql = "INSERT INTO out_of_service (id, device_id, series, reason, started_at, until, taken_by) \
               VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (device_id, series) WHERE ended_at IS NULL DO NOTHING";
    let values = args![*id, device, series, reason, tx.now(), until, tx.acting().actor.name()];
    Ok(tx.execute(sql, values).await? == 1)
}

/// Puts it into service again: by a person, or with `due` only if its end has come by then.
pub async fn end(tx: &mut Tx, id: &OutOfServiceId, due: Option<Timestamp>) -> Result<bool> {
    let sql =
        "UPDATE out_of_service SET ended_at = $2, ended_by = $3 WHERE id = $1 AND ended_at IS NULL AND until <= $4";
    let values = args![*id, tx.now(), tx.acting().actor.name(), due.unwrap_or(Timestamp::MAX)];
    Ok(tx.execute(sql, values).await? == 1)
}

/// Notes that its end was announced. `false`: it was announced before.
pub async fn warned(tx: &mut Tx, id: &OutOfServiceId) -> Result<bool> {
    let sql = "UPDATE out_of_service SET warned = 1 WHERE id = $1 AND warned = 0 AND ended_at IS NULL";
    Ok(tx.execute(sql, args![*id]).await? == 1)
}

/// One, whether it ended or not.
pub async fn get(db: &Db, id: &OutOfServiceId) -> Result<Option<OutOfServiceRow>> {
    db.query_one(&format!("{SELECT} WHERE o.id = $1"), args![*id]).await?.as_ref().map(read).transpose()
}

/// What is out of service within the scopes, the one that ends first in front.
pub async fn current(db: &Db, scopes: &[Scope]) -> Result<Vec<OutOfServiceRow>> {
    let mut conditions = Conditions::default();
    conditions.scopes(scopes, "d");
    conditions.add("o.ended_at IS NULL", Vec::new());
    let sql = format!("{SELECT}{} ORDER BY o.until, o.id LIMIT 1000", conditions.clause());
    db.query(&sql, conditions.args).await?.iter().map(read).collect()
}

/// What ends by then; with `unwarned` only what was not announced yet.
pub async fn due(db: &Db, by: Timestamp, unwarned: bool) -> Result<Vec<OutOfServiceRow>> {
    let narrowed = if unwarned { " AND o.warned = 0" } else { "" };
    let sql = format!("{SELECT} WHERE o.ended_at IS NULL AND o.until <= $1{narrowed} ORDER BY o.until, o.id LIMIT 200");
    db.query(&sql, args![by]).await?.iter().map(read).collect()
}

/// Marks an alarm that was just raised as suppressed if its series or device is out of service now.
pub async fn suppress(tx: &mut Tx, alarm: &AlarmId, (device, series): (&str, i64)) -> Result<bool> {
    let sql = "UPDATE alarm SET suppressed = 'out_of_service' WHERE id = $1 AND EXISTS (SELECT 1 FROM out_of_service o \
               WHERE o.ended_at IS NULL AND o.until > $2 AND o.device_id = $3 AND (o.series = 0 OR o.series = $4))";
    Ok(tx.execute(sql, args![*alarm, tx.now(), device, series]).await? == 1)
}

/// Lets the alarms ring that are active and no longer covered by anything out of service; answers which.
pub async fn release(tx: &mut Tx, (device, series): (&str, i64)) -> Result<Vec<AlarmId>> {
    let sql = "UPDATE alarm SET suppressed = NULL, acknowledged = 0, acknowledged_at = NULL, acknowledged_by = NULL, \
               rung_at = $1, escalated = 0, version = version + 1 \
               WHERE closed = 0 AND suppressed = 'out_of_service' AND ($3 = 0 OR series = $3) \
               AND series IN (SELECT s.number FROM series s WHERE s.device_id = $2 AND NOT EXISTS (\
               SELECT 1 FROM out_of_service o WHERE o.ended_at IS NULL AND o.device_id = s.device_id \
               AND (o.series = 0 OR o.series = s.number))) RETURNING id";
    tx.query(sql, args![tx.now(), device, series]).await?.iter().map(|row| row.parse("id")).collect()
}
