//! What is known of a series besides its values.

use fengsui_kernel::id::SeriesId;
use fengsui_kernel::{DivisionCode, Mode, PageQuery, Point, Result, Scope};

use super::conditions::Conditions;
use super::observations::{LastRow, read_last};
use crate::args;
use crate::{Db, Row, Tx, Value};

/// The facts of a series as its registration gave them.
#[derive(Debug, Clone, PartialEq)]
pub struct SeriesFacts {
    /// The device, by record id.
    pub device_id: String,
    /// The device's code.
    pub device_code: String,
    /// The device's name.
    pub device_name: String,
    /// The code of the series, unique within its device.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its English name.
    pub name_en: Option<String>,
    /// The unit of its values.
    pub unit: String,
    /// The installation (tank, unit) it watches, by record id.
    pub installation: Option<String>,
    /// The installation's name.
    pub installation_name: Option<String>,
    /// The enterprise, by record id.
    pub enterprise: Option<String>,
    /// The enterprise's name.
    pub enterprise_name: Option<String>,
    /// Where.
    pub division: DivisionCode,
    /// Where on the map.
    pub location: Option<Point>,
    /// Lower end of the scale shown.
    pub low: Option<f64>,
    /// Upper end of the scale shown.
    pub high: Option<f64>,
    /// How often a value is expected.
    pub expected_interval_seconds: Option<u32>,
    /// Real, or a training device.
    pub mode: Mode,
}

/// A series with its last value.
#[derive(Debug, Clone, PartialEq)]
pub struct SeriesRow {
    /// Key under which its observations are kept.
    pub number: i64,
    /// Its id.
    pub id: SeriesId,
    /// Its facts.
    pub facts: SeriesFacts,
    /// Version of the facts.
    pub version: i64,
    /// The newest value that the store knows of; what is newer is in the log.
    pub last: Option<LastRow>,
    /// The record of the log up to which its readings lie in chunks.
    pub sealed: i64,
    /// Whether it is computed from others.
    pub derived: bool,
}

/// What a list of series is narrowed by.
#[derive(Debug, Clone, Default)]
pub struct SeriesFilter {
    /// The device, by record id.
    pub device: Option<String>,
    /// The enterprise, by record id.
    pub enterprise: Option<String>,
    /// A division and what lies below it.
    pub division: Option<DivisionCode>,
    /// Text in names or codes.
    pub q: Option<String>,
}

const SELECT: &str = "SELECT s.number, s.id, s.device_id, s.device_code, s.device_name, s.code, s.name, s.name_en, s.unit, \
     s.installation, s.installation_name, s.enterprise, s.enterprise_name, s.division, s.lon, s.lat, s.low, s.high, \
     s.expected_interval_seconds, s.mode, s.version, \
     l.observed_at, l.received_at, l.value_text, l.value, l.quality, l.live_at, COALESCE(l.sealed, 0) AS sealed, \
     CAST(CASE WHEN d.series IS NULL THEN 0 ELSE 1 END AS BIGINT) AS derived \
     FROM series s LEFT JOIN derivation d ON d.series = s.number LEFT JOIN series_last l ON l.series = s.number";

pub(super) fn read_location(row: &Row) -> Result<Option<Point>> {
    let (lon, lat): (Option<f64>, Option<f64>) = (row.get("lon")?, row.get("lat")?);
    Ok(lon.zip(lat).map(|(lon, lat)| Point { lon, lat }))
}

fn read_facts(row: &Row) -> Result<SeriesFacts> {
    Ok(SeriesFacts {
        device_id: row.get("device_id")?,
        device_code: row.get("device_code")?,
        device_name: row.get("device_name")?,
        code: row.get("code")?,
        name: row.get("name")?,
        name_en: row.get("name_en")?,
        unit: row.get("unit")?,
        installation: row.get("installation")?,
        installation_name: row.get("installation_name")?,
        enterprise: row.get("enterprise")?,
        enterprise_name: row.get("enterprise_name")?,
        division: row.get("division")?,
        location: read_location(row)?,
        low: row.get("low")?,
        high: row.get("high")?,
        expected_interval_seconds: row.get("expected_interval_seconds")?,
        mode: row.parse("mode")?,
    })
}

fn read(row: &Row) -> Result<SeriesRow> {
    let facts = read_facts(row)?;
    let last = read_last(row)?;
    Ok(SeriesRow {
        number: row.get("number")?,
        id: row.parse("id")?,
        facts,
        version: row.get("version")?,
        last,
        sealed: row.get("sealed")?,
        derived: row.get::<i64>("derived")? != 0,
    })
}

fn fact_args(facts: &SeriesFacts) -> Vec<Value> {
    args![
        facts.device_id,
        facts.device_code,
        facts.device_name,
        facts.code,
        facts.name,
        facts.name_en,
        facts.unit,
        facts.installation,
        facts.installation_name,
        facts.enterprise,
        facts.enterprise_name,
        facts.division,
        facts.location.map(|point| point.lon),
        facts.location.map(|point| point.lat),
        facts.low,
        facts.high,
        facts.expected_interval_seconds,
        facts.mode.as_str(),
    ]
}

