//! Damaged frames by the hundred thousand: nothing panics, and what is described composes to the same bytes.

mod mutation;
#[path = "mutation/random.rs"]
mod random;

use fengsui_protocols::modbus::{Decoder, Request, Response, compose, describe};
use random::Random;

fn frames() -> Vec<Vec<u8>> {
    let text = std::fs::read_to_string("../../testdata/protocols/modbus/vectors.json").expect("the vectors");
    let vectors: Vec<serde_json::Value> = serde_json::from_str(&text).expect("JSON");
    let bytes = |vector: &serde_json::Value| {
        let digits: Vec<u8> = vector["frame"].as_str().expect("text").bytes().collect();
        digits
            .chunks(2)
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).expect("digits"), 16).expect("a byte"))
            .collect()
    };
    vectors.iter().map(bytes).collect()
}

fn mutate(random: &mut Random, frame: &mut Vec<u8>) {
    for _ in 0..=random.below(3) {
        let at = random.below(frame.len());
        match random.below(8) {
            0 => frame.truncate(at),
            1 => frame.insert(at, random.byte()),
            2 if !frame.is_empty() => drop(frame.remove(at)),
            3 if frame.len() > 7 => frame[7] = random.byte(),
            // A length that fits what there is, so that the damage reaches the message.
            4 if frame.len() > 7 => frame[5] = u8::try_from(frame.len() - 6).unwrap_or(0xFF),
            _ => {
                if let Some(byte) = frame.get_mut(at) {
                    *byte = random.byte();
                }
            }
        }
    }
}

#[test]
fn mutated_frames() {
    let rounds = mutation::rounds();
    let (originals, mut random) = (frames(), Random(mutation::seed(0x9E37_79B9_7F4A_7C15)));
    let (mut decoder, mut composed) = (Decoder::new(), 0_usize);
    for _ in 0..rounds {
        let mut bytes = originals[random.below(originals.len())].clone();
        mutate(&mut random, &mut bytes);
        let described = describe(&bytes);
        if let [frame] = described.as_slice()
            && frame.get("error").is_none()
        {
            assert_eq!(compose(frame).as_ref(), Ok(&bytes), "{frame}");
            composed += 1;
        }
        drop(decoder.feed(&bytes));
        assert!(decoder.pending() <= 260);
        if let Some(message) = bytes.get(7..) {
            let _ = (Request::decode(message), Response::decode(message));
        }
    }
    assert!(composed > rounds / 20, "{composed} frames read: the damage is too great to test anything");
}
