//! Accounts.

use fengsui_kernel::id::UserId;
use fengsui_kernel::{DivisionCode, PageQuery, Result, Scope, Timestamp};

use crate::args;
use crate::seal::{Sealer, secret};
use crate::{Db, Row, ToValue as _, Tx, Value};

/// An account as stored.
#[derive(Clone, PartialEq, Eq)]
pub struct UserRow {
    /// Its id.
    pub id: UserId,
    /// Login in lower case.
    pub login: String,
    /// Name for people.
    pub name: String,
    /// Person record, by id.
    pub person: Option<String>,
    /// PHC string of argon2id.
    pub password_hash: String,
    /// Whether a new password must be chosen before anything else.
    pub must_change_password: bool,
    /// Whether the person may sign in.
    pub active: bool,
    /// Secret of the second factor; set before it is enabled.
    pub totp_secret: Option<Vec<u8>>,
    /// Whether the second factor is demanded.
    pub totp_enabled: bool,
    /// The last time step whose code was used.
    pub totp_step: i64,
    /// Version, from 1.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When somebody last signed in with it.
    pub last_sign_in_at: Option<Timestamp>,
}

const COLUMNS: &str = "u.id, u.login, u.name, u.person, u.password_hash, u.must_change_password, u.active, \
                       u.totp_secret, u.totp_enabled, u.totp_step, u.version, u.created_at, u.last_sign_in_at";

pub(crate) fn read(sealer: &Sealer, row: &Row) -> Result<UserRow> {
    let id: UserId = row.parse("id")?;
    let secret: Option<Vec<u8>> = row.get("totp_secret")?;
    Ok(UserRow {
        totp_secret: secret.map(|stored| secret::open(sealer, id.as_str(), stored)).transpose()?,
        id,
        login: row.get("login")?,
        name: row.get("name")?,
        person: row.get("person")?,
        password_hash: row.get("password_hash")?,
        must_change_password: row.get("must_change_password")?,
        active: row.get("active")?,
        totp_enabled: row.get("totp_enabled")?,
        totp_step: row.get("totp_step")?,
        version: row.get("version")?,
        created_at: row.get("created_at")?,
        last_sign_in_at: row.get("last_sign_in_at")?,
    })
}

/// One account by id.
pub async fn by_id(db: &Db, id: &UserId) -> Result<Option<UserRow>> {
    let sql = format!("SELECT {COLUMNS} FROM users u WHERE u.id = $1");
    db.query_one(&sql, args![id.as_str()]).await?.as_ref().map(|row| read(db.sealer(), row)).transpose()
}

/// One account by its login in lower case.
pub async fn by_login(db: &Db, login: &str) -> Result<Option<UserRow>> {
    let sql = format!("SELECT {COLUMNS} FROM users u WHERE u.login = $1");
    db.query_one(&sql, args![login]).await?.as_ref().map(|row| read(db.sealer(), row)).transpose()
}

/// Active accounts of a person of the ledger: id and name.
pub async fn of_person(db: &Db, person: &str) -> Result<Vec<(String, String)>> {
    let sql = "SELECT id, name FROM users WHERE person = $1 AND active = 1 ORDER BY id";
    db.query(sql, args![person]).await?.iter().map(|row| Ok((row.get("id")?, row.get("name")?))).collect()
}

/// Active accounts that hold one of the roles, by a post or directly; at most `limit`, by login.
pub async fn with_roles(db: &Db, roles: &[String], limit: u32) -> Result<Vec<UserRow>> {
    if roles.is_empty() {
        return Ok(Vec::new());
    }
    let marks: Vec<String> = (1..=roles.len()).map(|place| format!("${place}")).collect();
    let marks = marks.join(", ");
    let sql = format!(
        "SELECT {COLUMNS} FROM users u WHERE u.active = 1 AND u.id IN (\
         SELECT p.user_id FROM user_post p WHERE p.role IN ({marks}) \
         UNION SELECT r.user_id FROM user_role r WHERE r.role IN ({marks})) ORDER BY u.login LIMIT {limit}"
    );
    let args: Vec<Value> = roles.iter().map(|role| role.as_str().to_value()).collect();
    db.query(&sql, args).await?.iter().map(|row| read(db.sealer(), row)).collect()
}

/// How many accounts there are, seen inside a unit of work.
pub async fn count(tx: &mut Tx) -> Result<u64> {
    let row = tx.query_one("SELECT COUNT(*) AS users FROM users", Vec::new()).await?;
    row.map_or(Ok(0), |row| row.get("users"))
}

