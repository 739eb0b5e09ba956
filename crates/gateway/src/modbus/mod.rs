//! Modbus TCP: the platform asks. One task and one connection for each address, so that a slow or dead device delays
//! nobody at another address; units that share an address take turns, and one that is silent is asked ever more
//! seldom.
//!
//! What a unit refuses is stored with the quality `fault` and counted in the quarantine with the exception; a unit
//! that says nothing stores nothing, so that the watch for silence sees it.

mod line;
mod station;

use std::collections::BTreeMap;
use std::time::Duration;

use fengsui_protocols::modbus::Survey;
use tokio_util::task::TaskTracker;

use crate::fetching::Context;

/// A unit that is read at regular intervals.
#[derive(Debug, Clone)]
pub struct ModbusStation {
    /// The device's code or serial number in the ledger.
    pub device: String,
    /// Host and port.
    pub address: String,
    /// Which device behind the address.
    pub unit: u8,
    /// From one turn to the next.
    pub interval: Duration,
    /// How long a connection or an answer may take.
    pub timeout: Duration,
    /// What is read.
    pub survey: Survey,
    /// The series of each point of the survey.
    pub series: Vec<String>,
}

/// Starts a task for each address.
pub(crate) fn start(stations: Vec<ModbusStation>, context: &Context, tasks: &TaskTracker) {
    let mut lines: BTreeMap<String, Vec<ModbusStation>> = BTreeMap::new();
    for station in stations {
        lines.entry(station.address.clone()).or_default().push(station);
    }
    for (address, stations) in lines {
        tasks.spawn(line::Line::new(address, stations, context.clone()).run());
    }
}
