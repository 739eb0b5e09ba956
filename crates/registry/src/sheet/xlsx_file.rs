//! Excel workbooks, read cell by cell: a sheet that claims a million columns costs nothing.

use std::io::Cursor;

use calamine::{DataRef, Reader, Xlsx, XlsxError, open_workbook_from_rs};
use fengsui_kernel::{Fault, Result};

use super::cell::Cell;

/// Columns beyond this are not looked at.
const MAX_COLUMNS: usize = 500;

fn unreadable(error: &XlsxError) -> Fault {
    Fault::field("file", "unreadable_file").with("detail", &error.to_string()).into()
}

fn cell(data: &DataRef<'_>) -> Cell {
    match data {
        DataRef::Int(number) => Cell::Number(*number as f64),
        DataRef::Float(number) => Cell::Number(*number),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Cell::Text(text.clone()),
        DataRef::SharedString(text) => Cell::Text((*text).to_owned()),
        DataRef::Bool(yes) => Cell::Bool(*yes),
        DataRef::DateTime(at) if at.is_datetime() => {
            let (year, month, day, ..) = at.to_ymd_hms_milli();
            Cell::Text(format!("{year:04}-{month:02}-{day:02}"))
        }
        DataRef::DateTime(at) => Cell::Number(at.as_f64()),
        DataRef::Error(error) => Cell::Text(format!("#{error:?}")),
        DataRef::Empty => Cell::Empty,
    }
}

type Book<'a> = Xlsx<Cursor<&'a [u8]>>;

fn open(file: &[u8]) -> Result<Book<'_>> {
    open_workbook_from_rs(Cursor::new(file)).map_err(|error| unreadable(&error))
}

/// The names of the sheets, in order.
pub(crate) fn sheets(file: &[u8]) -> Result<Vec<String>> {
    Ok(open(file)?.sheet_names())
}

/// Hands over row after row of a sheet, the first if none is named; a row without cells is left out.
/// The caller has judged the file.
pub(crate) fn read(file: &[u8], sheet: Option<&str>, mut row: impl FnMut(u64, Vec<Cell>) -> Result<()>) -> Result<()> {
    let mut workbook = open(file)?;
    let names = workbook.sheet_names();
    let found = names.iter().find(|name| sheet.is_none_or(|wanted| wanted == name.as_str())).cloned();
    let missing = || Fault::field("sheet", "unknown_value").with("value", sheet.unwrap_or_default());
    let sheet =
        found.ok_or_else(|| if names.is_empty() { Fault::field("file", "unreadable_file") } else { missing() })?;
    let mut cells = workbook.worksheet_cells_reader(&sheet).map_err(|error| unreadable(&error))?;
    let (mut number, mut current): (u32, Vec<Cell>) = (0, Vec::new());
    while let Some(next) = cells.next_cell().map_err(|error| unreadable(&error))? {
        let (at_row, at_column) = next.get_position();
        if at_row != number && !current.is_empty() {
            row(u64::from(number) + 1, std::mem::take(&mut current))?;
        }
        number = at_row;
        let column = at_column as usize;
        if column < MAX_COLUMNS {
            if current.len() <= column {
                current.resize(column + 1, Cell::Empty);
            }
            current[column] = cell(next.get_value());
        }
    }
    if current.is_empty() { Ok(()) } else { row(u64::from(number) + 1, current) }
}
