//! Hiding the code by which a terminal proves itself, for logs.

use super::frame::{Frame, decode_frame};

/// The code is the whole body of a 2013 authentication, and follows a length in 2019's.
const AUTHENTICATION: u16 = 0x0102;
/// Our answer to a registration: serial, result, code.
const REGISTERED: u16 = 0x8100;

/// Puts stars in place of the code in an authentication and in the answer to a registration; the frame stays readable.
/// Of a frame that cannot be read and may be one of them nothing but the header is kept.
pub fn mask_code(frame: &mut Vec<u8>) {
    // The id stands behind the mark; neither half of either is ever escaped.
    let id = frame.get(1..3).and_then(|id| Some(u16::from_be_bytes(id.try_into().ok()?)));
    let Some(id @ (AUTHENTICATION | REGISTERED)) = id else { return };
    let Some(masked) = decode_frame(frame).ok().and_then(|read| masked(read, id)) else {
        frame.truncate(13);
        return;
    };
    *frame = masked;
}

fn masked(mut frame: Frame, id: u16) -> Option<Vec<u8>> {
    if frame.header.packet.is_some() {
        frame.body.fill(b'*');
        return frame.to_bytes().ok();
    }
    let from = match id {
        REGISTERED => 3,
        _ => usize::from(frame.header.layout.claims_2019()),
    };
    // Beside the code a 2019 authentication bears the number and the version of the device.
    let length = match frame.body.first() {
        Some(length) if from == 1 => usize::from(*length),
        _ => frame.body.len(),
    };
    frame.body.iter_mut().skip(from).take(length).for_each(|byte| *byte = b'*');
    frame.to_bytes().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::jt808::{compose, describe};

    #[test]
    fn the_code_is_gone_and_the_frame_is_readable() {
        let own = json!({ "msg_id": "0102", "layout": "2013", "phone": "013900001111", "serial": 2, "encrypt": 0, "auth_code": "secret" });
        let given = json!({ "msg_id": "8100", "layout": "2013", "phone": "013900001111", "serial": 2, "encrypt": 0, "ack_serial": 1, "result": 0, "auth_code": "secret" });
        for (frame, length) in [(own, 6), (given, 6)] {
            let mut bytes = compose(&frame).expect("a frame");
            mask_code(&mut bytes);
            let read = describe(&bytes).remove(0);
            assert_eq!(read["auth_code"], "*".repeat(length), "{read}");
        }
    }

    #[test]
    fn of_a_damaged_authentication_no_code_is_left() {
        let own = json!({ "msg_id": "0102", "layout": "2013", "phone": "013900001111", "serial": 2, "encrypt": 0, "auth_code": "secret" });
        let mut bytes = compose(&own).expect("a frame");
        bytes[8] ^= 1;
        mask_code(&mut bytes);
        assert!(!bytes.windows(3).any(|window| window == b"ecr"), "{bytes:02x?}");
    }
}
