//! Statements of the matters engine: matters, their time line, clocks and links.

mod clocks;
mod conditions;
mod entries;
mod figures;
mod links;
mod lists;
mod punctuality;
pub mod requests;

pub use clocks::{
    ClockRow, clocks_of, clocks_of_many, due_clocks, mark_overdue, mark_reminded, move_clock, running_clock,
    start_clock, stop_clock, void_clocks,
};
pub use entries::{EntryRow, append_entry, entries_of, entries_of_many, past_actions};
pub use figures::{
    ClockCounts, OpenClockRow, ProcessCount, clock_counts, clock_totals, median_minutes, open_clocks, open_counts,
};
pub use links::{LinkRow, insert_link, linked_to, links_from_or_to};
pub use lists::{InboxFilter, MatterFilter, Readable, RoleReach, inbox, inbox_count, list};
pub use punctuality::{ClockFact, ClockFilter, clock_facts};

use fengsui_kernel::id::MatterId;
use fengsui_kernel::{DivisionCode, Mode, Point, Result, Timestamp};
use serde_json::Value as Json;

use crate::args;
use crate::{Db, Dialect, Row, Tx};

/// A stored matter.
#[derive(Debug, Clone, PartialEq)]
pub struct MatterRow {
    /// Its id.
    pub id: MatterId,
    /// Its process.
    pub process: String,
    /// Real or drill.
    pub mode: Mode,
    /// One line.
    pub title: String,
    /// Where it belongs.
    pub division: DivisionCode,
    /// Where on the map.
    pub location: Option<Point>,
    /// Enterprise concerned.
    pub enterprise: Option<String>,
    /// Scale and value of its grade.
    pub grade: Option<(String, String)>,
    /// Name of its phase.
    pub phase: String,
    /// Whether it is over.
    pub closed: bool,
    /// The process's state.
    pub state: Json,
    /// Counts the transitions, from 1.
    pub version: i64,
    /// Who is to act.
    pub assignee: AssigneeRow,
    /// User who took it on, with the name at the time.
    pub claimed_by: Option<(String, String)>,
    /// User who opened it; `None` for the platform.
    pub opened_by: Option<String>,
    /// Name of who opened it.
    pub opened_by_name: String,
    /// When.
    pub opened_at: Timestamp,
    /// When it was over.
    pub closed_at: Option<Timestamp>,
    /// The matter that it was opened from.
    pub parent: Option<MatterId>,
}

/// Who is to act, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AssigneeRow {
    /// A post.
    Post(String),
    /// A role in a division or above.
    Role(String, DivisionCode),
    /// Nobody in particular.
    Nobody,
}

impl AssigneeRow {
    fn columns(&self) -> (&'static str, Option<String>, Option<String>, Option<DivisionCode>) {
        match self {
            Self::Post(post) => ("post", Some(post.clone()), None, None),
            Self::Role(role, division) => ("role", None, Some(role.clone()), Some(*division)),
            Self::Nobody => ("nobody", None, None, None),
        }
    }
}

pub(crate) const COLUMNS: &str = "m.id, m.process, m.mode, m.title, m.division, m.lon, m.lat, m.enterprise, \
     m.grade_scale, m.grade_value, m.phase, m.closed, m.state, m.version, m.assignee_type, m.assignee_post, \
     m.assignee_role, m.assignee_division, m.claimed_by, m.claimed_name, m.opened_by, m.opened_by_name, m.opened_at, \
     m.closed_at, m.parent";

fn pair<A, B>(first: Option<A>, second: Option<B>) -> Option<(A, B)> {
    first.zip(second)
}

pub(crate) fn read(row: &Row) -> Result<MatterRow> {
    let (lon, lat): (Option<f64>, Option<f64>) = (row.get("lon")?, row.get("lat")?);
    let kind: String = row.get("assignee_type")?;
    let assignee = match kind.as_str() {
        "post" => AssigneeRow::Post(row.get("assignee_post")?),
        "role" => AssigneeRow::Role(row.get("assignee_role")?, row.get("assignee_division")?),
        _ => AssigneeRow::Nobody,
    };
    Ok(MatterRow {
        id: row.parse("id")?,
        process: row.get("process")?,
        mode: row.parse("mode")?,
        title: row.get("title")?,
        division: row.get("division")?,
        location: pair(lon, lat).map(|(lon, lat)| Point { lon, lat }),
        enterprise: row.get("enterprise")?,
        grade: pair(row.get("grade_scale")?, row.get("grade_value")?),
        phase: row.get("phase")?,
        closed: row.get("closed")?,
        state: row.get("state")?,
        version: row.get("version")?,
        assignee,
        claimed_by: pair(row.get("claimed_by")?, row.get("claimed_name")?),
        opened_by: row.get("opened_by")?,
        opened_by_name: row.get("opened_by_name")?,
        opened_at: row.get("opened_at")?,
        closed_at: row.get("closed_at")?,
        parent: row.parse_opt("parent")?,
    })
}

/// Stores a new matter.
pub async fn insert(tx: &mut Tx, matter: &MatterRow) -> Result<()> {
    let sql = "INSERT INTO matter (id, process, mode, title, division, lon, lat, enterprise, grade_scale, grade_value, \
               phase, closed, state, version, assignee_type, assignee_post, assignee_role, assignee_division, \
               opened_by, opened_by_name, opened_at, closed_at, parent) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, \
               $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)";
    let (assignee, post, role, reach) = matter.assignee.columns();
    let (scale, grade) = matter.grade.clone().unzip();
    let args = args![
        matter.id,
        matter.process,
        matter.mode.as_str(),
        matter.title,
        matter.division,
        matter.location.map(|point| point.lon),
        matter.location.map(|point| point.lat),
        matter.enterprise,
        scale,
        grade,
        matter.phase,
        matter.closed,
        matter.state,
        matter.version,
        assignee,
        post,
        role,
        reach,
        matter.opened_by,
        matter.opened_by_name,
        matter.opened_at,
        matter.closed_at,
        matter.parent,
    ];
    tx.execute(sql, args).await.map(|_| ())
}

