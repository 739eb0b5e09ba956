//! One unit: when its next turn is, and the readings of a turn.

use std::time::Duration;

use fengsui_kernel::Timestamp;
use fengsui_kernel::reading::Quality;
use fengsui_protocols::modbus::{ExceptionCode, Finding};
use fengsui_series::{Reading, Submission};
use tokio::time::Instant;

use super::ModbusStation;
use crate::backoff::pause;

/// A silent unit is asked at least so often, or at its own interval where that is longer.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

pub(super) struct Station {
    pub(super) facts: ModbusStation,
    pub(super) due: Instant,
    /// Turns in a row in which it said nothing.
    pub(super) silences: u32,
    /// Why the last turn went wrong, so that a lasting fault is logged once.
    pub(super) trouble: Option<String>,
}

/// What a turn brought.
#[derive(Default)]
pub(super) struct Turn {
    readings: Vec<Reading>,
    /// Requests that the unit refused, with the readings they would have brought.
    refused: Vec<(ExceptionCode, Vec<Reading>)>,
}

impl Station {
    /// The first turns are spread over an interval, so that a start does not ask everybody at once.
    pub(super) fn new(facts: ModbusStation, now: Instant, chance: f64) -> Self {
        let due = now + facts.interval.min(Duration::from_secs(10)).mul_f64(chance);
        Self { facts, due, silences: 0, trouble: None }
    }

    /// It spoke: the next turn is one interval after this one was due; turns that were missed are not made up for.
    pub(super) fn spoke(&mut self, now: Instant) {
        self.silences = 0;
        self.due += self.facts.interval;
        if self.due < now {
            self.due = now + self.facts.interval;
        }
    }

    /// It said nothing: it is asked ever more seldom.
    pub(super) fn was_silent(&mut self, now: Instant, chance: f64) {
        self.silences = self.silences.saturating_add(1);
        let (first, most) = (self.facts.interval, self.facts.interval.max(LONGEST_PAUSE));
        self.due = now + pause(self.silences, first, most, chance);
    }
}

impl Turn {
    /// Adds what the answer to one request says.
    pub(super) fn add(&mut self, facts: &ModbusStation, findings: Vec<(usize, Finding)>, observed_at: Timestamp) {
        let reading = |index: usize, value_text: String, quality| Reading {
            code: facts.series.get(index).map_or("", String::as_str).into(),
            observed_at,
            value_text: value_text.into(),
            quality,
            historical: false,
            optional: false,
        };
        for (index, finding) in findings {
            match finding {
                Finding::Value(text) => self.readings.push(reading(index, text, Quality::Good)),
                Finding::Missing => self.readings.push(reading(index, String::new(), Quality::Missing)),
                Finding::Unreadable => self.readings.push(reading(index, String::new(), Quality::Fault)),
                // The gateway before the unit speaks, not the unit: it is silent.
                Finding::Refused(ExceptionCode::GatewayPathUnavailable | ExceptionCode::GatewayTargetSilent) => {}
                Finding::Refused(code) => {
                    let reading = reading(index, String::new(), Quality::Fault);
                    match self.refused.iter_mut().find(|(other, _)| *other == code) {
                        Some((_, readings)) => readings.push(reading),
                        None => self.refused.push((code, vec![reading])),
                    }
                }
            }
        }
    }

    /// What is stored: what was read, and what was refused with the exception as its origin.
    pub(super) fn submissions(self, facts: &ModbusStation) -> Vec<Submission> {
        let submission = |readings, raw_ref| Submission {
            device_key: facts.device.clone(),
            protocol: "modbus".to_owned(),
            readings,
            raw_ref,
        };
        let read = (!self.readings.is_empty()).then(|| submission(self.readings, None));
        let refused = self.refused.into_iter();
        let refused =
            refused.map(|(code, readings)| submission(readings, Some(format!("exception={}", code.number()))));
        read.into_iter().chain(refused).collect()
    }
}
