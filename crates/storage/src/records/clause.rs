//! Scopes, filters and search words become a `WHERE`.

use fengsui_kernel::{BoundingBox, DivisionCode, Result, Scope};

use super::selection::{AttributeType, Condition, Field, Operator, Selection, Word, identifier};
use crate::Dialect;
use crate::value::{ToValue, Value};

/// A `WHERE` under construction, over the ledger `l` of a kind.
pub(super) struct Where {
    dialect: Dialect,
    pub(super) sql: String,
    pub(super) args: Vec<Value>,
    /// What scopes are judged on: `l`, or `r` where no single ledger is asked.
    row: &'static str,
}

/// How search words are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Search {
    /// In the full-text index: for words that few rows contain.
    Found,
    /// In the text of each row that comes by: for words that many rows contain.
    Checked,
}

impl Where {
    /// Over the ledger `l` of a kind.
    pub(super) fn over_ledger(dialect: Dialect) -> Self {
        Self { dialect, sql: "1 = 1".to_owned(), args: Vec::new(), row: "l" }
    }

    /// Whether it lets everything through.
    pub(super) fn is_free(&self) -> bool {
        self.sql == "1 = 1"
    }

    /// Over `record r`.
    pub(super) fn over_records(dialect: Dialect) -> Self {
        Self { dialect, sql: "r.deleted = 0".to_owned(), args: Vec::new(), row: "r" }
    }

    /// Adds an argument and tells its placeholder.
    #[allow(clippy::needless_pass_by_value, reason = "arguments are mostly computed on the spot")]
    pub(super) fn bind(&mut self, value: impl ToValue) -> String {
        self.args.push(value.to_value());
        format!("${}", self.args.len())
    }

    pub(super) fn and(&mut self, sql: &str) {
        self.sql.push_str(" AND ");
        self.sql.push_str(sql);
    }

    pub(super) fn subtree(&mut self, division: DivisionCode) -> String {
        let (low, high) = (self.bind(division), self.bind(division.subtree_end()));
        format!("({0}.division >= {low} AND {0}.division < {high})", self.row)
    }

    pub(super) fn scopes(&mut self, scopes: &[Scope]) {
        let whole = |scope: &Scope| matches!(scope, Scope::Subtree { division } if *division == DivisionCode::COUNTRY);
        if scopes.iter().any(whole) {
            return;
        }
        let mut distinct: Vec<&Scope> = Vec::new();
        for scope in scopes {
            if !distinct.contains(&scope) {
                distinct.push(scope);
            }
        }
        let row = self.row;
        let parts: Vec<String> = distinct
            .into_iter()
            .map(|scope| match scope {
                Scope::Subtree { division } => self.subtree(*division),
                Scope::Enterprise { id } => format!("{row}.enterprise = {}", self.bind(id.as_str())),
            })
            .collect();
        let any = if parts.is_empty() { "1 = 0".to_owned() } else { format!("({})", parts.join(" OR ")) };
        self.and(&any);
    }

    /// Rows of `record` that contain all words.
    pub(super) fn found(&mut self, words: &[Word]) -> String {
        match self.dialect {
            Dialect::Sqlite => {
                let term = |word: &Word| format!("\"{}\"{}", word.text, if word.prefix { "*" } else { "" });
                let query: Vec<String> = words.iter().map(term).collect();
                let query = self.bind(query.join(" AND "));
                format!("SELECT rowid FROM record_search WHERE record_search MATCH {query}")
            }
            Dialect::Postgres => {
                let term = |word: &Word| format!("'{}'{}", word.text, if word.prefix { ":*" } else { "" });
                let query: Vec<String> = words.iter().map(term).collect();
                let query = self.bind(query.join(" & "));
                format!(
                    "SELECT w.seq FROM record w WHERE w.deleted = 0 AND array_to_tsvector(string_to_array(w.search, ' ')) @@ {query}::tsquery"
                )
            }
        }
    }

    pub(super) fn words(&mut self, words: &[Word], search: Search) {
        if words.is_empty() {
            return;
        }
        if search == Search::Found {
            let found = self.found(words);
            return self.and(&format!("{}.seq IN ({found})", self.row));
        }
        let find = if self.dialect == Dialect::Sqlite { "instr" } else { "strpos" };
        for word in words {
            // Words are separated by single blanks; the end of a prefix stays open.
            let text = self.bind(format!(" {}{}", word.text, if word.prefix { "" } else { " " }));
            self.and(&format!(
                "(SELECT {find}(' ' || w.search || ' ', {text}) FROM record w WHERE w.seq = {}.seq) > 0",
                self.row
            ));
        }
    }

    pub(super) fn bbox(&mut self, bbox: &BoundingBox) {
        let (west, east) = (self.bind(bbox.west), self.bind(bbox.east));
        let (south, north) = (self.bind(bbox.south), self.bind(bbox.north));
        self.and(&format!("l.lon BETWEEN {west} AND {east} AND l.lat BETWEEN {south} AND {north}"));
    }

