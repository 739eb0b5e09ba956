//! Every vector of `testdata/protocols/gb26875/vectors.json`: values, errors, replies, streams, and the way back.

use fengsui_protocols::gb26875::{
    Command, Decoder, Frame, Rejected, TimeLabel, acknowledge, compose, decode_frame, deny, deny_rejected, describe,
    reply,
};
use jiff::civil::DateTime;
use serde_json::Value;

fn vectors() -> Vec<Value> {
    let path = "../../testdata/protocols/gb26875/vectors.json";
    let text = std::fs::read_to_string(path).expect("the vectors are part of the repository");
    serde_json::from_str(&text).expect("the vectors are JSON")
}

fn name_of(vector: &Value) -> &str {
    vector["name"].as_str().expect("a name")
}

fn bytes_of(vector: &Value) -> Vec<u8> {
    hex::decode(vector["frame"].as_str().expect("a frame")).expect("hexadecimal")
}

fn vector(name: &str) -> Value {
    vectors().into_iter().find(|vector| name_of(vector) == name).expect("a vector")
}

fn present_time(vector: &Value) -> DateTime {
    let bytes = hex::decode(vector["response_ctx"]["now"].as_str().expect("a time")).expect("hexadecimal");
    TimeLabel(bytes.try_into().expect("six bytes")).civil().expect("a time")
}

/// Every field the vector states comes out exactly so.
fn check(name: &str, expected: &Value, got: &Value) {
    for (field, value) in expected.as_object().expect("an object") {
        assert_eq!(&got[field], value, "{name}: {field}");
    }
}

fn feed(bytes: &[u8], portion: usize) -> Vec<Result<Frame, Rejected>> {
    let mut decoder = Decoder::new();
    let mut results: Vec<_> = bytes.chunks(portion.max(1)).flat_map(|part| decoder.feed(part)).collect();
    results.extend(decoder.expire());
    assert_eq!(decoder.pending(), 0);
    results
}

#[test]
fn single_frames() {
    let (mut whole, mut damaged) = (0, 0);
    for vector in vectors().iter().filter(|vector| vector["expect"]["stream"].is_null()) {
        let (name, bytes, expected) = (name_of(vector), bytes_of(vector), &vector["expect"]);
        let described = describe(&bytes);
        assert_eq!(described.len(), 1, "{name}: {described:?}");
        assert_eq!(described[0]["error"], expected["error"], "{name}");
        if expected["error"].is_null() {
            whole += 1;
            check(name, expected, &described[0]);
            for field in ["type", "count", "objects"] {
                let invented = expected[field].is_null() && !described[0][field].is_null();
                assert!(!invented || expected["payload"].is_string(), "{name}: {field} was invented");
            }
            assert_eq!(hex::encode(compose(&described[0]).expect(name)), hex::encode(&bytes), "{name}");
        } else {
            damaged += 1;
            assert!(compose(&described[0]).is_err(), "{name}");
        }
    }
    assert_eq!((whole, damaged), (30, 10));
}

#[test]
fn a_datagram_is_judged_like_a_stream() {
    for vector in vectors().iter().filter(|vector| vector["expect"]["stream"].is_null()) {
        let (name, bytes) = (name_of(vector), bytes_of(vector));
        let single = decode_frame(&bytes);
        for portion in [1, 7, usize::MAX] {
            let results = feed(&bytes, portion);
            // Byte by byte, a frame is rejected before what surplus it has arrives.
            assert!(results.iter().skip(1).all(Result::is_err), "{name}: {portion}");
            match (&single, &results[0]) {
                (Ok(frame), Ok(found)) => assert_eq!((frame, found.to_bytes()), (found, Ok(bytes.clone())), "{name}"),
                (Err(error), Err(rejected)) => assert_eq!(error.code(), rejected.error.code(), "{name}: {portion}"),
                unequal => panic!("{name}: {portion}: {unequal:?}"),
            }
        }
    }
}

#[test]
fn replies() {
    let mut answered = 0;
    for vector in vectors().iter().filter(|vector| vector["response"].is_string()) {
        let name = name_of(vector);
        let frame = decode_frame(&bytes_of(vector)).expect(name);
        let now = present_time(vector);
        let response = reply(&frame, now).expect(name);
        assert_eq!(acknowledge(&frame, now).as_ref(), Some(&response), "{name}");
        assert_eq!(hex::encode(response.to_bytes().expect(name)), vector["response"].as_str().expect(name), "{name}");
        assert_eq!(reply(&response, now), None, "{name}: a confirmation was answered");
        answered += 1;
    }
    assert_eq!(answered, 20);
}

