//! Descriptions in GB 18030 (8.2.1.2, 8.2.1.6, 8.2.1.7, 8.2.1.11).

use encoding_rs::GB18030;

use super::error::EncodeError;

/// Bytes of a component's description.
pub const DESCRIPTION: usize = 31;

/// A text with a length byte before it: at most 255 bytes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Text(Vec<u8>);

impl Text {
    /// Encodes a text.
    pub fn new(text: &str) -> Result<Self, EncodeError> {
        Self::from_bytes(encode(text, usize::from(u8::MAX))?)
    }

    /// Takes bytes as they are.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, EncodeError> {
        let (length, maximum) = (bytes.len(), usize::from(u8::MAX));
        if length > maximum { Err(EncodeError::TextTooLong { length, maximum }) } else { Ok(Self(bytes)) }
    }

    /// The bytes on the wire, padding included.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The text without the NULs and blanks devices pad it with; what is no GB 18030 becomes U+FFFD.
    pub fn text(&self) -> String {
        decode(&self.0)
    }
}

/// A description of 31 bytes, padded with NULs, by some devices with blanks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Description(pub [u8; DESCRIPTION]);

impl Description {
    /// Encodes a text and pads it with NULs.
    pub fn new(text: &str) -> Result<Self, EncodeError> {
        let encoded = encode(text, DESCRIPTION)?;
        let mut bytes = [0; DESCRIPTION];
        for (place, byte) in bytes.iter_mut().zip(encoded) {
            *place = byte;
        }
        Ok(Self(bytes))
    }

    /// The text without padding; what is no GB 18030 becomes U+FFFD.
    pub fn text(&self) -> String {
        decode(&self.0)
    }
}

fn encode(text: &str, maximum: usize) -> Result<Vec<u8>, EncodeError> {
    let (bytes, _, unmappable) = GB18030.encode(text);
    if unmappable {
        return Err(EncodeError::NotInCharacterSet);
    }
    let length = bytes.len();
    if length > maximum { Err(EncodeError::TextTooLong { length, maximum }) } else { Ok(bytes.into_owned()) }
}

fn decode(bytes: &[u8]) -> String {
    let (text, _) = GB18030.decode_without_bom_handling(bytes);
    text.trim_matches(|character: char| character == '\0' || character.is_whitespace()).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_survives_and_padding_goes() {
        let description = Description::new("Ａ区１层呷哺走廊").expect("a description");
        assert_eq!(description.text(), "Ａ区１层呷哺走廊");
        assert_eq!(Description([b' '; DESCRIPTION]).text(), "");
        assert_eq!(Text::new("一层").expect("a text").as_bytes(), [0xD2, 0xBB, 0xB2, 0xE3]);
    }

    #[test]
    fn too_long_is_refused_and_half_a_character_is_shown() {
        let error = Description::new(&"层".repeat(16)).expect_err("too long");
        assert_eq!(error, EncodeError::TextTooLong { length: 32, maximum: 31 });
        let half = Description([0xB2; DESCRIPTION]).text();
        assert_eq!((half.chars().count(), half.chars().last()), (16, Some('\u{FFFD}')));
    }
}
