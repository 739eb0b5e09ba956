//! From the rows of a file to drafts, with every mistake at its row and column.

use std::collections::BTreeMap;

use fengsui_kernel::{Fault, FaultKind, Problem, Problems, Result};
use serde_json::{Map, Value};

use super::cell::{self, Cell};
use super::column::{Column, Target, columns, recognise};
use super::import::RowError;
use super::{MAX_ROWS, SheetFormat, csv_file, guard, xlsx_file};
use crate::draft::{self, Checked, Position, RecordDraft};
use crate::kind::KindSpec;

/// A row that was read: a draft, or what is wrong with it.
pub(crate) struct ReadRow {
    pub(crate) number: u64,
    pub(crate) content: Result<Checked, Vec<RowError>>,
}

/// The header: which column of the file holds what.
pub(crate) struct Header<'a> {
    all: Vec<Column<'a>>,
    /// Index into `all` for every column of the file.
    found: Vec<Option<usize>>,
}

/// The most columns that a file may have.
const MAX_COLUMNS: usize = 500;

impl<'a> Header<'a> {
    fn read(spec: &'a KindSpec, row: u64, cells: &[Cell]) -> Result<Self, Vec<RowError>> {
        // Nobody's ledger is that wide; judging millions of headings would take minutes.
        if cells.len() > MAX_COLUMNS {
            return Err(vec![RowError::new(row, "", "", "too_many_columns")]);
        }
        let all = columns(spec);
        let mut errors = Vec::new();
        let mut found: Vec<Option<usize>> = Vec::with_capacity(cells.len());
        for cell in cells {
            let text = cell.text();
            let index = recognise(&all, &text).and_then(|known| all.iter().position(|own| own.field == known.field));
            let mistake = match index {
                None if text.is_empty() => None,
                None => Some("unknown_column"),
                Some(_) if found.contains(&index) => Some("duplicate_column"),
                Some(_) => None,
            };
            if let Some(code) = mistake {
                errors.push(RowError::new(row, &text, "", code));
            }
            found.push(index);
        }
        for (index, column) in all.iter().enumerate() {
            if column.required && !found.contains(&Some(index)) {
                errors.push(RowError::new(row, column.zh, column.field, "missing_column"));
            }
        }
        if errors.is_empty() { Ok(Self { all, found }) } else { Err(errors) }
    }

    /// The header of the column that a problem is about.
    fn column_of(&self, field: &str) -> Option<&Column<'a>> {
        let field = field.strip_prefix("attributes.").unwrap_or(field);
        let own = field.split('.').next().unwrap_or(field);
        let own = if own == "location" { "lon" } else { own };
        self.all.iter().find(|column| column.field == own)
    }

    pub(crate) fn error(&self, row: u64, problem: Problem) -> RowError {
        let column = self.column_of(&problem.field).map_or_else(String::new, |column| column.zh.to_owned());
        let Problem { field, code, mut params } = problem;
        let value = params.remove("value");
        RowError { row, column, field, code, message: String::new(), value, suggestion: None, params }
    }

    pub(crate) fn errors(&self, row: u64, problems: Problems) -> Vec<RowError> {
        problems.0.into_iter().map(|problem| self.error(row, problem)).collect()
    }

    fn draft(&self, cells: &[Cell]) -> Result<RecordDraft, Problems> {
        let (mut draft, mut attributes) = (RecordDraft::default(), Map::new());
        let (mut lon, mut lat) = (&Cell::Empty, &Cell::Empty);
        for (cell, index) in cells.iter().zip(&self.found) {
            let Some(column) = index.and_then(|index| self.all.get(index)) else { continue };
            match column.target {
                Target::Code => draft.code = Some(cell.text()),
                Target::Name => draft.name = cell.text(),
                Target::Division => draft.division = cell.text(),
                Target::Enterprise => draft.enterprise = Some(cell.text()),
                Target::Lon => lon = cell,
                Target::Lat => lat = cell,
                Target::Shown(_) | Target::Position => {}
                Target::Attribute(field) => {
                    attributes.insert(field.name.clone(), cell::value(field, cell));
                }
            }
        }
        draft.attributes = Value::Object(attributes);
        draft.location = position(lon, lat)?;
        Ok(draft)
    }

    fn content(&self, spec: &KindSpec, row: u64, cells: &[Cell]) -> Result<Checked, Vec<RowError>> {
        let draft = self.draft(cells).map_err(|problems| self.errors(row, problems))?;
        draft::check(spec, draft).map_err(|problems| self.errors(row, problems))
    }
}

