//! Hiding the password of a data segment, for logs.

use super::frame::find;
use super::{crc, decode_frame};

/// Puts stars in place of the password `PW`. The length stays; where the checksum was right (standard rule) it is right
/// again, so that the frame can still be read; of a damaged frame it stays wrong.
pub fn mask_password(frame: &mut [u8]) {
    let sound = decode_frame(frame).is_ok();
    let mut from = 0;
    while let Some(found) = frame.get(from..).and_then(|rest| find(rest, b"PW=")) {
        let start = from + found + 3;
        let inside = |byte: &&mut u8| !matches!(**byte, b';' | b'&' | b'\r' | b'\n');
        frame.get_mut(start..).unwrap_or_default().iter_mut().take_while(inside).for_each(|byte| *byte = b'*');
        from = start;
    }
    if !sound || from == 0 {
        return;
    }
    let digits = frame.get(2..6).and_then(|digits| std::str::from_utf8(digits).ok()?.parse::<usize>().ok());
    let end = 6 + digits.unwrap_or_default();
    let sum = frame.get(6..end).map(crc::standard).unwrap_or_default();
    if let Some(place) = frame.get_mut(end..end + 4) {
        place.copy_from_slice(format!("{sum:04X}").as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hj212::{Segment, encode_frame};

    const SEGMENT: &[u8] = b"QN=20261122080000001;ST=32;CN=2011;PW=secret;MN=010000A8900016F000169DC0;Flag=5;CP=&&DataTime=20261122080000;w01018-Rtd=12.30&&";

    #[test]
    fn the_password_is_gone_and_the_frame_is_sound() {
        let mut frame = encode_frame(SEGMENT).expect("a frame");
        mask_password(&mut frame);
        let text = String::from_utf8_lossy(&frame).into_owned();
        assert!(text.contains(";PW=******;") && !text.contains("secret"), "{text}");
        let read = decode_frame(&frame).expect("a sound frame");
        assert!(Segment::parse(read.segment()).is_ok());
    }

    #[test]
    fn a_damaged_frame_is_masked_and_stays_damaged() {
        let mut frame = encode_frame(SEGMENT).expect("a frame");
        frame[20] ^= 1;
        mask_password(&mut frame);
        assert!(decode_frame(&frame).is_err() && !String::from_utf8_lossy(&frame).contains("secret"));
        let mut cut = b"##0100QN=1;PW=sec".to_vec();
        mask_password(&mut cut);
        assert_eq!(cut, b"##0100QN=1;PW=***");
    }
}
