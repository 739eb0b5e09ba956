//! SL 651 under damage: 250,000 frames mutated from the vectors go through every reader without a panic.

mod mutation;

use fengsui_protocols::sl651::{
    Assembly, Coding, Decoder, Message, Outcome, ReplyStyle, SendTime, acknowledge, acknowledge_whole, compose,
    decode_frame, describe,
};
use serde_json::Value;

/// A linear congruential generator: the same frames on every machine.
struct Generator(u64);

impl Generator {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next()).unwrap_or_default() % limit.max(1)
    }

    fn byte(&mut self) -> u8 {
        const TELLING: [u8; 12] = [0x7E, 0x01, 0xF0, 0xF1, 0xF2, 0xF4, 0xFF, 0x00, 0x04, 0x16, 0x20, 0xAA];
        let byte = u8::try_from(self.next() & 0xFF).unwrap_or_default();
        if self.below(2) == 0 { TELLING.get(self.below(TELLING.len())).copied().unwrap_or(byte) } else { byte }
    }
}

fn frames() -> Vec<Vec<u8>> {
    let path = "../../testdata/protocols/sl651/vectors.json";
    let text = std::fs::read_to_string(path).expect("the vectors are part of the repository");
    let vectors: Vec<Value> = serde_json::from_str(&text).expect("the vectors are JSON");
    let digits = vectors.iter().flat_map(|vector| [vector["frame"].as_str(), vector["response"].as_str()]).flatten();
    let bytes = |digits: &str| -> Vec<u8> {
        let pairs = digits.as_bytes().chunks(2);
        pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).expect("ASCII"), 16).expect("digits")).collect()
    };
    digits.map(bytes).collect()
}

fn mutate(frame: &[u8], generator: &mut Generator) -> Vec<u8> {
    let mut bytes = frame.to_vec();
    for _ in 0..=generator.below(4) {
        let place = generator.below(bytes.len());
        match generator.below(6) {
            0 => bytes.truncate(place),
            1 => bytes.insert(place, generator.byte()),
            2 if !bytes.is_empty() => drop(bytes.remove(place)),
            3 => bytes.extend_from_within(..place),
            _ => {
                let byte = generator.byte();
                if let Some(target) = bytes.get_mut(place) {
                    *target = byte;
                }
            }
        }
    }
    bytes
}

/// Half of the damaged frames get a sound envelope again, so that the damage reaches the readers of bodies.
fn reseal(bytes: &[u8], frame: &[u8]) -> Vec<u8> {
    let Ok(received) = decode_frame(frame) else { return bytes.to_vec() };
    let tail = if received.frame.header.coding == Coding::Hex { 3 } else { 5 };
    let head = received.raw.len() - received.frame.body.len() - tail;
    let mut sealed = received.frame;
    sealed.body = bytes.get(head..).unwrap_or_default().iter().copied().take(4000).collect();
    sealed.to_bytes().unwrap_or_default()
}

/// What is described can be composed; says whether the composed frame is described alike.
fn check_description(mut object: Value) -> bool {
    if object.get("error").is_some() {
        return true;
    }
    let bytes = compose(&object).unwrap_or_else(|error| panic!("{object}: {error}"));
    let mut again = describe(&bytes).pop().expect("a frame");
    // A time said twice is written once.
    for derived in ["len", "crc"] {
        object[derived].take();
        again[derived].take();
    }
    object == again
}

#[test]
fn nothing_panics() {
    let rounds = mutation::rounds();
    let sources = frames();
    let mut generator = Generator(mutation::seed(651));
    let (mut decoder, mut assembly) = (Decoder::new(), Assembly::new());
    let now = SendTime::from_digits("260701060037").and_then(SendTime::civil).expect("a time");
    let style = ReplyStyle::default();
    let (mut sound, mut unlike) = (0, 0);
    for index in 0..rounds {
        let source = &sources[generator.below(sources.len())];
        let mut bytes = mutate(source, &mut generator);
        if index % 2 == 0 {
            bytes = reseal(&bytes, source);
        }
        for received in decoder.feed(&bytes).into_iter().flatten() {
            sound += 1;
            if let Ok((message, _)) = Message::read(&received.frame) {
                let _ = (message.readings(&received.frame.header), message.to_body(&received.frame.header));
            }
            let _ = acknowledge(&received.frame, now, style);
            if let Outcome::Complete(whole) = assembly.take(received.frame) {
                let _ = (whole.message(), acknowledge_whole(&whole, now, style));
            }
        }
        assert!(decoder.pending() <= 8300);
        if index % 16 == 0 {
            let _ = decoder.expire();
        }
        // A fifth of the descriptions is composed again: that is what takes the time.
        for object in describe(&bytes).into_iter().filter(|_| index % 5 == 0) {
            unlike += usize::from(!check_description(object));
        }
    }
    assert!(sound > rounds / 4, "{sound}");
    // Bodies that only damage makes, such as frames glued into a block of values, may be written otherwise.
    assert!(unlike <= rounds / 1000, "{unlike}");
}
