//! Failed sign-ins and lock-outs, by hash of the login and by origin; browsers known for a login.

use fengsui_kernel::{Result, Timestamp};

use crate::args;
use crate::{Db, Tx};

/// Failures of one login from one origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuardRow {
    /// Failures in a row.
    pub failures: u32,
    /// When the last one was.
    pub failed_at: Timestamp,
    /// Until when nothing is accepted.
    pub locked_until: Option<Timestamp>,
}

/// The failures of a login from an origin.
pub async fn get(db: &Db, login_hash: &str, origin: &str) -> Result<Option<GuardRow>> {
    let sql = "SELECT failures, failed_at, locked_until FROM sign_in_failure WHERE login_hash = $1 AND origin = $2";
    let row = db.query_one(sql, args![login_hash, origin]).await?;
    row.map(|row| {
        Ok(GuardRow {
            failures: row.get("failures")?,
            failed_at: row.get("failed_at")?,
            locked_until: row.get("locked_until")?,
        })
    })
    .transpose()
}

/// Until when a login is locked at the latest, wherever it is locked.
pub async fn locked_until(db: &Db, login_hash: &str) -> Result<Option<Timestamp>> {
    let sql = "SELECT locked_until FROM sign_in_failure WHERE login_hash = $1 AND locked_until IS NOT NULL \
               ORDER BY locked_until DESC LIMIT 1";
    db.query_one(sql, args![login_hash]).await?.map(|row| row.get("locked_until")).transpose()
}

/// Writes the failures of a login from an origin.
pub async fn put(tx: &mut Tx, login_hash: &str, origin: &str, guard: &GuardRow) -> Result<()> {
    let sql = "INSERT INTO sign_in_failure (login_hash, origin, failures, failed_at, locked_until) \
               VALUES ($1, $2, $3, $4, $5) ON CONFLICT (login_hash, origin) DO UPDATE SET \
               failures = excluded.failures, failed_at = excluded.failed_at, locked_until = excluded.locked_until";
    tx.execute(sql, args![login_hash, origin, guard.failures, guard.failed_at, guard.locked_until]).await.map(|_| ())
}

/// Forgets the failures of a login from one origin.
pub async fn clear(tx: &mut Tx, login_hash: &str, origin: &str) -> Result<()> {
    let sql = "DELETE FROM sign_in_failure WHERE login_hash = $1 AND origin = $2";
    tx.execute(sql, args![login_hash, origin]).await.map(|_| ())
}

/// Forgets all failures of a login and the browsers known for it.
pub async fn forget(tx: &mut Tx, login_hash: &str) -> Result<()> {
    tx.execute("DELETE FROM sign_in_failure WHERE login_hash = $1", args![login_hash]).await?;
    tx.execute("DELETE FROM sign_in_device WHERE login_hash = $1", args![login_hash]).await.map(|_| ())
}

/// Whether the login was proved from this browser.
pub async fn knows_device(db: &Db, login_hash: &str, device_hash: &str) -> Result<bool> {
    let sql = "SELECT seen_at FROM sign_in_device WHERE login_hash = $1 AND device_hash = $2";
    Ok(db.query_one(sql, args![login_hash, device_hash]).await?.is_some())
}

/// Whether any login was proved from this browser.
pub async fn is_device(db: &Db, device_hash: &str) -> Result<bool> {
    let sql = "SELECT seen_at FROM sign_in_device WHERE device_hash = $1 LIMIT 1";
    Ok(db.query_one(sql, args![device_hash]).await?.is_some())
}

/// Remembers the browser from which a login was proved.
pub async fn remember_device(tx: &mut Tx, login_hash: &str, device_hash: &str, at: Timestamp) -> Result<()> {
    let sql = "INSERT INTO sign_in_device (login_hash, device_hash, seen_at) VALUES ($1, $2, $3) \
               ON CONFLICT (login_hash, device_hash) DO UPDATE SET seen_at = excluded.seen_at";
    tx.execute(sql, args![login_hash, device_hash, at]).await.map(|_| ())
}

/// Forgets failures and browsers before these times.
pub async fn prune(tx: &mut Tx, failed: Timestamp, seen: Timestamp) -> Result<u64> {
    let failures = tx.execute("DELETE FROM sign_in_failure WHERE failed_at < $1", args![failed]).await?;
    let devices = tx.execute("DELETE FROM sign_in_device WHERE seen_at < $1", args![seen]).await?;
    Ok(failures + devices)
}
