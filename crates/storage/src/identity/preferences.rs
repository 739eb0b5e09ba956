//! What people set up for themselves, by key.

use fengsui_kernel::id::UserId;
use fengsui_kernel::{Result, Timestamp};
use serde_json::Value as Json;

use crate::args;
use crate::{Db, Row, Tx};

/// A preference as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct PreferenceRow {
    /// Whose.
    pub user: UserId,
    /// Which.
    pub key: String,
    /// Version, from 1.
    pub version: i64,
    /// What was set up.
    pub value: Json,
    /// When.
    pub updated_at: Timestamp,
}

fn read(row: &Row) -> Result<PreferenceRow> {
    Ok(PreferenceRow {
        user: row.parse("user_id")?,
        key: row.get("key")?,
        version: row.get("version")?,
        value: row.get("value")?,
        updated_at: row.get("updated_at")?,
    })
}

/// One preference of a user.
pub async fn get(db: &Db, user: &UserId, key: &str) -> Result<Option<PreferenceRow>> {
    let sql = "SELECT user_id, key, version, value, updated_at FROM preference WHERE user_id = $1 AND key = $2";
    db.query_one(sql, args![user.as_str(), key]).await?.as_ref().map(read).transpose()
}

/// How many preferences a user has.
pub async fn count(db: &Db, user: &UserId) -> Result<u64> {
    let row = db.query_one("SELECT COUNT(*) AS kept FROM preference WHERE user_id = $1", args![user.as_str()]).await?;
    row.map_or(Ok(0), |row| row.get("kept"))
}

/// Writes a preference whose stored version is the one before (0: there is none); tells whether it was.
pub async fn put(tx: &mut Tx, row: &PreferenceRow) -> Result<bool> {
    let sql = if row.version == 1 {
        "INSERT INTO preference (value, version, updated_at, user_id, key) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (user_id, key) DO NOTHING"
    } else {
        "UPDATE preference SET value = $1, version = $2, updated_at = $3 \
         WHERE user_id = $4 AND key = $5 AND version = $2 - 1"
    };
    Ok(tx.execute(sql, args![row.value, row.version, row.updated_at, row.user, row.key]).await? > 0)
}
