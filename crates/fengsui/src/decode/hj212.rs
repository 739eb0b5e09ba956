//! HJ 212 frames as JSON.

use std::io::Read;

use anyhow::Result;
use fengsui_protocols::hj212::{
    Alarm, AlarmState, Command, CommandKind, Decoder, Frame, Quality, Reading, Rejected, ReplyStyle, Segment,
    Tolerance, Version, acknowledge,
};
use serde_json::{Map, Value, json};

use crate::output::{Out, json_line};

/// Decodes a stream to its end; tells whether everything in it was a readable frame.
pub(super) fn decode(mut input: impl Read, strict: bool, out: Out<'_>) -> Result<bool> {
    let mut decoder = Decoder::new(if strict { Tolerance::Strict } else { Tolerance::Tolerant });
    let mut portion = [0_u8; 4096];
    let (mut count, mut clean) = (0_u64, true);
    loop {
        let length = input.read(&mut portion)?;
        let results = match portion.get(..length) {
            Some(bytes) if length > 0 => decoder.feed(bytes),
            _ => decoder.expire(),
        };
        for result in results {
            count += 1;
            let described = match result {
                Ok(frame) => describe(count, &frame),
                Err(rejected) => describe_reject(count, &rejected),
            };
            clean &= described.get("error").is_none();
            json_line(out, &described)?;
            // A person may be watching a pipe.
            out.flush()?;
        }
        if length == 0 {
            return Ok(clean);
        }
    }
}

fn describe(number: u64, frame: &Frame) -> Value {
    let mut described = Map::new();
    described.insert("frame".into(), number.into());
    described.insert("checksum".into(), format!("{:04X}", frame.checksum()).into());
    let mut deviations: Vec<String> = frame.deviations().iter().map(|deviation| format!("{deviation:?}")).collect();
    match Segment::parse(frame.segment()) {
        Ok(segment) => {
            deviations.extend(segment.deviations.iter().map(|deviation| format!("{deviation:?}")));
            described.insert("deviations".into(), deviations.into());
            describe_segment(&segment, &mut described);
        }
        Err(error) => {
            described.insert("deviations".into(), deviations.into());
            described.insert("error".into(), error.to_string().into());
        }
    }
    described.insert("raw".into(), String::from_utf8_lossy(frame.raw()).trim_end().into());
    Value::Object(described)
}

fn describe_reject(number: u64, rejected: &Rejected) -> Value {
    let raw = String::from_utf8_lossy(&rejected.raw).trim_end().to_owned();
    json!({ "frame": number, "error": rejected.error.to_string(), "raw": raw })
}

fn describe_segment(segment: &Segment, described: &mut Map<String, Value>) {
    let packet = segment.packet.map(|packet| json!({ "total": packet.total, "number": packet.number }));
    let header = json!({
        "qn": segment.qn,
        "st": segment.st,
        "cn": segment.cn.to_string(),
        "command": command_name(segment.cn),
        "mn": segment.mn,
        "flag": segment.flag.map(|flag| flag.0),
        "version": version_name(segment.version()),
        "packet": packet,
    });
    described.insert("segment".into(), header);
    described.insert("readings".into(), segment.readings().iter().map(reading).collect());
    if segment.cn.is_alarm() {
        described.insert("alarms".into(), segment.alarms().iter().map(alarm).collect());
    }
    let reply = acknowledge(segment, ReplyStyle::default()).and_then(|reply| reply.to_frame().ok());
    let reply = reply.map(|frame| String::from_utf8_lossy(&frame).trim_end().to_owned());
    described.insert("reply".into(), reply.into());
}

