//! Scopes, filters and search words become a `WHERE`.

use fengsui_kernel::{DivisionCode, DivisionLevel, Result, Scope};

use super::selection::{AttributeType, Condition, Field, Operator, Selection, Word, identifier};
use crate::Dialect;
use crate::value::{ToValue, Value};

/// A `WHERE` under construction.
pub(super) struct Where {
    dialect: Dialect,
    pub(super) sql: String,
    pub(super) args: Vec<Value>,
}

impl Where {
    pub(super) fn new(dialect: Dialect, first: String) -> Self {
        Self { dialect, sql: first, args: Vec::new() }
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

    fn subtree(&mut self, division: DivisionCode) -> String {
        // SQLite knows no selectivity: above townships, walking the index of the order beats
        // collecting and sorting a large part of the kind. The unary plus says so.
        let wide = division.level() <= DivisionLevel::County && self.dialect == Dialect::Sqlite;
        let plus = if wide { "+" } else { "" };
        let (low, high) = (self.bind(division), self.bind(division.subtree_end()));
        format!("({plus}r.division >= {low} AND {plus}r.division < {high})")
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
        let parts: Vec<String> = distinct
            .into_iter()
            .map(|scope| match scope {
                Scope::Subtree { division } => self.subtree(*division),
                Scope::Enterprise { id } => format!("r.enterprise = {}", self.bind(id.as_str())),
            })
            .collect();
        let any = if parts.is_empty() { "1 = 0".to_owned() } else { format!("({})", parts.join(" OR ")) };
        self.and(&any);
    }

    pub(super) fn words(&mut self, words: &[Word]) {
        if words.is_empty() {
            return;
        }
        let sql = match self.dialect {
            Dialect::Sqlite => {
                let term = |word: &Word| format!("\"{}\"{}", word.text, if word.prefix { "*" } else { "" });
                let query: Vec<String> = words.iter().map(term).collect();
                let query = self.bind(query.join(" AND "));
                format!("r.seq IN (SELECT rowid FROM record_search WHERE record_search MATCH {query})")
            }
            Dialect::Postgres => {
                let term = |word: &Word| format!("'{}'{}", word.text, if word.prefix { ":*" } else { "" });
                let query: Vec<String> = words.iter().map(term).collect();
                let query = self.bind(query.join(" & "));
                format!("array_to_tsvector(string_to_array(r.search, ' ')) @@ {query}::tsquery")
            }
        };
        self.and(&sql);
    }

    fn condition(&mut self, condition: &Condition) -> Result<()> {
        let field = condition.field.sql("r.")?;
        let list = matches!(condition.field, Field::Attribute { kept: AttributeType::List, .. });
        let mut values = Vec::new();
        for value in &condition.values {
            values.push(self.bind(self.adapt(&condition.field, value, list, condition.operator)));
        }
        let Some(value) = values.first().cloned() else {
            self.and("1 = 0");
            return Ok(());
        };
        let like = |value: &String| format!("LOWER({field}) LIKE {value} ESCAPE '!'");
        let sql = match condition.operator {
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
        };
        self.and(&sql);
        Ok(())
    }

    /// `->>` gives booleans as 0/1 in SQLite and as words in PostgreSQL; lists are matched as text.
    fn adapt(&self, field: &Field, value: &Value, list: bool, operator: Operator) -> Value {
        let escaped = |text: &str| {
            text.to_lowercase().chars().fold(String::new(), |mut out, letter| {
                if matches!(letter, '%' | '_' | '!') {
                    out.push('!');
                }
                out.push(letter);
                out
            })
        };
        let boolean = matches!(field, Field::Attribute { kept: AttributeType::Boolean, .. });
        match value {
            Value::Int(Some(number)) if boolean && self.dialect == Dialect::Postgres => {
                Value::Text(Some((*number != 0).to_string()))
            }
            Value::Text(Some(text)) if list => Value::Text(Some(format!("%\"{}\"%", escaped(text)))),
            Value::Text(Some(text)) if operator == Operator::Like => Value::Text(Some(format!("%{}%", escaped(text)))),
            other => other.clone(),
        }
    }
}

/// The condition of a selection over `record r`.
pub(super) fn condition(dialect: Dialect, selection: &Selection) -> Result<Where> {
    let kind = identifier(&selection.kind)?;
    // The kind stands in the text, since partial indexes are only used for a constant.
    let mut clause = Where::new(dialect, format!("r.kind = '{kind}' AND r.deleted = 0"));
    clause.scopes(&selection.scopes);
    if let Some(division) = selection.division.filter(|division| *division != DivisionCode::COUNTRY) {
        let subtree = clause.subtree(division);
        clause.and(&subtree);
    }
    clause.words(&selection.words);
    for condition in &selection.conditions {
        clause.condition(condition)?;
    }
    if let Some(bbox) = &selection.bbox {
        let (west, east) = (clause.bind(bbox.west), clause.bind(bbox.east));
        let (south, north) = (clause.bind(bbox.south), clause.bind(bbox.north));
        clause.and(&format!(
            "r.lon IS NOT NULL AND r.lon BETWEEN {west} AND {east} AND r.lat BETWEEN {south} AND {north}"
        ));
    }
    Ok(clause)
}
