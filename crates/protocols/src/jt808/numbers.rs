//! Fields that are numbers.

use serde_json::Value as Json;

use super::decimal::Decimal;
use super::digits;
use super::error::{BodyError, ComposeError, EncodeError, EncodeProblem};
use super::field::{Field, expected, hexadecimal, text};
use super::reader::Reader;
use super::time::LocalTime;
use super::writer::Writer;

macro_rules! number_field {
    ($($number:ty),*) => {$(
        impl Field for $number {
            type Value = $number;

            fn read(reader: &mut Reader<'_>) -> Result<$number, BodyError> {
                reader.array().map(<$number>::from_be_bytes)
            }

            fn write(value: &$number, writer: &mut Writer) -> Result<(), EncodeError> {
                writer.put(&value.to_be_bytes());
                Ok(())
            }

            fn to_json(value: &$number) -> Option<Json> {
                Some((*value).into())
            }

            fn from_json(json: Option<&Json>) -> Result<$number, ComposeError> {
                let number = json.and_then(Json::as_u64).and_then(|number| <$number>::try_from(number).ok());
                number.map_or_else(|| expected(json, concat!("a number that fits ", stringify!($number))), Ok)
            }
        }
    )*};
}

number_field!(u8, u16, u32);

/// Bits, described as upper-case hexadecimal digits.
pub(crate) struct Bits<N>(std::marker::PhantomData<N>);

macro_rules! bits_field {
    ($($number:ty: $digits:literal),*) => {$(
        impl Field for Bits<$number> {
            type Value = $number;

            fn read(reader: &mut Reader<'_>) -> Result<$number, BodyError> {
                reader.array().map(<$number>::from_be_bytes)
            }

            fn write(value: &$number, writer: &mut Writer) -> Result<(), EncodeError> {
                writer.put(&value.to_be_bytes());
                Ok(())
            }

            fn to_json(value: &$number) -> Option<Json> {
                Some(format!("{value:0width$X}", width = $digits).into())
            }

            fn from_json(json: Option<&Json>) -> Result<$number, ComposeError> {
                let bytes = hexadecimal(json)?.try_into().ok();
                bytes.map_or_else(
                    || expected(json, concat!(stringify!($digits), " hexadecimal digits")),
                    |bytes| Ok(<$number>::from_be_bytes(bytes)),
                )
            }
        }
    )*};
}

bits_field!(u16: 4, u32: 8, u64: 16);

/// The attribute word (or byte) of an area, whose bits tell which fields follow.
pub(crate) struct Attributes<N>(std::marker::PhantomData<N>);

impl<N: Field<Value = N> + Into<u16> + Copy> Field for Attributes<N> {
    type Value = N;

    fn read(reader: &mut Reader<'_>) -> Result<N, BodyError> {
        let value = N::read(reader)?;
        reader.attributes = value.into();
        Ok(value)
    }

    fn write(value: &N, writer: &mut Writer) -> Result<(), EncodeError> {
        writer.attributes = (*value).into();
        N::write(value, writer)
    }

    fn to_json(value: &N) -> Option<Json> {
        N::to_json(value)
    }

    fn from_json(json: Option<&Json>) -> Result<N, ComposeError> {
        N::from_json(json)
    }
}

/// A decimal number on a whole number of wire type `N`, with `PLACES` decimals.
pub(crate) struct Scaled<N, const PLACES: u8>(std::marker::PhantomData<N>);

impl<N, const PLACES: u8> Field for Scaled<N, PLACES>
where
    N: Field<Value = N> + Into<i64> + TryFrom<i64>,
{
    type Value = Decimal;

    fn read(reader: &mut Reader<'_>) -> Result<Decimal, BodyError> {
        N::read(reader).map(|number| Decimal::new(number, PLACES))
    }

    fn write(value: &Decimal, writer: &mut Writer) -> Result<(), EncodeError> {
        let number = value.digits_at(PLACES).and_then(|digits| N::try_from(digits).ok());
        let number = number.ok_or_else(|| EncodeProblem::OutOfRange { value: value.to_string() })?;
        N::write(&number, writer)
    }

    fn to_json(value: &Decimal) -> Option<Json> {
        Some(value.to_string().into())
    }

    fn from_json(json: Option<&Json>) -> Result<Decimal, ComposeError> {
        text(json)?.parse().or_else(|_| expected(json, "a decimal number as text"))
    }
}

/// Tenths, in two bytes.
pub(crate) type Tenths = Scaled<u16, 1>;
/// Millionths of a degree, in four bytes.
pub(crate) type Degrees = Scaled<u32, 6>;

/// `N` bytes of BCD, kept as `2 N` digits.
pub(crate) struct Bcd<const N: usize>;

impl<const N: usize> Field for Bcd<N> {
    type Value = String;

    fn read(reader: &mut Reader<'_>) -> Result<String, BodyError> {
        reader.take(N).map(digits::text)
    }

    fn write(value: &String, writer: &mut Writer) -> Result<(), EncodeError> {
        let bytes = digits::bytes(value).filter(|bytes| bytes.len() == N);
        let bytes = bytes.ok_or_else(|| EncodeProblem::NotDigits { text: value.clone(), digits: 2 * N })?;
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

impl Field for LocalTime {
    type Value = Self;

    fn read(reader: &mut Reader<'_>) -> Result<Self, BodyError> {
        reader.array().map(Self)
    }

    fn write(value: &Self, writer: &mut Writer) -> Result<(), EncodeError> {
        writer.put(&value.0);
        Ok(())
    }

    /// Digits that are not decimal have no time; they are described as they are.
    fn to_json(value: &Self) -> Option<Json> {
        Some(value.text().unwrap_or_else(|| digits::text(&value.0)).into())
    }

    fn from_json(json: Option<&Json>) -> Result<Self, ComposeError> {
        let text = text(json)?;
        let raw = || digits::bytes(text).and_then(|bytes| bytes.try_into().ok()).map(Self);
        Self::from_text(text).or_else(raw).map_or_else(|| expected(json, "YYYY-MM-DDThh:mm:ss"), Ok)
    }
}

/// Declares an enumeration that stands on the wire as one byte; unknown numbers are kept.
macro_rules! numbered {
    ($(#[$meta:meta])* $name:ident { $($(#[$variant_meta:meta])* $number:literal $variant:ident),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$variant_meta])* $variant,)*
            /// A number the standard does not define.
            Other(u8),
        }

        impl From<u8> for $name {
            fn from(number: u8) -> Self {
                match number {
                    $($number => Self::$variant,)*
                    other => Self::Other(other),
                }
            }
        }

        impl From<$name> for u8 {
            fn from(value: $name) -> u8 {
                match value {
                    $($name::$variant => $number,)*
                    $name::Other(other) => other,
                }
            }
        }

        impl $crate::jt808::field::Field for $name {
            type Value = Self;

            fn read(
                reader: &mut $crate::jt808::reader::Reader<'_>,
            ) -> Result<Self, $crate::jt808::error::BodyError> {
                reader.byte().map(Self::from)
            }

            fn write(
                value: &Self,
                writer: &mut $crate::jt808::writer::Writer,
            ) -> Result<(), $crate::jt808::error::EncodeError> {
                writer.put(&[u8::from(*value)]);
                Ok(())
            }

            fn to_json(value: &Self) -> Option<serde_json::Value> {
                Some(u8::from(*value).into())
            }

            fn from_json(
                json: Option<&serde_json::Value>,
            ) -> Result<Self, $crate::jt808::error::ComposeError> {
                <u8 as $crate::jt808::field::Field>::from_json(json).map(Self::from)
            }
        }
    };
}

pub(crate) use numbered;
