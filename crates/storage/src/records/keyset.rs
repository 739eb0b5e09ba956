//! The mark between two pages: where the page before ended, so that no row is given twice or left
//! out however deep the page lies and whatever is written meanwhile.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fengsui_kernel::{Fault, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::selection::{AttributeType, Column, Field, Sort};
use crate::value::Value;

/// Marks begin with it; offsets of other lists are plain numbers.
const PREFIX: char = 'k';

/// The last row of a page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Mark {
    /// The order it belongs to.
    #[serde(rename = "s")]
    order: String,
    /// What the list is sorted by; null where absent.
    #[serde(rename = "v")]
    value: Json,
    /// Its code.
    #[serde(rename = "c")]
    pub(super) code: String,
    /// How many rows the first page counted.
    #[serde(rename = "t")]
    pub(super) total: Option<u64>,
}

fn order(sort: &Sort) -> String {
    let name = match &sort.field {
        Field::Column(column) => column.name(),
        Field::Attribute { name, .. } | Field::Rank { name, .. } => name,
    };
    format!("{}{name}", if sort.descending { "-" } else { "" })
}

impl Mark {
    pub(super) fn new(sort: &Sort, value: Option<&Value>, code: String, total: Option<u64>) -> Self {
        let value = match value {
            Some(Value::Int(Some(number))) => Json::from(*number),
            Some(Value::Real(Some(number))) => Json::from(*number),
            Some(Value::Text(Some(text))) => Json::from(text.as_str()),
            _ => Json::Null,
        };
        Self { order: order(sort), value, code, total }
    }

    pub(super) fn text(&self) -> Result<String> {
        let json = serde_json::to_vec(self).map_err(Fault::internal)?;
        Ok(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(json)))
    }

    /// Reads a mark of this very order; anything else is refused, since a client that began again
    /// with the first page would never end.
    pub(super) fn read(text: Option<&str>, sort: &Sort) -> Result<Option<Self>> {
        let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
        let damaged = || Fault::from(Fault::field("cursor", "cursor"));
        let bytes = text.strip_prefix(PREFIX).and_then(|rest| URL_SAFE_NO_PAD.decode(rest).ok()).ok_or_else(damaged)?;
        let mark: Self = serde_json::from_slice(&bytes).map_err(|_| damaged())?;
        let fits = mark.order == order(sort) && (mark.value.is_null() || mark.typed(sort).is_some());
        if fits { Ok(Some(mark)) } else { Err(damaged()) }
    }

    /// The value as an argument; nothing where it is absent.
    pub(super) fn typed(&self, sort: &Sort) -> Option<Value> {
        match &sort.field {
            Field::Column(Column::CreatedAt | Column::UpdatedAt)
            | Field::Attribute { kept: AttributeType::Boolean, .. }
            | Field::Rank { .. } => self.value.as_i64().map(|number| Value::Int(Some(number))),
            Field::Attribute { kept: AttributeType::Number, .. } => {
                self.value.as_f64().map(|number| Value::Real(Some(number)))
            }
            _ => self.value.as_str().map(|text| Value::Text(Some(text.to_owned()))),
        }
    }
}
