//! The time line of a matter.

use fengsui_kernel::id::MatterId;
use fengsui_kernel::{Result, Timestamp};
use serde_json::Value as Json;

use super::conditions::Conditions;
use crate::args;
use crate::{Db, Row, Tx};

/// One entry of a time line.
#[derive(Debug, Clone, PartialEq)]
pub struct EntryRow {
    /// The matter.
    pub matter: MatterId,
    /// Position, from 1; given by the store.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// Key of who did it.
    pub actor: String,
    /// Their name at the time.
    pub actor_name: String,
    /// `action`, `comment`, `attachment`, `clock`, `link`, `claim`.
    pub kind: String,
    /// Which action, clock or relation.
    pub name: String,
    /// The facts.
    pub detail: Json,
    /// Phase before.
    pub from: Option<String>,
    /// Phase after.
    pub to: Option<String>,
}

const COLUMNS: &str = "matter, seq, at, actor, actor_name, kind, name, detail, from_phase, to_phase";

fn read(row: &Row) -> Result<EntryRow> {
    Ok(EntryRow {
        matter: row.parse("matter")?,
        seq: row.get("seq")?,
        at: row.get("at")?,
        actor: row.get("actor")?,
        actor_name: row.get("actor_name")?,
        kind: row.get("kind")?,
        name: row.get("name")?,
        detail: row.get("detail")?,
        from: row.get("from_phase")?,
        to: row.get("to_phase")?,
    })
}

/// Appends an entry and gives its position. The caller holds the matter's lock.
pub async fn append_entry(tx: &mut Tx, entry: &EntryRow) -> Result<i64> {
    let sql = "INSERT INTO matter_entry (matter, seq, at, actor, actor_name, kind, name, detail, from_phase, to_phase) \
               SELECT $1, COALESCE(MAX(seq), 0) + 1, $2, $3, $4, $5, $6, $7, $8, $9 FROM matter_entry \
               WHERE matter = $1 RETURNING seq";
    let args = args![
        entry.matter,
        entry.at,
        entry.actor,
        entry.actor_name,
        entry.kind,
        entry.name,
        entry.detail,
        entry.from,
        entry.to,
    ];
    let row = tx.query_one(sql, args).await?;
    row.map_or(Ok(0), |row| row.get("seq"))
}

/// The time line of one matter, oldest first.
pub async fn entries_of(db: &Db, matter: &MatterId) -> Result<Vec<EntryRow>> {
    let sql = format!("SELECT {COLUMNS} FROM matter_entry WHERE matter = $1 ORDER BY seq");
    db.query(&sql, args![*matter]).await?.iter().map(read).collect()
}

/// The time lines of several matters merged, oldest first.
pub async fn entries_of_many(db: &Db, matters: &[MatterId]) -> Result<Vec<EntryRow>> {
    if matters.is_empty() {
        return Ok(Vec::new());
    }
    let mut conditions = Conditions::default();
    let list = conditions.list(matters);
    let sql = format!("SELECT {COLUMNS} FROM matter_entry WHERE matter IN ({list}) ORDER BY at, matter, seq");
    db.query(&sql, conditions.args).await?.iter().map(read).collect()
}

/// The actions taken on a matter, oldest first and without its opening, read inside the transaction.
pub async fn past_actions(tx: &mut Tx, matter: &MatterId) -> Result<Vec<EntryRow>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM matter_entry WHERE matter = $1 AND kind = 'action' AND from_phase IS NOT NULL ORDER BY seq"
    );
    tx.query(&sql, args![*matter]).await?.iter().map(read).collect()
}
