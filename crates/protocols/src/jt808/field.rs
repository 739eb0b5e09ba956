//! How one field is read, written, described and composed.

use serde_json::{Map, Value as Json};

use super::error::{BodyError, ComposeError, ComposeProblem, EncodeError};
use super::reader::Reader;
use super::writer::Writer;

/// A description: the field names of the test vectors and their values.
pub(crate) type Object = Map<String, Json>;

/// A way to put a value on the wire and into a description.
pub(crate) trait Field {
    /// The value.
    type Value;

    fn read(reader: &mut Reader<'_>) -> Result<Self::Value, BodyError>;

    fn write(value: &Self::Value, writer: &mut Writer) -> Result<(), EncodeError>;

    /// The value in a description; nothing leaves the field out.
    fn to_json(value: &Self::Value) -> Option<Json>;

    fn from_json(json: Option<&Json>) -> Result<Self::Value, ComposeError>;

    /// Adds the field to a description; most fields have one entry under their own name.
    fn describe(value: &Self::Value, name: &str, into: &mut Object) {
        if let Some(json) = Self::to_json(value) {
            into.insert(name.to_owned(), json);
        }
    }

    fn compose(name: &str, from: &Object) -> Result<Self::Value, ComposeError> {
        Self::from_json(from.get(name)).map_err(|error| error.at(name))
    }
}

/// A structure of fields in a row, or whatever else fills a body.
pub(crate) trait Layout: Sized {
    fn read(reader: &mut Reader<'_>) -> Result<Self, BodyError>;

    fn write(&self, writer: &mut Writer) -> Result<(), EncodeError>;

    fn describe(&self, into: &mut Object);

    /// The same where it stands inside another structure.
    fn describe_inside(&self, into: &mut Object) {
        self.describe(into);
    }

    fn compose(from: &Object) -> Result<Self, ComposeError>;
}

/// Why a description does not fit.
pub(crate) fn expected<T>(json: Option<&Json>, expected: &'static str) -> Result<T, ComposeError> {
    Err(match json {
        None | Some(Json::Null) => ComposeProblem::Missing.into(),
        Some(_) => ComposeProblem::Expected { expected }.into(),
    })
}

/// Text in a description.
pub(crate) fn text(json: Option<&Json>) -> Result<&str, ComposeError> {
    json.and_then(Json::as_str).map_or_else(|| expected(json, "text"), Ok)
}

/// Bytes as hexadecimal digits in a description.
pub(crate) fn hexadecimal(json: Option<&Json>) -> Result<Vec<u8>, ComposeError> {
    super::digits::bytes(text(json)?).map_or_else(|| expected(json, "hexadecimal digits"), Ok)
}

/// Declares a structure whose fields stand on the wire one after the other.
///
/// A field is `name: Type` where the type itself knows its place on the wire, or `name: Type as Codec`.
macro_rules! layout {
    ($(#[$meta:meta])* $name:ident {
        $($(#[$field_meta:meta])* $field:ident: $type:ty $(as $codec:ty)?),* $(,)?
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name {
            $($(#[$field_meta])* pub $field: $type,)*
        }

        impl $crate::jt808::field::Layout for $name {
            fn read(
                reader: &mut $crate::jt808::reader::Reader<'_>,
            ) -> Result<Self, $crate::jt808::error::BodyError> {
                Ok(Self {
                    $($field: <$crate::jt808::field::codec!($type $(, $codec)?) as $crate::jt808::field::Field>::read(
                        reader,
                    ).map_err(|error| error.at(stringify!($field)))?,)*
                })
            }

            fn write(
                &self,
                writer: &mut $crate::jt808::writer::Writer,
            ) -> Result<(), $crate::jt808::error::EncodeError> {
                $(<$crate::jt808::field::codec!($type $(, $codec)?) as $crate::jt808::field::Field>::write(
                    &self.$field,
                    writer,
                ).map_err(|error| error.at(stringify!($field)))?;)*
                Ok(())
            }

            fn describe(&self, into: &mut $crate::jt808::field::Object) {
                $(<$crate::jt808::field::codec!($type $(, $codec)?) as $crate::jt808::field::Field>::describe(
                    &self.$field,
                    stringify!($field),
                    into,
                );)*
            }

            fn compose(
                from: &$crate::jt808::field::Object,
            ) -> Result<Self, $crate::jt808::error::ComposeError> {
                Ok(Self {
                    $($field: <$crate::jt808::field::codec!($type $(, $codec)?) as $crate::jt808::field::Field>::compose(
                        stringify!($field),
                        from,
                    )?,)*
                })
            }
        }
    };
}

/// The codec of a field: the one named, else the type itself.
macro_rules! codec {
    ($type:ty) => {
        $type
    };
    ($type:ty, $codec:ty) => {
        $codec
    };
}

pub(crate) use {codec, layout};
