//! Observations: the values of a series over time.

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

/// Values of one step of time together.
#[derive(Debug, Clone, PartialEq)]
pub struct AggregateRow {
    /// Start of the step.
    pub at: Timestamp,
    /// Usable values in it.
    pub count: u64,
    /// The smallest.
    pub min: f64,
    /// The largest.
    pub max: f64,
    /// Their mean.
    pub mean: f64,
    /// The last one.
    pub last: f64,
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

/// Writes observations; the last arrival wins. No two rows may share series and time.
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

/// Replaces the last values of the series given. No series may come twice.
pub async fn put_last(tx: &mut Tx, rows: &[(i64, LastRow)]) -> Result<()> {
    for piece in pieces(rows) {
        let sql = format!(
            "INSERT INTO series_last (series, observed_at, received_at, value_text, value, quality, live_at) VALUES {} \
             ON CONFLICT (series) DO UPDATE SET observed_at = excluded.observed_at, received_at = excluded.received_at, \
             value_text = excluded.value_text, value = excluded.value, quality = excluded.quality, live_at = excluded.live_at",
            value_lists(piece.len(), 7)
        );
        let one = |(series, row): &(i64, LastRow)| {
            args![
                *series,
                row.observed_at,
                row.received_at,
                row.value_text,
                row.value,
                row.quality.as_str(),
                row.live_at
            ]
        };
        tx.execute(&sql, piece.iter().flat_map(one).collect()).await?;
    }
    Ok(())
}

/// Observations from `from` up to but without `before`, newest first.
pub async fn range(
    db: &Db,
    series: i64,
    from: Timestamp,
    before: Timestamp,
    limit: u32,
) -> Result<Vec<ObservationRow>> {
    let sql = "SELECT series, observed_at, received_at, value_text, value, quality, historical, raw_ref FROM observation \
               WHERE series = $1 AND observed_at >= $2 AND observed_at < $3 ORDER BY observed_at DESC LIMIT $4";
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
    db.query(sql, args![series, from, before, limit]).await?.iter().map(read).collect()
}

/// One value as rules judge it.
#[derive(Debug, Clone, PartialEq)]
pub struct JudgedRow {
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
}

/// Values from `from` up to but without `before`, oldest first; with or without those from a device's memory.
pub async fn judged(
    db: &Db,
    series: i64,
    from: Timestamp,
    before: Timestamp,
    backfilled: bool,
    limit: u32,
) -> Result<Vec<JudgedRow>> {
    let sql = "SELECT observed_at, received_at, value_text, value, quality FROM observation \
               WHERE series = $1 AND observed_at >= $2 AND observed_at < $3 AND historical <= $4 \
               ORDER BY observed_at LIMIT $5";
    let read = |row: &Row| {
        let quality: String = row.get("quality")?;
        Ok(JudgedRow {
            observed_at: row.get("observed_at")?,
            received_at: row.get("received_at")?,
            value_text: row.get("value_text")?,
            value: row.get("value")?,
            quality: Quality::from_stored(&quality),
        })
    };
    db.query(sql, args![series, from, before, backfilled, limit]).await?.iter().map(read).collect()
}

/// When a series was last heard live with a value, however good.
pub async fn last_heard(db: &Db, series: i64) -> Result<Option<Timestamp>> {
    let sql = "SELECT observed_at, received_at FROM observation WHERE series = $1 AND historical = 0 \
               AND value IS NOT NULL AND quality <> 'missing' ORDER BY observed_at DESC LIMIT 1";
    let Some(row) = db.query_one(sql, args![series]).await? else { return Ok(None) };
    let (observed, received): (Timestamp, Timestamp) = (row.get("observed_at")?, row.get("received_at")?);
    Ok(Some(observed.min(received)))
}

/// Usable values by steps of time, oldest first.
pub async fn aggregates(
    db: &Db,
    series: i64,
    from: Timestamp,
    before: Timestamp,
    step_millis: i64,
) -> Result<Vec<AggregateRow>> {
    let sql = "SELECT b.step * $4 AS at, b.count, b.low, b.high, b.mean, o.value AS last FROM ( \
                 SELECT observed_at / $4 AS step, COUNT(*) AS count, MIN(value) AS low, MAX(value) AS high, \
                        AVG(value) AS mean, MAX(observed_at) AS last_at \
                 FROM observation WHERE series = $1 AND observed_at >= $2 AND observed_at < $3 AND value IS NOT NULL \
                   AND quality IN ('good', 'uncertain', 'manual', 'over_range') GROUP BY observed_at / $4) b \
               JOIN observation o ON o.series = $1 AND o.observed_at = b.last_at ORDER BY b.step";
    let read = |row: &Row| {
        Ok(AggregateRow {
            at: row.get("at")?,
            count: row.get("count")?,
            min: row.get("low")?,
            max: row.get("high")?,
            mean: row.get("mean")?,
            last: row.get("last")?,
        })
    };
    db.query(sql, args![series, from, before, step_millis]).await?.iter().map(read).collect()
}

/// The short keys of all series, for work that goes through them one by one.
pub async fn numbers(db: &Db) -> Result<Vec<i64>> {
    db.query("SELECT number FROM series ORDER BY number", Vec::new())
        .await?
        .iter()
        .map(|row| row.get("number"))
        .collect()
}

/// Removes the oldest observations of one series that are older than `before`, at most `portion`;
/// answers how many. In portions, so that the writer is free for new readings in between.
pub async fn prune(tx: &mut Tx, series: i64, before: Timestamp, portion: u32) -> Result<u64> {
    let sql = "DELETE FROM observation WHERE series = $1 AND observed_at < $2 AND observed_at <= \
               (SELECT MAX(observed_at) FROM (SELECT observed_at FROM observation WHERE series = $1 \
               AND observed_at < $2 ORDER BY observed_at LIMIT $3) AS oldest)";
    tx.execute(sql, args![series, before, portion]).await
}
