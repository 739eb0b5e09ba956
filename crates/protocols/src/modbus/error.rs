//! What can be wrong with a frame, a message, an answer or a value.

use thiserror::Error;

/// Why bytes are no frame.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FrameError {
    /// The protocol identifier is not zero.
    #[error("protocol identifier {protocol}, not 0")]
    BadProtocol {
        /// The identifier found.
        protocol: u16,
    },
    /// The length field is below 2 or above 254; the frame is refused without waiting for its bytes.
    #[error("length {length} is not within 2 and 254")]
    BadLength {
        /// The length found.
        length: u16,
    },
    /// The bytes end inside the frame.
    #[error("frame cut off after {available} bytes")]
    Truncated {
        /// How many bytes there are.
        available: usize,
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

/// Why the message in a frame is unreadable, or cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MessageError {
    /// The message has another length than its function or its byte count says.
    #[error("{wanted} bytes are due after the function, {actual} are there")]
    LengthMismatch {
        /// Length due.
        wanted: usize,
        /// Length found.
        actual: usize,
    },
    /// A field has a value the function does not allow.
    #[error("{name} may not be {value}")]
    BadField {
        /// Name of the field.
        name: &'static str,
        /// Its value.
        value: usize,
    },
}

/// Why a response is no answer to a request. The connection is then out of step: close it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
pub enum Mismatch {
    /// Another function answers.
    #[error("function {got} answers function {wanted}")]
    Function {
        /// Function asked.
        wanted: u8,
        /// Function that answers.
        got: u8,
    },
    /// Another number of bits or registers comes back.
    #[error("{got} bytes or registers answer a request for {wanted}")]
    Count {
        /// Number due.
        wanted: usize,
        /// Number found.
        got: usize,
    },
    /// A write is confirmed with another address, value or count.
    #[error("the echo of a write differs from it")]
    Echo,
}

/// Why registers make no value, or a value no registers.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ValueError {
    /// There are too few registers.
    #[error("{wanted} registers are needed, {got} are there")]
    TooFewRegisters {
        /// Registers needed.
        wanted: usize,
        /// Registers there.
        got: usize,
    },
    /// A factor, an offset or a value is no decimal number, or has too many digits.
    #[error("{text:?} is no decimal number that can be handled")]
    NoDecimal {
        /// The text.
        text: String,
    },
    /// The value does not fit, or not exactly.
    #[error("{text} does not fit the registers exactly")]
    Unfit {
        /// The value.
        text: String,
    },
    /// The number has too many digits to be scaled.
    #[error("the scaled value has too many digits")]
    TooManyDigits,
    /// A bit number above 15.
    #[error("a register has no bit {bit}")]
    NoSuchBit {
        /// The bit number.
        bit: u8,
    },
}
