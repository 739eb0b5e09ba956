//! The log of raw frames: batches of one sender, compressed by whoever writes them, and sums over them.

use fengsui_kernel::{Result, Timestamp};

use super::{pieces, value_lists};
use crate::args;
use crate::{Db, Row, Tx};

/// What a row costs beside its body: columns, index, page.
const ROW_BYTES: i64 = 150;

/// Frames of one sender that were written together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrameBatchRow {
    /// Number of its first frame.
    pub first: i64,
    /// Number of its last frame.
    pub last: i64,
    /// The sender as its frames name it.
    pub sender: String,
    /// Over which protocol.
    pub protocol: String,
    /// The earliest time of a frame in it.
    pub first_at: Timestamp,
    /// The latest.
    pub last_at: Timestamp,
    /// How many frames.
    pub frames: u32,
    /// The compressed frames.
    pub body: Vec<u8>,
    /// Whence the newest came.
    pub peer: String,
    /// What was made of the newest that was received.
    pub verdict: String,
}

/// A sender and what is kept of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrameSenderRow {
    /// As its frames name it.
    pub sender: String,
    /// Over which protocol.
    pub protocol: String,
    /// Time of the oldest frame ever noted.
    pub first_at: Timestamp,
    /// Time of the newest.
    pub last_at: Timestamp,
    /// Frames kept.
    pub frames: u64,
    /// Bytes kept.
    pub bytes: i64,
    /// Whence the newest came.
    pub peer: String,
    /// What was made of the newest that was received.
    pub verdict: String,
}

fn cost(row: &FrameBatchRow) -> i64 {
    i64::try_from(row.body.len()).unwrap_or(i64::MAX - ROW_BYTES) + ROW_BYTES
}

/// Adds batches, at most one for each sender and protocol. One that is there already, since nobody heard that it was
/// committed, stays as it is.
pub async fn insert(tx: &mut Tx, rows: &[FrameBatchRow]) -> Result<()> {
    for piece in pieces(rows) {
        let columns = "first, last, sender, protocol, first_at, last_at, frames, bytes, body";
        let sql = format!(
            "INSERT INTO frame_batch ({columns}) VALUES {} ON CONFLICT (first) DO NOTHING",
            value_lists(piece.len(), 9)
        );
        let one = |row: &FrameBatchRow| {
            let FrameBatchRow { first, last, sender, protocol, first_at, last_at, frames, body, .. } = row;
            args![*first, *last, *sender, *protocol, *first_at, *last_at, *frames, cost(row), *body]
        };
        tx.execute(&sql, piece.iter().flat_map(one).collect()).await?;
        let columns = "sender, protocol, first_at, last_at, frames, bytes, peer, verdict";
        let sql = format!(
            "INSERT INTO frame_sender ({columns}) VALUES {} ON CONFLICT (sender, protocol) DO UPDATE SET \
             last_at = excluded.last_at, frames = frame_sender.frames + excluded.frames, \
             bytes = frame_sender.bytes + excluded.bytes, peer = excluded.peer, \
             verdict = CASE WHEN excluded.verdict = '' THEN frame_sender.verdict ELSE excluded.verdict END",
            value_lists(piece.len(), 8)
        );
        let one = |row: &FrameBatchRow| {
            args![row.sender, row.protocol, row.first_at, row.last_at, row.frames, cost(row), row.peer, row.verdict]
        };
        tx.execute(&sql, piece.iter().flat_map(one).collect()).await?;
    }
    Ok(())
}

fn read(row: &Row) -> Result<FrameBatchRow> {
    Ok(FrameBatchRow {
        first: row.get("first")?,
        last: row.get("last")?,
        sender: row.get("sender")?,
        protocol: row.get("protocol")?,
        first_at: row.get("first_at")?,
        last_at: row.get("last_at")?,
        frames: row.get("frames")?,
        body: row.get("body")?,
        peer: String::new(),
        verdict: String::new(),
    })
}