/// Writes a new account.
pub async fn insert(tx: &mut Tx, user: &UserRow) -> Result<()> {
    let sql = "INSERT INTO users (id, login, name, person, password_hash, must_change_password, active, totp_secret, \
               totp_enabled, totp_step, version, created_at, last_sign_in_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    let totp_secret = sealed(tx, &user.id, user.totp_secret.as_deref())?;
    let args = args![
        user.id,
        user.login,
        user.name,
        user.person,
        user.password_hash,
        user.must_change_password,
        user.active,
        totp_secret,
        user.totp_enabled,
        user.totp_step,
        user.version,
        user.created_at,
        user.last_sign_in_at,
    ];
    tx.execute(sql, args).await.map(|_| ())
}

/// Changes name, person and activity; `false` when the version is no longer the stored one.
pub async fn update(tx: &mut Tx, changed: &UserRow) -> Result<bool> {
    let sql = "UPDATE users SET name = $1, person = $2, active = $3, version = version + 1 \
               WHERE id = $4 AND version = $5";
    let args = args![changed.name, changed.person, changed.active, changed.id, changed.version];
    Ok(tx.execute(sql, args).await? == 1)
}

/// Sets a password.
pub async fn set_password(tx: &mut Tx, id: &UserId, hash: &str, must_change: bool) -> Result<()> {
    let sql = "UPDATE users SET password_hash = $1, must_change_password = $2, version = version + 1 WHERE id = $3";
    tx.execute(sql, args![hash, must_change, id.as_str()]).await.map(|_| ())
}

fn sealed(tx: &Tx, id: &UserId, secret: Option<&[u8]>) -> Result<Value> {
    let sealed = secret.map(|plain| secret::seal(tx.sealer(), id.as_str(), plain)).transpose()?;
    Ok(Value::Bytes(sealed))
}

/// Sets or removes the second factor.
pub async fn set_totp(tx: &mut Tx, id: &UserId, secret: Option<Vec<u8>>, enabled: bool) -> Result<()> {
    let sql = "UPDATE users SET totp_secret = $1, totp_enabled = $2, version = version + 1 WHERE id = $3";
    let secret = sealed(tx, id, secret.as_deref())?;
    tx.execute(sql, args![secret, enabled, id.as_str()]).await.map(|_| ())
}

/// Uses up the code of a time step; `false` when it or a later one was used before.
pub async fn use_totp_step(tx: &mut Tx, id: &UserId, step: i64) -> Result<bool> {
    let sql = "UPDATE users SET totp_step = $1 WHERE id = $2 AND totp_step < $1";
    Ok(tx.execute(sql, args![step, id.as_str()]).await? == 1)
}

/// Notes a sign-in.
pub async fn note_sign_in(tx: &mut Tx, id: &UserId, at: Timestamp) -> Result<()> {
    tx.execute("UPDATE users SET last_sign_in_at = $1 WHERE id = $2", args![at, id.as_str()]).await.map(|_| ())
}

/// Accounts with a post or role within the scopes, by login; one more than the limit.
pub async fn list(db: &Db, scopes: &[Scope], text: Option<&str>, page: &PageQuery) -> Result<Vec<UserRow>> {
    let mut args: Vec<Value> = Vec::new();
    let mut sql = format!("SELECT {COLUMNS} FROM users u WHERE {}", within(scopes, &mut args));
    if let Some(text) = text.filter(|text| !text.is_empty()) {
        let escaped = text.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        args.push(format!("%{escaped}%").to_value());
        let place = args.len();
        sql = format!("{sql} AND (u.login LIKE ${place} ESCAPE '\\' OR LOWER(u.name) LIKE ${place} ESCAPE '\\')");
    }
    args.push((page.limit() + 1).to_value());
    args.push(page.offset().to_value());
    sql = format!("{sql} ORDER BY u.login LIMIT ${} OFFSET ${}", args.len() - 1, args.len());
    db.query(&sql, args).await?.iter().map(|row| read(db.sealer(), row)).collect()
}

fn within(scopes: &[Scope], args: &mut Vec<Value>) -> String {
    let whole = |scope: &Scope| matches!(scope, Scope::Subtree { division } if *division == DivisionCode::COUNTRY);
    if scopes.iter().any(whole) {
        return "1 = 1".to_owned();
    }
    let mut any = vec!["1 = 0".to_owned()];
    for scope in scopes {
        match scope {
            Scope::Subtree { division } => {
                args.push(division.to_value());
                args.push(division.subtree_end().to_value());
                let range = format!("division >= ${} AND division < ${}", args.len() - 1, args.len());
                any.push(format!("EXISTS (SELECT 1 FROM user_post WHERE user_id = u.id AND {range})"));
                any.push(format!("EXISTS (SELECT 1 FROM user_role WHERE user_id = u.id AND {range})"));
            }
            Scope::Enterprise { id } => {
                args.push(id.to_value());
                let place = args.len();
                any.push(format!("EXISTS (SELECT 1 FROM user_post WHERE user_id = u.id AND enterprise = ${place})"));
            }
        }
    }
    format!("({})", any.join(" OR "))
}
