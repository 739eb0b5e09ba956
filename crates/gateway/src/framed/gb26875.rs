//! GB/T 26875.3: fire-alarm transmission devices of buildings.
//!
//! A device has the series `fire`, `fault` and `manual_alarm`, which any component, system or the
//! device itself sets to 1 and which only a reset, a cleared alarm, or a state of the device without
//! them sets to 0: another detector that reports normal must not end a fire. Beside them each
//! system (`1-1.fire`) and component (`1-1-20.fire`) has series of its own, and so have quantities.

use fengsui_kernel::Timestamp;
use fengsui_kernel::clock::from_millis;
use fengsui_kernel::reading::Quality;
use fengsui_protocols::gb26875::{
    AnalogueReading, Command, ComponentFlag, ComponentStatus, DataUnit, Decoder, DeviceFlag, DeviceOperationFlag,
    Frame, FrameError, Header, Rejected, SystemAddress, SystemFlag, SystemOperationFlag, SystemStatus, TimeLabel,
    deny_rejected, reply,
};
use fengsui_series::{QuarantineReason, Reading, Submission};

use super::gb26875_orders as orders;
use super::ordering::{Sessions, ToWrite, Written};
use super::{Dialect, Found, Heard, digits, local};

/// One transmission device's connection.
#[derive(Default)]
pub(super) struct Gb26875 {
    decoder: Decoder,
    sessions: Sessions<Header>,
}

impl Dialect for Gb26875 {
    fn feed(&mut self, bytes: &[u8], now: Timestamp) -> Vec<Found> {
        let found = self.decoder.feed(bytes);
        found.into_iter().map(|found| self.understood(found, now)).collect()
    }

    fn expire(&mut self, now: Timestamp) -> Vec<Found> {
        let found = self.decoder.expire();
        found.into_iter().map(|found| self.understood(found, now)).collect()
    }

    fn pending(&self) -> usize {
        self.decoder.pending()
    }

    fn order(&mut self, to_write: &ToWrite<'_>, now: Timestamp) -> Option<Written> {
        orders::write(to_write, self.sessions.get(to_write.key)?, now)
    }
}

impl Gb26875 {
    fn understood(&mut self, found: Result<Frame, Rejected>, now: Timestamp) -> Found {
        let bytes = |frame: Option<Frame>| frame.and_then(|frame| frame.to_bytes().ok()).unwrap_or_default();
        match found {
            Ok(frame) => {
                let (sender, answer) = (Some(frame.header.source.to_string()), bytes(reply(&frame, local(now))));
                let said = orders::said(&frame);
                // What the device says of its own accord shows how it wants to be spoken to.
                if frame.header.command == Command::Send {
                    self.sessions.note(&frame.header.source.to_string(), frame.header);
                }
                Found { raw: frame.to_bytes().unwrap_or_default(), sender, heard: data(&frame, answer, now), said }
            }
            Err(rejected) => {
                let reason = match rejected.error {
                    FrameError::BadChecksum { .. } => QuarantineReason::BadChecksum,
                    _ => QuarantineReason::MalformedPayload,
                };
                let device_key = rejected.header.as_ref().map(|header| header.source.to_string());
                let sample = format!("{}: {}", rejected.error, digits(&rejected.raw));
                let answer = bytes(deny_rejected(&rejected, local(now)));
                let heard = Heard::Reject { reason, device_key: device_key.clone(), sample, answer };
                Found { raw: rejected.raw, sender: device_key, heard, said: Vec::new() }
            }
        }
    }
}

fn data(frame: &Frame, stored: Vec<u8>, now: Timestamp) -> Heard {
    let device_key = frame.header.source.to_string();
    // The answer to a question may tell a state; a confirmation and a denial tell nothing.
    if frame.header.command.is_response() && frame.header.command != Command::Answer {
        return Heard::Answer(Vec::new());
    }
    match frame.unit() {
        Ok(unit) => {
            let mut noted = Noted { readings: Vec::new(), now };
            if let Some(unit) = unit {
                noted.unit(&unit);
            }
            let raw_ref = Some(format!("serial={}", frame.header.serial));
            let (protocol, readings) = ("gb26875".to_owned(), noted.readings);
            let submission = Submission { device_key, protocol, readings, raw_ref };
            Heard::Data { submission, stored, refused: Vec::new() }
        }
        Err(error) => Heard::Reject {
            reason: QuarantineReason::MalformedPayload,
            device_key: Some(device_key),
            sample: format!("{error}: {}", digits(&frame.application)),
            answer: stored,
        },
    }
}

