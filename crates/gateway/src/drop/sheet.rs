//! A file as rows of texts: CSV in UTF-8 or GB 18030, or the first sheet of a workbook.

use std::io::Cursor;

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

fn workbook(bytes: &[u8]) -> Result<Vec<Row>, String> {
    let unreadable = |error: &dyn std::fmt::Display| format!("no workbook: {error}");
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|error| unreadable(&error))?;
    let first = book.worksheet_range_at(0).ok_or_else(|| unreadable(&"it has no sheet"))?;
    let range = first.map_err(|error| unreadable(&error))?;
    let (top, left) = range.start().unwrap_or_default();
    let row = |(index, cells): (usize, &[Data])| {
        // Columns are counted from A, also where A is empty.
        let before = std::iter::repeat_n(String::new(), left as usize);
        (u64::from(top) + index as u64 + 1, before.chain(cells.iter().map(cell)).collect())
    };
    Ok(filled(range.rows().enumerate().map(row).collect()))
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
