//! Lists of matters: by filter, and the inbox.

use fengsui_kernel::id::MatterId;
use fengsui_kernel::{DivisionCode, Mode, PageQuery, Result, Scope};

use super::conditions::{Conditions, any_of, containing};
use super::{COLUMNS, MatterRow, read};
use crate::Db;

/// Where matters of one process may be read.
#[derive(Debug, Clone)]
pub struct Readable {
    /// The process.
    pub process: String,
    /// Where.
    pub scopes: Vec<Scope>,
}

/// What is asked of a list.
#[derive(Debug, Clone, Default)]
pub struct MatterFilter {
    /// What the caller may see; nothing when empty.
    pub readable: Vec<Readable>,
    /// One process.
    pub process: Option<String>,
    /// One phase.
    pub phase: Option<String>,
    /// Open or closed ones.
    pub open: Option<bool>,
    /// A division and all below.
    pub division: Option<DivisionCode>,
    /// Text in the title.
    pub text: Option<String>,
    /// Opened from this matter.
    pub parent: Option<MatterId>,
    /// Real or drill.
    pub mode: Option<Mode>,
}

impl Conditions {
    /// A clause for what the caller may see.
    pub(super) fn readable(&mut self, readable: &[Readable]) -> String {
        let mut clauses = Vec::new();
        for process in readable {
            let name = self.arg(&process.process);
            let reach = self.scopes("m.division", "m.enterprise", &process.scopes);
            clauses.push(format!("(m.process = {name} AND {reach})"));
        }
        any_of(&clauses)
    }
}

fn conditions_of(filter: &MatterFilter) -> Conditions {
    let mut conditions = Conditions::default();
    let readable = conditions.readable(&filter.readable);
    conditions.and(readable);
    conditions.equal("m.process", filter.process.as_ref());
    conditions.equal("m.phase", filter.phase.as_ref());
    conditions.equal("m.closed", filter.open.map(|open| !open).as_ref());
    conditions.equal("m.parent", filter.parent.as_ref());
    conditions.equal("m.mode", filter.mode.map(Mode::as_str).as_ref());
    if let Some(division) = &filter.division {
        let clause = conditions.subtree("m.division", division);
        conditions.and(clause);
    }
    if let Some(text) = filter.text.as_deref().filter(|text| !text.trim().is_empty()) {
        let pattern = conditions.arg(&containing(text));
        conditions.and(format!("LOWER(m.title) LIKE {pattern} ESCAPE '\\'"));
    }
    conditions
}

/// One page, newest first, with one row more than asked and the count of all.
pub async fn list(db: &Db, filter: &MatterFilter, page: &PageQuery) -> Result<(Vec<MatterRow>, u64)> {
    let mut conditions = conditions_of(filter);
    let clause = conditions.sql();
    let count = format!("SELECT COUNT(*) AS total FROM matter m WHERE {clause}");
    let total = db.query_one(&count, conditions.args.clone()).await?.map_or(Ok(0), |row| row.get("total"))?;
    let (limit, offset) = (conditions.arg(&(page.limit() + 1)), conditions.arg(&page.offset()));
    let sql = format!(
        "SELECT {COLUMNS} FROM matter m WHERE {clause} ORDER BY m.closed, m.opened_at DESC, m.id DESC \
         LIMIT {limit} OFFSET {offset}"
    );
    let rows = db.query(&sql, conditions.args).await?.iter().map(read).collect::<Result<Vec<_>>>()?;
    Ok((rows, total))
}

/// How far one role of a caller reaches for one process.
#[derive(Debug, Clone)]
pub struct RoleReach {
    /// The process.
    pub process: String,
    /// The role.
    pub role: String,
    /// Where it gives a right on the process.
    pub scopes: Vec<Scope>,
}

/// Whose inbox.
#[derive(Debug, Clone, Default)]
pub struct InboxFilter {
    /// The user.
    pub user: String,
    /// Posts held.
    pub posts: Vec<String>,
    /// Where the roles reach.
    pub reach: Vec<RoleReach>,
}

fn inbox_conditions(filter: &InboxFilter) -> Conditions {
    let mut conditions = Conditions::default();
    let user = conditions.arg(&filter.user);
    let mut waiting = Vec::new();
    if !filter.posts.is_empty() {
        let posts = conditions.list(&filter.posts);
        waiting.push(format!("m.assignee_post IN ({posts})"));
    }
    for reach in &filter.reach {
        let (process, role) = (conditions.arg(&reach.process), conditions.arg(&reach.role));
        let place = conditions.scopes("m.assignee_division", "m.enterprise", &reach.scopes);
        waiting.push(format!("(m.assignee_role = {role} AND m.process = {process} AND {place})"));
    }
    let waiting = any_of(&waiting);
    conditions.and("m.closed = 0".to_owned());
    conditions.and(format!("(m.claimed_by = {user} OR (m.claimed_by IS NULL AND {waiting}))"));
    conditions
}

/// What waits for somebody, most urgent clock first, with one row more than asked.
pub async fn inbox(db: &Db, filter: &InboxFilter, page: &PageQuery) -> Result<Vec<MatterRow>> {
    let mut conditions = inbox_conditions(filter);
    let clause = conditions.sql();
    let (limit, offset) = (conditions.arg(&(page.limit() + 1)), conditions.arg(&page.offset()));
    let sql = format!(
        "SELECT {COLUMNS} FROM matter m WHERE {clause} ORDER BY COALESCE((SELECT MIN(c.due_at) FROM matter_clock c \
         WHERE c.matter = m.id AND c.stopped_at IS NULL), {}), m.opened_at, m.id LIMIT {limit} OFFSET {offset}",
        i64::MAX
    );
    db.query(&sql, conditions.args).await?.iter().map(read).collect()
}

/// How many matters wait for somebody.
pub async fn inbox_count(db: &Db, filter: &InboxFilter) -> Result<u64> {
    let conditions = inbox_conditions(filter);
    let sql = format!("SELECT COUNT(*) AS total FROM matter m WHERE {}", conditions.sql());
    db.query_one(&sql, conditions.args).await?.map_or(Ok(0), |row| row.get("total"))
}
