//! What a check or a run found, added up as rows pass.

use std::collections::{BTreeMap, HashMap};

use fengsui_registry::ImportMode;
use fengsui_registry::sheet::{RowError, Taken};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Different bad values that are kept.
const VALUES: usize = 300;
/// Rows left out that are listed.
const ASIDES: usize = 50;

/// A row that was left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Aside {
    /// Row as the spreadsheet numbers it.
    pub row: u64,
    /// `note`, `sum`, `header` or `skipped`.
    pub why: String,
}

/// One sort of mistake in one column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Trouble {
    /// The field.
    pub field: String,
    /// Heading of the column.
    pub column: String,
    /// A key of the message catalogue.
    pub code: String,
    /// The message in the reader's language; filled in by the server.
    #[serde(default)]
    pub message: String,
    /// Facts for the message, of the first such cell.
    #[serde(default)]
    pub params: BTreeMap<String, String>,
    /// Cells at fault so.
    pub count: u64,
}

/// One text that stands in cells at fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BadValue {
    /// The field.
    pub field: String,
    /// A key of the message catalogue.
    pub code: String,
    /// What the cells hold.
    pub value: String,
    /// How many do.
    pub count: u64,
    /// What they probably should hold.
    pub suggestion: Option<String>,
}

/// What a check or a run found.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ImportSummary {
    /// Rows of the table.
    pub rows: u64,
    /// Rows without a mistake.
    pub good: u64,
    /// Rows with a mistake.
    pub bad: u64,
    /// New records.
    pub created: u64,
    /// Changed records.
    pub updated: u64,
    /// Records that were already so.
    pub unchanged: u64,
    /// Cells at fault.
    pub error_count: u64,
    /// Sorts of mistakes, the commonest first.
    pub troubles: Vec<Trouble>,
    /// Bad texts, the commonest first.
    pub values: Vec<BadValue>,
    /// Rows that are no rows of the table, the first fifty.
    pub asides: Vec<Aside>,
    /// How many there are in all.
    pub aside_count: u64,
    /// Whether records were written.
    pub applied: bool,
    /// What happened to good rows; absent for a check.
    pub mode: Option<ImportMode>,
    /// Rows that the run came to before it was ended.
    pub ended_at_row: Option<u64>,
    /// Seconds that it took, waits and restarts included.
    pub seconds: f64,
}

/// Adds up as rows pass.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Tally {
    pub(crate) rows: u64,
    pub(crate) bad: u64,
    error_count: u64,
    troubles: Vec<Trouble>,
    values: Vec<BadValue>,
    asides: Vec<Aside>,
    aside_count: u64,
    #[serde(skip)]
    trouble_at: HashMap<(String, String), usize>,
    #[serde(skip)]
    value_at: HashMap<(String, String, String), usize>,
}

impl Tally {
    /// A tally that was kept goes on.
    pub(crate) fn ready(mut self) -> Self {
        let troubles = self.troubles.iter().enumerate();
        self.trouble_at = troubles.map(|(at, own)| ((own.field.clone(), own.code.clone()), at)).collect();
        let values = self.values.iter().enumerate();
        self.value_at =
            values.map(|(at, own)| ((own.field.clone(), own.code.clone(), own.value.clone()), at)).collect();
        self
    }

    pub(crate) fn aside(&mut self, row: u64, why: &str) {
        self.aside_count += 1;
        if self.asides.len() < ASIDES {
            self.asides.push(Aside { row, why: why.to_owned() });
        }
    }

    pub(crate) fn bad(&mut self, errors: &[RowError]) {
        self.bad += 1;
        for error in errors {
            self.error_count += 1;
            self.trouble(error);
            self.value(error);
        }
    }

    fn trouble(&mut self, error: &RowError) {
        let key = (error.field.clone(), error.code.clone());
        if let Some(at) = self.trouble_at.get(&key) {
            self.troubles[*at].count += 1;
            return;
        }
        self.trouble_at.insert(key, self.troubles.len());
        self.troubles.push(Trouble {
            field: error.field.clone(),
            column: error.column.clone(),
            code: error.code.clone(),
            message: String::new(),
            params: error.params.clone(),
            count: 1,
        });
    }

    fn value(&mut self, error: &RowError) {
        let Some(value) = &error.value else { return };
        let key = (error.field.clone(), error.code.clone(), value.clone());
        if let Some(at) = self.value_at.get(&key) {
            self.values[*at].count += 1;
        } else if self.values.len() < VALUES {
            self.value_at.insert(key, self.values.len());
            self.values.push(BadValue {
                field: error.field.clone(),
                code: error.code.clone(),
                value: value.clone(),
                count: 1,
                suggestion: error.suggestion.clone(),
            });
        }
    }

    pub(crate) fn summary(&self, taken: Taken, mode: Option<ImportMode>) -> ImportSummary {
        let (mut troubles, mut values) = (self.troubles.clone(), self.values.clone());
        troubles.sort_by_key(|own| std::cmp::Reverse(own.count));
        values.sort_by_key(|own| std::cmp::Reverse(own.count));
        ImportSummary {
            rows: self.rows,
            good: self.rows - self.bad,
            bad: self.bad,
            created: taken.created,
            updated: taken.updated,
            unchanged: taken.unchanged,
            error_count: self.error_count,
            troubles,
            values,
            asides: self.asides.clone(),
            aside_count: self.aside_count,
            mode,
            ..ImportSummary::default()
        }
    }
}
