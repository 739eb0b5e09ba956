//! How the doors are set up.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::drop::DropFolder;
use crate::modbus::ModbusStation;
use fengsui_kernel::{Principal, Result};
use futures::future::BoxFuture;

/// The doors and their limits.
#[derive(Debug, Clone)]
pub struct GatewayConfig {
    /// Where MQTT listens; not at all if absent.
    pub mqtt: Option<Entrance>,
    /// Where the protocols of frames listen; those that are absent do not.
    pub framed: BTreeMap<FramedProtocol, Entrance>,
    /// Modbus units that are read.
    pub modbus: Vec<ModbusStation>,
    /// Folders whose files are taken.
    pub drop: Vec<DropFolder>,
    /// Limits of each connection, at whichever door.
    pub limits: ConnectionLimits,
    /// SensorThings over MQTT, for programs with an API token; not at all if absent.
    pub sensorthings: Option<SensorThingsDoor>,
}

/// Who is behind an API token, with the rights that they hold now.
pub type SignIn = dyn Fn(String) -> BoxFuture<'static, Result<Principal>> + Send + Sync;

/// What the MQTT extension of SensorThings needs to know.
#[derive(Clone)]
pub struct SensorThingsDoor {
    /// The address of the root over HTTP, without a slash at its end: links in messages begin with it.
    pub root: Arc<str>,
    /// Signs in the holder of an API token.
    pub sign_in: Arc<SignIn>,
}

impl std::fmt::Debug for SensorThingsDoor {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("SensorThingsDoor").field("root", &self.root).finish_non_exhaustive()
    }
}

/// A protocol of frames over TCP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FramedProtocol {
    /// HJ 212: pollution, dust, VOC and water-quality loggers.
    Hj212,
    /// SL 651: rain, river, reservoir and groundwater stations.
    Sl651,
    /// JT/T 808: vehicle terminals.
    Jt808,
    /// GB/T 26875.3: fire-alarm transmission devices.
    Gb26875,
}

impl FramedProtocol {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Hj212, Self::Sl651, Self::Jt808, Self::Gb26875];

    /// The name in configuration, figures and submissions.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hj212 => "hj212",
            Self::Sl651 => "sl651",
            Self::Jt808 => "jt808",
            Self::Gb26875 => "gb26875",
        }
    }
}

/// Where a door is, and how many may come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entrance {
    /// Where it listens.
    pub listen: SocketAddr,
    /// Connections at a time.
    pub connections: usize,
    /// Connections from one address at a time: many for vehicles, which come through the gateway of their carrier.
    pub connections_per_address: usize,
}

impl Entrance {
    /// A door at this address with the usual room.
    pub fn at(listen: SocketAddr) -> Self {
        Self { listen, connections: 10_000, connections_per_address: 1_000 }
    }
}

/// Limits that keep one device from harming the others.
#[derive(Debug, Clone)]
pub struct ConnectionLimits {
    /// Largest MQTT packet in bytes.
    pub packet_bytes: usize,
    /// Messages of one connection that wait to become durable.
    pub waiting_messages: usize,
    /// Bytes of those messages.
    pub waiting_bytes: usize,
    /// Readings a device may send a second in the long run.
    pub readings_per_second: u32,
    /// Readings a device may send at once, such as a backlog after an outage.
    pub burst_readings: u32,
    /// How long a new MQTT connection may take to introduce itself.
    pub connect_timeout: Duration,
    /// Silence after which a connection of frames, or an MQTT one without keep-alive, is closed.
    pub idle_timeout: Duration,
    /// How long a device may take to accept an answer.
    pub write_timeout: Duration,
}

impl Default for GatewayConfig {
    fn default() -> Self {
        let any = |port: u16| Entrance::at(SocketAddr::from(([0, 0, 0, 0], port)));
        let framed = BTreeMap::from([(FramedProtocol::Hj212, any(9212))]);
        Self {
            mqtt: Some(any(1883)),
            framed,
            modbus: Vec::new(),
            drop: Vec::new(),
            limits: ConnectionLimits::default(),
            sensorthings: None,
        }
    }
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self {
            packet_bytes: 1024 * 1024,
            waiting_messages: 1_024,
            waiting_bytes: 2 * 1024 * 1024,
            readings_per_second: 2_000,
            burst_readings: 100_000,
            connect_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_hours(1),
            write_timeout: Duration::from_secs(10),
        }
    }
}
