//! How a sheet is to be read, as guessed and then as a person decided.

use std::collections::BTreeMap;

use fengsui_kernel::{Datum, Fault, Problems, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::cell::Cell;
use super::column::{Column, Target, accepted};
use super::mapping::{self, GuessedBy};
use super::{headings, mend};
use crate::kind::KindSpec;

/// What a column of the file holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlannedColumn {
    /// Which column, from 0.
    pub index: u32,
    /// Its heading.
    #[serde(default)]
    pub heading: String,
    /// `code`, `name`, `division`, `lon`, `lat`, `position`, `enterprise` or an attribute; nothing: not taken in.
    pub target: Option<String>,
    /// On what the guess rests.
    #[serde(default)]
    pub by: Option<GuessedBy>,
}

/// Cells of a column that hold exactly one text are read as another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ValueRule {
    /// The field.
    pub target: String,
    /// What stands in the cells.
    pub from: String,
    /// What it is read as; empty: as nothing.
    pub to: String,
}

/// A text is replaced wherever it stands inside cells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Replacement {
    /// Only in this field.
    pub target: Option<String>,
    /// What is looked for.
    pub find: String,
    /// What takes its place.
    pub replace: String,
}

/// One cell is read as another text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CellFix {
    /// Row as the spreadsheet numbers it.
    pub row: u64,
    /// The field.
    pub target: String,
    /// What it is read as.
    pub value: String,
}

/// How a sheet is read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SheetPlan {
    /// The sheet of the workbook.
    pub sheet: String,
    /// Row of the headings, as the spreadsheet numbers it.
    pub header_row: u64,
    /// What each column holds.
    pub columns: Vec<PlannedColumn>,
    /// The field by which records are known again: `code`, `name` or an attribute.
    pub identify_by: Option<String>,
    /// Values for cells that are empty or columns that are absent.
    pub defaults: BTreeMap<String, String>,
    /// In what coordinates are given.
    pub datum: Datum,
    /// Longitude and latitude that are exchanged are put right.
    pub swap_coordinates: bool,
    /// Texts read as others.
    pub values: Vec<ValueRule>,
    /// Texts replaced inside cells.
    pub replacements: Vec<Replacement>,
    /// Single cells read as other texts.
    pub cells: Vec<CellFix>,
    /// Rows left out, as the spreadsheet numbers them.
    pub skip_rows: Vec<u64>,
}

/// Corrections beyond these belong into the file.
const MOST_RULES: usize = 5000;

impl SheetPlan {
    /// Guesses how a sheet is read from its first rows.
    pub fn guess(spec: &KindSpec, sheet: &str, head: &[(u64, Vec<Cell>)], header_row: Option<u64>) -> Self {
        let columns = accepted(spec);
        let title = mapping::clean(&spec.title.zh);
        let header_row = header_row.unwrap_or_else(|| headings::header_row(&columns, &title, head).0);
        let names = headings::headings(head, header_row);
        let samples = samples(head, header_row, names.len());
        let guessed = mapping::guess(&columns, &title, &names, &samples);
        let planned = (0_u32..).zip(names).zip(guessed).map(|((index, heading), guess)| PlannedColumn {
            index,
            heading,
            target: guess.map(|(field, _)| field.to_owned()),
            by: guess.map(|(_, by)| by),
        });
        let mut plan = Self { sheet: sheet.to_owned(), header_row, columns: planned.collect(), ..Self::default() };
        plan.identify_by = plan.identity(spec);
        plan
    }

    /// How likely a sheet holds records of the kind.
    pub fn likelihood(spec: &KindSpec, head: &[(u64, Vec<Cell>)]) -> f64 {
        headings::header_row(&accepted(spec), &mapping::clean(&spec.title.zh), head).1
    }

    /// The field that tells records apart, of those that the sheet has.
    fn identity(&self, spec: &KindSpec) -> Option<String> {
        let has = |field: &str| self.columns.iter().any(|column| column.target.as_deref() == Some(field));
        if has("code") {
            return Some("code".to_owned());
        }
        let credit =
            spec.fields.iter().find(|field| field.format.as_deref() == Some("credit_code") && has(&field.name));
        credit.map(|field| field.name.clone()).or_else(|| has("name").then(|| "name".to_owned()))
    }

    /// What tells sheets of one form apart from others.
    pub fn signature(&self) -> String {
        let headings: Vec<String> = self.columns.iter().map(|column| column.heading.clone()).collect();
        headings::signature(&headings)
    }

    /// What is worth remembering for the next sheet with the same headings.
    pub fn memory(&self) -> Self {
        Self { sheet: String::new(), header_row: 0, cells: Vec::new(), skip_rows: Vec::new(), ..self.clone() }
    }

    /// Reads a sheet as one with the same headings was read before.
    #[must_use]
    pub fn recall(mut self, memory: &Self) -> Self {
        for column in &mut self.columns {
            let heading = mapping::clean(&column.heading);
            let known =
                memory.columns.iter().find(|own| mapping::clean(&own.heading) == heading && !heading.is_empty());
            if let Some(known) = known {
                column.target.clone_from(&known.target);
                column.by = Some(GuessedBy::Remembered);
            }
        }
        let memory = memory.clone();
        Self {
            sheet: self.sheet,
            header_row: self.header_row,
            columns: self.columns,
            cells: Vec::new(),
            skip_rows: Vec::new(),
            ..memory
        }
    }

