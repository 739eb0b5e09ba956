//! `describe` and `compose`: every vector in the shape of its `expect`, and the way back to the bytes.

use fengsui_protocols::hj212::{compose, describe};
use serde_json::{Value, json};

fn vectors() -> Vec<Value> {
    let path = "../../testdata/protocols/hj212/vectors.json";
    let text = std::fs::read_to_string(path).expect("the vectors are part of the repository");
    serde_json::from_str(&text).expect("the vectors are JSON")
}

fn bytes_of(vector: &Value) -> &[u8] {
    vector["frame"].as_str().expect("a text frame").as_bytes()
}

/// Fields a description must have exactly as the vector has them, order of names aside.
fn assert_covers(name: &Value, described: &Value, expected: &Value) {
    for (key, value) in expected.as_object().expect("an object") {
        assert_eq!(&described[key], value, "{name}: {key}");
    }
}

#[test]
fn single_frames() {
    let (mut read, mut refused) = (0, 0);
    for vector in vectors().iter().filter(|vector| vector["expect"]["stream"].is_null()) {
        let (name, expected) = (&vector["name"], &vector["expect"]);
        let described = describe(bytes_of(vector));
        assert_eq!(described.len(), 1, "{name}: {described:?}");
        let described = described.first().expect("one");
        if expected["error"].is_null() {
            assert_covers(name, described, expected);
            for absent in ["QN", "Flag", "PNUM", "PNO", "error"] {
                assert_eq!(described.get(absent).is_some(), expected.get(absent).is_some(), "{name}: {absent}");
            }
            read += 1;
        } else {
            assert_eq!(described, expected, "{name}");
            refused += 1;
        }
    }
    assert_eq!((read, refused), (26, 12));
}

#[test]
fn streams() {
    let mut count = 0;
    for vector in vectors().iter().filter(|vector| !vector["expect"]["stream"].is_null()) {
        let described = describe(bytes_of(vector));
        let frames: Vec<&Value> = described.iter().filter(|frame| frame.get("error").is_none()).collect();
        assert_eq!(Some(frames.len()), vector["expect"]["frame_count"].as_u64().and_then(|n| n.try_into().ok()));
        for (frame, expected) in frames.iter().zip(vector["expect"]["frames"].as_array().expect("frames")) {
            assert_covers(&vector["name"], frame, expected);
        }
        count += 1;
    }
    assert_eq!(count, 2);
}

/// Frames that the encoder would write otherwise: no line end, small letters in the checksum, blanks, a stray `;`,
/// `ST` before `QN`, `Flag=5CP=`. Their description still composes to a frame of the same description.
#[test]
fn descriptions_compose() {
    let (mut same, mut other) = (0, 0);
    for vector in vectors().iter().filter(|vector| vector["expect"]["stream"].is_null()) {
        let described = describe(bytes_of(vector));
        let described = described.first().expect("one");
        let composed = compose(described);
        if described.get("error").is_some() {
            assert!(composed.is_err());
            continue;
        }
        let composed = composed.unwrap_or_else(|error| panic!("{}: {error}", vector["name"]));
        if composed == bytes_of(vector) {
            same += 1;
            continue;
        }
        let again = describe(&composed);
        for key in ["QN", "ST", "CN", "PW", "MN", "Flag", "PNUM", "PNO", "version", "params", "factors", "groups"] {
            assert_eq!(again[0].get(key), described.get(key), "{}: {key}", vector["name"]);
        }
        other += 1;
    }
    assert_eq!((same, other), (20, 6));
}

#[test]
fn what_a_person_writes_composes() {
    let frame = compose(&json!({
        "QN": "20160801085857223", "ST": "32", "CN": "1062", "PW": "100000", "MN": "010000A8900016F000169DC0",
        "Flag": 5, "params": { "RtdInterval": "30" },
    }));
    let wanted = "##0101QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;\
        CP=&&RtdInterval=30&&1C80\r\n";
    assert_eq!(frame.as_deref(), Ok(wanted.as_bytes()));
    assert!(compose(&json!({ "CN": "9014", "MN": "1" })).is_ok());
}

#[test]
fn odd_layouts_keep_their_order() {
    let text = "CN=2011;MN=M1;USCC=91;PNO=3;CP=&&a-Rtd=1;DataTime=20160801080000,b-Rtd=2;a-Rtd=3&&";
    let frame = fengsui_protocols::hj212::encode_frame(text.as_bytes()).expect("a frame");
    let described = describe(&frame);
    let expected = json!({
        "params": { "DataTime": "20160801080000" },
        "factors": { "a": { "Rtd": "3" }, "b": { "Rtd": "2" } },
        "groups": [[["a-Rtd", "1"]], [["DataTime", "20160801080000"], ["b-Rtd", "2"]], [["a-Rtd", "3"]]],
        "extra": [["USCC", "91"], ["PNO", "3"]],
        "deviations": ["a-Rtd stands twice"],
    });
    assert_covers(&json!("odd"), &described[0], &expected);
    assert_eq!(compose(&described[0]), Ok(frame));
}

#[test]
fn contradictions_are_refused() {
    let base = json!({ "CN": "2011", "MN": "M1", "Flag": 4, "params": { "a": "1" }, "groups": [[["a", "1"]]] });
    assert!(compose(&base).is_ok());
    for (name, value, reason) in [
        ("Flag", json!(256), "field Flag is not a whole number in range"),
        ("MN", json!(null), "field MN is missing"),
        ("CN", json!("20110"), "field CN is not a number of at most four digits"),
        ("PNUM", json!(2), "field PNO is missing"),
        ("version", json!("2005"), "field version contradicts Flag"),
        ("needs_ack", json!(true), "field needs_ack contradicts Flag"),
        ("split", json!(true), "field split contradicts Flag"),
        ("params", json!({ "a": "2" }), "field params contradicts groups"),
        ("factors", json!({ "a": { "Rtd": "2" } }), "field factors contradicts groups"),
        ("groups", json!([["a", "1"]]), "field groups is not lists of [name, value]"),
        ("error", json!("bad_start"), "a damaged frame (bad_start) cannot be composed"),
        ("PW", json!("1;MN=2"), "PW holds separators or control characters: \"1;MN=2\""),
    ] {
        let mut changed = base.clone();
        changed[name] = value;
        assert_eq!(compose(&changed).map_err(|error| error.to_string()), Err(reason.to_owned()), "{name}");
    }
    assert!(compose(&json!([])).is_err());
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    let frame = fengsui_protocols::hj212::encode_frame(b"CN=2011;MN=M1;CP=&&a=\xFF&&").expect("a frame");
    assert_eq!(describe(&frame), [json!({ "error": "bad_field" })]);
    assert_eq!(describe(b"\r\n\r\n"), Vec::<Value>::new());
}
