//! What the writer must know of every device and series, in memory. Loaded at start, changed only
//! together with the store while the writer is held.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use fengsui_kernel::clock::from_millis;
use fengsui_kernel::id::{RuleId, SeriesId};
use fengsui_kernel::{Fault, Result, Timestamp};
use fengsui_storage::Db;
use fengsui_storage::series::devices::DeviceRow;
use fengsui_storage::series::rules::{RuleRow, RuleStateRow, TemplateOrigin};
use fengsui_storage::series::{SeriesFacts, SeriesRow, devices, journal as position, quarantine, rules as rule_store};
use fengsui_telemetry::Point;
use futures::{StreamExt as _, stream};
use jiff::tz::TimeZone;
use rustc_hash::FxHashMap;

use crate::derived::Derivation;
use crate::derived::load_derivations;
use crate::health::{ClockWindow, Signs};
use crate::last::Last;
use crate::presence::{LEAST_SILENCE_SECONDS, TOLERATED_INTERVALS};
use crate::readings::{Journal, Readings, Sealed, Tail, restore_tails};
use crate::recall::recall;
use crate::rules::step::Memory;
use crate::rules::{Calendar, Direction, Intensity, Method, Origin, Phase, Rule, RuleState};
use crate::templates::{Template, load_templates};

/// Series read at a time: a million at once would need gigabytes for a moment.
const LOADED_TOGETHER: u32 = 5_000;
/// Portions of rules read ahead.
const READ_AHEAD: usize = 2;
/// Readings of a series that become a chunk: the more, the fewer bytes each; the fewer, the less is unsealed.
const SEAL_READINGS: usize = 128;

/// A device as the writer knows it.
#[derive(Debug)]
pub(crate) struct Device {
    pub(crate) row: DeviceRow,
    /// Its series by code.
    pub(crate) codes: FxHashMap<String, i64>,
    /// Its series that are computed and that nothing may send.
    pub(crate) derived: Vec<i64>,
    /// Whether anything is computed from a series of it.
    pub(crate) feeds: bool,
    /// The hearing that the store knows of; memory is up to ten seconds ahead.
    pub(crate) stored_heard_at: Option<Timestamp>,
    /// Its short key within this catalogue.
    pub(crate) slot: u32,
}

/// A series as the writer knows it.
#[derive(Debug)]
pub(crate) struct Watched {
    pub(crate) id: SeriesId,
    pub(crate) facts: SeriesFacts,
    /// The short key of its device.
    pub(crate) slot: u32,
    pub(crate) enterprise: Option<Arc<str>>,
    pub(crate) last: Option<Last>,
    /// What its readings show of the instrument; not stored.
    pub(crate) signs: Signs,
    /// Its readings that no chunk holds yet.
    pub(crate) tail: Tail,
    /// The record of the log up to which its readings lie in chunks.
    pub(crate) sealed: i64,
    pub(crate) rules: Vec<WatchedRule>,
    /// Whether it is computed: it says nothing of its device.
    pub(crate) derived: bool,
    /// What is computed from it. Nearly always nothing, which costs the way in no more than this glance.
    pub(crate) feeds: Option<Box<[i64]>>,
}

/// A rule with its state.
#[derive(Debug)]
pub(crate) struct WatchedRule {
    pub(crate) rule: Rule,
    pub(crate) state: RuleState,
    /// What it remembers beside its state: never stored, rebuilt from the observations.
    pub(crate) memory: Memory,
}

/// A rule as it stands once what was changed is durable.
#[derive(Debug)]
pub(crate) struct Standing {
    pub(crate) series: i64,
    pub(crate) rule: Rule,
    /// Absent where the state stays.
    pub(crate) state: Option<RuleState>,
    pub(crate) memory: Memory,
}

/// Reason, sender and code of something that could not be placed.
pub(crate) type QuarantineKey = (String, String, String);

