//! Orders to a transmission device and what it answers: confirmations, answers, denials, and the person on duty.

use fengsui_kernel::Timestamp;
use fengsui_kernel::clock::from_millis;
use fengsui_protocols::gb26875::{
    AnswerMinutes, Command, DataUnit, DeviceFlag, DeviceOperationFlag, Frame, Header, ReservedByte, TimeLabel,
};
use fengsui_series::{DeviceOrder, Told};
use serde_json::{Map, Value, json};

use super::local;
use super::ordering::{Said, ToWrite, Written};

/// Nothing for what GB/T 26875.3 does not know. `heard` is the header of a frame of the device.
pub(super) fn write(to_write: &ToWrite<'_>, heard: &Header, now: Timestamp) -> Option<Written> {
    let label = TimeLabel::from_civil(local(now));
    let (command, unit) = match to_write.order {
        DeviceOrder::SetClock {} => (Command::Control, DataUnit::SetClock(vec![label])),
        DeviceOrder::DutyCheck { minutes } => {
            let minutes = u8::try_from(*minutes).ok()?;
            (Command::Control, DataUnit::DutyCheck(vec![AnswerMinutes(minutes)]))
        }
        DeviceOrder::ReadState {} => (Command::Request, DataUnit::ReadDeviceState(vec![ReservedByte(0)])),
        DeviceOrder::ReadClock {} => (Command::Request, DataUnit::ReadDeviceTime(vec![ReservedByte(0)])),
        _ => return None,
    };
    // The same serial when it is sent again: so the device knows that it is no second order.
    let serial = to_write.before.and_then(|before| before.parse().ok()).unwrap_or(to_write.number);
    let header =
        Header { serial, sent: label, source: heard.destination, destination: heard.source, command, ..*heard };
    let bytes = Frame::new(header, Some(&unit)).ok()?.to_bytes().ok()?;
    Some(Written { bytes, reference: serial.to_string() })
}

/// What a frame says about orders.
pub(super) fn said(frame: &Frame) -> Vec<Said> {
    let told = match frame.header.command {
        Command::Confirm => Told::Taken,
        Command::Deny => Told::Unreadable("gb26875.denied".to_owned()),
        Command::Answer => Told::Done(answered(frame)),
        Command::Send => return duty_answered(frame).into_iter().collect(),
        _ => return Vec::new(),
    };
    vec![Said { reference: Some(frame.header.serial.to_string()), told }]
}

/// Somebody pressed the key: an operation of the device's own, under a serial of its own.
fn duty_answered(frame: &Frame) -> Option<Said> {
    let Ok(Some(DataUnit::DeviceOperation(done))) = frame.unit() else { return None };
    let pressed = done.iter().any(|one| one.operation.has(DeviceOperationFlag::DutyAnswer));
    pressed.then_some(Said { reference: None, told: Told::DutyAnswered })
}

fn answered(frame: &Frame) -> Map<String, Value> {
    let mut values = Map::new();
    match frame.unit() {
        Ok(Some(DataUnit::DeviceState(states))) => {
            let flags = states.iter().flat_map(|one| one.state.flags());
            values.insert("state".to_owned(), flags.map(DeviceFlag::identifier).collect());
        }
        Ok(Some(DataUnit::DeviceTime(times))) => {
            if let Some(at) = times.first().and_then(|time| time.timestamp()) {
                values.insert("clock".to_owned(), json!(from_millis(at.as_millisecond())));
            }
        }
        _ => {}
    }
    values
}
