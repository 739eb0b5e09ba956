//! Why a message was refused, and the limits that protect the reader.

use thiserror::Error;

/// A message that cannot be read at all. Everything milder is a [`crate::Finding`].
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CapError {
    /// The message is larger than the limit.
    #[error("message has {bytes} bytes, the limit is {limit}")]
    TooLarge {
        /// Bytes received.
        bytes: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// Elements are nested deeper than the limit.
    #[error("elements are nested deeper than {limit} levels")]
    TooDeep {
        /// Levels allowed.
        limit: usize,
    },
    /// The message has more elements than the limit.
    #[error("message has more than {limit} elements")]
    TooManyElements {
        /// Elements allowed.
        limit: usize,
    },
    /// The bytes are not text in the encoding the message declares.
    #[error("bytes are not valid {encoding}")]
    Encoding {
        /// The declared (or assumed) encoding.
        encoding: String,
    },
    /// The message declares a document type, which CAP does not need and attackers do.
    #[error("document type declarations are refused")]
    DocumentType,
    /// The text uses an entity other than the five predefined ones.
    #[error("entity &{name}; is refused")]
    Entity {
        /// Name of the entity.
        name: String,
    },
    /// The text is not well-formed XML.
    #[error("not well-formed XML near byte {position}: {reason}")]
    Malformed {
        /// Byte offset in the decoded text.
        position: u64,
        /// What is wrong there.
        reason: String,
    },
    /// The root element is not the one expected.
    #[error("root element is <{name}>, expected <alert>")]
    NotAnAlert {
        /// Local name of the root element.
        name: String,
    },
    /// The root element is in a namespace that no known CAP version uses.
    #[error("namespace {namespace:?} is not that of a known CAP version")]
    UnknownNamespace {
        /// The namespace found, empty when there is none.
        namespace: String,
    },
}

/// Bounds on what the reader accepts from a stranger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Largest message, in bytes.
    pub bytes: usize,
    /// Deepest nesting of elements.
    pub depth: usize,
    /// Most elements in one message.
    pub elements: usize,
}

impl Default for Limits {
    /// 5 MiB, 32 levels, 100,000 elements: the largest real message collected has 0.9 MB
    /// (an embedded image), and a signed one nests about ten levels.
    fn default() -> Self {
        Self { bytes: 5 * 1024 * 1024, depth: 32, elements: 100_000 }
    }
}
