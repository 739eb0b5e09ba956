//! The log of readings where it lies in the database, and how far it is judged.

use fengsui_kernel::Result;

use crate::args;
use crate::{Db, Tx};

/// Appends a record. Durable when the unit of work is committed.
pub async fn append(tx: &mut Tx, sequence: i64, body: Vec<u8>) -> Result<()> {
    tx.execute("INSERT INTO reading_log (sequence, body) VALUES ($1, $2)", args![sequence, body]).await.map(drop)
}

/// Records from a sequence on, in order, at most so many.
pub async fn read(db: &Db, from: i64, limit: u32) -> Result<Vec<(i64, Vec<u8>)>> {
    let sql = "SELECT sequence, body FROM reading_log WHERE sequence >= $1 ORDER BY sequence LIMIT $2";
    let rows = db.query(sql, args![from, limit]).await?;
    rows.iter().map(|row| Ok((row.get("sequence")?, row.get("body")?))).collect()
}

/// The first and the last sequence, and how many bytes the log holds.
pub async fn extent(db: &Db) -> Result<Option<(i64, i64, u64)>> {
    let sql = "SELECT MIN(sequence) AS first, MAX(sequence) AS last, CAST(COALESCE(SUM(LENGTH(body)), 0) AS BIGINT) AS bytes \
               FROM reading_log";
    let Some(row) = db.query_one(sql, Vec::new()).await? else { return Ok(None) };
    let (first, last): (Option<i64>, Option<i64>) = (row.get("first")?, row.get("last")?);
    let bytes = row.get("bytes")?;
    Ok(first.zip(last).map(|(first, last)| (first, last, bytes)))
}

/// Removes the records before a sequence.
pub async fn release(tx: &mut Tx, before: i64) -> Result<u64> {
    tx.execute("DELETE FROM reading_log WHERE sequence < $1", args![before]).await
}

/// How far the log is judged.
pub async fn settled(db: &Db) -> Result<i64> {
    let row = db.query_one("SELECT settled FROM reading_position WHERE id = 1", Vec::new()).await?;
    row.map_or(Ok(0), |row| row.get("settled"))
}

/// Notes how far the log is judged, together with what its records caused.
pub async fn settle(tx: &mut Tx, sequence: i64) -> Result<()> {
    tx.execute("UPDATE reading_position SET settled = $1 WHERE id = 1 AND settled < $1", args![sequence])
        .await
        .map(drop)
}
