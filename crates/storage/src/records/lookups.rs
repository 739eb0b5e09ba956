//! Finding records by id, code and attribute.

use std::collections::HashMap;

use fengsui_kernel::{DivisionCode, Point, Result, Scope};
use serde_json::Value as Json;

use super::clause::{Search, condition, source};
use super::selection::{Column, Condition, Field, Operator, Selection};
use super::{COLUMNS, JOINS, StoredRecord, placeholders, point, read};
use crate::args;
use crate::value::ToValue;
use crate::{Db, Dialect, Tx};

/// How many arguments one `IN` list takes.
const PORTION: usize = 1000;

/// What an import must know of a record that exists already.
#[derive(Debug, Clone, PartialEq)]
pub struct Head {
    /// Record id.
    pub id: String,
    /// Version.
    pub version: i64,
    /// Name.
    pub name: String,
    /// Division.
    pub division: DivisionCode,
    /// Place on the map.
    pub location: Option<Point>,
    /// Enterprise, by record id.
    pub enterprise: Option<String>,
    /// Attributes.
    pub attributes: Json,
    /// When it was first written, milliseconds.
    pub created_at: i64,
}

/// One record.
pub async fn by_id(db: &Db, id: &str) -> Result<Option<StoredRecord>> {
    let sql = format!("SELECT {COLUMNS} FROM record r {JOINS} WHERE r.id = $1 AND r.deleted = 0");
    db.query_one(&sql, args![id]).await?.as_ref().map(read).transpose()
}

/// One record inside a change; PostgreSQL locks the row until commit.
pub async fn by_id_in(tx: &mut Tx, id: &str) -> Result<Option<StoredRecord>> {
    let lock = if tx.dialect() == Dialect::Postgres { " FOR UPDATE OF r" } else { "" };
    let sql = format!("SELECT {COLUMNS} FROM record r {JOINS} WHERE r.id = $1 AND r.deleted = 0{lock}");
    tx.query_one(&sql, args![id]).await?.as_ref().map(read).transpose()
}

/// Several records, in no particular order.
pub async fn by_ids(db: &Db, ids: &[String]) -> Result<Vec<StoredRecord>> {
    let mut found = Vec::with_capacity(ids.len());
    for portion in ids.chunks(PORTION) {
        let marks = placeholders(1, portion.len());
        let sql = format!("SELECT {COLUMNS} FROM record r {JOINS} WHERE r.id IN ({marks}) AND r.deleted = 0");
        let rows = db.query(&sql, portion.iter().map(ToValue::to_value).collect()).await?;
        for row in &rows {
            found.push(read(row)?);
        }
    }
    Ok(found)
}

/// One record by its code.
pub async fn by_code(db: &Db, kind: &str, code: &str) -> Result<Option<StoredRecord>> {
    let sql = format!("SELECT {COLUMNS} FROM record r {JOINS} WHERE r.kind = $1 AND r.code = $2 AND r.deleted = 0");
    db.query_one(&sql, args![kind, code]).await?.as_ref().map(read).transpose()
}

/// Which of the codes exist, with the record id of each.
pub async fn existing_codes(tx: &mut Tx, kind: &str, codes: &[String]) -> Result<HashMap<String, String>> {
    let mut found = HashMap::with_capacity(codes.len());
    for portion in codes.chunks(PORTION) {
        let marks = placeholders(2, portion.len());
        let sql = format!("SELECT code, id FROM record WHERE kind = $1 AND code IN ({marks}) AND deleted = 0");
        let mut args = args![kind];
        args.extend(portion.iter().map(ToValue::to_value));
        for row in tx.query(&sql, args).await? {
            found.insert(row.get("code")?, row.get("id")?);
        }
    }
    Ok(found)
}

