//! Frames of the vectors with bytes changed, dropped, doubled and glued together: nothing may panic or stall.

mod mutation;

use fengsui_protocols::gb26875::{Decoder, compose, decode_frame, deny_rejected, describe, reply};
use jiff::civil::date;
use serde_json::Value;

/// One frame, one portion.
const MOST_PENDING: usize = 4096 + 1054;

/// A small generator, so that every run sees the same frames.
struct Generator(u64);

impl Generator {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() >> 16).unwrap_or(0) % limit.max(1)
    }

    fn byte(&mut self) -> u8 {
        const LIKELY: [u8; 8] = [b'@', b'#', 0, 0xFF, 1, 2, 4, 26];
        let random = self.next().to_le_bytes()[3];
        if self.below(2) == 0 { LIKELY[self.below(LIKELY.len())] } else { random }
    }

    fn mutate(&mut self, seeds: &[Vec<u8>]) -> Vec<u8> {
        let mut frame = seeds[self.below(seeds.len())].clone();
        for _ in 0..=self.below(3) {
            let place = self.below(frame.len());
            match self.below(6) {
                0 | 1 if !frame.is_empty() => frame[place] = self.byte(),
                2 => frame.truncate(place),
                3 => frame.insert(place, self.byte()),
                4 if !frame.is_empty() => drop(frame.remove(place)),
                _ => frame.extend_from_slice(&seeds[self.below(seeds.len())]),
            }
        }
        if self.below(2) == 0 {
            mend(&mut frame);
        }
        frame
    }
}

/// Makes length, checksum and end mark fit, so that what lies within is reached.
fn mend(frame: &mut [u8]) {
    let length = frame.len();
    let Some(unit) = length.checked_sub(30).and_then(|unit| u16::try_from(unit).ok()) else { return };
    frame[..2].copy_from_slice(b"@@");
    frame[24..26].copy_from_slice(&unit.to_le_bytes());
    frame[length - 3] = frame[2..length - 3].iter().fold(0, |sum, byte| sum.wrapping_add(*byte));
    frame[length - 2..].copy_from_slice(b"##");
}

fn seeds() -> Vec<Vec<u8>> {
    let text = std::fs::read_to_string("../../testdata/protocols/gb26875/vectors.json").expect("the vectors");
    let vectors: Vec<Value> = serde_json::from_str(&text).expect("JSON");
    vectors.iter().map(|vector| hex::decode(vector["frame"].as_str().expect("a frame")).expect("hex")).collect()
}

#[test]
fn mutated_frames_are_read_or_refused() {
    let rounds = mutation::rounds();
    let (seeds, now) = (seeds(), date(2025, 6, 1).at(12, 30, 11, 0));
    let mut generator = Generator(mutation::seed(0x26875));
    let mut decoder = Decoder::new();
    let (mut whole, mut refused, mut composed) = (0_usize, 0_usize, 0_usize);
    for number in 0..rounds {
        let bytes = generator.mutate(&seeds);
        for result in decoder.feed(&bytes) {
            match result {
                Ok(frame) => {
                    whole += 1;
                    drop((frame.unit(), reply(&frame, now), frame.to_bytes()));
                }
                Err(rejected) => {
                    refused += 1;
                    drop(deny_rejected(&rejected, now));
                }
            }
        }
        assert!(decoder.pending() <= MOST_PENDING);
        if number % 64 == 0 {
            decoder.expire();
        }
        let single = decode_frame(&bytes);
        // What is described can be composed, and composing is exact (looked at now and then, to save time).
        for description in describe(&bytes) {
            if number % 8 == 0 && description["error"].is_null() {
                let again = compose(&description).expect("composed");
                assert_eq!(describe(&again), vec![description]);
                composed += 1;
            }
        }
        if let Ok(frame) = single {
            let length = frame.application.len() + 30;
            assert_eq!(frame.to_bytes().as_deref(), Ok(&bytes[..length]));
        }
    }
    assert!(whole > rounds / 10 && refused > rounds / 10 && composed > rounds / 80, "{whole} {refused} {composed}");
}
