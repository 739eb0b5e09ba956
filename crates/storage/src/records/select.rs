//! Lists: pages, counts and searches.

use std::collections::HashMap;

use fengsui_kernel::{Page, PageQuery, Result, Scope};

use super::clause::{Search, Where, condition, source};
use super::keyset::Mark;
use super::selection::{Selection, Word, identifier};
use super::walk::{List, count, narrow};
use super::{COLUMNS, JOINS, StoredRecord, placeholders, read};
use crate::value::ToValue;
use crate::{Db, Row};

/// One page with its total, where that is not beyond what is worth counting. The page is cut on the
/// narrow ledger first; only its own rows are then read in full.
pub async fn page(db: &Db, selection: &Selection, query: &PageQuery) -> Result<Page<StoredRecord>> {
    let mark = Mark::read(query.cursor.as_deref(), &selection.sort)?;
    let counted = mark.as_ref().and_then(|mark| mark.total);
    let first = mark.is_none();
    let limit = query.limit() as usize;
    let mut cut = List { db, selection, mark, want: u64::from(query.limit()) + 1 }.cut().await?;
    let more = cut.rows.len() > limit;
    cut.rows.truncate(limit);
    let total = if first && !more { Some(cut.rows.len() as u64) } else { cut.total.or(counted) };
    let next = match cut.rows.last().filter(|_| more) {
        Some(last) => Some(Mark::new(&selection.sort, last.value("value"), last.get("code")?, total).text()?),
        None => None,
    };
    Ok(Page { items: in_full(db, &cut.rows).await?, next, total })
}

/// The records of rows that carry `seq`, in the same order.
async fn in_full(db: &Db, rows: &[Row]) -> Result<Vec<StoredRecord>> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let keys: Result<Vec<i64>> = rows.iter().map(|row| row.get("seq")).collect();
    let keys = keys?;
    let marks = placeholders(1, keys.len());
    let sql = format!("SELECT r.seq, {COLUMNS} FROM record r {JOINS} WHERE r.seq IN ({marks})");
    let found = db.query(&sql, keys.iter().map(ToValue::to_value).collect()).await?;
    let mut records = HashMap::with_capacity(found.len());
    for row in &found {
        records.insert(row.get::<i64>("seq")?, read(row)?);
    }
    // What was taken out of the ledger between the two statements is left out here too.
    Ok(keys.iter().filter_map(|key| records.remove(key)).collect())
}

/// Whether more than `limit` rows match.
pub async fn more_than(db: &Db, selection: &Selection, limit: u64) -> Result<bool> {
    let few = narrow(db, selection).await?;
    let place = selection.bbox.is_some() && selection.words.is_empty();
    let walk = few.or_else(|| place.then(|| "place".to_owned()));
    let clause = condition(db.dialect(), selection, Search::Found)?;
    Ok(count(db, selection, walk.as_deref(), clause, limit + 1).await? > limit)
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
    let mut clause = Where::over_records(db.dialect());
    clause.words(words, Search::Found);
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
    let mut clause = condition(db.dialect(), selection, Search::Found)?;
    let mark = clause.bind(code);
    clause.and(&format!("l.code > {mark}"));
    let limit = clause.bind(limit);
    let walk = selection.words.is_empty().then_some("code");
    let from = source(db.dialect(), selection, walk)?;
    let sql = format!(
        "SELECT {COLUMNS} FROM (SELECT l.seq FROM {from} WHERE {} ORDER BY l.code LIMIT {limit}) p \
         JOIN record r ON r.seq = p.seq {JOINS} ORDER BY r.code",
        clause.sql
    );
    db.query(&sql, clause.args).await?.iter().map(read).collect()
}
