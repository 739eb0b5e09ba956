//! What a batch of jobs will change, worked out against the catalogue before anything is written.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use fengsui_kernel::Timestamp;
use fengsui_kernel::clock::from_millis;
use fengsui_telemetry::{Entry, Figure, Point};
use rustc_hash::FxHashMap;

use crate::catalogue::{Catalogue, Device, QuarantineKey};
use crate::derived::MadeOf;
use crate::engine::SeriesSettings;
use crate::ingest::{Accepted, Reading, Reject, Submission};
use crate::last::Last;
use crate::presence;
use crate::quarantine::QuarantineReason;
use crate::rules::later::seconds;
use crate::rules::step::{Arrival, Memory, Step, lapse, pass, take};
use crate::rules::{RuleState, Sample, Transition, Turn, due};

/// Earliest time a reading may claim, 2000-01-01: a device whose clock was never set says 1970.
const EARLIEST_MILLIS: i64 = 946_684_800_000;
/// The store learns of a device's last word this late at most.
const NOTED_AFTER_SECONDS: u32 = 60;
/// Devices whose last word is written together.
const NOTED_TOGETHER: usize = 500;
/// Longest value text kept.
const MAX_VALUE: usize = 64;

/// A transition of one rule of one series.
#[derive(Debug)]
pub(crate) struct PlannedTurn {
    pub(crate) series: i64,
    pub(crate) rule: usize,
    pub(crate) transition: Transition,
    pub(crate) received_at: Timestamp,
    /// Raised by a derived series: what its value was made of.
    pub(crate) made_of: Option<Arc<MadeOf>>,
}

/// What was counted for the quarantine.
#[derive(Debug)]
pub(crate) struct Hit {
    pub(crate) hits: u64,
    pub(crate) protocol: String,
    pub(crate) sample: String,
    pub(crate) first_at: Timestamp,
    pub(crate) last_at: Timestamp,
}

/// A device came or fell silent.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) device: String,
    /// When it was heard, or when its silence had lasted too long.
    pub(crate) at: Timestamp,
    pub(crate) online: bool,
}

/// Everything a batch changes.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    /// Readings for the log, in order of arrival.
    pub(crate) entries: Vec<(i64, Point)>,
    pub(crate) lasts: FxHashMap<i64, Last>,
    /// Derived series to be computed, by depth; empty between two moments.
    pub(crate) moved: BTreeSet<(u8, i64)>,
    pub(crate) states: BTreeMap<(i64, usize), RuleState>,
    /// What rules remember beside their states; not stored.
    pub(crate) memories: FxHashMap<(i64, usize), Memory>,
    /// When devices were last heard through one of their series; not stored.
    pub(crate) spoke: FxHashMap<u32, Timestamp>,
    pub(crate) turns: Vec<PlannedTurn>,
    pub(crate) heard: FxHashMap<u32, (String, Timestamp)>,
    /// Hearings that the store should learn of.
    pub(crate) noted: Vec<(String, Timestamp)>,
    /// Devices that fell silent or came back, in this order.
    pub(crate) connections: Vec<Connection>,
    /// What they are after these turns, by short key.
    pub(crate) connected: FxHashMap<u32, bool>,
    /// A second began within this plan: there is room again for telling of devices.
    pub(crate) fresh_second: bool,
    /// Readings refused as of the future, by short key of the device with when they came and the time that they bear: a fast clock.
    pub(crate) ahead: Vec<(u32, Timestamp, Timestamp)>,
    /// The platform listens: since when, until now. For the online rate.
    pub(crate) listened: Option<(Timestamp, Timestamp)>,
    pub(crate) quarantine: BTreeMap<QuarantineKey, Hit>,
    pub(crate) accepted: u64,
    pub(crate) quarantined: u64,
}

/// Works a plan out.
pub(crate) struct Planner<'a> {
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) settings: &'a SeriesSettings,
    pub(crate) now: Timestamp,
    pub(crate) plan: Plan,
}

