//! Writing records and their versions, one or a hundred thousand at a time.

use fengsui_kernel::{DivisionCode, Point, Result, Timestamp};
use serde_json::Value as Json;

use super::rows_of_placeholders;
use crate::Tx;
use crate::args;
use crate::value::Value;

/// Rows per statement: 15 arguments each stay far below the limits of both databases.
const PORTION: usize = 500;

/// What was done, as the history keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// New.
    Created,
    /// Changed.
    Updated,
    /// Taken out of the ledger.
    Deleted,
    /// Put back into the ledger.
    Restored,
}

impl Change {
    /// The stored form.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Deleted => "deleted",
            Self::Restored => "restored",
        }
    }
}

/// A record to be written.
#[derive(Debug, Clone)]
pub struct RecordWrite {
    /// Record id.
    pub id: String,
    /// Kind.
    pub kind: String,
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Division.
    pub division: DivisionCode,
    /// Place on the map.
    pub location: Option<Point>,
    /// Enterprise, by record id.
    pub enterprise: Option<String>,
    /// Attributes.
    pub attributes: Json,
    /// Search words.
    pub search: String,
    /// The version it has after writing.
    pub version: i64,
    /// When it was first written.
    pub created_at: Timestamp,
    /// What is done.
    pub change: Change,
}

impl RecordWrite {
    /// The record as the history keeps it.
    fn body(&self) -> Json {
        serde_json::json!({
            "kind": self.kind, "code": self.code, "name": self.name, "division": self.division,
            "location": self.location, "enterprise": self.enterprise, "attributes": self.attributes,
        })
    }

    fn args(&self, tx: &Tx) -> Vec<Value> {
        args![
            self.id,
            self.kind,
            self.code,
            self.name,
            self.division,
            self.location.map(|point| point.lon),
            self.location.map(|point| point.lat),
            self.enterprise,
            self.attributes,
            self.search,
            self.version,
            self.created_at,
            tx.now(),
            tx.acting().actor.name(),
        ]
    }
}

/// Writes new records, and changes those whose id exists. The caller has judged versions.
/// `run` names the import that the versions belong to.
pub async fn upsert(tx: &mut Tx, records: &[RecordWrite], run: Option<&str>) -> Result<()> {
    for portion in records.chunks(PORTION) {
        let rows = rows_of_placeholders(portion.len(), 14);
        let sql = format!(
            "INSERT INTO record (id, kind, code, name, division, lon, lat, enterprise, attributes, search, version, \
             created_at, updated_at, updated_by) VALUES {rows} ON CONFLICT (id) DO UPDATE SET name = excluded.name, \
             division = excluded.division, lon = excluded.lon, lat = excluded.lat, enterprise = excluded.enterprise, \
             attributes = excluded.attributes, search = excluded.search, version = excluded.version, \
             updated_at = excluded.updated_at, updated_by = excluded.updated_by"
        );
        let args = portion.iter().flat_map(|record| record.args(tx)).collect();
        tx.execute(&sql, args).await?;
        versions(tx, portion, run).await?;
    }
    Ok(())
}

pub(super) async fn versions(tx: &mut Tx, records: &[RecordWrite], run: Option<&str>) -> Result<()> {
    let rows = rows_of_placeholders(records.len(), 9);
    let sql = format!(
        "INSERT INTO record_version (record, version, at, actor, actor_name, why, change, body, run) VALUES {rows}"
    );
    let acting = tx.acting().clone();
    let version = |record: &RecordWrite| {
        args![
            record.id,
            record.version,
            acting.at,
            acting.actor.key(),
            acting.actor.name(),
            acting.why,
            record.change.as_str(),
            record.body(),
            run,
        ]
    };
    tx.execute(&sql, records.iter().flat_map(version).collect()).await.map(|_| ())
}

/// Changes one record if it still has the version before `record.version`; tells whether it had.
pub async fn update(tx: &mut Tx, record: &RecordWrite, run: Option<&str>) -> Result<bool> {
    rewrite(tx, record, run, false).await
}

/// Puts a record back as `record` says if its last version is the deletion before it; tells whether it was.
pub async fn revive(tx: &mut Tx, record: &RecordWrite) -> Result<bool> {
    rewrite(tx, record, None, true).await
}

async fn rewrite(tx: &mut Tx, record: &RecordWrite, run: Option<&str>, from_deleted: bool) -> Result<bool> {
    let sql = "UPDATE record SET deleted = 0, name = $1, division = $2, lon = $3, lat = $4, enterprise = $5, \
               attributes = $6, search = $7, version = $8, updated_at = $9, updated_by = $10 \
               WHERE id = $11 AND version = $12 AND deleted = $13";
    let args = args![
        record.name,
        record.division,
        record.location.map(|point| point.lon),
        record.location.map(|point| point.lat),
        record.enterprise,
        record.attributes,
        record.search,
        record.version,
        tx.now(),
        tx.acting().actor.name(),
        record.id,
        record.version - 1,
        i64::from(from_deleted),
    ];
    if tx.execute(sql, args).await? == 0 {
        return Ok(false);
    }
    versions(tx, std::slice::from_ref(record), run).await?;
    Ok(true)
}

/// Takes a record out of the ledger if it still has the version before `record.version`.
pub async fn soft_delete(tx: &mut Tx, record: &RecordWrite, run: Option<&str>) -> Result<bool> {
    let sql = "UPDATE record SET deleted = 1, version = $1, updated_at = $2, updated_by = $3 \
               WHERE id = $4 AND version = $5 AND deleted = 0";
    let args = args![record.version, tx.now(), tx.acting().actor.name(), record.id, record.version - 1];
    if tx.execute(sql, args).await? == 0 {
        return Ok(false);
    }
    versions(tx, std::slice::from_ref(record), run).await?;
    Ok(true)
}