/// Batches of a sender that reach into a span of time and begin before a number, newest first.
pub async fn newest(
    db: &Db,
    sender: &str,
    (from, to): (Timestamp, Timestamp),
    (before, last_below): (i64, i64),
    limit: u32,
) -> Result<Vec<FrameBatchRow>> {
    let sql = "SELECT first, last, sender, protocol, first_at, last_at, frames, body FROM frame_batch \
               WHERE sender = $1 AND last_at >= $2 AND first_at < $3 AND first < $4 AND last < $5 \
               ORDER BY last DESC LIMIT $6";
    db.query(sql, args![sender, from, to, before, last_below, limit]).await?.iter().map(read).collect()
}

fn read_sender(row: &Row) -> Result<FrameSenderRow> {
    Ok(FrameSenderRow {
        sender: row.get("sender")?,
        protocol: row.get("protocol")?,
        first_at: row.get("first_at")?,
        last_at: row.get("last_at")?,
        frames: row.get("frames")?,
        bytes: row.get("bytes")?,
        peer: row.get("peer")?,
        verdict: row.get("verdict")?,
    })
}

/// Senders, last heard first, from an offset on.
pub async fn senders(db: &Db, limit: u32, offset: u32) -> Result<Vec<FrameSenderRow>> {
    let sql = "SELECT * FROM frame_sender ORDER BY last_at DESC, sender, protocol LIMIT $1 OFFSET $2";
    db.query(sql, args![limit, offset]).await?.iter().map(read_sender).collect()
}

/// Bytes of all batches.
pub async fn total(db: &Db) -> Result<i64> {
    let sum = db.query_one("SELECT CAST(COALESCE(SUM(bytes), 0) AS BIGINT) AS total FROM frame_sender", Vec::new());
    sum.await?.map_or(Ok(0), |row| row.get("total"))
}

/// Senders that hold more than so many bytes, with how many.
pub async fn beyond(db: &Db, most: i64) -> Result<Vec<(String, i64)>> {
    let sql = "SELECT sender, CAST(SUM(bytes) AS BIGINT) AS held FROM frame_sender GROUP BY sender \
               HAVING SUM(bytes) > $1";
    let read = |row: &Row| Ok((row.get("sender")?, row.get("held")?));
    db.query(sql, args![most]).await?.iter().map(read).collect()
}

/// Removes the oldest batches, of one sender or of all, that end before a time, as many as free so many bytes;
/// at most `portion` of them. Answers how many bytes are free now; nothing is left to remove at 0.
pub async fn prune(tx: &mut Tx, sender: Option<&str>, before: Timestamp, surplus: i64, portion: u32) -> Result<i64> {
    let of = if sender.is_some() { "AND sender = $3" } else { "AND $3 = $3" };
    let sql = format!(
        "SELECT first, sender, protocol, frames, bytes FROM frame_batch WHERE last_at < $1 {of} \
         ORDER BY {} LIMIT $2",
        if sender.is_some() { "last" } else { "first" }
    );
    let mut freed = 0;
    for row in tx.query(&sql, args![before, portion, sender.unwrap_or_default()]).await? {
        if freed >= surplus {
            break;
        }
        let (first, bytes): (i64, i64) = (row.get("first")?, row.get("bytes")?);
        let (sender, protocol, frames): (String, String, i64) =
            (row.get("sender")?, row.get("protocol")?, row.get("frames")?);
        tx.execute("DELETE FROM frame_batch WHERE first = $1", args![first]).await?;
        let sql = "UPDATE frame_sender SET frames = frames - $3, bytes = bytes - $4 \
                   WHERE sender = $1 AND protocol = $2";
        tx.execute(sql, args![sender, protocol, frames, bytes]).await?;
        freed += bytes;
    }
    if freed > 0 {
        tx.execute("DELETE FROM frame_sender WHERE frames <= 0", Vec::new()).await?;
    }
    Ok(freed)
}
