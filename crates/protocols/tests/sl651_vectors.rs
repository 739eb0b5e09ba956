//! Every vector of `testdata/protocols/sl651/vectors.json`: values, errors, streams and replies.

use fengsui_protocols::sl651::{
    AnswerClock, Coding, Decoder, EndMark, Message, Quality, Received, Release, ReplyStyle, SendTime, acknowledge,
    compose, decode_frame, describe,
};
use serde_json::Value;

fn vectors() -> Vec<Value> {
    let path = "../../testdata/protocols/sl651/vectors.json";
    let text = std::fs::read_to_string(path).expect("the vectors are part of the repository");
    serde_json::from_str(&text).expect("the vectors are JSON")
}

fn text_of<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

fn bytes_of(digits: &str) -> Vec<u8> {
    let pairs = digits.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).expect("ASCII"), 16).expect("digits")).collect()
}

fn digits_of(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}

/// Every field, and of each element every field and no other.
fn check_expected(name: &str, expected: &Value, got: &Value) {
    for (key, value) in expected.as_object().expect("an object") {
        assert_eq!(&got[key], value, "{name}: {key}");
    }
    for absent in ["elements", "body", "body_station", "class", "observed", "error", "pkg_total"] {
        assert_eq!(got.get(absent).is_some(), expected.get(absent).is_some(), "{name}: {absent}");
    }
}

