//! Parameters of a terminal: set (8103), asked for (8104, 8106), told (0104).

use serde_json::Value as Json;

use super::digits;
use super::error::{BodyError, ComposeError, EncodeError};
use super::field::{Field, Object, expected, hexadecimal, layout};
use super::groups::Counted;
use super::numbers::Bits;
use super::parameter_table;
use super::reader::Reader;
use super::texts::{Count, MeasuredBytes};
use super::writer::Writer;

pub use super::parameter_table::ParameterKind;

/// One parameter as sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// Which one (table 12).
    pub id: u32,
    /// Its value as sent.
    pub bytes: Vec<u8>,
}

/// What a parameter's bytes say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ParameterValue {
    /// A number.
    Number(u32),
    /// Text.
    Text(String),
    /// Bytes of a structure, of an unknown parameter, or of a length that is not the standard's.
    Bytes(Vec<u8>),
}

impl Parameter {
    /// A parameter the table knows as number, in its width; nothing if it is no number or does not fit.
    pub fn number(id: u32, value: u32) -> Option<Self> {
        let bytes = match parameter_table::find(id)?.kind {
            ParameterKind::Dword => value.to_be_bytes().to_vec(),
            ParameterKind::Word => u16::try_from(value).ok()?.to_be_bytes().to_vec(),
            ParameterKind::Byte => vec![u8::try_from(value).ok()?],
            ParameterKind::Text | ParameterKind::Bytes => return None,
        };
        Some(Self { id, bytes })
    }

    /// A parameter that is text.
    pub fn text(id: u32, text: &str) -> Result<Self, EncodeError> {
        super::text::write(text).map(|bytes| Self { id, bytes })
    }

    /// Its name in the table; nothing for makers' own.
    pub fn name(&self) -> Option<&'static str> {
        parameter_table::find(self.id).map(|entry| entry.name)
    }

    /// What it says.
    pub fn value(&self) -> ParameterValue {
        let kind = parameter_table::find(self.id).map_or(ParameterKind::Bytes, |entry| entry.kind);
        match (kind, self.bytes.as_slice()) {
            (ParameterKind::Dword, &[a, b, c, d]) => ParameterValue::Number(u32::from_be_bytes([a, b, c, d])),
            (ParameterKind::Word, &[a, b]) => ParameterValue::Number(u16::from_be_bytes([a, b]).into()),
            (ParameterKind::Byte, &[a]) => ParameterValue::Number(a.into()),
            (ParameterKind::Text, bytes) => ParameterValue::Text(super::text::read(bytes)),
            (_, bytes) => ParameterValue::Bytes(bytes.to_vec()),
        }
    }
}

/// A list of parameters with its count, described as `params` by id, and by name as far as names are known.
pub(crate) struct Parameters;

impl Field for Parameters {
    type Value = Vec<Parameter>;

    fn read(reader: &mut Reader<'_>) -> Result<Vec<Parameter>, BodyError> {
        let count = u8::take(reader)?;
        let item =
            |reader: &mut Reader<'_>| Ok(Parameter { id: reader.dword()?, bytes: MeasuredBytes::<u8>::read(reader)? });
        (0..count).map(|_| item(reader)).collect::<Result<_, _>>()
    }

    fn write(value: &Vec<Parameter>, writer: &mut Writer) -> Result<(), EncodeError> {
        u8::put(value.len(), writer)?;
        for parameter in value {
            writer.put(&parameter.id.to_be_bytes());
            MeasuredBytes::<u8>::write(&parameter.bytes, writer)?;
        }
        Ok(())
    }

    fn to_json(value: &Vec<Parameter>) -> Option<Json> {
        let entry = |parameter: &Parameter| (format!("{:04X}", parameter.id), digits::text(&parameter.bytes).into());
        Some(Json::Object(value.iter().map(entry).collect()))
    }

    fn from_json(json: Option<&Json>) -> Result<Vec<Parameter>, ComposeError> {
        let Some(entries) = json.and_then(Json::as_object) else { return expected(json, "an object") };
        let parameter = |(id, value): (&String, &Json)| {
            let number = u32::from_str_radix(id, 16).or_else(|_| expected(json, "ids of hexadecimal digits"))?;
            Ok(Parameter { id: number, bytes: hexadecimal(Some(value)).map_err(|error| error.at(id))? })
        };
        entries.iter().map(parameter).collect()
    }

    fn describe(value: &Vec<Parameter>, name: &str, into: &mut Object) {
        into.insert("count".to_owned(), value.len().into());
        into.extend(Self::to_json(value).map(|json| (name.to_owned(), json)));
        let named = value.iter().filter_map(|parameter| {
            let value = match parameter.value() {
                ParameterValue::Number(number) => number.into(),
                ParameterValue::Text(text) => text.into(),
                ParameterValue::Bytes(_) => return None,
            };
            Some((parameter.name()?.to_owned(), value))
        });
        into.insert("named_params".to_owned(), Json::Object(named.collect()));
    }
}

layout! {
    /// 0104: parameters in answer to 8104 or 8106.
    ParameterAnswer {
        /// Serial of the order.
        ack_serial: u16,
        /// The parameters.
        params: Vec<Parameter> as Parameters,
    }
}

layout! {
    /// 8103: set parameters.
    ParameterOrder {
        /// The parameters.
        params: Vec<Parameter> as Parameters,
    }
}

layout! {
    /// 8106: ask for these parameters.
    ParameterQuery {
        /// Their ids.
        ids: Vec<u32> as Counted<u8, Bits<u32>>,
    }
}
