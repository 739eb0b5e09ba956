//! Opening files of whatever form: their sheets, their first rows, all rows.

use fengsui_kernel::{Fault, FaultKind, Result};

use super::cell::Cell;
use super::headings::HEAD_ROWS;
use super::{MAX_FILE, MAX_ROWS, SheetFormat, csv_file, guard, xlsx_file};

/// Sheets beyond these are not offered.
const MOST_SHEETS: usize = 50;
/// Rows of a sheet that are looked at before it is chosen.
const LOOKED_AT: usize = HEAD_ROWS + 30;

/// Rows with their numbers as a spreadsheet shows them.
pub type Rows = Vec<(u64, Vec<Cell>)>;

/// The first rows of every sheet. Judges the file first: whatever reads it later may trust its size.
pub fn sheet_heads(file: &[u8]) -> Result<Vec<(String, Rows)>> {
    if file.len() as u64 > MAX_FILE {
        return Err(FaultKind::TooLarge { limit: MAX_FILE }.into());
    }
    let names = match SheetFormat::of(file)? {
        SheetFormat::Xlsx => {
            guard::judge(file)?;
            xlsx_file::sheets(file)?
        }
        SheetFormat::Csv => vec![String::new()],
    };
    let head = |name: String| Ok((name.clone(), head_of(file, &name)?));
    let heads: Result<Vec<(String, Rows)>> = names.into_iter().take(MOST_SHEETS).map(head).collect();
    let heads = heads?;
    if heads.iter().all(|(_, rows)| rows.is_empty()) {
        return Err(Fault::field("file", "empty_file").into());
    }
    Ok(heads)
}

fn head_of(file: &[u8], sheet: &str) -> Result<Rows> {
    let mut rows = Rows::new();
    let enough = || FaultKind::Unavailable("enough".to_owned());
    let outcome = sheet_rows(file, sheet, |number, cells| {
        if rows.len() >= LOOKED_AT {
            return Err(enough().into());
        }
        rows.push((number, cells));
        Ok(())
    });
    match outcome {
        Err(fault) if matches!(fault.kind.as_ref(), FaultKind::Unavailable(_)) => Ok(rows),
        Err(fault) => Err(fault),
        Ok(()) => Ok(rows),
    }
}

/// Hands over every row of a sheet that holds a cell. The file was judged by [`sheet_heads`].
pub fn sheet_rows(file: &[u8], sheet: &str, mut row: impl FnMut(u64, Vec<Cell>) -> Result<()>) -> Result<()> {
    let mut count = 0_u64;
    let mut counted = |number: u64, cells: Vec<Cell>| {
        if cells.iter().all(Cell::is_empty) {
            return Ok(());
        }
        count += 1;
        // The header and what stands around the table are no rows; a few more are let pass.
        if count > MAX_ROWS + 100 {
            return Err(FaultKind::TooLarge { limit: MAX_ROWS }.into());
        }
        row(number, cells)
    };
    match SheetFormat::of(file)? {
        SheetFormat::Xlsx => xlsx_file::read(file, Some(sheet).filter(|name| !name.is_empty()), counted),
        SheetFormat::Csv => {
            let mut number = 0;
            csv_file::read(file, |cells| {
                number += 1;
                counted(number, cells)
            })
        }
    }
}