/// What has no `response` in the vectors is either never answered, or a matter between centre and device.
#[test]
fn silence_and_denial() {
    let now = present_time(&vector("fire_alarm_smoke"));
    for name in ["ack_from_centre", "nak_from_centre", "device_state_answer", "device_version_answer", "device_ack"] {
        let frame = decode_frame(&bytes_of(&vector(name))).expect(name);
        assert_eq!(reply(&frame, now), None, "{name}");
        assert_eq!(deny(&frame.header, now), None, "{name}");
    }
    for name in ["init_device", "sync_device_clock", "duty_roll_call"] {
        let frame = decode_frame(&bytes_of(&vector(name))).expect(name);
        let response = reply(&frame, now).expect(name).to_bytes().expect(name);
        assert_eq!(hex::encode(response), vector("device_ack")["frame"].as_str().expect(name), "{name}");
    }
    for name in ["count_zero_with_data", "count_bigger_than_data"] {
        let frame = decode_frame(&bytes_of(&vector(name))).expect(name);
        assert_eq!(reply(&frame, now).map(|response| response.header.command), Some(Command::Deny), "{name}");
    }
}

#[test]
fn a_bad_sum_is_denied() {
    let frame = vector("fire_alarm_smoke");
    let mut bytes = bytes_of(&frame);
    bytes[60] ^= 1;
    let results = feed(&bytes, 5);
    let rejected = results[0].as_ref().expect_err("the sum is wrong");
    let denial = deny_rejected(rejected, present_time(&frame)).expect("a denial").to_bytes().expect("a frame");
    assert_eq!(hex::encode(denial), vector("nak_from_centre")["frame"].as_str().expect("a frame"));
    for name in ["bad_end_real", "bad_start_sf", "truncated_head"] {
        let results = feed(&bytes_of(&vector(name)), 64);
        let rejected = results[0].as_ref().expect_err(name);
        assert_eq!(deny_rejected(rejected, present_time(&frame)), None, "{name}: nobody is known to be denied");
    }
}

#[test]
fn streams() {
    let mut seen = 0;
    for vector in vectors().iter().filter(|vector| !vector["expect"]["stream"].is_null()) {
        let (name, bytes, expected) = (name_of(vector), bytes_of(vector), &vector["expect"]);
        let wanted = expected["frames"].as_array().expect("frames");
        assert_eq!(expected["frame_count"], wanted.len(), "{name}");
        for portion in [1, 7, usize::MAX] {
            let frames: Vec<Frame> = feed(&bytes, portion).into_iter().filter_map(Result::ok).collect();
            assert_eq!(frames.len(), wanted.len(), "{name}: {portion}");
            for (frame, wanted) in frames.iter().zip(wanted) {
                check(name, wanted, &describe(&frame.to_bytes().expect(name))[0]);
            }
        }
        let described = describe(&bytes).into_iter().filter(|found| found["error"].is_null()).count();
        assert_eq!(described, wanted.len(), "{name}");
        seen += 1;
    }
    assert_eq!(seen, 2);
}

#[test]
fn names_and_units_stand_beside_the_numbers() {
    let described = |name: &str| describe(&bytes_of(&vector(name))).remove(0);
    let fire = described("fire_alarm_smoke");
    assert_eq!(fire["cmd_name"], "send");
    assert_eq!(fire["type_name"], "component_state");
    let details = &fire["details"][0];
    assert_eq!((&details["system"], &details["component"]), (&"fire_alarm".into(), &"smoke_detector".into()));
    assert_eq!((&details["zone"], &details["position"]), (&10.into(), &2.into()));
    assert_eq!(details["states"], Value::from(vec!["fire"]));
    let gas = described("gas_concentration_analog");
    assert_eq!((&gas["details"][0]["value"], &gas["details"][0]["unit"]), (&"20.0".into(), &"%LEL".into()));
    assert_eq!(described("analog_negative")["details"][0]["value"], "-10.0");
    assert_eq!(described("device_main_power_fault")["details"][0]["states"], Value::from(vec!["mains_fault"]));
    assert_eq!(described("duty_roll_answer")["details"][0]["operations"], Value::from(vec!["duty_answer"]));
    assert_eq!(described("duty_roll_call")["objects"][0]["minutes"], 10);
    assert_eq!(described("sync_device_clock")["objects"][0]["time"], "2012-09-26T09:58:02");
    assert_eq!(described("invalid_time_label")["time_raw"], "ffffffffffff");
}
