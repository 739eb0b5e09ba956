//! Administrative divisions.

use std::collections::HashSet;

use fengsui_kernel::{DivisionCode, Point, Result};

use super::{placeholders, point, rows_of_placeholders};
use crate::args;
use crate::value::{ToValue, Value};
use crate::{Db, Row, Tx};

/// A division as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredDivision {
    /// Code.
    pub code: DivisionCode,
    /// Name.
    pub name: String,
    /// `country`, `province`, `city`, `county`, `township` or `village`.
    pub level: String,
    /// One level up.
    pub parent: Option<DivisionCode>,
    /// Residents, when known.
    pub population: Option<u64>,
    /// The day the figure is of.
    pub population_as_of: Option<String>,
    /// A point to put the name at.
    pub location: Option<Point>,
    /// Pinyin initials of the name.
    pub initials: String,
    /// What the entry rests on.
    pub source: String,
    /// Whether there is a level below.
    pub has_children: bool,
}

/// Which divisions are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DivisionFilter {
    /// Directly below this one.
    pub parent: Option<DivisionCode>,
    /// Text of the name, initials or start of the code.
    pub text: Option<String>,
    /// Level.
    pub level: Option<String>,
}

const COLUMNS: &str = "d.code, d.name, d.level, d.parent, d.population, d.population_as_of, d.lon, d.lat, d.initials, d.source, \
     CASE WHEN EXISTS (SELECT 1 FROM division c WHERE c.parent = d.code) THEN 1 ELSE 0 END AS has_children";

fn read(row: &Row) -> Result<StoredDivision> {
    let has_children: i64 = row.get("has_children")?;
    Ok(StoredDivision {
        code: row.get("code")?,
        name: row.get("name")?,
        level: row.get("level")?,
        parent: row.get("parent")?,
        population: row.get("population")?,
        population_as_of: row.get("population_as_of")?,
        location: point(row)?,
        initials: row.get("initials")?,
        source: row.get("source")?,
        has_children: has_children != 0,
    })
}

/// Writes divisions; those whose code exists are replaced.
pub async fn upsert_divisions(tx: &mut Tx, divisions: &[StoredDivision]) -> Result<()> {
    for portion in divisions.chunks(500) {
        let rows = rows_of_placeholders(portion.len(), 10);
        let sql = format!(
            "INSERT INTO division (code, name, level, parent, population, population_as_of, lon, lat, initials, source) \
             VALUES {rows} ON CONFLICT (code) DO UPDATE SET name = excluded.name, level = excluded.level, \
             parent = excluded.parent, population = excluded.population, population_as_of = excluded.population_as_of, \
             lon = excluded.lon, lat = excluded.lat, initials = excluded.initials, source = excluded.source"
        );
        let arguments = |division: &StoredDivision| {
            args![
                division.code,
                division.name,
                division.level,
                division.parent,
                division.population,
                division.population_as_of,
                division.location.map(|point| point.lon),
                division.location.map(|point| point.lat),
                division.initials,
                division.source,
            ]
        };
        tx.execute(&sql, portion.iter().flat_map(arguments).collect()).await?;
    }
    Ok(())
}

/// One division.
pub async fn division_by_code(db: &Db, code: DivisionCode) -> Result<Option<StoredDivision>> {
    let sql = format!("SELECT {COLUMNS} FROM division d WHERE d.code = $1");
    db.query_one(&sql, args![code]).await?.as_ref().map(read).transpose()
}

/// Several divisions, in order of code.
pub async fn divisions_by_code(db: &Db, codes: &[DivisionCode]) -> Result<Vec<StoredDivision>> {
    let mut found = Vec::with_capacity(codes.len());
    for portion in codes.chunks(1000) {
        let marks = placeholders(1, portion.len());
        let sql = format!("SELECT {COLUMNS} FROM division d WHERE d.code IN ({marks}) ORDER BY d.code");
        for row in db.query(&sql, portion.iter().map(ToValue::to_value).collect()).await? {
            found.push(read(&row)?);
        }
    }
    Ok(found)
}

/// The divisions directly below any of these.
pub async fn children_of(db: &Db, codes: &[DivisionCode]) -> Result<Vec<StoredDivision>> {
    let mut found = Vec::new();
    for portion in codes.chunks(1000) {
        let marks = placeholders(1, portion.len());
        let sql = format!("SELECT {COLUMNS} FROM division d WHERE d.parent IN ({marks}) ORDER BY d.code");
        for row in db.query(&sql, portion.iter().map(ToValue::to_value).collect()).await? {
            found.push(read(&row)?);
        }
    }
    Ok(found)
}

/// Divisions that fit a filter, in order of code.
pub async fn divisions_matching(db: &Db, filter: &DivisionFilter, limit: u32) -> Result<Vec<StoredDivision>> {
    let (mut conditions, mut args): (Vec<String>, Vec<Value>) = (vec!["1 = 1".to_owned()], Vec::new());
    if let Some(parent) = filter.parent {
        args.push(parent.to_value());
        conditions.push(format!("d.parent = ${}", args.len()));
    }
    if let Some(level) = &filter.level {
        args.push(level.to_value());
        conditions.push(format!("d.level = ${}", args.len()));
    }
    if let Some(text) = &filter.text {
        let plain: String = text.chars().filter(|letter| !matches!(letter, '%' | '_' | '!')).collect();
        args.push(format!("%{plain}%").to_value());
        args.push(format!("{}%", plain.to_lowercase()).to_value());
        let (anywhere, start) = (args.len() - 1, args.len());
        conditions.push(format!("(d.name LIKE ${anywhere} OR d.initials LIKE ${start} OR d.code LIKE ${start})"));
    }
    args.push(limit.to_value());
    let sql = format!(
        "SELECT {COLUMNS} FROM division d WHERE {} ORDER BY d.code LIMIT ${}",
        conditions.join(" AND "),
        args.len()
    );
    db.query(&sql, args).await?.iter().map(read).collect()
}

/// Which of these divisions exist.
pub async fn known_divisions(tx: &mut Tx, codes: &[DivisionCode]) -> Result<HashSet<DivisionCode>> {
    let mut known = HashSet::with_capacity(codes.len());
    for portion in codes.chunks(1000) {
        let sql = format!("SELECT code FROM division WHERE code IN ({})", placeholders(1, portion.len()));
        for row in tx.query(&sql, portion.iter().map(ToValue::to_value).collect()).await? {
            known.insert(row.get("code")?);
        }
    }
    Ok(known)
}
