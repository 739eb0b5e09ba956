//! What can be wrong with a frame.

use thiserror::Error;

/// Why bytes are no frame.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FrameError {
    /// The bytes do not begin with `68`.
    #[error("{skipped} bytes before the next frame start")]
    BadStart {
        /// How many bytes were passed over.
        skipped: usize,
    },
    /// The length is not followed by the second `68`.
    #[error("{found:02X} after the length instead of 68")]
    MissingSecondStart {
        /// The byte found.
        found: u8,
    },
    /// The user area has no room for control, address and function.
    #[error("user area of {declared} bytes holds no control, address and function")]
    TooShort {
        /// Length declared by the frame.
        declared: usize,
    },
    /// The bytes end inside the frame.
    #[error("frame cut off after {available} bytes")]
    Truncated {
        /// Length of the user area, where the frame got that far.
        declared: Option<usize>,
        /// How many bytes there are, from the frame start on.
        available: usize,
    },
    /// No `16` stands where the declared length says.
    #[error("end mark {found:02X} instead of 16")]
    BadEnd {
        /// The byte found.
        found: u8,
    },
    /// The checksum does not fit.
    #[error("checksum {declared:02X} declared, {computed:02X} computed")]
    BadChecksum {
        /// The checksum in the frame.
        declared: u8,
        /// That of the bytes.
        computed: u8,
    },
}

impl FrameError {
    /// The code the test vectors know this error by.
    pub fn code(&self) -> &'static str {
        match self {
            Self::BadStart { .. } => "bad_start",
            Self::MissingSecondStart { .. } | Self::TooShort { .. } => "bad_field",
            Self::Truncated { .. } => "truncated",
            Self::BadEnd { .. } => "bad_end",
            Self::BadChecksum { .. } => "bad_checksum",
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

/// Why a frame cannot be sent.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EncodeError {
    /// The user area is longer than the length byte can say.
    #[error("user area of {length} bytes exceeds 255")]
    TooLong {
        /// Length in bytes.
        length: usize,
    },
}
