//! How the doors are set up.

use std::net::SocketAddr;
use std::time::Duration;

/// The doors and their limits.
#[derive(Debug, Clone)]
pub struct GatewayConfig {
    /// Where MQTT listens; not at all if absent.
    pub mqtt: Option<SocketAddr>,
    /// Where HJ 212 listens; not at all if absent.
    pub hj212: Option<SocketAddr>,
    /// Limits of both doors.
    pub limits: ConnectionLimits,
}

/// Limits that keep one device from harming the others.
#[derive(Debug, Clone)]
pub struct ConnectionLimits {
    /// Connections at one door at a time.
    pub connections: usize,
    /// Connections from one address at a time.
    pub connections_per_address: usize,
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
    /// Silence after which an HJ 212 connection, or an MQTT one without keep-alive, is closed.
    pub idle_timeout: Duration,
    /// How long a device may take to accept an answer.
    pub write_timeout: Duration,
}

impl Default for GatewayConfig {
    fn default() -> Self {
        let any = |port: u16| Some(SocketAddr::from(([0, 0, 0, 0], port)));
        Self { mqtt: any(1883), hj212: any(9212), limits: ConnectionLimits::default() }
    }
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self {
            connections: 10_000,
            connections_per_address: 1_000,
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
