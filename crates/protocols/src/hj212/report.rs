//! What loggers send besides measured values: answers to queries, notices, their own state.

use jiff::Timestamp;
use jiff::civil::Time;

use super::command::Command;
use super::order::Address;
use super::parameters::Parameters;
use super::segment::Segment;
use super::time;

/// A message of a logger that carries no measured values; those come out of [`Segment::readings`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Report {
    /// 1001 (2025): the hardware introduces itself; names and values as sent.
    Hardware(Vec<(String, String)>),
    /// 1011: the clock of the logger or of one instrument.
    Clock {
        /// Code of the instrument's factor; nothing for the logger itself.
        factor: Option<String>,
        /// Its time.
        at: Timestamp,
    },
    /// 1013: asks to have the clock set.
    ClockRequest {
        /// Code of the instrument's factor; nothing for the logger itself.
        factor: Option<String>,
    },
    /// 1014 (2025): asks for a new secret key.
    SecretKeyRequest {
        /// When the present key was made, as text.
        created: String,
    },
    /// 1041 (2005): the time of reports, as text.
    ReportTime(String),
    /// 1061: interval of real-time data in seconds.
    RealtimeInterval(u32),
    /// 1063: interval of minute data in minutes.
    MinuteInterval(u32),
    /// 2081: the logger started.
    Restart {
        /// When this was noted (`DataTime`).
        at: Timestamp,
        /// When it started.
        started_at: Timestamp,
    },
    /// 3015: a sample was retained.
    RetainedSample {
        /// When.
        at: Timestamp,
        /// Number of the bottle.
        bottle: String,
    },
    /// 3017: sampling every so many hours from a time of day on.
    SamplingPeriod {
        /// Code of the instrument's factor.
        factor: String,
        /// First sample of the day.
        start: Time,
        /// Hours from one sample to the next.
        hours: u8,
    },
    /// 3018: how long an analysis takes.
    SampleTime {
        /// Code of the instrument's factor.
        factor: String,
        /// Minutes.
        minutes: u32,
    },
    /// 3019: identity of a device.
    Identity {
        /// Code of the instrument's factor.
        factor: String,
        /// Its serial number.
        serial: String,
    },
    /// 3020: field information.
    Information {
        /// Time of the information.
        at: Option<Timestamp>,
        /// Code of the instrument's factor; nothing for the logger itself.
        factor: Option<String>,
        /// Codes with their values, the slashes round free text taken off.
        items: Vec<(String, String)>,
    },
    /// 9015 (2025): heartbeat.
    Heartbeat,
}

impl Report {
    /// Reads a segment that came from a logger; nothing if it carries values, answers, or unreadable parameters.
    pub fn read(segment: &Segment) -> Option<Self> {
        let parameters = &segment.parameters;
        let text = |name: &str| parameters.get(name).map(str::to_owned);
        let at = |name: &str| parameters.get(name).and_then(time::parse);
        Some(match segment.cn {
            Command::HARDWARE_SERIAL => Self::Hardware(
                parameters.iter().map(|parameter| (parameter.name.clone(), parameter.value.clone())).collect(),
            ),
            Command::READ_CLOCK => Self::Clock { factor: text("PolId"), at: at("SystemTime")? },
            Command::CLOCK_REQUEST => Self::ClockRequest { factor: text("PolId") },
            Command::SECRET_KEY => Self::SecretKeyRequest { created: text("SKCreateTime")? },
            Command::READ_REPORT_TIME => Self::ReportTime(text("ReportTime")?),
            Command::READ_REALTIME_INTERVAL => Self::RealtimeInterval(parameters.get("RtdInterval")?.parse().ok()?),
            Command::READ_MINUTE_INTERVAL => Self::MinuteInterval(parameters.get("MinInterval")?.parse().ok()?),
            Command::RESTART => Self::Restart { at: at("DataTime")?, started_at: at("RestartTime")? },
            Command::RETAIN_SAMPLE => Self::RetainedSample { at: at("DataTime")?, bottle: text("VaseNo")? },
            Command::READ_SAMPLING_PERIOD => Self::SamplingPeriod {
                factor: text("PolId")?,
                start: time::parse_time_of_day(parameters.get("CstartTime")?)?,
                hours: parameters.get("CTime")?.parse().ok()?,
            },
            Command::READ_SAMPLE_TIME => {
                Self::SampleTime { factor: text("PolId")?, minutes: parameters.get("Stime")?.parse().ok()? }
            }
            Command::READ_IDENTITY => {
                let factor = text("PolId")?;
                let serial = text(&format!("{factor}-SN"))?;
                Self::Identity { factor, serial }
            }
            Command::READ_INFORMATION => {
                Self::Information { at: at("DataTime"), factor: text("PolId"), items: information(parameters) }
            }
            Command::HEARTBEAT => Self::Heartbeat,
            _ => return None,
        })
    }

