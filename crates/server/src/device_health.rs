//! How well devices are: what the series engine sees of them, with the calibration that the ledger knows, named and
//! in order of urgency.

use std::collections::{BTreeMap, HashMap};

use fengsui_kernel::{DivisionCode, Place, Principal, Result, Timestamp};
use fengsui_registry::Record;
use fengsui_series::{CLOCK_TOLERANCE_SECONDS, DeviceHealth, DeviceTrouble, Presence, TroubleView, VitalView};
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use jiff::{Span, Unit};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::app::App;

/// A calibration is told so many days before it is due.
const SOON_DAYS: i64 = 30;

/// What is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
pub struct HealthQuestion {
    /// Only devices with this trouble.
    pub trouble: Option<DeviceTrouble>,
    /// A division and all below.
    pub division: Option<DivisionCode>,
    /// One enterprise, by record id.
    pub enterprise: Option<String>,
    /// One device, by record id: told even if nothing is wrong.
    pub device: Option<String>,
}

/// When a device was calibrated (检定、校准) and when it is due again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Calibration {
    /// When it was last calibrated, `YYYY-MM-DD`.
    pub calibrated_on: Option<String>,
    /// When it is due again, `YYYY-MM-DD`; absent without a period.
    pub due_on: Option<String>,
    /// Number of the certificate.
    pub certificate: Option<String>,
}

/// A device with what is wrong with it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct HealthLine {
    /// The device, by record id.
    pub device: String,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its enterprise's name.
    pub enterprise_name: Option<String>,
    /// What it is now.
    pub presence: Presence,
    /// When it was last heard.
    pub last_heard_at: Option<Timestamp>,
    /// What is wrong, the most urgent first.
    pub troubles: Vec<TroubleView>,
    /// Seconds by which its clock is slow; negative where it is fast; absent while too few messages came.
    pub clock_seconds: Option<i64>,
    /// Battery, supply and signal.
    pub vitals: Vec<VitalView>,
    /// When it was calibrated; absent where the ledger does not say or may not be read.
    pub calibration: Option<Calibration>,
}

/// How many devices have a trouble.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TroubleCount {
    /// What.
    pub trouble: DeviceTrouble,
    /// Devices.
    pub devices: u64,
}

/// The devices that somebody should look at.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct HealthReport {
    /// When it was reckoned.
    pub at: Timestamp,
    /// A clock that is off by more seconds is told.
    pub clock_tolerance_seconds: i64,
    /// Devices looked at.
    pub devices: u64,
    /// Devices by trouble, in order of urgency.
    pub counts: Vec<TroubleCount>,
    /// The devices, the most urgent first; those out of service at the end.
    pub lines: Vec<HealthLine>,
    /// Lines that were left off.
    pub more: u64,
}

/// Looks at the devices; at most so many lines.
pub async fn report(app: &App, caller: &Principal, question: &HealthQuestion, most: usize) -> Result<HealthReport> {
    let at = app.db.now();
    let mut found = app.series.device_health(caller, question.device.as_deref()).await?;
    found.retain(|one| {
        question.division.is_none_or(|asked| asked.contains(&one.device.division))
            && question.enterprise.as_ref().is_none_or(|asked| one.device.enterprise.as_ref() == Some(asked))
    });
    let records = records(app, caller, &found).await?;
    let today = at.to_zoned(TimeZone::fixed(Offset::constant(8))).date();
    let devices = found.len() as u64;
    let mut lines: Vec<HealthLine> = found.into_iter().map(|one| line(one, &records, today)).collect();
    let mut counts: BTreeMap<DeviceTrouble, u64> = BTreeMap::new();
    for line in &lines {
        let mut own: Vec<DeviceTrouble> = line.troubles.iter().map(|one| one.trouble).collect();
        own.dedup();
        for trouble in own {
            *counts.entry(trouble).or_default() += 1;
        }
    }
    lines.retain(|line| match question.trouble {
        Some(asked) => line.troubles.iter().any(|one| one.trouble == asked),
        None => question.device.is_some() || !line.troubles.is_empty(),
    });
    lines.sort_by(|one, other| urgency(one).cmp(&urgency(other)).then_with(|| one.name.cmp(&other.name)));
    let more = lines.len().saturating_sub(most) as u64;
    lines.truncate(most);
    let counts = counts.into_iter().map(|(trouble, devices)| TroubleCount { trouble, devices }).collect();
    Ok(HealthReport { at, clock_tolerance_seconds: CLOCK_TOLERANCE_SECONDS, devices, counts, lines, more })
}

