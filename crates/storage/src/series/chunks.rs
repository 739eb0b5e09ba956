//! Readings as they are kept: chunks of one series, encoded by the telemetry library.

use fengsui_kernel::{Result, Timestamp};
use fengsui_telemetry::Summary;

use super::{pieces, value_lists};
use crate::args;
use crate::{Db, Row, Tx};

/// Readings of one series that were sealed together.
#[derive(Debug, Clone, PartialEq)]
pub struct ChunkRow {
    /// Number of the series.
    pub series: i64,
    /// The record of the log up to which the series is sealed with this chunk.
    pub sequence: i64,
    /// What is in it, without reading it.
    pub summary: Summary,
    /// The encoded readings.
    pub body: Vec<u8>,
}

/// Where a chunk lies in time, without its readings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChunkPlace {
    /// Its number, by which it is fetched.
    pub number: i64,
    /// Milliseconds of its first reading.
    pub first_at: i64,
    /// Milliseconds of its last reading.
    pub last_at: i64,
    /// Which of two readings with one time holds: that of the chunk with the greater one.
    pub sequence: i64,
    /// Readings in it.
    pub count: u32,
}

/// A chunk's readings as they are stored, with their place.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredChunk {
    /// Where it lies.
    pub place: ChunkPlace,
    /// The encoded readings.
    pub body: Vec<u8>,
}

/// Adds chunks.
pub async fn insert_many(tx: &mut Tx, rows: &[ChunkRow]) -> Result<()> {
    for piece in pieces(rows) {
        let sql = format!(
            "INSERT INTO reading_chunk (series, first_at, last_at, sequence, count, usable, low, high, total, body) VALUES {}",
            value_lists(piece.len(), 10)
        );
        let one = |row: &ChunkRow| {
            let Summary { count, first_at, last_at, usable, min, max, sum } = row.summary;
            let figure = |figure: f64| (usable > 0).then_some(figure);
            args![
                row.series,
                first_at,
                last_at,
                row.sequence,
                count,
                usable,
                figure(min),
                figure(max),
                figure(sum),
                row.body
            ]
        };
        tx.execute(&sql, piece.iter().flat_map(one).collect()).await?;
    }
    Ok(())
}

fn read_place(row: &Row) -> Result<ChunkPlace> {
    Ok(ChunkPlace {
        number: row.get("number")?,
        first_at: row.get("first_at")?,
        last_at: row.get("last_at")?,
        sequence: row.get("sequence")?,
        count: row.get("count")?,
    })
}

fn read(row: &Row) -> Result<StoredChunk> {
    Ok(StoredChunk { place: read_place(row)?, body: row.get("body")? })
}

/// Where the chunks lie that reach into a span of time, oldest end first.
pub async fn places(db: &Db, series: i64, from: Timestamp, before: Timestamp) -> Result<Vec<ChunkPlace>> {
    let sql = "SELECT number, first_at, last_at, sequence, count FROM reading_chunk \
               WHERE series = $1 AND last_at >= $2 AND first_at < $3 ORDER BY last_at, number";
    db.query(sql, args![series, from, before]).await?.iter().map(read_place).collect()
}

/// Chunks that reach into a span of time and end at or after `after` (by end and number), oldest end first.
pub async fn oldest(
    db: &Db,
    series: i64,
    after: (i64, i64),
    before: Timestamp,
    limit: u32,
) -> Result<Vec<StoredChunk>> {
    let sql = "SELECT number, first_at, last_at, sequence, count, body FROM reading_chunk \
               WHERE series = $1 AND (last_at, number) > ($2, $3) AND first_at < $4 ORDER BY last_at, number LIMIT $5";
    db.query(sql, args![series, after.0, after.1, before, limit]).await?.iter().map(read).collect()
}

/// Chunks that reach into a span of time and end before `until` (by end and number), newest end first.
pub async fn newest(
    db: &Db,
    series: i64,
    from: Timestamp,
    before: Timestamp,
    until: (i64, i64),
    limit: u32,
) -> Result<Vec<StoredChunk>> {
    let sql = "SELECT number, first_at, last_at, sequence, count, body FROM reading_chunk \
               WHERE series = $1 AND last_at >= $2 AND first_at < $3 AND (last_at, number) < ($4, $5) \
               ORDER BY last_at DESC, number DESC LIMIT $6";
    db.query(sql, args![series, from, before, until.0, until.1, limit]).await?.iter().map(read).collect()
}

/// Removes the oldest chunks of one series that end before `before`, at most `portion`; answers how many.
/// In portions, so that the writer is free for new readings in between.
pub async fn prune(tx: &mut Tx, series: i64, before: Timestamp, portion: u32) -> Result<u64> {
    let sql = "DELETE FROM reading_chunk WHERE number IN (SELECT number FROM reading_chunk \
               WHERE series = $1 AND last_at < $2 ORDER BY last_at LIMIT $3)";
    tx.execute(sql, args![series, before, portion]).await
}
