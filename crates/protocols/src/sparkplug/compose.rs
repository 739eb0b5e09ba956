//! JSON objects as payloads.

use serde_json::Value;

use super::datatype::{Carrier, DataType};
use super::payload::{
    DataSet, MetaData, Metric, MetricValue, Parameter, Payload, Property, PropertyContent, PropertySet, Row, Template,
};
use super::scalar::Scalar;
use crate::description::{DescriptionError, Fields, from_hex, required};

type Outcome<T> = Result<T, DescriptionError>;

/// How deeply templates and property sets may lie in one another; as in reading.
const DEEPEST: usize = 8;

/// Writes the payload that an object made by [`describe`](super::describe) stands for.
pub fn compose(description: &Value) -> Result<Vec<u8>, DescriptionError> {
    let fields = Fields::of_frame(description)?;
    let payload = Payload {
        timestamp: fields.number("timestamp")?,
        metrics: each(fields, "metrics", |value| metric(value, DEEPEST))?,
        seq: fields.number("seq")?,
        uuid: owned(fields, "uuid")?,
        body: fields.bytes("body")?,
        unknown: unknown(fields)?,
    };
    Ok(payload.encode())
}

fn each<T>(fields: Fields<'_>, name: &str, read: impl Fn(&Value) -> Outcome<T>) -> Outcome<Vec<T>> {
    fields.list(name)?.unwrap_or_default().iter().map(read).collect()
}

fn owned(fields: Fields<'_>, name: &str) -> Outcome<Option<String>> {
    Ok(fields.text(name)?.map(str::to_owned))
}

fn unknown(fields: Fields<'_>) -> Outcome<Vec<u8>> {
    Ok(fields.bytes("unknown")?.unwrap_or_default())
}

fn datatype(fields: Fields<'_>, name: &str) -> Outcome<Option<DataType>> {
    Ok(fields.number(name)?.map(DataType))
}

fn deeper(depth: usize) -> Outcome<usize> {
    depth.checked_sub(1).ok_or_else(|| DescriptionError::Unwritable { reason: "nested too deeply".to_owned() })
}

fn metric(value: &Value, depth: usize) -> Outcome<Metric> {
    let fields = Fields::of(value)?;
    let datatype = datatype(fields, "datatype")?;
    Ok(Metric {
        name: owned(fields, "name")?,
        alias: fields.number("alias")?,
        timestamp: fields.number("timestamp")?,
        datatype,
        is_historical: fields.truth("is_historical")?,
        is_transient: fields.truth("is_transient")?,
        is_null: fields.truth("is_null")?,
        metadata: fields.get("metadata").map(metadata).transpose()?.map(Box::new),
        properties: fields.get("properties").map(|set| property_set(set, depth)).transpose()?.map(Box::new),
        value: metric_value(fields, datatype, depth)?,
        unknown: unknown(fields)?,
    })
}

/// `wire` says how the value travels; without it, the data type does.
fn metric_value(fields: Fields<'_>, datatype: Option<DataType>, depth: usize) -> Outcome<Option<MetricValue>> {
    let Some(value) = fields.get("value") else { return Ok(None) };
    let unfit = |wanted| DescriptionError::Unfit { name: "value".to_owned(), wanted };
    let wire = match fields.text("wire")? {
        Some(wire) => wire,
        None => required("wire", datatype.and_then(DataType::carrier).map(wire_name))?,
    };
    let bytes = || value.as_str().and_then(from_hex).ok_or_else(|| unfit("bytes as hexadecimal digits"));
    Ok(Some(match wire {
        "bytes" => MetricValue::Bytes(bytes()?),
        "extension" => MetricValue::Extension(bytes()?),
        "dataset" => MetricValue::DataSet(Box::new(data_set(value)?)),
        "template" => MetricValue::Template(Box::new(template(value, deeper(depth)?)?)),
        _ => MetricValue::Scalar(scalar(wire, value).ok_or_else(|| unfit("a value of its data type"))?),
    }))
}

fn wire_name(carrier: Carrier) -> &'static str {
    match carrier {
        Carrier::Int => "int",
        Carrier::Long => "long",
        Carrier::Float => "float",
        Carrier::Double => "double",
        Carrier::Boolean => "boolean",
        Carrier::Text => "text",
        Carrier::Bytes => "bytes",
        Carrier::DataSet => "dataset",
        Carrier::Template => "template",
    }
}

