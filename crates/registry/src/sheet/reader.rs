//! From the rows of a sheet and a plan to drafts, with every mistake at its cell.

use std::collections::HashMap;

use fengsui_kernel::{DivisionCode, Fault, Problem, Problems, Result};
use serde_json::{Map, Value};

use super::cell::{self, Cell};
use super::column::{Column, Target, accepted};
use super::import::RowError;
use super::plan::{Corrections, SheetPlan};
use super::{mapping, mend, synonyms};
use crate::draft::{self, Checked, Position, RecordDraft};
use crate::kind::{FieldKind, KindSpec};

/// What a row of a sheet turned out to be.
#[derive(Debug)]
pub enum Reading {
    /// Above or in the header, or empty.
    Nothing,
    /// A note, a sum, a repeated header: no row of the table.
    Aside(&'static str),
    /// A row of the table.
    Row(Box<PlannedRow>),
}

/// A row that was read: a draft, or what is wrong with it.
#[derive(Debug)]
pub struct PlannedRow {
    /// Row as the spreadsheet numbers it.
    pub number: u64,
    pub(crate) content: Result<Checked, Vec<RowError>>,
    /// What the mapped cells hold, for those who must mend them.
    pub(crate) raw: HashMap<String, String>,
}

/// What a text that should name a division means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// One division.
    One(DivisionCode),
    /// Several, or only likely: with the likeliest first.
    Maybe(Vec<DivisionCode>),
    /// None.
    Nothing,
}

/// Finds divisions by name.
pub type FindDivision<'a> = dyn FnMut(&str) -> Result<Named> + Send + 'a;

/// Reads rows as a plan says.
pub struct SheetReader<'a> {
    spec: &'a KindSpec,
    plan: &'a SheetPlan,
    columns: Vec<Column<'a>>,
    /// Index of the file's column and into `columns`.
    mapped: Vec<(usize, usize)>,
    /// Fields that come from defaults alone.
    absent: Vec<usize>,
    corrections: Corrections<'a>,
    headings: Vec<String>,
}

impl<'a> SheetReader<'a> {
    /// Prepares to read.
    pub fn new(spec: &'a KindSpec, plan: &'a SheetPlan) -> Self {
        let columns = accepted(spec);
        let at = |field: &str| columns.iter().position(|column| column.field == field);
        let planned = plan.columns.iter();
        let mapped: Vec<(usize, usize)> =
            planned.filter_map(|own| Some((own.index as usize, at(own.target.as_deref()?)?))).collect();
        let unmapped = |index: &usize| !mapped.iter().any(|(_, own)| own == index);
        let absent = plan.defaults.keys().filter_map(|field| at(field)).filter(unmapped).collect();
        let headings = plan.columns.iter().map(|column| mapping::clean(&column.heading)).collect();
        Self { spec, plan, columns, mapped, absent, corrections: Corrections::of(plan), headings }
    }

    /// Reads one row.
    pub fn read(&self, number: u64, cells: &[Cell], find: &mut FindDivision<'_>) -> Result<Reading> {
        if number <= self.plan.header_row || self.mapped_cells(cells).all(Cell::is_empty) {
            return Ok(Reading::Nothing);
        }
        if let Some(why) = self.aside(number, cells) {
            return Ok(Reading::Aside(why));
        }
        let mut raw = HashMap::new();
        for (at, index) in &self.mapped {
            let text = cells.get(*at).map(Cell::text).unwrap_or_default();
            raw.insert(self.columns[*index].field.to_owned(), text);
        }
        let content = match self.draft(number, cells, find)? {
            Ok(draft) => draft::check(self.spec, draft).map_err(|problems| self.errors(number, &raw, problems)),
            Err(problems) => Err(self.errors(number, &raw, problems)),
        };
        Ok(Reading::Row(Box::new(PlannedRow { number, content, raw })))
    }

    fn mapped_cells<'b>(&'b self, cells: &'b [Cell]) -> impl Iterator<Item = &'b Cell> {
        self.mapped.iter().filter_map(|(at, _)| cells.get(*at))
    }

