//! What can be wrong with a frame, a body, a message to be sent, or a description.

use std::fmt::{Debug, Display};

use thiserror::Error;

/// Why bytes are no frame.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FrameError {
    /// The bytes do not begin with `7E`.
    #[error("{skipped} bytes before the next frame start")]
    BadStart {
        /// How many bytes were passed over.
        skipped: usize,
    },
    /// The bytes end inside the frame, or are too few to hold a header.
    #[error("frame cut off after {available} bytes")]
    Truncated {
        /// How many bytes there are, from the frame start on.
        available: usize,
    },
    /// No end mark within the longest frame there can be.
    #[error("no end mark within {maximum} bytes")]
    Oversize {
        /// The limit in force.
        maximum: usize,
    },
    /// `7D` is followed by something else than `01` or `02`.
    #[error("7D at byte {offset} is followed by neither 01 nor 02")]
    BadEscape {
        /// Place of the `7D`, counted from the start mark.
        offset: usize,
    },
    /// The exclusive or does not fit.
    #[error("check byte {declared:02X} declared, {computed:02X} computed")]
    BadChecksum {
        /// The byte in the frame.
        declared: u8,
        /// What the rule yields.
        computed: u8,
    },
    /// The declared body length fits neither header layout.
    #[error("declared body length {declared} fits neither header layout")]
    LengthMismatch {
        /// Length declared by the header.
        declared: usize,
        /// Bytes after the message id and the attributes.
        available: usize,
    },
}

impl FrameError {
    /// The short code used in logs and test vectors.
    pub fn code(&self) -> &'static str {
        match self {
            Self::BadStart { .. } => "bad_start",
            Self::Truncated { .. } => "truncated",
            Self::Oversize { .. } => "oversize",
            Self::BadEscape { .. } => "bad_escape",
            Self::BadChecksum { .. } => "bad_checksum",
            Self::LengthMismatch { .. } => "length_mismatch",
        }
    }
}

/// Bytes the [`Decoder`](super::Decoder) gave up on, and why.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{error}")]
pub struct Rejected {
    /// The reason.
    #[source]
    pub error: FrameError,
    /// The bytes dropped, for the raw log.
    pub raw: Vec<u8>,
}

/// A problem and the field it was met in.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}{problem}", prefix(field))]
pub struct Located<P: Debug + Display> {
    /// The field, as a path of names; empty while it is not known.
    pub field: String,
    /// What is wrong.
    pub problem: P,
}

fn prefix(field: &str) -> String {
    if field.is_empty() { String::new() } else { format!("{field}: ") }
}

impl<P: Debug + Display> Located<P> {
    /// The same problem, seen from one structure further out.
    pub(crate) fn at(mut self, field: &str) -> Self {
        if self.field.is_empty() {
            field.clone_into(&mut self.field);
        } else {
            self.field = format!("{field}.{}", self.field);
        }
        self
    }
}

impl<P: Debug + Display> From<P> for Located<P> {
    fn from(problem: P) -> Self {
        Self { field: String::new(), problem }
    }
}

/// What is wrong with a body.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BodyProblem {
    /// The body ends before the field does.
    #[error("{needed} bytes needed, {available} there")]
    Truncated {
        /// How many bytes the field takes.
        needed: usize,
        /// How many there are.
        available: usize,
    },
    /// The body is enciphered or is one part of several; it has to be deciphered or joined first.
    #[error("the body is not whole and in clear")]
    Sealed,
}

/// Why a body is unreadable.
pub type BodyError = Located<BodyProblem>;

/// What hinders a message from being sent.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EncodeProblem {
    /// The text, list or body is too long for its place.
    #[error("{length} exceeds {maximum}")]
    TooLong {
        /// Its length in bytes or items.
        length: usize,
        /// The limit.
        maximum: usize,
    },
    /// A character has no GBK code.
    #[error("{character:?} has no GBK code")]
    NotGbk {
        /// The character.
        character: char,
    },
    /// The number does not fit its place, or has decimals its place cannot hold.
    #[error("{value} does not fit its place")]
    OutOfRange {
        /// The number.
        value: String,
    },
    /// Text that has to consist of hexadecimal digits does not.
    #[error("{text:?} is no {digits}-digit number")]
    NotDigits {
        /// The text.
        text: String,
        /// How many digits there have to be.
        digits: usize,
    },
    /// A field that the edition or the attribute bits demand is absent.
    #[error("demanded but absent")]
    Absent,
    /// A field is present that the edition or the attribute bits do not allow, or that follows an absent one.
    #[error("present but not allowed here")]
    NotAllowed,
}

/// Why a message cannot be sent.
pub type EncodeError = Located<EncodeProblem>;

/// What is wrong with a description.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ComposeProblem {
    /// The field is missing.
    #[error("missing")]
    Missing,
    /// The field is of another kind.
    #[error("{expected} expected")]
    Expected {
        /// What has to stand there.
        expected: &'static str,
    },
    /// The description is understood but cannot be sent.
    #[error("{0}")]
    Encode(#[from] EncodeProblem),
}

/// Why a description cannot become a frame.
pub type ComposeError = Located<ComposeProblem>;

impl From<EncodeError> for ComposeError {
    fn from(error: EncodeError) -> Self {
        Self { field: error.field, problem: error.problem.into() }
    }
}
