//! Writing workbooks.

use fengsui_kernel::{Fault, Locale, Result};
use rust_xlsxwriter::{DataValidation, Format, Workbook, Worksheet, XlsxError};

use super::cell::Cell;
use super::column::{Column, Target};
use crate::kind::KindSpec;

/// Rows of a template that offer lists to choose from.
const TEMPLATE_ROWS: u32 = 10_000;

fn internal(error: &XlsxError) -> Fault {
    Fault::internal(format!("xlsx: {error}"))
}

/// A sheet under construction.
pub(crate) struct SheetWriter {
    workbook: Workbook,
    row: u32,
}

impl SheetWriter {
    /// Begins with the header.
    pub(crate) fn begin(spec: &KindSpec, columns: &[Column<'_>], locale: Locale) -> Result<Self> {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        let title = if locale == Locale::Chinese { &spec.title.zh } else { &spec.title.en };
        header(sheet, title, columns, locale).map_err(|error| internal(&error))?;
        Ok(Self { workbook, row: 0 })
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: &[Cell]) -> Result<()> {
        self.row += 1;
        let row = self.row;
        let sheet = self.workbook.worksheet_from_index(0).map_err(|error| internal(&error))?;
        for (column, cell) in (0_u16..).zip(cells) {
            let written = match cell {
                Cell::Empty => continue,
                Cell::Text(text) => sheet.write_string(row, column, text.as_str()),
                Cell::Number(number) => sheet.write_number(row, column, *number),
                Cell::Bool(yes) => sheet.write_boolean(row, column, *yes),
            };
            written.map_err(|error| internal(&error))?;
        }
        Ok(())
    }

    /// Adds lists to choose from and a sheet that explains the columns.
    pub(crate) fn explain(&mut self, columns: &[Column<'_>], locale: Locale) -> Result<()> {
        let sheet = self.workbook.worksheet_from_index(0).map_err(|error| internal(&error))?;
        choices(sheet, columns, locale).map_err(|error| internal(&error))?;
        explanation(self.workbook.add_worksheet(), columns, locale).map_err(|error| internal(&error))
    }

    /// The finished file.
    pub(crate) fn finish(mut self) -> Result<Vec<u8>> {
        self.workbook.save_to_buffer().map_err(|error| internal(&error))
    }
}

fn header(sheet: &mut Worksheet, title: &str, columns: &[Column<'_>], locale: Locale) -> Result<(), XlsxError> {
    sheet.set_name(title)?;
    let bold = Format::new().set_bold();
    for (index, column) in (0_u16..).zip(columns) {
        let star = if column.required { "*" } else { "" };
        sheet.write_string_with_format(0, index, format!("{}{star}", column.header(locale)), &bold)?;
        sheet.set_column_width(index, 18)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}

fn options<'a>(column: &'a Column<'_>, locale: Locale) -> Vec<&'a str> {
    let Target::Attribute(field) = column.target else { return Vec::new() };
    field
        .options
        .iter()
        .map(|choice| if locale == Locale::Chinese { choice.zh.as_str() } else { choice.en.as_str() })
        .collect()
}

fn choices(sheet: &mut Worksheet, columns: &[Column<'_>], locale: Locale) -> Result<(), XlsxError> {
    for (index, column) in (0_u16..).zip(columns) {
        let Target::Attribute(field) = column.target else { continue };
        let names = options(column, locale);
        // Excel takes at most 255 characters of list.
        let fits = names.iter().map(|name| name.chars().count() + 1).sum::<usize>() <= 255;
        if !names.is_empty() && fits && field.kind == crate::kind::FieldKind::Enum {
            let validation = DataValidation::new().allow_list_strings(&names)?;
            sheet.add_data_validation(1, index, TEMPLATE_ROWS, index, &validation)?;
        }
    }
    Ok(())
}

fn explanation(sheet: &mut Worksheet, columns: &[Column<'_>], locale: Locale) -> Result<(), XlsxError> {
    let chinese = locale == Locale::Chinese;
    sheet.set_name(if chinese { "填写说明" } else { "Explanation" })?;
    let heads =
        if chinese { ["列", "字段", "必填", "可选值"] } else { ["Column", "Field", "Required", "Values"] };
    for (index, head) in (0_u16..).zip(heads) {
        sheet.write_string(0, index, head)?;
    }
    for (row, column) in (1_u32..).zip(columns) {
        let required = match (column.required, chinese) {
            (true, true) => "是",
            (true, false) => "yes",
            _ => "",
        };
        sheet.write_string(row, 0, column.header(locale))?;
        sheet.write_string(row, 1, column.field)?;
        sheet.write_string(row, 2, required)?;
        sheet.write_string(row, 3, options(column, locale).join("、"))?;
    }
    Ok(())
}