#[test]
fn single_frames() {
    let mut seen = (0, 0);
    for vector in vectors().iter().filter(|vector| vector["expect"]["stream"].is_null()) {
        let (name, expected) = (text_of(vector, "name"), &vector["expect"]);
        let bytes = bytes_of(text_of(vector, "frame"));
        let objects = describe(&bytes);
        assert_eq!(objects.len(), 1, "{name}: {objects:?}");
        let got = objects.first().expect("counted above");
        if expected.get("error").is_some() {
            assert_eq!(got, expected, "{name}");
            seen.1 += 1;
            continue;
        }
        seen.0 += 1;
        check_expected(name, expected, got);
        let received = decode_frame(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(bytes.starts_with(&received.raw), "{name}");
        assert_eq!(received.frame.to_bytes().as_ref(), Ok(&received.raw), "{name}: written again");
        assert_eq!(compose(got).as_ref(), Ok(&received.raw), "{name}: composed again");
        check_readings(name, expected, &received);
        check_message(name, &received);
    }
    assert_eq!(seen, (36, 10));
}

/// The typed message writes the same body again.
fn check_message(name: &str, received: &Received) {
    if received.frame.packet.is_some_and(|packet| packet.number > 1) {
        return;
    }
    let (message, fault) = Message::read(&received.frame).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(fault, None, "{name}");
    assert_eq!(message.to_body(&received.frame.header).as_ref(), Ok(&received.frame.body), "{name}");
}

/// Every value the vector lists, and no other, comes out as a reading, null as missing.
fn check_readings(name: &str, expected: &Value, received: &Received) {
    let Ok((message, _)) = Message::read(&received.frame) else { return };
    let readings = message.readings(&received.frame.header);
    let mut wanted = Vec::new();
    for element in expected["elements"].as_array().into_iter().flatten() {
        let values = element["values"].as_array().cloned();
        let single = element.get("value").map(|value| vec![value.clone()]);
        for value in values.or(single).unwrap_or_default() {
            wanted.push((text_of(element, "id").to_owned(), value.as_str().map(str::to_owned)));
        }
    }
    assert_eq!(readings.len(), wanted.len(), "{name}");
    for (reading, (id, value)) in readings.iter().zip(&wanted) {
        let known = if received.frame.header.coding == Coding::Hex { Some(&reading.code) } else { None };
        assert_eq!(known.map_or(reading.symbol.unwrap_or_default(), String::as_str), id, "{name}");
        assert_eq!(reading.quality, if value.is_some() { Quality::Good } else { Quality::Missing }, "{name}");
        assert_eq!(reading.value_text, value.clone().unwrap_or_default(), "{name}");
        assert!(reading.observed_at.is_some(), "{name}");
    }
}

#[test]
fn replies() {
    let mut answered = 0;
    for vector in vectors().iter().filter(|vector| vector.get("response").is_some()) {
        let (name, context) = (text_of(vector, "name"), &vector["response_ctx"]);
        let received = decode_frame(&bytes_of(text_of(vector, "frame"))).expect("a frame");
        let now = SendTime::from_digits(text_of(context, "now")).and_then(SendTime::civil).expect("a time");
        let release = if text_of(context, "end") == "1b" { Release::Stay } else { Release::Leave };
        let style = ReplyStyle { release, ..ReplyStyle::default() };
        let reply = acknowledge(&received.frame, now, style).expect("an answer");
        let bytes = reply.to_bytes().expect("bytes");
        assert_eq!(digits_of(&bytes), text_of(vector, "response"), "{name}");
        // Echo yields the same where the centre's clock in the source is the station's own time.
        if vector["expect"]["sent"]
            .as_str()
            .is_some_and(|sent| sent.replace(['-', 'T', ':'], "").ends_with(text_of(context, "now")))
        {
            let echo = ReplyStyle { clock: AnswerClock::Echo, ..style };
            assert_eq!(acknowledge(&received.frame, now, echo), Some(reply.clone()), "{name}");
        }
        let answer = describe(&bytes);
        assert_eq!(answer.first().map(|answer| answer["dir"].clone()), Some(Value::from("down")), "{name}");
        assert_eq!(acknowledge(&reply, now, style), None, "{name}: answers are not answered");
        answered += 1;
    }
    assert_eq!(answered, 11);
}

#[test]
fn keep_alives_and_packets_are_not_answered() {
    let now = SendTime::from_digits("230601010001").and_then(SendTime::civil).expect("a time");
    let mut silent = 0;
    for vector in vectors().iter().filter(|vector| vector["expect"]["error"].is_null()) {
        let Ok(received) = decode_frame(&bytes_of(text_of(vector, "frame"))) else { continue };
        let (header, style) = (received.frame.header, ReplyStyle::default());
        if header.function.0 == 0x2F || received.frame.packet.is_some() {
            assert_eq!(acknowledge(&received.frame, now, style), None);
            silent += 1;
        }
        if header.function.0 == 0x2F {
            let asked = ReplyStyle { answer_keep_alive: true, ..style };
            assert_eq!(
                acknowledge(&received.frame, now, asked).map(|reply| reply.end),
                Some(EndMark::EndOfTransmission)
            );
        }
    }
    assert_eq!(silent, 5);
}

fn frames_in(bytes: &[u8], portion: usize) -> Vec<Received> {
    let mut decoder = Decoder::new();
    let mut found: Vec<Received> =
        bytes.chunks(portion).flat_map(|part| decoder.feed(part)).filter_map(Result::ok).collect();
    found.extend(decoder.expire().into_iter().filter_map(Result::ok));
    assert_eq!(decoder.pending(), 0);
    found
}

#[test]
fn streams() {
    let mut seen = 0;
    for vector in vectors().iter().filter(|vector| !vector["expect"]["stream"].is_null()) {
        let (name, expected) = (text_of(vector, "name"), &vector["expect"]);
        let bytes = bytes_of(text_of(vector, "frame"));
        let wanted = expected["frames"].as_array().expect("frames");
        let whole = describe(&bytes);
        assert_eq!(whole.len(), wanted.len(), "{name}");
        for portion in [1, 7, bytes.len()] {
            let frames = frames_in(&bytes, portion);
            assert_eq!(frames.len(), wanted.len(), "{name}: {portion}");
            for (frame, wanted) in frames.iter().zip(wanted) {
                let object = describe(&frame.raw);
                for (key, value) in wanted.as_object().expect("an object") {
                    assert_eq!(object.first().map(|object| &object[key]), Some(value), "{name}: {key}");
                }
            }
        }
        seen += 1;
    }
    assert_eq!(seen, 2);
}

/// All sound vectors as one stream, stray bytes between them, in any portion.
#[test]
fn all_vectors_as_one_stream() {
    let all = vectors();
    let sound = all.iter().filter(|vector| vector["expect"]["error"].is_null() && vector["expect"]["stream"].is_null());
    let mut stream = Vec::new();
    let mut wanted = Vec::new();
    for (vector, stray) in sound.zip([&b""[..], b"\x7E", b"\r\n", b"\x00\x01g", b"\x7E\x00"].into_iter().cycle()) {
        let received = decode_frame(&bytes_of(text_of(vector, "frame"))).expect("a frame");
        stream.extend_from_slice(&received.raw);
        stream.extend_from_slice(stray);
        wanted.push(received);
    }
    for portion in [1, 7, 64, stream.len()] {
        assert_eq!(frames_in(&stream, portion), wanted, "{portion}");
    }
    assert_eq!(describe(&stream).len(), wanted.len());
}
