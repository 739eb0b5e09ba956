//! The status word of a location (table 25; table 26 in 2019) and the other words of states.

use super::bits::bit_set;

bit_set! {
    /// The status word.
    Status(u32) of
    /// One bit of the status word; [`Status::load`] has the two that belong together.
    State {
        /// Ignition on.
        0 AccOn "acc_on",
        /// The position is a fix.
        1 Fixed "fixed",
        /// Southern latitude.
        2 South "south",
        /// Western longitude.
        3 West "west",
        /// Out of service.
        4 OutOfService "out_of_service",
        /// The position is enciphered by a plug-in.
        5 PositionEncrypted "position_encrypted",
        /// Forward collision warning of the emergency braking system (2019).
        6 ForwardCollision "forward_collision",
        /// Lane departure warning (2019).
        7 LaneDeparture "lane_departure",
        /// Fuel line cut.
        10 OilCut "oil_cut",
        /// Electric circuit cut.
        11 PowerCut "power_cut",
        /// Doors locked.
        12 DoorsLocked "doors_locked",
        /// Door 1 (front) open.
        13 Door1Open "door_1_open",
        /// Door 2 (middle) open.
        14 Door2Open "door_2_open",
        /// Door 3 (back) open.
        15 Door3Open "door_3_open",
        /// Door 4 (driver) open.
        16 Door4Open "door_4_open",
        /// Door 5 (as the maker has it) open.
        17 Door5Open "door_5_open",
        /// Positions by GPS.
        18 Gps "gps",
        /// Positions by Beidou.
        19 Beidou "beidou",
        /// Positions by GLONASS.
        20 Glonass "glonass",
        /// Positions by Galileo.
        21 Galileo "galileo",
        /// Moving (2019).
        22 Moving "moving",
    }
}

/// Bits 8 and 9 of the status word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Load {
    /// 00.
    Empty,
    /// 01.
    Half,
    /// 10.
    Reserved,
    /// 11.
    Full,
}

impl Status {
    /// How the vehicle is loaded.
    pub fn load(self) -> Load {
        match (self.0 >> 8) & 3 {
            0 => Load::Empty,
            1 => Load::Half,
            2 => Load::Reserved,
            _ => Load::Full,
        }
    }
}

impl Load {
    /// The name in descriptions.
    pub fn name(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Half => "half",
            Self::Reserved => "reserved",
            Self::Full => "full",
        }
    }
}

bit_set! {
    /// Item 25: extended signals of the vehicle (table 31).
    Signals(u32) of
    /// One signal of the vehicle.
    Signal {
        /// Dipped beam.
        0 LowBeam "low_beam",
        /// Main beam.
        1 HighBeam "high_beam",
        /// Right turn.
        2 RightTurn "right_turn",
        /// Left turn.
        3 LeftTurn "left_turn",
        /// Brake.
        4 Brake "brake",
        /// Reverse gear.
        5 Reverse "reverse",
        /// Fog lamp.
        6 FogLamp "fog_lamp",
        /// Position lamps.
        7 PositionLamps "position_lamps",
        /// Horn.
        8 Horn "horn",
        /// Air conditioner.
        9 AirConditioner "air_conditioner",
        /// Neutral gear.
        10 Neutral "neutral",
        /// Retarder at work.
        11 Retarder "retarder",
        /// ABS at work.
        12 Abs "abs",
        /// Heater at work.
        13 Heater "heater",
        /// Clutch.
        14 Clutch "clutch",
    }
}

bit_set! {
    /// Item 2A: inputs (table 32).
    Inputs(u16) of
    /// One input.
    Input {
        /// Deep sleep.
        0 DeepSleep "deep_sleep",
        /// Sleep.
        1 Sleep "sleep",
    }
}

bit_set! {
    /// Item 14: video alarms (JT/T 1078, table 14).
    VideoAlarms(u32) of
    /// One video alarm.
    VideoAlarm {
        /// A video signal is lost; item 15 tells the channels.
        0 SignalLost "signal_lost",
        /// A camera is covered; item 16 tells the channels.
        1 SignalCovered "signal_covered",
        /// A storage is at fault; item 17 tells which.
        2 StorageFault "storage_fault",
        /// Another part of the video equipment is at fault.
        3 OtherFault "other_fault",
        /// More passengers than allowed.
        4 Overload "overload",
        /// Abnormal driving; item 18 tells how.
        5 AbnormalDriving "abnormal_driving",
        /// The storage of alarm recordings is almost full.
        6 AlarmStorageFull "alarm_storage_full",
    }
}

bit_set! {
    /// Item 18: abnormal driving (JT/T 1078, table 15).
    DrivingBehaviours(u16) of
    /// One way of driving.
    DrivingBehaviour {
        /// Fatigue.
        0 Fatigue "fatigue",
        /// Using a telephone.
        1 Telephone "telephone",
        /// Smoking.
        2 Smoking "smoking",
    }
}
