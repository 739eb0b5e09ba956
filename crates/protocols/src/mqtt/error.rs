//! What can be wrong with a packet.

use thiserror::Error;

use super::packet::PacketKind;
use super::reason::ReasonCode;

/// Why bytes are no packet, or a packet cannot be written. A connection does not survive any of these.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MqttError {
    /// The packet is larger than the caller allows.
    #[error("packet of {size} bytes exceeds {maximum}")]
    PacketTooLarge {
        /// Size of the whole packet.
        size: usize,
        /// The limit.
        maximum: usize,
    },
    /// A variable-length number has more than four bytes.
    #[error("variable-length number has more than four bytes")]
    MalformedLength,
    /// The first packet of a connection is no CONNECT.
    #[error("expected CONNECT, got {kind:?}")]
    ExpectedConnect {
        /// What came instead.
        kind: PacketKind,
    },
    /// The packet type is reserved or not offered (AUTH).
    #[error("packet type {number} is not supported")]
    UnsupportedPacket {
        /// The type in the upper half of the first byte.
        number: u8,
    },
    /// The protocol name and level are none of those supported.
    #[error("protocol {name:?} level {level} is not supported")]
    UnsupportedProtocol {
        /// Protocol name.
        name: String,
        /// Protocol level.
        level: u8,
    },
    /// The lower half of the first byte has bits the type does not allow.
    #[error("flags {flags:#06b} are not allowed in {kind:?}")]
    BadFlags {
        /// The packet type.
        kind: PacketKind,
        /// The flags.
        flags: u8,
    },
    /// The contents end before a field does.
    #[error("packet ends {missing} bytes early")]
    Truncated {
        /// How many bytes are missing at least.
        missing: usize,
    },
    /// The contents go on after the last field.
    #[error("{count} bytes after the end of {kind:?}")]
    TrailingBytes {
        /// The packet type.
        kind: PacketKind,
        /// How many.
        count: usize,
    },
    /// A text is not UTF-8 or holds a zero character.
    #[error("text is not valid UTF-8")]
    BadText,
    /// A field has a value it must not have.
    #[error("{field} has the invalid value {value}")]
    BadValue {
        /// Name of the field.
        field: &'static str,
        /// The value.
        value: u32,
    },
    /// A topic to publish to is empty or holds wildcards.
    #[error("{topic:?} is no topic name")]
    BadTopic {
        /// The topic.
        topic: String,
    },
    /// A subscription carries no filters, or an answer no codes.
    #[error("{kind:?} without entries")]
    NoEntries {
        /// The packet type.
        kind: PacketKind,
    },
    /// A property number is unknown.
    #[error("property {identifier:#04x} is unknown")]
    UnknownProperty {
        /// The number.
        identifier: u32,
    },
    /// A property that may stand once stands twice.
    #[error("property {identifier:#04x} stands twice")]
    DoubledProperty {
        /// The number.
        identifier: u8,
    },
    /// A text or binary value is too long to be written.
    #[error("value of {length} bytes does not fit its field")]
    ValueTooLong {
        /// Its length.
        length: usize,
    },
}

impl MqttError {
    /// The reason to give in a v5 DISCONNECT or CONNACK.
    pub fn reason(&self) -> ReasonCode {
        match self {
            Self::PacketTooLarge { .. } => ReasonCode::PACKET_TOO_LARGE,
            Self::UnsupportedProtocol { .. } => ReasonCode::UNSUPPORTED_PROTOCOL_VERSION,
            Self::BadTopic { .. } => ReasonCode::TOPIC_NAME_INVALID,
            Self::ExpectedConnect { .. }
            | Self::UnsupportedPacket { .. }
            | Self::NoEntries { .. }
            | Self::DoubledProperty { .. } => ReasonCode::PROTOCOL_ERROR,
            _ => ReasonCode::MALFORMED_PACKET,
        }
    }
}
