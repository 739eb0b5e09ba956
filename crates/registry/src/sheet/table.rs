//! A table of figures as a file: what screens offer to take away.

use fengsui_kernel::{Fault, Result};
use rust_xlsxwriter::{Format, Workbook, XlsxError};

use super::SheetFormat;
use super::csv_file::disarm;

/// A cell of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum TableCell {
    /// Nothing.
    Empty,
    /// Words.
    Text(String),
    /// A number.
    Number(f64),
}

impl From<&str> for TableCell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<Option<f64>> for TableCell {
    fn from(number: Option<f64>) -> Self {
        number.map_or(Self::Empty, Self::Number)
    }
}

/// Writes a table with its header.
pub fn table(title: &str, headers: &[&str], rows: &[Vec<TableCell>], format: SheetFormat) -> Result<Vec<u8>> {
    match format {
        SheetFormat::Csv => Ok(csv(headers, rows)),
        SheetFormat::Xlsx => xlsx(title, headers, rows).map_err(|error| Fault::internal(format!("xlsx: {error}"))),
    }
}

fn csv(headers: &[&str], rows: &[Vec<TableCell>]) -> Vec<u8> {
    let quoted = |text: &str| format!("\"{}\"", disarm(text).replace('"', "\"\""));
    let cell = |cell: &TableCell| match cell {
        TableCell::Empty => String::new(),
        TableCell::Text(text) => quoted(text),
        TableCell::Number(number) => number.to_string(),
    };
    let mut text = String::from("\u{feff}");
    text.push_str(&headers.iter().map(|header| quoted(header)).collect::<Vec<_>>().join(","));
    text.push_str("\r\n");
    for row in rows {
        text.push_str(&row.iter().map(cell).collect::<Vec<_>>().join(","));
        text.push_str("\r\n");
    }
    text.into_bytes()
}

fn xlsx(title: &str, headers: &[&str], rows: &[Vec<TableCell>]) -> std::result::Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name(title)?;
    let bold = Format::new().set_bold();
    for (column, header) in (0_u16..).zip(headers) {
        sheet.write_string_with_format(0, column, *header, &bold)?;
        sheet.set_column_width(column, 18)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    for (number, row) in (1_u32..).zip(rows) {
        for (column, cell) in (0_u16..).zip(row) {
            match cell {
                TableCell::Empty => {}
                TableCell::Text(text) => {
                    sheet.write_string(number, column, text)?;
                }
                TableCell::Number(value) => {
                    sheet.write_number(number, column, *value)?;
                }
            }
        }
    }
    workbook.save_to_buffer()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_never_a_formula() {
        let rows = [vec![TableCell::from("=1+1"), TableCell::Number(1.5), TableCell::Empty]];
        let csv = table("表", &["名称", "分钟", "空"], &rows, SheetFormat::Csv).expect("a file");
        assert_eq!(String::from_utf8_lossy(&csv), "\u{feff}\"名称\",\"分钟\",\"空\"\r\n\"'=1+1\",1.5,\r\n");
        let xlsx = table("表", &["名称"], &rows, SheetFormat::Xlsx).expect("a file");
        assert!(xlsx.starts_with(b"PK"));
    }
}
