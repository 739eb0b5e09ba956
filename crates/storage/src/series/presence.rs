//! When devices came and fell silent, when the platform itself listened, and when devices were out of service.

use fengsui_kernel::{Result, Timestamp};

use crate::args;
use crate::{Db, Row, Tx};

/// A device came or fell silent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TurnRow {
    /// The device, by record id.
    pub device: String,
    /// When.
    pub at: Timestamp,
    /// Whether it is heard from then on.
    pub online: bool,
}

/// A time in which a whole device was out of service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutSpan {
    /// The device, by record id.
    pub device: String,
    /// Since when.
    pub since: Timestamp,
    /// Until when; absent while it still is.
    pub ended_at: Option<Timestamp>,
}

fn read(row: &Row) -> Result<TurnRow> {
    Ok(TurnRow { device: row.get("device_id")?, at: row.get("at")?, online: row.get("online")? })
}

/// Notes that a device came or fell silent.
pub async fn note(tx: &mut Tx, device: &str, at: Timestamp, online: bool) -> Result<()> {
    let sql = "INSERT INTO device_turn (device_id, at, online) VALUES ($1, $2, $3)";
    tx.execute(sql, args![device, at, online]).await.map(|_| ())
}

/// The turns of all devices since a time, each device's newest one before it included, by device and in order.
pub async fn turns(db: &Db, from: Timestamp) -> Result<Vec<TurnRow>> {
    let sql = "SELECT t.device_id, t.at, t.online FROM device_turn t LEFT JOIN (SELECT device_id, MAX(at) AS at \
               FROM device_turn WHERE at <= $1 GROUP BY device_id) b ON b.device_id = t.device_id \
               WHERE t.at > $1 OR t.at = b.at ORDER BY t.device_id, t.at, t.number";
    db.query(sql, args![from]).await?.iter().map(read).collect()
}

/// Removes turns before a time that later ones of the same device make needless.
pub async fn prune(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    let sql = "DELETE FROM device_turn WHERE at < $1 AND EXISTS (SELECT 1 FROM device_turn n \
               WHERE n.device_id = device_turn.device_id AND n.at > device_turn.at AND n.at <= $1)";
    let listened = "DELETE FROM listening WHERE until < $1 AND since > (SELECT MIN(since) FROM listening)";
    tx.execute(listened, args![before]).await?;
    tx.execute(sql, args![before]).await
}

/// Notes that the platform listens since one time and did so until another.
pub async fn listened(tx: &mut Tx, since: Timestamp, until: Timestamp) -> Result<()> {
    let sql =
        "INSERT INTO listening (since, until) VALUES ($1, $2) ON CONFLICT (since) DO UPDATE SET until = excluded.until";
    tx.execute(sql, args![since, until]).await.map(|_| ())
}

/// When the platform listened, as far as it reaches behind a time, in order; the first time ever stands before them.
pub async fn listening(db: &Db, from: Timestamp) -> Result<Vec<(Timestamp, Timestamp)>> {
    let sql = "SELECT since, until FROM listening WHERE until > $1 OR since = (SELECT MIN(since) FROM listening) \
               ORDER BY since";
    db.query(sql, args![from]).await?.iter().map(|row| Ok((row.get("since")?, row.get("until")?))).collect()
}

/// When whole devices were out of service, as far as it reaches behind a time.
pub async fn out_of_service(db: &Db, from: Timestamp) -> Result<Vec<OutSpan>> {
    let sql = "SELECT device_id, started_at, ended_at FROM out_of_service \
               WHERE series = 0 AND (ended_at IS NULL OR ended_at > $1) ORDER BY device_id, started_at";
    let read = |row: &Row| {
        Ok(OutSpan { device: row.get("device_id")?, since: row.get("started_at")?, ended_at: row.get("ended_at")? })
    };
    db.query(sql, args![from]).await?.iter().map(read).collect()
}
