//! Commands from the centre to a logger.

use jiff::Timestamp;
use jiff::civil::Time;

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

impl Address {
    /// A segment to or from this logger that wants an answer. `sent_at` becomes its `QN`.
    pub(super) fn segment(&self, command: Command, parameters: Parameters, sent_at: Timestamp) -> Segment {
        let mut segment = Segment::new(command, self.mn.clone());
        segment.qn = Some(time::format_request_number(sent_at));
        segment.st = Some(self.st.clone());
        segment.pw = Some(self.pw.clone());
        segment.flag = Some(Flag::new(self.version, true));
        segment.parameters = parameters;
        segment
    }
}

/// Data that can be asked for over a span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HistoryKind {
    /// 2031: daily data.
    Day,
    /// 2041: daily run time of treatment devices.
    RunTime,
    /// 2051: minute data.
    Minute,
    /// 2061: hourly data.
    Hour,
    /// 2071 (2005): alarm records.
    AlarmRecord,
    /// 2013 (2025): raw data.
    Raw,
    /// 2052 (2025): noise events.
    NoiseEvent,
    /// 2062 (2025): results of checks against standard samples.
    StandardCheck,
}

impl HistoryKind {
    const ALL: [Self; 8] = [
        Self::Day,
        Self::RunTime,
        Self::Minute,
        Self::Hour,
        Self::AlarmRecord,
        Self::Raw,
        Self::NoiseEvent,
        Self::StandardCheck,
    ];

    /// The command number.
    pub fn command(self) -> Command {
        match self {
            Self::Day => Command::DAY,
            Self::RunTime => Command::RUN_TIME,
            Self::Minute => Command::MINUTE,
            Self::Hour => Command::HOUR,
            Self::AlarmRecord => Command::ALARM_RECORD,
            Self::Raw => Command::RAW,
            Self::NoiseEvent => Command::NOISE_EVENT,
            Self::StandardCheck => Command::STANDARD_CHECK_RESULT,
        }
    }

    /// The kind a command number asks for.
    pub fn of(command: Command) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.command() == command)
    }
}

/// A command that names nothing but the factor whose instrument is meant (`PolId`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InstrumentTask {
    /// 3012: sample now.
    SampleNow,
    /// 3013: clean or blow back.
    Clean,
    /// 3014: compare samples.
    Compare,
    /// 3017: read the sampling period.
    ReadSamplingPeriod,
    /// 3018: read how long an analysis takes.
    ReadSampleTime,
    /// 3019: read the identity of a device.
    ReadIdentity,
    /// 3022 (2025): retain a sample now.
    RetainNow,
    /// 3024 (2025): start a check against a standard sample.
    StandardCheck,
}

impl InstrumentTask {
    const ALL: [Self; 8] = [
        Self::SampleNow,
        Self::Clean,
        Self::Compare,
        Self::ReadSamplingPeriod,
        Self::ReadSampleTime,
        Self::ReadIdentity,
        Self::RetainNow,
        Self::StandardCheck,
    ];

    /// The command number.
    pub fn command(self) -> Command {
        match self {
            Self::SampleNow => Command::SAMPLE_NOW,
            Self::Clean => Command::CLEAN,
            Self::Compare => Command::COMPARE,
            Self::ReadSamplingPeriod => Command::READ_SAMPLING_PERIOD,
            Self::ReadSampleTime => Command::READ_SAMPLE_TIME,
            Self::ReadIdentity => Command::READ_IDENTITY,
            Self::RetainNow => Command::RETAIN_NOW,
            Self::StandardCheck => Command::STANDARD_CHECK,
        }
    }

    /// The task a command number stands for.
    pub fn of(command: Command) -> Option<Self> {
        Self::ALL.into_iter().find(|task| task.command() == command)
    }
}

