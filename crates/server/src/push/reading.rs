//! Readings out of a body: what would be stored, and what is wrong with the rest.

use std::collections::BTreeMap;

use fengsui_kernel::reading::{Quality, parse_decimal};
use fengsui_kernel::{Fault, Locale, Problem, Timestamp};
use fengsui_protocols::json::{MappedReading, Node, Reason, Unreadable, Wrong};
use fengsui_series::Reading;
use schemars::JsonSchema;
use serde::Serialize;

use super::PushDoor;
use crate::catalogue;

/// What a body holds.
#[derive(Debug, Default, PartialEq)]
pub struct PushRead {
    /// Readings by the key of their device.
    pub readings: BTreeMap<String, Vec<Reading>>,
    /// What is no reading, with its place.
    pub wrong: Vec<Problem>,
}

/// Something in a body that is no reading.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct WrongReading {
    /// Where, as a JSON pointer (RFC 6901).
    pub pointer: String,
    /// The key of the message.
    pub code: String,
    /// What is wrong, in the reader's language.
    pub message: String,
}

impl WrongReading {
    /// In the reader's language.
    pub fn of(problem: &Problem, locale: Locale) -> Self {
        let message = catalogue::message(locale, &problem.code, &problem.params);
        Self { pointer: problem.field.clone(), code: problem.code.clone(), message }
    }
}

impl PushDoor {
    /// Reads a body. `received_at` stands in where the mapping names no time.
    pub fn read(&self, body: &[u8], received_at: Timestamp) -> Result<PushRead, Fault> {
        let document = Node::read(body).map_err(|error| match error {
            Unreadable::NoJson(why) => Fault::field("body", "malformed_json").with("reason", &why),
            Unreadable::TooDeep => Fault::field("body", "push_too_deep"),
        })?;
        let taken = self.mapping.take(&document);
        let mut read = PushRead { wrong: taken.wrong.iter().map(problem).collect(), ..PushRead::default() };
        for found in taken.readings {
            match self.reading(&found, received_at) {
                Ok(reading) => read.readings.entry(found.device).or_default().push(reading),
                Err(problem) => read.wrong.push(problem),
            }
        }
        Ok(read)
    }

    fn reading(&self, found: &MappedReading, received_at: Timestamp) -> Result<Reading, Problem> {
        let unstated = if found.value.is_empty() { Quality::Missing } else { Quality::Good };
        let quality = found.quality.as_deref().map_or(unstated, Quality::from_stored);
        if quality.judgeable() && parse_decimal(&found.value).is_none() {
            return Err(Fault::field(&found.pointer, "push_no_number").with("found", &shortened(&found.value)));
        }
        Ok(Reading {
            code: found.series.as_str().into(),
            observed_at: found.at.unwrap_or(received_at),
            value_text: found.value.as_str().into(),
            quality,
            historical: self.historical,
            optional: false,
        })
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(80).collect()
}

fn problem(wrong: &Wrong) -> Problem {
    let code = match wrong.reason {
        Reason::Absent => "push_absent",
        Reason::NoScalar => "push_no_scalar",
        Reason::NoObject => "push_no_object",
        Reason::NoValues => "push_no_values",
        Reason::NoTime => "push_no_time",
        Reason::UnknownQuality => "push_unknown_quality",
        Reason::UnknownUnit => "push_unknown_unit",
        Reason::NotScaled => "push_not_scaled",
    };
    // The whole body is written as `/`: an empty place would look like none.
    let place = if wrong.pointer.is_empty() { "/" } else { &wrong.pointer };
    Fault::field(place, code).with("found", &wrong.found)
}
