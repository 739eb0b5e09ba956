//! Fields that are text or plain bytes.

use std::marker::PhantomData;

use serde_json::Value as Json;

use super::digits;
use super::edition::Edition;
use super::error::{BodyError, ComposeError, EncodeError, EncodeProblem};
use super::field::{Field, Object, hexadecimal, text};
use super::reader::Reader;
use super::writer::Writer;

/// Text of a fixed number of bytes, which depends on the edition; filled up with zero bytes.
pub(crate) struct Fixed<const V2011: usize, const V2013: usize, const V2019: usize>;

/// Text of the same number of bytes in all editions.
pub(crate) type Wide<const N: usize> = Fixed<N, N, N>;

impl<const V2011: usize, const V2013: usize, const V2019: usize> Fixed<V2011, V2013, V2019> {
    fn width(edition: Edition) -> usize {
        match edition {
            Edition::V2011 => V2011,
            Edition::V2013 => V2013,
            Edition::V2019 => V2019,
        }
    }
}

impl<const V2011: usize, const V2013: usize, const V2019: usize> Field for Fixed<V2011, V2013, V2019> {
    type Value = String;

    fn read(reader: &mut Reader<'_>) -> Result<String, BodyError> {
        reader.take(Self::width(reader.edition)).map(super::text::read)
    }

    fn write(value: &String, writer: &mut Writer) -> Result<(), EncodeError> {
        let (mut bytes, maximum) = (super::text::write(value)?, Self::width(writer.edition));
        if bytes.len() > maximum {
            return Err(EncodeProblem::TooLong { length: bytes.len(), maximum }.into());
        }
        bytes.resize(maximum, 0);
        writer.put(&bytes);
        Ok(())
    }

    fn to_json(value: &String) -> Option<Json> {
        Some(value.as_str().into())
    }

    fn from_json(json: Option<&Json>) -> Result<String, ComposeError> {
        text(json).map(str::to_owned)
    }
}

/// A length or count in front of something, in as many bytes as `N` has.
pub(crate) trait Count: Field<Value = Self> + TryFrom<usize> + Into<u32> {
    /// The largest.
    const MAXIMUM: usize;

    /// Writes a length, if it fits.
    fn put(length: usize, writer: &mut Writer) -> Result<(), EncodeError> {
        let too_long = |_| EncodeProblem::TooLong { length, maximum: Self::MAXIMUM };
        let count = Self::try_from(length).map_err(too_long)?;
        Self::write(&count, writer)
    }

    fn take(reader: &mut Reader<'_>) -> Result<usize, BodyError> {
        // A count beyond the address space is beyond any body, too.
        Self::read(reader).map(|count| usize::try_from(count.into()).unwrap_or(usize::MAX))
    }
}

impl Count for u8 {
    const MAXIMUM: usize = 0xFF;
}

impl Count for u16 {
    const MAXIMUM: usize = 0xFFFF;
}

impl Count for u32 {
    const MAXIMUM: usize = 0xFFFF_FFFF;
}

/// Text with its length in bytes in front.
pub(crate) struct Measured<N>(PhantomData<N>);

impl<N: Count> Field for Measured<N> {
    type Value = String;

    fn read(reader: &mut Reader<'_>) -> Result<String, BodyError> {
        let length = N::take(reader)?;
        reader.take(length).map(super::text::read)
    }

    fn write(value: &String, writer: &mut Writer) -> Result<(), EncodeError> {
        let bytes = super::text::write(value)?;
        N::put(bytes.len(), writer)?;
        writer.put(&bytes);
        Ok(())
    }

    fn to_json(value: &String) -> Option<Json> {
        Some(value.as_str().into())
    }

    fn from_json(json: Option<&Json>) -> Result<String, ComposeError> {
        text(json).map(str::to_owned)
    }
}

/// Bytes with their number in front.
pub(crate) struct MeasuredBytes<N>(PhantomData<N>);

impl<N: Count> Field for MeasuredBytes<N> {
    type Value = Vec<u8>;

    fn read(reader: &mut Reader<'_>) -> Result<Vec<u8>, BodyError> {
        let length = N::take(reader)?;
        reader.take(length).map(<[u8]>::to_vec)
    }