/// Adds a series; answers its number.
pub async fn insert(tx: &mut Tx, id: &SeriesId, facts: &SeriesFacts) -> Result<i64> {
    let sql = "INSERT INTO series (device_id, device_code, device_name, code, name, name_en, unit, installation, \
               installation_name, enterprise, enterprise_name, division, lon, lat, low, high, \
               expected_interval_seconds, mode, id, version, created_at, updated_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, 1, $20, $20) \
               RETURNING number";
    let mut values = fact_args(facts);
    values.extend(args![*id, tx.now()]);
    let row = tx.query_one(sql, values).await?;
    row.ok_or_else(|| fengsui_kernel::Fault::internal("no number for the series"))?.get("number")
}

/// Replaces the facts if the version is still the given one; tells whether it was.
pub async fn update(tx: &mut Tx, id: &SeriesId, facts: &SeriesFacts, version: i64) -> Result<bool> {
    let sql = "UPDATE series SET device_id = $1, device_code = $2, device_name = $3, code = $4, name = $5, name_en = $6, \
               unit = $7, installation = $8, installation_name = $9, enterprise = $10, enterprise_name = $11, \
               division = $12, lon = $13, lat = $14, low = $15, high = $16, expected_interval_seconds = $17, mode = $18, \
               version = version + 1, updated_at = $19 WHERE id = $20 AND version = $21 AND retired = 0";
    let mut values = fact_args(facts);
    values.extend(args![tx.now(), *id, version]);
    Ok(tx.execute(sql, values).await? == 1)
}

/// Takes a series out of use; its observations and alarms stay.
pub async fn retire(tx: &mut Tx, id: &SeriesId, version: i64) -> Result<bool> {
    let sql = "UPDATE series SET retired = 1, version = version + 1, updated_at = $1 \
               WHERE id = $2 AND version = $3 AND retired = 0";
    Ok(tx.execute(sql, args![tx.now(), *id, version]).await? == 1)
}

/// Takes a series out of use whatever its version, because its device left.
pub async fn retire_any(tx: &mut Tx, number: i64) -> Result<()> {
    let sql = "UPDATE series SET retired = 1, version = version + 1, updated_at = $1 WHERE number = $2 AND retired = 0";
    tx.execute(sql, args![tx.now(), number]).await.map(|_| ())
}

/// Carries a device's new code and name into its series.
pub async fn rename_device(tx: &mut Tx, device_id: &str, code: &str, name: &str) -> Result<u64> {
    let sql = "UPDATE series SET device_code = $1, device_name = $2 WHERE device_id = $3 AND (device_code <> $1 OR device_name <> $2)";
    tx.execute(sql, args![code, name, device_id]).await
}

/// Carries the new name of an installation or enterprise into the series that name it.
pub async fn rename_place(tx: &mut Tx, id: &str, name: &str) -> Result<u64> {
    let sql =
        "UPDATE series SET installation_name = $1 WHERE installation = $2 AND installation_name IS DISTINCT FROM $1";
    let installations = tx.execute(sql, args![name, id]).await?;
    let sql = "UPDATE series SET enterprise_name = $1 WHERE enterprise = $2 AND enterprise_name IS DISTINCT FROM $1";
    Ok(installations + tx.execute(sql, args![name, id]).await?)
}

/// One series in use.
pub async fn get(db: &Db, id: &SeriesId) -> Result<Option<SeriesRow>> {
    let sql = format!("{SELECT} WHERE s.id = $1 AND s.retired = 0");
    db.query_one(&sql, args![*id]).await?.as_ref().map(read).transpose()
}

/// The series of a device with the given code.
pub async fn find(db: &Db, device_id: &str, code: &str) -> Result<Option<SeriesRow>> {
    let sql = format!("{SELECT} WHERE s.device_id = $1 AND s.code = $2 AND s.retired = 0");
    db.query_one(&sql, args![device_id, code]).await?.as_ref().map(read).transpose()
}

/// Series in use after a number, by number, for the catalogue.
pub async fn after(db: &Db, number: i64, limit: u32) -> Result<Vec<SeriesRow>> {
    let sql = format!("{SELECT} WHERE s.number > $1 AND s.retired = 0 ORDER BY s.number LIMIT $2");
    db.query(&sql, args![number, limit]).await?.iter().map(read).collect()
}

/// A page of series by device and code, one row more than the limit, and the count.
pub async fn list(db: &Db, scopes: &[Scope], filter: &SeriesFilter, page: &PageQuery) -> Result<(Vec<SeriesRow>, u64)> {
    let mut conditions = Conditions::default();
    conditions.add("s.retired = 0", Vec::new());
    conditions.scopes(scopes, "s");
    if let Some(device) = &filter.device {
        conditions.add("s.device_id = ?", args![device.as_str()]);
    }
    if let Some(enterprise) = &filter.enterprise {
        conditions.add("s.enterprise = ?", args![enterprise.as_str()]);
    }
    if let Some(division) = filter.division {
        conditions.scopes(&[Scope::Subtree { division }], "s");
    }
    if let Some(q) = filter.q.as_deref().filter(|q| !q.trim().is_empty()) {
        let columns =
            ["s.name", "s.code", "s.device_name", "s.device_code", "s.enterprise_name", "s.installation_name"];
        conditions.contains(&columns, q);
    }
    let count_sql = format!("SELECT COUNT(*) AS total FROM series s{}", conditions.clause());
    let total = db.query_one(&count_sql, conditions.args.clone()).await?.map_or(Ok(0), |row| row.get("total"))?;
    let (clause, values) = conditions.paged("s.device_code, s.code, s.number", page.limit() + 1, page.offset());
    let rows = db.query(&format!("{SELECT}{clause}"), values).await?.iter().map(read).collect::<Result<_>>()?;
    Ok((rows, total))
}
