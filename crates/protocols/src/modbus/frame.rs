//! One frame: the MBAP header and a message.

use super::error::FrameError;

/// Transaction, protocol and length.
pub(super) const PREFIX: usize = 6;
/// Greatest value of the length field: unit and a message of 253 bytes.
pub const MAX_LENGTH: usize = 254;
const MIN_LENGTH: usize = 2;

/// A frame of Modbus TCP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Transaction identifier, copied by the server into its answer.
    pub transaction: u16,
    /// Unit identifier: which device behind the address.
    pub unit: u8,
    /// The message: function code and data, 1 to 253 bytes.
    pub message: Vec<u8>,
}

impl Frame {
    /// Function code of the message, without the mark of an exception.
    pub fn function(&self) -> u8 {
        self.message.first().copied().unwrap_or_default() & 0x7F
    }

    /// Writes the frame; nothing if the message is empty or too long.
    pub fn encode(&self) -> Option<Vec<u8>> {
        let length = self.message.len() + 1;
        if !(MIN_LENGTH..=MAX_LENGTH).contains(&length) {
            return None;
        }
        let mut bytes = Vec::with_capacity(PREFIX + length);
        bytes.extend_from_slice(&self.transaction.to_be_bytes());
        bytes.extend_from_slice(&[0, 0]);
        bytes.extend_from_slice(&u16::try_from(length).ok()?.to_be_bytes());
        bytes.push(self.unit);
        bytes.extend_from_slice(&self.message);
        Some(bytes)
    }

    /// Reads the frame at the head of `bytes` and how many bytes it takes.
    pub fn decode(bytes: &[u8]) -> Result<(Self, usize), FrameError> {
        let truncated = FrameError::Truncated { available: bytes.len() };
        let Some(&[first, second, third, fourth, fifth, sixth, unit, _]) = bytes.first_chunk::<8>() else {
            return Err(truncated);
        };
        let length = check([third, fourth], [fifth, sixth])?;
        let end = PREFIX + length;
        let message = bytes.get(PREFIX + 1..end).ok_or(truncated)?.to_vec();
        Ok((Self { transaction: u16::from_be_bytes([first, second]), unit, message }, end))
    }
}

/// The length, if a header with these fields can be one.
fn check(protocol: [u8; 2], length: [u8; 2]) -> Result<usize, FrameError> {
    let (protocol, length) = (u16::from_be_bytes(protocol), u16::from_be_bytes(length));
    if protocol != 0 {
        return Err(FrameError::BadProtocol { protocol });
    }
    if !(MIN_LENGTH..=MAX_LENGTH).contains(&usize::from(length)) {
        return Err(FrameError::BadLength { length });
    }
    Ok(usize::from(length))
}

/// The error, if the bytes there are show that no frame begins here.
pub(super) fn hopeless(bytes: &[u8]) -> Option<FrameError> {
    let at = |index: usize| bytes.get(index).copied();
    let protocol = [at(2).unwrap_or_default(), at(3).unwrap_or_default()];
    // Half a length field is judged by its upper byte, which is always zero.
    let length = match (at(4), at(5)) {
        (Some(high), Some(low)) => [high, low],
        (Some(high), None) if high > 0 => [high, 0],
        _ => [0, 2],
    };
    check(protocol, length).err()
}
