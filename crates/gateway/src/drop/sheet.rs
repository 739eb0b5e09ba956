//! A file as rows of texts: CSV in UTF-8 or GB 18030, or the first sheet of a workbook.

use std::io::{Cursor, Read as _};

use calamine::{Data, Reader as _, Xlsx};
use encoding_rs::{GB18030, UTF_8};

/// In what a CSV file is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8 if it can be, else GB 18030.
    #[default]
    Guessed,
    /// UTF-8.
    Utf8,
    /// GB 18030, which contains GBK and GB 2312.
    Gb18030,
}

/// The most that a workbook may inflate to.
const MOST_INFLATED: u64 = 256 * 1024 * 1024;
/// Columns beyond these are passed over.
const MOST_COLUMNS: u32 = 2_000;

/// A row with the number of its line, counted from 1.
pub(super) type Row = (u64, Vec<String>);

/// All rows that hold anything. The error says why the file cannot be read at all.
pub(super) fn rows(name: &str, bytes: &[u8], encoding: Encoding, delimiter: u8) -> Result<Vec<Row>, String> {
    if name.to_lowercase().ends_with(".xlsx") {
        workbook(bytes)
    } else {
        delimited(&decoded(bytes, encoding)?, delimiter)
    }
}

fn decoded(bytes: &[u8], encoding: Encoding) -> Result<String, String> {
    let read = |encoding: &'static encoding_rs::Encoding| {
        let (text, _, faulty) = encoding.decode(bytes);
        (!faulty).then(|| text.into_owned())
    };
    let text = match encoding {
        Encoding::Utf8 => read(UTF_8),
        Encoding::Gb18030 => read(GB18030),
        Encoding::Guessed => read(UTF_8).or_else(|| read(GB18030)),
    };
    text.ok_or_else(|| "the bytes are no text in the encoding of this folder".to_owned())
}

fn delimited(text: &str, delimiter: u8) -> Result<Vec<Row>, String> {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| format!("no CSV: {error}"))?;
        let line = record.position().map_or(0, csv::Position::line);
        rows.push((line, record.iter().map(|cell| cell.trim().to_owned()).collect()));
    }
    Ok(filled(rows))
}

/// Reads cell by cell: a sheet with one cell in its last corner must not make a table of that size.
fn workbook(bytes: &[u8]) -> Result<Vec<Row>, String> {
    let unreadable = |error: &dyn std::fmt::Display| format!("no workbook: {error}");
    measure(bytes, MOST_INFLATED)?;
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|error| unreadable(&error))?;
    let first = book.sheet_names().first().cloned().ok_or_else(|| unreadable(&"it has no sheet"))?;
    let mut cells = book.worksheet_cells_reader(&first).map_err(|error| unreadable(&error))?;
    let mut rows: Vec<Row> = Vec::new();
    while let Some(next) = cells.next_cell().map_err(|error| unreadable(&error))? {
        let ((row, column), text) = (next.get_position(), cell(&next.get_value().clone().into()));
        if text.is_empty() || column >= MOST_COLUMNS {
            continue;
        }
        let (line, column) = (u64::from(row) + 1, column as usize);
        if rows.last().is_none_or(|(last, _)| *last != line) {
            rows.push((line, Vec::new()));
        }
        let Some((_, cells)) = rows.last_mut() else { continue };
        cells.resize(cells.len().max(column + 1), String::new());
        if let Some(place) = cells.get_mut(column) {
            *place = text;
        }
    }
    Ok(rows)
}

/// Inflates a workbook into nothing: one that grows beyond measure is not opened.
fn measure(bytes: &[u8], most: u64) -> Result<(), String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| format!("no workbook: {error}"))?;
    let mut left = most;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|error| format!("no workbook: {error}"))?;
        let size = std::io::copy(&mut part.take(left + 1), &mut std::io::sink()).map_err(|error| error.to_string())?;
        left = left.checked_sub(size).ok_or("the workbook inflates beyond measure")?;
    }
    Ok(())
}

fn cell(data: &Data) -> String {
    match data {
        Data::DateTime(time) if time.is_datetime() => {
            let (year, month, day, hour, minute, second, _) = time.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
        }
        other => other.to_string().trim().to_owned(),
    }
}

fn filled(rows: Vec<Row>) -> Vec<Row> {
    rows.into_iter().filter(|(_, cells)| cells.iter().any(|cell| !cell.is_empty())).collect()
}

#[cfg(test)]
mod tests {
    use super::measure;

    #[test]
    fn a_workbook_that_inflates_beyond_measure_is_not_opened() {
        let mut book = rust_xlsxwriter::Workbook::new();
        book.add_worksheet().write(0, 0, "x".repeat(30_000)).expect("a cell");
        let bytes = book.save_to_buffer().expect("a workbook");
        assert!(bytes.len() < 20_000 && measure(&bytes, 1 << 20).is_ok());
        assert!(measure(&bytes, 20_000).expect_err("too much").contains("inflates"));
    }
}
