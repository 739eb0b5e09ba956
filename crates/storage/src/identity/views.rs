//! Views with a name: filters, columns, map layers that people keep and share.

use fengsui_kernel::id::{UserId, ViewId};
use fengsui_kernel::{Result, Timestamp};
use serde_json::Value as Json;

use crate::args;
use crate::{Db, Row, Tx};

/// A saved view.
#[derive(Debug, Clone, PartialEq)]
pub struct ViewRow {
    /// Its id.
    pub id: ViewId,
    /// The screen it belongs to: `ledger.enterprise`.
    pub place: String,
    /// Name for people.
    pub name: String,
    /// Whose.
    pub user: UserId,
    /// The owner's name.
    pub user_name: String,
    /// Organisation record, by id, when shared.
    pub organisation: Option<String>,
    /// The organisation's name.
    pub organisation_name: Option<String>,
    /// What the screen keeps.
    pub body: Json,
    /// Version, from 1.
    pub version: i64,
    /// When it was last written.
    pub updated_at: Timestamp,
}

const COLUMNS: &str = "id, place, name, user_id, user_name, organisation, organisation_name, body, version, updated_at";

fn read(row: &Row) -> Result<ViewRow> {
    Ok(ViewRow {
        id: row.parse("id")?,
        place: row.get("place")?,
        name: row.get("name")?,
        user: row.parse("user_id")?,
        user_name: row.get("user_name")?,
        organisation: row.get("organisation")?,
        organisation_name: row.get("organisation_name")?,
        body: row.get("body")?,
        version: row.get("version")?,
        updated_at: row.get("updated_at")?,
    })
}

/// One view.
pub async fn by_id(db: &Db, id: &ViewId) -> Result<Option<ViewRow>> {
    let sql = format!("SELECT {COLUMNS} FROM saved_view WHERE id = $1");
    db.query_one(&sql, args![*id]).await?.as_ref().map(read).transpose()
}

/// The views of a screen that a user made or that one of these organisations shares, in order of name.
pub async fn visible(db: &Db, place: &str, user: &UserId, organisations: &[String]) -> Result<Vec<ViewRow>> {
    let mut arguments = args![place, *user];
    let marks: Vec<String> = (3..organisations.len() + 3).map(|index| format!("${index}")).collect();
    arguments.extend(organisations.iter().map(crate::ToValue::to_value));
    let shared = if marks.is_empty() { String::new() } else { format!(" OR organisation IN ({})", marks.join(", ")) };
    let sql = format!(
        "SELECT {COLUMNS} FROM saved_view WHERE place = $1 AND (user_id = $2{shared}) ORDER BY name, id LIMIT 1000"
    );
    db.query(&sql, arguments).await?.iter().map(read).collect()
}

/// How many views a user keeps.
pub async fn count(db: &Db, user: &UserId) -> Result<u64> {
    let row = db.query_one("SELECT COUNT(*) AS kept FROM saved_view WHERE user_id = $1", args![*user]).await?;
    row.map_or(Ok(0), |row| row.get("kept"))
}

/// Whether another view of the user on that screen has the name.
pub async fn name_taken(tx: &mut Tx, view: &ViewRow) -> Result<bool> {
    let sql = "SELECT 1 AS one FROM saved_view WHERE user_id = $1 AND place = $2 AND name = $3 AND id <> $4";
    Ok(tx.query_one(sql, args![view.user, view.place, view.name, view.id]).await?.is_some())
}

/// Writes a new view.
pub async fn insert(tx: &mut Tx, view: &ViewRow) -> Result<()> {
    let sql = format!("INSERT INTO saved_view ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)");
    let args = args![
        view.id,
        view.place,
        view.name,
        view.user,
        view.user_name,
        view.organisation,
        view.organisation_name,
        view.body,
        view.version,
        view.updated_at,
    ];
    tx.execute(&sql, args).await.map(|_| ())
}

/// Changes a view that still has the version before; tells whether it had.
pub async fn update(tx: &mut Tx, view: &ViewRow) -> Result<bool> {
    let sql = "UPDATE saved_view SET name = $1, organisation = $2, organisation_name = $3, body = $4, version = $5, \
               updated_at = $6 WHERE id = $7 AND version = $5 - 1";
    let args =
        args![view.name, view.organisation, view.organisation_name, view.body, view.version, view.updated_at, view.id];
    Ok(tx.execute(sql, args).await? > 0)
}

/// Removes a view.
pub async fn delete(tx: &mut Tx, id: &ViewId) -> Result<()> {
    tx.execute("DELETE FROM saved_view WHERE id = $1", args![*id]).await.map(|_| ())
}
