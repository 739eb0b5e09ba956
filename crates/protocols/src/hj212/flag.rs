//! The `Flag` field: acknowledgement wanted, split message, version.

use std::fmt;

/// Edition of the standard a device follows, from the upper six bits of `Flag`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Version {
    /// HJ/T 212-2005: version bits 0, or no `Flag` at all.
    V2005,
    /// HJ 212-2017: version bits 1.
    V2017,
    /// HJ 212-2025 and the earlier national surface-water profile: version bits 2.
    V2025,
    /// Version bits no edition known here uses.
    Other(u8),
}

impl Version {
    /// The edition the version bits stand for.
    pub fn from_bits(bits: u8) -> Self {
        match bits {
            0 => Self::V2005,
            1 => Self::V2017,
            2 => Self::V2025,
            other => Self::Other(other),
        }
    }

    /// The version bits of the edition.
    pub fn bits(self) -> u8 {
        match self {
            Self::V2005 => 0,
            Self::V2017 => 1,
            Self::V2025 => 2,
            Self::Other(bits) => bits & 0x3F,
        }
    }
}

/// The `Flag` byte of a data segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Flag(pub u8);

impl Flag {
    const ACKNOWLEDGE: u8 = 1;
    const SPLIT: u8 = 2;

    /// A flag of the given edition.
    pub fn new(version: Version, needs_acknowledgement: bool) -> Self {
        Self((version.bits() << 2) | u8::from(needs_acknowledgement))
    }

    /// Whether the sender wants an answer.
    pub fn needs_acknowledgement(self) -> bool {
        self.0 & Self::ACKNOWLEDGE != 0
    }

    /// Whether the message is split over several frames (`PNUM` and `PNO` are present).
    pub fn is_split(self) -> bool {
        self.0 & Self::SPLIT != 0
    }

    /// The edition in use.
    pub fn version(self) -> Version {
        Version::from_bits(self.0 >> 2)
    }

    /// The same without the mark of a split message.
    pub fn unsplit(self) -> Self {
        Self(self.0 & !Self::SPLIT)
    }

    /// The version bits alone, as replies carry them.
    pub fn version_only(self) -> Self {
        Self(self.0 & !(Self::ACKNOWLEDGE | Self::SPLIT))
    }
}

impl fmt::Display for Flag {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.0)
    }
}
