//! Which index SQLite walks. It keeps no statistics of ours and guesses badly between a hundred
//! thousand rows of a kind and seven of an industry; the shape of the question tells more.
//! PostgreSQL knows its data and is left alone.

use fengsui_kernel::{DivisionLevel, Result, Scope};

use super::clause::condition;
use super::selection::{AttributeType, Column, Condition, Field, Operator, Selection, identifier};
use crate::{Db, Dialect};

/// How far an index is counted to learn how selective it is.
const PROBE: u64 = 20_000;

/// How a list is walked.
pub(super) struct Walk {
    /// `INDEXED BY …`, or nothing.
    pub(super) index: String,
    /// Whether many rows must be read in full to judge further conditions.
    pub(super) laborious: bool,
}

fn indexed(kind: &str, field: &Field) -> Option<String> {
    match field {
        Field::Attribute { name, indexed: true, .. } => Some(format!(" INDEXED BY record_{kind}_{name}")),
        _ => None,
    }
}

/// Conditions that a search in the attribute's index can answer.
fn searchable(own: &Condition) -> bool {
    let list = matches!(own.field, Field::Attribute { kept: AttributeType::List, .. });
    !list && !own.values.is_empty() && !matches!(own.operator, Operator::NotEqual | Operator::Like)
}

/// Decides how to walk.
pub(super) async fn walk(db: &Db, selection: &Selection) -> Result<Walk> {
    let kind = identifier(&selection.kind)?;
    let free = Walk { index: String::new(), laborious: false };
    if db.dialect() == Dialect::Postgres || !selection.words.is_empty() {
        return Ok(free);
    }
    if selection.bbox.is_some() {
        return Ok(Walk { index: " INDEXED BY record_place".to_owned(), ..free });
    }
    let candidates: Vec<(&Condition, String)> = selection
        .conditions
        .iter()
        .filter(|own| searchable(own))
        .filter_map(|own| Some((own, indexed(kind, &own.field)?)))
        .collect();
    let attributes = selection.conditions.iter().filter(|own| matches!(own.field, Field::Attribute { .. })).count();
    let index = match candidates.as_slice() {
        [] => indexed(kind, &selection.sort.field).unwrap_or_else(|| fixed(selection)),
        [(_, only)] if attributes == 1 => only.clone(),
        _ => return narrowest(db, selection, candidates).await,
    };
    let unaided = attributes > 0 && candidates.is_empty();
    let laborious = unaided && probe(db, selection, None, &fixed(selection)).await? >= PROBE;
    Ok(Walk { index, laborious })
}

/// How many rows, up to the limit, a condition leaves of what the caller may see.
async fn probe(db: &Db, selection: &Selection, own: Option<&Condition>, index: &str) -> Result<u64> {
    let mut alone = Selection::of(&selection.kind, selection.scopes.clone());
    alone.conditions.extend(own.cloned());
    let mut clause = condition(db.dialect(), &alone)?;
    let cap = clause.bind(PROBE);
    let sql = format!(
        "SELECT COUNT(*) AS matches FROM (SELECT 1 FROM record r{index} WHERE {} LIMIT {cap}) AS found",
        clause.sql
    );
    db.query_one(&sql, clause.args).await?.map_or(Ok(0), |row| row.get("matches"))
}

/// The condition that leaves the fewest rows, found by counting a little in each index.
async fn narrowest(db: &Db, selection: &Selection, candidates: Vec<(&Condition, String)>) -> Result<Walk> {
    let mut best = (u64::MAX, String::new());
    for (own, index) in candidates {
        let matches = probe(db, selection, Some(own), &index).await?;
        if matches < best.0 {
            best = (matches, index);
        }
    }
    Ok(Walk { index: best.1, laborious: best.0 >= PROBE })
}

/// The index of a fixed column.
fn fixed(selection: &Selection) -> String {
    let asks = |column: Column| {
        selection.conditions.iter().any(|own| own.field == Field::Column(column) && own.operator == Operator::Equal)
    };
    let own_enterprise = selection.scopes.iter().all(|scope| matches!(scope, Scope::Enterprise { .. }));
    let narrow = selection.division.is_some_and(|division| division.level() > DivisionLevel::County);
    let name = if asks(Column::Enterprise) || own_enterprise {
        "record_enterprise"
    } else if narrow {
        "record_division"
    } else {
        match selection.sort.field {
            Field::Column(Column::Name) => "record_name",
            Field::Column(Column::UpdatedAt) => "record_updated",
            Field::Column(Column::Division) => "record_division",
            _ => "record_list",
        }
    };
    format!(" INDEXED BY {name}")
}
