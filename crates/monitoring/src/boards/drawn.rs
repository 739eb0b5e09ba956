//! A board as callers see it.

use std::collections::BTreeMap;

use fengsui_kernel::id::AlarmId;
use fengsui_kernel::scale::AlarmPriority;
use fengsui_kernel::{DivisionCode, PageQuery, Point, Timestamp};
use fengsui_series::DeviceTally;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::snapshot::Seen;
use super::standing::Reason;
use super::template::BoardTemplate;
use crate::risk::RiskScore;

/// Objects with one value of the attribute that a board counts by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OptionCount {
    /// The value.
    pub value: String,
    /// How many.
    pub count: u64,
}

/// The figures at the head of a board.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BoardFigures {
    /// Objects.
    pub objects: u64,
    /// Objects that anything is wrong with.
    pub troubled: u64,
    /// Open alarms by priority, without those of which there is none.
    pub alarms: BTreeMap<AlarmPriority, u64>,
    /// Alarms that nobody took note of.
    pub unacknowledged: u64,
    /// Their devices.
    pub devices: DeviceTally,
    /// Objects by the attribute that the board counts by, in the order of its list.
    pub tally: Vec<OptionCount>,
    /// Enterprises by the colour of the risk index, the gravest first; empty on boards without it.
    pub risk: Vec<OptionCount>,
}

/// A board with its figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BoardView {
    /// How it is declared.
    pub board: BoardTemplate,
    /// Its figures, within the division asked for.
    pub figures: BoardFigures,
}

/// An object of a board.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BoardObject {
    /// Record id.
    pub id: String,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its division.
    pub division: DivisionCode,
    /// The division's name.
    pub division_name: Option<String>,
    /// The enterprise that it belongs to.
    pub enterprise_name: Option<String>,
    /// Where on the map.
    pub location: Option<Point>,
    /// The attributes that the board shows.
    pub attributes: Map<String, Value>,
    /// Whether anything is wrong with it.
    pub troubled: bool,
    /// The highest priority of its open alarms.
    pub worst: Option<AlarmPriority>,
    /// Why it is where it is in the list, the weightiest first.
    pub reasons: Vec<Reason>,
    /// The risk index and what it is made of, on boards that show it.
    pub risk: Option<RiskScore>,
    /// Its devices.
    pub devices: DeviceTally,
    /// The alarm to be handled first.
    pub first_alarm: Option<AlarmId>,
    /// Since when that alarm waits for an acknowledgement; absent if somebody took note of it.
    pub waiting_since: Option<Timestamp>,
}

/// What the list of a board is narrowed by.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ObjectQuery {
    /// A division and all below.
    pub division: Option<DivisionCode>,
    /// Text in name or code.
    pub q: Option<String>,
    /// Only those that anything is wrong with.
    pub troubled: bool,
    /// Only those with a place on the map.
    pub placed: bool,
    /// Rows to return, 1 to 500; 50 if absent.
    pub limit: Option<u32>,
    /// The `next` value of the page before.
    pub cursor: Option<String>,
}

impl ObjectQuery {
    /// The part about paging.
    pub fn page(&self) -> PageQuery {
        PageQuery { limit: self.limit, cursor: self.cursor.clone() }
    }

    /// Whether an object is asked for.
    pub(super) fn wants(&self, seen: &Seen<'_>) -> bool {
        let text = self.q.as_deref().map(|q| q.trim().to_lowercase()).unwrap_or_default();
        let found = |of: &str| of.to_lowercase().contains(&text);
        let named = text.is_empty() || found(&seen.record.name) || found(&seen.record.code);
        named && (!self.troubled || seen.standing.troubled()) && (!self.placed || seen.record.location.is_some())
    }
}

impl BoardObject {
    pub(super) fn new(template: &BoardTemplate, seen: &Seen<'_>) -> Self {
        let record = seen.record;
        let cell = |name: &String| Some((name.clone(), record.attributes.get(name)?.clone()));
        let first = seen.alarms.first();
        let waiting = first.filter(|alarm| !alarm.acknowledged);
        Self {
            id: record.id.to_string(),
            code: record.code.clone(),
            name: record.name.clone(),
            division: record.division,
            division_name: record.division_name.clone(),
            enterprise_name: record.enterprise_name.clone(),
            location: record.location,
            attributes: template.columns.iter().filter_map(cell).collect(),
            troubled: seen.standing.troubled(),
            worst: seen.standing.by_priority().into_keys().next(),
            reasons: seen.standing.reasons(),
            risk: seen.risk.clone(),
            devices: seen.standing.devices(),
            first_alarm: first.map(|alarm| alarm.id.clone()),
            waiting_since: waiting.map(|alarm| alarm.rung_at),
        }
    }
}
