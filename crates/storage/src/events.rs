//! The event log: outbox for handlers, memory for live streams.

use fengsui_events::Event;
use fengsui_kernel::{DivisionCode, Fault, Result, Timestamp};

use crate::args;
use crate::{Db, Row, Tx};

/// One committed event with its position.
#[derive(Debug, Clone)]
pub struct LoggedEvent {
    /// Position, in the order of commits, without gaps.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// Where, for filtering by permission.
    pub division: Option<DivisionCode>,
    /// The event.
    pub event: Event,
}

fn read(row: &Row) -> Result<LoggedEvent> {
    let body: String = row.get("body")?;
    let event = serde_json::from_str(&body).map_err(|error| Fault::internal(format!("event: {error}")))?;
    Ok(LoggedEvent { seq: row.get("seq")?, at: row.get("at")?, division: row.get("division")?, event })
}

/// Events after a position, oldest first.
pub async fn after(db: &Db, seq: i64, limit: u32) -> Result<Vec<LoggedEvent>> {
    let sql = "SELECT seq, at, division, body FROM event WHERE seq > $1 ORDER BY seq LIMIT $2";
    db.query(sql, args![seq, limit]).await?.iter().map(read).collect()
}

/// The position of the last committed event.
pub async fn last_seq(db: &Db) -> Result<i64> {
    let row = db.query_one("SELECT event_seq FROM trace_head WHERE id = 1", Vec::new()).await?;
    row.map_or(Ok(0), |row| row.get("event_seq"))
}

/// How far a handler has come.
pub async fn position(db: &Db, consumer: &str) -> Result<i64> {
    let row = db.query_one("SELECT seq FROM event_consumer WHERE name = $1", args![consumer]).await?;
    row.map_or(Ok(0), |row| row.get("seq"))
}

/// Notes how far a handler has come, in the transaction of its effects.
pub async fn advance(tx: &mut Tx, consumer: &str, seq: i64) -> Result<()> {
    let sql =
        "INSERT INTO event_consumer (name, seq) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET seq = excluded.seq";
    tx.execute(sql, args![consumer, seq]).await.map(|_| ())
}

/// Removes events older than `before` that every handler has passed.
pub async fn prune(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    let sql = "DELETE FROM event WHERE at < $1 AND seq <= (SELECT COALESCE(MIN(seq), 0) FROM event_consumer)";
    tx.execute(sql, args![before]).await
}