/// Everything known.
#[derive(Debug)]
pub(crate) struct Catalogue {
    pub(crate) devices: FxHashMap<String, Device>,
    pub(crate) series: FxHashMap<i64, Watched>,
    /// Ids of devices by their short keys.
    slots: Vec<String>,
    /// By short key: how far the clock of the device is off; not stored.
    pub(crate) clocks: Vec<ClockWindow>,
    /// By short key: when any series of the device was last heard, by time of measurement.
    pub(crate) spoke: Vec<Option<Timestamp>>,
    pub(crate) quarantined: HashSet<QuarantineKey>,
    /// Nobody was listening before: silence is counted from here at the earliest.
    pub(crate) listening_since: Timestamp,
    /// The span of listening that the store knows of, or will: since when, until when.
    pub(crate) listened: (Timestamp, Timestamp),
    /// Devices whose coming or silence was told in this second.
    pub(crate) told: usize,
    /// A unit of work failed and may or may not have been written: load again before the next.
    pub(crate) stale: bool,
    /// The last record of the log that was judged.
    pub(crate) sequence: i64,
    /// Series whose unsealed readings should become a chunk.
    pub(crate) due: Vec<i64>,
    /// Unsealed readings of all series.
    pub(crate) unsealed: usize,
    /// The zone in which schedules are read.
    pub(crate) zone: TimeZone,
    /// Templates of rules in use, and those that still have rules.
    pub(crate) templates: Vec<Template>,
    /// How derived series are computed.
    pub(crate) derivations: FxHashMap<i64, Derivation>,
    /// Series that something is computed from.
    pub(crate) fed: Vec<i64>,
    by_code: FxHashMap<String, String>,
    by_serial: FxHashMap<String, String>,
}

fn calendar_of(row: &RuleRow, zone: &TimeZone) -> Result<Option<Arc<Calendar>>> {
    let Some(schedule) = row.schedule.clone() else { return Ok(None) };
    let schedule = serde_json::from_value(schedule).map_err(Fault::internal)?;
    Ok(Some(Arc::new(Calendar::new(schedule, zone.clone()))))
}

fn intensity_of(row: &RuleRow) -> Result<Option<Arc<Intensity>>> {
    let intensity = row.intensity.clone().map(serde_json::from_value).transpose();
    Ok(intensity.map_err(Fault::internal)?.map(Arc::new))
}

pub(crate) fn rule_of(row: &RuleRow, zone: &TimeZone) -> Result<Rule> {
    Ok(Rule {
        id: row.id.clone(),
        name: row.name.clone(),
        kind: row.kind.parse()?,
        limit: row.limit,
        deadband: row.deadband,
        window_seconds: row.window_seconds,
        intensity: intensity_of(row)?,
        direction: row.direction.as_deref().and_then(Direction::from_stored).unwrap_or_default(),
        method: row.method.as_deref().and_then(Method::from_stored).unwrap_or_default(),
        training_readings: row.training_readings,
        learned_at: row.learned_at,
        on_delay_seconds: row.on_delay_seconds,
        off_delay_seconds: row.off_delay_seconds,
        priority: row.priority,
        enabled: row.enabled,
        calendar: calendar_of(row, zone)?,
        origin: row.template.as_ref().map(|origin| Arc::new(origin_of(origin))),
    })
}

fn origin_of(row: &TemplateOrigin) -> Origin {
    let (template, name) = (row.id.clone(), row.name.clone());
    Origin { template, name, version: row.version, own: row.own_reason.is_some() }
}

impl Catalogue {
    /// Reads everything from the store, as it was when the last consequences were written.
    pub(crate) async fn load(
        db: &Db,
        journal: &dyn Journal,
        listening_since: Timestamp,
        zone: TimeZone,
    ) -> Result<Self> {
        let mut catalogue = Self {
            devices: FxHashMap::default(),
            series: FxHashMap::default(),
            slots: Vec::new(),
            clocks: Vec::new(),
            spoke: Vec::new(),
            quarantined: quarantine::keys(db).await?.into_iter().collect(),
            listening_since,
            listened: (listening_since, listening_since),
            told: 0,
            stale: false,
            sequence: 0,
            due: Vec::new(),
            unsealed: 0,
            zone,
            templates: load_templates(db).await?,
            derivations: load_derivations(db).await?,
            fed: Vec::new(),
            by_code: FxHashMap::default(),
            by_serial: FxHashMap::default(),
        };
        for row in devices::all(db).await? {
            catalogue.put_device(row);
        }
        let portions = catalogue.load_series(db).await?;
        catalogue.wire();
        restore_tails(&mut catalogue, journal, position::settled(db).await?).await?;
        catalogue.load_rules(db, &portions).await?;
        Ok(catalogue)
    }

