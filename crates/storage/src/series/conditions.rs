//! A growing `WHERE` with its arguments.

use fengsui_kernel::Scope;

use crate::args;
use crate::value::Value;

/// Conditions joined by `AND`.
#[derive(Debug, Default)]
pub struct Conditions {
    parts: Vec<String>,
    /// The arguments in the order of their numbers.
    pub args: Vec<Value>,
}

impl Conditions {
    /// Adds a condition in which each `?` stands for the next argument.
    pub fn add(&mut self, template: &str, values: Vec<Value>) {
        let mut text = String::with_capacity(template.len() + 8);
        let mut number = self.args.len();
        for letter in template.chars() {
            if letter == '?' {
                number += 1;
                text.push('$');
                text.push_str(&number.to_string());
            } else {
                text.push(letter);
            }
        }
        self.args.extend(values);
        self.parts.push(text);
    }

    /// Keeps only what the scopes reach; `table` has the columns `division` and `enterprise`.
    pub fn scopes(&mut self, scopes: &[Scope], table: &str) {
        let mut any = Vec::new();
        let mut values = Vec::new();
        for scope in scopes {
            match scope {
                Scope::Subtree { division } => {
                    any.push(format!("({table}.division >= ? AND {table}.division < ?)"));
                    values.extend(args![*division, division.subtree_end()]);
                }
                Scope::Enterprise { id } => {
                    any.push(format!("{table}.enterprise = ?"));
                    values.extend(args![id.as_str()]);
                }
            }
        }
        // No scope at all means no row at all.
        let text = if any.is_empty() { "1 = 0".to_owned() } else { format!("({})", any.join(" OR ")) };
        self.add(&text, values);
    }

    /// Looks for a text in any of the columns, without regard to case.
    pub fn contains(&mut self, columns: &[&str], text: &str) {
        let escaped = text.trim().to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let pattern = format!("%{escaped}%");
        let any: Vec<String> = columns.iter().map(|column| format!("LOWER({column}) LIKE ? ESCAPE '\\'")).collect();
        let values = columns.iter().flat_map(|_| args![pattern.as_str()]).collect();
        self.add(&format!("({})", any.join(" OR ")), values);
    }

    /// The clause, empty without conditions.
    pub fn clause(&self) -> String {
        if self.parts.is_empty() { String::new() } else { format!(" WHERE {}", self.parts.join(" AND ")) }
    }

    /// The clause with limit and offset as further arguments, and all arguments.
    pub fn paged(mut self, order: &str, limit: u32, offset: u32) -> (String, Vec<Value>) {
        let next = self.args.len();
        let text = format!("{} ORDER BY {order} LIMIT ${} OFFSET ${}", self.clause(), next + 1, next + 2);
        self.args.extend(args![limit, offset]);
        (text, self.args)
    }
}
