//! A tank truck of the demonstration that goes round and round, with the track of the hours before the start.
//!
//! Where it is, is a function of time alone: a restart goes on where it would have been. In each round it stands, drives
//! too fast for some minutes, is not heard for some, and is driven too long without a rest.

use std::time::Duration;

use anyhow::{Context as _, Result};
use fengsui_kernel::clock::from_millis;
use fengsui_kernel::reading::Quality;
use fengsui_kernel::{Principal, Timestamp};
use fengsui_registry::Registry;
use fengsui_series::{Ingest, Reading, SeriesEngine, Submission};
use fengsui_server::sensing::{self, SeriesDraft};
use serde_json::json;

/// Its terminal.
const TERMINAL: &str = "DEMO-VT-001";
/// Seconds between positions.
const EVERY_SECONDS: i64 = 15;
/// Hours of track that are there at the start.
const HOURS: i64 = 8;
/// Series: code, names, unit.
const SERIES: [(&str, &str, &str, &str); 6] = [
    ("lng", "经度", "Longitude", "°"),
    ("lat", "纬度", "Latitude", "°"),
    ("speed_kmh", "车速", "Speed", "km/h"),
    ("direction", "方向", "Heading", "°"),
    ("alarm.overspeed", "终端超速报警", "Terminal: overspeed", ""),
    ("alarm.fatigue", "终端疲劳驾驶报警", "Terminal: fatigue", ""),
];
/// The way round: Ningdong, Lingwu, Wuzhong, Yongning, Lingwu, Ningdong; degrees.
const WAY: [(f64, f64); 14] = [
    (106.561, 38.169),
    (106.520, 38.150),
    (106.455, 38.128),
    (106.400, 38.112),
    (106.345, 38.098),
    (106.300, 38.050),
    (106.215, 37.990),
    (106.190, 38.060),
    (106.205, 38.170),
    (106.246, 38.278),
    (106.300, 38.240),
    (106.380, 38.190),
    (106.470, 38.182),
    (106.561, 38.169),
];
/// One round of the clock: minutes at a speed, km/h, and whether its terminal is heard.
const ROUND: [(i64, f64, bool); 10] = [
    (30, 0.0, true),
    (40, 62.0, true),
    (8, 92.0, true),
    (25, 70.0, true),
    (9, 70.0, false),
    (26, 70.0, true),
    (12, 0.0, true),
    (100, 65.0, true),
    (40, 58.0, true),
    (70, 0.0, true),
];

/// What it does at a moment.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Moment {
    lon: f64,
    lat: f64,
    speed_kmh: f64,
    direction: f64,
    heard: bool,
    /// Driven longer than four hours of this round.
    tired: bool,
}

fn kilometres(one: (f64, f64), next: (f64, f64)) -> f64 {
    let (east, north) = ((next.0 - one.0) * one.1.to_radians().cos() * 111.195, (next.1 - one.1) * 111.195);
    east.hypot(north)
}

/// The place after some kilometres of the way, and the heading there.
fn on_the_way(kilometres_driven: f64) -> (f64, f64, f64) {
    let edges: Vec<_> = WAY.iter().copied().zip(WAY.iter().copied().skip(1)).collect();
    let whole: f64 = edges.iter().map(|(one, next)| kilometres(*one, *next)).sum();
    let mut left = kilometres_driven.rem_euclid(whole);
    for (one, next) in edges {
        let length = kilometres(one, next);
        if left <= length {
            let share = left / length;
            let (east, north) = ((next.0 - one.0) * one.1.to_radians().cos(), next.1 - one.1);
            let heading = east.atan2(north).to_degrees().rem_euclid(360.0).round();
            return (one.0 + (next.0 - one.0) * share, one.1 + (next.1 - one.1) * share, heading);
        }
        left -= length;
    }
    (WAY[0].0, WAY[0].1, 0.0)
}

fn moment(at: Timestamp) -> Moment {
    let round: i64 = ROUND.iter().map(|(minutes, ..)| minutes * 60).sum();
    let of_round: f64 = ROUND.iter().map(|(minutes, speed, _)| *minutes as f64 / 60.0 * speed).sum();
    let seconds = at.as_second();
    let (mut left, mut driven) = (seconds.rem_euclid(round), seconds.div_euclid(round) as f64 * of_round);
    let (mut speed_kmh, mut heard, mut driving) = (0.0, true, 0);
    for (minutes, speed, is_heard) in ROUND {
        let within = left.min(minutes * 60);
        driven += within as f64 / 3600.0 * speed;
        driving += if speed > 0.0 { within } else { 0 };
        (speed_kmh, heard) = (speed, is_heard);
        left -= within;
        if within < minutes * 60 {
            break;
        }
    }
    let (lon, lat, direction) = on_the_way(driven);
    // A wheel is never held quite still.
    let speed_kmh = if speed_kmh > 0.0 { speed_kmh + (seconds % 7) as f64 * 0.6 - 1.8 } else { 0.0 };
    Moment { lon, lat, speed_kmh, direction, heard, tired: speed_kmh > 0.0 && driving > 4 * 3600 }
}

