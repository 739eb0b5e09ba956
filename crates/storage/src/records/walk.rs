//! How a list is cut. Counting a little first tells whether few rows match, which are then all
//! found and sorted, or many, of which the first ones come by soon on a walk in the asked order.
//! Both ways read narrow ledgers only, and neither is ever longer than one reading of the ledger.

use fengsui_kernel::{Result, Scope};

use super::clause::{Search, Where, beyond, condition, source};
use super::keyset::Mark;
use super::selection::{AttributeType, Column, Condition, Field, Operator, Selection};
use crate::value::Value;
use crate::{Db, Dialect, Row};

/// Beyond this many rows a list does not count on.
pub(super) const COUNT_CAP: u64 = 10_000;
/// Fewer rows than these are better found and sorted than walked to.
const FEW: u64 = 3_000;
/// How many rows a walk passes before it gives up.
const PASSED: u64 = 4_000;
/// The same where the text of each row must be read.
const PASSED_READING: u64 = 2_000;
/// Of so many rows some are read to learn how common a word is, …
const SAMPLE: u64 = 1_000;
/// … and from so many of them on it counts as common.
const COMMON: u64 = 50;

/// Absent values always come last: which part of the order is looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// All of an order whose values are never absent.
    Whole,
    Present,
    Absent,
    /// Present ones, and absent ones behind them.
    Both,
}

/// A list to be cut.
pub(super) struct List<'a> {
    pub(super) db: &'a Db,
    pub(super) selection: &'a Selection,
    pub(super) mark: Option<Mark>,
    /// Rows wanted.
    pub(super) want: u64,
}

/// Rows `seq`, `value`, `code` in order, and how many there are in all if that was learned by the way.
pub(super) struct Cut {
    pub(super) rows: Vec<Row>,
    pub(super) total: Option<u64>,
}

/// Conditions that a search in the index of their field can answer.
fn searchable(own: &Condition) -> bool {
    let list = matches!(own.field, Field::Attribute { kept: AttributeType::List, .. });
    !list && !own.values.is_empty() && !matches!(own.operator, Operator::NotEqual | Operator::Like)
}

/// The index that leaves few rows, if any does.
pub(super) async fn narrow(db: &Db, selection: &Selection) -> Result<Option<String>> {
    let mut best: (u64, Option<String>) = (FEW, None);
    let mut candidates: Vec<(Selection, String)> = Vec::new();
    let alone = || Selection::everywhere(&selection.kind);
    for own in selection.conditions.iter().filter(|own| searchable(own)) {
        if let Some(index) = own.field.index() {
            candidates.push((Selection { conditions: vec![own.clone()], ..alone() }, index));
        }
    }
    if selection.division.is_some() {
        candidates.push((Selection { division: selection.division, ..alone() }, "division".to_owned()));
    }
    if selection.bbox.is_some() {
        candidates.push((Selection { bbox: selection.bbox, ..alone() }, "place".to_owned()));
    }
    let enterprises = selection.scopes.iter().all(|scope| matches!(scope, Scope::Enterprise { .. }));
    let divisions = selection.scopes.iter().all(|scope| matches!(scope, Scope::Subtree { .. }));
    if enterprises || divisions {
        let index = if enterprises { "enterprise" } else { "division" };
        candidates.push((Selection::of(&selection.kind, selection.scopes.clone()), index.to_owned()));
    }
    for (alone, index) in candidates {
        let clause = condition(db.dialect(), &alone, Search::Found)?;
        if clause.is_free() {
            continue;
        }
        let matches = count(db, &alone, Some(&index), clause, best.0).await?;
        if matches < best.0 {
            best = (matches, Some(index));
        }
    }
    Ok(best.1)
}

/// How many rows match, up to a limit.
pub(super) async fn count(
    db: &Db,
    selection: &Selection,
    walk: Option<&str>,
    mut clause: Where,
    cap: u64,
) -> Result<u64> {
    let from = source(db.dialect(), selection, walk)?;
    let cap = clause.bind(cap);
    let sql =
        format!("SELECT COUNT(*) AS matches FROM (SELECT 1 FROM {from} WHERE {} LIMIT {cap}) AS found", clause.sql);
    db.query_one(&sql, clause.args).await?.map_or(Ok(0), |row| row.get("matches"))
}

