//! Clocks one by one with what figures are grouped by. Drills are left out: they do not count in the
//! record of how the law was kept.

use fengsui_kernel::id::MatterId;
use fengsui_kernel::{DivisionCode, Result, Timestamp};

use super::conditions::Conditions;
use super::lists::Readable;
use crate::{Db, Row};

/// Which clocks are asked for.
#[derive(Debug, Clone, Default)]
pub struct ClockFilter {
    /// Of one process.
    pub process: Option<String>,
    /// Of one name.
    pub clock: Option<String>,
    /// In a division and all below.
    pub division: Option<DivisionCode>,
    /// Started from this time on.
    pub from: Option<Timestamp>,
    /// Started before this time.
    pub to: Option<Timestamp>,
}

/// A clock with its matter and who answers for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockFact {
    /// The matter.
    pub matter: MatterId,
    /// Its title.
    pub title: String,
    /// Its process.
    pub process: String,
    /// The clock.
    pub clock: String,
    /// Where.
    pub division: DivisionCode,
    /// The post that stopped it, or holds the matter.
    pub post: Option<String>,
    /// When it was started.
    pub started_at: Timestamp,
    /// When it runs out.
    pub due_at: Timestamp,
    /// When it stopped.
    pub stopped_at: Option<Timestamp>,
    /// Ended because the matter was over, not because it was kept.
    pub void: bool,
}

fn read(row: &Row) -> Result<ClockFact> {
    Ok(ClockFact {
        matter: row.parse("matter")?,
        title: row.get("title")?,
        process: row.get("process")?,
        clock: row.get("name")?,
        division: row.get("division")?,
        post: row.get("post")?,
        started_at: row.get("started_at")?,
        due_at: row.get("due_at")?,
        stopped_at: row.get("stopped_at")?,
        void: row.get("void")?,
    })
}

/// Clocks of real matters that the caller may see, newest first.
pub async fn clock_facts(db: &Db, readable: &[Readable], filter: &ClockFilter, limit: u32) -> Result<Vec<ClockFact>> {
    let mut conditions = Conditions::default();
    let clause = conditions.readable(readable);
    conditions.and(clause);
    conditions.and("m.mode = 'real'".to_owned());
    conditions.equal("m.process", filter.process.as_ref());
    conditions.equal("c.name", filter.clock.as_ref());
    if let Some(division) = &filter.division {
        let clause = conditions.subtree("m.division", division);
        conditions.and(clause);
    }
    if let Some(from) = &filter.from {
        let from = conditions.arg(from);
        conditions.and(format!("c.started_at >= {from}"));
    }
    if let Some(to) = &filter.to {
        let to = conditions.arg(to);
        conditions.and(format!("c.started_at < {to}"));
    }
    let clause = conditions.sql();
    let limit = conditions.arg(&limit);
    let sql = format!(
        "SELECT c.matter, m.title, m.process, c.name, m.division, COALESCE(c.post, m.assignee_post) AS post, \
         c.started_at, c.due_at, c.stopped_at, c.void FROM matter_clock c JOIN matter m ON m.id = c.matter \
         WHERE {clause} ORDER BY c.started_at DESC, c.matter, c.name, c.seq LIMIT {limit}"
    );
    db.query(&sql, conditions.args).await?.iter().map(read).collect()
}
