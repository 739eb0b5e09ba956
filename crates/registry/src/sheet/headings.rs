//! Finding the header in a sheet as people really make them: titles above, merged cells, notes.

use super::cell::Cell;
use super::column::Column;
use super::mapping::{self, clean};

/// Rows that are looked at for the header.
pub(crate) const HEAD_ROWS: usize = 30;

fn filled(cells: &[Cell]) -> usize {
    cells.iter().filter(|cell| !cell.is_empty()).count()
}

fn distinct(cells: &[Cell]) -> usize {
    let texts: std::collections::HashSet<String> =
        cells.iter().filter(|cell| !cell.is_empty()).map(Cell::text).collect();
    texts.len()
}

fn score(columns: &[Column<'_>], kind_title: &str, cells: &[Cell]) -> f64 {
    let known: f64 = cells
        .iter()
        .map(|cell| columns.iter().map(|column| mapping::likely(column, kind_title, &cell.text())).fold(0.0, f64::max))
        .filter(|score| *score >= mapping::ACCEPTED)
        .sum();
    let texts = cells.iter().filter(|cell| matches!(cell, Cell::Text(_)) && !cell.is_empty()).count() as f64;
    // Numbers speak against a header; short texts for one.
    let numbers = cells.iter().filter(|cell| matches!(cell, Cell::Number(_))).count() as f64;
    let long = cells.iter().filter(|cell| cell.text().chars().count() > 30).count() as f64;
    if distinct(cells) < 2 { 0.0 } else { known * 3.0 + texts * 0.2 - numbers * 0.7 - long }
}

/// The row that most likely is the header; the first row with cells if none is likely.
pub(crate) fn header_row(columns: &[Column<'_>], kind_title: &str, head: &[(u64, Vec<Cell>)]) -> (u64, f64) {
    let scored = head.iter().take(HEAD_ROWS).map(|(number, cells)| (*number, score(columns, kind_title, cells)));
    // Of equals the first: a header repeats on every printed page.
    let best = scored.reduce(|best, next| if next.1 > best.1 { next } else { best });
    best.filter(|(_, score)| *score > 0.0).unwrap_or_else(|| {
        let first = head.iter().find(|(_, cells)| filled(cells) > 1).or(head.first());
        (first.map_or(1, |(number, _)| *number), 0.0)
    })
}

/// The headings in a row. A cell merged down from the row above has its text there.
pub(crate) fn headings(head: &[(u64, Vec<Cell>)], header_row: u64) -> Vec<String> {
    let Some(at) = head.iter().position(|(number, _)| *number == header_row) else { return Vec::new() };
    let own = &head[at].1;
    let above =
        at.checked_sub(1).map(|at| &head[at]).filter(|(number, cells)| number + 1 == header_row && filled(cells) > 1);
    let width = own.len().max(above.map_or(0, |(_, cells)| cells.len()));
    (0..width)
        .map(|index| {
            let text = own.get(index).map(Cell::text).unwrap_or_default();
            if !text.is_empty() {
                return text;
            }
            above.and_then(|(_, cells)| cells.get(index)).map(Cell::text).unwrap_or_default()
        })
        .collect()
}

/// What tells sheets of one form apart from others: their headings, in any order.
pub(crate) fn signature(headings: &[String]) -> String {
    let mut plain: Vec<String> = headings.iter().map(|text| clean(text)).collect();
    plain.retain(|text| !text.is_empty() && !super::synonyms::ignored(text));
    plain.sort();
    plain.join("|")
}
