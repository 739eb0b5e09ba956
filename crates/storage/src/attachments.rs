//! Attachments of matters; their bytes lie in files named by their hash.

use fengsui_kernel::id::{AttachmentId, MatterId};
use fengsui_kernel::{Result, Timestamp};

use crate::args;
use crate::{Db, Row, ToValue, Tx};

/// An attachment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachmentRow {
    /// Its id.
    pub id: AttachmentId,
    /// The matter.
    pub matter: MatterId,
    /// Its entry on the matter's time line.
    pub entry: i64,
    /// Name for people and downloads.
    pub name: String,
    /// Media type found from the bytes.
    pub media_type: String,
    /// Bytes.
    pub size: u64,
    /// Hash of the bytes, and where they lie.
    pub sha256: String,
    /// Key of who added it.
    pub by: String,
    /// Their name.
    pub by_name: String,
    /// When.
    pub at: Timestamp,
}

const COLUMNS: &str = "id, matter, entry, name, media_type, size, sha256, by_actor, by_name, at";

fn read(row: &Row) -> Result<AttachmentRow> {
    Ok(AttachmentRow {
        id: row.parse("id")?,
        matter: row.parse("matter")?,
        entry: row.get("entry")?,
        name: row.get("name")?,
        media_type: row.get("media_type")?,
        size: row.get("size")?,
        sha256: row.get("sha256")?,
        by: row.get("by_actor")?,
        by_name: row.get("by_name")?,
        at: row.get("at")?,
    })
}

/// Notes an attachment whose bytes are safe.
pub async fn insert(tx: &mut Tx, attachment: &AttachmentRow) -> Result<()> {
    let sql = "INSERT INTO attachment (id, matter, entry, name, media_type, size, sha256, by_actor, by_name, at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let args = args![
        attachment.id,
        attachment.matter,
        attachment.entry,
        attachment.name,
        attachment.media_type,
        attachment.size,
        attachment.sha256,
        attachment.by,
        attachment.by_name,
        attachment.at,
    ];
    tx.execute(sql, args).await.map(|_| ())
}

/// Reads one.
pub async fn get(db: &Db, id: &AttachmentId) -> Result<Option<AttachmentRow>> {
    let sql = format!("SELECT {COLUMNS} FROM attachment WHERE id = $1");
    db.query_one(&sql, args![*id]).await?.as_ref().map(read).transpose()
}

/// All of a matter, oldest first.
pub async fn of_matter(db: &Db, matter: &MatterId) -> Result<Vec<AttachmentRow>> {
    let sql = format!("SELECT {COLUMNS} FROM attachment WHERE matter = $1 ORDER BY entry");
    db.query(&sql, args![*matter]).await?.iter().map(read).collect()
}

/// How many each of several matters has; those without any are left out.
pub async fn counts(db: &Db, matters: &[MatterId]) -> Result<Vec<(MatterId, u64)>> {
    if matters.is_empty() {
        return Ok(Vec::new());
    }
    let places: Vec<String> = (1..=matters.len()).map(|place| format!("${place}")).collect();
    let sql = format!(
        "SELECT matter, COUNT(*) AS total FROM attachment WHERE matter IN ({}) GROUP BY matter",
        places.join(", ")
    );
    let rows = db.query(&sql, matters.iter().map(ToValue::to_value).collect()).await?;
    rows.iter().map(|row| Ok((row.parse("matter")?, row.get("total")?))).collect()
}

/// How many a matter has, and how many of them came after an entry of its time line.
pub async fn count(tx: &mut Tx, matter: &MatterId, after_entry: i64) -> Result<(u64, u64)> {
    let sql = "SELECT COUNT(*) AS total, COUNT(CASE WHEN entry > $2 THEN 1 END) AS recent FROM attachment \
               WHERE matter = $1";
    let row = tx.query_one(sql, args![*matter, after_entry]).await?;
    row.map_or(Ok((0, 0)), |row| Ok((row.get("total")?, row.get("recent")?)))
}
