//! Events that a handler could not digest, kept until a person re-runs or dismisses them.

use fengsui_kernel::id::SetAsideId;
use fengsui_kernel::{PageQuery, Result, Timestamp};

use crate::args;
use crate::events::StoredEvent;
use crate::{Db, Row, Tx};

/// An event that was set aside.
#[derive(Debug, Clone)]
pub struct SetAsideRow {
    /// Its id.
    pub id: SetAsideId,
    /// The handler that failed.
    pub handler: String,
    /// The event as stored.
    pub event: StoredEvent,
    /// Code of the last error.
    pub code: String,
    /// The last error.
    pub error: String,
    /// When it was set aside.
    pub set_aside_at: Timestamp,
    /// How often it was handed to the handler by hand.
    pub attempts: u32,
    /// `waiting`, `again`, `done` or `dismissed`.
    pub state: String,
    /// When it was resolved.
    pub resolved_at: Option<Timestamp>,
    /// By whom.
    pub resolved_by: Option<String>,
    /// Why it was dismissed.
    pub reason: Option<String>,
}

const SELECT: &str = "SELECT id, handler, seq, event, division, body, code, error, event_at, set_aside_at, attempts, \
                      state, resolved_at, resolved_by, reason FROM set_aside";

fn read(row: &Row) -> Result<SetAsideRow> {
    let event = StoredEvent {
        seq: row.get("seq")?,
        at: row.get("event_at")?,
        name: row.get("event")?,
        division: row.get("division")?,
        body: row.get("body")?,
    };
    Ok(SetAsideRow {
        id: row.parse("id")?,
        handler: row.get("handler")?,
        event,
        code: row.get("code")?,
        error: row.get("error")?,
        set_aside_at: row.get("set_aside_at")?,
        attempts: row.get("attempts")?,
        state: row.get("state")?,
        resolved_at: row.get("resolved_at")?,
        resolved_by: row.get("resolved_by")?,
        reason: row.get("reason")?,
    })
}

/// Sets an event aside. The same event of the same handler is kept once.
pub async fn put(tx: &mut Tx, handler: &str, event: &StoredEvent, code: &str, error: &str) -> Result<()> {
    let id: SetAsideId = tx.new_id();
    let now = tx.now();
    let sql = "INSERT INTO set_aside (id, handler, seq, event, division, body, code, error, event_at, set_aside_at, \
               attempts, state) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, 'waiting') \
               ON CONFLICT (handler, seq) DO UPDATE SET code = excluded.code, error = excluded.error, state = 'waiting'";
    let values = args![
        id,
        handler,
        event.seq,
        event.name.clone(),
        event.division.clone(),
        event.body.clone(),
        code,
        error,
        event.at,
        now
    ];
    tx.execute(sql, values).await.map(|_| ())
}

/// One.
pub async fn get(db: &Db, id: &SetAsideId) -> Result<Option<SetAsideRow>> {
    db.query_one(&format!("{SELECT} WHERE id = $1"), args![*id]).await?.as_ref().map(read).transpose()
}

/// A page, newest first, one row more than the limit, and the count; unresolved ones only if asked.
pub async fn list(db: &Db, unresolved: bool, page: &PageQuery) -> Result<(Vec<SetAsideRow>, u64)> {
    let clause = if unresolved { "state IN ('waiting', 'again')" } else { "1 = 1" };
    let total = db.query_one(&format!("SELECT COUNT(*) AS total FROM set_aside WHERE {clause}"), Vec::new()).await?;
    let total = total.map_or(Ok(0), |row| row.get("total"))?;
    let sql = format!("{SELECT} WHERE {clause} ORDER BY set_aside_at DESC, id DESC LIMIT $1 OFFSET $2");
    let rows = db.query(&sql, args![page.limit() + 1, page.offset()]).await?;
    Ok((rows.iter().map(read).collect::<Result<_>>()?, total))
}

/// Those that a handler is to try again, oldest first.
pub async fn to_run_again(db: &Db, handler: &str) -> Result<Vec<SetAsideRow>> {
    let sql = format!("{SELECT} WHERE state = 'again' AND handler = $1 ORDER BY seq LIMIT 200");
    db.query(&sql, args![handler]).await?.iter().map(read).collect()
}

/// How many wait, by handler; handlers whose events were all resolved count zero.
pub async fn waiting(db: &Db) -> Result<Vec<(String, u64)>> {
    let sql = "SELECT handler, COUNT(CASE WHEN state IN ('waiting', 'again') THEN 1 END) AS waiting FROM set_aside \
               GROUP BY handler";
    let read = |row: &Row| Ok((row.get("handler")?, row.get("waiting")?));
    db.query(sql, Vec::new()).await?.iter().map(read).collect()
}

/// Asks for another try; tells whether it was waiting.
pub async fn ask_again(tx: &mut Tx, id: &SetAsideId) -> Result<bool> {
    let sql = "UPDATE set_aside SET state = 'again' WHERE id = $1 AND state = 'waiting'";
    Ok(tx.execute(sql, args![*id]).await? == 1)
}

/// Notes that another try failed.
pub async fn failed_again(tx: &mut Tx, id: &SetAsideId, code: &str, error: &str) -> Result<()> {
    let sql = "UPDATE set_aside SET state = 'waiting', attempts = attempts + 1, code = $2, error = $3 WHERE id = $1";
    tx.execute(sql, args![*id, code, error]).await.map(|_| ())
}

/// Resolves it: `done` or `dismissed`; tells whether it was open.
pub async fn resolve(tx: &mut Tx, id: &SetAsideId, state: &str, by: &str, reason: Option<&str>) -> Result<bool> {
    let now = tx.now();
    let sql = "UPDATE set_aside SET state = $2, resolved_at = $3, resolved_by = $4, reason = $5, \
               attempts = attempts + CASE WHEN $2 = 'done' THEN 1 ELSE 0 END \
               WHERE id = $1 AND state IN ('waiting', 'again')";
    let reason = reason.map(str::to_owned);
    Ok(tx.execute(sql, args![*id, state, now, by, reason]).await? == 1)
}
