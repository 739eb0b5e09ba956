//! What callers of the engine see.

mod alarm;

pub use alarm::{AlarmDetail, AlarmEntryView, AlarmPosition, AlarmView, Suppression};

use fengsui_kernel::id::{RuleId, RuleTemplateId, SeriesId};
use fengsui_kernel::reading::Quality;
use fengsui_kernel::{DivisionCode, Fault, Mode, Point, Result, Timestamp};
use fengsui_storage::series::SeriesRow;
use fengsui_storage::series::observations::LastRow;
use fengsui_storage::series::rules::{RuleRow, RuleVersionRow, TemplateOrigin};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::catalogue::silent_after;
use crate::rule_condition::RuleCondition;
use crate::rules::later::seconds;

/// Whether values come as they should.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SeriesState {
    /// Values come.
    Live,
    /// Three expected values in a row did not come.
    Silent,
    /// No value ever came.
    Never,
}

/// The newest value of a series.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LastValue {
    /// When it was measured.
    pub observed_at: Timestamp,
    /// When it reached the platform.
    pub received_at: Timestamp,
    /// The number as its sender wrote it.
    pub value: String,
    /// The same as a number, absent when nothing was measured.
    pub number: Option<f64>,
    /// How far it can be trusted.
    pub quality: Quality,
}

/// A series with its last value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SeriesView {
    /// Its id.
    pub id: SeriesId,
    /// The device, by record id.
    pub device: String,
    /// The device's code.
    pub device_code: String,
    /// The device's name.
    pub device_name: String,
    /// The installation, by record id.
    pub installation: Option<String>,
    /// The installation's name.
    pub installation_name: Option<String>,
    /// The code, unique within the device.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its English name.
    pub name_en: Option<String>,
    /// The unit of its values.
    pub unit: String,
    /// Where.
    pub division: DivisionCode,
    /// The enterprise, by record id.
    pub enterprise: Option<String>,
    /// The enterprise's name.
    pub enterprise_name: Option<String>,
    /// Where on the map.
    pub location: Option<Point>,
    /// Lower end of the scale shown.
    pub low: Option<f64>,
    /// Upper end of the scale shown.
    pub high: Option<f64>,
    /// How often a value is expected.
    pub expected_interval_seconds: Option<u32>,
    /// Real, or a training device.
    pub mode: Mode,
    /// The newest value.
    pub last: Option<LastValue>,
    /// Whether values come as they should.
    pub state: SeriesState,
    /// Whether it is computed from other series.
    #[serde(default)]
    pub derived: bool,
    /// Version of the facts.
    pub version: i64,
}

impl From<LastRow> for LastValue {
    fn from(row: LastRow) -> Self {
        Self {
            observed_at: row.observed_at,
            received_at: row.received_at,
            value: row.value_text,
            number: row.value,
            quality: row.quality,
        }
    }
}

impl SeriesView {
    pub(crate) fn new(row: SeriesRow, now: Timestamp) -> Self {
        let facts = row.facts;
        let state = match (&row.last, facts.expected_interval_seconds) {
            (None, _) => SeriesState::Never,
            (Some(last), Some(interval)) if seconds(last.received_at, silent_after(interval)) < now => {
                SeriesState::Silent
            }
            (Some(_), _) => SeriesState::Live,
        };
        Self {
            id: row.id,
            device: facts.device_id,
            device_code: facts.device_code,
            device_name: facts.device_name,
            installation: facts.installation,
            installation_name: facts.installation_name,
            code: facts.code,
            name: facts.name,
            name_en: facts.name_en,
            unit: facts.unit,
            division: facts.division,
            enterprise: facts.enterprise,
            enterprise_name: facts.enterprise_name,
            location: facts.location,
            low: facts.low,
            high: facts.high,
            expected_interval_seconds: facts.expected_interval_seconds,
            mode: facts.mode,
            last: row.last.map(LastValue::from),
            state,
            derived: row.derived,
            version: row.version,
        }
    }
}

/// One value of a series.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ObservationView {
    /// When it was measured.
    pub observed_at: Timestamp,
    /// When it reached the platform.
    pub received_at: Timestamp,
    /// The number as its sender wrote it.
    pub value: String,
    /// The same as a number.
    pub number: Option<f64>,
    /// How far it can be trusted.
    pub quality: Quality,
    /// From the device's memory.
    pub historical: bool,
}

/// Usable values of one step of time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AggregateView {
    /// Start of the step.
    pub at: Timestamp,
    /// How many.
    pub count: u64,
    /// The smallest.
    pub min: f64,
    /// The largest.
    pub max: f64,
    /// Their mean.
    pub mean: f64,
    /// The last.
    pub last: f64,
}

/// A rule over a series.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RuleView {
    /// Its id.
    pub id: RuleId,
    /// The series.
    pub series: SeriesId,
    /// Its name.
    pub name: String,
    /// What it watches for.
    #[serde(flatten)]
    pub condition: RuleCondition,
    /// The moment up to which a deviation learned; if too few readings were there, it goes on after it.
    #[serde(default)]
    pub learned_at: Option<Timestamp>,
    /// Deviation: whether it knows what is usual and judges. Absent for other kinds and for versions.
    #[serde(default)]
    pub learned: Option<bool>,
    /// Whether it judges.
    pub enabled: bool,
    /// The template that made it.
    #[serde(default)]
    pub template: Option<RuleOrigin>,
    /// Version.
    pub version: i64,
}

/// The template that made a rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RuleOrigin {
    /// The template.
    pub id: RuleTemplateId,
    /// Its name.
    pub name: String,
    /// The version of the template that the rule follows.
    pub version: i64,
    /// Why the rule goes its own way; absent while it follows the template.
    pub own_reason: Option<String>,
}

impl From<TemplateOrigin> for RuleOrigin {
    fn from(origin: TemplateOrigin) -> Self {
        let TemplateOrigin { id, name, version, own_reason } = origin;
        Self { id, name, version, own_reason }
    }
}

/// A version of a rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RuleVersionView {
    /// Its number.
    pub version: i64,
    /// When it was written.
    pub at: Timestamp,
    /// Who wrote it.
    pub actor_name: String,
    /// Why.
    pub why: Option<String>,
    /// The rule as it was.
    pub rule: RuleView,
}

impl RuleVersionView {
    pub(crate) fn new(row: RuleVersionRow) -> Result<Self> {
        let rule = serde_json::from_value(row.data).map_err(Fault::internal)?;
        Ok(Self { version: row.version, at: row.at, actor_name: row.actor_name, why: row.why, rule })
    }
}

impl RuleView {
    pub(crate) fn new(row: RuleRow) -> Result<Self> {
        let condition = RuleCondition::of(&row)?;
        Ok(Self {
            id: row.id,
            series: row.series_id,
            name: row.name,
            condition,
            learned_at: row.learned_at,
            learned: None,
            enabled: row.enabled,
            template: row.template.map(RuleOrigin::from),
            version: row.version,
        })
    }
}
