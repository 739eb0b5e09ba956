//! All vehicles on one day: who drove too long or too fast.

use std::cmp::Reverse;
use std::collections::HashMap;

use fengsui_kernel::clock::from_millis;
use fengsui_kernel::{DivisionCode, Fault, Principal, Result, Timestamp};
use fengsui_motion::Totals;
use fengsui_registry::Record;
use jiff::ToSpan as _;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::clauses::{Clause, clauses};
use super::record::{VehicleFacts, facts, judged, practice};
use crate::app::App;

/// Vehicles whose day is read for one answer: each takes some ten milliseconds.
const MOST_VEHICLES: usize = 1_000;

/// What is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
pub struct FleetQuestion {
    /// The day, `YYYY-MM-DD`, of Beijing time; today if absent.
    pub day: Option<String>,
    /// A division and all below.
    pub division: Option<DivisionCode>,
    /// One enterprise, by record id.
    pub enterprise: Option<String>,
    /// Only vehicles that broke a rule.
    #[serde(default)]
    pub broken_only: bool,
}

/// One vehicle's day.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FleetLine {
    /// The vehicle.
    pub vehicle: VehicleFacts,
    /// Sums of the day.
    pub totals: Totals,
    /// Overspeeds.
    pub speeding: usize,
    /// The greatest excess over a limit, km/h.
    pub greatest_excess_kmh: Option<f64>,
    /// Times of driving without enough rest.
    pub fatigue: usize,
    /// The first thing that was wrong.
    pub first_at: Option<Timestamp>,
}

/// The fleet on one day.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FleetReport {
    /// The day.
    pub day: String,
    /// From when.
    pub from: Timestamp,
    /// Until when; the present while the day lasts.
    pub to: Timestamp,
    /// Vehicles looked at.
    pub vehicles: usize,
    /// Of these drove at all.
    pub drove: usize,
    /// Of these drove too fast.
    pub speeding: usize,
    /// Of these drove too long.
    pub fatigue: usize,
    /// Of these moved while nothing was heard of them.
    pub displaced: usize,
    /// The vehicles, the worst first.
    pub lines: Vec<FleetLine>,
    /// Vehicles that were not looked at: ask for a division or an enterprise.
    pub more: usize,
    /// The rules in words.
    pub clauses: Vec<Clause>,
}

/// The span of a day, the present at most.
fn span(day: Option<&str>, now: Timestamp) -> Result<(Date, Timestamp, Timestamp)> {
    let zone = TimeZone::fixed(Offset::constant(8));
    let day = match day {
        None => now.to_zoned(zone.clone()).date(),
        Some(text) => text.parse().map_err(|_| Fault::field("day", "malformed_date"))?,
    };
    let at = |day: Date| {
        let start = day.to_zoned(zone.clone()).map_err(Fault::internal)?;
        Ok::<_, Fault>(from_millis(start.timestamp().as_millisecond()))
    };
    let next = day.checked_add(1.day()).map_err(|_| Fault::field("day", "malformed_date"))?;
    let from = at(day)?;
    Ok((day, from, at(next)?.min(now).max(from_millis(from.as_millisecond() + 1))))
}

/// Reckons the day of all vehicles that the caller may see.
pub async fn fleet(app: &App, caller: &Principal, question: &FleetQuestion) -> Result<FleetReport> {
    let (day, from, to) = span(question.day.as_deref(), app.db.now())?;
    let asked = |enterprise: Option<&str>, division: &DivisionCode| {
        question.division.is_none_or(|own| own.contains(division))
            && question.enterprise.as_deref().is_none_or(|own| enterprise == Some(own))
    };
    let positions = app.series.positions(caller).await?;
    let ids: Vec<String> = positions.into_iter().map(|one| one.device).collect();
    let records = app.registry.find_by_ids(&ids).await?;
    let records: HashMap<String, Record> = records.into_iter().map(|one| (one.id.to_string(), one)).collect();
    let mut lines = Vec::new();
    let more = app
        .series
        .tracks(caller, (from, to), MOST_VEHICLES, asked, |followed| {
            let record = records.get(&followed.device).cloned();
            let driving = judged(&followed.fixes, from, practice(record.as_ref()));
            let excess = driving.speeding.iter().map(|one| one.greatest_kmh - one.limit_kmh);
            let firsts = driving.speeding.iter().map(|one| one.begin);
            lines.push(FleetLine {
                greatest_excess_kmh: excess.reduce(f64::max),
                first_at: firsts.chain(driving.fatigue.iter().map(|one| one.exceeded_at)).min(),
                vehicle: facts(caller, &followed, record),
                totals: driving.totals,
                speeding: driving.speeding.len(),
                fatigue: driving.fatigue.len(),
            });
        })
        .await?;
    let count = |is: fn(&FleetLine) -> bool| lines.iter().filter(|line| is(line)).count();
    let mut report = FleetReport {
        day: day.to_string(),
        from,
        to,
        vehicles: lines.len(),
        drove: count(|line| line.totals.trips > 0),
        speeding: count(|line| line.speeding > 0),
        fatigue: count(|line| line.fatigue > 0),
        displaced: count(|line| line.totals.displaced > 0),
        lines: Vec::new(),
        more,
        clauses: clauses(),
    };
    lines.retain(|line| !question.broken_only || line.fatigue + line.speeding + line.totals.displaced > 0);
    lines.sort_by(|one, other| worst(one).cmp(&worst(other)).then_with(|| one.vehicle.name.cmp(&other.vehicle.name)));
    report.lines = lines;
    Ok(report)
}

/// Tired drivers first, then the fastest, then those of whom nothing was heard on the way.
fn worst(line: &FleetLine) -> Reverse<(i64, u64, usize)> {
    // An excess is never negative, so that its bits are in order.
    Reverse((line.totals.fatigue_seconds, line.greatest_excess_kmh.unwrap_or(0.0).to_bits(), line.totals.displaced))
}
