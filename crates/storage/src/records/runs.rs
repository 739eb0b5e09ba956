//! What one import wrote, and what imports look up by name.

use std::collections::HashMap;

use fengsui_kernel::{DivisionCode, Result, Timestamp};
use serde_json::Value as Json;

use super::placeholders;
use super::selection::{Field, identifier};
use crate::args;
use crate::value::ToValue;
use crate::{Db, Dialect, Tx};

/// A version that a run wrote, with what it replaced.
#[derive(Debug, Clone, PartialEq)]
pub struct RunVersion {
    /// The record.
    pub record: String,
    /// The version written.
    pub version: i64,
    /// `created` or `updated`.
    pub change: String,
    /// The record as the run wrote it.
    pub body: Json,
    /// The record as it was before; nothing for a new one.
    pub before: Option<Json>,
    /// The version the record has now.
    pub now: i64,
    /// Whether it was taken out of the ledger.
    pub deleted: bool,
    /// When the record was first written, milliseconds.
    pub created_at: i64,
}

/// What a run wrote after a record, in order of record; locked until commit in PostgreSQL.
pub async fn versions_of_run(tx: &mut Tx, run: &str, after: &str, limit: u32) -> Result<Vec<RunVersion>> {
    let lock = if tx.dialect() == Dialect::Postgres { " FOR UPDATE OF r" } else { "" };
    let sql = format!(
        "SELECT v.record, v.version, v.change, v.body, b.body AS before, r.version AS now, r.deleted, r.created_at \
         FROM record_version v JOIN record r ON r.id = v.record \
         LEFT JOIN record_version b ON b.record = v.record AND b.version = v.version - 1 \
         WHERE v.run = $1 AND v.record > $2 ORDER BY v.record LIMIT $3{lock}"
    );
    let rows = tx.query(&sql, args![run, after, limit]).await?;
    rows.iter()
        .map(|row| {
            Ok(RunVersion {
                record: row.get("record")?,
                version: row.get("version")?,
                change: row.get("change")?,
                body: row.get("body")?,
                before: row.get("before")?,
                now: row.get("now")?,
                deleted: row.get("deleted")?,
                created_at: row.get("created_at")?,
            })
        })
        .collect()
}

/// How many records a run wrote.
pub async fn count_of_run(db: &Db, run: &str) -> Result<u64> {
    let row = db.query_one("SELECT COUNT(*) AS written FROM record_version WHERE run = $1", args![run]).await?;
    row.map_or(Ok(0), |row| row.get("written"))
}

/// A record that a run wrote at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunChange {
    /// The record.
    pub record: String,
    /// Whether it was taken out of the ledger.
    pub deleted: bool,
    /// Whether it is new or has another name than before.
    pub renamed: bool,
}

/// What one portion of a run wrote, for handlers that follow single records.
pub async fn changes_of_run(db: &Db, run: &str, at: Timestamp) -> Result<Vec<RunChange>> {
    let sql = "SELECT v.record, v.change, CASE WHEN v.body ->> 'name' = b.body ->> 'name' THEN 0 ELSE 1 END AS renamed \
               FROM record_version v LEFT JOIN record_version b ON b.record = v.record AND b.version = v.version - 1 \
               WHERE v.run = $1 AND v.at = $2 ORDER BY v.record";
    let rows = db.query(sql, args![run, at]).await?;
    rows.iter()
        .map(|row| {
            let (change, renamed): (String, i64) = (row.get("change")?, row.get("renamed")?);
            Ok(RunChange { record: row.get("record")?, deleted: change == "deleted", renamed: renamed != 0 })
        })
        .collect()
}

/// The codes of the records of a kind whose field has one of these values.
pub async fn codes_by_value(
    tx: &mut Tx,
    kind: &str,
    field: &Field,
    values: &[String],
) -> Result<HashMap<String, Vec<String>>> {
    let (kind, expression) = (identifier(kind)?, field.sql(tx.dialect())?);
    // The ledger holds what is not deleted; a field that it has no column for is read from the records.
    let (from, alias) = if field.in_ledger() {
        (format!("ledger_{kind} l WHERE"), "l")
    } else {
        (format!("record r WHERE r.kind = '{kind}' AND r.deleted = 0 AND"), "r")
    };
    let mut found: HashMap<String, Vec<String>> = HashMap::new();
    for portion in values.chunks(1000) {
        let marks = placeholders(1, portion.len());
        let sql = format!("SELECT {expression} AS value, {alias}.code FROM {from} {expression} IN ({marks})");
        for row in tx.query(&sql, portion.iter().map(ToValue::to_value).collect()).await? {
            found.entry(row.get("value")?).or_default().push(row.get("code")?);
        }
    }
    Ok(found)
}

/// Divisions of exactly these names.
pub async fn divisions_named(db: &Db, names: &[String]) -> Result<Vec<(DivisionCode, String)>> {
    let mut found = Vec::new();
    for portion in names.chunks(1000) {
        let sql =
            format!("SELECT code, name FROM division WHERE name IN ({}) ORDER BY code", placeholders(1, portion.len()));
        for row in db.query(&sql, portion.iter().map(ToValue::to_value).collect()).await? {
            found.push((row.get("code")?, row.get("name")?));
        }
    }
    Ok(found)
}
