//! A kind of record is declared once, as a Rust type; everything else is derived from it.

mod choices;
mod field;
mod spec;

pub use field::{Choice, FieldKind, FieldSpec, Title};
pub(crate) use field::{substance, types};
pub use spec::{KindSpec, SharedSpec};

use fengsui_kernel::{DivisionLevel, Problems, Text};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Whether records of a kind have a place on the map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Geometry {
    /// A point.
    Point,
    /// None of their own.
    None,
}

/// A kind of record (台账). The type's fields are the attributes.
///
/// Fields say more about themselves through `schemars`:
/// `#[schemars(extend("x-title" = ["行业", "Industry"], "x-flags" = "filterable listed"))]`.
/// - `x-title`: Chinese and English name; also the header of the table and of the template.
/// - `x-flags`: `filterable` (indexed), `searchable` (full text), `listed` (column of the table),
///   `personal` (sealed in the store, masked on screens).
/// - `x-reference`: the kind whose code the field holds. `x-unit`: the unit.
/// - `format`: `phone`, `email`, `date`, `credit_code`, `id_number`, `cas`; `maxLength` (200 if absent).
pub trait Kind: Serialize + DeserializeOwned + JsonSchema + Send + Sync + 'static {
    /// The name in paths and permissions: `rescue_team`.
    const NAME: &'static str;
    /// The name for people.
    const TITLE: Text;
    /// The name of the icon.
    const ICON: &'static str;
    /// Whether it has a place on the map.
    const GEOMETRY: Geometry = Geometry::Point;
    /// The level of division that a record must belong to, if only one makes sense.
    const DIVISION_LEVEL: Option<DivisionLevel> = None;

    /// What the schema cannot say: rules between fields. Field names are `attributes.<name>`.
    fn validate(&self, _problems: &mut Problems) {}
}
