//! Frames of the vectors with bytes changed, dropped, doubled and glued together: nothing may panic or stall.

mod mutation;

use fengsui_protocols::szy206::{Assembly, Command, Decoder, SelfReport, TimeForm, acknowledge, crc8};
use fengsui_protocols::szy206::{compose, decode_frame, describe};
use serde_json::Value;

/// One frame, one portion.
const MOST_PENDING: usize = 4096 + 260;

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
        const LIKELY: [u8; 8] = [0x68, 0x16, 0, 0xFF, 0xAA, 0xC0, 0x40, 7];
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
    let Some(user) = length.checked_sub(5).and_then(|user| u8::try_from(user).ok()) else { return };
    frame[..3].copy_from_slice(&[0x68, user, 0x68]);
    frame[length - 2] = crc8(&frame[3..length - 2]);
    frame[length - 1] = 0x16;
}

fn seeds() -> Vec<Vec<u8>> {
    let text = std::fs::read_to_string("../../testdata/protocols/szy206/vectors.json").expect("the vectors");
    let vectors: Vec<Value> = serde_json::from_str(&text).expect("JSON");
    vectors.iter().map(|vector| hex::decode(vector["frame"].as_str().expect("a frame")).expect("hex")).collect()
}

#[test]
fn mutated_frames_are_read_or_refused() {
    let rounds = mutation::rounds();
    let seeds = seeds();
    let mut generator = Generator(mutation::seed(0x206));
    let (mut decoder, mut assembly) = (Decoder::new(), Assembly::new());
    let (mut whole, mut refused) = (0_usize, 0_usize);
    for number in 0..rounds {
        let bytes = generator.mutate(&seeds);
        for result in decoder.feed(&bytes) {
            let Ok(frame) = result else {
                refused += 1;
                continue;
            };
            whole += 1;
            let form = TimeForm::guess(&frame.data).unwrap_or(TimeForm::Short);
            drop((SelfReport::read(&frame.data, form), Command::read(&frame.data), acknowledge(&frame)));
            assembly.take(frame);
        }
        assert!(decoder.pending() <= MOST_PENDING);
        if number % 64 == 0 {
            decoder.expire();
        }
        for description in describe(&bytes) {
            if number % 8 == 0 && description["error"].is_null() {
                assert_eq!(describe(&compose(&description).expect("composed")), vec![description]);
            }
        }
        if let Ok(frame) = decode_frame(&bytes) {
            assert_eq!(frame.to_bytes().as_deref(), Ok(&bytes[..frame.length() + 5]));
        }
    }
    assert!(whole > rounds / 10 && refused > rounds / 10, "{whole} {refused}");
}
