//! Bytes as hexadecimal digits and back.

use std::fmt::Write as _;

/// Lower-case digits, two a byte.
pub(super) fn text(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len().saturating_mul(2)), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Upper-case digits, as ASCII frames carry them.
pub(super) fn upper(bytes: &[u8]) -> String {
    text(bytes).to_ascii_uppercase()
}

/// The bytes of an even number of digits in either case.
pub(super) fn bytes(digits: &[u8]) -> Option<Vec<u8>> {
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    digits.chunks_exact(2).map(|pair| number(pair).and_then(|number| u8::try_from(number).ok())).collect()
}

/// A fixed number of bytes.
pub(super) fn array<const BYTES: usize>(digits: &[u8]) -> Option<[u8; BYTES]> {
    bytes(digits)?.try_into().ok()
}

/// Up to eight digits as a number; no sign, no blank.
pub(super) fn number(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() || digits.len() > 8 || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}