    /// All series; the first and last number of each portion. The next portion is read while one is taken in.
    async fn load_series(&mut self, db: &Db) -> Result<Vec<(i64, i64)>> {
        let read = |from: i64| {
            let db = db.clone();
            tokio::spawn(async move { fengsui_storage::series::after(&db, from, LOADED_TOGETHER).await })
        };
        let mut portions = Vec::new();
        let mut coming = read(0);
        loop {
            let rows = coming.await.map_err(Fault::internal)??;
            let Some((first, last)) = rows.first().zip(rows.last()) else { return Ok(portions) };
            portions.push((first.number, last.number));
            coming = read(last.number);
            for row in rows {
                self.put_series(row);
            }
        }
    }

    /// Rules with their states, and what they remember. Portions are read ahead, some beside each other.
    async fn load_rules(&mut self, db: &Db, portions: &[(i64, i64)]) -> Result<()> {
        let read = |(first, last)| tokio::spawn(rules_between(db.clone(), first, last));
        let mut coming = stream::iter(portions.iter().copied().map(read)).buffered(READ_AHEAD);
        while let Some(portion) = coming.next().await {
            let (rules, states) = portion.map_err(Fault::internal)??;
            let mut states: HashMap<RuleId, RuleState> =
                states.into_iter().map(|row| (row.rule.clone(), state_of(row))).collect();
            for row in rules {
                let state = states.remove(&row.id).unwrap_or_default();
                let rule = rule_of(&row, &self.zone)?;
                let Some(series) = self.series.get(&row.series) else { continue };
                let readings = Readings { db, series: row.series, tail: series.tail.points() };
                let memory = recall(&readings, &rule, series.last.as_ref()).await?;
                self.put_rule(row.series, rule, state, memory);
            }
        }
        Ok(())
    }

    /// The device with this code, serial or station number.
    pub(crate) fn device_by_key(&self, key: &str) -> Option<&Device> {
        let id = self.by_code.get(key).or_else(|| self.by_serial.get(key))?;
        self.devices.get(id)
    }

    /// The device of a series.
    pub(crate) fn device_of(&self, series: &Watched) -> Option<&Device> {
        self.devices.get(self.slots.get(series.slot as usize)?)
    }

    /// Adds a device or brings its facts up to date.
    pub(crate) fn put_device(&mut self, row: DeviceRow) {
        let old = self.devices.remove(&row.id);
        if let Some(old) = &old {
            self.forget_keys(&old.row);
        }
        self.by_code.insert(row.code.clone(), row.id.clone());
        if let Some(serial) = &row.serial {
            self.by_serial.insert(serial.clone(), row.id.clone());
        }
        let device = if let Some(old) = old {
            let row = DeviceRow { online: old.row.online, last_heard_at: old.row.last_heard_at, ..row };
            Device { row, ..old }
        } else {
            let slot = u32::try_from(self.spoke.len()).unwrap_or(u32::MAX);
            self.spoke.push(None);
            self.slots.push(row.id.clone());
            self.clocks.push(ClockWindow::default());
            Device {
                codes: FxHashMap::default(),
                derived: Vec::new(),
                feeds: false,
                stored_heard_at: row.last_heard_at,
                slot,
                row,
            }
        };
        for number in device.numbers() {
            if let Some(series) = self.series.get_mut(&number) {
                series.facts.device_code.clone_from(&device.row.code);
                series.facts.device_name.clone_from(&device.row.name);
            }
        }
        self.devices.insert(device.row.id.clone(), device);
    }