/// A command to a logger. Control of instruments changes the world: have it confirmed before it is sent.
///
/// What is marked 2025 follows public code, the text of that edition not being at hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    /// 1000: seconds to wait for an answer, and number of tries.
    SetTimeout {
        /// Seconds to wait.
        seconds: u16,
        /// Number of tries.
        tries: u8,
    },
    /// 1002 (2025): gives the logger the `MN` in the header.
    SetStation {
        /// Serial number of the logger meant (`i23005-Info`).
        hardware_serial: String,
    },
    /// 1011: read the clock of the logger, or of one instrument.
    ReadClock {
        /// Code of the instrument's factor; nothing for the logger itself.
        factor: Option<String>,
    },
    /// 1012: set the clock of the logger, or of one instrument.
    SetClock {
        /// The time to set.
        at: Timestamp,
        /// Code of the instrument's factor; nothing for the logger itself.
        factor: Option<String>,
    },
    /// 1014 (2025): new secret key.
    SetSecretKey {
        /// When the key was made, as text.
        created: String,
        /// The key, as text.
        key: String,
    },
    /// 1041 (2005): read the time of reports.
    ReadReportTime,
    /// 1042 (2005): set the time of reports, in the digits the logger expects.
    SetReportTime(String),
    /// 1061: read the interval of real-time data.
    ReadRealtimeInterval,
    /// 1062: interval of real-time data in seconds.
    SetRealtimeInterval(u32),
    /// 1063: read the interval of minute data.
    ReadMinuteInterval,
    /// 1064: interval of minute data in minutes.
    SetMinuteInterval(u32),
    /// 1072: new password.
    SetPassword(String),
    /// 2011: start sending real-time data.
    StartRealtime,
    /// 2012: stop sending real-time data.
    StopRealtime,
    /// 2021: start sending the state of treatment devices.
    StartDeviceState,
    /// 2022: stop sending the state of treatment devices.
    StopDeviceState,
    /// A query over a span of time: 2031, 2041, 2051, 2061 and others.
    History {
        /// Which kind of data.
        kind: HistoryKind,
        /// First time wanted.
        begin: Timestamp,
        /// Last time wanted.
        end: Timestamp,
    },
    /// 3011: zero and span check.
    Calibrate {
        /// Code of the instrument's factor.
        factor: String,
        /// `CalibrationType` (2025), whose values are not verified.
        calibration: Option<String>,
    },
    /// 3012 to 3014, 3017 to 3019, 3022 and 3024.
    Instrument {
        /// What to do.
        task: InstrumentTask,
        /// Code of the instrument's factor.
        factor: String,
    },
    /// 3015: retain a sample over the limit.
    RetainSample,
    /// 3016: sample every so many hours from a time of day on.
    SetSamplingPeriod {
        /// Code of the instrument's factor.
        factor: String,
        /// First sample of the day.
        start: Time,
        /// Hours from one sample to the next.
        hours: u8,
    },
    /// 3020: read field information, such as the log of an instrument.
    ReadInformation {
        /// Code of the instrument's factor; nothing for the logger itself.
        factor: Option<String>,
        /// Code of the information, for example `i11001`.
        item: String,
        /// First and last time wanted.
        span: Option<(Timestamp, Timestamp)>,
    },
    /// 3021: set a field parameter.
    SetInformation {
        /// Code of the instrument's factor.
        factor: String,
        /// Code of the parameter, for example `i12103`.
        item: String,
        /// Its new value.
        value: String,
    },
    /// A command of no standard, or parameters that none of the above holds.
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
            Self::SetStation { .. } => Command::SET_STATION,
            Self::ReadClock { .. } => Command::READ_CLOCK,
            Self::SetClock { .. } => Command::SET_CLOCK,
            Self::SetSecretKey { .. } => Command::SECRET_KEY,
            Self::ReadReportTime => Command::READ_REPORT_TIME,
            Self::SetReportTime(_) => Command::SET_REPORT_TIME,
            Self::ReadRealtimeInterval => Command::READ_REALTIME_INTERVAL,
            Self::SetRealtimeInterval(_) => Command::SET_REALTIME_INTERVAL,
            Self::ReadMinuteInterval => Command::READ_MINUTE_INTERVAL,
            Self::SetMinuteInterval(_) => Command::SET_MINUTE_INTERVAL,
            Self::SetPassword(_) => Command::SET_PASSWORD,
            Self::StartRealtime => Command::REALTIME,
            Self::StopRealtime => Command::STOP_REALTIME,
            Self::StartDeviceState => Command::DEVICE_STATE,
            Self::StopDeviceState => Command::STOP_DEVICE_STATE,
            Self::History { kind, .. } => kind.command(),
            Self::Calibrate { .. } => Command::CALIBRATE,
            Self::Instrument { task, .. } => task.command(),
            Self::RetainSample => Command::RETAIN_SAMPLE,
            Self::SetSamplingPeriod { .. } => Command::SET_SAMPLING_PERIOD,
            Self::ReadInformation { .. } => Command::READ_INFORMATION,
            Self::SetInformation { .. } => Command::SET_INFORMATION,
            Self::Other { command, .. } => *command,
        }
    }

    /// Whether the order makes the field do something, and wants a second person's word before it is sent.
    pub fn is_control(&self) -> bool {
        let reads = matches!(
            self,
            Self::Instrument {
                task: InstrumentTask::ReadSamplingPeriod
                    | InstrumentTask::ReadSampleTime
                    | InstrumentTask::ReadIdentity,
                ..
            } | Self::ReadInformation { .. }
        );
        !reads && self.command().number() / 1000 == 3
    }

    /// Builds the segment. `sent_at` becomes its `QN`, by which the answers are known: never use one twice.
    pub fn to_segment(&self, address: &Address, sent_at: Timestamp) -> Segment {
        address.segment(self.command(), self.parameters(), sent_at)
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
