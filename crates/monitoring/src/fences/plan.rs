//! What a fence asks of the series engine, purely: which vehicles, which series, which rules.

use fengsui_kernel::scale::AlarmPriority;
use fengsui_kernel::{DivisionCode, Fault, Point, Result};
use fengsui_motion::{Corner, Fix, Shape};
use fengsui_registry::Record;
use fengsui_series::RuleCondition;
use fengsui_series::rules::{RuleKind, Schedule, Season, WeeklyHours};

use crate::kinds::{Fence, FencePriority, FenceSense, FenceShape, Weekday};

/// Codes of the series of fences begin so.
pub(crate) const PREFIX: &str = "fence.";
/// An alarm begins and ends so many metres beyond the edge where a fence does not say.
const TOLERANCE_M: f64 = 20.0;
/// So much of its name stands in the names of its series.
const LONGEST_NAME: usize = 100;
/// What must last so many seconds where a fence does not say.
const CONFIRM_SECONDS: u32 = 20;
/// A limit itself is allowed; terminals tell tenths.
const LEAST_EXCESS_KMH: f64 = 0.1;
/// So much slower than the limit ends an overspeed, km/h.
const SPEED_DEADBAND_KMH: f64 = 2.0;

/// A fence of the ledger, ready to be judged.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ready {
    pub(crate) code: String,
    name: String,
    division: DivisionCode,
    enterprise: Option<String>,
    shape: Shape,
    fence: Fence,
}

/// A series that a fence wants of a vehicle, with its only rule.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Wanted {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) name_en: String,
    pub(crate) unit: &'static str,
    pub(crate) rule: String,
    pub(crate) condition: RuleCondition,
}

/// When a fence holds; always without one.
pub(crate) fn schedule(fence: &Fence) -> Option<Schedule> {
    let day = |one: &Weekday| Weekday::ALL.iter().position(|day| day == one).and_then(|at| u8::try_from(at + 1).ok());
    let days: Vec<u8> =
        if fence.weekdays.is_empty() { (1..=7).collect() } else { fence.weekdays.iter().filter_map(day).collect() };
    let hours = match (&fence.hours_from, &fence.hours_to) {
        (Some(from), Some(to)) => Some((from.clone(), to.clone())),
        _ if fence.weekdays.is_empty() => None,
        _ => Some(("00:00".to_owned(), "24:00".to_owned())),
    };
    let hours: Vec<_> = hours.map(|(from, to)| WeeklyHours { days, from, to }).into_iter().collect();
    let season = fence.season_from.clone().zip(fence.season_to.clone());
    let seasons: Vec<_> = season.map(|(from, to)| Season { from, to }).into_iter().collect();
    let narrows = !(hours.is_empty() && seasons.is_empty());
    narrows.then_some(Schedule { hours, seasons })
}

impl Ready {
    /// Reads a record; nothing while it is suspended.
    pub(crate) fn read(record: &Record) -> Result<Option<Self>> {
        let fence: Fence = serde_json::from_value(record.attributes.clone()).map_err(Fault::internal)?;
        if fence.suspended {
            return Ok(None);
        }
        let corners: Vec<Corner> = fence.corners.iter().map(|one| Corner { lon: one.lon, lat: one.lat }).collect();
        let shape = match (fence.shape, corners.first()) {
            (FenceShape::Circle, Some(centre)) => {
                Shape::Circle { centre: *centre, radius_m: fence.radius_m.unwrap_or_default() }
            }
            (FenceShape::Route, _) => Shape::Route { corners, width_m: fence.width_m.unwrap_or_default() },
            _ => Shape::Area { corners },
        };
        let (code, name, enterprise) = (record.code.clone(), record.name.clone(), record.enterprise.clone());
        Ok(Some(Self { code, name, division: record.division, enterprise, shape, fence }))
    }

