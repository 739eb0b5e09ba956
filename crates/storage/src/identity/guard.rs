//! Failed sign-ins and lock-outs, by hash of the login.

use fengsui_kernel::{Result, Timestamp};

use crate::args;
use crate::{Db, Tx};

/// Failures of one login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuardRow {
    /// Failures in a row.
    pub failures: u32,
    /// When the last one was.
    pub failed_at: Timestamp,
    /// Until when nothing is accepted.
    pub locked_until: Option<Timestamp>,
}

/// The failures of a login.
pub async fn get(db: &Db, login_hash: &str) -> Result<Option<GuardRow>> {
    let sql = "SELECT failures, failed_at, locked_until FROM sign_in_guard WHERE login_hash = $1";
    let row = db.query_one(sql, args![login_hash]).await?;
    row.map(|row| {
        Ok(GuardRow {
            failures: row.get("failures")?,
            failed_at: row.get("failed_at")?,
            locked_until: row.get("locked_until")?,
        })
    })
    .transpose()
}

/// Writes the failures of a login.
pub async fn put(tx: &mut Tx, login_hash: &str, guard: &GuardRow) -> Result<()> {
    let sql = "INSERT INTO sign_in_guard (login_hash, failures, failed_at, locked_until) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (login_hash) DO UPDATE SET failures = excluded.failures, failed_at = excluded.failed_at, \
               locked_until = excluded.locked_until";
    tx.execute(sql, args![login_hash, guard.failures, guard.failed_at, guard.locked_until]).await.map(|_| ())
}

/// Forgets the failures of a login.
pub async fn clear(tx: &mut Tx, login_hash: &str) -> Result<()> {
    tx.execute("DELETE FROM sign_in_guard WHERE login_hash = $1", args![login_hash]).await.map(|_| ())
}

/// Forgets failures before a time.
pub async fn prune(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    tx.execute("DELETE FROM sign_in_guard WHERE failed_at < $1", args![before]).await
}
