//! What can be wrong with a frame, an application data unit, or a message to be sent.

use thiserror::Error;

use super::frame::Header;
use super::type_flag::TypeFlag;

/// Why bytes are no frame.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FrameError {
    /// The bytes do not begin with `@@`.
    #[error("{skipped} bytes before the next frame start")]
    BadStart {
        /// How many bytes were passed over.
        skipped: usize,
    },
    /// The bytes end inside the frame.
    #[error("frame cut off after {available} bytes")]
    Truncated {
        /// Length of the application data unit, where the frame got that far.
        declared: Option<usize>,
        /// How many bytes there are, from the frame start on.
        available: usize,
    },
    /// The declared length passes 1,024; the frame is refused without waiting for its bytes.
    #[error("declared length {declared} exceeds {maximum}")]
    Oversize {
        /// Length declared by the frame.
        declared: usize,
        /// The limit of the standard.
        maximum: usize,
    },
    /// No `##` stands where the declared length says.
    #[error("end mark {found:02X?} instead of ##")]
    BadEnd {
        /// The two bytes found.
        found: [u8; 2],
    },
    /// The sum does not fit.
    #[error("checksum {declared:02X} declared, {computed:02X} computed")]
    BadChecksum {
        /// The sum in the frame.
        declared: u8,
        /// The sum of the bytes.
        computed: u8,
    },
}

impl FrameError {
    /// The code the test vectors know this error by.
    pub fn code(&self) -> &'static str {
        match self {
            Self::BadStart { .. } => "bad_start",
            Self::Truncated { .. } => "truncated",
            Self::Oversize { .. } => "oversize",
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
    /// The control unit of a damaged frame, where enough of it is right to deny it by
    /// [`deny_rejected`](super::deny_rejected).
    pub header: Option<Header>,
}

/// Why an application data unit is unreadable. The frame around it is whole.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum UnitError {
    /// A unit of one byte: there is a type flag, but no object count.
    #[error("the object count is missing")]
    MissingCount,
    /// The objects take more or fewer bytes than there are.
    #[error("{count} objects of type {} do not fit into {available} bytes", type_flag.number())]
    LengthMismatch {
        /// Type of the unit.
        type_flag: TypeFlag,
        /// How many objects it says it has.
        count: u8,
        /// How many bytes follow the count.
        available: usize,
    },
}

impl UnitError {
    /// The code the test vectors know this error by.
    pub fn code(&self) -> &'static str {
        match self {
            Self::MissingCount => "bad_field",
            Self::LengthMismatch { .. } => "length_mismatch",
        }
    }
}

/// Why a message cannot be sent.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EncodeError {
    /// A text takes more bytes than there is room for.
    #[error("text of {length} bytes exceeds {maximum}")]
    TextTooLong {
        /// Length in bytes of GB 18030.
        length: usize,
        /// The room.
        maximum: usize,
    },
    /// A text holds a character GB 18030 has no code for.
    #[error("the text holds a character outside GB 18030")]
    NotInCharacterSet,
    /// There are more than 255 objects.
    #[error("{count} objects exceed 255")]
    TooManyObjects {
        /// How many there are.
        count: usize,
    },
    /// The application data unit passes 1,024 bytes.
    #[error("application data unit of {length} bytes exceeds {maximum}")]
    TooLong {
        /// Length in bytes.
        length: usize,
        /// The limit of the standard.
        maximum: usize,
    },
}