/// What a data unit says, as readings.
struct Noted {
    readings: Vec<Reading>,
    now: Timestamp,
}

impl Noted {
    fn unit(&mut self, unit: &DataUnit) {
        match unit {
            DataUnit::SystemState(systems) => systems.iter().for_each(|one| self.system(one)),
            DataUnit::ComponentState(components) => components.iter().for_each(|one| self.component(one)),
            DataUnit::Analogue(values) => values.iter().for_each(|one| self.quantity(one)),
            DataUnit::SystemOperation(done) => done.iter().for_each(|one| {
                let has = |flag| one.operation.has(flag);
                let cleared = has(SystemOperationFlag::Reset) || has(SystemOperationFlag::AlarmCleared);
                self.operation(cleared, has(SystemOperationFlag::ManualAlarm), one.time);
            }),
            DataUnit::DeviceOperation(done) => done.iter().for_each(|one| {
                let has = |flag| one.operation.has(flag);
                let cleared = has(DeviceOperationFlag::Reset) || has(DeviceOperationFlag::AlarmCleared);
                self.operation(cleared, has(DeviceOperationFlag::ManualAlarm), one.time);
            }),
            DataUnit::DeviceState(states) => states.iter().for_each(|one| {
                for flag in [DeviceFlag::Fire, DeviceFlag::Fault, DeviceFlag::MainsFault, DeviceFlag::PanelLineFault] {
                    self.state(flag.identifier(), one.state.has(flag), one.time);
                }
            }),
            // Versions, configurations and clocks are no measurements.
            _ => {}
        }
    }

    fn system(&mut self, one: &SystemStatus) {
        let name = system(&one.system);
        for flag in [SystemFlag::Fire, SystemFlag::Fault, SystemFlag::Shielded, SystemFlag::MainsFault] {
            self.state(&format!("{name}.{}", flag.identifier()), one.state.has(flag), one.time);
        }
        self.latch("fire", one.state.has(SystemFlag::Fire), one.time);
        self.latch("fault", one.state.has(SystemFlag::Fault), one.time);
    }

    fn quantity(&mut self, one: &AnalogueReading) {
        let code = format!("{}-{}.q{}", system(&one.system), one.component.0, one.quantity.number());
        self.add(code, one.value_text(), one.time, false);
    }

    fn component(&mut self, one: &ComponentStatus) {
        let name = format!("{}-{}", system(&one.system), one.component.0);
        for flag in [ComponentFlag::Fire, ComponentFlag::Fault, ComponentFlag::Shielded, ComponentFlag::PowerFault] {
            self.state(&format!("{name}.{}", flag.identifier()), one.state.has(flag), one.time);
        }
        self.latch("fire", one.state.has(ComponentFlag::Fire), one.time);
        self.latch("fault", one.state.has(ComponentFlag::Fault), one.time);
    }

    fn operation(&mut self, cleared: bool, manual: bool, time: TimeLabel) {
        if cleared {
            for name in ["fire", "fault", "manual_alarm"] {
                self.state(name, false, time);
            }
        }
        self.latch("manual_alarm", manual, time);
        self.latch("fire", manual, time);
    }

    /// Set by whoever reports it; ended only by what speaks for the whole device.
    fn latch(&mut self, name: &str, on: bool, time: TimeLabel) {
        if on {
            self.state(name, true, time);
        }
    }

    /// Of what nobody registered only troubles are shown in the quarantine: a building has thousands of components.
    fn state(&mut self, code: &str, on: bool, time: TimeLabel) {
        self.add(code.to_owned(), String::from(if on { "1" } else { "0" }), time, !on);
    }

    fn add(&mut self, code: String, value_text: String, time: TimeLabel, optional: bool) {
        let observed_at = time.timestamp().map_or(self.now, |at| from_millis(at.as_millisecond()));
        self.readings.push(Reading {
            code: code.into(),
            observed_at,
            value_text: value_text.into(),
            quality: Quality::Good,
            historical: false,
            optional,
        });
    }
}

fn system(address: &SystemAddress) -> String {
    format!("{}-{}", address.kind.number(), address.address)
}