impl Planner<'_> {
    /// Readings of one device.
    pub(crate) fn submission(&mut self, submission: &Submission, received_at: Timestamp) -> Accepted {
        let mut outcome = Accepted::default();
        let Some(device) = self.catalogue.device_by_key(&submission.device_key) else {
            outcome.unknown_device = true;
            if submission.readings.is_empty() {
                self.quarantine(QuarantineReason::UnknownDevice, submission, "", String::new(), received_at);
            }
            for reading in &submission.readings {
                let sample = sample_of(reading);
                self.quarantine(QuarantineReason::UnknownDevice, submission, &reading.code, sample, received_at);
                outcome.quarantined += 1;
            }
            return outcome;
        };
        self.hear(device, received_at);
        let in_order = |readings: &[Reading]| readings.is_sorted_by_key(|reading| reading.observed_at);
        if device.feeds && !in_order(&submission.readings) {
            // What is computed from several series must not see one of them later than the others.
            let mut readings: Vec<&Reading> = submission.readings.iter().collect();
            readings.sort_by_key(|reading| reading.observed_at);
            self.readings(device, submission, readings.into_iter(), received_at, &mut outcome);
        } else {
            self.readings(device, submission, submission.readings.iter(), received_at, &mut outcome);
        }
        self.plan.accepted += u64::from(outcome.accepted);
        outcome
    }

    /// Readings one after the other; those with one time are one moment for what is computed from them.
    fn readings<'r>(
        &mut self,
        device: &Device,
        submission: &Submission,
        readings: impl Iterator<Item = &'r Reading>,
        received_at: Timestamp,
        outcome: &mut Accepted,
    ) {
        let mut moment = None;
        for reading in readings {
            if !self.plan.moved.is_empty() && moment != Some(reading.observed_at) {
                self.derive(received_at);
            }
            moment = Some(reading.observed_at);
            match self.place(device, reading, received_at) {
                Ok((series, figure)) => {
                    let point = Point {
                        observed_at: reading.observed_at.as_millisecond(),
                        received_at: received_at.as_millisecond(),
                        figure,
                        quality: reading.quality,
                        historical: reading.historical,
                        raw: submission.raw_ref.as_deref().map(Into::into),
                    };
                    self.store(series, point, &reading.value_text);
                    outcome.accepted += 1;
                }
                Err(QuarantineReason::UnknownSeries) if reading.optional => {}
                Err(reason) => {
                    if reason == QuarantineReason::FutureTimestamp && !reading.historical {
                        self.plan.ahead.push((device.slot, received_at, reading.observed_at));
                    }
                    self.quarantine(reason, submission, &reading.code, sample_of(reading), received_at);
                    outcome.quarantined += 1;
                }
            }
        }
        self.derive(received_at);
    }

    /// Something that is no reading.
    pub(crate) fn reject(&mut self, reject: &Reject, received_at: Timestamp) {
        let key = (reject.reason.as_str().to_owned(), shorten(&reject.device_key, 128), shorten(&reject.code, 128));
        self.count(key, &reject.protocol, shorten(&reject.sample, 2000), received_at);
    }

    /// Time passed: delays run out, devices fall silent.
    pub(crate) fn tick(&mut self) {
        let catalogue = self.catalogue;
        self.note_hearings(NOTED_AFTER_SECONDS, NOTED_TOGETHER);
        for (number, series) in &catalogue.series {
            for (index, watched) in series.rules.iter().enumerate() {
                // Nearly no rule has a delay running: the others need no more than this glance each second.
                let state = self.state_of(*number, index, watched);
                if let Some((after, transition)) = lapse(&watched.rule, state, self.now) {
                    self.turn(*number, index, after, transition, self.now);
                    continue;
                }
                if due(&watched.rule, state).is_none_or(|at| at > self.now) {
                    continue;
                }
                let memory = self.memory_of(*number, index, watched);
                let (after, transition) = pass(&watched.rule, state, memory, self.now);
                self.turn(*number, index, after, transition, self.now);
            }
        }
        self.fall_silent();
        self.plan.listened = presence::listening_note(catalogue, self.now);
        self.tell_connections();
    }

    /// Lets the store learn when devices were last heard. It knows better by the readings; this is for those
    /// that only say that they live.
    pub(crate) fn note_hearings(&mut self, after_seconds: u32, most: usize) {
        let old = |device: &&Device| {
            let (Some(heard), known) = (device.row.last_heard_at, device.stored_heard_at) else { return false };
            known.is_none_or(|known| seconds(known, after_seconds) <= heard && known != heard)
        };
        let unnoted = self.catalogue.devices.values().filter(old).take(most);
        self.plan.noted =
            unnoted.filter_map(|device| Some((device.row.id.clone(), device.row.last_heard_at?))).collect();
    }

    /// The series a reading belongs to and its figure, or why it has no place.
    fn place(
        &self,
        device: &Device,
        reading: &Reading,
        received_at: Timestamp,
    ) -> Result<(i64, Figure), QuarantineReason> {
        let series = device.codes.get(reading.code.as_str()).ok_or(QuarantineReason::UnknownSeries)?;
        if reading.observed_at > seconds(received_at, self.settings.future_tolerance_seconds) {
            return Err(QuarantineReason::FutureTimestamp);
        }
        if reading.observed_at.as_millisecond() < EARLIEST_MILLIS {
            return Err(QuarantineReason::ImplausibleTimestamp);
        }
        if reading.value_text.len() > MAX_VALUE {
            return Err(QuarantineReason::BadValue);
        }
        let figure = Figure::read(&reading.value_text);
        // A value that claims to be usable must be a number; what was not measured need not be.
        if figure.number().is_none() && reading.quality.judgeable() {
            return Err(QuarantineReason::BadValue);
        }
        Ok((*series, figure))
    }

    /// A reading that the log holds and whose consequences may be missing.
    pub(crate) fn again(&mut self, entry: Entry) {
        let catalogue = self.catalogue;
        let Some(series) = catalogue.series.get(&entry.series) else { return };
        if let Some(device) = catalogue.device_of(series).filter(|_| !series.derived) {
            self.hear(device, from_millis(entry.point.received_at));
        }
        let text = entry.point.figure.to_string();
        self.store(entry.series, entry.point, &text);
        // What was computed from it is in the log as well.
        self.plan.moved.clear();
    }

    /// Keeps a reading and judges it; marks what is computed from it.
    pub(crate) fn store(&mut self, series: i64, point: Point, text: &str) {
        let watched = self.catalogue.series.get(&series);
        let known = watched.and_then(|series| series.last.as_ref());
        let (last, judged) = Last::renew(self.plan.lasts.get(&series).or(known), &point);
        if let Some(last) = last {
            self.plan.lasts.insert(series, last);
        }
        if let Some(feeds) = watched.and_then(|series| series.feeds.as_deref()).filter(|_| judged) {
            self.moved(feeds);
        }
        let arrival = match (judged, point.historical) {
            (true, _) => Arrival::Live,
            (false, true) => Arrival::Backfilled,
            (false, false) => Arrival::Late,
        };
        self.judge(series, &point, text, arrival);
        self.plan.entries.push((series, point));
    }

    fn judge(&mut self, number: i64, point: &Point, text: &str, arrival: Arrival) {
        let catalogue = self.catalogue;
        let Some(series) = catalogue.series.get(&number) else { return };
        let (at, received_at) = (from_millis(point.observed_at), from_millis(point.received_at));
        let sample = Sample { at, text, number: point.figure.number(), quality: point.quality };
        if arrival != Arrival::Backfilled && !series.derived {
            self.device_speaks(series, &sample, received_at);
        }
        for (index, watched) in series.rules.iter().enumerate() {
            // Taken out, so that a window that only this plan holds is changed in place.
            let planned = match watched.memory {
                Memory::Nothing => None,
                _ => self.plan.memories.remove(&(number, index)),
            };
            let memory = planned.unwrap_or_else(|| watched.memory.clone());
            let before = self.state_of(number, index, watched);
            let Step { state, memory, transitions } = take(&watched.rule, before, memory, arrival, sample, received_at);
            let unmoved = state == *before && transitions.iter().all(Option::is_none);
            if memory != Memory::Nothing {
                self.plan.memories.insert((number, index), memory);
            }
            if unmoved {
                continue;
            }
            let [first, second] = transitions;
            self.turn(number, index, state.clone(), first, received_at);
            self.turn(number, index, state, second, received_at);
        }
    }

    /// Keeps a rule's new state, and the change that people must learn of.
    pub(crate) fn turn(
        &mut self,
        series: i64,
        rule: usize,
        after: RuleState,
        transition: Option<Transition>,
        received_at: Timestamp,
    ) {
        let known_series = self.catalogue.series.get(&series);
        let known = known_series.and_then(|series| series.rules.get(rule));
        let before = self.plan.states.get(&(series, rule)).or(known.map(|watched| &watched.state));
        if before != Some(&after) {
            self.plan.states.insert((series, rule), after);
        }
        if let Some(transition) = transition {
            let derived = known_series.is_some_and(|series| series.derived) && transition.turn == Turn::Raised;
            let made_of = derived.then(|| self.made_of(series)).flatten();
            self.plan.turns.push(PlannedTurn { series, rule, transition, received_at, made_of });
        }
    }

    fn quarantine(
        &mut self,
        reason: QuarantineReason,
        from: &Submission,
        code: &str,
        sample: String,
        received_at: Timestamp,
    ) {
        let key = (reason.as_str().to_owned(), shorten(&from.device_key, 128), shorten(code, 128));
        self.count(key, &from.protocol, sample, received_at);
    }

    fn count(&mut self, key: QuarantineKey, protocol: &str, sample: String, at: Timestamp) {
        let known = self.catalogue.quarantined.contains(&key) || self.plan.quarantine.contains_key(&key);
        let full = self.catalogue.quarantined.len() + self.plan.quarantine.len() >= self.settings.quarantine_limit;
        // A sender that invents keys must not fill the disk: the rest is counted under one row.
        let key = if known || !full { key } else { (key.0, "…".to_owned(), String::new()) };
        self.plan.quarantined += 1;
        let hit = self.plan.quarantine.entry(key).or_insert_with(|| Hit {
            hits: 0,
            protocol: protocol.to_owned(),
            sample: String::new(),
            first_at: at,
            last_at: at,
        });
        hit.hits += 1;
        hit.sample = sample;
        hit.last_at = at;
    }
}

impl Plan {
    /// When this batch heard a device.
    pub(crate) fn heard_at(&self, device: &Device) -> Option<Timestamp> {
        self.heard.get(&device.slot).map(|(_, at)| *at)
    }

    /// Whether the database must learn of anything; readings alone go to the log.
    pub(crate) fn has_consequences(&self) -> bool {
        !(self.states.is_empty()
            && self.turns.is_empty()
            && self.noted.is_empty()
            && self.listened.is_none()
            && self.connections.is_empty()
            && self.quarantine.is_empty())
    }
}

fn sample_of(reading: &Reading) -> String {
    shorten(&format!("{}={} @ {}", reading.code, reading.value_text, reading.observed_at), 300)
}

fn shorten(text: &str, limit: usize) -> String {
    text.chars().filter(|letter| *letter != '\0').take(limit).collect()
}
