//! What callers get to see of divisions.

use fengsui_kernel::{DivisionCode, Point};
use fengsui_storage::records::StoredDivision;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A division.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Division {
    /// Code.
    pub code: DivisionCode,
    /// Name.
    pub name: String,
    /// `country`, `province`, `city`, `county`, `township` or `village`.
    pub level: String,
    /// One level up.
    pub parent: Option<DivisionCode>,
    /// Residents; absent when unknown.
    pub population: Option<u64>,
    /// The day the figure is of.
    pub population_as_of: Option<String>,
    /// A point to put the name at.
    pub location: Option<Point>,
    /// Whether there is a level below.
    pub has_children: bool,
}

impl From<StoredDivision> for Division {
    fn from(stored: StoredDivision) -> Self {
        Self {
            code: stored.code,
            name: stored.name,
            level: stored.level,
            parent: stored.parent,
            population: stored.population,
            population_as_of: stored.population_as_of,
            location: stored.location,
            has_children: stored.has_children,
        }
    }
}

/// A division with those above it, the highest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DivisionDetail {
    /// The division.
    #[serde(flatten)]
    pub division: Division,
    /// Those above it, the highest first, itself last.
    pub path: Vec<Division>,
}

/// A division whose border is near.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NearBorder {
    /// Code.
    pub code: DivisionCode,
    /// Name.
    pub name: String,
    /// Metres from the point to its area.
    pub distance_m: f64,
}

/// Code and name of a division.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DivisionName {
    /// Code.
    pub code: DivisionCode,
    /// Name.
    pub name: String,
}

/// Where a point lies. Boundaries are good to 1–2 km, so the neighbours within 2 km are told too.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Located {
    /// The county (or the lowest division with a boundary).
    pub county: Option<DivisionName>,
    /// Other counties within 2 km, nearest first.
    pub near_border: Vec<NearBorder>,
}

/// Whose population is asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PopulationArea {
    /// A GeoJSON Polygon or MultiPolygon.
    Area(Value),
    /// Whole divisions.
    Divisions(Vec<DivisionCode>),
}

/// One division's part.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PopulationShare {
    /// Code.
    pub code: DivisionCode,
    /// Name.
    pub name: String,
    /// Residents of the whole division; absent when unknown.
    pub population: Option<u64>,
    /// The part of its area that counts, 0 to 1.
    pub share: f64,
    /// The day the figure is of.
    pub as_of: Option<String>,
    /// `own`, `children` (summed up), `ancestor` (by area from the nearest one above) or `unknown`.
    pub basis: String,
}

/// How many people live somewhere.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PopulationAnswer {
    /// Residents; absent when no part is known.
    pub population: Option<u64>,
    /// The divisions it is made of.
    pub divisions: Vec<PopulationShare>,
    /// A key of the message catalogue that says how far to trust the number:
    /// `population_unknown`, `population_partial`, `population_estimated`, `population_by_area`.
    pub note: Option<String>,
}