/// Makes the terminal and its series known.
pub(super) async fn load(registry: &Registry, engine: &SeriesEngine, system: &Principal) -> Result<()> {
    if registry.find_by_code("device", TERMINAL).await?.is_some() {
        return Ok(());
    }
    let record = json!({
        "kind": "device", "code": TERMINAL, "name": "示例·危化品运输车 1 号", "division": "640181000000",
        "location": { "lon": WAY[0].0, "lat": WAY[0].1 }, "enterprise": "DEMO-ENT-011",
        "attributes": {
            "category": "vehicle_terminal", "protocol": "jt808", "model": "示例-VT808", "installation": null,
            "serial": "13900000001", "plate": "宁A·示001", "vehicle_class": "dangerous_goods", "speed_limit_kmh": 80,
        },
    });
    registry.load_jsonl(system, record.to_string().as_bytes()).await.context("the vehicle of the demonstration")?;
    let device = registry.find_by_code("device", TERMINAL).await?.context("the vehicle was made")?;
    engine.keep_device(system, &sensing::device_facts(&device)).await?;
    for (code, name, name_en, unit) in SERIES {
        let (low, high) = if code == "speed_kmh" { (Some(0.0), Some(160.0)) } else { (None, None) };
        let draft = SeriesDraft {
            device: TERMINAL.to_owned(),
            code: code.to_owned(),
            name: name.to_owned(),
            name_en: Some(name_en.to_owned()),
            unit: unit.to_owned(),
            installation: None,
            low,
            high,
            // It is not heard for nine minutes of each round, and that is to be seen on its track, not on the desk.
            expected_interval_seconds: Some(300),
            version: None,
        };
        engine.register(system, sensing::registration(registry, draft).await?).await?;
    }
    Ok(())
}

fn readings(at: Timestamp, historical: bool) -> Vec<Reading> {
    let now = moment(at);
    if !now.heard {
        return Vec::new();
    }
    let bit = |set: bool| String::from(if set { "1" } else { "0" });
    let values = [
        format!("{:.6}", now.lon),
        format!("{:.6}", now.lat),
        format!("{:.1}", now.speed_kmh),
        format!("{:.0}", now.direction),
        bit(now.speed_kmh > 80.0),
        bit(now.tired),
    ];
    let reading = |((code, ..), value): ((&str, &str, &str, &str), String)| Reading {
        code: code.into(),
        observed_at: at,
        value_text: value.into(),
        quality: Quality::Good,
        historical,
        optional: true,
    };
    SERIES.into_iter().zip(values).map(reading).collect()
}

/// Drives: first the hours before the start, then on and on.
pub(super) async fn run(ingest: &Ingest) -> Result<()> {
    let every = EVERY_SECONDS * 1000;
    let start = ingest.now().as_millisecond().div_euclid(every) * every;
    let past: Vec<i64> = (0..HOURS * 3600 / EVERY_SECONDS).rev().map(|back| start - (back + 1) * every).collect();
    // A submission has a bound of its own.
    for part in past.chunks(1_000) {
        let readings = part.iter().flat_map(|at| readings(from_millis(*at), true)).collect();
        submit(ingest, readings).await?;
    }
    let mut tick = tokio::time::interval(Duration::from_secs(EVERY_SECONDS.unsigned_abs()));
    loop {
        tick.tick().await;
        let at = ingest.now().as_millisecond().div_euclid(every) * every;
        submit(ingest, readings(from_millis(at), false)).await?;
    }
}

async fn submit(ingest: &Ingest, readings: Vec<Reading>) -> Result<()> {
    if readings.is_empty() {
        return Ok(());
    }
    let submission =
        Submission { device_key: TERMINAL.to_owned(), protocol: "jt808".to_owned(), readings, raw_ref: None };
    ingest.submit(submission).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_never_leaps_and_breaks_each_rule_once_a_round() {
        let start: i64 = 1_767_225_600;
        let round: Vec<Moment> =
            (0..360 * 60).step_by(15).map(|second| moment(from_millis((start + second) * 1000))).collect();
        for pair in round.windows(2) {
            let leap = kilometres((pair[0].lon, pair[0].lat), (pair[1].lon, pair[1].lat));
            assert!(leap < 0.45, "{leap} km in 15 s: {pair:?}");
        }
        assert!(round.iter().any(|one| one.speed_kmh > 80.0) && round.iter().any(|one| !one.heard));
        assert!(round.iter().any(|one| one.tired));
    }
}
