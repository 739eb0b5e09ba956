//! Damaged chunks and batches give errors: no panic, no boundless memory.

use fengsui_kernel::reading::Quality;
use fengsui_telemetry::testkit::Chance;
use fengsui_telemetry::{Figure, Flaw, Point, decode, encode, read_entries, write_entries};

fn points(count: i64) -> Vec<Point> {
    let point = |at: i64| Point {
        observed_at: at * 1000,
        received_at: at * 1000 + at % 7,
        figure: match at % 20 {
            0 => Figure::Text("open".into()),
            1 => Figure::Absent,
            _ => Figure::Decimal { mantissa: 2000 + at % 13, places: (at / 30).to_le_bytes()[0] },
        },
        quality: if at % 40 < 35 { Quality::Good } else { Quality::Fault },
        historical: at % 50 == 0,
        raw: (at % 9 == 0).then(|| format!("frame-{}", at / 18).into()),
    };
    (0..count).map(point).collect()
}

/// Changes some bytes, cuts off or adds some.
fn mutate(bytes: &mut Vec<u8>, chance: &mut Chance) {
    for _ in 0..=chance.below(3) {
        let at = chance.below(bytes.len());
        match chance.below(8) {
            0 => bytes.truncate(at.max(1)),
            1 => bytes.insert(at, 0xff),
            2 => bytes[at] = 0xff,
            3 => bytes[at] = 0,
            _ => bytes[at] ^= 1 << chance.below(8),
        }
    }
}

/// What a chunk looks like to the decoder once its checksum agrees again.
fn resealed(mut body: Vec<u8>) -> Vec<u8> {
    let sum = crc32c::crc32c(&body);
    body.extend_from_slice(&sum.to_le_bytes());
    body
}

#[test]
fn a_million_damaged_chunks_do_no_harm() {
    let mut chance = Chance::new(11);
    let whole = encode(&points(60));
    for _ in 0..500_000 {
        let mut bytes = whole.clone();
        mutate(&mut bytes, &mut chance);
        assert!(bytes == whole || decode(&bytes).is_err());
    }
    for _ in 0..500_000 {
        let mut bytes = whole[..whole.len() - 4].to_vec();
        mutate(&mut bytes, &mut chance);
        if let Ok(points) = decode(&resealed(bytes)) {
            assert!(points.len() <= 128 * whole.len());
        }
    }
}

#[test]
fn damaged_batches_do_no_harm() {
    let mut chance = Chance::new(12);
    let points = points(40);
    let mut whole = Vec::new();
    write_entries(points.iter().map(|point| (point.observed_at % 5, point)), &mut whole);
    for _ in 0..300_000 {
        let mut bytes = whole.clone();
        mutate(&mut bytes, &mut chance);
        if let Ok(entries) = read_entries(&bytes) {
            assert!(entries.len() <= bytes.len());
        }
    }
}

#[test]
fn what_is_wrong_is_said() {
    let whole = encode(&points(5));
    assert_eq!(decode(&[]).expect_err("nothing").what, Flaw::Short);
    assert_eq!(decode(&whole[..whole.len() - 1]).expect_err("cut").what, Flaw::Checksum);
    let mut newer = whole.clone();
    newer[0] = 2;
    assert_eq!(decode(&newer).expect_err("newer").what, Flaw::Version(2));
    let mut longer = whole[..whole.len() - 4].to_vec();
    longer.push(0);
    assert_eq!(decode(&resealed(longer)).expect_err("longer").what, Flaw::Excess);
    assert_eq!(read_entries(&[9]).expect_err("newer").what, Flaw::Version(9));
    assert_eq!(read_entries(&[1, 0xff, 0xff, 0xff, 0x7f]).expect_err("too many").what, Flaw::Field("count"));
    assert_eq!(read_entries(&[1, 0, 0]).expect_err("longer").what, Flaw::Excess);
    assert!(read_entries(&[]).expect_err("nothing").to_string().contains("too early"));
}
