//! Protocol versions.

/// A version of MQTT, as named in CONNECT.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Version {
    /// MQTT 3.1 (`MQIsdp`, level 3), spoken by old loggers and modules.
    V31,
    /// MQTT 3.1.1 (`MQTT`, level 4).
    V311,
    /// MQTT 5.0 (`MQTT`, level 5).
    V5,
}

impl Version {
    /// Protocol name in CONNECT.
    pub fn protocol_name(self) -> &'static str {
        match self {
            Self::V31 => "MQIsdp",
            Self::V311 | Self::V5 => "MQTT",
        }
    }

    /// Protocol level in CONNECT.
    pub fn level(self) -> u8 {
        match self {
            Self::V31 => 3,
            Self::V311 => 4,
            Self::V5 => 5,
        }
    }

    /// The version of a name and level.
    pub fn recognise(name: &str, level: u8) -> Option<Self> {
        [Self::V31, Self::V311, Self::V5]
            .into_iter()
            .find(|version| version.protocol_name() == name && version.level() == level)
    }

    pub(super) fn has_properties(self) -> bool {
        self == Self::V5
    }
}
