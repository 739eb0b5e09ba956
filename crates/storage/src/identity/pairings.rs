//! Screens that wait to be let in.

use fengsui_kernel::id::{SessionId, UserId};
use fengsui_kernel::{Result, Timestamp};

use crate::args;
use crate::{Db, Row, Tx};

/// A screen that waits, or was let in and has not come back for its session yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PairingRow {
    /// Its id, which becomes that of its session.
    pub id: SessionId,
    /// SHA-256 of the code that it shows, hexadecimal.
    pub code_hash: String,
    /// SHA-256 of the secret that it keeps, hexadecimal.
    pub secret_hash: String,
    /// Since when it waits.
    pub created_at: Timestamp,
    /// Until when.
    pub expires_at: Timestamp,
    /// Network address.
    pub address: String,
    /// Browser or program.
    pub agent: String,
    /// Who let it in.
    pub user: Option<UserId>,
    /// What they called it.
    pub screen: Option<String>,
}

const COLUMNS: &str = "id, code_hash, secret_hash, created_at, expires_at, address, agent, user_id, screen";

fn read(row: &Row) -> Result<PairingRow> {
    let user: Option<String> = row.get("user_id")?;
    Ok(PairingRow {
        id: row.parse("id")?,
        code_hash: row.get("code_hash")?,
        secret_hash: row.get("secret_hash")?,
        created_at: row.get("created_at")?,
        expires_at: row.get("expires_at")?,
        address: row.get("address")?,
        agent: row.get("agent")?,
        user: user.map(|user| user.parse()).transpose()?,
        screen: row.get("screen")?,
    })
}

/// Writes a screen that waits.
pub async fn insert(tx: &mut Tx, pairing: &PairingRow) -> Result<()> {
    let sql = format!("INSERT INTO pairing ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, NULL, NULL)");
    let args = args![
        pairing.id,
        pairing.code_hash,
        pairing.secret_hash,
        pairing.created_at,
        pairing.expires_at,
        pairing.address,
        pairing.agent,
    ];
    tx.execute(&sql, args).await.map(|_| ())
}

/// The screen that keeps a secret.
pub async fn by_secret(db: &Db, secret_hash: &str) -> Result<Option<PairingRow>> {
    let sql = format!("SELECT {COLUMNS} FROM pairing WHERE secret_hash = $1");
    db.query_one(&sql, args![secret_hash]).await?.as_ref().map(read).transpose()
}

/// How many wait.
pub async fn count(tx: &mut Tx) -> Result<u64> {
    let row = tx.query_one("SELECT COUNT(*) AS waiting FROM pairing", Vec::new()).await?;
    row.map_or(Ok(0), |row| row.get("waiting"))
}

/// Lets the screen in that shows a code now and waits still; gives its address and browser.
pub async fn approve(
    tx: &mut Tx,
    code_hash: &str,
    user: &UserId,
    screen: &str,
    now: Timestamp,
) -> Result<Option<(String, String)>> {
    let sql = "UPDATE pairing SET user_id = $1, screen = $2 WHERE code_hash = $3 AND user_id IS NULL \
               AND expires_at > $4 RETURNING address, agent";
    let row = tx.query_one(sql, args![user.as_str(), screen, code_hash, now]).await?;
    row.map(|row| Ok((row.get("address")?, row.get("agent")?))).transpose()
}

/// Takes a screen off the list; tells whether it was there, so that it gets one session only.
pub async fn remove(tx: &mut Tx, id: &SessionId) -> Result<bool> {
    Ok(tx.execute("DELETE FROM pairing WHERE id = $1", args![id.as_str()]).await? > 0)
}

/// Forgets those that waited too long.
pub async fn prune(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    tx.execute("DELETE FROM pairing WHERE expires_at <= $1", args![now]).await
}