    /// Why a row is none of the table.
    fn aside(&self, number: u64, cells: &[Cell]) -> Option<&'static str> {
        if self.plan.skip_rows.contains(&number) {
            return Some("skipped");
        }
        let texts: Vec<String> = cells.iter().filter(|cell| !cell.is_empty()).map(Cell::text).collect();
        let required = self.columns.iter().filter(|column| column.required).count();
        let alone = texts.len() <= 1 && self.mapped.len() >= 3 && required >= 2;
        let first = texts.first().map(|text| mend::one_line(text).replace(' ', "")).unwrap_or_default();
        let begins = synonyms::ASIDES.iter().any(|word| first.starts_with(word));
        if alone || (begins && texts.len() * 2 <= self.mapped.len().max(4)) {
            return Some(if first.contains('计') { "sum" } else { "note" });
        }
        let same = cells
            .iter()
            .zip(&self.headings)
            .filter(|(cell, heading)| !heading.is_empty() && mapping::clean(&cell.text()) == **heading);
        (same.count() * 10 >= texts.len() * 6 && texts.len() >= 2).then_some("header")
    }

    fn draft(&self, row: u64, cells: &[Cell], find: &mut FindDivision<'_>) -> Result<Result<RecordDraft, Problems>> {
        let (mut draft, mut attributes) = (RecordDraft::default(), Map::new());
        let mut place = Place::default();
        let mut problems = Problems::default();
        let mapped = self.mapped.iter().map(|(at, index)| {
            let column = &self.columns[*index];
            (column, self.corrections.apply(row, column, cells.get(*at).unwrap_or(&Cell::Empty)))
        });
        let absent = self.absent.iter().filter_map(|index| {
            let column = &self.columns[*index];
            Some((column, self.corrections.default_of(column.field)?))
        });
        for (column, cell) in mapped.chain(absent) {
            match column.target {
                Target::Code => draft.code = Some(cell.text()),
                Target::Name => draft.name = cell.text(),
                Target::Enterprise => draft.enterprise = Some(cell.text()),
                Target::Division => draft.division = division(&cell.text(), find, &mut problems)?,
                Target::Shown(_) => {}
                Target::Lon => place.lon = cell,
                Target::Lat => place.lat = cell,
                Target::Position => place.read_pair(&cell, &mut problems),
                Target::Attribute(field) => {
                    attributes.insert(field.name.clone(), cell::value(field, &cell));
                }
            }
        }
        draft.attributes = Value::Object(attributes);
        draft.location = place.position(self.plan, &mut problems);
        if problems.0.is_empty() {
            return Ok(Ok(draft));
        }
        // What else is wrong with the row is told in one go.
        if let Err(more) = draft::check(self.spec, draft) {
            let told: Vec<String> = problems.0.iter().map(|problem| problem.field.clone()).collect();
            problems.0.extend(more.0.into_iter().filter(|problem| !told.contains(&problem.field)));
        }
        Ok(Err(problems))
    }

    /// The mistakes of a row, each with what its cell holds and what it probably should.
    pub fn errors(&self, row: u64, raw: &HashMap<String, String>, problems: Problems) -> Vec<RowError> {
        problems.0.into_iter().map(|problem| self.error(row, raw, problem)).collect()
    }

    fn error(&self, row: u64, raw: &HashMap<String, String>, problem: Problem) -> RowError {
        let Problem { field, mut code, mut params } = problem;
        let own = field.strip_prefix("attributes.").unwrap_or(&field).split('.').next().unwrap_or_default();
        let own = match own {
            "location" if raw.contains_key("position") => "position",
            "location" => "lon",
            other => other,
        };
        let column = self.columns.iter().find(|column| column.field == own);
        if code == "wrong_type" {
            named_type(column.map(|column| column.target)).clone_into(&mut code);
        }
        let heading = self.mapped.iter().find(|(_, index)| self.columns[*index].field == own);
        let heading = heading.and_then(|(at, _)| self.plan.columns.iter().find(|own| own.index as usize == *at));
        let heading = heading.map(|own| mend::one_line(&own.heading)).filter(|text| !text.is_empty());
        let value = params.remove("value");
        let shown = raw.get(own).filter(|text| !text.is_empty()).cloned().or(value);
        let given = params.remove("suggestion");
        let suggestion = given.or_else(|| match column.map(|column| column.target) {
            Some(Target::Attribute(field)) => shown.as_deref().and_then(|text| mend::suggestion(field, text)),
            _ => None,
        });
        let suggestion = suggestion.filter(|text| Some(text) != shown.as_ref());
        RowError {
            row,
            column: heading.unwrap_or_else(|| column.map_or_else(String::new, |column| column.zh.to_owned())),
            field: if field == "location" { own.to_owned() } else { field },
            code,
            message: String::new(),
            value: shown.map(|text| text.chars().take(120).collect()),
            suggestion,
            params,
        }
    }
}

