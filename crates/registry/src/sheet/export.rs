//! Templates and exports.

use fengsui_kernel::{Fault, Locale, Principal, Result, Timestamp};
use fengsui_storage::{Subject, records};
use jiff::tz::TimeZone;
use serde_json::json;

use super::SheetFormat;
use super::cell::{Cell, cell};
use super::column::{Column, Shown, Target, columns, wanted};
use super::csv_file::disarm;
use super::workbook::SheetWriter;
use crate::kind::KindSpec;
use crate::query::ListQuery;
use crate::record::Record;
use crate::registry::Registry;

/// Records read at a time.
const PORTION: u32 = 2000;

enum Writer {
    Xlsx(Box<SheetWriter>),
    Csv(String),
}

impl Writer {
    fn begin(format: SheetFormat, spec: &KindSpec, columns: &[Column<'_>], locale: Locale) -> Result<Self> {
        if format == SheetFormat::Xlsx {
            return Ok(Self::Xlsx(Box::new(SheetWriter::begin(spec, columns, locale)?)));
        }
        let mut csv = Self::Csv("\u{feff}".to_owned());
        let headers: Vec<Cell> = columns.iter().map(|column| Cell::Text(column.header(locale))).collect();
        csv.row(&headers)?;
        Ok(csv)
    }

    fn row(&mut self, cells: &[Cell]) -> Result<()> {
        match self {
            Self::Xlsx(sheet) => sheet.row(cells),
            Self::Csv(text) => {
                let quoted = |cell: &Cell| match cell {
                    Cell::Text(own) => format!("\"{}\"", disarm(own).replace('"', "\"\"")),
                    other => other.text(),
                };
                text.push_str(&cells.iter().map(quoted).collect::<Vec<_>>().join(","));
                text.push_str("\r\n");
                Ok(())
            }
        }
    }

    fn finish(self) -> Result<Vec<u8>> {
        match self {
            Self::Xlsx(sheet) => sheet.finish(),
            Self::Csv(text) => Ok(text.into_bytes()),
        }
    }
}

fn row(columns: &[Column<'_>], record: &Record, enterprise: Option<&str>, locale: Locale) -> Vec<Cell> {
    let text = |text: &str| Cell::Text(text.to_owned());
    let one = |column: &Column<'_>| match column.target {
        Target::Code => text(&record.code),
        Target::Name => text(&record.name),
        Target::Division => text(record.division.as_str()),
        Target::Lon => record.location.map_or(Cell::Empty, |point| Cell::Number(point.lon)),
        Target::Lat => record.location.map_or(Cell::Empty, |point| Cell::Number(point.lat)),
        Target::Position => Cell::Empty,
        Target::Enterprise => enterprise.map_or(Cell::Empty, text),
        Target::Shown(what) => shown(what, record),
        Target::Attribute(field) => {
            record.attributes.get(&field.name).map_or(Cell::Empty, |value| cell(field, value, locale))
        }
    };
    columns.iter().map(one).collect()
}

/// What only people read; times as the clock here shows them.
fn shown(what: Shown, record: &Record) -> Cell {
    let local = |at: Timestamp| {
        let zone = TimeZone::fixed(jiff::tz::offset(8));
        Cell::Text(at.to_zoned(zone).strftime("%Y-%m-%d %H:%M:%S").to_string())
    };
    let named = |name: &Option<String>| name.clone().map_or(Cell::Empty, Cell::Text);
    match what {
        Shown::DivisionName => Cell::Text(record.division_name.clone().unwrap_or_else(|| record.division.to_string())),
        Shown::EnterpriseName => named(&record.enterprise_name),
        Shown::CreatedAt => local(record.created_at),
        Shown::UpdatedAt => local(record.updated_at),
        Shown::UpdatedBy => Cell::Text(record.updated_by.clone()),
    }
}

impl Registry {
    /// An empty table to fill in.
    pub fn template(&self, kind: &str, format: SheetFormat, locale: Locale) -> Result<Vec<u8>> {
        let spec = self.kind(kind)?;
        let columns = columns(spec);
        let mut writer = Writer::begin(format, spec, &columns, locale)?;
        if let Writer::Xlsx(sheet) = &mut writer {
            sheet.explain(&columns, locale)?;
        }
        writer.finish()
    }

    /// All records that fit a query and that the caller may export, in order of code, in the form that an import
    /// reads; personal data are masked.
    pub async fn export(
        &self,
        principal: &Principal,
        kind: &str,
        query: &ListQuery,
        format: SheetFormat,
        locale: Locale,
    ) -> Result<Vec<u8>> {
        self.write_sheet(principal, kind, query, &[], (format, locale), None).await
    }

    /// The same with the columns that a list shows, for reading; without any, all that an import reads. With a
    /// reason, personal data are in clear where the caller may read them, and it is traced.
    pub async fn export_columns(
        &self,
        principal: &Principal,
        kind: &str,
        query: &ListQuery,
        names: &[String],
        form: (SheetFormat, Locale),
        clear: Option<Option<String>>,
    ) -> Result<Vec<u8>> {
        let Some(why) = clear else { return self.write_sheet(principal, kind, query, names, form, None).await };
        principal.scopes("read_personal", kind)?;
        let why = why.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let why = why.ok_or_else(|| Fault::field("why", "required"))?;
        self.write_sheet(principal, kind, query, names, form, Some(why)).await
    }

    async fn write_sheet(
        &self,
        principal: &Principal,
        kind: &str,
        query: &ListQuery,
        names: &[String],
        (format, locale): (SheetFormat, Locale),
        why: Option<String>,
    ) -> Result<Vec<u8>> {
        let spec = self.kind(kind)?;
        let mut selection = query.selection(spec, principal.scopes("export", kind)?)?;
        selection.sort = records::Sort { field: records::Field::Column(records::Column::Code), descending: false };
        let columns = if names.is_empty() { columns(spec) } else { wanted(spec, names)? };
        let mut writer = Writer::begin(format, spec, &columns, locale)?;
        let mut last = String::new();
        let (mut rows, mut revealed) = (0_u64, 0_u64);
        loop {
            let portion = records::after_code(&self.db, &selection, &last, PORTION).await?;
            let Some(end) = portion.last() else { break };
            last.clone_from(&end.code);
            let codes = self.enterprise_codes(&portion).await?;
            for stored in portion {
                let record: Record = stored.try_into()?;
                let clear = why.is_some() && principal.may("read_personal", kind, &record.place());
                revealed += u64::from(clear);
                let record = if clear { self.opened(record) } else { self.shown(spec, record) };
                let enterprise = record.enterprise.as_ref().and_then(|id| codes.get(id));
                writer.row(&row(&columns, &record, enterprise.map(String::as_str), locale))?;
                rows += 1;
            }
        }
        let facts = json!({"kind": kind, "rows": rows, "revealed": revealed});
        let mut tx = self.db.begin(principal.acting(self.db.now(), why)).await?;
        tx.trace("record.export", Subject::new("kind", kind), facts);
        tx.commit().await?;
        writer.finish()
    }

    async fn enterprise_codes(
        &self,
        portion: &[records::StoredRecord],
    ) -> Result<std::collections::HashMap<String, String>> {
        let mut ids: Vec<String> = portion.iter().filter_map(|stored| stored.enterprise.clone()).collect();
        ids.sort_unstable();
        ids.dedup();
        let found = records::by_ids(&self.db, &ids).await?;
        Ok(found.into_iter().map(|stored| (stored.id, stored.code)).collect())
    }
}
