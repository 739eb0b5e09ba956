//! Rows that come out of statements, the same shape from both databases.

use std::collections::HashMap;
use std::sync::Arc;

use fengsui_kernel::clock::from_millis;
use fengsui_kernel::{DivisionCode, Fault, Result, Timestamp};
use sqlx::{Column as _, Row as _, TypeInfo as _, ValueRef as _};

use crate::value::Value;

/// One row; cells are read by column name.
#[derive(Debug, Clone)]
pub struct Row {
    columns: Arc<HashMap<String, usize>>,
    cells: Vec<Value>,
}

impl Row {
    /// Reads a cell. A missing column or a wrong type is a fault of the platform.
    pub fn get<T: FromValue>(&self, column: &str) -> Result<T> {
        let cell = self.columns.get(column).and_then(|index| self.cells.get(*index));
        let cell = cell.ok_or_else(|| Fault::internal(format!("no column {column}")))?;
        T::from_value(cell).ok_or_else(|| Fault::internal(format!("column {column} holds {cell:?}")))
    }

    /// The cell as it came, if there is such a column.
    pub(crate) fn value(&self, column: &str) -> Option<&Value> {
        self.columns.get(column).and_then(|index| self.cells.get(*index))
    }

    /// Reads a cell that holds the text of an id, a code or an enum.
    pub fn parse<T: std::str::FromStr>(&self, column: &str) -> Result<T> {
        // Straight from the cell: a start reads millions of ids.
        let parsed = match self.value(column) {
            Some(Value::Text(Some(text))) => text.parse().ok(),
            _ => None,
        };
        parsed.ok_or_else(|| Fault::internal(format!("column {column} holds {:?}", self.value(column))))
    }

    /// The same for a cell that may be null.
    pub fn parse_opt<T: std::str::FromStr>(&self, column: &str) -> Result<Option<T>> {
        let text: Option<String> = self.get(column)?;
        text.map(|text| text.parse().map_err(|_| Fault::internal(format!("column {column} holds {text:?}"))))
            .transpose()
    }
}

/// What can be read from a cell.
pub trait FromValue: Sized {
    /// `None` if the cell holds something else.
    fn from_value(value: &Value) -> Option<Self>;
}

macro_rules! cells {
    ($($type:ty => $($pattern:pat => $made:expr),+;)*) => {$(
        impl FromValue for $type {
            fn from_value(value: &Value) -> Option<Self> { match value { $($pattern => $made,)+ _ => None } }
        }
    )*};
}

cells! {
    i64 => Value::Int(Some(number)) => Some(*number);
    u32 => Value::Int(Some(number)) => u32::try_from(*number).ok();
    u64 => Value::Int(Some(number)) => u64::try_from(*number).ok();
    bool => Value::Int(Some(number)) => Some(*number != 0);
    f64 => Value::Real(Some(number)) => Some(*number), Value::Int(Some(number)) => Some(*number as f64);
    String => Value::Text(Some(text)) => Some(text.clone());
    Vec<u8> => Value::Bytes(Some(bytes)) => Some(bytes.clone());
    serde_json::Value => Value::Json(Some(json)) => Some(json.clone()), Value::Text(Some(text)) => serde_json::from_str(text).ok();
    Timestamp => Value::Int(Some(millis)) => Some(from_millis(*millis));
    DivisionCode => Value::Text(Some(text)) => text.parse().ok();
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Int(None) | Value::Real(None) | Value::Text(None) | Value::Json(None) | Value::Bytes(None) => {
                Some(None)
            }
            other => T::from_value(other).map(Some),
        }
    }
}

fn columns_of<R: sqlx::Row>(row: &R) -> Arc<HashMap<String, usize>> {
    Arc::new(row.columns().iter().enumerate().map(|(index, column)| (column.name().to_owned(), index)).collect())
}

pub(crate) fn from_sqlite(rows: &[sqlx::sqlite::SqliteRow]) -> Result<Vec<Row>> {
    let Some(first) = rows.first() else { return Ok(Vec::new()) };
    let columns = columns_of(first);
    let read = |row: &sqlx::sqlite::SqliteRow| {
        let cells: Result<Vec<Value>> = (0..row.columns().len()).map(|index| sqlite_cell(row, index)).collect();
        Ok(Row { columns: Arc::clone(&columns), cells: cells? })
    };
    rows.iter().map(read).collect()
}

fn sqlite_cell(row: &sqlx::sqlite::SqliteRow, index: usize) -> Result<Value> {
    let raw = row.try_get_raw(index).map_err(Fault::internal)?;
    if raw.is_null() {
        return Ok(Value::Text(None));
    }
    let cell = match raw.type_info().name() {
        "INTEGER" | "BOOLEAN" => row.try_get_unchecked::<i64, _>(index).map(|cell| Value::Int(Some(cell))),
        "REAL" => row.try_get_unchecked::<f64, _>(index).map(|cell| Value::Real(Some(cell))),
        "BLOB" => row.try_get_unchecked::<Vec<u8>, _>(index).map(|cell| Value::Bytes(Some(cell))),
        _ => row.try_get_unchecked::<String, _>(index).map(|cell| Value::Text(Some(cell))),
    };
    cell.map_err(Fault::internal)
}

pub(crate) fn from_postgres(rows: &[sqlx::postgres::PgRow]) -> Result<Vec<Row>> {
    let Some(first) = rows.first() else { return Ok(Vec::new()) };
    let columns = columns_of(first);
    let read = |row: &sqlx::postgres::PgRow| {
        let cells: Result<Vec<Value>> = (0..row.columns().len()).map(|index| postgres_cell(row, index)).collect();
        Ok(Row { columns: Arc::clone(&columns), cells: cells? })
    };
    rows.iter().map(read).collect()
}

fn postgres_cell(row: &sqlx::postgres::PgRow, index: usize) -> Result<Value> {
    let name = row.try_get_raw(index).map_err(Fault::internal)?.type_info().name().to_owned();
    let cell = match name.as_str() {
        "INT8" => row.try_get::<Option<i64>, _>(index).map(Value::Int),
        "INT4" => row.try_get::<Option<i32>, _>(index).map(|cell| Value::Int(cell.map(i64::from))),
        "BOOL" => row.try_get::<Option<bool>, _>(index).map(|cell| Value::Int(cell.map(i64::from))),
        "FLOAT8" => row.try_get::<Option<f64>, _>(index).map(Value::Real),
        "FLOAT4" => row.try_get::<Option<f32>, _>(index).map(|cell| Value::Real(cell.map(f64::from))),
        "JSONB" | "JSON" => row.try_get::<Option<serde_json::Value>, _>(index).map(Value::Json),
        "BYTEA" => row.try_get::<Option<Vec<u8>>, _>(index).map(Value::Bytes),
        _ => row.try_get::<Option<String>, _>(index).map(Value::Text),
    };
    cell.map_err(Fault::internal)
}
