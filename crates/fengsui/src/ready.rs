//! What a running platform tells about itself.

use std::net::SocketAddr;

/// The addresses that the doors are really bound to, for those that were asked for port 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bound {
    /// Console and REST interface.
    pub http: SocketAddr,
    /// MQTT; `None` when the door is closed.
    pub mqtt: Option<SocketAddr>,
    /// HJ 212; `None` when the door is closed.
    pub hj212: Option<SocketAddr>,
}
