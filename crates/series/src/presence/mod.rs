//! The online rate (在线率) of devices: the share of time in which they were heard.
//!
//! A device is online until three of its expected intervals, at least a minute, have passed since it was last heard
//! (the shortest interval of its series counts); from then on it is offline until it is heard again. The rate is
//! online ÷ (online + offline). Out of service (检修、停用) is taken out; so is the time in which the platform itself did
//! not run, and the time before the device was first heard. Source: `online_rate` among the figures of data quality
//! that the platform's domain notes ask for (数据质量与考核); a county of the plans read asks 80 % of its high-risk
//! enterprises. No standard at hand fixes the tolerance: three intervals is this platform's own.

mod account;

use std::collections::HashMap;

use fengsui_kernel::{DivisionCode, Place, Principal, Result, Timestamp};
use fengsui_storage::Tx;
use fengsui_storage::series::presence as store;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use self::account::Shares;
use self::account::{Spans, account};
use crate::catalogue::{Catalogue, Device};
use crate::engine::SeriesEngine;
use crate::plan::Plan;

/// Missed intervals after which a device counts as silent.
pub const TOLERATED_INTERVALS: u32 = 3;
/// No device counts as silent sooner, in seconds.
pub const LEAST_SILENCE_SECONDS: u32 = 60;
/// How often the platform notes that it listens.
const NOTED_EVERY_MS: i64 = 60_000;
/// A longer gap between two notes is a time in which nothing could be stored: nobody listened.
const LONGEST_GAP_MS: i64 = 180_000;

/// What a device is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// Silent for longer than is tolerated.
    Offline,
    /// Heard.
    Online,
    /// Out of service (检修、停用).
    OutOfService,
    /// Never heard: not part of the rate.
    Never,
    /// None of its series says how often it is expected: not part of the rate.
    Unmeasured,
}

/// A device with what became of the spans asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DevicePresence {
    /// The device, by record id.
    pub device: String,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Where.
    pub division: DivisionCode,
    /// The enterprise it belongs to, by record id.
    pub enterprise: Option<String>,
    /// What it is now.
    pub presence: Presence,
    /// Since when it is online or offline.
    pub since: Option<Timestamp>,
    /// When it was last heard.
    pub last_heard_at: Option<Timestamp>,
    /// Seconds without a word after which it counts as silent.
    pub silent_after_seconds: Option<u32>,
    /// How often it fell silent within the longest span asked for.
    pub outages: u64,
    /// One for each span asked for.
    pub shares: Vec<Shares>,
}

fn place(device: &Device) -> Place {
    Place { division: device.row.division, enterprise: device.row.enterprise.clone() }
}

/// What the store knows, by device.
#[derive(Default)]
struct Known {
    turns: HashMap<String, Vec<(i64, bool)>>,
    out: HashMap<String, Vec<(i64, i64)>>,
    out_now: HashMap<String, Timestamp>,
}

impl SeriesEngine {
    /// What became of the time since each of `from`, for every device whose series the caller may read; by code.
    pub async fn presence(&self, principal: &Principal, from: &[Timestamp]) -> Result<Vec<DevicePresence>> {
        principal.scopes("read", "series")?;
        let now = self.core.db.now();
        let first = from.iter().copied().min().unwrap_or(now);
        let (known, mut listening) = self.known(first, now).await?;
        let catalogue = self.core.catalogue.lock().await;
        // The store learns of it once a minute; whoever answers this question listens.
        listening
            .extend(last_note(&catalogue, now).map(|(since, until)| (since.as_millisecond(), until.as_millisecond())));
        let listening = Spans::joined(listening);
        let seen = catalogue.devices.values().filter(|device| principal.may("read", "series", &place(device)));
        let mut devices: Vec<DevicePresence> =
            seen.map(|device| view(&catalogue, device, &known, &listening, from, now)).collect();
        drop(catalogue);
        devices.sort_by(|one, other| one.code.cmp(&other.code));
        Ok(devices)
    }

    async fn known(&self, first: Timestamp, now: Timestamp) -> Result<(Known, Vec<(i64, i64)>)> {
        let db = &self.core.db;
        let mut known = Known::default();
        for turn in store::turns(db, first).await? {
            known.turns.entry(turn.device).or_default().push((turn.at.as_millisecond(), turn.online));
        }
        for out in store::out_of_service(db, first).await? {
            let until = out.ended_at.unwrap_or(now).as_millisecond();
            known.out.entry(out.device.clone()).or_default().push((out.since.as_millisecond(), until));
            if out.ended_at.is_none() {
                known.out_now.insert(out.device, out.since);
            }
        }
        let listened = store::listening(db, first).await?;
        let millis = |(since, until): (Timestamp, Timestamp)| (since.as_millisecond(), until.as_millisecond());
        Ok((known, listened.into_iter().map(millis).collect()))
    }
}

fn view(
    catalogue: &Catalogue,
    device: &Device,
    known: &Known,
    listening: &Spans,
    from: &[Timestamp],
    now: Timestamp,
) -> DevicePresence {
    let id = &device.row.id;
    let turns = known.turns.get(id).map(Vec::as_slice).unwrap_or_default();
    let out = Spans::joined(known.out.get(id).cloned().unwrap_or_default());
    let silent_after_seconds = catalogue.silence_seconds(device);
    let presence = match () {
        () if known.out_now.contains_key(id) => Presence::OutOfService,
        () if device.row.last_heard_at.is_none() => Presence::Never,
        () if silent_after_seconds.is_none() => Presence::Unmeasured,
        () if device.row.online => Presence::Online,
        () => Presence::Offline,
    };
    let counts = !matches!(presence, Presence::Never | Presence::Unmeasured);
    let span = |from: &Timestamp| {
        let span = (from.as_millisecond(), now.as_millisecond());
        if counts { account(turns, listening, &out, span) } else { Shares::default() }
    };
    let first = from.iter().min().map_or(0, |at| at.as_millisecond());
    DevicePresence {
        device: id.clone(),
        code: device.row.code.clone(),
        name: device.row.name.clone(),
        division: device.row.division,
        enterprise: device.row.enterprise.clone(),
        presence,
        since: turns.last().map(|(at, _)| fengsui_kernel::clock::from_millis(*at)),
        last_heard_at: device.row.last_heard_at,
        silent_after_seconds,
        outages: turns.iter().filter(|(at, online)| !online && *at >= first).count() as u64,
        shares: from.iter().map(span).collect(),
    }
}

/// What is to be noted of the platform's own listening: since when, until now.
pub(crate) fn listening_note(catalogue: &Catalogue, now: Timestamp) -> Option<(Timestamp, Timestamp)> {
    let (since, until) = catalogue.listened;
    match now.as_millisecond() - until.as_millisecond() {
        ..NOTED_EVERY_MS => None,
        NOTED_EVERY_MS..=LONGEST_GAP_MS => Some((since, now)),
        _ => Some((now, now)),
    }
}

/// The same when the platform stops.
pub(crate) fn last_note(catalogue: &Catalogue, now: Timestamp) -> Option<(Timestamp, Timestamp)> {
    let (since, until) = catalogue.listened;
    (now.as_millisecond() - until.as_millisecond() <= LONGEST_GAP_MS).then_some((since, now))
}

/// Writes turns of devices and the platform's own listening.
pub(crate) async fn write(tx: &mut Tx, plan: &Plan) -> Result<()> {
    for turn in &plan.connections {
        store::note(tx, &turn.device, turn.at, turn.online).await?;
    }
    match plan.listened {
        Some((since, until)) => store::listened(tx, since, until).await,
        None => Ok(()),
    }
}
