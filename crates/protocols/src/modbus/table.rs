//! The four tables of a device, and bits packed into bytes.

/// A table of single bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum BitTable {
    /// Outputs, written and read (function 1).
    Coils,
    /// Inputs (function 2).
    DiscreteInputs,
}

impl BitTable {
    /// The function that reads it.
    pub fn function(self) -> u8 {
        match self {
            Self::Coils => 1,
            Self::DiscreteInputs => 2,
        }
    }
}

/// A table of registers of 16 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RegisterTable {
    /// Written and read (function 3).
    Holding,
    /// Inputs (function 4).
    Input,
}

impl RegisterTable {
    /// The function that reads it.
    pub fn function(self) -> u8 {
        match self {
            Self::Holding => 3,
            Self::Input => 4,
        }
    }
}

/// The first `count` bits of a message, the lowest bit of each byte first; fewer if there are fewer bytes.
pub fn unpack_bits(bytes: &[u8], count: usize) -> Vec<bool> {
    bytes.iter().flat_map(|byte| (0..8).map(move |bit| byte & (1 << bit) != 0)).take(count).collect()
}

/// Bits as bytes, the lowest bit of each byte first, the rest of the last byte zero.
pub fn pack_bits(bits: &[bool]) -> Vec<u8> {
    bits.chunks(8).map(|chunk| chunk.iter().rev().fold(0, |byte, bit| (byte << 1) | u8::from(*bit))).collect()
}

/// Registers as bytes.
pub(super) fn register_bytes(values: &[u16]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_be_bytes()).collect()
}

/// Bytes as registers; a byte over is left out, which the callers' checks of length exclude.
pub(super) fn registers(bytes: &[u8]) -> Vec<u16> {
    bytes.as_chunks::<2>().0.iter().map(|pair| u16::from_be_bytes(*pair)).collect()
}
