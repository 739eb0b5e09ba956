//! Posts and roles held, and the people behind a post.

use fengsui_kernel::id::UserId;
use fengsui_kernel::{DivisionCode, Result};

use crate::args;
use crate::{Db, Row, ToValue as _, Tx, Value};

/// A post held by a user: a snapshot of the post's record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldPostRow {
    /// Who holds it.
    pub user: UserId,
    /// Post record, by id.
    pub post: String,
    /// Its code.
    pub code: String,
    /// Its title.
    pub title: String,
    /// Organisation record, by id.
    pub organisation: Option<String>,
    /// Name of the organisation.
    pub organisation_name: String,
    /// Where it belongs.
    pub division: DivisionCode,
    /// Role that it gives.
    pub role: String,
    /// Enterprise record, by id.
    pub enterprise: Option<String>,
}

/// A role held without a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldRoleRow {
    /// The role.
    pub role: String,
    /// Where.
    pub division: DivisionCode,
}

const COLUMNS: &str = "p.user_id, p.post, p.code, p.title, p.organisation, p.organisation_name, p.division, p.role, \
                       p.enterprise";

fn read(row: &Row) -> Result<HeldPostRow> {
    Ok(HeldPostRow {
        user: row.parse("user_id")?,
        post: row.get("post")?,
        code: row.get("code")?,
        title: row.get("title")?,
        organisation: row.get("organisation")?,
        organisation_name: row.get("organisation_name")?,
        division: row.get("division")?,
        role: row.get("role")?,
        enterprise: row.get("enterprise")?,
    })
}

/// The posts that a user holds.
pub async fn of_user(db: &Db, user: &UserId) -> Result<Vec<HeldPostRow>> {
    let sql = format!("SELECT {COLUMNS} FROM user_post p WHERE p.user_id = $1 ORDER BY p.code, p.post");
    db.query(&sql, args![user.as_str()]).await?.iter().map(read).collect()
}

/// The posts of several users.
pub async fn of_users(db: &Db, users: &[UserId]) -> Result<Vec<HeldPostRow>> {
    if users.is_empty() {
        return Ok(Vec::new());
    }
    let marks: Vec<String> = (1..=users.len()).map(|place| format!("${place}")).collect();
    let args: Vec<Value> = users.iter().map(|user| user.as_str().to_value()).collect();
    let sql = format!("SELECT {COLUMNS} FROM user_post p WHERE p.user_id IN ({}) ORDER BY p.code", marks.join(", "));
    db.query(&sql, args).await?.iter().map(read).collect()
}

/// The roles that a user holds without a post.
pub async fn roles_of_user(db: &Db, user: &UserId) -> Result<Vec<HeldRoleRow>> {
    let sql = "SELECT role, division FROM user_role WHERE user_id = $1 ORDER BY role, division";
    let read = |row: &Row| Ok(HeldRoleRow { role: row.get("role")?, division: row.get("division")? });
    db.query(sql, args![user.as_str()]).await?.iter().map(read).collect()
}

/// Active users who hold a post: id and name.
pub async fn holders(db: &Db, post: &str) -> Result<Vec<(String, String)>> {
    let sql = "SELECT u.id, u.name FROM user_post p JOIN users u ON u.id = p.user_id \
               WHERE p.post = $1 AND u.active = 1 ORDER BY u.id";
    db.query(sql, args![post]).await?.iter().map(|row| Ok((row.get("id")?, row.get("name")?))).collect()
}

/// Active users who hold a role without a post: id, name and where.
pub async fn role_holders(db: &Db, role: &str) -> Result<Vec<(String, String, DivisionCode)>> {
    let sql = "SELECT u.id, u.name, r.division FROM user_role r JOIN users u ON u.id = r.user_id \
               WHERE r.role = $1 AND u.active = 1 ORDER BY u.id, r.division";
    let read = |row: &Row| Ok((row.get("id")?, row.get("name")?, row.get("division")?));
    db.query(sql, args![role]).await?.iter().map(read).collect()
}

/// Gives a post to a user, or refreshes the snapshot if they hold it.
pub async fn assign(tx: &mut Tx, held: &HeldPostRow) -> Result<()> {
    let sql = "INSERT INTO user_post (user_id, post, code, title, organisation, organisation_name, division, role, \
               enterprise) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (user_id, post) DO UPDATE SET \
               code = excluded.code, title = excluded.title, organisation = excluded.organisation, \
               organisation_name = excluded.organisation_name, division = excluded.division, role = excluded.role, \
               enterprise = excluded.enterprise";
    let args = args![
        held.user,
        held.post,
        held.code,
        held.title,
        held.organisation,
        held.organisation_name,
        held.division,
        held.role,
        held.enterprise,
    ];
    tx.execute(sql, args).await.map(|_| ())
}

/// Refreshes the snapshot of a post for everybody who holds it; tells how many do.
pub async fn refresh(tx: &mut Tx, facts: &HeldPostRow) -> Result<u64> {
    let sql = "UPDATE user_post SET code = $1, title = $2, organisation = $3, organisation_name = $4, division = $5, \
               role = $6, enterprise = $7 WHERE post = $8";
    let args = args![
        facts.code,
        facts.title,
        facts.organisation,
        facts.organisation_name,
        facts.division,
        facts.role,
        facts.enterprise,
        facts.post,
    ];
    tx.execute(sql, args).await
}

/// Takes a post from everybody.
pub async fn withdraw(tx: &mut Tx, post: &str) -> Result<u64> {
    tx.execute("DELETE FROM user_post WHERE post = $1", args![post]).await
}

/// Takes all posts from a user.
pub async fn clear(tx: &mut Tx, user: &UserId) -> Result<()> {
    tx.execute("DELETE FROM user_post WHERE user_id = $1", args![user.as_str()]).await.map(|_| ())
}

/// Gives a role without a post.
pub async fn grant_role(tx: &mut Tx, user: &UserId, role: &str, division: DivisionCode) -> Result<()> {
    let sql = "INSERT INTO user_role (user_id, role, division) VALUES ($1, $2, $3) \
               ON CONFLICT (user_id, role, division) DO NOTHING";
    tx.execute(sql, args![user.as_str(), role, division]).await.map(|_| ())
}

/// Takes a role given without a post; tells whether it was held.
pub async fn revoke_role(tx: &mut Tx, user: &UserId, role: &str, division: DivisionCode) -> Result<bool> {
    let sql = "DELETE FROM user_role WHERE user_id = $1 AND role = $2 AND division = $3";
    Ok(tx.execute(sql, args![user.as_str(), role, division]).await? > 0)
}
