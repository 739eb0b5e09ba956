//! Small facts that the platform keeps about itself, such as its node id.

use fengsui_kernel::Result;

use crate::args;
use crate::{Db, Tx};

/// Reads a setting.
pub async fn get(db: &Db, name: &str) -> Result<Option<String>> {
    let row = db.query_one("SELECT value FROM setting WHERE name = $1", args![name]).await?;
    row.map(|row| row.get("value")).transpose()
}

/// Writes a setting.
pub async fn set(tx: &mut Tx, name: &str, value: &str) -> Result<()> {
    let sql =
        "INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    tx.execute(sql, args![name, value]).await.map(|_| ())
}