/// Stores the next version; `false` when somebody else was first.
pub async fn update(tx: &mut Tx, matter: &MatterRow, version_before: i64) -> Result<bool> {
    let sql = "UPDATE matter SET title = $1, division = $2, lon = $3, lat = $4, enterprise = $5, grade_scale = $6, \
               grade_value = $7, phase = $8, closed = $9, state = $10, version = $11, closed_at = $12 \
               WHERE id = $13 AND version = $14";
    let (scale, grade) = matter.grade.clone().unzip();
    let args = args![
        matter.title,
        matter.division,
        matter.location.map(|point| point.lon),
        matter.location.map(|point| point.lat),
        matter.enterprise,
        scale,
        grade,
        matter.phase,
        matter.closed,
        matter.state,
        matter.version,
        matter.closed_at,
        matter.id,
        version_before,
    ];
    Ok(tx.execute(sql, args).await? == 1)
}

/// Gives the matter to somebody else; who had claimed it no longer has it.
pub async fn assign(tx: &mut Tx, id: &MatterId, assignee: &AssigneeRow) -> Result<()> {
    let sql = "UPDATE matter SET assignee_type = $1, assignee_post = $2, assignee_role = $3, assignee_division = $4, \
               claimed_by = NULL, claimed_name = NULL WHERE id = $5";
    let (kind, post, role, reach) = assignee.columns();
    tx.execute(sql, args![kind, post, role, reach, *id]).await.map(|_| ())
}

/// Takes the matter on; `false` when somebody has it already.
pub async fn claim(tx: &mut Tx, id: &MatterId, user: &str, name: &str) -> Result<bool> {
    let sql = "UPDATE matter SET claimed_by = $1, claimed_name = $2 WHERE id = $3 AND claimed_by IS NULL";
    Ok(tx.execute(sql, args![user, name, *id]).await? == 1)
}

/// Reads a matter.
pub async fn get(db: &Db, id: &MatterId) -> Result<Option<MatterRow>> {
    let sql = format!("SELECT {COLUMNS} FROM matter m WHERE m.id = $1");
    db.query_one(&sql, args![*id]).await?.as_ref().map(read).transpose()
}

/// Reads several matters; the order is that of opening.
pub async fn get_many(db: &Db, ids: &[MatterId]) -> Result<Vec<MatterRow>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut conditions = conditions::Conditions::default();
    let list = conditions.list(ids);
    let sql = format!("SELECT {COLUMNS} FROM matter m WHERE m.id IN ({list}) ORDER BY m.opened_at, m.id");
    db.query(&sql, conditions.args).await?.iter().map(read).collect()
}

/// Reads a matter and keeps others from changing it until the transaction ends.
pub async fn lock(tx: &mut Tx, id: &MatterId) -> Result<Option<MatterRow>> {
    // SQLite has one writer: whoever began a transaction holds everything.
    let suffix = if tx.dialect() == Dialect::Postgres { " FOR UPDATE" } else { "" };
    let sql = format!("SELECT {COLUMNS} FROM matter m WHERE m.id = $1{suffix}");
    tx.query_one(&sql, args![*id]).await?.as_ref().map(read).transpose()
}

/// Reads a matter inside a transaction, without holding it.
pub async fn get_in(tx: &mut Tx, id: &MatterId) -> Result<Option<MatterRow>> {
    let sql = format!("SELECT {COLUMNS} FROM matter m WHERE m.id = $1");
    tx.query_one(&sql, args![*id]).await?.as_ref().map(read).transpose()
}

/// Notes the matter that this one was opened from.
pub async fn set_parent(tx: &mut Tx, id: &MatterId, parent: &MatterId) -> Result<()> {
    tx.execute("UPDATE matter SET parent = $1 WHERE id = $2", args![*parent, *id]).await.map(|_| ())
}

/// Matters opened from this one, oldest first.
pub async fn children(tx: &mut Tx, id: &MatterId) -> Result<Vec<MatterRow>> {
    let sql = format!("SELECT {COLUMNS} FROM matter m WHERE m.parent = $1 ORDER BY m.opened_at, m.id");
    tx.query(&sql, args![*id]).await?.iter().map(read).collect()
}

/// The same outside a transaction.
pub async fn children_of(db: &Db, id: &MatterId) -> Result<Vec<MatterRow>> {
    let sql = format!("SELECT {COLUMNS} FROM matter m WHERE m.parent = $1 ORDER BY m.opened_at, m.id");
    db.query(&sql, args![*id]).await?.iter().map(read).collect()
}

/// Matters below a matter that are not over, nearest first.
pub async fn open_descendants(tx: &mut Tx, id: &MatterId) -> Result<Vec<MatterId>> {
    let sql = "WITH RECURSIVE below (id, depth) AS ( \
                 SELECT m.id, 1 FROM matter m WHERE m.parent = $1 \
                 UNION ALL SELECT m.id, b.depth + 1 FROM matter m JOIN below b ON m.parent = b.id WHERE b.depth < 32) \
               SELECT m.id FROM below b JOIN matter m ON m.id = b.id WHERE m.closed = 0 ORDER BY b.depth, m.id";
    tx.query(sql, args![*id]).await?.iter().map(|row| row.parse("id")).collect()
}
