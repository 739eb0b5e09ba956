//! Every vector of `testdata/protocols/jt808/vectors.json`: values, errors, streams, replies, and the way back.

use fengsui_protocols::jt808::session::AnswerResult;
use fengsui_protocols::jt808::{
    Answering, Assembled, Assembler, Decoder, Frame, LocalTime, Message, Tolerance, compose, decode_frame, describe,
    describe_frame, reply,
};
use jiff::Timestamp;
use serde_json::Value;

fn vectors() -> Vec<Value> {
    let path = "../../testdata/protocols/jt808/vectors.json";
    let text = std::fs::read_to_string(path).expect("the vectors are part of the repository");
    serde_json::from_str(&text).expect("the vectors are JSON")
}

fn text_of<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

fn bytes_of(text: &str) -> Vec<u8> {
    let pair = |index| u8::from_str_radix(text.get(index..index + 2).expect("digits"), 16).expect("digits");
    (0..text.len()).step_by(2).map(pair).collect()
}

fn digits_of(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}

/// The frame of a vector, alone; the splitter would take the pieces of a damaged one for several.
fn only(bytes: &[u8]) -> Value {
    match decode_frame(bytes) {
        Ok(frame) => describe_frame(&frame),
        Err(error) => serde_json::json!({"error": error.code()}),
    }
}

/// Everything expected is there; there may be more, except an error.
fn check(path: &str, expected: &Value, got: &Value) {
    match expected {
        Value::Object(fields) => {
            for (name, value) in fields {
                check(&format!("{path}.{name}"), value, &got[name]);
            }
        }
        Value::Array(items) => {
            assert_eq!(got.as_array().map(Vec::len), Some(items.len()), "{path}: number of items");
            for (index, item) in items.iter().enumerate() {
                check(&format!("{path}[{index}]"), item, &got[index]);
            }
        }
        _ => assert_eq!(got, expected, "{path}"),
    }
}

fn singles() -> Vec<Value> {
    vectors().into_iter().filter(|vector| vector["expect"]["stream"].is_null()).collect()
}

#[test]
fn values_and_errors() {
    let mut seen = (0, 0);
    for vector in singles() {
        let (name, expected) = (text_of(&vector, "name"), &vector["expect"]);
        let bytes = bytes_of(text_of(&vector, "frame"));
        check(name, expected, &only(&bytes));
        let described = describe(&bytes);
        check(name, expected, described.first().expect("a description"));
        if expected["error"].is_null() {
            seen.0 += 1;
            assert_eq!(described.len(), 1, "{name}");
            assert!(described[0]["error"].is_null(), "{name}");
            // Fields the vectors would show must not be invented.
            for absent in ["extras", "trailing", "version_bit_wrong", "pkg_total", "extra_truncated", "mileage_km"] {
                let invented = expected.get(absent).is_none() && described[0].get(absent).is_some();
                assert!(!invented, "{name}: {absent} was invented");
            }
        } else {
            seen.1 += 1;
        }
    }
    assert_eq!(seen, (40, 10));
}

#[test]
fn the_way_back() {
    let mut exact = 0;
    for vector in singles().iter().filter(|vector| vector["expect"]["error"].is_null()) {
        let name = text_of(vector, "name");
        let bytes = bytes_of(text_of(vector, "frame"));
        assert_eq!(decode_frame(&bytes).expect("a frame").to_bytes().as_deref(), Ok(bytes.as_slice()), "{name}");
        let description = only(&bytes);
        let composed = compose(&description).unwrap_or_else(|error| panic!("{name}: {error}"));
        if name == "register_readme" {
            // The model is filled up with zeros in front; the standard wants them behind.
            assert_eq!(composed.len(), bytes.len());
            assert_eq!(only(&composed)["model"], description["model"]);
        } else {
            assert_eq!(digits_of(&composed), digits_of(&bytes), "{name}");
            exact += 1;
        }
    }
    assert_eq!(exact, 39);
}

#[test]
fn expectations_themselves_compose() {
    // What the vectors list is enough to build the frame, where it lists the whole body.
    let mut composed = 0;
    for vector in singles().iter().filter(|vector| vector["expect"]["error"].is_null()) {
        let (name, expected) = (text_of(vector, "name"), &vector["expect"]);
        // These describe less than the frame holds: the recording, the damaged tail, the padding, the edition.
        if ["media_upload_0801", "location_extra_item_overruns", "register_readme", "register_2011"].contains(&name) {
            continue;
        }
        let built = compose(expected).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(digits_of(&built), text_of(vector, "frame"), "{name}");
        composed += 1;
    }
    assert_eq!(composed, 36);
}

