//! Where devices that move were: their kept positions as one track, and who looked.
//!
//! Where somebody drove is personal data of the driver: every look leaves an entry in the trace.

use std::collections::BTreeMap;

use fengsui_kernel::clock::from_millis;
use fengsui_kernel::{DivisionCode, Fault, Point, Principal, Result, Timestamp};
use fengsui_motion::Fix;
use fengsui_storage::Subject;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use crate::catalogue::Device;
use crate::engine::SeriesEngine;
use crate::tracking::place;
use crate::view::AlarmPosition;

/// The longest span of one track, in days.
pub const LONGEST_TRACK_DAYS: i64 = 7;
/// A driving record is judged from so long before its span: who drove all the evening is tired at midnight.
const LEAD_HOURS: i64 = 12;
/// A position older than this says nothing of where a device is, or was when an alarm was raised.
const POSITION_SECONDS: i64 = 600;
/// Positions read for one track: a week of one every ten seconds has 60,480.
const MOST_FIXES: usize = 120_000;
/// Changes of one alarm bit that are read.
const MOST_CHANGES: usize = 2_000;
/// Longitude, latitude, speed, heading.
const PARTS: [&str; 4] = ["lng", "lat", "speed_kmh", "direction"];

/// A device that moves, with what it sent in a span of time.
#[derive(Debug, Clone, PartialEq)]
pub struct Followed {
    /// The device, by record id.
    pub device: String,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its division.
    pub division: DivisionCode,
    /// Its enterprise, by record id.
    pub enterprise: Option<String>,
    /// Its good positions, oldest first, one for each moment; of a driving record also those of the twelve hours
    /// before the span.
    pub fixes: Vec<Fix>,
    /// Positions that the receiver itself did not trust; they are no fixes.
    pub unusable: usize,
    /// The alarms that it reported, in order of their begin.
    pub alarms: Vec<ReportedAlarm>,
    /// There were more positions than are read at once: the oldest are missing.
    pub cut: bool,
}

/// An alarm bit that was set for a time.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ReportedAlarm {
    /// Which, by the code of its series without `alarm.`.
    pub alarm: String,
    /// Since when; absent where it was set before the span.
    pub begin: Option<Timestamp>,
    /// Until when; absent where it is still set at the end of the span.
    pub end: Option<Timestamp>,
    /// Where it was set: the newest position not later than that.
    pub at: Option<Point>,
}

/// What is looked at, as the trace tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrackLook {
    /// The track itself.
    Track,
    /// The driving record.
    Driving,
    /// A file.
    File,
}

impl TrackLook {
    fn as_str(self) -> &'static str {
        match self {
            Self::Track => "track",
            Self::Driving => "driving",
            Self::File => "file",
        }
    }
}

/// A device's series that a track is made of.
struct Sources {
    found: Followed,
    parts: [Option<i64>; 4],
    alarms: Vec<(String, i64)>,
}

impl SeriesEngine {
    /// What a device sent from `from` up to but without `to`, at most seven days; the look is traced.
    pub async fn track(
        &self,
        principal: &Principal,
        device: &str,
        (from, to): (Timestamp, Timestamp),
        look: TrackLook,
    ) -> Result<Followed> {
        checked(from, to)?;
        let sources = self.sources(principal, device).await?;
        let mut tx = self.begin(principal).await?;
        let subject = Subject::at("device", device, sources.found.division);
        tx.trace("device.track_read", subject, json!({"from": from, "to": to, "what": look.as_str()}));
        tx.commit().await?;
        let begin = if look == TrackLook::Driving { with_lead(from) } else { from };
        self.read(sources, begin, to).await
    }

    /// The same of `most` devices that move and that `wanted` asks for by enterprise and division, one after the other,
    /// told to `take`; answers how many more there are. One entry of the trace tells of all.
    pub async fn tracks(
        &self,
        principal: &Principal,
        (from, to): (Timestamp, Timestamp),
        most: usize,
        wanted: impl Fn(Option<&str>, &DivisionCode) -> bool,
        mut take: impl FnMut(Followed),
    ) -> Result<usize> {
        checked(from, to)?;
        let mut devices = self.moving(principal, wanted).await?;
        let more = devices.len().saturating_sub(most);
        devices.truncate(most);
        let mut tx = self.begin(principal).await?;
        let data = json!({"from": from, "to": to, "what": "driving", "devices": devices.len()});
        tx.trace("device.tracks_read", Subject::new("device", "*"), data);
        tx.commit().await?;
        for device in devices {
            let sources = self.sources(principal, &device).await?;
            take(self.read(sources, with_lead(from), to).await?);
        }
        Ok(more)
    }

    /// For the platform's own judgements: the record ids of all devices that have positions.
    pub async fn moving_devices(&self) -> Vec<String> {
        let catalogue = self.core.catalogue.lock().await;
        let moves = |device: &&Device| ["lng", "lat"].iter().all(|code| device.codes.contains_key(*code));
        catalogue.devices.values().filter(moves).map(|device| device.row.id.clone()).collect()
    }

