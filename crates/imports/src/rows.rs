//! Pages of rows with their mistakes, and the rows that were not taken as a sheet.

use std::collections::BTreeMap;

use fengsui_kernel::id::ImportId;
use fengsui_kernel::{Fault, Locale, Result};
use fengsui_registry::sheet::{Cell, RefusedRow, RowError, SheetPlan, refused_sheet};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::run::Finding;
use crate::shelf::{List, ListReader, Shelf};

/// Rows of a page, at most.
const MOST: u32 = 500;
/// Refused rows that a sheet takes.
const MOST_REFUSED: usize = 100_000;

/// Which rows are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
pub struct RowsQuery {
    /// Only rows with mistakes.
    #[serde(default)]
    pub only_bad: bool,
    /// Only rows with a mistake in this field.
    pub field: Option<String>,
    /// Only rows with a mistake of this sort.
    pub code: Option<String>,
    /// Only rows whose mistake stands on this text.
    pub value: Option<String>,
    /// The `next` value of the page before.
    pub cursor: Option<String>,
    /// Rows to return, 1 to 500; 100 if absent.
    pub limit: Option<u32>,
}

/// A row as the file holds it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SheetRow {
    /// Row as the spreadsheet numbers it.
    pub row: u64,
    /// Its cells.
    pub cells: Vec<Cell>,
    /// What is wrong with it, as the last check or run found.
    pub errors: Vec<RowError>,
}

/// A page of rows.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RowsPage {
    /// The rows.
    pub items: Vec<SheetRow>,
    /// Pass as `cursor` for the next page; absent on the last.
    pub next: Option<String>,
    /// Rows with cells, or rows with mistakes.
    pub total: u64,
}

type Line = (u64, Vec<Cell>);

impl RowsQuery {
    fn limit(&self) -> usize {
        self.limit.unwrap_or(100).clamp(1, MOST) as usize
    }

    fn from(&self) -> Result<u64> {
        let Some(cursor) = self.cursor.as_deref().filter(|cursor| !cursor.is_empty()) else { return Ok(0) };
        cursor.parse().map_err(|_| Fault::field("cursor", "cursor").into())
    }

    fn fits(&self, finding: &Finding) -> bool {
        let same = |wanted: &Option<String>, own: Option<&String>| wanted.is_none() || wanted.as_ref() == own;
        finding.errors.iter().any(|error| {
            same(&self.field, Some(&error.field))
                && same(&self.code, Some(&error.code))
                && same(&self.value, error.value.as_ref())
        })
    }
}

/// Reads a page.
pub(crate) fn page(shelf: &Shelf, import: &ImportId, query: &RowsQuery) -> Result<RowsPage> {
    let rows = shelf.read(import, List::Rows)?;
    let findings = if shelf.has(import, List::Findings) { Some(shelf.read(import, List::Findings)?) } else { None };
    match findings {
        Some(findings) if query.only_bad => bad_rows(rows, findings, query),
        None if query.only_bad => Ok(RowsPage { items: Vec::new(), next: None, total: 0 }),
        findings => all_rows(rows, findings, query),
    }
}

fn all_rows(mut rows: ListReader, findings: Option<ListReader>, query: &RowsQuery) -> Result<RowsPage> {
    let (from, limit) = (query.from()?, query.limit());
    rows.seek(from)?;
    let mut items = Vec::with_capacity(limit);
    while items.len() < limit {
        let Some((row, cells)) = rows.next::<Line>()? else { break };
        items.push(SheetRow { row, cells, errors: Vec::new() });
    }
    if let (Some(mut findings), Some(first)) = (findings, items.first().map(|item| item.row)) {
        let position = findings.position(first)?;
        findings.seek(position)?;
        let mut wrong: BTreeMap<u64, Vec<RowError>> = BTreeMap::new();
        let last = items.last().map_or(0, |item| item.row);
        while let Some(finding) = findings.next::<Finding>()?.filter(|finding| finding.row <= last) {
            wrong.insert(finding.row, finding.errors);
        }
        for item in &mut items {
            item.errors = wrong.remove(&item.row).unwrap_or_default();
        }
    }
    let end = from + items.len() as u64;
    let next = (end < rows.count()).then(|| end.to_string());
    Ok(RowsPage { items, next, total: rows.count() })
}

fn bad_rows(mut rows: ListReader, mut findings: ListReader, query: &RowsQuery) -> Result<RowsPage> {
    let (mut at, limit) = (query.from()?, query.limit());
    findings.seek(at)?;
    let mut items = Vec::with_capacity(limit);
    while items.len() < limit {
        let Some(finding) = findings.next::<Finding>()? else { break };
        at += 1;
        if query.fits(&finding) {
            let cells = cells_of(&mut rows, finding.row)?;
            items.push(SheetRow { row: finding.row, cells, errors: finding.errors });
        }
    }
    let next = (at < findings.count()).then(|| at.to_string());
    Ok(RowsPage { items, next, total: findings.count() })
}

fn cells_of(rows: &mut ListReader, number: u64) -> Result<Vec<Cell>> {
    let position = rows.position(number)?;
    rows.seek(position)?;
    Ok(rows.next::<Line>()?.filter(|(own, _)| *own == number).map(|(_, cells)| cells).unwrap_or_default())
}

/// Says a mistake in words.
pub(crate) type Words<'a> = dyn Fn(&RowError) -> String + 'a;

/// The rows with mistakes as a workbook.
pub(crate) fn refused(
    shelf: &Shelf,
    import: &ImportId,
    plan: &SheetPlan,
    locale: Locale,
    words: &Words<'_>,
) -> Result<Vec<u8>> {
    let mut rows = shelf.read(import, List::Rows)?;
    let mut findings = shelf.read(import, List::Findings)?;
    findings.seek(0)?;
    let mut lines = Vec::new();
    while let Some(finding) = findings.next::<Finding>()?.filter(|_| lines.len() < MOST_REFUSED) {
        let column = |error: &RowError| {
            let own = error.field.strip_prefix("attributes.").unwrap_or(&error.field);
            plan.columns.iter().find(|column| column.target.as_deref() == Some(own)).map(|column| column.index)
        };
        let told = |error: &RowError| {
            let suggestion = error.suggestion.as_ref().map(|text| format!(" → {text}")).unwrap_or_default();
            format!("{}：{}{suggestion}", error.column, words(error))
        };
        lines.push(RefusedRow {
            number: finding.row,
            cells: cells_of(&mut rows, finding.row)?,
            bad_columns: finding.errors.iter().filter_map(column).collect(),
            reasons: finding.errors.iter().map(told).collect::<Vec<_>>().join("；"),
        });
    }
    let headings: Vec<String> = plan.columns.iter().map(|column| column.heading.clone()).collect();
    refused_sheet(&headings, lines.into_iter(), locale)
}
