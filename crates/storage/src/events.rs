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

/// One event as it is stored, whether it can be read or not: an event that a newer program wrote, or
/// that was damaged, must not stop those behind it.
#[derive(Debug, Clone)]
pub struct StoredEvent {
    /// Position, in the order of commits, without gaps.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// Its name.
    pub name: String,
    /// Where, as stored.
    pub division: Option<String>,
    /// The event as JSON text.
    pub body: String,
}

impl StoredEvent {
    /// Reads the event.
    pub fn read(&self) -> Result<LoggedEvent> {
        let event = serde_json::from_str(&self.body).map_err(|error| Fault::internal(format!("event: {error}")))?;
        let division = self.division.as_deref().map(str::parse).transpose()?;
        Ok(LoggedEvent { seq: self.seq, at: self.at, division, event })
    }
}

fn stored(row: &Row) -> Result<StoredEvent> {
    Ok(StoredEvent {
        seq: row.get("seq")?,
        at: row.get("at")?,
        name: row.get("name")?,
        division: row.get("division")?,
        body: row.get("body")?,
    })
}

/// Events after a position, oldest first.
pub async fn after(db: &Db, seq: i64, limit: u32) -> Result<Vec<StoredEvent>> {
    let sql = "SELECT seq, at, name, division, body FROM event WHERE seq > $1 ORDER BY seq LIMIT $2";
    db.query(sql, args![seq, limit]).await?.iter().map(stored).collect()
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

/// Removes the oldest events older than `before` that every handler has passed, at most `portion`;
/// tells how many.
pub async fn prune(tx: &mut Tx, before: Timestamp, portion: u32) -> Result<u64> {
    let sql = "DELETE FROM event WHERE at < $1 AND seq <= (SELECT COALESCE(MIN(seq), 0) FROM event_consumer) \
               AND seq < (SELECT MIN(seq) FROM event) + $2";
    tx.execute(sql, args![before, portion]).await
}
