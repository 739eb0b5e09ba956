//! Where records lie, without the records: what an area holds is judged by the caller's geometry.

use fengsui_kernel::{BoundingBox, Point, Result};

use super::clause::{Search, condition, source};
use super::selection::{Field, Selection};
use super::{COLUMNS, JOINS, StoredRecord, placeholders, read};
use crate::value::ToValue;
use crate::{Db, Row};

/// A record's place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Placed {
    /// What [`by_seqs`] takes.
    pub seq: i64,
    /// Where it lies.
    pub point: Point,
    /// The number asked for, such as the people there.
    pub figure: Option<f64>,
}

fn placed(row: &Row) -> Result<Placed> {
    let point = Point { lon: row.get("lon")?, lat: row.get("lat")? };
    Ok(Placed { seq: row.get("seq")?, point, figure: row.get("figure")? })
}

/// A selection that reads the record too where the ledger does not hold a field.
fn with_field(selection: &Selection, bbox: Option<BoundingBox>, field: Option<&Field>) -> Selection {
    let mut own = Selection { bbox, ..selection.clone() };
    if let Some(field) = field {
        own.sort.field = field.clone();
    }
    own
}

/// The places of what matches within a box, at most `limit`, with one number of each record.
pub async fn places(
    db: &Db,
    selection: &Selection,
    bbox: BoundingBox,
    figure: Option<&Field>,
    limit: u32,
) -> Result<Vec<Placed>> {
    let boxed = with_field(selection, Some(bbox), figure);
    let mut clause = condition(db.dialect(), &boxed, Search::Found)?;
    let limit = clause.bind(limit);
    let from = source(db.dialect(), &boxed, Some("place"))?;
    let figure = figure.map_or_else(|| Ok("NULL".to_owned()), |field| field.sql(db.dialect()))?;
    let sql = format!(
        "SELECT l.seq, l.lon, l.lat, CAST({figure} AS DOUBLE PRECISION) AS figure FROM {from} WHERE {} LIMIT {limit}",
        clause.sql
    );
    db.query(&sql, clause.args).await?.iter().map(placed).collect()
}

/// How many match within a box.
pub async fn count_within(db: &Db, selection: &Selection, bbox: BoundingBox) -> Result<u64> {
    let boxed = with_field(selection, Some(bbox), None);
    let clause = condition(db.dialect(), &boxed, Search::Found)?;
    let from = source(db.dialect(), &boxed, Some("place"))?;
    let sql = format!("SELECT COUNT(*) AS matches FROM {from} WHERE {}", clause.sql);
    db.query_one(&sql, clause.args).await?.map_or(Ok(0), |row| row.get("matches"))
}

/// The records of some places, with their places' key, in no order.
pub async fn by_seqs(db: &Db, seqs: &[i64]) -> Result<Vec<(i64, StoredRecord)>> {
    if seqs.is_empty() {
        return Ok(Vec::new());
    }
    let list = placeholders(1, seqs.len());
    let sql = format!("SELECT r.seq, {COLUMNS} FROM record r {JOINS} WHERE r.seq IN ({list})");
    let rows = db.query(&sql, seqs.iter().map(ToValue::to_value).collect()).await?;
    rows.iter().map(|row| Ok((row.get("seq")?, read(row)?))).collect()
}

/// How many records of each county have each value of a field; counties by the first six digits of their code.
pub async fn tallies(db: &Db, selection: &Selection, field: &Field) -> Result<Vec<(String, Option<String>, u64)>> {
    let own = with_field(selection, None, Some(field));
    let clause = condition(db.dialect(), &own, Search::Found)?;
    let from = source(db.dialect(), &own, None)?;
    let value = field.sql(db.dialect())?;
    let sql = format!(
        "SELECT SUBSTR(l.division, 1, 6) AS county, {value} AS value, COUNT(*) AS matches FROM {from} WHERE {} \
         GROUP BY SUBSTR(l.division, 1, 6), {value} ORDER BY 1, 2",
        clause.sql
    );
    let rows = db.query(&sql, clause.args).await?;
    rows.iter().map(|row| Ok((row.get("county")?, row.get("value")?, row.get("matches")?))).collect()
}
