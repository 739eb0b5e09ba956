//! Damaged frames by the hundred thousand: nothing panics, nothing is read that the checksum does not vouch for.

mod mutation;

use fengsui_protocols::hj212::{Decoder, Order, Report, Segment, Tolerance, compose, decode_frame, describe};

/// A small generator with a fixed seed (xorshift), so that a failure comes again.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit.max(1) as u64).expect("below a usize")
    }

    fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[3]
    }
}

fn frames() -> Vec<Vec<u8>> {
    let text = std::fs::read_to_string("../../testdata/protocols/hj212/vectors.json").expect("the vectors");
    let vectors: Vec<serde_json::Value> = serde_json::from_str(&text).expect("JSON");
    let frame = |vector: &serde_json::Value| vector["frame"].as_str().expect("text").as_bytes().to_vec();
    vectors.iter().map(frame).filter(|frame| frame.len() < 400).collect()
}

fn mutate(random: &mut Random, frame: &mut Vec<u8>) {
    for _ in 0..=random.below(3) {
        let at = random.below(frame.len());
        match random.below(6) {
            0 => frame.truncate(at),
            1 => frame.insert(at, random.byte()),
            2 => {
                let piece = [&b"##"[..], b"&&", b"\r\n", b"=", b";", b"CP=&&", b"-Rtd="][random.below(7)];
                frame.splice(at..at, piece.iter().copied());
            }
            3 if !frame.is_empty() => drop(frame.remove(at)),
            _ => {
                if let Some(byte) = frame.get_mut(at) {
                    *byte = random.byte();
                }
            }
        }
    }
}

/// The same damage under a checksum that fits, so that it reaches the parser.
fn seal(frame: &[u8]) -> Vec<u8> {
    let end = frame.len().saturating_sub(6).max(6).min(frame.len());
    let segment = frame.get(6..end).unwrap_or_default();
    fengsui_protocols::hj212::encode_frame(segment).unwrap_or_default()
}

#[test]
fn mutated_frames() {
    let rounds = mutation::rounds();
    let (originals, mut random) = (frames(), Random(mutation::seed(0x9E37_79B9_7F4A_7C15)));
    let (mut decoder, mut read) = (Decoder::new(Tolerance::Tolerant), 0_usize);
    for round in 0..rounds {
        let mut bytes = originals[random.below(originals.len())].clone();
        mutate(&mut random, &mut bytes);
        if round % 4 == 0 {
            bytes = seal(&bytes);
        }
        match round % 8 {
            0 | 5 => read += described(&bytes),
            1 => drop(decode_frame(&bytes)),
            _ => {
                let portion = bytes.len() / 2 + 1;
                read += bytes.chunks(portion).flat_map(|part| decoder.feed(part)).filter_map(Result::ok).count();
                assert!(decoder.pending() <= 8192);
            }
        }
        if round % 8 == 3
            && let Some(segment) = bytes.get(6..).and_then(|rest| Segment::parse(rest).ok())
        {
            let _ = (segment.readings(), segment.alarms(), Order::read(&segment), Report::read(&segment));
        }
    }
    assert!(read > rounds / 50, "{read} frames read: the damage is too great to test anything");
}

/// How many frames were found; each composes to one of the same description, or holds what cannot be written.
fn described(bytes: &[u8]) -> usize {
    let described = describe(bytes);
    for frame in described.iter().filter(|frame| frame.get("error").is_none()) {
        let Ok(composed) = compose(frame) else { continue };
        let again = describe(&composed);
        assert_eq!(again.len(), 1);
        for key in ["QN", "CN", "MN", "Flag", "params", "factors", "groups"] {
            assert_eq!(again[0].get(key), frame.get(key), "{key}");
        }
    }
    described.len()
}
