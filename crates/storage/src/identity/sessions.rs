//! Sign-in sessions.

use fengsui_kernel::id::{SessionId, UserId};
use fengsui_kernel::{Result, Timestamp};

use crate::args;
use crate::{Db, Row, Tx};

/// A session as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// Its id, which may be shown.
    pub id: SessionId,
    /// SHA-256 of the secret in the cookie, hexadecimal.
    pub token_hash: String,
    /// Whose.
    pub user: UserId,
    /// When signed in.
    pub created_at: Timestamp,
    /// When last used, within a minute.
    pub last_seen_at: Timestamp,
    /// When it ends however busy it is.
    pub expires_at: Timestamp,
    /// Network address.
    pub address: String,
    /// Browser or program.
    pub agent: String,
    /// Post chosen for this session.
    pub acting_post: Option<String>,
    /// The screen that it belongs to: such a session does not end by idleness, and reads only.
    pub screen: Option<String>,
}

const COLUMNS: &str =
    "id, token_hash, user_id, created_at, last_seen_at, expires_at, address, agent, acting_post, screen";

fn read(row: &Row) -> Result<SessionRow> {
    Ok(SessionRow {
        id: row.parse("id")?,
        token_hash: row.get("token_hash")?,
        user: row.parse("user_id")?,
        created_at: row.get("created_at")?,
        last_seen_at: row.get("last_seen_at")?,
        expires_at: row.get("expires_at")?,
        address: row.get("address")?,
        agent: row.get("agent")?,
        acting_post: row.get("acting_post")?,
        screen: row.get("screen")?,
    })
}

/// One session by the hash of its secret.
pub async fn by_token(db: &Db, token_hash: &str) -> Result<Option<SessionRow>> {
    let sql = format!("SELECT {COLUMNS} FROM session WHERE token_hash = $1");
    db.query_one(&sql, args![token_hash]).await?.as_ref().map(read).transpose()
}

/// Sessions of a user, newest first.
pub async fn of_user(db: &Db, user: &UserId) -> Result<Vec<SessionRow>> {
    let sql = format!("SELECT {COLUMNS} FROM session WHERE user_id = $1 ORDER BY created_at DESC, id DESC");
    db.query(&sql, args![user.as_str()]).await?.iter().map(read).collect()
}

/// Writes a new session.
pub async fn insert(tx: &mut Tx, session: &SessionRow) -> Result<()> {
    let sql = format!("INSERT INTO session ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)");
    let args = args![
        session.id,
        session.token_hash,
        session.user,
        session.created_at,
        session.last_seen_at,
        session.expires_at,
        session.address,
        session.agent,
        session.acting_post,
        session.screen,
    ];
    tx.execute(&sql, args).await.map(|_| ())
}

/// Notes that it was used.
pub async fn touch(tx: &mut Tx, id: &SessionId, at: Timestamp) -> Result<()> {
    let sql = "UPDATE session SET last_seen_at = $1 WHERE id = $2 AND last_seen_at < $1";
    tx.execute(sql, args![at, id.as_str()]).await.map(|_| ())
}

/// Chooses the post acted in.
pub async fn choose_post(tx: &mut Tx, id: &SessionId, post: Option<&str>) -> Result<()> {
    let post = post.map(str::to_owned);
    tx.execute("UPDATE session SET acting_post = $1 WHERE id = $2", args![post, id.as_str()]).await.map(|_| ())
}

/// Ends one session of a user; tells whether there was one.
pub async fn delete(tx: &mut Tx, user: &UserId, id: &SessionId) -> Result<bool> {
    let sql = "DELETE FROM session WHERE id = $1 AND user_id = $2";
    Ok(tx.execute(sql, args![id.as_str(), user.as_str()]).await? > 0)
}

/// Ends all sessions of a user but the one kept; tells how many.
pub async fn delete_others(tx: &mut Tx, user: &UserId, keep: Option<&SessionId>) -> Result<u64> {
    let keep = keep.map_or("", SessionId::as_str);
    tx.execute("DELETE FROM session WHERE user_id = $1 AND id <> $2", args![user.as_str(), keep]).await
}

/// Removes sessions that ended: too old, or idle since before `idle_since`.
pub async fn prune(tx: &mut Tx, now: Timestamp, idle_since: Timestamp) -> Result<u64> {
    let sql = "DELETE FROM session WHERE expires_at <= $1 OR (last_seen_at <= $2 AND screen IS NULL)";
    tx.execute(sql, args![now, idle_since]).await
}