    /// For the platform's own judgements: the live good positions of devices after a time, by time of measurement; the
    /// newest alone where no time is given, if it is no older than ten minutes. Devices without news are left out at the cost of one comparison.
    pub async fn positions_after(&self, asked: &[(String, Option<Timestamp>)]) -> Result<Vec<(String, Vec<Fix>)>> {
        let recent = from_millis(self.core.db.now().as_millisecond() - POSITION_SECONDS * 1000);
        let mut news = Vec::new();
        {
            let catalogue = self.core.catalogue.lock().await;
            for (id, after) in asked {
                let Some(device) = catalogue.devices.get(id) else { continue };
                let parts = PARTS.map(|code| device.codes.get(code).copied());
                let live = |series: Option<i64>| catalogue.series.get(&series?)?.last.as_ref()?.live_at;
                // A position is whole once its latitude is there too.
                let [Some(lon), Some(lat)] = [live(parts[0]), live(parts[1])] else { continue };
                let newest = lon.min(lat);
                if after.map_or(newest >= recent, |after| after < newest) {
                    let from = after.map_or(newest, |after| from_millis(after.as_millisecond() + 1));
                    news.push((id.clone(), parts, from, from_millis(newest.as_millisecond() + 1)));
                }
            }
        }
        let mut found = Vec::with_capacity(news.len());
        for (id, parts, from, to) in news {
            let (moments, _) = self.moments(parts, from, to, true).await?;
            found.push((id, moments.into_iter().filter_map(|(at, parts)| fix(at, parts)).collect()));
        }
        Ok(found)
    }

    /// Where a device that moves was at a moment: its newest position of the ten minutes before it.
    pub(crate) async fn position_at(&self, device: &str, at: Timestamp) -> Result<Option<AlarmPosition>> {
        let parts = {
            let catalogue = self.core.catalogue.lock().await;
            let Some(device) = catalogue.devices.get(device) else { return Ok(None) };
            PARTS.map(|code| device.codes.get(code).copied())
        };
        if parts[0].is_none() || parts[1].is_none() {
            return Ok(None);
        }
        let from = from_millis(at.as_millisecond() - POSITION_SECONDS * 1000);
        let (moments, _) = self.moments(parts, from, from_millis(at.as_millisecond() + 1), false).await?;
        let newest = moments.into_iter().rev().find_map(|(at, parts)| fix(at, parts));
        Ok(newest.map(|fix| AlarmPosition { lon: fix.lon, lat: fix.lat, at: fix.at, speed_kmh: fix.speed_kmh }))
    }

    /// The values of the parts of positions by moment, and whether there are more than are read.
    async fn moments(
        &self,
        parts: [Option<i64>; 4],
        from: Timestamp,
        to: Timestamp,
        live_only: bool,
    ) -> Result<(BTreeMap<i64, [Option<f64>; 4]>, bool)> {
        let mut moments: BTreeMap<i64, [Option<f64>; 4]> = BTreeMap::new();
        let mut cut = false;
        for (index, series) in parts.into_iter().enumerate() {
            let Some(series) = series else { continue };
            let tail = self.tail(series).await;
            let points = self.readings(series, &tail).newest(from, to, MOST_FIXES).await?;
            cut |= points.len() == MOST_FIXES;
            for point in points.iter().filter(|point| !(live_only && point.historical)) {
                let usable = point.figure.number().filter(|_| point.quality.judgeable());
                if let Some(part) = moments.entry(point.observed_at).or_default().get_mut(index) {
                    *part = usable;
                }
            }
        }
        Ok((moments, cut))
    }

    /// The devices that have positions, by code.
    async fn moving(
        &self,
        principal: &Principal,
        wanted: impl Fn(Option<&str>, &DivisionCode) -> bool,
    ) -> Result<Vec<String>> {
        principal.scopes("read", "series")?;
        let catalogue = self.core.catalogue.lock().await;
        let moves = catalogue.devices.values().filter(|device| {
            let row = &device.row;
            device.codes.contains_key("lng")
                && device.codes.contains_key("lat")
                && wanted(row.enterprise.as_deref(), &row.division)
                && principal.may("read", "series", &place(device))
        });
        let mut found: Vec<_> = moves.map(|device| (device.row.code.clone(), device.row.id.clone())).collect();
        found.sort_unstable();
        Ok(found.into_iter().map(|(_, id)| id).collect())
    }