fn position(lon: &Cell, lat: &Cell) -> Result<Option<Position>, Problems> {
    let mut problems = Problems::default();
    let mut read = |cell: &Cell, field: &str| {
        let number = cell.degrees();
        if number.is_none() && !cell.is_empty() {
            problems.push(Fault::field(field, "wrong_type").with("expected", "number").with("value", &cell.text()));
        }
        number
    };
    let (read_lon, read_lat) = (read(lon, "lon"), read(lat, "lat"));
    if !problems.0.is_empty() {
        return Err(problems);
    }
    match (read_lon, read_lat) {
        (Some(lon), Some(lat)) => Ok(Some(Position { lon, lat })),
        (None, None) => Ok(None),
        (Some(_), None) => Err(Problems(vec![Fault::field("lat", "required")])),
        (None, Some(_)) => Err(Problems(vec![Fault::field("lon", "required")])),
    }
}

/// Reads a file and hands over row after row; a header at fault is handed over as one bad row.
pub(crate) fn read_file(spec: &KindSpec, file: &[u8], mut hand_over: impl FnMut(ReadRow) -> Result<()>) -> Result<()> {
    let mut header: Option<Header<'_>> = None;
    let mut rows = 0_u64;
    let mut take = |number: u64, cells: Vec<Cell>| {
        if cells.iter().all(Cell::is_empty) {
            return Ok(());
        }
        let Some(known) = &header else {
            match Header::read(spec, number, &cells) {
                Ok(read) => header = Some(read),
                Err(errors) => {
                    hand_over(ReadRow { number, content: Err(errors) })?;
                    // Without a header the rows mean nothing.
                    return Err(FaultKind::Refused(fengsui_kernel::Refusal::new("header")).into());
                }
            }
            return Ok(());
        };
        rows += 1;
        if rows > MAX_ROWS {
            return Err(FaultKind::TooLarge { limit: MAX_ROWS }.into());
        }
        hand_over(ReadRow { number, content: known.content(spec, number, &cells) })
    };
    let outcome = match SheetFormat::of(file)? {
        SheetFormat::Xlsx => {
            guard::judge(file)?;
            xlsx_file::read(file, None, &mut take)
        }
        SheetFormat::Csv => {
            let mut number = 0;
            csv_file::read(file, |cells| {
                number += 1;
                take(number, cells)
            })
        }
    };
    match outcome {
        Err(fault) if fault.code() == "header" => Ok(()),
        Err(fault) => Err(fault),
        Ok(()) if header.is_none() => Err(Fault::field("file", "empty_file").into()),
        Ok(()) => Ok(()),
    }
}

/// Errors that come up when rows meet the store.
pub(crate) fn late_errors(spec: &KindSpec, row: u64, problems: Problems) -> Vec<RowError> {
    Header { all: columns(spec), found: Vec::new() }.errors(row, problems)
}

impl RowError {
    fn new(row: u64, column: &str, field: &str, code: &str) -> Self {
        let short: String = column.chars().take(60).collect();
        Self {
            row,
            column: short,
            field: field.to_owned(),
            code: code.to_owned(),
            message: String::new(),
            value: None,
            suggestion: None,
            params: BTreeMap::new(),
        }
    }
}
