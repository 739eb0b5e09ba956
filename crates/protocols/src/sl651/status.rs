//! The state and alarm word (table 58) and the event counters (table 82).

/// State and alarms of a station, 32 bits. Two of them say that all is well when set, so it is wrong to alarm on
/// any word that is not zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct StatusWord(pub u32);

macro_rules! bits {
    ($($(#[$doc:meta])* $method:ident = $bit:literal, $inverted:literal;)*) => {
        impl StatusWord {
            $($(#[$doc])* pub fn $method(self) -> bool {
                self.bit($bit) != $inverted
            })*

            /// Each state with its name and whether it holds, in the order of the bits.
            pub fn states(self) -> Vec<(&'static str, bool)> {
                vec![$((stringify!($method), self.$method())),*]
            }
        }
    };
}

bits! {
    /// Bit 0: the mains are off.
    mains_off = 0, false;
    /// Bit 1: the battery is low.
    battery_low = 1, false;
    /// Bit 2: a water level passed its limit.
    level_alarm = 2, false;
    /// Bit 3: a flow passed its limit.
    flow_alarm = 3, false;
    /// Bit 4: a water quality value passed its limit.
    water_quality_alarm = 4, false;
    /// Bit 5: the flow meter is at fault.
    flow_meter_fault = 5, false;
    /// Bit 6: the level meter is at fault.
    level_meter_fault = 6, false;
    /// Bit 7, inverted: the door of the box is open.
    door_open = 7, true;
    /// Bit 8: the storage is at fault.
    storage_fault = 8, false;
    /// Bit 9: IC cards are accepted.
    ic_card_enabled = 9, false;
    /// Bit 10, inverted: the pump runs.
    pump_running = 10, true;
    /// Bit 11: the water left passed its limit.
    water_quota_alarm = 11, false;
}

impl StatusWord {
    /// A bit, 0–31.
    pub fn bit(self, bit: u8) -> bool {
        self.0.checked_shr(u32::from(bit)).is_some_and(|shifted| shifted & 1 == 1)
    }
}

/// What the counters of function 50 count, ERC1 first; those from ERC19 on are spare.
pub const EVENT_NAMES: [&str; 18] = [
    "history_wiped",
    "parameter_changed",
    "state_changed",
    "sensor_fault",
    "password_changed",
    "terminal_fault",
    "mains_lost",
    "battery_low",
    "box_opened",
    "pump_fault",
    "water_quota_alarm",
    "level_alarm",
    "pressure_alarm",
    "water_quality_alarm",
    "data_error",
    "messages_sent",
    "messages_received",
    "send_errors",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_bits_are_inverted() {
        let word = StatusWord(0x0000_0400);
        assert!(word.door_open() && !word.pump_running() && !word.mains_off());
        assert!(StatusWord(0).pump_running());
        assert!(StatusWord(1 << 31).bit(31) && !StatusWord(1).bit(32));
    }
}