    async fn sources(&self, principal: &Principal, device: &str) -> Result<Sources> {
        let catalogue = self.core.catalogue.lock().await;
        let found = catalogue.devices.get(device).filter(|device| principal.may("read", "series", &place(device)));
        let device = found.ok_or_else(|| Fault::not_found("device", device))?;
        let of_alarm = |(code, number): (&String, &i64)| Some((code.strip_prefix("alarm.")?.to_owned(), *number));
        let (parts, alarms) =
            (PARTS.map(|code| device.codes.get(code).copied()), device.codes.iter().filter_map(of_alarm).collect());
        let row = &device.row;
        let found = Followed {
            device: row.id.clone(),
            code: row.code.clone(),
            name: row.name.clone(),
            division: row.division,
            enterprise: row.enterprise.clone(),
            fixes: Vec::new(),
            unusable: 0,
            alarms: Vec::new(),
            cut: false,
        };
        Ok(Sources { found, parts, alarms })
    }

    async fn read(&self, sources: Sources, from: Timestamp, to: Timestamp) -> Result<Followed> {
        let mut found = sources.found;
        let (moments, cut) = self.moments(sources.parts, from, to, false).await?;
        found.cut = cut;
        let all = moments.len();
        found.fixes = moments.into_iter().filter_map(|(at, parts)| fix(at, parts)).collect();
        found.unusable = all - found.fixes.len();
        for (alarm, series) in sources.alarms {
            let spans = self.alarm_spans(&alarm, series, from, to, &found.fixes).await?;
            found.alarms.extend(spans);
        }
        found.alarms.sort_by(|one, other| (one.begin, &one.alarm).cmp(&(other.begin, &other.alarm)));
        Ok(found)
    }

    async fn alarm_spans(
        &self,
        alarm: &str,
        series: i64,
        from: Timestamp,
        to: Timestamp,
        fixes: &[Fix],
    ) -> Result<Vec<ReportedAlarm>> {
        let tail = self.tail(series).await;
        let readings = self.readings(series, &tail);
        let before = readings.newest(from_millis(0), from, 1).await?;
        let changes = readings.newest(from, to, MOST_CHANGES).await?;
        let set = |figure: Option<f64>| figure.is_some_and(|figure| figure >= 1.0);
        let at_first = before.first().is_some_and(|point| set(point.figure.number()));
        let changes = changes.iter().rev().map(|point| (from_millis(point.observed_at), set(point.figure.number())));
        Ok(spans(alarm, at_first, changes, fixes))
    }
}

fn with_lead(from: Timestamp) -> Timestamp {
    from_millis(from.as_millisecond() - LEAD_HOURS * 3_600_000)
}

fn checked(from: Timestamp, to: Timestamp) -> Result<()> {
    if from >= to {
        return Err(Fault::field("to", "ends_before_begin").into());
    }
    let most = LONGEST_TRACK_DAYS * 24 * 3600 * 1000;
    if to.as_millisecond().saturating_sub(from.as_millisecond()) > most {
        return Err(Fault::field("from", "span_too_long").with("max", &LONGEST_TRACK_DAYS.to_string()).into());
    }
    Ok(())
}

fn fix(at: i64, [lon, lat, speed_kmh, direction]: [Option<f64>; 4]) -> Option<Fix> {
    Some(Fix { at: from_millis(at), lon: lon?, lat: lat?, speed_kmh, direction })
}

fn spans(
    alarm: &str,
    at_first: bool,
    changes: impl Iterator<Item = (Timestamp, bool)>,
    fixes: &[Fix],
) -> Vec<ReportedAlarm> {
    let begun = |begin: Option<Timestamp>| {
        let before = begin.map_or(1, |begin| fixes.partition_point(|fix| fix.at <= begin));
        let at = before.checked_sub(1).and_then(|index| fixes.get(index)).map(Fix::point);
        ReportedAlarm { alarm: alarm.to_owned(), begin, end: None, at }
    };
    let mut found: Vec<ReportedAlarm> = at_first.then(|| begun(None)).into_iter().collect();
    let mut open = at_first;
    for (at, set) in changes {
        if set && !open {
            found.push(begun(Some(at)));
        } else if !set
            && open
            && let Some(last) = found.last_mut()
        {
            last.end = Some(at);
        }
        open = set;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        from_millis(second * 1000)
    }

    #[test]
    fn bits_become_spans_with_their_place() {
        let fix = |second: i64| Fix {
            at: at(second),
            lon: 106.0 + second as f64,
            lat: 38.0,
            speed_kmh: None,
            direction: None,
        };
        let fixes = [fix(10), fix(20)];
        let changes = [(12, true), (13, false), (15, true), (16, true), (25, false), (30, true)];
        let told = spans("fatigue", true, changes.into_iter().map(|(second, set)| (at(second), set)), &fixes);
        let told: Vec<_> = told.iter().map(|one| (one.begin, one.end, one.at.map(|at| at.lon))).collect();
        let expected = [
            (None, Some(at(13)), Some(116.0)),
            (Some(at(15)), Some(at(25)), Some(116.0)),
            (Some(at(30)), None, Some(126.0)),
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn a_track_is_no_longer_than_a_week() {
        assert!(checked(at(0), at(7 * 86_400)).is_ok());
        assert!(checked(at(0), at(7 * 86_400 + 1)).is_err() && checked(at(5), at(5)).is_err());
    }
}
