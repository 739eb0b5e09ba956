//! From bytes to text, by byte order mark or by the encoding the XML declaration names.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8};

use crate::error::CapError;

/// Decodes without ever replacing a character: a warning with guessed letters is worse than a
/// refusal that someone notices.
pub(crate) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, CapError> {
    let (encoding, content) = match Encoding::for_bom(bytes) {
        Some((encoding, length)) => (encoding, bytes.get(length..).unwrap_or_default()),
        None => (declared(bytes)?, bytes),
    };
    encoding
        .decode_without_bom_handling_and_without_replacement(content)
        .ok_or_else(|| CapError::Encoding { encoding: encoding.name().to_owned() })
}

/// The declaration is ASCII in every encoding accepted here without a byte order mark.
fn declared(bytes: &[u8]) -> Result<&'static Encoding, CapError> {
    const LONGEST_DECLARATION: usize = 200;
    let start = bytes.trim_ascii_start();
    let start = start.get(..LONGEST_DECLARATION).unwrap_or(start);
    let declaration = start
        .strip_prefix(b"<?xml".as_slice())
        .and_then(|rest| rest.split(|byte| *byte == b'>').next())
        .map(String::from_utf8_lossy);
    let Some(label) = declaration.as_deref().and_then(encoding_label) else {
        return Ok(UTF_8);
    };
    Encoding::for_label(label.as_bytes()).ok_or_else(|| CapError::Encoding { encoding: label.to_owned() })
}

fn encoding_label(declaration: &str) -> Option<&str> {
    let (_, rest) = declaration.split_once("encoding")?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    rest.get(1..)?.split(quote).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declared_encodings_are_honoured() {
        let latin = b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe9</a>";
        assert!(decode(latin).expect("latin").contains('é'));
        let chinese = b"<?xml version=\"1.0\" encoding = \"GB2312\"?><a>\xd4\xa4\xbe\xaf</a>";
        assert!(decode(chinese).expect("gb").contains("预警"));
        let marked = b"\xef\xbb\xbf<a/>";
        assert_eq!(decode(marked).expect("utf-8"), "<a/>");
    }

    #[test]
    fn wrong_bytes_are_refused() {
        assert!(decode(b"<a>\xe9</a>").is_err());
        assert!(decode(b"<?xml version='1.0' encoding='EBCDIC-9'?><a/>").is_err());
    }
}
