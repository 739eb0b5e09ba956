//! Links between matters, alarms and records.

use fengsui_kernel::Result;
use fengsui_kernel::id::MatterId;

use super::conditions::Conditions;
use super::{MatterRow, read};
use crate::args;
use crate::{Db, Row, Tx};

/// A link from a matter to a matter, an alarm or a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkRow {
    /// From.
    pub matter: MatterId,
    /// What the target is to it.
    pub relation: String,
    /// `matter`, `alarm`, `record`, `series`.
    pub to_kind: String,
    /// Its id.
    pub to_id: String,
}

fn read_link(row: &Row) -> Result<LinkRow> {
    Ok(LinkRow {
        matter: row.parse("matter")?,
        relation: row.get("relation")?,
        to_kind: row.get("to_kind")?,
        to_id: row.get("to_id")?,
    })
}

/// Notes a link; `false` when it exists.
pub async fn insert_link(tx: &mut Tx, link: &LinkRow) -> Result<bool> {
    let sql = "INSERT INTO matter_link (matter, relation, to_kind, to_id, at) VALUES ($1, $2, $3, $4, $5) \
               ON CONFLICT (matter, relation, to_kind, to_id) DO NOTHING";
    let args = args![link.matter, link.relation, link.to_kind, link.to_id, tx.now()];
    Ok(tx.execute(sql, args).await? == 1)
}

/// Links that start at one of the matters or end at one of the subjects of a kind.
pub async fn links_from_or_to(db: &Db, matters: &[MatterId], kind: &str, ids: &[String]) -> Result<Vec<LinkRow>> {
    let mut conditions = Conditions::default();
    let mut clauses = Vec::new();
    if !matters.is_empty() {
        let list = conditions.list(matters);
        clauses.push(format!("matter IN ({list})"));
    }
    if !ids.is_empty() {
        let kind = conditions.arg(&kind);
        let list = conditions.list(ids);
        clauses.push(format!("(to_kind = {kind} AND to_id IN ({list}))"));
    }
    if clauses.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT matter, relation, to_kind, to_id FROM matter_link WHERE {} ORDER BY at, matter, relation, to_id",
        clauses.join(" OR ")
    );
    db.query(&sql, conditions.args).await?.iter().map(read_link).collect()
}

/// Matters that link to a subject, oldest first.
pub async fn linked_to(db: &Db, kind: &str, ids: &[String]) -> Result<Vec<(LinkRow, MatterRow)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut conditions = Conditions::default();
    let kind = conditions.arg(&kind);
    let list = conditions.list(ids);
    let sql = format!(
        "SELECT l.matter, l.relation, l.to_kind, l.to_id, {} FROM matter_link l JOIN matter m ON m.id = l.matter \
         WHERE l.to_kind = {kind} AND l.to_id IN ({list}) ORDER BY m.opened_at, m.id",
        super::COLUMNS
    );
    let rows = db.query(&sql, conditions.args).await?;
    rows.iter().map(|row| Ok((read_link(row)?, read(row)?))).collect()
}
