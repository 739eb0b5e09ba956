//! The columns of a kind's table and how headers are recognised.

use fengsui_kernel::{Fault, Locale, Result};

use crate::kind::{FieldSpec, Geometry, KindSpec};
use crate::record::ENTERPRISE;

/// What a column holds.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Target<'a> {
    Code,
    Name,
    Division,
    Lon,
    Lat,
    /// Longitude and latitude in one cell; only in the sheets of others.
    Position,
    Enterprise,
    Attribute(&'a FieldSpec),
    /// Only for reading: an import has no such column.
    Shown(Shown),
}

/// What a list shows besides what a file can bring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    DivisionName,
    EnterpriseName,
    CreatedAt,
    UpdatedAt,
    UpdatedBy,
}

/// The columns that somebody wants to read, in their order; code and name lead. Names of what is referred to stand
/// where a table to fill in has codes.
pub(crate) fn wanted<'a>(spec: &'a KindSpec, names: &[String]) -> Result<Vec<Column<'a>>> {
    let all = columns(spec);
    let shown = |what, zh, en, field| Column { target: Target::Shown(what), zh, en, field, required: false };
    let mut chosen: Vec<Column<'a>> = all.iter().filter(|one| matches!(one.field, "code" | "name")).copied().collect();
    for name in names.iter().map(String::as_str).filter(|name| !matches!(*name, "code" | "name")) {
        match name {
            "division" => chosen.push(shown(Shown::DivisionName, "行政区划", "Division", "division_name")),
            "enterprise" => chosen.push(shown(Shown::EnterpriseName, "所属企业", "Enterprise", "enterprise_name")),
            "created_at" => chosen.push(shown(Shown::CreatedAt, "建档时间", "Created", "created_at")),
            "updated_at" => chosen.push(shown(Shown::UpdatedAt, "更新时间", "Updated", "updated_at")),
            "updated_by" => chosen.push(shown(Shown::UpdatedBy, "更新人", "Updated by", "updated_by")),
            "location" => chosen.extend(all.iter().filter(|one| matches!(one.field, "lon" | "lat")).copied()),
            own => match all.iter().find(|one| one.field == own) {
                Some(column) => chosen.push(*column),
                None => return Err(Fault::field("columns", "unknown_column").with("value", own).into()),
            },
        }
    }
    Ok(chosen)
}

/// One column.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column<'a> {
    pub(crate) target: Target<'a>,
    pub(crate) zh: &'a str,
    pub(crate) en: &'a str,
    /// The field as problems name it, without `attributes.`.
    pub(crate) field: &'a str,
    pub(crate) required: bool,
}

/// All columns of a kind.
pub(crate) fn columns(spec: &KindSpec) -> Vec<Column<'_>> {
    let fixed = |target, zh, en, field, required| Column { target, zh, en, field, required };
    let mut columns = vec![
        fixed(Target::Code, "编码", "Code", "code", false),
        fixed(Target::Name, "名称", "Name", "name", true),
        fixed(Target::Division, "行政区划代码", "Division code", "division", true),
    ];
    if spec.geometry == Geometry::Point {
        columns.push(fixed(Target::Lon, "经度", "Longitude", "lon", false));
        columns.push(fixed(Target::Lat, "纬度", "Latitude", "lat", false));
    }
    if spec.name != ENTERPRISE {
        columns.push(fixed(Target::Enterprise, "所属企业编码", "Enterprise code", "enterprise", false));
    }
    columns.extend(spec.fields.iter().map(|field| Column {
        target: Target::Attribute(field),
        zh: &field.title.zh,
        en: &field.title.en,
        field: &field.name,
        required: field.required,
    }));
    columns
}

/// The columns that a sheet of others may have: those of a kind, and some that are another way to write them.
pub(crate) fn accepted(spec: &KindSpec) -> Vec<Column<'_>> {
    let mut all = columns(spec);
    if spec.geometry == Geometry::Point {
        let position =
            Column { target: Target::Position, zh: "经纬度", en: "Coordinates", field: "position", required: false };
        all.insert(5, position);
    }
    all
}

impl Column<'_> {
    /// The header in a language, with the unit where there is one.
    pub(crate) fn header(&self, locale: Locale) -> String {
        let title = if locale == Locale::Chinese { self.zh } else { self.en };
        match self.target {
            Target::Attribute(FieldSpec { unit: Some(unit), .. }) => format!("{title}({unit})"),
            _ => title.to_owned(),
        }
    }

    fn called(&self, text: &str) -> bool {
        let same = |name: &str| name.to_lowercase() == text;
        same(self.zh) || same(self.en) || same(self.field)
    }
}

/// The column that a header means: Chinese or English title or field name, with or without unit and star.
pub(crate) fn recognise<'a, 'b>(columns: &'b [Column<'a>], header: &str) -> Option<&'b Column<'a>> {
    let plain = header.trim().trim_matches(['*', '＊']).trim().to_lowercase();
    let without_unit = plain.split(['(', '（']).next().unwrap_or_default().trim();
    let find = |text: &str| columns.iter().find(|column| column.called(text));
    find(&plain).or_else(|| find(without_unit).filter(|_| !without_unit.is_empty()))
}
