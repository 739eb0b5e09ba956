//! Between cells and values.

use fengsui_kernel::Locale;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};

use super::mend;
use crate::kind::{FieldKind, FieldSpec};

/// A cell as a file holds it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Cell {
    /// Nothing.
    #[default]
    Empty,
    /// Yes or no.
    Bool(bool),
    /// A number.
    Number(f64),
    /// Text.
    Text(String),
}

impl Cell {
    /// The cell as text; whole numbers without a point, as people typed them.
    pub fn text(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => text.trim().to_owned(),
            Self::Number(number) => number.to_string(),
            Self::Bool(yes) => yes.to_string(),
        }
    }

    /// Whether it holds nothing but blanks.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) => text.trim().is_empty(),
            _ => false,
        }
    }

    /// The cell as a number in a unit, if it is one.
    pub(crate) fn number(&self, unit: Option<&str>) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Text(text) => mend::number(text, unit),
            _ => None,
        }
    }

    /// The cell as degrees of longitude or latitude.
    pub(crate) fn degrees(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Text(text) => mend::degrees(text),
            _ => None,
        }
    }
}

/// A list in one cell.
const SEPARATORS: [char; 7] = ['、', '，', ',', ';', '；', '|', '\n'];

fn stored(field: &FieldSpec, text: &str) -> String {
    let choice = field.options.iter().find(|choice| choice.is_meant_by(text));
    choice.map_or_else(|| text.to_owned(), |choice| choice.value.clone())
}

fn day(cell: &Cell, text: String) -> String {
    let read = match cell {
        Cell::Number(days) => mend::day_of_serial(*days).or_else(|| mend::day(&text)),
        _ => mend::day(&text),
    };
    read.unwrap_or(text)
}

fn number(number: f64, whole: bool) -> Value {
    #[allow(clippy::cast_possible_truncation, reason = "checked to be whole and small")]
    if whole && number.fract() == 0.0 && number.abs() < 9e15 {
        return Value::from(number as i64);
    }
    Number::from_f64(number).map_or(Value::Null, Value::Number)
}

/// The value of a cell for a field. What does not fit stays text, so that the check names it.
pub(crate) fn value(field: &FieldSpec, cell: &Cell) -> Value {
    let text = cell.text();
    if text.is_empty() {
        return Value::Null;
    }
    if field.nested {
        return serde_json::from_str(&text).unwrap_or(Value::String(text));
    }
    match field.kind {
        FieldKind::Number | FieldKind::Integer => cell
            .number(field.unit.as_deref())
            .map_or(Value::String(text), |read| number(read, field.kind == FieldKind::Integer)),
        FieldKind::Boolean => match text.to_lowercase().as_str() {
            "是" | "有" | "true" | "yes" | "1" | "y" | "√" | "✓" | "✔" => Value::Bool(true),
            "否" | "无" | "false" | "no" | "0" | "n" | "×" | "✗" | "没有" => Value::Bool(false),
            _ => Value::String(text),
        },
        FieldKind::Enum => Value::String(stored(field, &text)),
        FieldKind::Date => Value::String(day(cell, text)),
        FieldKind::List => {
            let items = text.split(SEPARATORS).map(str::trim).filter(|item| !item.is_empty());
            items.map(|item| Value::String(stored(field, item))).collect()
        }
        FieldKind::Text | FieldKind::Reference | FieldKind::Object => Value::String(mend::text(field, &text)),
    }
}

fn title(field: &FieldSpec, stored: &str, locale: Locale) -> String {
    let choice = field.options.iter().find(|choice| choice.value == stored);
    let named = choice.map(|choice| if locale == Locale::Chinese { &choice.zh } else { &choice.en });
    named.map_or_else(|| stored.to_owned(), Clone::clone)
}

/// The cell of a value for people; reads back to the same value.
pub(crate) fn cell(field: &FieldSpec, value: &Value, locale: Locale) -> Cell {
    match value {
        Value::Null => Cell::Empty,
        Value::Number(number) => number.as_f64().map_or(Cell::Empty, Cell::Number),
        Value::Bool(yes) => {
            let text = match (locale, yes) {
                (Locale::Chinese, true) => "是",
                (Locale::Chinese, false) => "否",
                (Locale::English, true) => "yes",
                (Locale::English, false) => "no",
            };
            Cell::Text(text.to_owned())
        }
        _ if field.nested => Cell::Text(value.to_string()),
        Value::String(text) if field.kind == FieldKind::Enum => Cell::Text(title(field, text, locale)),
        Value::String(text) => Cell::Text(text.clone()),
        Value::Array(items) => {
            let names: Vec<String> =
                items.iter().filter_map(Value::as_str).map(|item| title(field, item, locale)).collect();
            Cell::Text(names.join(if locale == Locale::Chinese { "、" } else { "; " }))
        }
        Value::Object(_) => Cell::Text(value.to_string()),
    }
}
