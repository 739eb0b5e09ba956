//! The command number `CN`.

use std::fmt;

/// A command number. Numbers unknown here are kept: makers add their own, and 2025 brings more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Command(u16);

/// The family a command number belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CommandKind {
    /// 1xxx: parameters of the logger.
    Setup,
    /// 2xxx: data.
    Data,
    /// 3xxx: control of instruments.
    Control,
    /// 9xxx: acknowledgements and results.
    Interaction,
    /// Anything else.
    Unknown,
}

impl Command {
    /// 1000: timeout and number of tries.
    pub const SET_TIMEOUT: Self = Self(1000);
    /// 1001 (2025): the logger tells its hardware serial number.
    pub const HARDWARE_SERIAL: Self = Self(1001);
    /// 1002 (2025): give the logger its `MN`.
    pub const SET_STATION: Self = Self(1002);
    /// 1011: read the clock.
    pub const READ_CLOCK: Self = Self(1011);
    /// 1012: set the clock.
    pub const SET_CLOCK: Self = Self(1012);
    /// 1013: the device asks to have its clock set.
    pub const CLOCK_REQUEST: Self = Self(1013);
    /// 1014 (2025): set the secret key, or the logger asks for one.
    pub const SECRET_KEY: Self = Self(1014);
    /// 1041 (2005): read the time of reports.
    pub const READ_REPORT_TIME: Self = Self(1041);
    /// 1042 (2005): set the time of reports.
    pub const SET_REPORT_TIME: Self = Self(1042);
    /// 1061: read the interval of real-time data.
    pub const READ_REALTIME_INTERVAL: Self = Self(1061);
    /// 1062: set the interval of real-time data.
    pub const SET_REALTIME_INTERVAL: Self = Self(1062);
    /// 1063: read the interval of minute data.
    pub const READ_MINUTE_INTERVAL: Self = Self(1063);
    /// 1064: set the interval of minute data.
    pub const SET_MINUTE_INTERVAL: Self = Self(1064);
    /// 1072: set the password.
    pub const SET_PASSWORD: Self = Self(1072);
    /// 2011: real-time data, or start sending them.
    pub const REALTIME: Self = Self(2011);
    /// 2012: stop sending real-time data.
    pub const STOP_REALTIME: Self = Self(2012);
    /// 2013 (2025): raw data.
    pub const RAW: Self = Self(2013);
    /// 2021: state of treatment devices, or start sending it.
    pub const DEVICE_STATE: Self = Self(2021);
    /// 2022: stop sending device state.
    pub const STOP_DEVICE_STATE: Self = Self(2022);
    /// 2031: daily data.
    pub const DAY: Self = Self(2031);
    /// 2041: daily run time of treatment devices.
    pub const RUN_TIME: Self = Self(2041);
    /// 2051: minute data.
    pub const MINUTE: Self = Self(2051);
    /// 2052 (2025): one noise event.
    pub const NOISE_EVENT: Self = Self(2052);
    /// 2061: hourly data.
    pub const HOUR: Self = Self(2061);
    /// 2062 (2025): result of an automatic check against a standard sample.
    pub const STANDARD_CHECK_RESULT: Self = Self(2062);
    /// 2071 (2005): alarm record.
    pub const ALARM_RECORD: Self = Self(2071);
    /// 2072 (2005): alarm event.
    pub const ALARM_EVENT: Self = Self(2072);
    /// 2081: the logger started.
    pub const RESTART: Self = Self(2081);
    /// 2111 (2025): five-minute means of an incinerator furnace.
    pub const FURNACE_MEAN: Self = Self(2111);
    /// 3011: zero and span check.
    pub const CALIBRATE: Self = Self(3011);
    /// 3012: sample now.
    pub const SAMPLE_NOW: Self = Self(3012);
    /// 3013: clean or blow back.
    pub const CLEAN: Self = Self(3013);
    /// 3014: compare samples.
    pub const COMPARE: Self = Self(3014);
    /// 3015: retain a sample over the limit.
    pub const RETAIN_SAMPLE: Self = Self(3015);
    /// 3016: set the sampling period.
    pub const SET_SAMPLING_PERIOD: Self = Self(3016);
    /// 3017: read the sampling period.
    pub const READ_SAMPLING_PERIOD: Self = Self(3017);
    /// 3018: read how long an analysis takes.
    pub const READ_SAMPLE_TIME: Self = Self(3018);
    /// 3019: read the identity of a device.
    pub const READ_IDENTITY: Self = Self(3019);
    /// 3020: read field information.
    pub const READ_INFORMATION: Self = Self(3020);
    /// 3021: set a field parameter.
    pub const SET_INFORMATION: Self = Self(3021);
    /// 3022 (2025): retain a sample now.
    pub const RETAIN_NOW: Self = Self(3022);
    /// 3024 (2025): start a check against a standard sample.
    pub const STANDARD_CHECK: Self = Self(3024);
    /// 9011: answer to a request.
    pub const REQUEST_ANSWER: Self = Self(9011);
    /// 9012: result of an execution.
    pub const EXECUTION_RESULT: Self = Self(9012);
    /// 9013: acknowledgement of a notice.
    pub const NOTICE_ACKNOWLEDGEMENT: Self = Self(9013);
    /// 9014: acknowledgement of data.
    pub const DATA_ACKNOWLEDGEMENT: Self = Self(9014);
    /// 9015 (2025): heartbeat.
    pub const HEARTBEAT: Self = Self(9015);
    /// 9021: login or heartbeat of some loggers, in no standard.
    pub const LOGIN: Self = Self(9021);

    /// Takes a number of at most four digits.
    pub fn new(number: u16) -> Option<Self> {
        (number <= 9999).then_some(Self(number))
    }

    /// Reads the text of a `CN` field.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse().ok()).flatten().map(Self)
    }

    /// The number.
    pub fn number(self) -> u16 {
        self.0
    }

    /// The family.
    pub fn kind(self) -> CommandKind {
        match self.0 / 1000 {
            1 => CommandKind::Setup,
            2 => CommandKind::Data,
            3 => CommandKind::Control,
            9 => CommandKind::Interaction,
            _ => CommandKind::Unknown,
        }
    }

    /// Whether the values cover a past period. They fill charts, but must not page anybody as if live.
    pub fn is_historical(self) -> bool {
        matches!(
            self,
            Self::DAY
                | Self::RUN_TIME
                | Self::MINUTE
                | Self::NOISE_EVENT
                | Self::HOUR
                | Self::STANDARD_CHECK_RESULT
                | Self::FURNACE_MEAN
        )
    }

    /// Whether this, coming from a logger, is a notice, answered by 9013 and not by 9014.
    pub fn is_notice(self) -> bool {
        matches!(self, Self::CLOCK_REQUEST | Self::HARDWARE_SERIAL | Self::SECRET_KEY)
    }

    /// Whether this is itself an answer, which is never answered.
    pub fn is_answer(self) -> bool {
        (Self::REQUEST_ANSWER..=Self::DATA_ACKNOWLEDGEMENT).contains(&self)
    }

    /// Whether this is an alarm of the 2005 edition.
    pub fn is_alarm(self) -> bool {
        matches!(self, Self::ALARM_RECORD | Self::ALARM_EVENT)
    }
}

impl fmt::Display for Command {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}", self.0)
    }
}
