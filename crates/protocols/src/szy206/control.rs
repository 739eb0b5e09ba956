//! The control byte: direction, splitting, frame count, kind of data.

/// Which way a frame travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From the terminal to the centre: bit 7 is 1.
    Up,
    /// From the centre to the terminal.
    Down,
}

/// What the data are about: the low four bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DataKind {
    /// A command or a confirmation.
    Command,
    /// Rain.
    Rain,
    /// Water level.
    WaterLevel,
    /// Flow, or flow and volume.
    Flow,
    /// Flow velocity.
    Velocity,
    /// Gate position.
    GatePosition,
    /// Power.
    Power,
    /// Air pressure.
    AirPressure,
    /// Wind speed.
    WindSpeed,
    /// Water temperature.
    WaterTemperature,
    /// Water quality.
    WaterQuality,
    /// Soil moisture.
    SoilMoisture,
    /// Evaporation.
    Evaporation,
    /// Alarm or state.
    AlarmOrState,
    /// Several parameters, or rain statistics.
    Combined,
    /// Water pressure.
    WaterPressure,
}

impl DataKind {
    /// Every kind, in the order of its number.
    pub const ALL: [Self; 16] = [
        Self::Command,
        Self::Rain,
        Self::WaterLevel,
        Self::Flow,
        Self::Velocity,
        Self::GatePosition,
        Self::Power,
        Self::AirPressure,
        Self::WindSpeed,
        Self::WaterTemperature,
        Self::WaterQuality,
        Self::SoilMoisture,
        Self::Evaporation,
        Self::AlarmOrState,
        Self::Combined,
        Self::WaterPressure,
    ];

    /// The kind of a number, of which the low four bits count.
    pub fn from_number(number: u8) -> Self {
        Self::ALL.into_iter().nth(usize::from(number & 0x0F)).unwrap_or(Self::Command)
    }

    /// The number in the control byte.
    pub fn number(self) -> u8 {
        self as u8
    }

    /// A stable English identifier.
    pub fn identifier(self) -> &'static str {
        match self {
            Self::Command => "command",
            Self::Rain => "rain",
            Self::WaterLevel => "water_level",
            Self::Flow => "flow",
            Self::Velocity => "velocity",
            Self::GatePosition => "gate_position",
            Self::Power => "power",
            Self::AirPressure => "air_pressure",
            Self::WindSpeed => "wind_speed",
            Self::WaterTemperature => "water_temperature",
            Self::WaterQuality => "water_quality",
            Self::SoilMoisture => "soil_moisture",
            Self::Evaporation => "evaporation",
            Self::AlarmOrState => "alarm_or_state",
            Self::Combined => "combined",
            Self::WaterPressure => "water_pressure",
        }
    }
}

/// The control byte, and the count that follows it in split messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Control {
    /// Which way the frame travels.
    pub direction: Direction,
    /// How many frames of a split message are left, this one included: 1 in the last. None in a message of one frame.
    pub frames_left: Option<u8>,
    /// Frame count: how often a frame may still be repeated; bits 5 and 4.
    pub repetition: u8,
    /// What the data are about.
    pub kind: DataKind,
}

impl Control {
    /// Whether a control byte says that a count of frames follows it.
    pub(super) fn is_split(byte: u8) -> bool {
        byte & 0x40 != 0
    }

    /// Reads the control byte; `frames_left` is what follows it, if something does.
    pub(super) fn from_byte(byte: u8, frames_left: Option<u8>) -> Self {
        let direction = if byte & 0x80 == 0 { Direction::Down } else { Direction::Up };
        Self { direction, frames_left, repetition: (byte >> 4) & 3, kind: DataKind::from_number(byte) }
    }

    /// The control byte.
    pub fn byte(self) -> u8 {
        let up = if self.direction == Direction::Up { 0x80 } else { 0 };
        let split = if self.frames_left.is_some() { 0x40 } else { 0 };
        up | split | ((self.repetition & 3) << 4) | self.kind.number()
    }
}
