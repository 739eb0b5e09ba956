//! Polygons of divisions.

use fengsui_kernel::{BoundingBox, DivisionCode, Result};

use super::{placeholders, rows_of_placeholders};
use crate::args;
use crate::value::ToValue;
use crate::{Db, Row, Tx};

/// The polygon of a division.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredBoundary {
    /// Division.
    pub code: DivisionCode,
    /// Its name, when the division is known.
    pub name: Option<String>,
    /// The box around it.
    pub bbox: BoundingBox,
    /// GeoJSON geometry as text.
    pub geometry: String,
}

const COLUMNS: &str = "b.code, d.name, b.west, b.south, b.east, b.north, b.geometry";

fn read(row: &Row) -> Result<StoredBoundary> {
    let bbox = BoundingBox {
        west: row.get("west")?,
        south: row.get("south")?,
        east: row.get("east")?,
        north: row.get("north")?,
    };
    Ok(StoredBoundary { code: row.get("code")?, name: row.get("name")?, bbox, geometry: row.get("geometry")? })
}

/// Writes boundaries; those whose code exists are replaced. Codes must be distinct.
pub async fn upsert_boundaries(tx: &mut Tx, boundaries: &[StoredBoundary]) -> Result<()> {
    for portion in boundaries.chunks(200) {
        let sql = format!(
            "INSERT INTO boundary (code, west, south, east, north, geometry) VALUES {} \
             ON CONFLICT (code) DO UPDATE SET west = excluded.west, south = excluded.south, east = excluded.east, \
             north = excluded.north, geometry = excluded.geometry",
            rows_of_placeholders(portion.len(), 6)
        );
        let arguments = |boundary: &StoredBoundary| {
            let bbox = boundary.bbox;
            args![boundary.code, bbox.west, bbox.south, bbox.east, bbox.north, boundary.geometry]
        };
        tx.execute(&sql, portion.iter().flat_map(arguments).collect()).await?;
    }
    Ok(())
}

/// Boundaries of these divisions.
pub async fn boundaries_by_code(db: &Db, codes: &[DivisionCode]) -> Result<Vec<StoredBoundary>> {
    let mut found = Vec::with_capacity(codes.len());
    for portion in codes.chunks(1000) {
        let marks = placeholders(1, portion.len());
        let sql = format!(
            "SELECT {COLUMNS} FROM boundary b LEFT JOIN division d ON d.code = b.code WHERE b.code IN ({marks}) ORDER BY b.code"
        );
        for row in db.query(&sql, portion.iter().map(ToValue::to_value).collect()).await? {
            found.push(read(&row)?);
        }
    }
    Ok(found)
}

/// Boundaries whose box touches a box.
pub async fn boundaries_in_box(db: &Db, bbox: BoundingBox) -> Result<Vec<StoredBoundary>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM boundary b LEFT JOIN division d ON d.code = b.code \
         WHERE b.west <= $1 AND b.east >= $2 AND b.south <= $3 AND b.north >= $4 ORDER BY b.code"
    );
    db.query(&sql, args![bbox.east, bbox.west, bbox.north, bbox.south]).await?.iter().map(read).collect()
}

/// Whether any division below this one has a boundary.
pub async fn has_parts(db: &Db, code: DivisionCode) -> Result<bool> {
    let sql = "SELECT 1 AS one FROM boundary WHERE code > $1 AND code < $2 LIMIT 1";
    Ok(db.query_one(sql, args![code, code.subtree_end()]).await?.is_some())
}
