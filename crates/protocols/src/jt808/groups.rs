//! Fields made of other fields: lists, nested structures, and fields that are not always there.

use std::marker::PhantomData;

use serde_json::Value as Json;

use super::edition::Edition;
use super::error::{BodyError, ComposeError, EncodeError, EncodeProblem};
use super::field::{Field, Layout, Object, expected};
use super::reader::Reader;
use super::texts::Count;
use super::writer::Writer;

/// A structure described as an object of its own.
pub(crate) struct Nested<T>(PhantomData<T>);

impl<T: Layout> Field for Nested<T> {
    type Value = T;

    fn read(reader: &mut Reader<'_>) -> Result<T, BodyError> {
        T::read(reader)
    }

    fn write(value: &T, writer: &mut Writer) -> Result<(), EncodeError> {
        value.write(writer)
    }

    fn to_json(value: &T) -> Option<Json> {
        let mut object = Object::new();
        value.describe_inside(&mut object);
        Some(object.into())
    }

    fn from_json(json: Option<&Json>) -> Result<T, ComposeError> {
        json.and_then(Json::as_object).map_or_else(|| expected(json, "an object"), T::compose)
    }
}

/// A structure whose fields are described among those of its surroundings.
pub(crate) struct Flat<T>(PhantomData<T>);

impl<T: Layout> Field for Flat<T> {
    type Value = T;

    fn read(reader: &mut Reader<'_>) -> Result<T, BodyError> {
        T::read(reader)
    }

    fn write(value: &T, writer: &mut Writer) -> Result<(), EncodeError> {
        value.write(writer)
    }

    fn to_json(value: &T) -> Option<Json> {
        Nested::to_json(value)
    }

    fn from_json(json: Option<&Json>) -> Result<T, ComposeError> {
        Nested::from_json(json)
    }

    fn describe(value: &T, _name: &str, into: &mut Object) {
        value.describe(into);
    }

    fn compose(_name: &str, from: &Object) -> Result<T, ComposeError> {
        T::compose(from)
    }
}

fn list_to_json<F: Field>(items: &[F::Value]) -> Json {
    items.iter().filter_map(F::to_json).collect()
}

fn list_from_json<F: Field>(json: Option<&Json>) -> Result<Vec<F::Value>, ComposeError> {
    let Some(items) = json.and_then(Json::as_array) else { return expected(json, "a list") };
    items.iter().map(|item| F::from_json(Some(item))).collect()
}

fn write_all<F: Field>(items: &[F::Value], writer: &mut Writer) -> Result<(), EncodeError> {
    items.iter().try_for_each(|item| F::write(item, writer))
}

/// A list with its count in front.
pub(crate) struct Counted<N, F>(PhantomData<(N, F)>);

impl<N: Count, F: Field> Field for Counted<N, F> {
    type Value = Vec<F::Value>;

    fn read(reader: &mut Reader<'_>) -> Result<Vec<F::Value>, BodyError> {
        let count = N::take(reader)?;
        // No allocation ahead: the count is the sender's word, the items are in the body or are not.
        (0..count).map(|_| F::read(reader)).collect::<Result<_, _>>()
    }

    fn write(value: &Vec<F::Value>, writer: &mut Writer) -> Result<(), EncodeError> {
        N::put(value.len(), writer)?;
        write_all::<F>(value, writer)
    }

    fn to_json(value: &Vec<F::Value>) -> Option<Json> {
        Some(list_to_json::<F>(value))
    }

    fn from_json(json: Option<&Json>) -> Result<Vec<F::Value>, ComposeError> {
        list_from_json::<F>(json)
    }
}

/// A list whose count has one byte up to 2013 and two from 2019 on (register of disagreements, D9).
pub(crate) struct CountedByEdition<F>(PhantomData<F>);

impl<F: Field> Field for CountedByEdition<F> {
    type Value = Vec<F::Value>;

    fn read(reader: &mut Reader<'_>) -> Result<Vec<F::Value>, BodyError> {
        match reader.edition {
            Edition::V2019 => Counted::<u16, F>::read(reader),
            _ => Counted::<u8, F>::read(reader),
        }
    }

    fn write(value: &Vec<F::Value>, writer: &mut Writer) -> Result<(), EncodeError> {
        match writer.edition {
            Edition::V2019 => Counted::<u16, F>::write(value, writer),
            _ => Counted::<u8, F>::write(value, writer),
        }
    }