#[test]
fn replies() {
    let mut answered = 0;
    let all = singles();
    for vector in all.iter().filter(|vector| vector["expect"]["error"].is_null()) {
        let name = text_of(vector, "name");
        let frame = decode_frame(&bytes_of(text_of(vector, "frame"))).expect("a frame");
        let context = &vector["response_ctx"];
        let serial = context["platform_serial"].as_u64().and_then(|serial| u16::try_from(serial).ok());
        let mut answering = Answering::new(serial.unwrap_or_default(), Timestamp::UNIX_EPOCH);
        text_of(context, "auth_code").clone_into(&mut answering.auth_code);
        if name != "location_extra_item_overruns" {
            // There the result 2 is what the codec comes to by itself.
            let result = context["result"].as_u64().and_then(|result| u8::try_from(result).ok());
            answering.result = result.map(AnswerResult::from);
        }
        let reply = reply(&frame, &answering).expect("a frame").map(|reply| reply.to_bytes().expect("bytes"));
        assert_eq!(reply.as_deref().map(digits_of).as_deref(), vector["response"].as_str(), "{name}");
        answered += usize::from(reply.is_some());
    }
    let with_response = all.iter().filter(|vector| vector["response"].is_string()).count();
    assert_eq!((answered, with_response), (26, 26));
}

#[test]
fn streams() {
    let mut seen = 0;
    for vector in vectors().iter().filter(|vector| !vector["expect"]["stream"].is_null()) {
        let (name, expected) = (text_of(vector, "name"), &vector["expect"]);
        let bytes = bytes_of(text_of(vector, "frame"));
        for tolerance in [Tolerance::Strict, Tolerance::Tolerant] {
            for portion in [1, 7, bytes.len()] {
                let mut decoder = Decoder::new(tolerance);
                let frames: Vec<Frame> =
                    bytes.chunks(portion).flat_map(|part| decoder.feed(part)).filter_map(Result::ok).collect();
                let described: Value = frames.iter().map(describe_frame).collect();
                check(name, &expected["frames"], &described);
                assert_eq!(Some(frames.len() as u64), expected["frame_count"].as_u64(), "{name}");
                assert!(decoder.pending() <= 1, "{name}");
            }
        }
        seen += 1;
    }
    assert_eq!(seen, 2);
}

#[test]
fn the_sub_packets_join() {
    // Serials 1233 and 1250: not consecutive, so only the loose rule joins them.
    let frames = singles();
    let frames = frames.iter().filter(|vector| text_of(vector, "name").starts_with("subpacket"));
    let frames: Vec<Frame> =
        frames.map(|vector| decode_frame(&bytes_of(text_of(vector, "frame"))).expect("a frame")).collect();
    assert_eq!(frames.len(), 2);
    for order in [[0, 1], [1, 0]] {
        let mut assembler = Assembler::default();
        let mut whole = None;
        for index in order {
            if let Assembled::Whole(frame) = assembler.take(frames[index].clone(), Timestamp::UNIX_EPOCH) {
                whole = Some(frame);
            }
        }
        let whole = whole.expect("a whole message");
        assert_eq!(whole.body.len(), 1008 + 211);
        let content = whole.content().expect("a body");
        let Message::ParameterAnswer(answer) = content.message else { panic!("parameters") };
        assert_eq!((answer.params.len(), content.trailing.len()), (107, 0));
        let plate = answer.params.iter().find(|parameter| parameter.id == 0x83).expect("a plate");
        assert_eq!(plate.name(), Some("plate"));
        assert_eq!(assembler.pending(), 0);
    }
}

#[test]
fn swapped_coordinates_are_flagged() {
    let all = singles();
    let vector = all.iter().find(|vector| text_of(vector, "name") == "location_no_extras").expect("a vector");
    let described = only(&bytes_of(text_of(vector, "frame")));
    assert_eq!(described["position_invalid"], true);
    let frame = decode_frame(&bytes_of(text_of(vector, "frame"))).expect("a frame");
    let Message::Location(location) = frame.content().expect("a body").message else { panic!("a location") };
    assert_eq!(location.time.civil().map(LocalTime::new), Some(location.time));
    assert!(!location.is_on_the_globe());
}
