//! Last values as they change, for live screens. Not logged: who missed one sees the next.

use std::sync::Arc;

use fengsui_kernel::id::SeriesId;
use fengsui_kernel::reading::Quality;
use fengsui_kernel::{DivisionCode, Place, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

/// A new last value of a series.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct LiveValue {
    /// The series.
    pub series: SeriesId,
    /// When it was measured.
    pub observed_at: Timestamp,
    /// The number as its sender wrote it.
    pub value: String,
    /// The same as a number.
    pub number: Option<f64>,
    /// How far it can be trusted.
    pub quality: Quality,
    /// Where, for filtering by permission.
    #[serde(skip)]
    pub division: DivisionCode,
    /// The enterprise, for filtering by permission.
    #[serde(skip)]
    pub enterprise: Option<Arc<str>>,
}

impl LiveValue {
    /// Where it belongs, as permissions see it.
    pub fn place(&self) -> Place {
        Place { division: self.division, enterprise: self.enterprise.as_deref().map(str::to_owned) }
    }
}
