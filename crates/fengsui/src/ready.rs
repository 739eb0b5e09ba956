//! What a running platform tells about itself.

use std::net::SocketAddr;

use fengsui_gateway::FramedProtocol;

/// The addresses that the doors are really bound to, for those that were asked for port 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bound {
    /// Console and REST interface.
    pub http: SocketAddr,
    /// MQTT; `None` when the door is closed.
    pub mqtt: Option<SocketAddr>,
    /// Protocols of frames, in the order of their list; `None` where the door is closed.
    pub framed: [Option<SocketAddr>; FramedProtocol::ALL.len()],
}

impl Bound {
    /// Where a protocol of frames listens.
    pub fn at(&self, protocol: FramedProtocol) -> Option<SocketAddr> {
        self.framed.get(protocol as usize).copied().flatten()
    }
}