    fn write(value: &Vec<u8>, writer: &mut Writer) -> Result<(), EncodeError> {
        N::put(value.len(), writer)?;
        writer.put(value);
        Ok(())
    }

    fn to_json(value: &Vec<u8>) -> Option<Json> {
        Some(digits::text(value).into())
    }

    fn from_json(json: Option<&Json>) -> Result<Vec<u8>, ComposeError> {
        hexadecimal(json)
    }
}

/// Text up to the end of the body.
pub(crate) struct RestText;

impl Field for RestText {
    type Value = String;

    fn read(reader: &mut Reader<'_>) -> Result<String, BodyError> {
        Ok(super::text::read(reader.rest()))
    }

    fn write(value: &String, writer: &mut Writer) -> Result<(), EncodeError> {
        writer.put(&super::text::write(value)?);
        Ok(())
    }

    fn to_json(value: &String) -> Option<Json> {
        Some(value.as_str().into())
    }

    fn from_json(json: Option<&Json>) -> Result<String, ComposeError> {
        text(json).map(str::to_owned)
    }
}

/// Text up to the end of the body, left out if there is none.
pub(crate) struct RestTextIfAny;

impl Field for RestTextIfAny {
    type Value = Option<String>;

    fn read(reader: &mut Reader<'_>) -> Result<Option<String>, BodyError> {
        Ok(Some(super::text::read(reader.rest())).filter(|text| !text.is_empty()))
    }

    fn write(value: &Option<String>, writer: &mut Writer) -> Result<(), EncodeError> {
        value.as_ref().map_or(Ok(()), |text| RestText::write(text, writer))
    }

    fn to_json(value: &Option<String>) -> Option<Json> {
        value.as_ref().and_then(RestText::to_json)
    }

    fn from_json(json: Option<&Json>) -> Result<Option<String>, ComposeError> {
        json.filter(|json| !json.is_null()).map(|json| RestText::from_json(Some(json))).transpose()
    }
}

/// Bytes up to the end of the body.
pub(crate) struct Rest;

impl Field for Rest {
    type Value = Vec<u8>;

    fn read(reader: &mut Reader<'_>) -> Result<Vec<u8>, BodyError> {
        Ok(reader.rest().to_vec())
    }

    fn write(value: &Vec<u8>, writer: &mut Writer) -> Result<(), EncodeError> {
        writer.put(value);
        Ok(())
    }

    fn to_json(value: &Vec<u8>) -> Option<Json> {
        Some(digits::text(value).into())
    }

    fn from_json(json: Option<&Json>) -> Result<Vec<u8>, ComposeError> {
        hexadecimal(json)
    }
}

/// Bytes up to the end of the body, described with their number.
pub(crate) struct MediaData;

impl Field for MediaData {
    type Value = Vec<u8>;

    fn read(reader: &mut Reader<'_>) -> Result<Vec<u8>, BodyError> {
        Rest::read(reader)
    }

    fn write(value: &Vec<u8>, writer: &mut Writer) -> Result<(), EncodeError> {
        Rest::write(value, writer)
    }

    fn to_json(value: &Vec<u8>) -> Option<Json> {
        Rest::to_json(value)
    }

    fn from_json(json: Option<&Json>) -> Result<Vec<u8>, ComposeError> {
        hexadecimal(json)
    }

    fn describe(value: &Vec<u8>, name: &str, into: &mut Object) {
        into.insert(format!("{name}_bytes"), value.len().into());
        into.insert(name.to_owned(), digits::text(value).into());
    }
}

/// A fixed number of bytes, described as hexadecimal digits.
impl<const N: usize> Field for [u8; N] {
    type Value = [u8; N];

    fn read(reader: &mut Reader<'_>) -> Result<[u8; N], BodyError> {
        reader.array()
    }

    fn write(value: &[u8; N], writer: &mut Writer) -> Result<(), EncodeError> {
        writer.put(value);
        Ok(())
    }

    fn to_json(value: &[u8; N]) -> Option<Json> {
        Some(digits::text(value).into())
    }

    fn from_json(json: Option<&Json>) -> Result<[u8; N], ComposeError> {
        let bytes = hexadecimal(json)?.try_into().ok();
        bytes.map_or_else(|| super::field::expected(json, "hexadecimal digits of the right number"), Ok)
    }
}
