//! What can be wrong with a topic, a payload or a state message.

use thiserror::Error;

/// Why a topic is none of Sparkplug's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
pub enum TopicError {
    /// The topic does not begin with `spBv1.0`.
    #[error("the topic does not begin with spBv1.0")]
    Namespace,
    /// The message type is none of the nine.
    #[error("unknown message type")]
    Kind,
    /// A part is missing, empty or too many, or a device is named where none may be.
    #[error("the topic has the wrong parts for its message type")]
    Parts,
    /// A name holds `+`, `/` or `#`.
    #[error("a name holds a reserved character")]
    Reserved,
}

/// Why bytes are no payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
pub enum PayloadError {
    /// The bytes end inside a field.
    #[error("cut off inside a field")]
    Truncated,
    /// A number has more than ten bytes, or a field the number zero.
    #[error("malformed number")]
    BadNumber,
    /// A field is encoded in another way than its kind is.
    #[error("field {field} is encoded in the wrong way")]
    BadEncoding {
        /// Number of the field.
        field: u32,
    },
    /// A text is not UTF-8.
    #[error("field {field} is no text")]
    BadText {
        /// Number of the field.
        field: u32,
    },
    /// Templates or property sets lie in one another too deeply.
    #[error("nested too deeply")]
    TooDeep,
    /// There are more metrics, values and properties than are read.
    #[error("too many elements")]
    TooMany,
}

/// Why bytes are no state of a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
pub enum StateError {
    /// The payload is no JSON object.
    #[error("the state is no JSON object")]
    NotJson,
    /// `online` is missing or neither true nor false.
    #[error("the state does not say whether the host is online")]
    NoOnline,
    /// `timestamp` is missing or no number.
    #[error("the state has no timestamp")]
    NoTimestamp,
}
