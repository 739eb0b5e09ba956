//! The station address A5…A1 (6.2.3.2) and the station class (annex A).

use std::fmt;

use super::hexadecimal;

/// Five bytes that name a station, A5 first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StationAddress(pub [u8; 5]);

/// What a station address is made of.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum AddressForm {
    /// A5 is 00 and A4…A1 are the eight characters of SL 502 (table 13).
    Hydrological {
        /// Eight characters.
        code: String,
    },
    /// A5…A3 are the six digits of GB/T 2260, A2 A1 a number within the county (table 14).
    Administrative {
        /// Six digits of the county.
        division: String,
        /// 1–60000 a station, 60001–65534 a relay, 65535 all stations.
        number: u16,
    },
    /// Neither: A5…A3 are no digits, or the number is 0.
    Irregular,
}

impl StationAddress {
    /// Reads ten hexadecimal digits.
    pub fn parse(digits: &str) -> Option<Self> {
        hexadecimal::array(digits.as_bytes()).map(Self)
    }

    /// What the address is made of.
    pub fn form(self) -> AddressForm {
        let [a5, a4, a3, a2, a1] = self.0;
        if a5 == 0 {
            return AddressForm::Hydrological { code: hexadecimal::text(&[a4, a3, a2, a1]) };
        }
        let division = hexadecimal::text(&[a5, a4, a3]);
        let number = u16::from_be_bytes([a2, a1]);
        if number == 0 || !division.bytes().all(|digit| digit.is_ascii_digit()) {
            return AddressForm::Irregular;
        }
        AddressForm::Administrative { division, number }
    }

    /// The code a centre keeps: eight characters, or the county and its number in six digits each (6.2.3.2 b).
    pub fn code(self) -> String {
        match self.form() {
            AddressForm::Hydrological { code } => code,
            AddressForm::Administrative { division, number } => format!("{division}{number:06}"),
            AddressForm::Irregular => self.to_string(),
        }
    }

    /// The address of a hydrological station with its eight characters.
    pub fn hydrological(code: &str) -> Option<Self> {
        let [a4, a3, a2, a1] = hexadecimal::array(code.as_bytes())?;
        Some(Self([0, a4, a3, a2, a1]))
    }

    /// The address of any other station: six digits of the county and a number within it.
    pub fn administrative(division: &str, number: u16) -> Option<Self> {
        let digits = division.bytes().all(|digit| digit.is_ascii_digit());
        let [a5, a4, a3] = digits.then(|| hexadecimal::array(division.as_bytes())).flatten()?;
        let [a2, a1] = number.to_be_bytes();
        (a5 != 0 && number != 0).then_some(Self([a5, a4, a3, a2, a1]))
    }

    /// Whether all stations of a county are meant.
    pub fn is_broadcast(self) -> bool {
        matches!(self.form(), AddressForm::Administrative { number: u16::MAX, .. })
    }

    /// Whether a relay is meant.
    pub fn is_relay(self) -> bool {
        matches!(self.form(), AddressForm::Administrative { number: 60_001..=65_534, .. })
    }
}

/// Ten hexadecimal digits in lower case.
impl fmt::Display for StationAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&hexadecimal::text(&self.0))
    }
}

/// What kind of station speaks (table A.1): one letter, in HEX coding its ASCII code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct StationClass(pub u8);

impl StationClass {
    /// `P`: rain, evaporation, weather.
    pub const RAIN: Self = Self(0x50);
    /// `H`: river.
    pub const RIVER: Self = Self(0x48);
    /// `K`: reservoir or lake.
    pub const RESERVOIR: Self = Self(0x4B);
    /// `Z`: sluice.
    pub const SLUICE: Self = Self(0x5A);
    /// `D`: pumping station.
    pub const PUMPING: Self = Self(0x44);
    /// `T`: tide.
    pub const TIDE: Self = Self(0x54);
    /// `M`: soil moisture.
    pub const SOIL_MOISTURE: Self = Self(0x4D);
    /// `G`: groundwater.
    pub const GROUNDWATER: Self = Self(0x47);
    /// `Q`: water quality.
    pub const WATER_QUALITY: Self = Self(0x51);
    /// `I`: intake.
    pub const INTAKE: Self = Self(0x49);
    /// `O`: outlet.
    pub const OUTLET: Self = Self(0x4F);

    /// The letter; nothing for classes that have none.
    pub fn letter(self) -> Option<char> {
        self.0.is_ascii_uppercase().then(|| char::from(self.0))
    }

    /// Name of the class in English; nothing for user-defined ones.
    pub fn name(self) -> Option<&'static str> {
        Some(match self {
            Self::RAIN => "rain",
            Self::RIVER => "river",
            Self::RESERVOIR => "reservoir",
            Self::SLUICE => "sluice",
            Self::PUMPING => "pumping station",
            Self::TIDE => "tide",
            Self::SOIL_MOISTURE => "soil moisture",
            Self::GROUNDWATER => "groundwater",
            Self::WATER_QUALITY => "water quality",
            Self::INTAKE => "intake",
            Self::OUTLET => "outlet",
            _ => return None,
        })
    }
}
