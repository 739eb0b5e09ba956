//! Versions of records.

use fengsui_kernel::{Result, Timestamp};
use serde_json::Value as Json;

use crate::Db;
use crate::args;

/// One version with who made it and why.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredVersion {
    /// Version number.
    pub version: i64,
    /// When.
    pub at: Timestamp,
    /// By whom, as shown.
    pub actor_name: String,
    /// Why.
    pub why: Option<String>,
    /// `created`, `updated` or `deleted`.
    pub change: String,
    /// The record as it was.
    pub body: Json,
}

/// All versions of a record, newest first.
pub async fn history(db: &Db, record: &str, limit: u32) -> Result<Vec<StoredVersion>> {
    let sql = "SELECT version, at, actor_name, why, change, body FROM record_version WHERE record = $1 ORDER BY version DESC LIMIT $2";
    let rows = db.query(sql, args![record, limit]).await?;
    rows.iter()
        .map(|row| {
            Ok(StoredVersion {
                version: row.get("version")?,
                at: row.get("at")?,
                actor_name: row.get("actor_name")?,
                why: row.get("why")?,
                change: row.get("change")?,
                body: row.get("body")?,
            })
        })
        .collect()
}
