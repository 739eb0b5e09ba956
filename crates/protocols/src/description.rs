//! What the `compose` functions have in common: reading the fields of a JSON object, and saying what is wrong with it.

use serde_json::{Map, Value};
use thiserror::Error;

/// Why no bytes can be made of a description.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DescriptionError {
    /// The description is no JSON object.
    #[error("a description is a JSON object")]
    NotAnObject,
    /// It describes a damaged frame.
    #[error("a damaged frame ({code}) cannot be composed")]
    Damaged {
        /// The error code it carries.
        code: String,
    },
    /// A field without which nothing can be composed is absent.
    #[error("field {name} is missing")]
    Missing {
        /// Name of the field.
        name: String,
    },
    /// A field has a value that cannot be written.
    #[error("field {name} is not {wanted}")]
    Unfit {
        /// Name of the field.
        name: String,
        /// What it should be.
        wanted: &'static str,
    },
    /// Two fields say different things.
    #[error("field {name} contradicts {other}")]
    Contradiction {
        /// Name of the field.
        name: String,
        /// The field it contradicts.
        other: &'static str,
    },
    /// The codec refuses to write what is described.
    #[error("{reason}")]
    Unwritable {
        /// Why.
        reason: String,
    },
}

/// The fields of a description. A field that is `null` counts as absent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields<'a> {
    map: &'a Map<String, Value>,
}

impl<'a> Fields<'a> {
    /// The fields of a frame; descriptions of damaged frames are refused.
    pub(crate) fn of_frame(description: &'a Value) -> Result<Self, DescriptionError> {
        let fields = Self::of(description)?;
        match fields.map.get("error") {
            Some(code) => {
                Err(DescriptionError::Damaged { code: code.as_str().map_or_else(|| code.to_string(), str::to_owned) })
            }
            None => Ok(fields),
        }
    }

    /// The fields of an object within a frame.
    pub(crate) fn of(value: &'a Value) -> Result<Self, DescriptionError> {
        value.as_object().map(|map| Self { map }).ok_or(DescriptionError::NotAnObject)
    }

    pub(crate) fn get(self, name: &str) -> Option<&'a Value> {
        self.map.get(name).filter(|value| !value.is_null())
    }

    /// All fields in their order.
    pub(crate) fn all(self) -> &'a Map<String, Value> {
        self.map
    }

    pub(crate) fn has(self, name: &str) -> bool {
        self.get(name).is_some()
    }

    pub(crate) fn text(self, name: &str) -> Result<Option<&'a str>, DescriptionError> {
        self.read(name, "text", Value::as_str)
    }

    pub(crate) fn truth(self, name: &str) -> Result<Option<bool>, DescriptionError> {
        self.read(name, "true or false", Value::as_bool)
    }

    /// A whole number within the range of `N`.
    pub(crate) fn number<N: TryFrom<u64>>(self, name: &str) -> Result<Option<N>, DescriptionError> {
        self.read(name, "a whole number in range", |value| N::try_from(value.as_u64()?).ok())
    }

    pub(crate) fn list(self, name: &str) -> Result<Option<&'a [Value]>, DescriptionError> {
        self.read(name, "a list", |value| value.as_array().map(Vec::as_slice))
    }

    pub(crate) fn object(self, name: &str) -> Result<Option<&'a Map<String, Value>>, DescriptionError> {
        self.read(name, "an object", Value::as_object)
    }

    pub(crate) fn bytes(self, name: &str) -> Result<Option<Vec<u8>>, DescriptionError> {
        self.read(name, "bytes as hexadecimal digits", |value| from_hex(value.as_str()?))
    }

    fn read<T>(
        self,
        name: &str,
        wanted: &'static str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, DescriptionError> {
        let Some(value) = self.get(name) else { return Ok(None) };
        read(value).map(Some).ok_or_else(|| DescriptionError::Unfit { name: name.to_owned(), wanted })
    }
}

/// What was found under a name, or the error that it is missing.
pub(crate) fn required<T>(name: &str, found: Option<T>) -> Result<T, DescriptionError> {
    found.ok_or_else(|| DescriptionError::Missing { name: name.to_owned() })
}

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn to_hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 0x0F)]).collect()
}

/// Hexadecimal digits of either case as bytes.
pub(crate) fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|value| u8::try_from(value).ok());
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    pairs.iter().map(|[high, low]| Some((digit(*high)? << 4) | digit(*low)?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_digits_go_both_ways() {
        assert_eq!(from_hex("00fFa1").as_deref(), Some([0x00, 0xFF, 0xA1].as_slice()));
        assert_eq!(to_hex(&[0x00, 0xFF, 0xA1]), "00ffa1");
        assert_eq!((from_hex("0"), from_hex("0g"), from_hex("é")), (None, None, None));
    }

    #[test]
    fn fields_say_what_is_wrong() {
        let value = serde_json::json!({ "a": 300, "b": null, "c": "x" });
        let fields = Fields::of_frame(&value).expect("an object");
        assert_eq!(fields.number::<u16>("a"), Ok(Some(300)));
        assert_eq!(fields.number::<u8>("a").unwrap_err().to_string(), "field a is not a whole number in range");
        assert_eq!((fields.text("b"), fields.text("c")), (Ok(None), Ok(Some("x"))));
        let damaged = serde_json::json!({ "error": "truncated" });
        let error = Fields::of_frame(&damaged).unwrap_err();
        assert_eq!(error.to_string(), "a damaged frame (truncated) cannot be composed");
    }
}
