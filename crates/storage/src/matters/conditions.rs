//! Builds `WHERE` clauses from parts; values always travel as arguments.

use fengsui_kernel::{DivisionCode, Scope};

use crate::{ToValue, Value};

/// Clauses joined by `AND`, with their arguments.
#[derive(Default)]
pub(super) struct Conditions {
    clauses: Vec<String>,
    pub(super) args: Vec<Value>,
}

impl Conditions {
    /// Adds an argument and gives its placeholder.
    pub(super) fn arg(&mut self, value: &impl ToValue) -> String {
        self.args.push(value.to_value());
        format!("${}", self.args.len())
    }

    /// Adds arguments and gives their placeholders for `IN (…)`.
    pub(super) fn list<T: ToValue>(&mut self, values: &[T]) -> String {
        values.iter().map(|value| self.arg(value)).collect::<Vec<_>>().join(", ")
    }

    /// Adds a clause.
    pub(super) fn and(&mut self, clause: String) {
        self.clauses.push(clause);
    }

    /// Adds `column = value` when there is a value.
    pub(super) fn equal<T: ToValue>(&mut self, column: &str, value: Option<&T>) {
        if let Some(value) = value {
            let arg = self.arg(value);
            self.and(format!("{column} = {arg}"));
        }
    }

    /// A clause for a division and everything below it.
    pub(super) fn subtree(&mut self, column: &str, division: &DivisionCode) -> String {
        let from = self.arg(division);
        let to = self.arg(&division.subtree_end());
        format!("({column} >= {from} AND {column} < {to})")
    }

    /// A clause for what any of the scopes reaches; `FALSE` when there are none.
    pub(super) fn scopes(&mut self, division: &str, enterprise: &str, scopes: &[Scope]) -> String {
        let clauses = scopes.iter().map(|scope| match scope {
            Scope::Subtree { division: root } => self.subtree(division, root),
            Scope::Enterprise { id } => {
                let arg = self.arg(id);
                format!("{enterprise} = {arg}")
            }
        });
        any_of(&clauses.collect::<Vec<_>>())
    }

    /// The whole clause; `TRUE` when nothing was asked.
    pub(super) fn sql(&self) -> String {
        if self.clauses.is_empty() { "1 = 1".to_owned() } else { self.clauses.join(" AND ") }
    }
}

/// Clauses joined by `OR`.
pub(super) fn any_of(clauses: &[String]) -> String {
    if clauses.is_empty() { "1 = 0".to_owned() } else { format!("({})", clauses.join(" OR ")) }
}

/// A pattern for `LIKE … ESCAPE '\'` that finds the text anywhere.
pub(super) fn containing(text: &str) -> String {
    let mut pattern = String::from("%");
    for letter in text.trim().to_lowercase().chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}
