//! Orders as parameters of `CP`, and back.

use jiff::Timestamp;

use super::command::Command;
use super::order::{HistoryKind, InstrumentTask, Order};
use super::parameters::Parameters;
use super::segment::Segment;
use super::time;

/// Where 1002 names the logger meant.
const HARDWARE_SERIAL: &str = "i23005-Info";

impl Order {
    pub(super) fn parameters(&self) -> Parameters {
        let none = Parameters::new();
        match self {
            Self::SetTimeout { seconds, tries } => {
                none.with("OverTime", seconds.to_string()).with("ReCount", tries.to_string())
            }
            Self::SetStation { hardware_serial } => none.with(HARDWARE_SERIAL, hardware_serial),
            Self::ReadClock { factor } => none.with_some("PolId", factor.as_deref()),
            Self::SetClock { at, factor } => {
                none.with_some("PolId", factor.as_deref()).with("SystemTime", time::format(*at))
            }
            Self::SetSecretKey { created, key } => none.with("SKCreateTime", created).with("NewSK", key),
            Self::SetReportTime(digits) => none.with("ReportTime", digits),
            Self::SetRealtimeInterval(seconds) => none.with("RtdInterval", seconds.to_string()),
            Self::SetMinuteInterval(minutes) => none.with("MinInterval", minutes.to_string()),
            Self::SetPassword(password) => none.with("NewPW", password),
            Self::History { begin, end, .. } => span(none, Some((*begin, *end))),
            Self::Calibrate { factor, calibration } => {
                none.with("PolId", factor).with_some("CalibrationType", calibration.as_deref())
            }
            Self::Instrument { factor, .. } => none.with("PolId", factor),
            Self::SetSamplingPeriod { factor, start, hours } => none
                .with("PolId", factor)
                .with("CstartTime", time::format_time_of_day(*start))
                .with("CTime", hours.to_string()),
            Self::ReadInformation { factor, item, span: times } => {
                span(none.with_some("PolId", factor.as_deref()).with("InfoId", item), *times)
            }
            Self::SetInformation { factor, item, value } => {
                none.with("PolId", factor).with("InfoId", item).with(format!("{item}-Info"), value)
            }
            Self::Other { parameters, .. } => parameters.clone(),
            Self::ReadReportTime
            | Self::ReadRealtimeInterval
            | Self::ReadMinuteInterval
            | Self::StartRealtime
            | Self::StopRealtime
            | Self::StartDeviceState
            | Self::StopDeviceState
            | Self::RetainSample => none,
        }
    }

    /// Reads a segment as an order, the way a logger does.
    ///
    /// Parameters that do not fit their command make it [`Order::Other`]; so do data sent under the number of an order.
    pub fn read(segment: &Segment) -> Self {
        let (command, parameters) = (segment.cn, &segment.parameters);
        let empty = parameters.groups.is_empty();
        let order = if empty { without_parameters(command) } else { with_parameters(command, parameters) };
        order
            // Whatever else a segment says must not be lost.
            .filter(|order| order.parameters().iter().count() == parameters.iter().count())
            .unwrap_or_else(|| Self::Other { command, parameters: parameters.clone() })
    }
}

fn without_parameters(command: Command) -> Option<Order> {
    Some(match command {
        Command::READ_CLOCK => Order::ReadClock { factor: None },
        Command::READ_REPORT_TIME => Order::ReadReportTime,
        Command::READ_REALTIME_INTERVAL => Order::ReadRealtimeInterval,
        Command::READ_MINUTE_INTERVAL => Order::ReadMinuteInterval,
        Command::REALTIME => Order::StartRealtime,
        Command::STOP_REALTIME => Order::StopRealtime,
        Command::DEVICE_STATE => Order::StartDeviceState,
        Command::STOP_DEVICE_STATE => Order::StopDeviceState,
        Command::RETAIN_SAMPLE => Order::RetainSample,
        _ => return None,
    })
}

fn with_parameters(command: Command, parameters: &Parameters) -> Option<Order> {
    let text = |name: &str| parameters.get(name).map(str::to_owned);
    let times = || Some((time::parse(parameters.get("BeginTime")?)?, time::parse(parameters.get("EndTime")?)?));
    if let Some(kind) = HistoryKind::of(command) {
        let (begin, end) = times()?;
        return Some(Order::History { kind, begin, end });
    }
    if let Some(task) = InstrumentTask::of(command) {
        return Some(Order::Instrument { task, factor: text("PolId")? });
    }
    Some(match command {
        Command::SET_TIMEOUT => Order::SetTimeout {
            seconds: parameters.get("OverTime")?.parse().ok()?,
            tries: parameters.get("ReCount")?.parse().ok()?,
        },
        Command::SET_STATION => Order::SetStation { hardware_serial: text(HARDWARE_SERIAL)? },
        Command::READ_CLOCK => Order::ReadClock { factor: Some(text("PolId")?) },
        Command::SET_CLOCK => {
            Order::SetClock { at: time::parse(parameters.get("SystemTime")?)?, factor: text("PolId") }
        }
        Command::SECRET_KEY => Order::SetSecretKey { created: text("SKCreateTime")?, key: text("NewSK")? },
        Command::SET_REPORT_TIME => Order::SetReportTime(text("ReportTime")?),
        Command::SET_REALTIME_INTERVAL => Order::SetRealtimeInterval(parameters.get("RtdInterval")?.parse().ok()?),
        Command::SET_MINUTE_INTERVAL => Order::SetMinuteInterval(parameters.get("MinInterval")?.parse().ok()?),
        Command::SET_PASSWORD => Order::SetPassword(text("NewPW")?),
        Command::CALIBRATE => Order::Calibrate { factor: text("PolId")?, calibration: text("CalibrationType") },
        Command::SET_SAMPLING_PERIOD => Order::SetSamplingPeriod {
            factor: text("PolId")?,
            start: time::parse_time_of_day(parameters.get("CstartTime")?)?,
            hours: parameters.get("CTime")?.parse().ok()?,
        },
        Command::READ_INFORMATION => {
            Order::ReadInformation { factor: text("PolId"), item: text("InfoId")?, span: times() }
        }
        Command::SET_INFORMATION => {
            let item = text("InfoId")?;
            let value = text(&format!("{item}-Info"))?;
            Order::SetInformation { factor: text("PolId")?, item, value }
        }
        _ => return None,
    })
}

fn span(parameters: Parameters, times: Option<(Timestamp, Timestamp)>) -> Parameters {
    let Some((begin, end)) = times else { return parameters };
    parameters.with("BeginTime", time::format(begin)).with("EndTime", time::format(end))
}
