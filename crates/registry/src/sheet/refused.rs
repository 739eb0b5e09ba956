//! The rows that were not taken, as a sheet to mend and upload again.

use fengsui_kernel::{Fault, Locale, Result};
use rust_xlsxwriter::{Color, Format, Workbook, XlsxError};

use super::cell::Cell;
use super::csv_file::disarm;

/// A row that was not taken.
pub struct RefusedRow {
    /// Row as the original numbers it.
    pub number: u64,
    /// Its cells as they were.
    pub cells: Vec<Cell>,
    /// Columns whose cells are at fault.
    pub bad_columns: Vec<u32>,
    /// Why, for people.
    pub reasons: String,
}

fn internal(error: &XlsxError) -> Fault {
    Fault::internal(format!("xlsx: {error}"))
}

/// Writes the headings as they were, a column with the reasons, and the rows with their bad cells marked.
pub fn refused_sheet(headings: &[String], rows: impl Iterator<Item = RefusedRow>, locale: Locale) -> Result<Vec<u8>> {
    write(headings, rows, locale).map_err(|error| internal(&error))
}

fn write(headings: &[String], rows: impl Iterator<Item = RefusedRow>, locale: Locale) -> Result<Vec<u8>, XlsxError> {
    let (reason, original) = match locale {
        Locale::Chinese => ("原因", "原行号"),
        Locale::English => ("Problems", "Original row"),
    };
    let mut workbook = Workbook::new();
    let bold = Format::new().set_bold();
    let bad = Format::new().set_background_color(Color::RGB(0x00FB_E3E4));
    let sheet = workbook.add_worksheet();
    let width = u16::try_from(headings.len()).unwrap_or(500);
    for (at, heading) in (0_u16..).zip(headings) {
        sheet.write_string_with_format(0, at, heading, &bold)?;
        sheet.set_column_width(at, 18)?;
    }
    sheet.write_string_with_format(0, width, reason, &bold)?;
    sheet.set_column_width(width, 60)?;
    sheet.write_string_with_format(0, width + 1, original, &bold)?;
    sheet.set_freeze_panes(1, 0)?;
    for (line, row) in (1_u32..).zip(rows) {
        for (at, cell) in (0_u16..width).zip(&row.cells) {
            let format = if row.bad_columns.contains(&u32::from(at)) { Some(&bad) } else { None };
            let plain = Format::new();
            let format = format.unwrap_or(&plain);
            match cell {
                Cell::Empty => sheet.write_blank(line, at, format)?,
                Cell::Number(number) => sheet.write_number_with_format(line, at, *number, format)?,
                other => sheet.write_string_with_format(line, at, other.text(), format)?,
            };
        }
        sheet.write_string(line, width, disarm(&row.reasons))?;
        sheet.write_number(line, width + 1, row.number as f64)?;
    }
    workbook.save_to_buffer()
}
