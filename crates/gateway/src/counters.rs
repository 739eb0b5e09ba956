//! What passes the doors, for `/metrics`.

use crate::config::FramedProtocol;
use std::sync::atomic::{AtomicU64, Ordering};

/// Counters of one door.
#[derive(Debug, Default)]
pub struct DoorCounters {
    /// Connections open now.
    pub(crate) open: AtomicU64,
    /// Connections ever taken.
    pub(crate) connections: AtomicU64,
    /// Connections turned away: too many, or not who they claim to be.
    pub(crate) refused: AtomicU64,
    /// Frames or packets read.
    pub(crate) frames: AtomicU64,
    /// Frames or messages that could not be read.
    pub(crate) rejected: AtomicU64,
    /// Readings stored.
    pub(crate) readings: AtomicU64,
    /// Readings that went to the quarantine.
    pub(crate) quarantined: AtomicU64,
    /// Messages that were not stored because the engine could not take them.
    pub(crate) failed: AtomicU64,
}

/// The figures of one door at one moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DoorFigures {
    /// Connections open now.
    pub open: u64,
    /// Connections ever taken.
    pub connections: u64,
    /// Connections turned away.
    pub refused: u64,
    /// Frames or packets read.
    pub frames: u64,
    /// Frames or messages that could not be read.
    pub rejected: u64,
    /// Readings stored.
    pub readings: u64,
    /// Readings that went to the quarantine.
    pub quarantined: u64,
    /// Messages that the engine could not take.
    pub failed: u64,
}

/// Counters of the polling of Modbus units. `refused` counts addresses that gave no connection, `rejected` bytes that
/// were no answer.
#[derive(Debug, Default)]
pub struct ModbusCounters {
    /// As of any door.
    pub door: DoorCounters,
    /// Requests that a unit refused.
    pub(crate) exceptions: AtomicU64,
    /// Requests without an answer in time.
    pub(crate) timeouts: AtomicU64,
}

impl ModbusCounters {
    /// Requests that a unit refused.
    pub fn exceptions(&self) -> u64 {
        self.exceptions.load(Ordering::Relaxed)
    }

    /// Requests without an answer in time.
    pub fn timeouts(&self) -> u64 {
        self.timeouts.load(Ordering::Relaxed)
    }
}

/// Counters of all doors.
#[derive(Debug, Default)]
pub struct GatewayCounters {
    /// MQTT.
    pub mqtt: DoorCounters,
    /// Modbus TCP.
    pub modbus: ModbusCounters,
    /// Drop folders: `frames` are files that were moved, `rejected` those with a report.
    pub drop: DoorCounters,
    framed: [DoorCounters; FramedProtocol::ALL.len()],
}

impl GatewayCounters {
    /// Those of a protocol of frames.
    pub fn framed(&self, protocol: FramedProtocol) -> &DoorCounters {
        &self.framed[protocol as usize]
    }
}

pub(crate) fn add(counter: &AtomicU64, amount: u64) {
    counter.fetch_add(amount, Ordering::Relaxed);
}

impl DoorCounters {
    /// Reads all counters.
    pub fn figures(&self) -> DoorFigures {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        DoorFigures {
            open: read(&self.open),
            connections: read(&self.connections),
            refused: read(&self.refused),
            frames: read(&self.frames),
            rejected: read(&self.rejected),
            readings: read(&self.readings),
            quarantined: read(&self.quarantined),
            failed: read(&self.failed),
        }
    }
}
