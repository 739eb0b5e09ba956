//! How sources are doing that the platform fetches from, kept over restarts.

use fengsui_kernel::{Result, Timestamp};
use serde_json::Value;

use crate::args;
use crate::{Db, Row, Tx};

/// How a source is doing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PullSourceRow {
    /// Its name in the configuration.
    pub name: String,
    /// Which settings the marks below belong to: with others, everything is fetched anew.
    pub settings: String,
    /// `ETag` of the last body that was taken.
    pub etag: Option<String>,
    /// `Last-Modified` of that body.
    pub last_modified: Option<String>,
    /// When it was last asked.
    pub tried_at: Option<Timestamp>,
    /// When it last answered soundly, with news or without.
    pub succeeded_at: Option<Timestamp>,
    /// Failures in a row.
    pub failures: u32,
    /// What went wrong last: `{"code", "fact", "at"}`.
    pub trouble: Option<Value>,
    /// Entries of the last body.
    pub entries: u32,
    /// Entries ever kept.
    pub kept: u64,
    /// Entries that raised something.
    pub raised: u64,
    /// Entries that were masked.
    pub masked: u64,
}

fn read(row: &Row) -> Result<PullSourceRow> {
    let count = |name| -> Result<u64> { Ok(u64::try_from(row.get::<i64>(name)?).unwrap_or_default()) };
    Ok(PullSourceRow {
        name: row.get("name")?,
        settings: row.get("settings")?,
        etag: row.get("etag")?,
        last_modified: row.get("last_modified")?,
        tried_at: row.get("tried_at")?,
        succeeded_at: row.get("succeeded_at")?,
        failures: u32::try_from(count("failures")?).unwrap_or(u32::MAX),
        trouble: row.get("trouble")?,
        entries: u32::try_from(count("entries")?).unwrap_or(u32::MAX),
        kept: count("kept")?,
        raised: count("raised")?,
        masked: count("masked")?,
    })
}

/// All that were ever asked.
pub async fn all(db: &Db) -> Result<Vec<PullSourceRow>> {
    db.query("SELECT * FROM pull_source ORDER BY name", args![]).await?.iter().map(read).collect()
}

/// One.
pub async fn get(db: &Db, name: &str) -> Result<Option<PullSourceRow>> {
    db.query_one("SELECT * FROM pull_source WHERE name = $1", args![name]).await?.as_ref().map(read).transpose()
}

/// Notes how a source is doing.
pub async fn put(tx: &mut Tx, row: &PullSourceRow) -> Result<()> {
    let sql = "INSERT INTO pull_source (name, settings, etag, last_modified, tried_at, succeeded_at, failures, trouble, \
               entries, kept, raised, masked) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
               ON CONFLICT (name) DO UPDATE SET settings = excluded.settings, etag = excluded.etag, \
               last_modified = excluded.last_modified, tried_at = excluded.tried_at, \
               succeeded_at = excluded.succeeded_at, failures = excluded.failures, trouble = excluded.trouble, \
               entries = excluded.entries, kept = excluded.kept, raised = excluded.raised, masked = excluded.masked";
    let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let values = args![
        row.name.clone(),
        row.settings.clone(),
        row.etag.clone(),
        row.last_modified.clone(),
        row.tried_at,
        row.succeeded_at,
        i64::from(row.failures),
        row.trouble.clone(),
        i64::from(row.entries),
        number(row.kept),
        number(row.raised),
        number(row.masked)
    ];
    tx.execute(sql, values).await.map(|_| ())
}
