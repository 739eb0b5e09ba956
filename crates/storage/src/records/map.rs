//! Records on the map: nearest ones, and grid clusters for small scales.

use fengsui_kernel::{BoundingBox, Point, Result};

use super::clause::condition;
use super::selection::Selection;
use super::{COLUMNS, JOINS, StoredRecord, hint, read};
use crate::{Db, Dialect};

/// Records of one grid cell.
#[derive(Debug, Clone, PartialEq)]
pub struct Cluster {
    /// Their mean place.
    pub center: Point,
    /// How many.
    pub count: u64,
    /// Id of one of them; of the only one when `count` is 1.
    pub id: String,
    /// Name of one of them.
    pub name: String,
}

/// Groups what lies in `bbox` into `cells` × `cells` cells.
pub async fn clusters(db: &Db, selection: &Selection, bbox: BoundingBox, cells: u32) -> Result<Vec<Cluster>> {
    let mut boxed = selection.clone();
    boxed.bbox = Some(bbox);
    let mut clause = condition(db.dialect(), &boxed)?;
    let (west, south) = (clause.bind(bbox.west), clause.bind(bbox.south));
    let width = clause.bind(((bbox.east - bbox.west) / f64::from(cells)).max(f64::MIN_POSITIVE));
    let height = clause.bind(((bbox.north - bbox.south) / f64::from(cells)).max(f64::MIN_POSITIVE));
    // Casting to integers rounds in PostgreSQL and truncates in SQLite.
    let cell = |value: &str| match db.dialect() {
        Dialect::Sqlite => format!("CAST({value} AS BIGINT)"),
        Dialect::Postgres => format!("CAST(FLOOR({value}) AS BIGINT)"),
    };
    let (column, row) = (cell(&format!("(r.lon - {west}) / {width}")), cell(&format!("(r.lat - {south}) / {height}")));
    let walk = hint::walk(db, &boxed).await?;
    // Grouped inside the index; names are looked up only for one record of each cell.
    let sql = format!(
        "SELECT c.matches, c.lon, c.lat, n.id, n.name FROM (SELECT COUNT(*) AS matches, AVG(r.lon) AS lon, \
         AVG(r.lat) AS lat, MIN(r.seq) AS seq FROM record r{} WHERE {} GROUP BY {column}, {row}) c \
         JOIN record n ON n.seq = c.seq",
        walk.index, clause.sql
    );
    let rows = db.query(&sql, clause.args).await?;
    rows.iter()
        .map(|row| {
            let center = Point { lon: row.get("lon")?, lat: row.get("lat")? };
            Ok(Cluster { center, count: row.get("matches")?, id: row.get("id")?, name: row.get("name")? })
        })
        .collect()
}

/// The records nearest to a point within a radius, in about the right order; the caller measures.
pub async fn nearest(
    db: &Db,
    selection: &Selection,
    center: Point,
    radius_m: f64,
    limit: u32,
) -> Result<Vec<StoredRecord>> {
    let mut boxed = selection.clone();
    boxed.bbox = Some(BoundingBox::around(center, radius_m));
    let mut clause = condition(db.dialect(), &boxed)?;
    let shrink = center.lat.to_radians().cos().powi(2);
    let (lon, lat, shrink) = (clause.bind(center.lon), clause.bind(center.lat), clause.bind(shrink));
    let limit = clause.bind(limit);
    let sql = format!(
        "SELECT {COLUMNS} FROM (SELECT r.seq FROM record r WHERE {} \
         ORDER BY (r.lon - {lon}) * (r.lon - {lon}) * {shrink} + (r.lat - {lat}) * (r.lat - {lat}) LIMIT {limit}) p \
         JOIN record r ON r.seq = p.seq {JOINS}",
        clause.sql
    );
    db.query(&sql, clause.args).await?.iter().map(read).collect()
}