fn reading(reading: &Reading) -> Value {
    let mut value = json!({
        "code": reading.code,
        "field": reading.field.as_str(),
        "value": reading.value_text,
        "number": reading.number(),
        "quality": quality_name(reading.quality),
        "observed_at": reading.observed_at,
    });
    if let Some(object) = value.as_object_mut() {
        let mut add = |key: &str, value: Option<Value>| object.extend(value.map(|value| (key.to_owned(), value)));
        add("sampled_at", reading.sampled_at.map(|at| at.to_string().into()));
        add("maker_status", reading.maker_status.clone().map(Value::from));
        add("historical", reading.historical.then_some(true.into()));
    }
    value
}

fn alarm(alarm: &Alarm) -> Value {
    let state = match alarm.state {
        AlarmState::Raised => "raised",
        AlarmState::Cleared => "cleared",
        AlarmState::Unstated => "unstated",
    };
    json!({ "code": alarm.code, "value": alarm.value_text, "state": state, "at": alarm.at })
}

fn command_name(command: Command) -> &'static str {
    match command {
        Command::REALTIME => "real-time data",
        Command::MINUTE => "minute data",
        Command::HOUR => "hourly data",
        Command::DAY => "daily data",
        Command::RUN_TIME => "run time of treatment devices",
        Command::DEVICE_STATE => "state of treatment devices",
        Command::ALARM_RECORD | Command::ALARM_EVENT => "alarm",
        Command::RESTART => "restart of the logger",
        Command::CLOCK_REQUEST => "request to set the clock",
        Command::LOGIN => "login or heartbeat",
        other => match other.kind() {
            CommandKind::Setup => "setup",
            CommandKind::Data => "data",
            CommandKind::Control => "control",
            CommandKind::Interaction => "answer",
            CommandKind::Unknown => "unknown",
        },
    }
}

fn version_name(version: Version) -> String {
    match version {
        Version::V2005 => "HJ/T 212-2005".to_owned(),
        Version::V2017 => "HJ 212-2017".to_owned(),
        Version::V2025 => "HJ 212-2025".to_owned(),
        Version::Other(bits) => format!("version bits {bits}"),
    }
}

fn quality_name(quality: Quality) -> &'static str {
    match quality {
        Quality::Good => "good",
        Quality::Stopped => "stopped",
        Quality::Maintenance => "maintenance",
        Quality::Manual => "manual",
        Quality::Fault => "fault",
        Quality::Calibration => "calibration",
        Quality::OverRange => "over_range",
        Quality::CommunicationFault => "communication_fault",
        Quality::Missing => "missing",
        Quality::Invalid => "invalid",
        Quality::Unstated => "unstated",
        Quality::Unrecognised => "unrecognised",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAMES: &str = include_str!("../../../../data/demo/hj212_frames.txt");

    fn decoded(text: &[u8]) -> (bool, Vec<Value>) {
        let mut out = Vec::new();
        let clean = decode(text, false, &mut out).expect("output");
        let lines = String::from_utf8(out).expect("UTF-8");
        (clean, lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect())
    }

    #[test]
    fn the_frames_of_the_demo_are_clean() {
        let (clean, frames) = decoded(FRAMES.as_bytes());
        assert!(clean);
        assert_eq!(frames.len(), 60);
        let first = &frames[0];
        assert_eq!(first["segment"]["mn"], "64018100000000DE30000001");
        assert_eq!(first["readings"].as_array().map(Vec::len), Some(7));
        assert_eq!(first["readings"][0]["value"], "4.44");
        assert_eq!(first["readings"][0]["observed_at"], "2026-01-01T00:00:00Z");
        assert!(first["reply"].as_str().is_some_and(|reply| reply.contains("CN=9014")));
    }

    #[test]
    fn damage_is_reported_and_reading_goes_on() {
        let damaged = FRAMES.replacen("a21001-Rtd=4.44", "a21001-Rtd=9.99", 1);
        let (clean, frames) = decoded(damaged.as_bytes());
        assert!(!clean);
        assert!(frames[0]["error"].as_str().is_some_and(|error| error.contains("checksum")), "{}", frames[0]);
        assert_eq!(frames.iter().filter(|frame| frame.get("error").is_none()).count(), 59);
    }
}
