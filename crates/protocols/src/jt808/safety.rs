//! Active-safety alarms in location items 64 to 67 (T/JSATL 12-2017).
//!
//! Layouts of the 2017 text with its 16-byte alarm identity. Provincial variants with longer identities do not fit and
//! stay plain bytes.

use super::decimal::Decimal;
use super::field::layout;
use super::groups::{Counted, Nested};
use super::numbers::{Bits, Degrees, numbered};
use super::texts::Wide;
use super::time::LocalTime;

numbered! {
    /// Whether an alarm begins or ends.
    SafetyState {
        /// The alarm has no beginning and end.
        0 NotApplicable,
        /// It begins.
        1 Start,
        /// It ends.
        2 End,
    }
}

numbered! {
    /// Item 64: what the driver assistance reports.
    AssistanceKind {
        /// Forward collision.
        1 ForwardCollision,
        /// Lane departure.
        2 LaneDeparture,
        /// Too close to the vehicle ahead.
        3 TooClose,
        /// Pedestrian.
        4 Pedestrian,
        /// Frequent lane changes.
        5 LaneChanging,
        /// Beyond the limit of a road sign.
        6 RoadSign,
        /// Obstacle.
        7 Obstacle,
        /// A road sign was recognised (event).
        16 RoadSignRecognised,
        /// Picture taken on its own account (event).
        17 Snapshot,
    }
}

numbered! {
    /// Item 65: what the driver monitoring reports.
    MonitoringKind {
        /// Fatigue.
        1 Fatigue,
        /// Using a telephone.
        2 Telephone,
        /// Smoking.
        3 Smoking,
        /// Distracted.
        4 Distraction,
        /// Driver abnormal.
        5 DriverAbnormal,
        /// Picture taken on its own account (event).
        16 Snapshot,
        /// Another driver (event).
        17 DriverChanged,
    }
}

layout! {
    /// Names one alarm so that its attachments can be asked for.
    AlarmIdentity {
        /// Id of the terminal, 7 characters.
        terminal_id: String as Wide<7>,
        /// Time of the alarm.
        time: LocalTime,
        /// Number among alarms of the same second, from 0.
        sequence: u8,
        /// How many attachments there are.
        attachments: u8,
        /// Reserved.
        reserved: u8,
    }
}

layout! {
    /// Item 64: driver assistance (47 bytes).
    AssistanceAlarm {
        /// Running number of the alarm.
        alarm_id: u32,
        /// Beginning or end.
        state: SafetyState,
        /// What happened.
        kind: AssistanceKind,
        /// Level, 1 or 2.
        level: u8,
        /// Speed of the vehicle ahead, km/h; for kinds 1 and 2.
        front_speed_kmh: u8,
        /// Distance in time, 100 ms; for kinds 1, 2 and 4.
        front_distance_100ms: u8,
        /// 1 left, 2 right; for kind 2.
        departure_side: u8,
        /// 1 speed, 2 height, 3 weight; for road signs.
        road_sign: u8,
        /// What the road sign says.
        road_sign_value: u8,
        /// Speed, km/h.
        speed_kmh: u8,
        /// Altitude, m.
        altitude_m: u16,
        /// Latitude, degrees.
        lat: Decimal as Degrees,
        /// Longitude, degrees.
        lng: Decimal as Degrees,
        /// When.
        time: LocalTime,
        /// State of the vehicle, bits.
        vehicle_state: u16 as Bits<u16>,
        /// Identity for its attachments.
        identity: AlarmIdentity as Nested<AlarmIdentity>,
    }
}

layout! {
    /// Item 65: driver monitoring (47 bytes).
    MonitoringAlarm {
        /// Running number of the alarm.
        alarm_id: u32,
        /// Beginning or end.
        state: SafetyState,
        /// What happened.
        kind: MonitoringKind,
        /// Level, 1 or 2.
        level: u8,
        /// Degree of fatigue, 1 to 10; for kind 1.
        fatigue_degree: u8,
        /// Reserved.
        reserved: [u8; 4],
        /// Speed, km/h.
        speed_kmh: u8,
        /// Altitude, m.
        altitude_m: u16,
        /// Latitude, degrees.
        lat: Decimal as Degrees,
        /// Longitude, degrees.
        lng: Decimal as Degrees,
        /// When.
        time: LocalTime,
        /// State of the vehicle, bits.
        vehicle_state: u16 as Bits<u16>,
        /// Identity for its attachments.
        identity: AlarmIdentity as Nested<AlarmIdentity>,
    }
}

layout! {
    /// One tyre of item 66.
    TyreState {
        /// Number of the tyre, from the front left in the shape of a Z, from 0.
        position: u8,
        /// What is wrong: bits.
        alarm: u16 as Bits<u16>,
        /// Pressure, kPa.
        pressure_kpa: u16,
        /// Temperature, °C.
        temperature_c: u16,
        /// Charge of the sensor's battery, %.
        battery_percent: u16,
    }
}

layout! {
    /// Item 66: tyre pressure; the list begins at byte 40 (register of disagreements, D14).
    TyreAlarm {
        /// Running number of the alarm.
        alarm_id: u32,
        /// Beginning or end.
        state: SafetyState,
        /// Speed, km/h.
        speed_kmh: u8,
        /// Altitude, m.
        altitude_m: u16,
        /// Latitude, degrees.
        lat: Decimal as Degrees,
        /// Longitude, degrees.
        lng: Decimal as Degrees,
        /// When.
        time: LocalTime,
        /// State of the vehicle, bits.
        vehicle_state: u16 as Bits<u16>,
        /// Identity for its attachments.
        identity: AlarmIdentity as Nested<AlarmIdentity>,
        /// The tyres concerned.
        tyres: Vec<TyreState> as Counted<u8, Nested<TyreState>>,
    }
}

layout! {
    /// Item 67: blind spot (41 bytes).
    BlindSpotAlarm {
        /// Running number of the alarm.
        alarm_id: u32,
        /// Beginning or end.
        state: SafetyState,
        /// 1 behind, 2 left behind, 3 right behind.
        kind: u8,
        /// Speed, km/h.
        speed_kmh: u8,
        /// Altitude, m.
        altitude_m: u16,
        /// Latitude, degrees.
        lat: Decimal as Degrees,
        /// Longitude, degrees.
        lng: Decimal as Degrees,
        /// When.
        time: LocalTime,
        /// State of the vehicle, bits.
        vehicle_state: u16 as Bits<u16>,
        /// Identity for its attachments.
        identity: AlarmIdentity as Nested<AlarmIdentity>,
    }
}
