//! What arrived and could not be placed, counted per cause.

use fengsui_kernel::id::QuarantineId;
use fengsui_kernel::{PageQuery, Result, Timestamp};

use crate::args;
use crate::{Db, Row, Tx};

/// One cause.
#[derive(Debug, Clone, PartialEq)]
pub struct QuarantineRow {
    /// Its id.
    pub id: QuarantineId,
    /// Why: `unknown_device`, `unknown_series`, …
    pub reason: String,
    /// The sender's key as sent.
    pub device_key: String,
    /// The series code as sent, empty where none was told.
    pub code: String,
    /// Over which protocol.
    pub protocol: String,
    /// How often.
    pub hits: u64,
    /// First seen.
    pub first_at: Timestamp,
    /// Last seen.
    pub last_at: Timestamp,
    /// What came last.
    pub sample: String,
}

const SELECT: &str = "SELECT id, reason, device_key, code, protocol, hits, first_at, last_at, sample FROM quarantine";

fn read(row: &Row) -> Result<QuarantineRow> {
    Ok(QuarantineRow {
        id: row.parse("id")?,
        reason: row.get("reason")?,
        device_key: row.get("device_key")?,
        code: row.get("code")?,
        protocol: row.get("protocol")?,
        hits: row.get("hits")?,
        first_at: row.get("first_at")?,
        last_at: row.get("last_at")?,
        sample: row.get("sample")?,
    })
}

/// Counts a cause; the sample becomes the newest.
pub async fn hit(tx: &mut Tx, row: &QuarantineRow) -> Result<()> {
    let sql = "INSERT INTO quarantine (id, reason, device_key, code, protocol, hits, first_at, last_at, sample) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (reason, device_key, code) DO UPDATE SET \
               hits = quarantine.hits + excluded.hits, last_at = excluded.last_at, sample = excluded.sample, \
               protocol = excluded.protocol";
    let values = args![
        row.id,
        row.reason,
        row.device_key,
        row.code,
        row.protocol,
        row.hits,
        row.first_at,
        row.last_at,
        row.sample
    ];
    tx.execute(sql, values).await.map(|_| ())
}

/// The keys of all causes: reason, sender, code.
pub async fn keys(db: &Db) -> Result<Vec<(String, String, String)>> {
    let read = |row: &Row| Ok((row.get("reason")?, row.get("device_key")?, row.get("code")?));
    db.query("SELECT reason, device_key, code FROM quarantine", Vec::new()).await?.iter().map(read).collect()
}

/// One cause.
pub async fn get(db: &Db, id: &QuarantineId) -> Result<Option<QuarantineRow>> {
    db.query_one(&format!("{SELECT} WHERE id = $1"), args![*id]).await?.as_ref().map(read).transpose()
}

/// A page of causes, last seen first, one row more than the limit, and the count.
pub async fn list(db: &Db, page: &PageQuery) -> Result<(Vec<QuarantineRow>, u64)> {
    let total = db.query_one("SELECT COUNT(*) AS total FROM quarantine", Vec::new()).await?;
    let total = total.map_or(Ok(0), |row| row.get("total"))?;
    let sql = format!("{SELECT} ORDER BY last_at DESC, id LIMIT $1 OFFSET $2");
    let rows = db.query(&sql, args![page.limit() + 1, page.offset()]).await?;
    Ok((rows.iter().map(read).collect::<Result<_>>()?, total))
}

/// Removes a cause that was resolved.
pub async fn remove(tx: &mut Tx, id: &QuarantineId) -> Result<bool> {
    Ok(tx.execute("DELETE FROM quarantine WHERE id = $1", args![*id]).await? == 1)
}
