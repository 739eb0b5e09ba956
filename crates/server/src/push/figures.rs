//! What passed a door since the program started, for the page of sources.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use fengsui_kernel::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

/// The last thing that went wrong at a door.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PushTrouble {
    /// When.
    pub at: Timestamp,
    /// The key of the message.
    pub code: String,
    /// Where in the body, if it was that.
    pub pointer: Option<String>,
    /// Facts of the message.
    pub params: BTreeMap<String, String>,
}

/// Figures of a door since the program started.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PushFigures {
    /// Requests that were let in.
    pub requests: u64,
    /// Requests that were not: a wrong secret, too many, too large.
    pub refused: u64,
    /// Readings stored.
    pub accepted: u64,
    /// Readings that wait in the quarantine.
    pub quarantined: u64,
    /// Places in bodies that were no readings.
    pub wrong: u64,
    /// When readings were last stored.
    pub last_stored_at: Option<Timestamp>,
    /// What last went wrong.
    pub trouble: Option<PushTrouble>,
}

/// Figures that are being counted.
#[derive(Debug, Default)]
pub struct Counted(Mutex<PushFigures>);

impl Counted {
    /// The figures now.
    pub fn read(&self) -> PushFigures {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Changes them.
    pub fn change(&self, change: impl FnOnce(&mut PushFigures)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}
