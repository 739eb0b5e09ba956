//! The alarm word of a location (table 24; table 25 in 2019).

use super::bits::bit_set;

bit_set! {
    /// The alarm word. Bits stay set until their cause ends, or until acknowledged where
    /// [`Alarm::clears_on_acknowledgement`]; an alarm begins where a bit rises.
    Alarms(u32) of
    /// One alarm bit.
    Alarm {
        /// The driver pressed the emergency button.
        0 Emergency "emergency",
        /// Over the speed limit.
        1 Overspeed "overspeed",
        /// Driving too long without rest.
        2 Fatigue "fatigue",
        /// Warning of danger; of dangerous driving in 2019.
        3 Danger "danger",
        /// Fault of the satellite receiver.
        4 GnssFault "gnss_fault",
        /// The antenna is not connected or cut.
        5 AntennaCut "antenna_cut",
        /// The antenna is shorted.
        6 AntennaShort "antenna_short",
        /// Main supply below its voltage.
        7 LowPower "low_power",
        /// Main supply lost.
        8 PowerLost "power_lost",
        /// Fault of the display.
        9 DisplayFault "display_fault",
        /// Fault of the speech module.
        10 SpeechFault "speech_fault",
        /// Fault of the camera.
        11 CameraFault "camera_fault",
        /// Fault of the reader of transport certificates.
        12 CardReaderFault "card_reader_fault",
        /// Close to the speed limit.
        13 OverspeedWarning "overspeed_warning",
        /// Close to the driving limit.
        14 FatigueWarning "fatigue_warning",
        /// Driving against rules (2019).
        15 Violation "violation",
        /// Tyre pressure warning (2019).
        16 TyrePressure "tyre_pressure",
        /// Something in the right blind spot (2019).
        17 RightBlindSpot "right_blind_spot",
        /// Driving time of the day exceeded.
        18 DayDriving "day_driving",
        /// Parked too long.
        19 OvertimeParking "overtime_parking",
        /// Entered or left an area; item 12 tells which.
        20 Area "area",
        /// Entered or left a route; item 12 tells which.
        21 Route "route",
        /// Too little or too much time on a section; item 13 tells which.
        22 SectionTime "section_time",
        /// Off the route.
        23 OffRoute "off_route",
        /// Fault of the speed sensor.
        24 SpeedSensorFault "speed_sensor_fault",
        /// Fuel level abnormal.
        25 Fuel "fuel",
        /// Stolen, by the anti-theft device.
        26 Stolen "stolen",
        /// Ignition without permission.
        27 IllegalIgnition "illegal_ignition",
        /// Moved without permission.
        28 IllegalMovement "illegal_movement",
        /// Collision; warning of one in 2019.
        29 Collision "collision",
        /// Rollover; warning of one in 2019.
        30 Rollover "rollover",
        /// A door opened without permission (2013).
        31 IllegalDoor "illegal_door",
    }
}

impl Alarm {
    /// Whether the bit clears once the platform acknowledged it (8001 or 8203), its cause going on or not.
    pub fn clears_on_acknowledgement(self) -> bool {
        matches!(
            self,
            Self::Emergency
                | Self::Danger
                | Self::Area
                | Self::Route
                | Self::SectionTime
                | Self::IllegalIgnition
                | Self::IllegalMovement
                | Self::IllegalDoor
        )
    }
}
