//! State of a host application (6.4.27): retained JSON by which edge nodes know that somebody listens.

use serde_json::{Value, json};

use super::error::StateError;

/// State of a host application. The will of its connection says `online: false` with the same timestamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct HostState {
    /// Whether the host is there.
    pub online: bool,
    /// Milliseconds since 1970 UTC at which it connected or left.
    pub timestamp: u64,
}

impl HostState {
    /// Reads the payload of a `STATE` message.
    pub fn decode(bytes: &[u8]) -> Result<Self, StateError> {
        let value: Value = serde_json::from_slice(bytes).map_err(|_| StateError::NotJson)?;
        let object = value.as_object().ok_or(StateError::NotJson)?;
        let online = object.get("online").and_then(Value::as_bool).ok_or(StateError::NoOnline)?;
        let timestamp = object.get("timestamp").and_then(Value::as_u64).ok_or(StateError::NoTimestamp)?;
        Ok(Self { online, timestamp })
    }

    /// Writes the payload of a `STATE` message, to be retained at quality of service 1.
    pub fn encode(self) -> Vec<u8> {
        json!({ "online": self.online, "timestamp": self.timestamp }).to_string().into_bytes()
    }
}
