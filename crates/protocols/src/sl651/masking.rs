//! Hiding the password of a frame's header, for logs.

use crate::hj212::crc::modbus as checksum;

use super::decode_frame;

/// Puts zeros in place of the password. Where the checksum was right it is right again, so that the frame can still be
/// read; of a damaged frame it stays wrong.
pub fn mask_password(frame: &mut [u8]) {
    let sound = decode_frame(frame).is_ok_and(|read| read.raw.len() == frame.len());
    // Start, centre and station, in either order, before the password: 2 + 1 + 5 bytes, in ASCII 1 + 2 + 10 letters.
    let (from, width, zero) = match frame {
        [0x7E, 0x7E, ..] => (8, 2, 0),
        [0x01, ..] => (13, 4, b'0'),
        _ => return,
    };
    if let Some(password) = frame.get_mut(from..from + width) {
        password.fill(zero);
    }
    let Some(end) = frame.len().checked_sub(width).filter(|_| sound) else { return };
    let sum = frame.get(..end).map(checksum).unwrap_or_default();
    let Some(place) = frame.get_mut(end..) else { return };
    if width == 2 {
        place.copy_from_slice(&sum.to_be_bytes());
    } else {
        place.copy_from_slice(format!("{sum:04X}").as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::sl651::compose;

    #[test]
    fn the_password_is_gone_and_the_frame_is_sound() {
        for encoding in ["hex", "ascii"] {
            let frame = json!({
                "dir": "up", "func": "32", "pwd": "04d2", "encoding": encoding, "stx": "02", "end": "03", "center": 2, "station": "0012345678",
                "serial": 1, "sent": "2026-11-22T08:00:00", "body_station": "0012345678", "class": "48",
                "observed": "202611220800", "elements": [{"id": "39", "t": "202611220800", "value": "14.420"}],
            });
            let mut bytes = compose(&frame).expect("a frame");
            mask_password(&mut bytes);
            let read = decode_frame(&bytes).expect("a sound frame");
            assert_eq!((read.frame.header.password, read.frame.header.station.to_string().as_str()), (0, "0012345678"));
        }
    }

    #[test]
    fn what_is_no_frame_is_no_panic() {
        for length in 0..20 {
            let mut bytes = vec![0x7E; length];
            mask_password(&mut bytes);
            let mut bytes = vec![0x01; length];
            mask_password(&mut bytes);
        }
    }
}