    /// Forgets a device and its series.
    pub(crate) fn remove_device(&mut self, id: &str) {
        if let Some(device) = self.devices.remove(id) {
            self.forget_keys(&device.row);
            for number in device.numbers() {
                let gone = self.series.remove(&number);
                self.derivations.remove(&number);
                self.unsealed -= gone.map_or(0, |gone| gone.tail.len());
            }
        }
    }

    fn forget_keys(&mut self, row: &DeviceRow) {
        self.by_code.remove(&row.code);
        if let Some(serial) = &row.serial {
            self.by_serial.remove(serial);
        }
    }

    /// Adds a series or brings its facts up to date; rules and last value stay.
    pub(crate) fn put_series(&mut self, row: SeriesRow) {
        let old = self.remove_series(row.number);
        let mut slot = old.as_ref().map_or(u32::MAX, |old| old.slot);
        if let Some(device) = self.devices.get_mut(&row.facts.device_id) {
            slot = device.slot;
        }
        let derived = self.derivations.contains_key(&row.number);
        if let Some(device) = self.devices.get_mut(&row.facts.device_id).filter(|_| derived) {
            device.derived.push(row.number);
        } else if let Some(device) = self.devices.get_mut(&row.facts.device_id) {
            device.codes.insert(row.facts.code.clone(), row.number);
            let spoke = row.last.as_ref().and_then(|last| last.live_at.map(|at| at.min(last.received_at)));
            note_spoken(&mut self.spoke, slot, spoke);
            device.row.last_heard_at = device.row.last_heard_at.max(row.last.as_ref().map(|last| last.received_at));
        }
        let enterprise = row.facts.enterprise.as_deref().map(Arc::from);
        let (id, facts) = (row.id, row.facts);
        let watched = match old {
            Some(old) => Watched { id, facts, slot, enterprise, derived, ..old },
            None => Watched {
                id,
                facts,
                slot,
                enterprise,
                last: row.last.map(Last::from),
                signs: Signs::default(),
                tail: Tail::default(),
                sealed: row.sealed,
                rules: Vec::new(),
                derived,
                feeds: None,
            },
        };
        self.series.insert(row.number, watched);
    }

    /// Puts back a reading that was judged before the start and is not sealed.
    pub(crate) fn restore(&mut self, sequence: i64, series: i64, point: Point) {
        let Some(watched) = self.series.get_mut(&series).filter(|watched| watched.sealed < sequence) else { return };
        let (last, _) = Last::renew(watched.last.as_ref(), &point);
        let spoke = last.as_ref().and_then(|last| last.live_at.map(|at| at.min(last.received_at)));
        if last.is_some() {
            watched.last = last;
        }
        let device = self.slots.get(watched.slot as usize).filter(|_| !watched.derived);
        if let Some(device) = device.and_then(|id| self.devices.get_mut(id)) {
            let heard = Some(from_millis(point.received_at));
            device.row.last_heard_at = device.row.last_heard_at.max(heard);
        }
        if !watched.derived {
            note_spoken(&mut self.spoke, watched.slot, spoke);
        }
        self.keep(sequence, series, point);
    }

    /// Keeps a reading that the log holds until a chunk does.
    pub(crate) fn keep(&mut self, sequence: i64, series: i64, point: Point) {
        let Some(watched) = self.series.get_mut(&series) else { return };
        // What is computed tells of no instrument and of no clock.
        let sensed = !point.historical && !watched.derived;
        if let Some(value) = point.figure.number().filter(|_| point.quality.judgeable() && sensed) {
            watched.signs.note(point.observed_at, value, watched.facts.low.zip(watched.facts.high));
        }
        if sensed {
            note_clock(&mut self.clocks, watched.slot, point.received_at, point.observed_at);
        }
        watched.tail.push(sequence, point);
        self.unsealed += 1;
        if watched.tail.len() == SEAL_READINGS {
            self.due.push(series);
        }
    }

