//! Text on the wire: GBK.

use encoding_rs::GBK;

use super::error::{EncodeError, EncodeProblem};

/// Reads text without the zero bytes it is filled up with; what is no GBK becomes the replacement character.
pub(crate) fn read(bytes: &[u8]) -> String {
    let (text, _) = GBK.decode_without_bom_handling(bytes);
    text.trim_matches('\0').to_owned()
}

/// Writes text; characters GBK does not know are refused, since a driver could not read what a terminal made of them.
pub(crate) fn write(text: &str) -> Result<Vec<u8>, EncodeError> {
    let (bytes, _, unmappable) = GBK.encode(text);
    if !unmappable {
        return Ok(bytes.into_owned());
    }
    let known = |character: &char| !GBK.encode(character.encode_utf8(&mut [0; 4])).2;
    let character = text.chars().find(|character| !known(character)).unwrap_or(char::REPLACEMENT_CHARACTER);
    Err(EncodeProblem::NotGbk { character }.into())
}
