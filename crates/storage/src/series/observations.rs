//! Last values, and the rows in which older versions kept observations.

use fengsui_kernel::reading::Quality;
use fengsui_kernel::{Result, Timestamp};

use super::{pieces, value_lists};
use crate::args;
use crate::{Db, Row, Tx};

/// One value of one series.
#[derive(Debug, Clone, PartialEq)]
pub struct ObservationRow {
    /// Number of the series.
    pub series: i64,
    /// When it was measured.
    pub observed_at: Timestamp,
    /// When it reached the platform.
    pub received_at: Timestamp,
    /// The number as its sender wrote it.
    pub value_text: String,
    /// The same as a number, absent when there is none.
    pub value: Option<f64>,
    /// How far it can be trusted.
    pub quality: Quality,
    /// Sent later than measured, from the device's memory.
    pub historical: bool,
    /// Where the raw frame is found.
    pub raw_ref: Option<String>,
}

/// The newest value of a series.
#[derive(Debug, Clone, PartialEq)]
pub struct LastRow {
    /// When it was measured.
    pub observed_at: Timestamp,
    /// When it reached the platform.
    pub received_at: Timestamp,
    /// The number as its sender wrote it.
    pub value_text: String,
    /// The same as a number.
    pub value: Option<f64>,
    /// How far it can be trusted.
    pub quality: Quality,
    /// When the newest live (not backfilled) value was measured: rules judge nothing older.
    pub live_at: Option<Timestamp>,
}

pub(super) fn read_last(row: &Row) -> Result<Option<LastRow>> {
    let Some(observed_at) = row.get("observed_at")? else { return Ok(None) };
    let quality: String = row.get("quality")?;
    Ok(Some(LastRow {
        observed_at,
        received_at: row.get("received_at")?,
        value_text: row.get("value_text")?,
        value: row.get("value")?,
        quality: Quality::from_stored(&quality),
        live_at: row.get("live_at")?,
    }))
}

/// Writes observations as older versions did, for the test that their rows stay readable.
#[cfg(any(test, feature = "testkit"))]
pub async fn insert_many(tx: &mut Tx, rows: &[ObservationRow]) -> Result<()> {
    for piece in pieces(rows) {
        let sql = format!(
            "INSERT INTO observation (series, observed_at, received_at, value_text, value, quality, historical, raw_ref) \
             VALUES {} ON CONFLICT (series, observed_at) DO UPDATE SET received_at = excluded.received_at, \
             value_text = excluded.value_text, value = excluded.value, quality = excluded.quality, \
             historical = excluded.historical, raw_ref = excluded.raw_ref",
            value_lists(piece.len(), 8)
        );
        let one = |row: &ObservationRow| {
            args![
                row.series,
                row.observed_at,
                row.received_at,
                row.value_text,
                row.value,
                row.quality.as_str(),
                row.historical,
                row.raw_ref
            ]
        };
        tx.execute(&sql, piece.iter().flat_map(one).collect()).await?;
    }
    Ok(())
}

/// Replaces the last values of the series given, and how far each is sealed. No series may come twice.
pub async fn put_last(tx: &mut Tx, rows: &[(i64, LastRow, i64)]) -> Result<()> {
    for piece in pieces(rows) {
        let sql = format!(
            "INSERT INTO series_last (series, observed_at, received_at, value_text, value, quality, live_at, sealed) VALUES {} \
             ON CONFLICT (series) DO UPDATE SET observed_at = excluded.observed_at, received_at = excluded.received_at, \
             value_text = excluded.value_text, value = excluded.value, quality = excluded.quality, live_at = excluded.live_at, \
             sealed = excluded.sealed WHERE excluded.sealed >= series_last.sealed",
            value_lists(piece.len(), 8)
        );
        let one = |(series, row, sealed): &(i64, LastRow, i64)| {
            args![
                *series,
                row.observed_at,
                row.received_at,
                row.value_text,
                row.value,
                row.quality.as_str(),
                row.live_at,
                *sealed
            ]
        };
        tx.execute(&sql, piece.iter().flat_map(one).collect()).await?;
    }
    Ok(())
}

/// The short keys of all series, for work that goes through them one by one.
pub async fn numbers(db: &Db) -> Result<Vec<i64>> {
    db.query("SELECT number FROM series ORDER BY number", Vec::new())
        .await?
        .iter()
        .map(|row| row.get("number"))
        .collect()
}

/// A series of which an older version left rows, if there is one.
pub async fn left_over(db: &Db) -> Result<Option<i64>> {
    let row = db.query_one("SELECT series FROM observation ORDER BY series LIMIT 1", Vec::new()).await?;
    row.map(|row| row.get("series")).transpose()
}

/// The oldest rows that an older version left of a series.
pub async fn left_rows(tx: &mut Tx, series: i64, limit: u32) -> Result<Vec<ObservationRow>> {
    let sql = "SELECT series, observed_at, received_at, value_text, value, quality, historical, raw_ref FROM observation \
               WHERE series = $1 ORDER BY observed_at LIMIT $2";
    let read = |row: &Row| {
        let quality: String = row.get("quality")?;
        Ok(ObservationRow {
            series: row.get("series")?,
            observed_at: row.get("observed_at")?,
            received_at: row.get("received_at")?,
            value_text: row.get("value_text")?,
            value: row.get("value")?,
            quality: Quality::from_stored(&quality),
            historical: row.get("historical")?,
            raw_ref: row.get("raw_ref")?,
        })
    };
    tx.query(sql, args![series, limit]).await?.iter().map(read).collect()
}

/// Removes the rows of a series up to and with a time, once they lie in chunks.
pub async fn remove_left(tx: &mut Tx, series: i64, up_to: Timestamp) -> Result<u64> {
    tx.execute("DELETE FROM observation WHERE series = $1 AND observed_at <= $2", args![series, up_to]).await
}
