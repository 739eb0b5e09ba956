//! Records on the map: nearest ones, and grid clusters for small scales.

use fengsui_kernel::{BoundingBox, Point, Result};

use super::clause::{Search, Where, condition, source};
use super::ledger::{COARSE_PER_DEGREE, COLUMN_STRIDE, FINE_PER_DEGREE};
use super::selection::Selection;
use super::{COLUMNS, JOINS, StoredRecord, read};
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

/// What a map of some scale counts in.
struct Grid {
    /// The column of the ledger.
    column: &'static str,
    per_degree: u32,
}

impl Grid {
    /// The grid of which a cluster covers at least two cells each way, if one is fine enough.
    fn of(bbox: BoundingBox, cells: u32) -> Option<Self> {
        let width = (bbox.east - bbox.west) / f64::from(cells);
        let grids = [("coarse", COARSE_PER_DEGREE), ("fine", FINE_PER_DEGREE)];
        let wide = |per_degree: u32| width * f64::from(per_degree) >= 2.0;
        grids.into_iter().find(|(_, own)| wide(*own)).map(|(column, per_degree)| Self { column, per_degree })
    }

    /// The first line of the grid whose middle lies at or beyond so many degrees.
    #[allow(clippy::cast_possible_truncation, reason = "a few ten thousand")]
    fn line(&self, degrees: f64) -> i64 {
        (degrees * f64::from(self.per_degree) - 0.5).ceil() as i64
    }
}

/// The clusters of a box as a statement: `x, y, matches, lons, lats, seq`.
struct Grouping<'a> {
    dialect: Dialect,
    selection: &'a Selection,
    bbox: BoundingBox,
    cells: u32,
}

const SUMS: &str = "COUNT(*) AS matches, SUM(l.lon) AS lons, SUM(l.lat) AS lats, MIN(l.seq) AS seq";

impl Grouping<'_> {
    /// Column and row of the cluster that a place belongs to.
    fn cluster(&self, clause: &mut Where, lon: &str, lat: &str) -> (String, String) {
        // Casting to integers rounds in PostgreSQL and truncates in SQLite.
        let whole = |value: String| match self.dialect {
            Dialect::Sqlite => format!("CAST({value} AS BIGINT)"),
            Dialect::Postgres => format!("CAST(FLOOR({value}) AS BIGINT)"),
        };
        let mut part = |place: &str, low: f64, high: f64| {
            let side = ((high - low) / f64::from(self.cells)).max(f64::MIN_POSITIVE);
            let (low, side) = (clause.bind(low), clause.bind(side));
            whole(format!("({place} - {low}) / {side}"))
        };
        (part(lon, self.bbox.west, self.bbox.east), part(lat, self.bbox.south, self.bbox.north))
    }

    /// Row by row.
    fn by_row(&self) -> Result<(String, Where)> {
        let boxed = Selection { bbox: Some(self.bbox), ..self.selection.clone() };
        let mut clause = condition(self.dialect, &boxed, Search::Found)?;
        let from = source(self.dialect, &boxed, index_for(&boxed, "place"))?;
        let (x, y) = self.cluster(&mut clause, "l.lon", "l.lat");
        let sql = format!("SELECT {x} AS x, {y} AS y, {SUMS} FROM {from} WHERE {} GROUP BY x, y", clause.sql);
        Ok((sql, clause))
    }

    /// Cell by cell: cells are counted in the order of their index and then grouped, each by its middle.
    fn by_cell(&self, grid: &Grid) -> Result<(String, Where)> {
        let open = Selection { bbox: None, ..self.selection.clone() };
        let mut clause = condition(self.dialect, &open, Search::Found)?;
        let (column, stride) = (grid.column, i64::from(COLUMN_STRIDE));
        let west = clause.bind(grid.line(self.bbox.west + 180.0) * stride);
        let east = clause.bind(grid.line(self.bbox.east + 180.0) * stride);
        let south = clause.bind(grid.line(self.bbox.south + 90.0));
        let north = clause.bind(grid.line(self.bbox.north + 90.0));
        let from = source(self.dialect, &open, index_for(&open, column))?;
        let counted = format!(
            "SELECT l.{column} AS cell, {SUMS} FROM {from} WHERE {} AND l.{column} >= {west} AND l.{column} < {east} \
             AND l.{column} % {stride} >= {south} AND l.{column} % {stride} < {north} GROUP BY l.{column}",
            clause.sql
        );
        let middle = |line: String, origin: u32| format!("(({line} + 0.5) / {} - {origin})", grid.per_degree);
        let (lon, lat) = (middle(format!("g.cell / {stride}"), 180), middle(format!("g.cell % {stride}"), 90));
        let (x, y) = self.cluster(&mut clause, &lon, &lat);
        let sql = format!(
            "SELECT {x} AS x, {y} AS y, SUM(g.matches) AS matches, SUM(g.lons) AS lons, SUM(g.lats) AS lats, \
             MIN(g.seq) AS seq FROM ({counted}) g GROUP BY x, y"
        );
        Ok((sql, clause))
    }
}

/// Groups what lies in `bbox` into `cells` × `cells` clusters.
pub async fn clusters(db: &Db, selection: &Selection, bbox: BoundingBox, cells: u32) -> Result<Vec<Cluster>> {
    let grouping = Grouping { dialect: db.dialect(), selection, bbox, cells };
    let (inner, clause) = match Grid::of(bbox, cells) {
        Some(grid) => grouping.by_cell(&grid)?,
        None => grouping.by_row()?,
    };
    let sql = format!(
        "SELECT CAST(c.matches AS BIGINT) AS matches, c.lons / c.matches AS lon, c.lats / c.matches AS lat, n.id, n.name \
         FROM ({inner}) c JOIN record n ON n.seq = c.seq"
    );
    let rows = db.query(&sql, clause.args).await?;
    rows.iter()
        .map(|row| {
            let center = Point { lon: row.get("lon")?, lat: row.get("lat")? };
            Ok(Cluster { center, count: row.get("matches")?, id: row.get("id")?, name: row.get("name")? })
        })
        .collect()
}

/// Words are looked up by the row's key; everything else walks the index.
fn index_for<'a>(selection: &Selection, index: &'a str) -> Option<&'a str> {
    selection.words.is_empty().then_some(index)
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
    let mut clause = condition(db.dialect(), &boxed, Search::Found)?;
    let shrink = center.lat.to_radians().cos().powi(2);
    let (lon, lat, shrink) = (clause.bind(center.lon), clause.bind(center.lat), clause.bind(shrink));
    let limit = clause.bind(limit);
    let from = source(db.dialect(), &boxed, index_for(&boxed, "place"))?;
    let sql = format!(
        "SELECT {COLUMNS} FROM (SELECT l.seq FROM {from} WHERE {} \
         ORDER BY (l.lon - {lon}) * (l.lon - {lon}) * {shrink} + (l.lat - {lat}) * (l.lat - {lat}) LIMIT {limit}) p \
         JOIN record r ON r.seq = p.seq {JOINS}",
        clause.sql
    );
    db.query(&sql, clause.args).await?.iter().map(read).collect()
}
