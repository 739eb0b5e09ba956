//! Every vector of `testdata/protocols/szy206/vectors.json`: values, errors, and the way back.

use fengsui_protocols::szy206::{
    DataKind, Decoder, Digits, Direction, Frame, Function, LinkState, LongTime, Rejected, SelfReport, ShortTime,
    TimeForm, acknowledge, compose, decode_frame, describe, read_digits,
};
use jiff::civil::date;
use serde_json::Value;

fn vectors() -> Vec<Value> {
    let path = "../../testdata/protocols/szy206/vectors.json";
    let text = std::fs::read_to_string(path).expect("the vectors are part of the repository");
    serde_json::from_str(&text).expect("the vectors are JSON")
}

fn name_of(vector: &Value) -> &str {
    vector["name"].as_str().expect("a name")
}

fn bytes_of(vector: &Value) -> Vec<u8> {
    hex::decode(vector["frame"].as_str().expect("a frame")).expect("hexadecimal")
}

fn frame(name: &str) -> Frame {
    let vector = vectors().into_iter().find(|vector| name_of(vector) == name).expect("a vector");
    decode_frame(&bytes_of(&vector)).expect("a frame")
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
    for vector in vectors() {
        let (name, bytes, expected) = (name_of(&vector), bytes_of(&vector), &vector["expect"]);
        let described = describe(&bytes);
        assert_eq!(described[0]["error"], expected["error"], "{name}");
        for (field, value) in expected.as_object().expect("an object") {
            assert_eq!(&described[0][field], value, "{name}: {field}");
        }
        if expected["error"].is_null() {
            whole += 1;
            assert_eq!(described.len(), 1, "{name}");
            assert_eq!(hex::encode(compose(&described[0]).expect(name)), hex::encode(&bytes), "{name}");
        } else {
            damaged += 1;
            // What follows a false start is searched for frames, so one damaged frame may be several rejects.
            assert!(described.iter().all(|found| found["error"].is_string()), "{name}");
            assert!(compose(&described[0]).is_err(), "{name}");
        }
    }
    assert_eq!((whole, damaged), (3, 2));
}

#[test]
fn streams_in_any_portions() {
    let mut stream = vec![0x16, 0x68];
    let mut wanted = Vec::new();
    for vector in vectors() {
        stream.extend(bytes_of(&vector));
        wanted.extend(decode_frame(&bytes_of(&vector)).ok());
        stream.extend([0x68, 0xFF, 0x68]);
    }
    assert_eq!(wanted.len(), 3);
    for portion in [1, 7, usize::MAX] {
        let found: Vec<Frame> = feed(&stream, portion).into_iter().filter_map(Result::ok).collect();
        assert_eq!(found, wanted, "{portion}");
    }
}

#[test]
fn reports_are_taken_apart() {
    let flow = frame("self_report");
    assert_eq!((flow.control.direction, flow.control.kind), (Direction::Up, DataKind::Flow));
    assert_eq!(flow.address.division().as_deref(), Some("530381"));
    assert_eq!(TimeForm::guess(&flow.data), Some(TimeForm::Short));
    let report = SelfReport::read(&flow.data, TimeForm::Short).expect("a report");
    assert_eq!(read_digits(&report.values[5..], 0), Digits::Value("106182".to_owned()));
    let time = ShortTime(report.time.clone().try_into().expect("five bytes"));
    assert_eq!(time.civil(date(2021, 3, 10).at(0, 0, 0, 0)), Some(date(2021, 3, 9).at(8, 45, 0, 0)));
    assert_eq!(report.to_data(), flow.data);

    let missing = frame("self_report_missing");
    let report = SelfReport::read(&missing.data, TimeForm::Short).expect("a report");
    assert_eq!(read_digits(&report.values, 3), Digits::Missing);

    let velocity = frame("sl427_speed");
    assert_eq!(TimeForm::guess(&velocity.data), Some(TimeForm::Long));
    let report = SelfReport::read(&velocity.data, TimeForm::Long).expect("a report");
    assert_eq!(report.values, [0x55, 0x45, 0x04]);
    let time = LongTime(report.time.try_into().expect("seven bytes"));
    assert_eq!(time.civil(), Some(date(2026, 5, 12).at(14, 15, 30, 0)));
}

/// The vectors hold no replies; this is the rule of the text: same function, the other direction.
#[test]
fn reports_and_link_checks_are_acknowledged() {
    let report = frame("self_report");
    let response = acknowledge(&report).expect("a response");
    assert_eq!(response.control.direction, Direction::Down);
    assert_eq!((response.function, response.data.as_slice()), (Function::SelfReport, [0].as_slice()));
    assert_eq!(response.address, report.address);
    assert_eq!(response.control.byte(), 0x33);
    assert_eq!(acknowledge(&response), None);
    let mut login = Frame { function: Function::LinkCheck, data: vec![0xF0], ..report };
    assert_eq!(LinkState::read(&login), Some(LinkState::Login));
    assert!(acknowledge(&login).is_some());
    assert_eq!(describe(&login.to_bytes().expect("a frame"))[0]["link"], "login");
    login.function = Function::Query;
    assert_eq!((LinkState::read(&login), acknowledge(&login)), (None, None));
}