/// What exists under the codes, locked until commit in PostgreSQL.
pub async fn heads_by_code(tx: &mut Tx, kind: &str, codes: &[String]) -> Result<HashMap<String, Head>> {
    let lock = if tx.dialect() == Dialect::Postgres { " FOR UPDATE" } else { "" };
    let mut found = HashMap::new();
    for portion in codes.chunks(PORTION) {
        let marks = placeholders(2, portion.len());
        let sql = format!(
            "SELECT code, id, version, name, division, lon, lat, enterprise, attributes, created_at \
             FROM record WHERE kind = $1 AND code IN ({marks}) AND deleted = 0{lock}"
        );
        let mut args = args![kind];
        args.extend(portion.iter().map(ToValue::to_value));
        for row in tx.query(&sql, args).await? {
            let head = Head {
                id: row.get("id")?,
                version: row.get("version")?,
                name: row.get("name")?,
                division: row.get("division")?,
                location: point(&row)?,
                enterprise: row.get("enterprise")?,
                attributes: row.get("attributes")?,
                created_at: row.get("created_at")?,
            };
            found.insert(row.get("code")?, head);
        }
    }
    Ok(found)
}

/// The rows of a kind, wherever they are, of which one field has a value.
fn equal(kind: &str, field: &Field, value: &str) -> Selection {
    let mut selection = Selection::everywhere(kind);
    let values = vec![value.to_value()];
    selection.conditions.push(Condition { field: field.clone(), operator: Operator::Equal, values });
    selection
}

/// A record of `kind` whose attribute names the code, if there is one: why another cannot be deleted.
pub async fn referring(tx: &mut Tx, kind: &str, field: &Field, code: &str) -> Result<Option<String>> {
    let selection = equal(kind, field, code);
    let clause = condition(tx.dialect(), &selection, Search::Found)?;
    let from = source(tx.dialect(), &selection, field.index().as_deref())?;
    let sql = format!("SELECT l.name FROM {from} WHERE {} LIMIT 1", clause.sql);
    tx.query_one(&sql, clause.args).await?.map(|row| row.get("name")).transpose()
}

/// Records of a kind whose text attribute has a value, optionally in exactly one division.
pub async fn with_attribute(
    db: &Db,
    kind: &str,
    field: &Field,
    value: &str,
    division: Option<DivisionCode>,
) -> Result<Vec<StoredRecord>> {
    let mut selection = equal(kind, field, value);
    selection.conditions.extend(division.map(|code| Condition {
        field: Field::Column(Column::Division),
        operator: Operator::Equal,
        values: vec![code.to_value()],
    }));
    let clause = condition(db.dialect(), &selection, Search::Found)?;
    let from = source(db.dialect(), &selection, field.index().as_deref())?;
    let sql = format!(
        "SELECT {COLUMNS} FROM (SELECT l.seq FROM {from} WHERE {}) p JOIN record r ON r.seq = p.seq {JOINS} ORDER BY r.code",
        clause.sql
    );
    db.query(&sql, clause.args).await?.iter().map(read).collect()
}

/// How many records of a kind lie within the scopes.
pub async fn counts(db: &Db, kind: &str, scopes: &[Scope]) -> Result<u64> {
    let selection = Selection::of(kind, scopes.to_vec());
    let clause = condition(db.dialect(), &selection, Search::Found)?;
    let from = source(db.dialect(), &selection, Some("place"))?;
    let sql = format!("SELECT COUNT(*) AS matches FROM {from} WHERE {}", clause.sql);
    let row = db.query_one(&sql, clause.args).await?;
    row.map_or(Ok(0), |row| row.get("matches"))
}

/// Which of these record ids exist as records of a kind.
pub async fn existing_ids(tx: &mut Tx, kind: &str, ids: &[String]) -> Result<Vec<String>> {
    let mut found = Vec::with_capacity(ids.len());
    for portion in ids.chunks(PORTION) {
        let marks = placeholders(2, portion.len());
        let sql = format!("SELECT id FROM record WHERE kind = $1 AND id IN ({marks}) AND deleted = 0");
        let mut args = args![kind];
        args.extend(portion.iter().map(ToValue::to_value));
        for row in tx.query(&sql, args).await? {
            found.push(row.get("id")?);
        }
    }
    Ok(found)
}
