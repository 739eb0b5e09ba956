//! Reading the trace. Writing happens only through [`crate::Tx::trace`].

use fengsui_kernel::trace::TraceEntry;
use fengsui_kernel::{Fault, Result};

use crate::args;
use crate::{Db, Row};

/// Reads an entry with its content.
pub(crate) fn read(row: &Row) -> Result<TraceEntry> {
    let text: String = row.get("content")?;
    // A text that no longer parses was tampered with in the database: the entry is shown without
    // content and with a hash that cannot match, so that verification names it.
    let content = serde_json::from_str(&text).ok();
    let content_hash = if content.is_some() { row.get("content_hash")? } else { "unreadable".to_owned() };
    Ok(TraceEntry { seq: row.get("seq")?, content, content_hash, prev: row.get("prev")?, hash: row.get("hash")? })
}

/// Entries from a position on, oldest first.
pub async fn from_seq(db: &Db, seq: i64, limit: u32) -> Result<Vec<TraceEntry>> {
    let sql = "SELECT seq, content, content_hash, prev, hash FROM trace WHERE seq >= $1 ORDER BY seq LIMIT $2";
    db.query(sql, args![seq, limit]).await?.iter().map(read).collect()
}

/// Entries about one subject, oldest first.
pub async fn of_subject(db: &Db, kind: &str, id: &str, limit: u32) -> Result<Vec<TraceEntry>> {
    let sql = "SELECT seq, content, content_hash, prev, hash FROM trace WHERE subject_kind = $1 AND subject_id = $2 ORDER BY seq LIMIT $3";
    db.query(sql, args![kind, id, limit]).await?.iter().map(read).collect()
}

/// Position and hash of the last entry.
pub async fn head(db: &Db) -> Result<(i64, String)> {
    let row = db.query_one("SELECT seq, hash FROM trace_head WHERE id = 1", Vec::new()).await?;
    let row = row.ok_or_else(|| Fault::internal("the head of the trace is missing"))?;
    Ok((row.get("seq")?, row.get("hash")?))
}
