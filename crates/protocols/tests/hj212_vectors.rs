//! Every vector of `testdata/protocols/hj212/vectors.json`: values, errors, streams and replies.

use std::collections::BTreeMap;

use fengsui_protocols::hj212::{
    Decoder, Frame, FrameError, ReplyStyle, Segment, SegmentError, Tolerance, Version, acknowledge, decode_frame,
};
use serde_json::Value;

type Factors = BTreeMap<String, BTreeMap<String, String>>;

fn vectors() -> Vec<Value> {
    let path = "../../testdata/protocols/hj212/vectors.json";
    let text = std::fs::read_to_string(path).expect("the vectors are part of the repository");
    serde_json::from_str(&text).expect("the vectors are JSON")
}

fn text_of<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

/// The vectors' code of whatever a strict reader finds wrong.
fn strict_error(bytes: &[u8]) -> Option<&'static str> {
    match decode_frame(bytes) {
        Ok(frame) => Segment::parse(frame.segment()).err().map(|error| match error {
            SegmentError::MissingParameters | SegmentError::UnclosedParameters => "bad_field",
            other => panic!("unexpected {other}"),
        }),
        Err(FrameError::BadStart { .. }) => Some("bad_start"),
        Err(FrameError::BadLength { .. }) => Some("bad_length"),
        Err(FrameError::Oversize { .. }) => Some("oversize"),
        Err(FrameError::LengthMismatch { .. }) => Some("length_mismatch"),
        Err(FrameError::Truncated { .. }) => Some("truncated"),
        Err(FrameError::BadChecksum { .. }) => Some("bad_checksum"),
    }
}

fn version_name(version: Version) -> &'static str {
    match version {
        Version::V2005 => "2005",
        Version::V2017 => "2017",
        Version::V2025 => "2025",
        Version::Other(_) => "unknown",
    }
}

/// The segment in the shape the vectors describe it.
fn described(frame: &Frame, segment: &Segment) -> Value {
    let mut parameters = BTreeMap::new();
    let mut factors = Factors::new();
    for parameter in segment.parameters.iter() {
        match parameter.factor() {
            Some((code, field)) => {
                factors.entry(code.to_owned()).or_default().insert(field.to_owned(), parameter.value.clone());
            }
            None => {
                parameters.insert(parameter.name.clone(), parameter.value.clone());
            }
        }
    }
    serde_json::json!({
        "len": frame.segment().len(),
        "crc": format!("{:04X}", frame.checksum()),
        "QN": segment.qn,
        "ST": segment.st,
        "CN": segment.cn.to_string(),
        "PW": segment.pw,
        "MN": segment.mn,
        "Flag": segment.flag.map(|flag| flag.0),
        "PNUM": segment.packet.map(|packet| packet.total),
        "PNO": segment.packet.map(|packet| packet.number),
        "version": version_name(segment.version()),
        "needs_ack": segment.needs_acknowledgement(),
        "split": segment.flag.is_some_and(fengsui_protocols::hj212::Flag::is_split),
        "params": parameters,
        "factors": factors,
    })
}

fn check_expected(name: &str, expected: &Value, frame: &Frame) {
    let segment = Segment::parse(frame.segment()).unwrap_or_else(|error| panic!("{name}: {error}"));
    let got = described(frame, &segment);
    for (key, value) in expected.as_object().expect("an object") {
        assert_eq!(&got[key], value, "{name}: {key}");
    }
    for absent in
        ["QN", "Flag", "PNUM", "PNO"].iter().filter(|key| expected["params"].is_object() && expected.get(key).is_none())
    {
        assert!(got[absent].is_null(), "{name}: {absent} was invented");
    }
}

/// Every value the vector lists, and no other, comes out as a reading.
fn check_readings(name: &str, expected: &Value, segment: &Segment) {
    let mut wanted = BTreeMap::new();
    for (code, fields) in expected["factors"].as_object().into_iter().flatten() {
        for (field, value) in fields.as_object().into_iter().flatten() {
            if !matches!(field.as_str(), "Flag" | "EFlag" | "SampleTime") {
                wanted.insert((code.clone(), field.clone()), value.as_str().unwrap_or_default().to_owned());
            }
        }
    }
    let readings = segment.readings();
    assert_eq!(readings.len(), wanted.len(), "{name}: number of readings");
    for reading in readings {
        let key = (reading.code.clone(), reading.field.as_str().to_owned());
        assert_eq!(wanted.get(&key), Some(&reading.value_text), "{name}: {key:?}");
        assert_eq!(reading.historical, segment.cn.is_historical(), "{name}");
        assert!(reading.observed_at.is_some(), "{name}: no time");
    }
}

#[test]
fn single_frames() {
    let mut seen = (0, 0);
    for vector in vectors().iter().filter(|vector| vector["expect"]["stream"].is_null()) {
        let (name, expected) = (text_of(vector, "name"), &vector["expect"]);
        let bytes = text_of(vector, "frame").as_bytes();
        assert_eq!(strict_error(bytes), expected["error"].as_str(), "{name}");
        if !expected["error"].is_null() {
            seen.1 += 1;
            continue;
        }
        seen.0 += 1;
        let frame = decode_frame(bytes).expect("judged above");
        assert!(frame.deviations().is_empty(), "{name}");
        check_expected(name, expected, &frame);
        let segment = Segment::parse(frame.segment()).expect("judged above");
        check_readings(name, expected, &segment);
        for tolerance in [Tolerance::Strict, Tolerance::Tolerant] {
            let found = Decoder::new(tolerance).feed(bytes);
            assert_eq!(found, vec![Ok(frame.clone())], "{name}: {tolerance:?}");
        }
    }
    assert_eq!(seen, (26, 12));
}

#[test]
fn replies() {
    let mut answered = 0;
    let all = vectors();
    // The server answers what comes up; a frame on its way down is no affair of `acknowledge`.
    for vector in all.iter().filter(|vector| vector["direction"] == "up" && vector["expect"]["error"].is_null()) {
        let name = text_of(vector, "name");
        let Ok(frame) = decode_frame(text_of(vector, "frame").as_bytes()) else { continue };
        let segment = Segment::parse(frame.segment()).expect("a segment");
        let reply = acknowledge(&segment, ReplyStyle::ByVersion)
            .map(|reply| String::from_utf8(reply.to_frame().expect("a frame")).expect("text"));
        assert_eq!(reply.as_deref(), vector["response"].as_str(), "{name}");
        answered += usize::from(reply.is_some());
    }
    let with_response = all.iter().filter(|vector| vector["response"].is_string()).count();
    assert_eq!(answered, with_response);
}

#[test]
fn streams() {
    for vector in vectors().iter().filter(|vector| !vector["expect"]["stream"].is_null()) {
        let (name, expected) = (text_of(vector, "name"), &vector["expect"]);
        let bytes = text_of(vector, "frame").as_bytes();
        for (tolerance, portion) in [(Tolerance::Strict, 1), (Tolerance::Tolerant, 1), (Tolerance::Tolerant, 9999)] {
            let mut decoder = Decoder::new(tolerance);
            let mut frames: Vec<Frame> =
                bytes.chunks(portion).flat_map(|part| decoder.feed(part)).filter_map(Result::ok).collect();
            frames.extend(decoder.expire().into_iter().filter_map(Result::ok));
            let wanted = expected["frames"].as_array().expect("frames");
            assert_eq!(frames.len(), wanted.len(), "{name}: {tolerance:?} {portion}");
            for (frame, wanted) in frames.iter().zip(wanted) {
                check_expected(name, wanted, frame);
            }
        }
    }
}
