//! Statements of imports: sheets on their way into a ledger, and how organisations read them.

use fengsui_kernel::id::{ImportId, JobId};
use fengsui_kernel::{Result, Timestamp};
use serde_json::Value as Json;

use crate::args;
use crate::{Db, Row, Tx};

/// An import as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportRow {
    /// Its id; also the run that its record versions name.
    pub id: ImportId,
    /// Kind of record.
    pub kind: String,
    /// Name of the file.
    pub file_name: String,
    /// Bytes of the file.
    pub size: u64,
    /// What was reached.
    pub stage: String,
    /// The job that last worked on it.
    pub job: Option<JobId>,
    /// What the file holds.
    pub facts: Option<Json>,
    /// How it is to be read.
    pub plan: Option<Json>,
    /// What the last check or run found.
    pub report: Option<Json>,
    /// What undoing it did.
    pub undo: Option<Json>,
    /// Whoever uploaded it.
    pub user_id: Option<String>,
    /// Their name.
    pub user_name: String,
    /// The organisation in whose name.
    pub organisation: String,
    /// When it was uploaded.
    pub created_at: Timestamp,
    /// When it last changed.
    pub changed_at: Timestamp,
    /// Version.
    pub version: i64,
}

const COLUMNS: &str = "id, kind, file_name, size, stage, job, facts, plan, report, undo, user_id, user_name, \
     organisation, created_at, changed_at, version";

fn read(row: &Row) -> Result<ImportRow> {
    Ok(ImportRow {
        id: row.parse("id")?,
        kind: row.get("kind")?,
        file_name: row.get("file_name")?,
        size: row.get("size")?,
        stage: row.get("stage")?,
        job: row.parse_opt("job")?,
        facts: row.get("facts")?,
        plan: row.get("plan")?,
        report: row.get("report")?,
        undo: row.get("undo")?,
        user_id: row.get("user_id")?,
        user_name: row.get("user_name")?,
        organisation: row.get("organisation")?,
        created_at: row.get("created_at")?,
        changed_at: row.get("changed_at")?,
        version: row.get("version")?,
    })
}

/// Notes an import whose file is safe.
pub async fn insert(tx: &mut Tx, import: &ImportRow) -> Result<()> {
    let sql = format!(
        "INSERT INTO sheet_import ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, \
         $15, $16)"
    );
    let args = args![
        import.id,
        import.kind,
        import.file_name,
        import.size,
        import.stage,
        import.job,
        import.facts,
        import.plan,
        import.report,
        import.undo,
        import.user_id,
        import.user_name,
        import.organisation,
        import.created_at,
        import.changed_at,
        import.version,
    ];
    tx.execute(&sql, args).await.map(|_| ())
}

/// Writes what changed if nobody else did meanwhile; tells whether that was so.
pub async fn update(tx: &mut Tx, import: &ImportRow) -> Result<bool> {
    let sql = "UPDATE sheet_import SET stage = $1, job = $2, facts = $3, plan = $4, report = $5, undo = $6, \
               changed_at = $7, version = version + 1 WHERE id = $8 AND version = $9";
    let args = args![
        import.stage,
        import.job,
        import.facts,
        import.plan,
        import.report,
        import.undo,
        tx.now(),
        import.id,
        import.version,
    ];
    Ok(tx.execute(sql, args).await? > 0)
}

/// One import.
pub async fn get(db: &Db, id: &ImportId) -> Result<Option<ImportRow>> {
    let sql = format!("SELECT {COLUMNS} FROM sheet_import WHERE id = $1");
    db.query_one(&sql, args![*id]).await?.as_ref().map(read).transpose()
}

/// One import inside a change.
pub async fn get_in(tx: &mut Tx, id: &ImportId) -> Result<Option<ImportRow>> {
    let sql = format!("SELECT {COLUMNS} FROM sheet_import WHERE id = $1");
    tx.query_one(&sql, args![*id]).await?.as_ref().map(read).transpose()
}

/// Imports of a user, or of all, newest first.
pub async fn list(db: &Db, user: Option<&str>, limit: u32, offset: u64) -> Result<Vec<ImportRow>> {
    let own = if user.is_some() { "user_id = $1" } else { "$1 = ''" };
    let sql =
        format!("SELECT {COLUMNS} FROM sheet_import WHERE {own} ORDER BY created_at DESC, id DESC LIMIT $2 OFFSET $3");
    db.query(&sql, args![user.unwrap_or_default(), limit, offset]).await?.iter().map(read).collect()
}

/// Imports that nobody touched since.
pub async fn untouched_since(db: &Db, before: Timestamp) -> Result<Vec<ImportId>> {
    let sql = "SELECT id FROM sheet_import WHERE changed_at < $1 AND stage <> 'expired' LIMIT 500";
    db.query(sql, args![before]).await?.iter().map(|row| row.parse("id")).collect()
}

/// Forgets an import that wrote nothing.
pub async fn delete(tx: &mut Tx, id: &ImportId) -> Result<()> {
    tx.execute("DELETE FROM sheet_import WHERE id = $1", args![*id]).await.map(|_| ())
}

/// How an organisation last read sheets with these headings.
pub async fn mapping(db: &Db, kind: &str, organisation: &str, signature: &str) -> Result<Option<Json>> {
    let sql = "SELECT plan FROM sheet_mapping WHERE kind = $1 AND organisation = $2 AND signature = $3";
    db.query_one(sql, args![kind, organisation, signature]).await?.map(|row| row.get("plan")).transpose()
}

/// Remembers it.
pub async fn remember(tx: &mut Tx, kind: &str, organisation: &str, signature: &str, plan: &Json) -> Result<()> {
    let sql = "INSERT INTO sheet_mapping (kind, organisation, signature, plan, used_at, used_by) \
               VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (kind, organisation, signature) \
               DO UPDATE SET plan = excluded.plan, used_at = excluded.used_at, used_by = excluded.used_by";
    let args = args![kind, organisation, signature, *plan, tx.now(), tx.acting().actor.name()];
    tx.execute(sql, args).await.map(|_| ())
}
