//! One vehicle: its track and its driving record.

use fengsui_kernel::{Place, Principal, Result, Timestamp};
use fengsui_motion::{Driving, Fix, Gap, Practice, VehicleClass, driving, gaps, geojson, gpx, simplify};
use fengsui_registry::Record;
use fengsui_series::{Followed, ReportedAlarm, TrackLook};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::clauses::{Clause, clauses};
use crate::app::App;

/// Points of one answer unless fewer are asked for.
const USUAL_POINTS: usize = 2_000;
/// Points of one answer at most.
const MOST_POINTS: usize = 10_000;
/// Points may be left out where nobody sees it on a map of a county.
const USUAL_TOLERANCE_M: f64 = 5.0;

/// Which part of a track.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, JsonSchema)]
pub struct TrackQuestion {
    /// From this time on.
    pub from: Timestamp,
    /// Before this time, at most seven days later.
    pub to: Timestamp,
    /// How far a point that is left out may lie from the line, metres; 5 if absent.
    pub tolerance_m: Option<f64>,
    /// How many points at most, up to 10,000; 2,000 if absent. The tolerance grows until it is so.
    pub most: Option<usize>,
}

/// The vehicle that a record is about.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct VehicleFacts {
    /// The device, by record id.
    pub device: String,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Number plate; absent where the ledger does not say or may not be read.
    pub plate: Option<String>,
    /// Its enterprise's name; absent likewise.
    pub enterprise_name: Option<String>,
    /// What it carries.
    pub class: VehicleClass,
}

/// Where a vehicle was.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Track {
    /// The vehicle.
    pub vehicle: VehicleFacts,
    /// From when.
    pub from: Timestamp,
    /// Until when.
    pub to: Timestamp,
    /// Positions, oldest first, made fewer.
    pub points: Vec<Fix>,
    /// Positions before they were made fewer.
    pub positions: usize,
    /// Positions that the receiver itself did not trust; they are left out.
    pub unusable: usize,
    /// No position left out lies farther from the line than this, metres.
    pub tolerance_m: f64,
    /// Times of more than five minutes without a position.
    pub gaps: Vec<Gap>,
    /// Alarms that the terminal reported.
    pub alarms: Vec<ReportedAlarm>,
    /// There were more positions than are read at once: the oldest are missing.
    pub cut: bool,
}

/// What a vehicle did, and by which rules that was judged.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct DrivingRecord {
    /// The vehicle.
    pub vehicle: VehicleFacts,
    /// From when.
    pub from: Timestamp,
    /// Until when.
    pub to: Timestamp,
    /// Trips, stops, gaps, overspeeds, driving without rest. What went on when the span began is told from its begin.
    #[serde(flatten)]
    pub driving: Driving,
    /// The rules in words.
    pub clauses: Vec<Clause>,
}

/// The ledger's entry of a vehicle, if the caller may read it.
pub(super) fn readable(caller: &Principal, record: Option<Record>) -> Option<Record> {
    record.filter(|record| {
        let place = Place { division: record.division, enterprise: record.enterprise.clone() };
        caller.may("read", "device", &place)
    })
}

/// By which figures a vehicle is judged. Everybody's are the same, whoever may read the ledger.
pub(super) fn practice(record: Option<&Record>) -> Practice {
    let class =
        record.and_then(|record| record.text("vehicle_class")).map_or(VehicleClass::Other, VehicleClass::from_stored);
    let limit = record.and_then(|record| record.attributes.get("speed_limit_kmh")).and_then(Value::as_f64);
    Practice::of(class, limit)
}

pub(super) fn facts(caller: &Principal, followed: &Followed, record: Option<Record>) -> VehicleFacts {
    let class = practice(record.as_ref()).class;
    let record = readable(caller, record);
    VehicleFacts {
        device: followed.device.clone(),
        code: followed.code.clone(),
        name: followed.name.clone(),
        plate: record
            .as_ref()
            .and_then(|record| record.text("plate"))
            .filter(|plate| !plate.is_empty())
            .map(str::to_owned),
        enterprise_name: record.and_then(|record| record.enterprise_name),
        class,
    }
}

/// Where a vehicle was.
pub async fn track(app: &App, caller: &Principal, device: &str, question: &TrackQuestion) -> Result<Track> {
    let span = (question.from, question.to);
    let followed = app.series.track(caller, device, span, TrackLook::Track).await?;
    let record = app.registry.find_by_id(&followed.device).await?;
    let figures = practice(record.as_ref());
    let most = question.most.unwrap_or(USUAL_POINTS).clamp(2, MOST_POINTS);
    let tolerance_m = question.tolerance_m.unwrap_or(USUAL_TOLERANCE_M);
    let fewer = simplify(&followed.fixes, tolerance_m, most, figures.gap_seconds);
    Ok(Track {
        vehicle: facts(caller, &followed, record),
        from: question.from,
        to: question.to,
        points: fewer.kept,
        positions: followed.fixes.len(),
        unusable: followed.unusable,
        tolerance_m: fewer.tolerance_m,
        gaps: gaps(&followed.fixes, figures.gap_seconds, figures.jitter_m),
        alarms: followed.alarms,
        cut: followed.cut,
    })
}

/// The whole track as the text of a file, with the vehicle's code.
pub async fn files(
    app: &App,
    caller: &Principal,
    device: &str,
    question: &TrackQuestion,
    as_gpx: bool,
) -> Result<(String, String)> {
    let span = (question.from, question.to);
    let followed = app.series.track(caller, device, span, TrackLook::File).await?;
    let gap = Practice::of(VehicleClass::Other, None).gap_seconds;
    let text = if as_gpx {
        gpx(&followed.name, &followed.fixes, gap)
    } else {
        geojson(&followed.name, &followed.fixes, gap).to_string()
    };
    Ok((followed.code, text))
}

/// What a vehicle did.
pub async fn driving_record(
    app: &App,
    caller: &Principal,
    device: &str,
    question: &TrackQuestion,
) -> Result<DrivingRecord> {
    let span = (question.from, question.to);
    let followed = app.series.track(caller, device, span, TrackLook::Driving).await?;
    let record = app.registry.find_by_id(&followed.device).await?;
    let driving = judged(&followed.fixes, question.from, practice(record.as_ref()));
    let vehicle = facts(caller, &followed, record);
    Ok(DrivingRecord { vehicle, from: question.from, to: question.to, driving, clauses: clauses() })
}

/// The record of the fixes from `from` on; what was broken across `from` is told with its own begin.
pub(super) fn judged(fixes: &[Fix], from: Timestamp, practice: Practice) -> Driving {
    let own = fixes.get(fixes.partition_point(|fix| fix.at < from)..).unwrap_or_default();
    let mut told = driving(own, practice);
    let with_lead = driving(fixes, practice);
    told.speeding = with_lead.speeding.into_iter().filter(|one| one.end > from).collect();
    told.fatigue = with_lead.fatigue.into_iter().filter(|one| one.end > from).collect();
    told.totals.fatigue_seconds = told.fatigue.iter().map(|one| one.driven_seconds).max().unwrap_or(0);
    told
}
