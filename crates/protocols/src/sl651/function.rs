//! The function code (annex B).

use std::fmt;

/// What a frame is for. Codes unknown here are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Function(pub u8);

macro_rules! functions {
    ($($(#[$doc:meta])* $constant:ident = $code:literal, $name:literal;)*) => {
        impl Function {
            $($(#[$doc])* pub const $constant: Self = Self($code);)*

            /// Name in English; nothing for reserved and user-defined codes.
            pub fn name(self) -> Option<&'static str> {
                match self.0 {
                    $($code => Some($name),)*
                    _ => None,
                }
            }
        }
    };
}

functions! {
    /// 2F: keeps the link open; never answered (6.6.4.2).
    KEEP_ALIVE = 0x2F, "link keep-alive";
    /// 30: test; its values belong into a test store (6.6.4.3).
    TEST = 0x30, "test report";
    /// 31: values at even steps (6.6.4.4).
    UNIFORM = 0x31, "uniform period report";
    /// 32: timed report, also the sign of life (6.6.4.5).
    TIMED = 0x32, "timed report";
    /// 33: a threshold was passed (6.6.4.6).
    ADDED = 0x33, "added report";
    /// 34: the past hour in steps of five minutes (6.6.4.7).
    HOURLY = 0x34, "hourly report";
    /// 35: values put in by hand (6.6.4.8).
    MANUAL = 0x35, "manual report";
    /// 36: picture, sent or asked for (6.6.4.9).
    PICTURE = 0x36, "picture";
    /// 37: all present values (6.6.4.10).
    QUERY_PRESENT = 0x37, "query present values";
    /// 38: values of a period (6.6.4.11).
    QUERY_PERIOD = 0x38, "query period values";
    /// 39: the last values put in by hand (6.6.4.12).
    QUERY_MANUAL = 0x39, "query manual values";
    /// 3A: present values of named elements (6.6.4.13).
    QUERY_ELEMENTS = 0x3A, "query named elements";
    /// 40: write base configuration (6.6.4.14).
    WRITE_BASE = 0x40, "write base configuration";
    /// 41: read base configuration, or the station tells it (6.6.4.15).
    READ_BASE = 0x41, "read base configuration";
    /// 42: write run parameters (6.6.4.16).
    WRITE_RUN = 0x42, "write run parameters";
    /// 43: read run parameters, or the station tells them (6.6.4.17).
    READ_RUN = 0x43, "read run parameters";
    /// 44: electrical values of pump motors (6.6.4.18).
    QUERY_PUMPS = 0x44, "query pump motors";
    /// 45: software version (6.6.4.19).
    QUERY_VERSION = 0x45, "query software version";
    /// 46: state and alarms (6.6.4.20).
    QUERY_STATUS = 0x46, "query status";
    /// 47: wipe stored data (6.6.4.21).
    WIPE_STORAGE = 0x47, "wipe stored data";
    /// 48: back to factory settings (6.6.4.22).
    FACTORY_RESET = 0x48, "factory reset";
    /// 49: change the password (6.6.4.23).
    CHANGE_PASSWORD = 0x49, "change password";
    /// 4A: set the clock to the send time (6.6.4.24).
    SET_CLOCK = 0x4A, "set clock";
    /// 4B: enable or disable IC cards (6.6.4.25).
    SET_IC_CARD = 0x4B, "set IC card state";
    /// 4C: switch pumps, or the station tells their state (6.6.4.26).
    SWITCH_PUMPS = 0x4C, "switch pumps";
    /// 4D: switch valves, or the station tells their state (6.6.4.27).
    SWITCH_VALVES = 0x4D, "switch valves";
    /// 4E: move gates, or the station tells their state (6.6.4.28).
    MOVE_GATES = 0x4E, "move gates";
    /// 4F: quota control on or off (6.6.4.29).
    SET_QUOTA = 0x4F, "set quota control";
    /// 50: event counters (6.6.4.30).
    QUERY_EVENTS = 0x50, "query events";
    /// 51: ask for the clock (6.6.4.31).
    QUERY_CLOCK = 0x51, "query clock";
}

impl Function {
    /// Whether the station's class follows its address in messages up.
    pub fn has_class(self) -> bool {
        matches!(self.0, 0x30..=0x34 | 0x36..=0x38 | 0x3A | 0x44)
    }

    /// Whether the message carries text put in by hand.
    pub fn is_manual(self) -> bool {
        matches!(self, Self::MANUAL | Self::QUERY_MANUAL)
    }

    /// Whether a time step is followed by one identifier and many values.
    pub fn is_series(self) -> bool {
        matches!(self, Self::UNIFORM | Self::QUERY_PERIOD)
    }

    /// Whether all values are of the past. They fill charts, but must not page anybody as if live.
    pub fn is_historical(self) -> bool {
        self.is_series()
    }

    /// Whether the parameters are those of table D.1.
    pub fn is_base_configuration(self) -> bool {
        matches!(self, Self::WRITE_BASE | Self::READ_BASE)
    }

    /// Whether obeying moves machines or destroys data, so that a centre wants a second person's word.
    pub fn is_control(self) -> bool {
        matches!(self.0, 0x47..=0x49 | 0x4C..=0x4F)
    }

    /// Whether the code is left to users.
    pub fn is_user_defined(self) -> bool {
        self.0 >= 0xE0
    }
}

impl fmt::Display for Function {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:02X}", self.0)
    }
}
