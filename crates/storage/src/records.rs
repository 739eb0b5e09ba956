//! Statements of records: ledger entries, their versions, divisions and boundaries.

mod boundaries;
mod clause;
mod divisions;
mod history;
mod keyset;
mod ledger;
mod lookups;
mod map;
mod places;
mod runs;
mod select;
mod selection;
mod walk;
mod write;

pub use boundaries::{StoredBoundary, boundaries_by_code, boundaries_in_box, has_parts, upsert_boundaries};
pub use divisions::{
    DivisionFilter, StoredDivision, children_of, division_by_code, divisions_by_code, divisions_matching,
    known_divisions, upsert_divisions,
};
pub use history::{StoredVersion, history};
pub use ledger::ensure_ledger;
pub use lookups::{
    Head, by_code, by_id, by_id_in, by_ids, counts, existing_codes, existing_ids, heads_by_code, referring,
    with_attribute,
};
pub use map::{Cluster, clusters, nearest};
pub use places::{Placed, by_seqs, count_within, places, tallies};
pub use runs::{RunChange, RunVersion, changes_of_run, codes_by_value, count_of_run, divisions_named, versions_of_run};
pub use select::{after_code, more_than, page, search_everywhere};
pub use selection::{AttributeType, Column, Condition, Field, Operator, Selection, Sort, Word};
pub use write::{Change, RecordWrite, revive, soft_delete, update, upsert};

use fengsui_kernel::{DivisionCode, Point, Result, Timestamp};
use serde_json::Value as Json;

use crate::Row;

/// A record as it is kept, with the names that go with it.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredRecord {
    /// Record id.
    pub id: String,
    /// Kind.
    pub kind: String,
    /// Code, unique within the kind.
    pub code: String,
    /// Name.
    pub name: String,
    /// Division.
    pub division: DivisionCode,
    /// Its name.
    pub division_name: Option<String>,
    /// Place on the map.
    pub location: Option<Point>,
    /// The enterprise it belongs to, by record id; an enterprise names itself.
    pub enterprise: Option<String>,
    /// The enterprise's name.
    pub enterprise_name: Option<String>,
    /// What its kind declares.
    pub attributes: Json,
    /// Version, from 1.
    pub version: i64,
    /// When it was first written.
    pub created_at: Timestamp,
    /// When it was last written.
    pub updated_at: Timestamp,
    /// By whom, as shown.
    pub updated_by: String,
}

/// The columns of [`StoredRecord`], for `FROM record r` with the joins below.
const COLUMNS: &str = "r.id, r.kind, r.code, r.name, r.division, d.name AS division_name, r.lon, r.lat, r.enterprise, \
     e.name AS enterprise_name, r.attributes, r.version, r.created_at, r.updated_at, r.updated_by";
const JOINS: &str = "LEFT JOIN division d ON d.code = r.division LEFT JOIN record e ON e.id = r.enterprise";

fn point(row: &Row) -> Result<Option<Point>> {
    let (lon, lat): (Option<f64>, Option<f64>) = (row.get("lon")?, row.get("lat")?);
    // Stored coordinates were checked when they came in.
    Ok(lon.zip(lat).map(|(lon, lat)| Point { lon, lat }))
}

fn read(row: &Row) -> Result<StoredRecord> {
    Ok(StoredRecord {
        id: row.get("id")?,
        kind: row.get("kind")?,
        code: row.get("code")?,
        name: row.get("name")?,
        division: row.get("division")?,
        division_name: row.get("division_name")?,
        location: point(row)?,
        enterprise: row.get("enterprise")?,
        enterprise_name: row.get("enterprise_name")?,
        attributes: row.get("attributes")?,
        version: row.get("version")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
        updated_by: row.get("updated_by")?,
    })
}

/// `($1, $2), ($3, $4)` for rows of `width` arguments.
fn rows_of_placeholders(rows: usize, width: usize) -> String {
    let row = |index: usize| {
        let cells: Vec<String> = (1..=width).map(|cell| format!("${}", index * width + cell)).collect();
        format!("({})", cells.join(", "))
    };
    (0..rows).map(row).collect::<Vec<_>>().join(", ")
}

/// `$first, $first+1, …` for lists after `IN`.
fn placeholders(first: usize, count: usize) -> String {
    (first..first + count).map(|index| format!("${index}")).collect::<Vec<_>>().join(", ")
}
