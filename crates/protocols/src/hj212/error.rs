//! What can be wrong with a frame, a data segment, or a text to be sent.

use thiserror::Error;

/// Why bytes are no frame.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FrameError {
    /// The bytes do not begin with `##`.
    #[error("{skipped} bytes before the next frame start")]
    BadStart {
        /// How many bytes were passed over.
        skipped: usize,
    },
    /// The four characters after `##` are no decimal number.
    #[error("length field {text:?} is no decimal number")]
    BadLength {
        /// The characters found.
        text: String,
    },
    /// The declared length passes the limit; the frame is refused without waiting for its bytes.
    #[error("declared length {declared} exceeds {maximum}")]
    Oversize {
        /// Length declared by the frame.
        declared: usize,
        /// The limit in force.
        maximum: usize,
    },
    /// The line end stands elsewhere than the declared length says.
    #[error("declared length {declared}, line end after {actual}")]
    LengthMismatch {
        /// Length declared by the frame.
        declared: usize,
        /// Length of the segment as the line end has it.
        actual: usize,
    },
    /// The bytes end inside the frame.
    #[error("frame cut off after {available} bytes")]
    Truncated {
        /// Length of the segment, where the frame got that far.
        declared: Option<usize>,
        /// How many bytes there are, from the frame start on.
        available: usize,
    },
    /// No accepted checksum fits.
    #[error("checksum {declared:?} declared, {computed:04X} computed")]
    BadChecksum {
        /// The four characters in the frame.
        declared: String,
        /// What the standard's rule yields.
        computed: u16,
    },
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

/// Why a data segment is unreadable as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SegmentError {
    /// A field without which the segment cannot be attributed or understood is absent.
    #[error("field {name} is missing")]
    MissingField {
        /// Name of the field.
        name: &'static str,
    },
    /// There is no `CP=&&`.
    #[error("no CP=&& block")]
    MissingParameters,
    /// The `CP=&&` block has no closing `&&`.
    #[error("the CP block is not closed")]
    UnclosedParameters,
    /// `CN` is no number of at most four digits.
    #[error("command {text:?} is no number")]
    BadCommand {
        /// The text found.
        text: String,
    },
    /// The cipher in use could not open the parameters.
    #[error("the parameters could not be deciphered")]
    Undecipherable,
}

/// Why a segment cannot be sent.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EncodeError {
    /// A name or value holds characters that would change the structure of the segment.
    #[error("{name} holds separators or control characters: {value:?}")]
    IllegalText {
        /// Name of the field.
        name: String,
        /// Its value.
        value: String,
    },
    /// The segment is longer than the length field allows.
    #[error("segment of {length} bytes exceeds {maximum}")]
    TooLong {
        /// Length in bytes.
        length: usize,
        /// The limit.
        maximum: usize,
    },
}
