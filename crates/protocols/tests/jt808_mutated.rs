//! A quarter of a million frames mutated from the vectors: nothing may panic, stall or grow.

mod mutation;

use fengsui_protocols::jt808::{
    Answering, Assembler, Decoder, Tolerance, checksum, compose, decode_frame, describe, reply,
};
use jiff::Timestamp;
use serde_json::Value;

/// SplitMix64: the same frames on every run.
struct Generator(u64);

impl Generator {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        word ^ (word >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit.max(1) as u64).unwrap_or_default()
    }

    fn byte(&mut self) -> u8 {
        const LIKELY: [u8; 8] = [0x00, 0x01, 0x02, 0x7D, 0x7E, 0x7F, 0x80, 0xFF];
        if self.below(2) == 0 { LIKELY[self.below(8)] } else { self.next().to_le_bytes()[0] }
    }
}

fn frames() -> Vec<Vec<u8>> {
    let path = "../../testdata/protocols/jt808/vectors.json";
    let text = std::fs::read_to_string(path).expect("the vectors are part of the repository");
    let vectors: Vec<Value> = serde_json::from_str(&text).expect("the vectors are JSON");
    let bytes_of = |text: &str| -> Vec<u8> {
        (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).expect("digits")).collect()
    };
    vectors.iter().map(|vector| bytes_of(vector["frame"].as_str().expect("digits"))).collect()
}

fn mutate(bytes: &mut Vec<u8>, generator: &mut Generator) {
    for _ in 0..=generator.below(3) {
        let at = generator.below(bytes.len());
        match generator.below(4) {
            0 => bytes[at] = generator.byte(),
            1 => bytes[at] ^= 1 << generator.below(8),
            2 => bytes.insert(at, generator.byte()),
            _ if bytes.len() > 1 => {
                bytes.remove(at);
            }
            _ => (),
        }
    }
}

fn unescaped(bytes: &[u8]) -> Vec<u8> {
    let mut content = Vec::new();
    let mut rest = bytes.iter();
    while let Some(byte) = rest.next() {
        match byte {
            0x7E => (),
            0x7D => content.push(if rest.next() == Some(&2) { 0x7E } else { 0x7D }),
            _ => content.push(*byte),
        }
    }
    content
}

/// A mutation below the escaping, with length and check byte made to fit again, so that it reaches the bodies.
fn resealed(frame: &[u8], generator: &mut Generator) -> Vec<u8> {
    let mut content = unescaped(frame);
    content.pop();
    mutate(&mut content, generator);
    let modern = content.get(2).is_some_and(|attributes| attributes & 0x40 != 0);
    let split = content.get(2).is_some_and(|attributes| attributes & 0x20 != 0);
    let header = if modern { 17 } else { 12 } + if split { 4 } else { 0 };
    if let (Some(length), [_, _, high, low, ..]) = (content.len().checked_sub(header), content.as_mut_slice()) {
        let [_, .., upper, lower] = (length as u64).to_be_bytes();
        (*high, *low) = (*high & 0xFC | upper & 3, lower);
    }
    content.push(checksum(&content));
    let mut sealed = vec![0x7E];
    for byte in content {
        match byte {
            0x7E => sealed.extend_from_slice(&[0x7D, 2]),
            0x7D => sealed.extend_from_slice(&[0x7D, 1]),
            _ => sealed.push(byte),
        }
    }
    sealed.push(0x7E);
    sealed
}

#[test]
fn a_quarter_of_a_million_mutated_frames() {
    let rounds = mutation::rounds();
    let (frames, mut generator) = (frames(), Generator(mutation::seed(808)));
    let (mut decoder, mut assembler) = (Decoder::new(Tolerance::Tolerant), Assembler::default());
    let answering = Answering::new(0, Timestamp::UNIX_EPOCH);
    let (mut whole, mut readable, mut composed) = (0, 0, 0);
    for round in 0..rounds {
        let original = &frames[generator.below(frames.len())];
        let bytes = if round % 4 == 0 {
            let mut bytes = original.clone();
            mutate(&mut bytes, &mut generator);
            bytes
        } else {
            resealed(original, &mut generator)
        };
        for frame in decoder.feed(&bytes).into_iter().filter_map(Result::ok) {
            whole += 1;
            readable += usize::from(frame.content().is_ok());
            let _ = reply(&frame, &answering).expect("an answer can always be sent");
            let _ = assembler.take(frame, Timestamp::UNIX_EPOCH);
        }
        assert!(decoder.pending() < 8192);
        assert!(assembler.pending() <= 8 << 20);
        let _ = decode_frame(&bytes);
        for description in describe(&bytes) {
            // Composing is the caller's own doing, not the terminal's; a sample of it is enough.
            composed += usize::from(round % 8 == 1 && compose(&description).is_ok());
        }
    }
    println!("{whole} frames, {readable} readable, {composed} composed again");
    let share = |count: usize, percent: usize| count * 100 > rounds * percent;
    assert!(share(whole, 60) && share(readable, 40) && share(composed, 6), "{whole} {readable} {composed}");
}
