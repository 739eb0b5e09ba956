//! Alarms as callers see them.

use fengsui_kernel::id::{AlarmId, RuleId, SeriesId};
use fengsui_kernel::scale::AlarmPriority;
use fengsui_kernel::{DivisionCode, Mode, Place, Point, Timestamp};
use fengsui_storage::series::alarms::AlarmRow;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::alarms::AlarmVerdict;
use crate::rules::Explanation;

/// Why nobody is rung for an alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Suppression {
    /// Its series or device is out of service.
    OutOfService,
}

impl Suppression {
    fn from_stored(text: &str) -> Option<Self> {
        (text == "out_of_service").then_some(Self::OutOfService)
    }
}

/// An alarm.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AlarmView {
    /// Its id.
    pub id: AlarmId,
    /// The series.
    pub series: SeriesId,
    /// The series' name.
    pub series_name: String,
    /// The device, by record id.
    pub device: String,
    /// The enterprise, by record id.
    pub enterprise: Option<String>,
    /// The enterprise's name.
    pub enterprise_name: Option<String>,
    /// The installation's name.
    pub installation_name: Option<String>,
    /// The rule.
    pub rule: RuleId,
    /// One line for people.
    pub title: String,
    /// Its priority.
    pub priority: AlarmPriority,
    /// Real or drill.
    pub mode: Mode,
    /// Where.
    pub division: DivisionCode,
    /// Where on the map.
    pub location: Option<Point>,
    /// Still beyond the limit.
    pub active: bool,
    /// Taken note of.
    pub acknowledged: bool,
    /// How it was judged.
    pub verified: Option<AlarmVerdict>,
    /// Why it was judged so.
    pub verification_reason: Option<String>,
    /// The value that decided, as its sender wrote it.
    pub value: Option<String>,
    /// The limit; seconds for silence and standing values.
    pub limit: f64,
    /// The unit of both.
    pub unit: String,
    /// When the condition was met.
    pub raised_at: Timestamp,
    /// When the deciding value reached the platform.
    pub received_at: Timestamp,
    /// When it returned.
    pub returned_at: Option<Timestamp>,
    /// When it was acknowledged.
    pub acknowledged_at: Option<Timestamp>,
    /// By whom.
    pub acknowledged_by: Option<String>,
    /// When it was verified.
    pub verified_at: Option<Timestamp>,
    /// By whom.
    pub verified_by: Option<String>,
    /// How often it was raised while open.
    pub occurrences: u32,
    /// Why it was raised last; absent for alarms from before there were explanations.
    #[serde(default)]
    pub explanation: Option<Explanation>,
    /// Returned and acknowledged.
    pub closed: bool,
    /// Until when it is shelved; absent when it is not.
    #[serde(default)]
    pub shelved_until: Option<Timestamp>,
    /// By whom it was shelved.
    #[serde(default)]
    pub shelved_by: Option<String>,
    /// Why it was shelved.
    #[serde(default)]
    pub shelving_reason: Option<String>,
    /// Why nobody is rung for it; absent when it rings.
    #[serde(default)]
    pub suppressed: Option<Suppression>,
    /// Since when it waits for an acknowledgement: its arrival, or the end of its shelf.
    pub rung_at: Timestamp,
    /// Steps of the escalation table taken since then.
    #[serde(default)]
    pub escalated: u32,
    /// Version.
    pub version: i64,
}

impl AlarmView {
    /// Where it belongs, as permissions see it.
    pub fn place(&self) -> Place {
        Place { division: self.division, enterprise: self.enterprise.clone() }
    }
}

impl From<AlarmRow> for AlarmView {
    fn from(row: AlarmRow) -> Self {
        Self {
            id: row.id,
            series: row.series,
            series_name: row.series_name,
            device: row.device,
            enterprise: row.enterprise,
            enterprise_name: row.enterprise_name,
            installation_name: row.installation_name,
            rule: row.rule,
            title: row.title,
            priority: row.priority,
            mode: row.mode,
            division: row.division,
            location: row.location,
            active: row.active,
            acknowledged: row.acknowledged,
            verified: row.verdict.as_deref().and_then(AlarmVerdict::from_stored),
            verification_reason: row.verification_reason,
            value: row.value,
            limit: row.limit,
            unit: row.unit,
            raised_at: row.raised_at,
            received_at: row.received_at,
            returned_at: row.returned_at,
            acknowledged_at: row.acknowledged_at,
            acknowledged_by: row.acknowledged_by,
            verified_at: row.verified_at,
            verified_by: row.verified_by,
            occurrences: row.occurrences,
            // What an older or newer program wrote differently must not hide the alarm.
            explanation: row.explanation.and_then(|json| serde_json::from_value(json).ok()),
            closed: row.closed,
            shelved_until: row.shelved_until,
            shelved_by: row.shelved_by,
            shelving_reason: row.shelving_reason,
            suppressed: row.suppressed.as_deref().and_then(Suppression::from_stored),
            rung_at: row.rung_at,
            escalated: row.escalated,
            version: row.version,
        }
    }
}

/// One line of an alarm's history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AlarmEntryView {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor_name: String,
    /// What: `raised`, `re_raised`, `returned`, `acknowledged`, `verified`, `shelved`, `unshelved`, `shelf_ended`,
    /// `suppressed`, `released`, `escalated`.
    pub what: String,
    /// Value, note or reason.
    pub detail: Option<String>,
}

/// An alarm with its history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AlarmDetail {
    /// The alarm.
    #[serde(flatten)]
    pub alarm: AlarmView,
    /// What happened to it, oldest first.
    pub timeline: Vec<AlarmEntryView>,
    /// What its rule says is to be done.
    pub instruction: Option<String>,
    /// The plan that its rule names, by record id.
    pub plan: Option<String>,
    /// Of a device that moves: where it was when the alarm was raised.
    #[serde(default)]
    pub position: Option<AlarmPosition>,
}

/// Where a device that moves was when its alarm was raised.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AlarmPosition {
    /// Longitude, degrees.
    pub lon: f64,
    /// Latitude, degrees.
    pub lat: f64,
    /// When it was there: the newest position not later than the alarm.
    pub at: Timestamp,
    /// Its speed, km/h.
    pub speed_kmh: Option<f64>,
}
