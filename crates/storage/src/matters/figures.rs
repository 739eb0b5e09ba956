//! Figures over matters: open ones per process, open clocks, how clocks were kept.

use fengsui_kernel::{Result, Timestamp};

use super::clocks::ClockRow;
use super::conditions::Conditions;
use super::lists::Readable;
use super::{COLUMNS, MatterRow, read};
use crate::Db;

/// Open matters of one process in one phase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProcessCount {
    /// The process.
    pub process: String,
    /// The phase.
    pub phase: String,
    /// How many.
    pub count: u64,
}

/// Counts the open, real matters that the caller may see.
pub async fn open_counts(db: &Db, readable: &[Readable]) -> Result<Vec<ProcessCount>> {
    let mut conditions = Conditions::default();
    let clause = conditions.readable(readable);
    let sql = format!(
        "SELECT m.process, m.phase, COUNT(*) AS count FROM matter m \
         WHERE m.closed = 0 AND m.mode = 'real' AND {clause} GROUP BY m.process, m.phase ORDER BY m.process, m.phase"
    );
    let rows = db.query(&sql, conditions.args).await?;
    rows.iter()
        .map(|row| {
            Ok(ProcessCount { process: row.get("process")?, phase: row.get("phase")?, count: row.get("count")? })
        })
        .collect()
}

/// A running clock with its matter.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenClockRow {
    /// The clock.
    pub clock: ClockRow,
    /// Its matter.
    pub matter: MatterRow,
}

/// Running clocks that the caller may see, soonest first.
pub async fn open_clocks(db: &Db, readable: &[Readable], limit: u32) -> Result<Vec<OpenClockRow>> {
    let mut conditions = Conditions::default();
    let clause = conditions.readable(readable);
    let limit = conditions.arg(&limit);
    let sql = format!(
        "SELECT c.matter, c.name, c.seq, c.started_at, c.due_at, c.remind_at, c.stopped_at, c.void, c.reminded, \
         c.overdue_noted, {COLUMNS} FROM matter_clock c JOIN matter m ON m.id = c.matter \
         WHERE c.stopped_at IS NULL AND {clause} ORDER BY c.due_at, c.matter, c.name LIMIT {limit}"
    );
    let rows = db.query(&sql, conditions.args).await?;
    rows.iter().map(|row| Ok(OpenClockRow { clock: super::clocks::read(row)?, matter: read(row)? })).collect()
}

/// How many real clocks run in time, and how many past their end.
pub async fn clock_totals(db: &Db, readable: &[Readable], now: Timestamp) -> Result<(u64, u64)> {
    let mut conditions = Conditions::default();
    let clause = conditions.readable(readable);
    let now = conditions.arg(&now);
    let sql = format!(
        "SELECT COUNT(CASE WHEN c.due_at >= {now} THEN 1 END) AS running, \
         COUNT(CASE WHEN c.due_at < {now} THEN 1 END) AS overdue \
         FROM matter_clock c JOIN matter m ON m.id = c.matter \
         WHERE c.stopped_at IS NULL AND m.mode = 'real' AND {clause}"
    );
    let row = db.query_one(&sql, conditions.args).await?;
    row.map_or(Ok((0, 0)), |row| Ok((row.get("running")?, row.get("overdue")?)))
}

/// How the clocks of one name were kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockCounts {
    /// The process.
    pub process: String,
    /// The clock.
    pub clock: String,
    /// Stopped in time.
    pub met: u64,
    /// Stopped or still running after their end.
    pub late: u64,
    /// Running, in time.
    pub running: u64,
    /// Stopped because what they wait for was done.
    pub done: u64,
}

fn figures(
    readable: &[Readable],
    process: Option<&str>,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
) -> (Conditions, String) {
    let mut conditions = Conditions::default();
    let readable = conditions.readable(readable);
    conditions.and(readable);
    // Drills are exercises: they do not count in the record of how the law was kept.
    conditions.and("m.mode = 'real'".to_owned());
    conditions.equal("m.process", process.as_ref());
    if let Some(from) = from {
        let from = conditions.arg(&from);
        conditions.and(format!("c.started_at >= {from}"));
    }
    if let Some(to) = to {
        let to = conditions.arg(&to);
        conditions.and(format!("c.started_at < {to}"));
    }
    let clause = conditions.sql();
    (conditions, clause)
}

/// Counts clocks that started in a span of time. Clocks that ended because their matter was over
/// count only when they were late by then.
pub async fn clock_counts(
    db: &Db,
    readable: &[Readable],
    process: Option<&str>,
    (from, to): (Option<Timestamp>, Option<Timestamp>),
) -> Result<Vec<ClockCounts>> {
    let (mut conditions, clause) = figures(readable, process, from, to);
    let now = conditions.arg(&db.now());
    let sum = |condition: &str| format!("CAST(SUM(CASE WHEN {condition} THEN 1 ELSE 0 END) AS BIGINT)");
    let sql = format!(
        "SELECT m.process, c.name, {} AS met, {} AS late, {} AS running, {} AS done \
         FROM matter_clock c JOIN matter m ON m.id = c.matter WHERE {clause} \
         GROUP BY m.process, c.name ORDER BY m.process, c.name",
        sum("c.stopped_at <= c.due_at AND c.void = 0"),
        sum(&format!("COALESCE(c.stopped_at, {now}) > c.due_at")),
        sum(&format!("c.stopped_at IS NULL AND c.due_at >= {now}")),
        sum("c.stopped_at IS NOT NULL AND c.void = 0"),
    );
    let rows = db.query(&sql, conditions.args).await?;
    rows.iter()
        .map(|row| {
            Ok(ClockCounts {
                process: row.get("process")?,
                clock: row.get("name")?,
                met: row.get("met")?,
                late: row.get("late")?,
                running: row.get("running")?,
                done: row.get("done")?,
            })
        })
        .collect()
}

/// The median time in minutes from start to stop, of `counts.done` clocks counted before.
pub async fn median_minutes(
    db: &Db,
    readable: &[Readable],
    counts: &ClockCounts,
    (from, to): (Option<Timestamp>, Option<Timestamp>),
) -> Result<Option<f64>> {
    if counts.done == 0 {
        return Ok(None);
    }
    let (mut conditions, clause) = figures(readable, Some(&counts.process), from, to);
    let name = conditions.arg(&counts.clock);
    let limit = conditions.arg(&(2 - counts.done % 2));
    let offset = conditions.arg(&((counts.done - 1) / 2));
    let sql = format!(
        "SELECT c.stopped_at - c.started_at AS took FROM matter_clock c JOIN matter m ON m.id = c.matter \
         WHERE {clause} AND c.name = {name} AND c.stopped_at IS NOT NULL AND c.void = 0 \
         ORDER BY took LIMIT {limit} OFFSET {offset}"
    );
    let rows = db.query(&sql, conditions.args).await?;
    let took = rows.iter().map(|row| row.get("took")).collect::<Result<Vec<i64>>>()?;
    let millis: i64 = took.iter().sum();
    Ok((!took.is_empty()).then(|| millis as f64 / took.len() as f64 / 60_000.0))
}
