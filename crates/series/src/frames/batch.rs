//! Frames of one sender as bytes: columns would win little over a general compressor here, since frames of one device
//! resemble each other from end to end. Version 1: a byte with the version, then deflate over the frames.

use std::io::{Read as _, Write as _};

use fengsui_kernel::clock::from_millis;
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use smol_str::SmolStr;

use super::{FRAME_BYTES, FrameDirection, FrameVerdict, LoggedFrame};

const VERSION: u8 = 1;
/// More than any batch unpacks to: what is larger is damaged.
const MOST_BYTES: u64 = 64 << 20;

/// Packs frames of one sender and protocol, in the order of their numbers.
pub(super) fn pack(frames: &[LoggedFrame]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(frames.iter().map(|frame| frame.bytes.len() + 32).sum());
    let (mut number, mut at) = (0, 0);
    for frame in frames {
        let millis = frame.at.as_millisecond();
        signed(&mut plain, frame.number.wrapping_sub(number));
        signed(&mut plain, millis.wrapping_sub(at));
        (number, at) = (frame.number, millis);
        let verdict = FrameVerdict::ALL.iter().position(|one| *one == frame.verdict).unwrap_or_default();
        let sent = u8::from(frame.direction == FrameDirection::Sent) << 7;
        plain.push(sent | u8::try_from(verdict).unwrap_or_default());
        text(&mut plain, frame.peer.as_bytes());
        text(&mut plain, frame.code.as_bytes());
        unsigned(&mut plain, u64::from(frame.length));
        text(&mut plain, &frame.bytes);
    }
    let mut encoder = DeflateEncoder::new(vec![VERSION], Compression::fast());
    // Writing to memory cannot fail.
    let _ = encoder.write_all(&plain);
    encoder.finish().unwrap_or_default()
}

/// Unpacks a batch; nothing where it is damaged.
pub(super) fn unpack(sender: &str, protocol: &str, body: &[u8]) -> Option<Vec<LoggedFrame>> {
    let (version, packed) = body.split_first()?;
    if *version != VERSION {
        return None;
    }
    let mut plain = Vec::new();
    DeflateDecoder::new(packed).take(MOST_BYTES).read_to_end(&mut plain).ok()?;
    let (sender, protocol) = (SmolStr::new(sender), SmolStr::new(protocol));
    let mut rest = plain.as_slice();
    let (mut number, mut at, mut frames) = (0_i64, 0_i64, Vec::new());
    while !rest.is_empty() {
        number = number.wrapping_add(read_signed(&mut rest)?);
        at = at.wrapping_add(read_signed(&mut rest)?);
        let (flags, left) = rest.split_first()?;
        rest = left;
        let name = |bytes: &[u8]| std::str::from_utf8(bytes).ok().map(SmolStr::new);
        let frame = LoggedFrame {
            number,
            at: from_millis(at),
            sender: sender.clone(),
            protocol: protocol.clone(),
            direction: if flags & 0x80 == 0 { FrameDirection::Received } else { FrameDirection::Sent },
            verdict: *FrameVerdict::ALL.get(usize::from(flags & 0x7F))?,
            peer: name(read_text(&mut rest)?)?,
            code: name(read_text(&mut rest)?)?,
            length: u32::try_from(read_unsigned(&mut rest)?).ok()?,
            bytes: read_text(&mut rest)?.to_vec(),
        };
        if frame.bytes.len() > FRAME_BYTES {
            return None;
        }
        frames.push(frame);
    }
    Some(frames)
}

fn unsigned(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(u8::try_from(value & 0x7F).unwrap_or_default() | 0x80);
        value >>= 7;
    }
    out.push(u8::try_from(value).unwrap_or_default());
}

fn signed(out: &mut Vec<u8>, value: i64) {
    unsigned(out, (value.cast_unsigned() << 1) ^ (value >> 63).cast_unsigned());
}

fn text(out: &mut Vec<u8>, bytes: &[u8]) {
    unsigned(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

fn read_unsigned(rest: &mut &[u8]) -> Option<u64> {
    let mut value = 0_u64;
    for shift in (0..64).step_by(7) {
        let (byte, left) = rest.split_first()?;
        *rest = left;
        value |= u64::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

fn read_signed(rest: &mut &[u8]) -> Option<i64> {
    let value = read_unsigned(rest)?;
    Some((value >> 1).cast_signed() ^ -(value & 1).cast_signed())
}

fn read_text<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = usize::try_from(read_unsigned(rest)?).ok()?;
    let (bytes, left) = rest.split_at_checked(length)?;
    *rest = left;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn frames() -> impl Strategy<Value = Vec<LoggedFrame>> {
        let one = (any::<i64>(), 0..4_102_444_800_000_i64, 0..9_usize, any::<bool>(), "[a-z_]{0,12}", any::<u32>());
        let one = (one, prop::collection::vec(any::<u8>(), 0..200)).prop_map(
            |((number, at, verdict, sent, word, length), bytes)| LoggedFrame {
                number,
                at: from_millis(at),
                sender: "S-1".into(),
                protocol: "hj212".into(),
                peer: "10.0.0.1".into(),
                direction: if sent { FrameDirection::Sent } else { FrameDirection::Received },
                verdict: FrameVerdict::ALL[verdict],
                code: word.into(),
                length,
                bytes,
            },
        );
        prop::collection::vec(one, 0..20)
    }

    proptest! {
        #[test]
        fn what_is_packed_is_unpacked(frames in frames()) {
            prop_assert_eq!(unpack("S-1", "hj212", &pack(&frames)), Some(frames));
        }

        #[test]
        fn damage_is_no_panic(frames in frames(), at in any::<prop::sample::Index>(), bit in 0..8_u8) {
            let mut packed = pack(&frames);
            let at = at.index(packed.len());
            packed[at] ^= 1 << bit;
            let _ = unpack("S-1", "hj212", &packed);
        }
    }
}