    fn to_json(value: &Vec<F::Value>) -> Option<Json> {
        Some(list_to_json::<F>(value))
    }

    fn from_json(json: Option<&Json>) -> Result<Vec<F::Value>, ComposeError> {
        list_from_json::<F>(json)
    }
}

/// A list up to the end of the body.
pub(crate) struct RestList<F>(PhantomData<F>);

impl<F: Field> Field for RestList<F> {
    type Value = Vec<F::Value>;

    fn read(reader: &mut Reader<'_>) -> Result<Vec<F::Value>, BodyError> {
        let mut items = Vec::new();
        while reader.remaining() > 0 {
            items.push(F::read(reader)?);
        }
        Ok(items)
    }

    fn write(value: &Vec<F::Value>, writer: &mut Writer) -> Result<(), EncodeError> {
        write_all::<F>(value, writer)
    }

    fn to_json(value: &Vec<F::Value>) -> Option<Json> {
        Some(list_to_json::<F>(value))
    }

    fn from_json(json: Option<&Json>) -> Result<Vec<F::Value>, ComposeError> {
        list_from_json::<F>(json)
    }
}

fn optional_to_json<F: Field>(value: Option<&F::Value>) -> Option<Json> {
    value.and_then(F::to_json)
}

fn optional_from_json<F: Field>(json: Option<&Json>) -> Result<Option<F::Value>, ComposeError> {
    json.filter(|json| !json.is_null()).map(|json| F::from_json(Some(json))).transpose()
}

/// A field that is there if the body goes on.
pub(crate) struct IfMore<F>(PhantomData<F>);

impl<F: Field> Field for IfMore<F> {
    type Value = Option<F::Value>;

    fn read(reader: &mut Reader<'_>) -> Result<Option<F::Value>, BodyError> {
        if reader.remaining() > 0 { F::read(reader).map(Some) } else { Ok(None) }
    }

    fn write(value: &Option<F::Value>, writer: &mut Writer) -> Result<(), EncodeError> {
        match value {
            Some(_) if writer.ended => Err(EncodeProblem::NotAllowed.into()),
            Some(value) => F::write(value, writer),
            None => {
                writer.ended = true;
                Ok(())
            }
        }
    }

    fn to_json(value: &Option<F::Value>) -> Option<Json> {
        optional_to_json::<F>(value.as_ref())
    }

    fn from_json(json: Option<&Json>) -> Result<Option<F::Value>, ComposeError> {
        optional_from_json::<F>(json)
    }
}

/// What decides whether a field is there.
pub(crate) trait Condition {
    fn holds(edition: Edition, attributes: u16) -> bool;
}

/// A field that is there if the condition holds, and only then.
pub(crate) struct When<C, F>(PhantomData<(C, F)>);

/// Editions from 2019 on.
pub(crate) struct Since2019;

impl Condition for Since2019 {
    fn holds(edition: Edition, _attributes: u16) -> bool {
        edition >= Edition::V2019
    }
}

/// Bit `BIT` of the attributes that came before.
pub(crate) struct Bit<const BIT: u16>;

impl<const BIT: u16> Condition for Bit<BIT> {
    fn holds(_edition: Edition, attributes: u16) -> bool {
        attributes >> BIT & 1 == 1
    }
}

impl<A: Condition, B: Condition> Condition for (A, B) {
    fn holds(edition: Edition, attributes: u16) -> bool {
        A::holds(edition, attributes) && B::holds(edition, attributes)
    }
}

impl<C: Condition, F: Field> Field for When<C, F> {
    type Value = Option<F::Value>;

    fn read(reader: &mut Reader<'_>) -> Result<Option<F::Value>, BodyError> {
        if C::holds(reader.edition, reader.attributes) { F::read(reader).map(Some) } else { Ok(None) }
    }

    fn write(value: &Option<F::Value>, writer: &mut Writer) -> Result<(), EncodeError> {
        match (value, C::holds(writer.edition, writer.attributes)) {
            (Some(value), true) => F::write(value, writer),
            (None, false) => Ok(()),
            (None, true) => Err(EncodeProblem::Absent.into()),
            (Some(_), false) => Err(EncodeProblem::NotAllowed.into()),
        }
    }

    fn to_json(value: &Option<F::Value>) -> Option<Json> {
        optional_to_json::<F>(value.as_ref())
    }

    fn from_json(json: Option<&Json>) -> Result<Option<F::Value>, ComposeError> {
        optional_from_json::<F>(json)
    }
}