    /// Adds one condition.
    pub(super) fn condition(&mut self, condition: &Condition) -> Result<()> {
        let sql = self.judged(condition)?;
        self.and(&sql);
        Ok(())
    }

    /// Adds that one of several conditions holds; nothing if there are none.
    fn any(&mut self, conditions: &[Condition]) -> Result<()> {
        if conditions.is_empty() {
            return Ok(());
        }
        let judged: Result<Vec<String>> = conditions.iter().map(|own| self.judged(own)).collect();
        self.and(&format!("({})", judged?.join(" OR ")));
        Ok(())
    }

    fn judged(&mut self, condition: &Condition) -> Result<String> {
        let field = condition.field.sql(self.dialect)?;
        let list = matches!(condition.field, Field::Attribute { kept: AttributeType::List, .. });
        let mut values = Vec::new();
        for value in &condition.values {
            values.push(self.bind(adapt(value, list, condition.operator)));
        }
        let Some(value) = values.first().cloned() else {
            return Ok("1 = 0".to_owned());
        };
        // LIKE of SQLite disregards the case of ASCII letters by itself, as does its LOWER.
        let text = if self.dialect == Dialect::Sqlite { field.clone() } else { format!("LOWER({field})") };
        let like = |value: &String| format!("{text} LIKE {value} ESCAPE '!'");
        Ok(match condition.operator {
            Operator::Equal if list => like(&value),
            Operator::In if list => format!("({})", values.iter().map(like).collect::<Vec<_>>().join(" OR ")),
            Operator::NotEqual if list => format!("({field} IS NULL OR NOT {})", like(&value)),
            Operator::Equal => format!("{field} = {value}"),
            Operator::NotEqual => format!("({field} <> {value} OR {field} IS NULL)"),
            Operator::Less => format!("{field} < {value}"),
            Operator::LessOrEqual => format!("{field} <= {value}"),
            Operator::Greater => format!("{field} > {value}"),
            Operator::GreaterOrEqual => format!("{field} >= {value}"),
            Operator::Like => like(&value),
            Operator::In => format!("{field} IN ({})", values.join(", ")),
        })
    }
}

/// Texts to be looked for inside others lose the meaning of wildcards; lists are matched as text.
fn adapt(value: &Value, list: bool, operator: Operator) -> Value {
    let escaped = |text: &str| {
        text.to_lowercase().chars().fold(String::new(), |mut out, letter| {
            if matches!(letter, '%' | '_' | '!') {
                out.push('!');
            }
            out.push(letter);
            out
        })
    };
    match value {
        Value::Text(Some(text)) if list => Value::Text(Some(format!("%\"{}\"%", escaped(text)))),
        Value::Text(Some(text)) if operator == Operator::Like => Value::Text(Some(format!("%{}%", escaped(text)))),
        other => other.clone(),
    }
}

/// Whether a selection asks for what its ledger does not hold.
pub(super) fn beyond(selection: &Selection) -> bool {
    let mut asked =
        selection.conditions.iter().chain(&selection.any).map(|own| &own.field).chain([&selection.sort.field]);
    asked.any(|field| !field.in_ledger())
}

/// Where a statement over a selection reads: its ledger, walked by an index if one is named, and
/// the record only where the ledger does not hold what is asked for.
pub(super) fn source(dialect: Dialect, selection: &Selection, walk: Option<&str>) -> Result<String> {
    let kind = identifier(&selection.kind)?;
    // SQLite keeps no statistics of ours and would guess; PostgreSQL knows its data.
    let hint = match (dialect, walk) {
        (Dialect::Postgres, _) => String::new(),
        (Dialect::Sqlite, Some(index)) => format!(" INDEXED BY ledger_{kind}_{index}"),
        (Dialect::Sqlite, None) => " NOT INDEXED".to_owned(),
    };
    let record = if beyond(selection) { " CROSS JOIN record r" } else { "" };
    Ok(format!("ledger_{kind} l{hint}{record}"))
}

/// The condition of a selection over its [`source`].
pub(super) fn condition(dialect: Dialect, selection: &Selection, search: Search) -> Result<Where> {
    let mut clause = Where::over_ledger(dialect);
    if beyond(selection) {
        clause.and("r.seq = l.seq");
    }
    clause.scopes(&selection.scopes);
    if let Some(division) = selection.division.filter(|division| *division != DivisionCode::COUNTRY) {
        let subtree = clause.subtree(division);
        clause.and(&subtree);
    }
    for condition in &selection.conditions {
        clause.condition(condition)?;
    }
    clause.any(&selection.any)?;
    if let Some(bbox) = &selection.bbox {
        clause.bbox(bbox);
    }
    clause.words(&selection.words, search);
    Ok(clause)
}