impl List<'_> {
    /// Decides, and cuts.
    pub(super) async fn cut(&self) -> Result<Cut> {
        let dialect = self.db.dialect();
        let common = !self.selection.words.is_empty() && self.common().await?;
        let few = if self.selection.words.is_empty() || common { narrow(self.db, self.selection).await? } else { None };
        let search = if common { Search::Checked } else { Search::Found };
        if few.is_some() || (!self.selection.words.is_empty() && !common) {
            return self.sort_all(few.as_deref(), search).await;
        }
        let free = condition(dialect, self.selection, search)?.is_free();
        if let Some(rows) = self.walk(search, free).await? {
            let total = if self.mark.is_some() { None } else { self.count(search).await? };
            return Ok(Cut { rows, total });
        }
        self.sort_all(None, Search::Found).await
    }

    /// Whether many rows contain the words.
    async fn common(&self) -> Result<bool> {
        let alone = Selection { words: self.selection.words.clone(), ..Selection::everywhere(&self.selection.kind) };
        if self.db.dialect() == Dialect::Sqlite {
            let mut clause = Where::over_ledger(Dialect::Sqlite);
            let found = clause.found(&alone.words);
            let cap = clause.bind(FEW);
            let sql = format!("SELECT COUNT(*) AS matches FROM ({found} LIMIT {cap}) AS found");
            let matches: Option<u64> =
                self.db.query_one(&sql, clause.args).await?.map(|row| row.get("matches")).transpose()?;
            return Ok(matches.unwrap_or(0) >= FEW);
        }
        let clause = condition(Dialect::Postgres, &alone, Search::Checked)?;
        let from = source(Dialect::Postgres, &alone, None)?;
        let sql =
            format!("SELECT COUNT(*) AS matches FROM (SELECT l.seq FROM {from} LIMIT {SAMPLE}) l WHERE {}", clause.sql);
        let matches: Option<u64> =
            self.db.query_one(&sql, clause.args).await?.map(|row| row.get("matches")).transpose()?;
        Ok(matches.unwrap_or(0) >= COMMON)
    }

    /// The total of a list of which the first page came by soon; nothing when it is beyond what is
    /// worth counting.
    async fn count(&self, search: Search) -> Result<Option<u64>> {
        let dialect = self.db.dialect();
        if search == Search::Checked {
            let others = Selection { words: Vec::new(), ..self.selection.clone() };
            let alone = condition(dialect, &others, Search::Found)?.is_free();
            // The full-text index of PostgreSQL would be left aside for words as common as these.
            if !alone || dialect == Dialect::Postgres {
                return Ok(None);
            }
        }
        let clause = condition(dialect, self.selection, Search::Found)?;
        let walk = clause.is_free().then_some("code");
        let matches = count(self.db, self.selection, walk, clause, COUNT_CAP + 1).await?;
        Ok(Some(matches).filter(|matches| *matches <= COUNT_CAP))
    }

    fn parts(&self) -> &'static [Part] {
        let absent = self.mark.as_ref().is_some_and(|mark| mark.typed(&self.selection.sort).is_none());
        match (self.selection.sort.field.nullable(), absent) {
            (false, _) => &[Part::Whole],
            (true, false) => &[Part::Present, Part::Absent],
            (true, true) => &[Part::Absent],
        }
    }

    /// Walks in the asked order; nothing when the page was not full before it gave up.
    async fn walk(&self, search: Search, free: bool) -> Result<Option<Vec<Row>>> {
        let sort = &self.selection.sort;
        let Some(index) = sort.field.index().filter(|_| !beyond(self.selection)) else { return Ok(None) };
        let mut rows: Vec<Row> = Vec::new();
        for part in self.parts() {
            let want = self.want - rows.len() as u64;
            rows.extend(self.walk_part(*part, &index, search, free, want).await?);
            if rows.len() as u64 >= self.want {
                return Ok(Some(rows));
            }
            if !free {
                return Ok(None);
            }
        }
        Ok(Some(rows))
    }

    async fn walk_part(&self, part: Part, index: &str, search: Search, free: bool, want: u64) -> Result<Vec<Row>> {
        let (dialect, sort) = (self.db.dialect(), &self.selection.sort);
        let field = sort.field.sql(dialect)?;
        let mut clause = condition(dialect, self.selection, search)?;
        let judged = std::mem::replace(&mut clause.sql, "1 = 1".to_owned());
        match part {
            Part::Absent => clause.and(&format!("{field} IS NULL")),
            Part::Present => clause.and(&format!("{field} IS NOT NULL")),
            Part::Whole | Part::Both => {}
        }
        self.behind(&mut clause, part)?;
        // What bounds the walk itself belongs inside; the rest is judged on each row that comes by.
        for own in self.selection.conditions.iter().filter(|own| own.field == sort.field && searchable(own)) {
            clause.condition(own)?;
        }
        for own in self.ranked() {
            clause.condition(&own)?;
        }
        if let Some(division) = self.selection.division.filter(|_| sort.field == Field::Column(Column::Division)) {
            let subtree = clause.subtree(division);
            clause.and(&subtree);
        }
        let from = source(dialect, self.selection, Some(index))?;
        let (range, order) = (clause.sql.clone(), self.order(&field, part));
        let want = clause.bind(want);
        let sql = if free {
            format!("SELECT l.seq, {field} AS value, l.code FROM {from} WHERE {range} ORDER BY {order} LIMIT {want}")
        } else {
            let most = if search == Search::Checked { PASSED_READING } else { PASSED };
            format!(
                "SELECT l.seq, {field} AS value, l.code FROM (SELECT l.* FROM {from} WHERE {range} ORDER BY {order} LIMIT {most}) l \
                 WHERE {judged} LIMIT {want}"
            )
        };
        self.db.query(&sql, clause.args).await
    }

    /// Where the order is that of a closed list: which of its places the conditions on its choices leave.
    fn ranked(&self) -> Vec<Condition> {
        let Field::Rank { name, options, .. } = &self.selection.sort.field else { return Vec::new() };
        let about = |own: &&Condition| matches!(&own.field, Field::Attribute { name: other, .. } if other == name);
        let exact = |own: &&Condition| matches!(own.operator, Operator::Equal | Operator::In);
        let place = |value: &Value| match value {
            Value::Text(Some(text)) => {
                options.iter().position(|option| option == text).and_then(|at| i64::try_from(at).ok())
            }
            _ => None,
        };
        let on_rank = |own: &Condition| Condition {
            field: self.selection.sort.field.clone(),
            operator: Operator::In,
            values: own.values.iter().filter_map(place).map(|at| Value::Int(Some(at))).collect(),
        };
        self.selection.conditions.iter().filter(about).filter(exact).map(on_rank).collect()
    }

    /// Finds all that match, and sorts them: tells the total as well.
    async fn sort_all(&self, walk: Option<&str>, search: Search) -> Result<Cut> {
        let (dialect, sort) = (self.db.dialect(), &self.selection.sort);
        let field = sort.field.sql(dialect)?;
        let mut clause = condition(dialect, self.selection, search)?;
        self.behind(&mut clause, if sort.field.nullable() { Part::Both } else { Part::Whole })?;
        let direction = if sort.descending { "DESC" } else { "ASC" };
        let order = if sort.field == Field::Column(Column::Code) {
            format!("code {direction}")
        } else {
            format!("CASE WHEN value IS NULL THEN 1 ELSE 0 END, value {direction}, code {direction}")
        };
        let from = source(dialect, self.selection, walk)?;
        let want = clause.bind(self.want);
        let sql = format!(
            "WITH found AS MATERIALIZED (SELECT l.seq, {field} AS value, l.code FROM {from} WHERE {}) \
             SELECT seq, value, code, (SELECT COUNT(*) FROM found) AS matches FROM found ORDER BY {order} LIMIT {want}",
            clause.sql
        );
        let rows = self.db.query(&sql, clause.args).await?;
        let total = rows.first().map_or(Ok(0), |row| row.get("matches"))?;
        Ok(Cut { rows, total: self.mark.is_none().then_some(total) })
    }

    fn order(&self, field: &str, part: Part) -> String {
        let direction = if self.selection.sort.descending { "DESC" } else { "ASC" };
        if part == Part::Absent || self.selection.sort.field == Field::Column(Column::Code) {
            return format!("l.code {direction}");
        }
        format!("{field} {direction}, l.code {direction}")
    }

    /// Behind the last row of the page before. The code follows the direction of the order, so that
    /// one index serves both.
    fn behind(&self, clause: &mut Where, part: Part) -> Result<()> {
        let Some(mark) = &self.mark else { return Ok(()) };
        let sort = &self.selection.sort;
        let field = sort.field.sql(self.db.dialect())?;
        let sign = if sort.descending { "<" } else { ">" };
        let value = mark.typed(sort);
        if value.is_some() && part == Part::Absent {
            // It stands wholly behind what is present.
            return Ok(());
        }
        let code = clause.bind(mark.code.as_str());
        let behind = match value {
            _ if sort.field == Field::Column(Column::Code) => format!("l.code {sign} {code}"),
            Some(value) => {
                let present = format!("({field}, l.code) {sign} ({}, {code})", clause.bind(value));
                if part == Part::Both { format!("({present} OR {field} IS NULL)") } else { present }
            }
            None => format!("{field} IS NULL AND l.code {sign} {code}"),
        };
        clause.and(&behind);
        Ok(())
    }
}
