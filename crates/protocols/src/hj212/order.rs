//! Commands from the centre to a logger.

use jiff::Timestamp;

use super::command::Command;
use super::flag::{Flag, Version};
use super::parameters::Parameters;
use super::segment::Segment;
use super::time;

/// Whom an order goes to and how they expect to be spoken to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// `MN` of the logger.
    pub mn: String,
    /// `ST` of the logger.
    pub st: String,
    /// `PW` of the logger.
    pub pw: String,
    /// Edition the logger follows.
    pub version: Version,
}

/// A command to a logger. Control of instruments changes the world: have it confirmed before it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    /// 1000: seconds to wait for an answer, and number of tries.
    SetTimeout {
        /// Seconds to wait.
        seconds: u16,
        /// Number of tries.
        tries: u8,
    },
    /// 1012: set the clock of the logger, or of one instrument.
    SetClock {
        /// The time to set.
        at: Timestamp,
        /// Code of the instrument's factor; nothing for the logger itself.
        factor: Option<String>,
    },
    /// 1062: interval of real-time data in seconds.
    SetRealtimeInterval(u32),
    /// 1064: interval of minute data in minutes.
    SetMinuteInterval(u32),
    /// 1072: new password.
    SetPassword(String),
    /// A query of 2031, 2041, 2051 or 2061 over a span of time.
    History {
        /// Which kind of data.
        command: Command,
        /// First time wanted.
        begin: Timestamp,
        /// Last time wanted.
        end: Timestamp,
    },
    /// 3011 to 3014 and other commands that name only a factor.
    Instrument {
        /// What to do.
        command: Command,
        /// Code of the instrument's factor.
        factor: String,
    },
    /// Any other command: 2011, 2012, 2021, 2022, 3015 (no parameters), or a maker's own.
    Other {
        /// The command.
        command: Command,
        /// Its parameters.
        parameters: Parameters,
    },
}

impl Order {
    /// The command number.
    pub fn command(&self) -> Command {
        match self {
            Self::SetTimeout { .. } => Command::SET_TIMEOUT,
            Self::SetClock { .. } => Command::SET_CLOCK,
            Self::SetRealtimeInterval(_) => Command::SET_REALTIME_INTERVAL,
            Self::SetMinuteInterval(_) => Command::SET_MINUTE_INTERVAL,
            Self::SetPassword(_) => Command::SET_PASSWORD,
            Self::History { command, .. } | Self::Instrument { command, .. } | Self::Other { command, .. } => *command,
        }
    }

    fn parameters(&self) -> Parameters {
        let none = Parameters::new();
        match self {
            Self::SetTimeout { seconds, tries } => {
                none.with("OverTime", seconds.to_string()).with("ReCount", tries.to_string())
            }
            Self::SetClock { at, factor } => {
                let addressed = match factor {
                    Some(factor) => none.with("PolId", factor),
                    None => none,
                };
                addressed.with("SystemTime", time::format(*at))
            }
            Self::SetRealtimeInterval(seconds) => none.with("RtdInterval", seconds.to_string()),
            Self::SetMinuteInterval(minutes) => none.with("MinInterval", minutes.to_string()),
            Self::SetPassword(password) => none.with("NewPW", password),
            Self::History { begin, end, .. } => {
                none.with("BeginTime", time::format(*begin)).with("EndTime", time::format(*end))
            }
            Self::Instrument { factor, .. } => none.with("PolId", factor),
            Self::Other { parameters, .. } => parameters.clone(),
        }
    }

    /// Builds the segment. `sent_at` becomes its `QN`, by which the answers are known: never use one twice.
    pub fn to_segment(&self, address: &Address, sent_at: Timestamp) -> Segment {
        let mut segment = Segment::new(self.command(), address.mn.clone());
        segment.qn = Some(time::format_request_number(sent_at));
        segment.st = Some(address.st.clone());
        segment.pw = Some(address.pw.clone());
        segment.flag = Some(Flag::new(address.version, true));
        segment.parameters = self.parameters();
        segment
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interval_as_in_annex_a() {
        let address = Address {
            mn: "010000A8900016F000169DC0".to_owned(),
            st: "32".to_owned(),
            pw: "100000".to_owned(),
            version: Version::V2017,
        };
        let sent_at = time::parse("20160801085857223").expect("a time");
        let frame = Order::SetRealtimeInterval(30).to_segment(&address, sent_at).to_frame().expect("a frame");
        assert!(frame.starts_with(b"##0101QN=20160801085857223;ST=32;CN=1062;"));
        assert!(frame.ends_with(b"CP=&&RtdInterval=30&&1C80\r\n"));
    }
}
