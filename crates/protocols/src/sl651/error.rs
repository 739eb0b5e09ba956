//! What can be wrong with a frame, a body, a message to be sent, or a description.

use thiserror::Error;

/// Why bytes are no frame.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FrameError {
    /// The bytes begin with neither `7E7E` nor `SOH` and a header.
    #[error("{skipped} bytes before the next frame start")]
    BadStart {
        /// How many bytes were passed over.
        skipped: usize,
    },
    /// The bytes end inside the frame.
    #[error("frame cut off after {available} bytes")]
    Truncated {
        /// Length of the whole frame, where the header is complete.
        declared: Option<usize>,
        /// How many bytes there are.
        available: usize,
    },
    /// The header of an ASCII frame holds something else than hexadecimal digits.
    #[error("header field {field} is no hexadecimal number")]
    BadHeader {
        /// Name of the field.
        field: &'static str,
    },
    /// The length of an ASCII frame is no hexadecimal number.
    #[error("the length is no hexadecimal number")]
    BadLength,
    /// The direction is neither 0 (up) nor 8 (down).
    #[error("direction {nibble:X} is neither up nor down")]
    BadDirection {
        /// The four bits found.
        nibble: u8,
    },
    /// The body is introduced by neither STX nor SYN.
    #[error("byte {byte:02X} is neither STX nor SYN")]
    BadBodyStart {
        /// The byte found.
        byte: u8,
    },
    /// After SYN there is no room for total and number of the packet.
    #[error("no packet number after SYN")]
    MissingPacketNumber,
    /// The byte after the body is no end mark.
    #[error("byte {byte:02X} is no end mark")]
    BadEnd {
        /// The byte found.
        byte: u8,
    },
    /// The checksum does not fit.
    #[error("checksum {declared} declared, {computed:04X} computed")]
    BadChecksum {
        /// What the frame carries, as digits.
        declared: String,
        /// What it should carry.
        computed: u16,
    },
}

impl FrameError {
    /// The code test vectors and `decode` use for it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::BadStart { .. } => "bad_start",
            Self::Truncated { .. } => "truncated",
            Self::BadLength => "bad_length",
            Self::BadHeader { .. }
            | Self::BadDirection { .. }
            | Self::BadBodyStart { .. }
            | Self::MissingPacketNumber => "bad_field",
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

/// Why a body cannot be read at all.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BodyError {
    /// Too short for serial number and send time, or these are no digits (ASCII).
    #[error("no serial number and send time")]
    MissingPreamble,
    /// Packets after the first carry no preamble; assemble them first.
    #[error("packet {number} is a continuation")]
    Continuation {
        /// Number of the packet.
        number: u16,
    },
}

/// Where reading a body stopped. What stood before has been read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{reason} at byte {offset} of the body")]
pub struct BodyFault {
    /// What is wrong.
    pub reason: &'static str,
    /// Offset within the body, from its serial number on.
    pub offset: usize,
    /// The bytes left unread.
    pub rest: Vec<u8>,
}

/// Why something cannot be sent.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EncodeError {
    /// The body is longer than twelve bits tell.
    #[error("body of {length} bytes exceeds {maximum}")]
    TooLong {
        /// Length in bytes.
        length: usize,
        /// The limit.
        maximum: usize,
    },
    /// The text is no decimal number.
    #[error("{text:?} is no decimal number")]
    NotDecimal {
        /// The text.
        text: String,
    },
    /// The number does not fit the identifier's definition.
    #[error("{text} does not fit {bytes} bytes with {decimals} decimals")]
    DoesNotFit {
        /// The number.
        text: String,
        /// Bytes there are.
        bytes: usize,
        /// Decimals there are.
        decimals: u8,
    },
    /// The coding has no form for it.
    #[error("{what} cannot be written in this coding")]
    NotExpressible {
        /// What it is.
        what: &'static str,
    },
}

/// Why a description does not yield a frame.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ComposeError {
    /// A field is absent or has the wrong type or form.
    #[error("field {field} is missing or malformed")]
    Field {
        /// Name of the field.
        field: String,
    },
    /// What is described cannot be sent.
    #[error(transparent)]
    Encode(#[from] EncodeError),
}

impl ComposeError {
    pub(super) fn field(name: &str) -> Self {
        Self::Field { field: name.to_owned() }
    }
}
