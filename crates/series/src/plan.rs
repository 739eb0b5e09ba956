//! What a batch of jobs will change, worked out against the catalogue before anything is written.

use std::collections::{BTreeMap, HashMap};

use fengsui_kernel::Timestamp;
use fengsui_kernel::reading::parse_decimal;
use fengsui_storage::series::observations::{LastRow, ObservationRow};

use crate::catalogue::{Catalogue, Device, QuarantineKey};
use crate::engine::SeriesSettings;
use crate::ingest::{Accepted, Reading, Reject, Submission};
use crate::quarantine::QuarantineReason;
use crate::rules::later::seconds;
use crate::rules::step::{Arrival, Memory, Step, pass, take};
use crate::rules::{RuleState, Sample, Transition};

/// Earliest time a reading may claim, 2000-01-01: a device whose clock was never set says 1970.
const EARLIEST_MILLIS: i64 = 946_684_800_000;
/// Longest value text kept.
const MAX_VALUE: usize = 64;

/// A transition of one rule of one series.
#[derive(Debug)]
pub(crate) struct PlannedTurn {
    pub(crate) series: i64,
    pub(crate) rule: usize,
    pub(crate) transition: Transition,
    pub(crate) received_at: Timestamp,
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

/// Everything a batch changes.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub(crate) observations: Vec<ObservationRow>,
    places: HashMap<(i64, i64), usize>,
    pub(crate) lasts: HashMap<i64, LastRow>,
    pub(crate) states: BTreeMap<(i64, usize), RuleState>,
    /// What rules remember beside their states; not stored.
    pub(crate) memories: HashMap<(i64, usize), Memory>,
    /// When devices were last heard through one of their series; not stored.
    pub(crate) spoke: HashMap<String, Timestamp>,
    pub(crate) turns: Vec<PlannedTurn>,
    pub(crate) heard: HashMap<String, Timestamp>,
    /// Devices that fell silent or came back, in this order.
    pub(crate) connections: Vec<(String, bool)>,
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
        for reading in &submission.readings {
            match self.place(device, reading, received_at) {
                Ok((series, number)) => {
                    self.store(series, number, reading, received_at, submission.raw_ref.as_ref());
                    outcome.accepted += 1;
                }
                Err(QuarantineReason::UnknownSeries) if reading.optional => {}
                Err(reason) => {
                    self.quarantine(reason, submission, &reading.code, sample_of(reading), received_at);
                    outcome.quarantined += 1;
                }
            }
        }
        self.plan.accepted += u64::from(outcome.accepted);
        outcome
    }

    /// Something that is no reading.
    pub(crate) fn reject(&mut self, reject: &Reject, received_at: Timestamp) {
        let key = (reject.reason.as_str().to_owned(), shorten(&reject.device_key, 128), shorten(&reject.code, 128));
        self.count(key, &reject.protocol, shorten(&reject.sample, 2000), received_at);
    }

    /// Time passed: delays run out, devices fall silent.
    pub(crate) fn tick(&mut self) {
        let catalogue = self.catalogue;
        for (number, series) in &catalogue.series {
            for (index, watched) in series.rules.iter().enumerate() {
                let (state, memory) = (self.state_of(*number, index, watched), self.memory_of(*number, index, watched));
                let (after, transition) = pass(&watched.rule, state, memory, self.now);
                self.turn(*number, index, after, transition, self.now);
            }
        }
        self.fall_silent();
        for device in catalogue.devices.values() {
            let Some(limit) = catalogue.silence_seconds(device) else { continue };
            let heard = self.plan.heard.get(&device.row.id).copied().or(device.row.last_heard_at);
            let since = heard.map_or(catalogue.listening_since, |heard| heard.max(catalogue.listening_since));
            if self.is_online(device) && seconds(since, limit) < self.now {
                self.plan.connections.push((device.row.id.clone(), false));
            }
        }
    }

    fn is_online(&self, device: &Device) -> bool {
        let planned = self.plan.connections.iter().rev().find(|(id, _)| *id == device.row.id);
        planned.map_or(device.row.online, |(_, online)| *online)
    }

    fn hear(&mut self, device: &Device, received_at: Timestamp) {
        if !self.is_online(device) {
            self.plan.connections.push((device.row.id.clone(), true));
        }
        self.plan.heard.insert(device.row.id.clone(), received_at);
    }

    /// The series a reading belongs to and its number, or why it has no place.
    fn place(
        &self,
        device: &Device,
        reading: &Reading,
        received_at: Timestamp,
    ) -> Result<(i64, Option<f64>), QuarantineReason> {
        let series = device.codes.get(&reading.code).ok_or(QuarantineReason::UnknownSeries)?;
        if reading.observed_at > seconds(received_at, self.settings.future_tolerance_seconds) {
            return Err(QuarantineReason::FutureTimestamp);
        }
        if reading.observed_at.as_millisecond() < EARLIEST_MILLIS {
            return Err(QuarantineReason::ImplausibleTimestamp);
        }
        let number = parse_decimal(&reading.value_text);
        // A value that claims to be usable must be a number; what was not measured need not be.
        if reading.value_text.len() > MAX_VALUE || (number.is_none() && reading.quality.judgeable()) {
            return Err(QuarantineReason::BadValue);
        }
        Ok((*series, number))
    }

    fn store(
        &mut self,
        series: i64,
        value: Option<f64>,
        reading: &Reading,
        received_at: Timestamp,
        raw_ref: Option<&String>,
    ) {
        let row = ObservationRow {
            series,
            observed_at: reading.observed_at,
            received_at,
            value_text: reading.value_text.clone(),
            value,
            quality: reading.quality,
            historical: reading.historical,
            raw_ref: raw_ref.cloned(),
        };
        // One statement must not write a key twice; the later arrival takes the place of the earlier.
        let place = (series, reading.observed_at.as_millisecond());
        if let Some(index) = self.plan.places.get(&place) {
            self.plan.observations[*index] = row;
        } else {
            self.plan.places.insert(place, self.plan.observations.len());
            self.plan.observations.push(row);
        }
        let arrival = match self.renew_last(series, value, reading, received_at) {
            true => Arrival::Live,
            false if reading.historical => Arrival::Backfilled,
            false => Arrival::Late,
        };
        self.judge(series, value, reading, arrival, received_at);
    }

    /// Keeps the newest value; tells whether rules may judge this one.
    fn renew_last(&mut self, series: i64, value: Option<f64>, reading: &Reading, received_at: Timestamp) -> bool {
        let known = self.catalogue.series.get(&series).and_then(|series| series.last.as_ref());
        let last = self.plan.lasts.get(&series).or(known);
        // A clock that ran ahead and was put right must not make the present look late.
        let observed = reading.observed_at;
        let newest = last.is_none_or(|last| observed >= last.observed_at.min(received_at));
        let live_at = last.and_then(|last| last.live_at);
        let judged = !reading.historical && live_at.is_none_or(|at| observed >= at.min(received_at));
        let live_at = if judged { Some(observed) } else { live_at };
        let renewed = match last {
            Some(last) if !newest => LastRow { live_at, ..last.clone() },
            _ => LastRow {
                observed_at: observed,
                received_at,
                value_text: reading.value_text.clone(),
                value,
                quality: reading.quality,
                live_at,
            },
        };
        if newest || judged {
            self.plan.lasts.insert(series, renewed);
        }
        judged
    }

    fn judge(&mut self, number: i64, value: Option<f64>, reading: &Reading, arrival: Arrival, received_at: Timestamp) {
        let catalogue = self.catalogue;
        let Some(series) = catalogue.series.get(&number) else { return };
        let sample =
            Sample { at: reading.observed_at, text: &reading.value_text, number: value, quality: reading.quality };
        if arrival != Arrival::Backfilled {
            self.device_speaks(number, &sample, received_at);
        }
        for (index, watched) in series.rules.iter().enumerate() {
            // Taken out, so that a window that only this plan holds is changed in place.
            let planned = self.plan.memories.remove(&(number, index));
            let memory = planned.unwrap_or_else(|| watched.memory.clone());
            let state = self.state_of(number, index, watched);
            let Step { state, memory, transitions } = take(&watched.rule, state, memory, arrival, sample, received_at);
            if memory != Memory::Nothing {
                self.plan.memories.insert((number, index), memory);
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
        let known = self.catalogue.series.get(&series).and_then(|series| series.rules.get(rule));
        let before = self.plan.states.get(&(series, rule)).or(known.map(|watched| &watched.state));
        if before != Some(&after) {
            self.plan.states.insert((series, rule), after);
        }
        if let Some(transition) = transition {
            self.plan.turns.push(PlannedTurn { series, rule, transition, received_at });
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
    /// Whether there is nothing to write.
    pub(crate) fn is_empty(&self) -> bool {
        self.observations.is_empty()
            && self.states.is_empty()
            && self.heard.is_empty()
            && self.connections.is_empty()
            && self.quarantine.is_empty()
    }
}

fn sample_of(reading: &Reading) -> String {
    shorten(&format!("{}={} @ {}", reading.code, reading.value_text, reading.observed_at), 300)
}

fn shorten(text: &str, limit: usize) -> String {
    text.chars().filter(|letter| *letter != '\0').take(limit).collect()
}
