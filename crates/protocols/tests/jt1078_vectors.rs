//! Every vector of `testdata/protocols/jt1078/vectors.json`, the way back, splits and hostile bytes.

use fengsui_protocols::jt1078::{Decoder, Packet, compose, describe};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value;

fn vectors() -> Vec<Value> {
    let path = "../../testdata/protocols/jt1078/vectors.json";
    let text = std::fs::read_to_string(path).expect("the vectors are part of the repository");
    serde_json::from_str(&text).expect("the vectors are JSON")
}

fn bytes_of(vector: &Value) -> Vec<u8> {
    let text = vector["frame"].as_str().expect("digits");
    let pair = |index| u8::from_str_radix(text.get(index..index + 2).expect("digits"), 16).expect("digits");
    (0..text.len()).step_by(2).map(pair).collect()
}

#[test]
fn values_errors_and_the_way_back() {
    let mut seen = (0, 0);
    for vector in vectors() {
        let (name, expected, bytes) = (&vector["name"], &vector["expect"], bytes_of(&vector));
        let described = describe(&bytes);
        let first = described.first().expect("a description");
        for (field, value) in expected.as_object().expect("fields") {
            assert_eq!(&first[field], value, "{name}: {field}");
        }
        if expected["error"].is_null() {
            assert_eq!(first.as_object().map(serde_json::Map::len), expected.as_object().map(serde_json::Map::len));
            assert_eq!(compose(expected).as_deref(), Ok(bytes.as_slice()), "{name}");
            seen.0 += 1;
        } else {
            seen.1 += 1;
        }
    }
    assert_eq!(seen, (4, 4));
}

#[test]
fn any_split_gives_the_same_packets() {
    let mut stream = b"30".to_vec();
    for vector in vectors().iter().filter(|vector| vector["expect"]["error"].is_null()) {
        stream.extend(bytes_of(vector));
    }
    for portion in [1, 7, stream.len()] {
        let mut decoder = Decoder::default();
        let packets: Vec<Packet> =
            stream.chunks(portion).flat_map(|part| decoder.feed(part)).filter_map(Result::ok).collect();
        assert_eq!(packets.len(), 4, "{portion}");
        assert_eq!(decoder.pending(), 0);
    }
}

proptest! {
    #[test]
    fn hostile_bytes_are_accounted_for(
        pieces in vec(prop_oneof![vec(any::<u8>(), 0..40), Just(b"01cd\x81".to_vec()), Just(b"01cd".to_vec())], 0..20),
        portion in 1_usize..60,
    ) {
        let bytes = pieces.concat();
        let mut decoder = Decoder::default();
        let mut results: Vec<_> = bytes.chunks(portion).flat_map(|part| decoder.feed(part)).collect();
        results.extend(decoder.expire());
        let length: usize = results.iter().map(|result| match result {
            Ok(packet) => packet.to_bytes().expect("bytes").len(),
            Err(rejected) => rejected.raw.len(),
        }).sum();
        prop_assert_eq!(length, bytes.len());
        for description in describe(&bytes).iter().filter(|description| description.get("error").is_none()) {
            prop_assert!(compose(description).is_ok());
        }
    }
}