    /// Whether it is for a vehicle: named, or of its class and enterprise; always of its division. Who may draw a fence
    /// in a county raises no alarms on vehicles of another.
    pub(crate) fn concerns(&self, vehicle: &Record) -> bool {
        if !self.division.contains(&vehicle.division) {
            return false;
        }
        if !self.fence.vehicles.is_empty() {
            return self.fence.vehicles.contains(&vehicle.code);
        }
        let class = self.fence.vehicle_class.is_none_or(|class| vehicle.text("vehicle_class") == Some(class.as_str()));
        class && self.enterprise.as_ref().is_none_or(|own| vehicle.enterprise.as_ref() == Some(own))
    }

    fn beyond_code(&self) -> Option<String> {
        (self.fence.sense != FenceSense::SpeedOnly).then(|| format!("{PREFIX}{}", self.code))
    }

    fn speed_code(&self) -> Option<String> {
        self.fence.speed_limit_kmh.map(|_| format!("{PREFIX}{}.speed", self.code))
    }

    /// The series it wants of each vehicle.
    pub(crate) fn wants(&self) -> Vec<Wanted> {
        // The name of a series is bounded like that of a record, and holds more than the fence's.
        let name: String = self.name.chars().take(LONGEST_NAME).collect();
        let (deed, deed_en) = match self.fence.sense {
            FenceSense::KeepIn => ("驶出", "outside"),
            FenceSense::KeepOut | FenceSense::SpeedOnly => ("驶入", "inside"),
        };
        let tolerance = self.fence.tolerance_m.unwrap_or(TOLERANCE_M);
        let beyond = self.beyond_code().map(|code| Wanted {
            code,
            name: format!("{deed}围栏“{name}”的距离"),
            name_en: format!("Distance {deed_en} the fence {name}"),
            unit: "m",
            rule: format!("{deed}电子围栏"),
            condition: self.condition(tolerance, tolerance * 2.0),
        });
        let speed = self.speed_code().zip(self.fence.speed_limit_kmh).map(|(code, limit)| Wanted {
            code,
            name: format!("围栏“{name}”内的车速"),
            name_en: format!("Speed inside the fence {name}"),
            unit: "km/h",
            rule: "围栏内超速".to_owned(),
            condition: self.condition(f64::from(limit) + LEAST_EXCESS_KMH, SPEED_DEADBAND_KMH),
        });
        beyond.into_iter().chain(speed).collect()
    }

    fn condition(&self, limit: f64, deadband: f64) -> RuleCondition {
        RuleCondition {
            kind: RuleKind::High,
            limit: Some(limit),
            deadband,
            window_seconds: None,
            direction: None,
            method: None,
            training_readings: None,
            intensity: None,
            on_delay_seconds: self.fence.confirm_seconds.unwrap_or(CONFIRM_SECONDS),
            off_delay_seconds: 0,
            priority: match self.fence.priority {
                FencePriority::Urgent => AlarmPriority::Urgent,
                FencePriority::High => AlarmPriority::High,
                FencePriority::Medium => AlarmPriority::Medium,
                FencePriority::Low => AlarmPriority::Low,
            },
            level: None,
            schedule: schedule(&self.fence),
            instruction: self.fence.instruction.clone().filter(|text| !text.is_empty()),
            plan: None,
        }
    }

    /// What its series say of a position: code and value. How far the vehicle is beyond the edge, in the direction that
    /// is forbidden; its speed while it is inside, else 0.
    pub(crate) fn values(&self, fix: &Fix) -> Vec<(String, String)> {
        let depth = self.shape.depth_m(Point { lon: fix.lon, lat: fix.lat });
        let beyond = if self.fence.sense == FenceSense::KeepIn { -depth } else { depth };
        let speed = if depth > 0.0 { fix.speed_kmh.unwrap_or(0.0) } else { 0.0 };
        let beyond = self.beyond_code().map(|code| (code, format!("{beyond:.1}")));
        let speed = self.speed_code().map(|code| (code, format!("{speed:.1}")));
        beyond.into_iter().chain(speed).collect()
    }
}