    /// Refuses what cannot be meant: unknown fields, doubled columns, a needed field that comes from nowhere.
    pub fn check(&self, spec: &KindSpec) -> Result<()> {
        let known = accepted(spec);
        let mut problems = Problems::default();
        let mut seen: Vec<&str> = Vec::new();
        for column in &self.columns {
            let Some(target) = column.target.as_deref() else { continue };
            let place = format!("columns.{}", column.index);
            if !known.iter().any(|own| own.field == target) {
                problems.push(Fault::field(&place, "unknown_field").with("value", target));
            } else if seen.contains(&target) {
                problems.push(Fault::field(&place, "duplicate_column").with("value", &column.heading));
            }
            seen.push(target);
        }
        for column in known.iter().filter(|column| column.required) {
            if !seen.contains(&column.field) && !self.defaults.contains_key(column.field) {
                problems.push(Fault::field(column.field, "missing_column").with("value", column.zh));
            }
        }
        self.check_identity(spec, &seen, &mut problems);
        let rules = self.values.len() + self.replacements.len() + self.cells.len() + self.skip_rows.len();
        if rules > MOST_RULES || self.columns.len() > 500 {
            problems.push(Fault::field("values", "too_many_items").with("max", &MOST_RULES.to_string()));
        }
        problems.into_result()
    }

    fn check_identity(&self, spec: &KindSpec, seen: &[&str], problems: &mut Problems) {
        let Some(field) = self.identify_by.as_deref() else { return };
        let fits = field == "code"
            || field == "name"
            || spec
                .field(field)
                .is_some_and(|own| !own.personal && !own.nested && own.kind == crate::kind::FieldKind::Text);
        if !fits || !seen.contains(&field) {
            problems.push(Fault::field("identify_by", "unknown_value").with("value", field));
        }
    }

    /// The fields that the sheet speaks of; of existing records the others stay as they are.
    pub(crate) fn given(&self) -> std::collections::HashSet<String> {
        let mut given: std::collections::HashSet<String> =
            self.columns.iter().filter_map(|column| column.target.clone()).collect();
        given.extend(self.defaults.keys().cloned());
        given
    }
}

/// The first cells below each heading that hold something.
fn samples(head: &[(u64, Vec<Cell>)], header_row: u64, width: usize) -> Vec<Vec<Cell>> {
    let below = head.iter().filter(|(number, _)| *number > header_row);
    let mut samples: Vec<Vec<Cell>> = vec![Vec::new(); width];
    for (_, cells) in below {
        for (own, cell) in samples.iter_mut().zip(cells) {
            if !cell.is_empty() && own.len() < 20 {
                own.push(cell.clone());
            }
        }
    }
    samples
}

/// A target's cell with everything that a person said about it.
pub(crate) struct Corrections<'a> {
    plan: &'a SheetPlan,
    cells: std::collections::HashMap<(u64, &'a str), &'a str>,
    values: std::collections::HashMap<(&'a str, &'a str), &'a str>,
}

impl<'a> Corrections<'a> {
    pub(crate) fn of(plan: &'a SheetPlan) -> Self {
        let cells = plan.cells.iter().map(|fix| ((fix.row, fix.target.as_str()), fix.value.as_str())).collect();
        let values =
            plan.values.iter().map(|rule| ((rule.target.as_str(), rule.from.as_str()), rule.to.as_str())).collect();
        Self { plan, cells, values }
    }

    /// The cell as it is to be read.
    pub(crate) fn apply(&self, row: u64, column: &Column<'_>, cell: &Cell) -> Cell {
        if let Some(value) = self.cells.get(&(row, column.field)) {
            return text_cell((*value).to_owned());
        }
        let mut text = cell.text();
        let original = text.clone();
        for rule in &self.plan.replacements {
            if rule.target.as_deref().is_none_or(|target| target == column.field) && !rule.find.is_empty() {
                text = text.replace(&rule.find, &rule.replace);
            }
        }
        if let Some(to) = self.values.get(&(column.field, text.trim())) {
            (*to).clone_into(&mut text);
        }
        let absent = text.trim().is_empty();
        let default = self.plan.defaults.get(column.field).filter(|_| absent);
        match default {
            Some(default) => text_cell(default.clone()),
            None if text == original => tidy(column, cell),
            None => text_cell(text),
        }
    }

    /// What stands for a column that the sheet does not have.
    pub(crate) fn default_of(&self, field: &str) -> Option<Cell> {
        self.plan.defaults.get(field).cloned().map(text_cell)
    }
}

fn text_cell(text: String) -> Cell {
    if text.trim().is_empty() { Cell::Empty } else { Cell::Text(text) }
}

/// Names and codes stand on one line, whatever the cell's width made of them.
fn tidy(column: &Column<'_>, cell: &Cell) -> Cell {
    match (cell, column.target) {
        (Cell::Text(text), Target::Name | Target::Enterprise) => text_cell(mend::one_line(text)),
        (Cell::Text(text), Target::Code | Target::Division) => text_cell(mend::narrow(&mend::one_line(text))),
        (own, _) => own.clone(),
    }
}