/// What a cell should hold, in the words of whoever fills it in.
fn named_type(target: Option<Target<'_>>) -> &'static str {
    match target {
        Some(Target::Lon | Target::Lat | Target::Position) => "not_a_number",
        Some(Target::Attribute(field)) => match field.kind {
            FieldKind::Number | FieldKind::Integer => "not_a_number",
            FieldKind::Boolean => "not_yes_or_no",
            _ => "wrong_type",
        },
        _ => "wrong_type",
    }
}

fn division(text: &str, find: &mut FindDivision<'_>, problems: &mut Problems) -> Result<String> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    if digits {
        return Ok(text.to_owned());
    }
    let problem = |code: &str| Fault::field("division", code).with("value", text);
    match find(text)? {
        Named::One(code) => return Ok(code.to_string()),
        Named::Maybe(codes) => {
            let first = codes.first().map(ToString::to_string).unwrap_or_default();
            problems.push(problem("ambiguous_division").with("suggestion", &first));
        }
        Named::Nothing => problems.push(problem("unknown_division")),
    }
    Ok(String::new())
}

/// Coordinates on their way.
#[derive(Default)]
struct Place {
    lon: Cell,
    lat: Cell,
}

impl Place {
    /// Both in one cell: `106.5,38.5`, in either order.
    fn read_pair(&mut self, cell: &Cell, problems: &mut Problems) {
        if cell.is_empty() {
            return;
        }
        let text = mend::narrow(&cell.text());
        let parts = text.split([',', ';', '、', '，', '/', ' ', '\n']).map(str::trim).filter(|part| !part.is_empty());
        let numbers: Vec<f64> = parts.filter_map(mend::degrees).collect();
        match numbers.as_slice() {
            [one, other] if *one < *other => (self.lat, self.lon) = (Cell::Number(*one), Cell::Number(*other)),
            [one, other] => (self.lon, self.lat) = (Cell::Number(*one), Cell::Number(*other)),
            _ => problems.push(Fault::field("position", "wrong_type").with("expected", "number").with("value", &text)),
        }
    }

    fn position(&self, plan: &SheetPlan, problems: &mut Problems) -> Option<Position> {
        let mut read = |cell: &Cell, field: &str| {
            let number = cell.degrees();
            if number.is_none() && !cell.is_empty() {
                problems.push(Fault::field(field, "wrong_type").with("expected", "number").with("value", &cell.text()));
            }
            number
        };
        let (lon, lat) = (read(&self.lon, "lon"), read(&self.lat, "lat"));
        match (lon, lat) {
            (Some(lon), Some(lat)) => {
                let swapped = (3.0..=54.0).contains(&lon) && (73.0..=136.0).contains(&lat);
                let (lon, lat) = if swapped && plan.swap_coordinates { (lat, lon) } else { (lon, lat) };
                if swapped && !plan.swap_coordinates {
                    let problem = Fault::field("location", "coordinates_swapped");
                    problems.push(problem.with("value", &format!("{lon}, {lat}")).with("suggestion", &lat.to_string()));
                    return None;
                }
                let (lon, lat) = plan.datum.to_cgcs2000(lon, lat);
                Some(Position { lon, lat })
            }
            (Some(_), None) if self.lat.is_empty() => {
                problems.push(Fault::field("lat", "required"));
                None
            }
            (None, Some(_)) if self.lon.is_empty() => {
                problems.push(Fault::field("lon", "required"));
                None
            }
            _ => None,
        }
    }
}
