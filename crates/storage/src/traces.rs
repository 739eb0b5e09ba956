//! Reading the trace. Writing happens only through [`crate::Tx::trace`].

use fengsui_kernel::clock::from_millis;
use fengsui_kernel::trace::{TraceContent, TraceEntry};
use fengsui_kernel::{DivisionCode, Fault, Result, Scope, Timestamp};

use crate::args;
use crate::{Db, Row, ToValue as _, Tx, Value};

const COLUMNS: &str = "seq, at, actor, action, subject_kind, subject_id, division, content, content_hash, prev, hash";

/// What a list of entries asks for; what is absent does not filter.
#[derive(Debug, Clone, Default)]
pub struct TraceFilter {
    /// Noun acted on.
    pub subject_kind: Option<String>,
    /// Its id.
    pub subject_id: Option<String>,
    /// Who, as `user:<id>`, `device:<id>` or `system:<name>`.
    pub actor: Option<String>,
    /// What was done; `alarm.*` stands for everything done to alarms.
    pub action: Option<String>,
    /// Not before.
    pub from: Option<Timestamp>,
    /// Before.
    pub to: Option<Timestamp>,
    /// Entries before this position.
    pub before_seq: Option<i64>,
    /// Where the reader may read. Entries without a place need the whole country.
    pub scopes: Vec<Scope>,
}

/// Reads an entry with its content.
pub(crate) fn read(row: &Row) -> Result<TraceEntry> {
    let text: String = row.get("content")?;
    // A text that no longer parses was tampered with in the database: the entry is shown without
    // content and with a hash that cannot match, so that verification names it. The same goes for
    // columns that lists and permissions rest on but that say something else than the content.
    let content: Option<TraceContent> = serde_json::from_str(&text).ok();
    let honest = match &content {
        Some(content) => agrees(row, content)?,
        None => false,
    };
    let content_hash = if honest { row.get("content_hash")? } else { "unreadable".to_owned() };
    Ok(TraceEntry { seq: row.get("seq")?, content, content_hash, prev: row.get("prev")?, hash: row.get("hash")? })
}

fn agrees(row: &Row, content: &TraceContent) -> Result<bool> {
    // PostgreSQL text holds no NUL, so the columns lost those that the content has.
    let same = |column: &str, value: &str| Ok::<bool, Fault>(row.get::<String>(column)? == value.replace('\0', ""));
    let at: i64 = row.get("at")?;
    let division: Option<String> = row.get("division")?;
    Ok(same("actor", &content.actor)?
        && same("action", &content.action)?
        && same("subject_kind", &content.subject_kind)?
        && same("subject_id", &content.subject_id)?
        && division == content.division
        && content.at.parse::<Timestamp>().is_ok_and(|stated| from_millis(at) == from_millis(stated.as_millisecond())))
}

/// Entries from a position on, oldest first.
pub async fn from_seq(db: &Db, seq: i64, limit: u32) -> Result<Vec<TraceEntry>> {
    let sql = format!("SELECT {COLUMNS} FROM trace WHERE seq >= $1 ORDER BY seq LIMIT $2");
    db.query(&sql, args![seq, limit]).await?.iter().map(read).collect()
}

/// Entries about one subject, oldest first.
pub async fn of_subject(db: &Db, kind: &str, id: &str, limit: u32) -> Result<Vec<TraceEntry>> {
    let sql = format!("SELECT {COLUMNS} FROM trace WHERE subject_kind = $1 AND subject_id = $2 ORDER BY seq LIMIT $3");
    db.query(&sql, args![kind, id, limit]).await?.iter().map(read).collect()
}

/// Entries that fit a filter, newest first.
pub async fn list(db: &Db, filter: &TraceFilter, limit: u32) -> Result<Vec<TraceEntry>> {
    let mut args = Vec::new();
    let mut sql = format!("SELECT {COLUMNS} FROM trace WHERE {}", within(&filter.scopes, &mut args));
    let mut and = |condition: &str, value: Option<Value>| {
        if let Some(value) = value {
            args.push(value);
            sql = format!("{sql} AND {condition} ${}", args.len());
        }
    };
    and("subject_kind =", filter.subject_kind.as_ref().map(String::to_value));
    and("subject_id =", filter.subject_id.as_ref().map(String::to_value));
    and("actor =", filter.actor.as_ref().map(String::to_value));
    match filter.action.as_deref().map(|action| (action, action.strip_suffix('*'))) {
        None => {}
        Some((action, None)) => and("action =", Some(action.to_value())),
        // No LIKE: signs in the stem are no wildcards. No range: collations sort as they like.
        Some((_, Some(stem))) => and(&format!("SUBSTR(action, 1, {}) =", stem.chars().count()), Some(stem.to_value())),
    }
    and("at >=", filter.from.map(|from| from.to_value()));
    and("at <", filter.to.map(|to| to.to_value()));
    and("seq <", filter.before_seq.map(|seq| seq.to_value()));
    args.push(limit.to_value());
    sql = format!("{sql} ORDER BY seq DESC LIMIT ${}", args.len());
    db.query(&sql, args).await?.iter().map(read).collect()
}

fn within(scopes: &[Scope], args: &mut Vec<Value>) -> String {
    let mut any = vec!["1 = 0".to_owned()];
    for scope in scopes {
        match scope {
            Scope::Subtree { division } if *division == DivisionCode::COUNTRY => return "1 = 1".to_owned(),
            Scope::Subtree { division } => {
                args.push(division.to_value());
                args.push(division.subtree_end().to_value());
                any.push(format!("(division >= ${} AND division < ${})", args.len() - 1, args.len()));
            }
            // Entries do not say which enterprise they belong to; such a right shows none.
            Scope::Enterprise { .. } => {}
        }
    }
    format!("({})", any.join(" OR "))
}

/// Position and hash of the last entry, which stays the last one until this unit of work commits.
pub async fn hold_head(tx: &mut Tx) -> Result<(i64, String)> {
    let sql = "UPDATE trace_head SET id = id WHERE id = 1 RETURNING seq, hash";
    let row = tx.query_one(sql, Vec::new()).await?;
    let row = row.ok_or_else(|| Fault::internal("the head of the trace is missing"))?;
    Ok((row.get("seq")?, row.get("hash")?))
}

/// Position and hash of the last entry.
pub async fn head(db: &Db) -> Result<(i64, String)> {
    let row = db.query_one("SELECT seq, hash FROM trace_head WHERE id = 1", Vec::new()).await?;
    let row = row.ok_or_else(|| Fault::internal("the head of the trace is missing"))?;
    Ok((row.get("seq")?, row.get("hash")?))
}
