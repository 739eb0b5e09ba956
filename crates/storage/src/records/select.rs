//! Lists: pages, counts and searches.

use fengsui_kernel::{Page, PageQuery, Result, Scope};

use super::clause::{Where, condition};
use super::selection::{Column, Field, Selection, Sort, Word, identifier};
use super::{COLUMNS, JOINS, StoredRecord, hint, read};
use crate::Db;

/// Beyond this many rows a list does not count on.
const COUNT_CAP: u64 = 10_000;

fn order(sort: &Sort) -> Result<String> {
    let field = sort.field.sql("r.")?;
    let direction = if sort.descending { "DESC" } else { "ASC" };
    // Absent values come last in both databases; said only where needed, since it can cost the index.
    let nulls = if sort.field.nullable() { " NULLS LAST" } else { "" };
    Ok(match sort.field {
        Field::Column(Column::Code) => format!("r.code {direction}"),
        _ => format!("{field} {direction}{nulls}, r.code {direction}"),
    })
}

/// One page with its total. Rows are cut on the narrow index first and only then read in full;
/// they are counted only when the page does not show the end, and not beyond what is worth it.
pub async fn page(db: &Db, selection: &Selection, query: &PageQuery) -> Result<Page<StoredRecord>> {
    let walk = hint::walk(db, selection).await?;
    let mut clause = condition(db.dialect(), selection)?;
    let order = order(&selection.sort)?;
    let (limit, offset) = (clause.bind(query.limit() + 1), clause.bind(query.offset()));
    let sql = format!(
        "SELECT {COLUMNS} FROM (SELECT r.seq FROM record r{} WHERE {} ORDER BY {order} LIMIT {limit} OFFSET {offset}) p \
         JOIN record r ON r.seq = p.seq {JOINS} ORDER BY {order}",
        walk.index, clause.sql
    );
    let rows = db.query(&sql, clause.args).await?;
    let items: Result<Vec<StoredRecord>> = rows.iter().map(read).collect();
    let mut page = Page::from_overfetch(items?, query, None);
    page.total = if page.next.is_none() && (!page.items.is_empty() || query.offset() == 0) {
        Some(u64::from(query.offset()) + page.items.len() as u64)
    } else if walk.laborious {
        None
    } else {
        Some(count(db, selection, &walk.index, COUNT_CAP + 1).await?).filter(|matches| *matches <= COUNT_CAP)
    };
    Ok(page)
}

async fn count(db: &Db, selection: &Selection, index: &str, cap: u64) -> Result<u64> {
    let mut clause = condition(db.dialect(), selection)?;
    let cap = clause.bind(cap);
    let sql = format!(
        "SELECT COUNT(*) AS matches FROM (SELECT 1 FROM record r{index} WHERE {} LIMIT {cap}) AS found",
        clause.sql
    );
    db.query_one(&sql, clause.args).await?.map_or(Ok(0), |row| row.get("matches"))
}

/// Whether more than `limit` rows match.
pub async fn more_than(db: &Db, selection: &Selection, limit: u64) -> Result<bool> {
    let walk = hint::walk(db, selection).await?;
    Ok(count(db, selection, &walk.index, limit + 1).await? > limit)
}

/// Searches several kinds at once, each within its scopes. Names that contain the text come first.
pub async fn search_everywhere(
    db: &Db,
    kinds: &[(String, Vec<Scope>)],
    words: &[Word],
    text: &str,
    limit: u32,
) -> Result<Vec<StoredRecord>> {
    if kinds.is_empty() || words.is_empty() {
        return Ok(Vec::new());
    }
    let mut clause = Where::new(db.dialect(), "r.deleted = 0".to_owned());
    clause.words(words);
    let before = std::mem::take(&mut clause.sql);
    let mut parts = Vec::new();
    for (kind, scopes) in kinds {
        clause.sql = format!("r.kind = '{}'", identifier(kind)?);
        clause.scopes(scopes);
        parts.push(format!("({})", std::mem::take(&mut clause.sql)));
    }
    let (needle, limit) = (clause.bind(text.to_lowercase()), clause.bind(limit));
    // A word that half the ledger contains must not drag half the ledger through the sort.
    let sql = format!(
        "SELECT {COLUMNS} FROM (SELECT r.seq FROM record r WHERE {before} AND ({}) LIMIT 500) p \
         JOIN record r ON r.seq = p.seq {JOINS} \
         ORDER BY CASE WHEN LOWER(r.code) = {needle} THEN 0 WHEN LOWER(r.name) = {needle} THEN 1 \
         WHEN REPLACE(LOWER(r.name), {needle}, '') <> LOWER(r.name) THEN 2 ELSE 3 END, LENGTH(r.name), r.name, r.code LIMIT {limit}",
        parts.join(" OR ")
    );
    db.query(&sql, clause.args).await?.iter().map(read).collect()
}

/// Rows after a code, in order of code: for exports that read everything in portions.
pub async fn after_code(db: &Db, selection: &Selection, code: &str, limit: u32) -> Result<Vec<StoredRecord>> {
    let mut clause = condition(db.dialect(), selection)?;
    let mark = clause.bind(code);
    clause.and(&format!("r.code > {mark}"));
    let limit = clause.bind(limit);
    let sql = format!("SELECT {COLUMNS} FROM record r {JOINS} WHERE {} ORDER BY r.code LIMIT {limit}", clause.sql);
    db.query(&sql, clause.args).await?.iter().map(read).collect()
}
