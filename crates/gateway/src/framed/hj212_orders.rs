//! Orders to a logger and what it answers: 9011 whether it takes them, data where they were asked for, 9012 the end.

use fengsui_kernel::Timestamp;
use fengsui_protocols::hj212::{Address, Command, ExecutionResult, HistoryKind, Order, RequestResult, Segment};
use fengsui_series::{DeviceOrder, HistoryData, Told};
use serde_json::{Map, Value, json};

use super::ordering::{Said, ToWrite, Written};

/// How a logger wants to be spoken to: with its own `ST`, its own password, in its own edition.
pub(super) fn address(segment: &Segment) -> Address {
    Address {
        mn: segment.mn.clone(),
        st: segment.st.clone().unwrap_or_default(),
        pw: segment.pw.clone().unwrap_or_default(),
        version: segment.version(),
    }
}

/// Nothing for what HJ 212 does not know.
pub(super) fn write(to_write: &ToWrite<'_>, address: &Address, now: Timestamp) -> Option<Written> {
    let order = match to_write.order {
        DeviceOrder::SetClock {} => Order::SetClock { at: now, factor: None },
        DeviceOrder::ReadClock {} => Order::ReadClock { factor: None },
        DeviceOrder::ReadRealtimeInterval {} => Order::ReadRealtimeInterval,
        DeviceOrder::SetRealtimeInterval { seconds } => Order::SetRealtimeInterval(*seconds),
        DeviceOrder::AskHistory { data, begin, end } => {
            Order::History { kind: history(*data), begin: *begin, end: *end }
        }
        _ => return None,
    };
    let mut segment = order.to_segment(address, now);
    // A logger knows by its `QN` what it was sent before.
    if let Some(before) = to_write.before {
        segment.qn = Some(before.to_owned());
    }
    let reference = segment.qn.clone()?;
    Some(Written { bytes: segment.to_frame().ok()?, reference })
}

fn history(data: HistoryData) -> HistoryKind {
    match data {
        HistoryData::Minute => HistoryKind::Minute,
        HistoryData::Hour => HistoryKind::Hour,
        HistoryData::Day => HistoryKind::Day,
    }
}

/// What a segment says about an order.
pub(super) fn said(segment: &Segment) -> Option<Said> {
    let told = match segment.cn {
        Command::REQUEST_ANSWER => match segment.request_result()? {
            RequestResult::Ready => Told::Accepted,
            other => Told::Refused(format!("hj212.request.{}", other.number())),
        },
        Command::EXECUTION_RESULT => match segment.execution_result()? {
            ExecutionResult::Done => Told::Done(Map::new()),
            other => Told::Refused(format!("hj212.execution.{}", other.number())),
        },
        Command::READ_CLOCK => part("read_clock", [("clock", clock(segment)?)]),
        Command::READ_REALTIME_INTERVAL => {
            let seconds: u32 = segment.parameters.get("RtdInterval")?.parse().ok()?;
            part("read_realtime_interval", [("interval_seconds", json!(seconds))])
        }
        Command::MINUTE | Command::HOUR | Command::DAY => part("ask_history", []),
        _ => return None,
    };
    let reference = segment.answered_request().filter(|number| !number.is_empty()).map(str::to_owned);
    Some(Said { reference, told })
}

/// As the logger writes it, where that is a time: 20261123081500.
fn clock(segment: &Segment) -> Option<Value> {
    let text = segment.parameters.get("SystemTime")?;
    let civil = jiff::civil::DateTime::strptime("%Y%m%d%H%M%S", text.get(..14)?).ok()?;
    Some(json!(fengsui_kernel::clock::from_millis(fengsui_protocols::instant(civil))))
}

fn part<const N: usize>(kind: &'static str, values: [(&str, Value); N]) -> Told {
    Told::Part { kind, values: values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect() }
}
