//! The editions of the standard and the two header layouts.

/// Edition of JT/T 808 a body follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Edition {
    /// JT/T 808-2011.
    V2011,
    /// JT/T 808-2013; the header is that of 2011.
    V2013,
    /// JT/T 808-2019.
    V2019,
}

/// Layout of a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HeaderLayout {
    /// 2011 and 2013: six bytes of telephone number.
    V2013,
    /// 2019: protocol version, ten bytes of terminal number.
    V2019 {
        /// Number of the protocol version, 1 in the first.
        version: u8,
    },
}

impl HeaderLayout {
    /// Bytes of the telephone number.
    pub(super) fn phone_bytes(self) -> usize {
        match self {
            Self::V2013 => 6,
            Self::V2019 { .. } => 10,
        }
    }

    /// The edition bodies follow unless they show otherwise.
    pub fn edition(self) -> Edition {
        match self {
            Self::V2013 => Edition::V2013,
            Self::V2019 { .. } => Edition::V2019,
        }
    }

    /// The name in descriptions.
    pub fn name(self) -> &'static str {
        match self {
            Self::V2013 => "2013",
            Self::V2019 { .. } => "2019",
        }
    }

    /// Whether bit 14 of the attributes should be set.
    pub(super) fn claims_2019(self) -> bool {
        matches!(self, Self::V2019 { .. })
    }
}