    /// Chunks hold these readings now.
    pub(crate) fn sealed(&mut self, sealed: &Sealed) {
        for (number, count) in &sealed.series {
            if let Some(watched) = self.series.get_mut(number) {
                self.unsealed -= (*count).min(watched.tail.len());
                watched.tail.forget(*count, sealed.sequence);
                watched.sealed = sealed.sequence;
                if watched.tail.len() >= SEAL_READINGS {
                    self.due.push(*number);
                }
            }
        }
    }

    /// Forgets a series; its readings must be sealed.
    pub(crate) fn forget_series(&mut self, number: i64) {
        let old = self.remove_series(number);
        self.unsealed -= old.map_or(0, |old| old.tail.len());
        self.derivations.remove(&number);
        self.wire();
    }

    fn remove_series(&mut self, number: i64) -> Option<Watched> {
        let old = self.series.remove(&number)?;
        let device = self.slots.get(old.slot as usize).and_then(|id| self.devices.get_mut(id));
        if let Some(device) = device {
            if old.derived {
                device.derived.retain(|known| *known != number);
            } else {
                device.codes.remove(&old.facts.code);
            }
        }
        Some(old)
    }

    /// The newest value of a series.
    pub(crate) fn last(&self, series: i64) -> Option<&Last> {
        self.series.get(&series)?.last.as_ref()
    }

    /// Adds or replaces a rule with the given state.
    pub(crate) fn put_rule(&mut self, series: i64, rule: Rule, state: RuleState, memory: Memory) {
        if let Some(series) = self.series.get_mut(&series) {
            series.rules.retain(|watched| watched.rule.id != rule.id);
            series.rules.push(WatchedRule { rule, state, memory });
        }
    }

    /// Takes over a rule that was added or replaced, once that is durable.
    pub(crate) fn stand(&mut self, standing: Standing) {
        let Standing { series, rule, state, memory } = standing;
        let known = self.remove_rule(series, &rule.id);
        self.put_rule(series, rule, state.or(known).unwrap_or_default(), memory);
    }

    /// Forgets a rule; answers its state.
    pub(crate) fn remove_rule(&mut self, series: i64, id: &RuleId) -> Option<RuleState> {
        let rules = &mut self.series.get_mut(&series)?.rules;
        let index = rules.iter().position(|watched| watched.rule.id == *id)?;
        Some(rules.swap_remove(index).state)
    }

    /// After how many seconds without a word a device counts as silent.
    pub(crate) fn silence_seconds(&self, device: &Device) -> Option<u32> {
        let intervals = device.codes.values().filter_map(|number| self.series.get(number));
        let smallest = intervals.filter_map(|series| series.facts.expected_interval_seconds).min()?;
        Some(silent_after(smallest))
    }
}

async fn rules_between(db: Db, first: i64, last: i64) -> Result<(Vec<RuleRow>, Vec<RuleStateRow>)> {
    let states = rule_store::states_between(&db, first, last).await?;
    Ok((rule_store::between(&db, first, last).await?, states))
}

fn state_of(row: RuleStateRow) -> RuleState {
    RuleState { phase: Phase::from_stored(&row.phase), since: row.since, value: row.value_text }
}

/// A live reading says how far the clock of its device is off.
pub(crate) fn note_clock(clocks: &mut [ClockWindow], slot: u32, received_at: i64, observed_at: i64) {
    if let Some(clock) = clocks.get_mut(slot as usize) {
        clock.note(received_at, observed_at);
    }
}

/// A device spoke by one of its series.
pub(crate) fn note_spoken(spoke: &mut [Option<Timestamp>], slot: u32, at: Option<Timestamp>) {
    if let Some(known) = spoke.get_mut(slot as usize) {
        *known = (*known).max(at);
    }
}

impl Device {
    /// Its series, sent and computed.
    pub(crate) fn numbers(&self) -> Vec<i64> {
        self.codes.values().chain(&self.derived).copied().collect()
    }
}

/// Three missed values, and at least a minute.
pub(crate) fn silent_after(interval_seconds: u32) -> u32 {
    interval_seconds.saturating_mul(TOLERATED_INTERVALS).max(LEAST_SILENCE_SECONDS)
}
