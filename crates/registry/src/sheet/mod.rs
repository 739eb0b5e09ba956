//! Spreadsheets: templates, export and import.

mod cell;
mod column;
mod csv_file;
mod export;
mod file;
mod guard;
mod headings;
mod import;
mod intake;
mod mapping;
mod mend;
mod place_names;
mod plan;
mod reader;
mod refused;
mod rows;
mod synonyms;
mod table;
mod workbook;
mod xlsx_file;

pub use cell::Cell;
pub use file::{Rows, sheet_heads, sheet_rows};
pub use import::{ImportMode, ImportOptions, ImportReport, RowError};
pub use intake::{Intake, Taken};
pub use mapping::GuessedBy;
pub use place_names::PlaceNames;
pub use plan::{CellFix, PlannedColumn, Replacement, SheetPlan, ValueRule};
pub use reader::{FindDivision, Named, PlannedRow, Reading, SheetReader};
pub use refused::{RefusedRow, refused_sheet};
pub use table::{TableCell, table};

use fengsui_kernel::{Fault, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The largest file that is taken.
pub(crate) const MAX_FILE: u64 = 50 * 1024 * 1024;
/// The most rows that are taken.
pub(crate) const MAX_ROWS: u64 = 1_000_000;

/// The form of a spreadsheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SheetFormat {
    /// Excel workbook.
    Xlsx,
    /// Comma-separated, UTF-8 with BOM so that Excel reads it.
    Csv,
}

impl SheetFormat {
    /// The media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Csv => "text/csv; charset=utf-8",
        }
    }

    /// Tells the form by the first bytes: names lie.
    pub(crate) fn of(file: &[u8]) -> Result<Self> {
        let old_excel = file.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]);
        if old_excel || file.starts_with(b"%PDF") {
            return Err(Fault::field("file", "unsupported_file").into());
        }
        Ok(if file.starts_with(b"PK") { Self::Xlsx } else { Self::Csv })
    }
}

impl std::str::FromStr for SheetFormat {
    type Err = Fault;
    fn from_str(text: &str) -> Result<Self> {
        match text {
            "xlsx" => Ok(Self::Xlsx),
            "csv" => Ok(Self::Csv),
            _ => Err(Fault::field("format", "unknown_value").with("value", text).into()),
        }
    }
}
