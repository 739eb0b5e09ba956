//! Small facts that the platform keeps about itself, such as its node id.

use fengsui_kernel::Result;

use crate::args;
use crate::{Db, Tx};

/// Reads a setting.
pub async fn get(db: &Db, name: &str) -> Result<Option<String>> {
    let row = db.query_one("SELECT value FROM setting WHERE name = $1", args![name]).await?;
    row.map(|row| row.get("value")).transpose()
}

/// Settings whose name begins with `prefix`, by name.
pub async fn with_prefix(db: &Db, prefix: &str) -> Result<Vec<(String, String)>> {
    let sql = "SELECT name, value FROM setting WHERE substr(name, 1, $1) = $2 ORDER BY name";
    let length = i64::try_from(prefix.chars().count()).unwrap_or(0);
    db.query(sql, args![length, prefix]).await?.iter().map(|row| Ok((row.get("name")?, row.get("value")?))).collect()
}

/// Writes a setting.
pub async fn set(tx: &mut Tx, name: &str, value: &str) -> Result<()> {
    let sql =
        "INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    tx.execute(sql, args![name, value]).await.map(|_| ())
}
