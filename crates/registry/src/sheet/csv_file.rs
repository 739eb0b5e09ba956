//! Comma-separated files, in UTF-8 or as Chinese Excel saves them (GB 18030).

use std::borrow::Cow;

use fengsui_kernel::{Fault, Result};

use super::cell::Cell;

/// Texts that a spreadsheet would run as a formula are stored behind an apostrophe.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Makes a text harmless to spreadsheets.
pub(crate) fn disarm(text: &str) -> Cow<'_, str> {
    if text.starts_with(FORMULA) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

fn rearm(text: &str) -> &str {
    text.strip_prefix('\'').filter(|rest| rest.starts_with(FORMULA)).unwrap_or(text)
}

fn decoded(file: &[u8]) -> Cow<'_, str> {
    let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
    match std::str::from_utf8(file) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => encoding_rs::GB18030.decode(file).0,
    }
}

fn delimiter(text: &str) -> u8 {
    let line = text.lines().next().unwrap_or_default();
    let count = |byte: u8| line.bytes().filter(|own| *own == byte).count();
    [b',', b'\t', b';'].into_iter().max_by_key(|byte| (count(*byte), *byte == b',')).unwrap_or(b',')
}

/// Hands over row after row.
pub(crate) fn read(file: &[u8], mut row: impl FnMut(Vec<Cell>) -> Result<()>) -> Result<()> {
    let text = decoded(file);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(&text))
        .from_reader(text.as_bytes());
    for record in reader.records() {
        let record =
            record.map_err(|error| Fault::field("file", "unreadable_file").with("detail", &error.to_string()))?;
        let cell = |text: &str| if text.is_empty() { Cell::Empty } else { Cell::Text(rearm(text).to_owned()) };
        row(record.iter().map(cell).collect())?;
    }
    Ok(())
}