    /// The command number.
    pub fn command(&self) -> Command {
        match self {
            Self::Hardware(_) => Command::HARDWARE_SERIAL,
            Self::Clock { .. } => Command::READ_CLOCK,
            Self::ClockRequest { .. } => Command::CLOCK_REQUEST,
            Self::SecretKeyRequest { .. } => Command::SECRET_KEY,
            Self::ReportTime(_) => Command::READ_REPORT_TIME,
            Self::RealtimeInterval(_) => Command::READ_REALTIME_INTERVAL,
            Self::MinuteInterval(_) => Command::READ_MINUTE_INTERVAL,
            Self::Restart { .. } => Command::RESTART,
            Self::RetainedSample { .. } => Command::RETAIN_SAMPLE,
            Self::SamplingPeriod { .. } => Command::READ_SAMPLING_PERIOD,
            Self::SampleTime { .. } => Command::READ_SAMPLE_TIME,
            Self::Identity { .. } => Command::READ_IDENTITY,
            Self::Information { .. } => Command::READ_INFORMATION,
            Self::Heartbeat => Command::HEARTBEAT,
        }
    }

    /// Builds the segment, as a logger at `address` sends it.
    pub fn to_segment(&self, address: &Address, sent_at: Timestamp) -> Segment {
        address.segment(self.command(), self.parameters(), sent_at)
    }

    fn parameters(&self) -> Parameters {
        let none = Parameters::new();
        match self {
            Self::Hardware(items) => items.iter().fold(none, |parameters, (name, value)| parameters.with(name, value)),
            Self::Clock { factor, at } => {
                none.with_some("PolId", factor.as_deref()).with("SystemTime", time::format(*at))
            }
            Self::ClockRequest { factor } => none.with_some("PolId", factor.as_deref()),
            Self::SecretKeyRequest { created } => none.with("SKCreateTime", created),
            Self::ReportTime(digits) => none.with("ReportTime", digits),
            Self::RealtimeInterval(seconds) => none.with("RtdInterval", seconds.to_string()),
            Self::MinuteInterval(minutes) => none.with("MinInterval", minutes.to_string()),
            Self::Restart { at, started_at } => {
                none.with("DataTime", time::format(*at)).with("RestartTime", time::format(*started_at))
            }
            Self::RetainedSample { at, bottle } => none.with("DataTime", time::format(*at)).with("VaseNo", bottle),
            Self::SamplingPeriod { factor, start, hours } => none
                .with("PolId", factor)
                .with("CstartTime", time::format_time_of_day(*start))
                .with("CTime", hours.to_string()),
            Self::SampleTime { factor, minutes } => none.with("PolId", factor).with("Stime", minutes.to_string()),
            Self::Identity { factor, serial } => none.with("PolId", factor).with(format!("{factor}-SN"), serial),
            Self::Information { at, factor, items } => {
                let at = at.map(time::format);
                let head = none.with_some("DataTime", at.as_deref()).with_some("PolId", factor.as_deref());
                items.iter().fold(head, |parameters, (item, value)| {
                    parameters.with(format!("{item}-Info"), format!("//{value}//"))
                })
            }
            Self::Heartbeat => none,
        }
    }
}

fn information(parameters: &Parameters) -> Vec<(String, String)> {
    let item = |name: &str, value: &str| {
        let code = name.strip_suffix("-Info")?;
        let plain = value.strip_prefix("//").and_then(|rest| rest.strip_suffix("//")).unwrap_or(value);
        Some((code.to_owned(), plain.to_owned()))
    };
    parameters.iter().filter_map(|parameter| item(&parameter.name, &parameter.value)).collect()
}