fn urgency(line: &HealthLine) -> (bool, Option<DeviceTrouble>, std::cmp::Reverse<usize>) {
    let out = line.presence == Presence::OutOfService;
    (out, line.troubles.first().map(|one| one.trouble), std::cmp::Reverse(line.troubles.len()))
}

/// The ledger entries of the devices that the caller may read there.
async fn records(app: &App, caller: &Principal, found: &[DeviceHealth]) -> Result<HashMap<String, Record>> {
    let ids: Vec<String> = found.iter().map(|one| one.device.device.clone()).collect();
    let seen = |record: &Record| {
        let place = Place { division: record.division, enterprise: record.enterprise.clone() };
        caller.may("read", "device", &place)
    };
    let records = app.registry.find_by_ids(&ids).await?;
    Ok(records.into_iter().filter(seen).map(|record| (record.id.to_string(), record)).collect())
}

fn line(one: DeviceHealth, records: &HashMap<String, Record>, today: Date) -> HealthLine {
    let record = records.get(&one.device.device);
    let calibration = record.and_then(calibration);
    let mut troubles = one.troubles;
    let due = calibration.as_ref().and_then(|one| one.due_on.as_deref()).and_then(|due| due.parse().ok());
    troubles.extend(due.and_then(|due| calibration_trouble(due, today)));
    troubles.sort_by_key(|one| one.trouble);
    HealthLine {
        device: one.device.device,
        code: one.device.code,
        name: one.device.name,
        enterprise_name: record.and_then(|record| record.enterprise_name.clone()),
        presence: one.device.presence,
        last_heard_at: one.device.last_heard_at,
        troubles,
        clock_seconds: one.clock_seconds,
        vitals: one.vitals,
        calibration,
    }
}

fn calibration(record: &Record) -> Option<Calibration> {
    let calibrated_on = record.text("calibrated_on").map(str::to_owned);
    let certificate = record.text("calibration_certificate").filter(|text| !text.is_empty()).map(str::to_owned);
    let months = record.attributes.get("calibration_months").and_then(Value::as_i64);
    let day = calibrated_on.as_deref().and_then(|text| text.parse::<Date>().ok());
    let due_on = day.zip(months).and_then(|(day, months)| due(day, months)).map(|due| due.to_string());
    (calibrated_on.is_some() || certificate.is_some()).then_some(Calibration { calibrated_on, due_on, certificate })
}

/// The day on which a calibration of some day is due again.
fn due(calibrated_on: Date, months: i64) -> Option<Date> {
    calibrated_on.checked_add(Span::new().try_months(months).ok()?).ok()
}

fn calibration_trouble(due: Date, today: Date) -> Option<TroubleView> {
    let days = i64::from(today.until((Unit::Day, due)).ok()?.get_days());
    let trouble = match days {
        ..0 => DeviceTrouble::CalibrationOverdue,
        0..=SOON_DAYS => DeviceTrouble::CalibrationSoon,
        _ => return None,
    };
    Some(TroubleView { days: Some(days), ..TroubleView::of(trouble) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().expect("a day")
    }

    #[test]
    fn a_calibration_is_due_after_its_months_and_never_beyond_the_end_of_one() {
        assert_eq!(due(day("2025-11-22"), 12), Some(day("2026-11-22")));
        assert_eq!(due(day("2025-08-31"), 6), Some(day("2026-02-28")));
    }

    #[test]
    fn it_is_told_thirty_days_before_and_overdue_the_day_after() {
        let told = |due: &str| calibration_trouble(day(due), day("2026-11-22")).map(|one| (one.trouble, one.days));
        assert_eq!(told("2026-11-21"), Some((DeviceTrouble::CalibrationOverdue, Some(-1))));
        assert_eq!(told("2026-11-22"), Some((DeviceTrouble::CalibrationSoon, Some(0))));
        assert_eq!(told("2026-12-22"), Some((DeviceTrouble::CalibrationSoon, Some(30))));
        assert_eq!(told("2026-12-23"), None);
    }
}
