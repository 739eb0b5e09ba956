//! Start and end marks, escaping and the check byte (clause 4.4.2).

use super::error::FrameError;

/// Start and end mark.
pub(crate) const MARK: u8 = 0x7E;
const ESCAPE: u8 = 0x7D;
const FOR_ESCAPE: u8 = 0x01;
const FOR_MARK: u8 = 0x02;

/// The exclusive or of all bytes.
pub fn checksum(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |sum, byte| sum ^ byte)
}

/// Puts marks around the content and escapes what looks like one.
pub(super) fn wrap(content: &[u8]) -> Vec<u8> {
    let mut frame = Vec::with_capacity(content.len() + 8);
    frame.push(MARK);
    for &byte in content {
        match byte {
            ESCAPE => frame.extend_from_slice(&[ESCAPE, FOR_ESCAPE]),
            MARK => frame.extend_from_slice(&[ESCAPE, FOR_MARK]),
            _ => frame.push(byte),
        }
    }
    frame.push(MARK);
    frame
}

/// Undoes the escaping of what stands between two marks.
pub(super) fn unescape(escaped: &[u8]) -> Result<Vec<u8>, FrameError> {
    let mut content = Vec::with_capacity(escaped.len());
    let mut bytes = escaped.iter().enumerate();
    while let Some((index, &byte)) = bytes.next() {
        let bad = FrameError::BadEscape { offset: index + 1 };
        match byte {
            ESCAPE => match bytes.next() {
                Some((_, &FOR_ESCAPE)) => content.push(ESCAPE),
                Some((_, &FOR_MARK)) => content.push(MARK),
                _ => return Err(bad),
            },
            MARK => return Err(bad),
            _ => content.push(byte),
        }
    }
    Ok(content)
}
