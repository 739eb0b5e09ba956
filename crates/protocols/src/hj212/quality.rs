//! How far a value can be relied on, from the data flag the device sends with it.

/// Quality of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quality {
    /// Flag `N`: normal.
    Good,
    /// Flag `F`: the source or instrument is not running.
    Stopped,
    /// Flag `M`: under maintenance.
    Maintenance,
    /// Flag `S`: entered by hand.
    Manual,
    /// Flag `D`: instrument fault.
    Fault,
    /// Flag `C`: calibration.
    Calibration,
    /// Flag `T`: over the range of the instrument.
    OverRange,
    /// Flag `B`: communication with the instrument is broken.
    CommunicationFault,
    /// The value is empty.
    Missing,
    /// The value is no decimal number where one is due.
    Invalid,
    /// The device sends no flag, as many do.
    Unstated,
    /// The device sends a flag no edition known here defines.
    Unrecognised,
}

impl Quality {
    /// Reads a data flag.
    pub fn from_flag(flag: Option<&str>) -> Self {
        let Some(flag) = flag else {
            return Self::Unstated;
        };
        match flag.to_ascii_uppercase().as_str() {
            "N" => Self::Good,
            "F" => Self::Stopped,
            "M" => Self::Maintenance,
            "S" => Self::Manual,
            "D" => Self::Fault,
            "C" => Self::Calibration,
            "T" => Self::OverRange,
            "B" => Self::CommunicationFault,
            "" => Self::Unstated,
            _ => Self::Unrecognised,
        }
    }

    /// Whether the value may be used as a measurement of the environment.
    pub fn is_usable(self) -> bool {
        matches!(self, Self::Good | Self::Unstated | Self::Manual)
    }
}

/// Whether the text is a decimal number, with or without sign, fraction and exponent.
pub(super) fn is_decimal(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    // `parse` alone would let "inf" and "nan" through.
    unsigned.starts_with(|first: char| first.is_ascii_digit() || first == '.')
        && unsigned.parse::<f64>().is_ok_and(f64::is_finite)
}
