//! API tokens.

use fengsui_kernel::id::{TokenId, UserId};
use fengsui_kernel::{Result, Timestamp};

use crate::args;
use crate::{Db, Row, Tx};

/// A token as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRow {
    /// Its id, which may be shown.
    pub id: TokenId,
    /// SHA-256 of the secret, hexadecimal.
    pub token_hash: String,
    /// Whose.
    pub user: UserId,
    /// What it is for.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends, if ever.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, within a minute.
    pub last_used_at: Option<Timestamp>,
}

const COLUMNS: &str = "id, token_hash, user_id, name, created_at, expires_at, last_used_at";

fn read(row: &Row) -> Result<TokenRow> {
    Ok(TokenRow {
        id: row.parse("id")?,
        token_hash: row.get("token_hash")?,
        user: row.parse("user_id")?,
        name: row.get("name")?,
        created_at: row.get("created_at")?,
        expires_at: row.get("expires_at")?,
        last_used_at: row.get("last_used_at")?,
    })
}

/// One token by the hash of its secret.
pub async fn by_token(db: &Db, token_hash: &str) -> Result<Option<TokenRow>> {
    let sql = format!("SELECT {COLUMNS} FROM api_token WHERE token_hash = $1");
    db.query_one(&sql, args![token_hash]).await?.as_ref().map(read).transpose()
}

/// Tokens of a user, newest first.
pub async fn of_user(db: &Db, user: &UserId) -> Result<Vec<TokenRow>> {
    let sql = format!("SELECT {COLUMNS} FROM api_token WHERE user_id = $1 ORDER BY created_at DESC, id DESC");
    db.query(&sql, args![user.as_str()]).await?.iter().map(read).collect()
}

/// Writes a new token.
pub async fn insert(tx: &mut Tx, token: &TokenRow) -> Result<()> {
    let sql = format!("INSERT INTO api_token ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7)");
    let args = args![
        token.id,
        token.token_hash,
        token.user,
        token.name,
        token.created_at,
        token.expires_at,
        token.last_used_at,
    ];
    tx.execute(&sql, args).await.map(|_| ())
}

/// Notes that it was used.
pub async fn touch(tx: &mut Tx, id: &TokenId, at: Timestamp) -> Result<()> {
    tx.execute("UPDATE api_token SET last_used_at = $1 WHERE id = $2", args![at, id.as_str()]).await.map(|_| ())
}

/// Revokes a token of a user; tells whether there was one.
pub async fn delete(tx: &mut Tx, user: &UserId, id: &TokenId) -> Result<bool> {
    let sql = "DELETE FROM api_token WHERE id = $1 AND user_id = $2";
    Ok(tx.execute(sql, args![id.as_str(), user.as_str()]).await? > 0)
}
