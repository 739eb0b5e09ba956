//! Damaged payloads by the hundred thousand: nothing panics, and what is described composes to what it means.

mod mutation;
#[path = "mutation/random.rs"]
mod random;

use fengsui_protocols::sparkplug::{MessageKind, NodeSession, Payload, compose, describe};
use random::Random;

fn frames() -> Vec<Vec<u8>> {
    let text = std::fs::read_to_string("../../testdata/protocols/sparkplug/vectors.json").expect("the vectors");
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
            // Another field of the same length.
            3 if frame.len() > 9 => frame[7] = random.byte(),
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
    let (mut session, mut composed) = (NodeSession::default(), 0_usize);
    let kinds = [MessageKind::NodeBirth, MessageKind::DeviceBirth, MessageKind::NodeData, MessageKind::DeviceData];
    for round in 0..rounds {
        let mut bytes = originals[random.below(originals.len())].clone();
        mutate(&mut random, &mut bytes);
        let described = describe(&bytes);
        let Ok(payload) = Payload::decode(&bytes) else {
            assert!(described[0].get("error").is_some());
            continue;
        };
        assert_eq!(compose(&described[0]), Ok(payload.encode()), "{}", described[0]);
        drop(session.receive(kinds[round % 4], Some("d"), &payload));
        composed += 1;
    }
    assert!(composed > rounds / 20, "{composed} payloads read: the damage is too great to test anything");
}