/// A single value. Negative numbers are taken in two's complement; a float may also be given by its bits.
fn scalar(wire: &str, value: &Value) -> Option<Scalar> {
    Some(match wire {
        "int" => {
            let negative = || value.as_i64().and_then(|value| i32::try_from(value).ok()).map(i32::cast_unsigned);
            Scalar::Int(value.as_u64().and_then(|value| u32::try_from(value).ok()).or_else(negative)?)
        }
        "long" => Scalar::Long(value.as_u64().or_else(|| value.as_i64().map(i64::cast_unsigned))?),
        "float" => Scalar::Float(match value {
            // By way of its text, which rounds once.
            Value::Number(number) => {
                number.to_string().parse::<f32>().ok().filter(|number| number.is_finite())?.to_bits()
            }
            other => u32::from_be_bytes(from_hex(other.as_str()?)?.try_into().ok()?),
        }),
        "double" => Scalar::Double(match value {
            Value::Number(number) => number.as_f64()?.to_bits(),
            other => u64::from_be_bytes(from_hex(other.as_str()?)?.try_into().ok()?),
        }),
        "boolean" => Scalar::Boolean(value.as_bool()?),
        "text" => Scalar::Text(value.as_str()?.to_owned()),
        _ => return None,
    })
}

/// The single value among the fields of an object, under the name of how it travels.
fn tagged(fields: Fields<'_>) -> Outcome<Option<Scalar>> {
    for wire in ["int", "long", "float", "double", "boolean", "text"] {
        if let Some(value) = fields.get(wire) {
            let unfit = || DescriptionError::Unfit { name: wire.to_owned(), wanted: "a value of this kind" };
            return scalar(wire, value).ok_or_else(unfit).map(Some);
        }
    }
    Ok(None)
}

fn metadata(value: &Value) -> Outcome<MetaData> {
    let fields = Fields::of(value)?;
    Ok(MetaData {
        is_multi_part: fields.truth("is_multi_part")?,
        content_type: owned(fields, "content_type")?,
        size: fields.number("size")?,
        seq: fields.number("seq")?,
        file_name: owned(fields, "file_name")?,
        file_type: owned(fields, "file_type")?,
        md5: owned(fields, "md5")?,
        description: owned(fields, "description")?,
        unknown: unknown(fields)?,
    })
}

fn property_set(value: &Value, depth: usize) -> Outcome<PropertySet> {
    let (fields, depth) = (Fields::of(value)?, deeper(depth)?);
    let unfit = || DescriptionError::Unfit { name: "keys".to_owned(), wanted: "a list of texts" };
    Ok(PropertySet {
        keys: each(fields, "keys", |key| key.as_str().map(str::to_owned).ok_or_else(unfit))?,
        values: each(fields, "values", |value| property(value, depth))?,
        unknown: unknown(fields)?,
    })
}

fn property(value: &Value, depth: usize) -> Outcome<Property> {
    let fields = Fields::of(value)?;
    let content = if let Some(set) = fields.get("set") {
        Some(PropertyContent::Set(Box::new(property_set(set, depth)?)))
    } else if let Some(sets) = fields.get("sets") {
        let inner = Fields::of(sets)?;
        Some(PropertyContent::Sets(each(inner, "list", |set| property_set(set, depth))?, unknown(inner)?))
    } else if let Some(bytes) = fields.bytes("extension")? {
        Some(PropertyContent::Extension(bytes))
    } else {
        tagged(fields)?.map(PropertyContent::Scalar)
    };
    Ok(Property {
        datatype: datatype(fields, "type")?,
        is_null: fields.truth("is_null")?,
        value: content,
        unknown: unknown(fields)?,
    })
}

fn data_set(value: &Value) -> Outcome<DataSet> {
    let fields = Fields::of(value)?;
    let unfit = |name: &str, wanted| DescriptionError::Unfit { name: name.to_owned(), wanted };
    let column = |value: &Value| value.as_str().map(str::to_owned).ok_or_else(|| unfit("columns", "a list of texts"));
    let number = |value: &Value| value.as_u64().and_then(|number| u32::try_from(number).ok()).map(DataType);
    Ok(DataSet {
        column_count: fields.number("num_of_columns")?,
        columns: each(fields, "columns", column)?,
        types: each(fields, "types", |value| number(value).ok_or_else(|| unfit("types", "a list of numbers")))?,
        rows: each(fields, "rows", row)?,
        unknown: unknown(fields)?,
    })
}

fn row(value: &Value) -> Outcome<Row> {
    let fields = Fields::of(value)?;
    let cell = |value: &Value| if value.is_null() { Ok(None) } else { tagged(Fields::of(value)?) };
    Ok(Row { cells: each(fields, "cells", cell)?, unknown: unknown(fields)? })
}

fn template(value: &Value, depth: usize) -> Outcome<Template> {
    let fields = Fields::of(value)?;
    Ok(Template {
        version: owned(fields, "version")?,
        metrics: each(fields, "metrics", |value| metric(value, depth))?,
        parameters: each(fields, "parameters", parameter)?,
        template_ref: owned(fields, "template_ref")?,
        is_definition: fields.truth("is_definition")?,
        unknown: unknown(fields)?,
    })
}

fn parameter(value: &Value) -> Outcome<Parameter> {
    let fields = Fields::of(value)?;
    Ok(Parameter {
        name: owned(fields, "name")?,
        datatype: datatype(fields, "type")?,
        value: tagged(fields)?,
        unknown: unknown(fields)?,
    })
}
