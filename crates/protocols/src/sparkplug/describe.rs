//! Payloads as JSON objects, for people, scripts and the test vectors.

use serde_json::{Map, Number, Value, json};

use super::datatype::{Carrier, DataType};
use super::error::PayloadError;
use super::observation::Reading;
use super::payload::{
    DataSet, MetaData, Metric, MetricValue, Parameter, Payload, Property, PropertyContent, PropertySet, Row, Template,
};
use super::scalar::Scalar;
use crate::description::to_hex;

/// Reads one payload as one JSON object; the topic is no part of it.
///
/// Whole numbers are shown in the bits they travel in; `reading` adds the signed number where it differs. `wire` says
/// how the value travels where the data type does not. Bytes are hexadecimal digits; a float that is no finite number
/// is shown by its bits. Within tables, properties and parameters each value is an object such as `{"int": 5}`.
/// Bytes that are no payload yield `{"error": code}`, with the codes `truncated` and `bad_field`.
pub fn describe(bytes: &[u8]) -> Vec<Value> {
    let described = match Payload::decode(bytes) {
        Ok(payload) => describe_payload(&payload),
        Err(PayloadError::Truncated) => json!({ "error": "truncated" }),
        Err(_) => json!({ "error": "bad_field" }),
    };
    vec![described]
}

/// Gathers the fields that are there.
#[derive(Default)]
struct Object(Map<String, Value>);

impl Object {
    fn with(mut self, name: &str, value: Option<impl Into<Value>>) -> Self {
        self.0.extend(value.map(|value| (name.to_owned(), value.into())));
        self
    }

    fn with_text(self, name: &str, text: Option<&String>) -> Self {
        self.with(name, text.map(String::as_str))
    }

    fn with_list<T>(self, name: &str, list: &[T], describe: impl Fn(&T) -> Value) -> Self {
        let listed = (!list.is_empty()).then(|| list.iter().map(describe).collect::<Vec<Value>>());
        self.with(name, listed)
    }

    fn with_unknown(self, bytes: &[u8]) -> Self {
        self.with("unknown", (!bytes.is_empty()).then(|| to_hex(bytes)))
    }

    fn done(self) -> Value {
        Value::Object(self.0)
    }
}

fn describe_payload(payload: &Payload) -> Value {
    Object::default()
        .with("metrics", Some(payload.metrics.iter().map(describe_metric).collect::<Vec<Value>>()))
        .with("timestamp", payload.timestamp)
        .with("seq", payload.seq)
        .with_text("uuid", payload.uuid.as_ref())
        .with("body", payload.body.as_deref().map(to_hex))
        .with_unknown(&payload.unknown)
        .done()
}

fn describe_metric(metric: &Metric) -> Value {
    let object = Object::default()
        .with_text("name", metric.name.as_ref())
        .with("alias", metric.alias)
        .with("timestamp", metric.timestamp)
        .with("datatype", metric.datatype.map(|datatype| datatype.0))
        .with("is_historical", metric.is_historical)
        .with("is_transient", metric.is_transient)
        .with("is_null", metric.is_null)
        .with("metadata", metric.metadata.as_deref().map(describe_metadata))
        .with("properties", metric.properties.as_deref().map(describe_property_set));
    let Some(value) = &metric.value else { return object.with_unknown(&metric.unknown).done() };
    let (wire, carrier, shown) = describe_value(value);
    let regular = carrier.is_some() && metric.datatype.and_then(DataType::carrier) == carrier;
    let signed = match metric.reading(None) {
        Reading::Number(text) if text.starts_with('-') && matches!(carrier, Some(Carrier::Int | Carrier::Long)) => {
            Some(text)
        }
        _ => None,
    };
    object
        .with("value", Some(shown))
        .with("wire", (!regular).then_some(wire))
        .with("reading", signed)
        .with_unknown(&metric.unknown)
        .done()
}

/// How a value travels, by the name used here, and the value.
fn describe_value(value: &MetricValue) -> (&'static str, Option<Carrier>, Value) {
    match value {
        MetricValue::Scalar(scalar) => {
            let (name, carrier) = scalar_kind(scalar);
            (name, Some(carrier), describe_scalar(scalar))
        }
        MetricValue::Bytes(bytes) => ("bytes", Some(Carrier::Bytes), to_hex(bytes).into()),
        MetricValue::DataSet(set) => ("dataset", Some(Carrier::DataSet), describe_data_set(set)),
        MetricValue::Template(template) => ("template", Some(Carrier::Template), describe_template(template)),
        MetricValue::Extension(bytes) => ("extension", None, to_hex(bytes).into()),
    }
}

fn scalar_kind(scalar: &Scalar) -> (&'static str, Carrier) {
    match scalar {
        Scalar::Int(_) => ("int", Carrier::Int),
        Scalar::Long(_) => ("long", Carrier::Long),
        Scalar::Float(_) => ("float", Carrier::Float),
        Scalar::Double(_) => ("double", Carrier::Double),
        Scalar::Boolean(_) => ("boolean", Carrier::Boolean),
        Scalar::Text(_) => ("text", Carrier::Text),
    }
}

fn describe_scalar(scalar: &Scalar) -> Value {
    match scalar {
        Scalar::Int(value) => (*value).into(),
        Scalar::Long(value) => (*value).into(),
        Scalar::Float(bits) => finite(f64::from(f32::from_bits(*bits)), &bits.to_be_bytes()),
        Scalar::Double(bits) => finite(f64::from_bits(*bits), &bits.to_be_bytes()),
        Scalar::Boolean(value) => (*value).into(),
        Scalar::Text(text) => text.as_str().into(),
    }
}

fn finite(number: f64, bits: &[u8]) -> Value {
    Number::from_f64(number).map_or_else(|| to_hex(bits).into(), Value::Number)
}

fn tagged(scalar: &Scalar) -> Value {
    let (name, _) = scalar_kind(scalar);
    json!({ name: describe_scalar(scalar) })
}

fn with_scalar(object: Object, scalar: &Scalar) -> Object {
    let (name, _) = scalar_kind(scalar);
    object.with(name, Some(describe_scalar(scalar)))
}

fn describe_metadata(metadata: &MetaData) -> Value {
    Object::default()
        .with("is_multi_part", metadata.is_multi_part)
        .with_text("content_type", metadata.content_type.as_ref())
        .with("size", metadata.size)
        .with("seq", metadata.seq)
        .with_text("file_name", metadata.file_name.as_ref())
        .with_text("file_type", metadata.file_type.as_ref())
        .with_text("md5", metadata.md5.as_ref())
        .with_text("description", metadata.description.as_ref())
        .with_unknown(&metadata.unknown)
        .done()
}

fn describe_property_set(set: &PropertySet) -> Value {
    Object::default()
        .with_list("keys", &set.keys, |key| key.as_str().into())
        .with_list("values", &set.values, describe_property)
        .with_unknown(&set.unknown)
        .done()
}

fn describe_property(property: &Property) -> Value {
    let object =
        Object::default().with("type", property.datatype.map(|datatype| datatype.0)).with("is_null", property.is_null);
    let object = match &property.value {
        Some(PropertyContent::Scalar(scalar)) => with_scalar(object, scalar),
        Some(PropertyContent::Set(set)) => object.with("set", Some(describe_property_set(set))),
        Some(PropertyContent::Sets(sets, unknown)) => {
            let sets = Object::default().with_list("list", sets, describe_property_set).with_unknown(unknown);
            object.with("sets", Some(sets.done()))
        }
        Some(PropertyContent::Extension(bytes)) => object.with("extension", Some(to_hex(bytes))),
        None => object,
    };
    object.with_unknown(&property.unknown).done()
}

fn describe_data_set(set: &DataSet) -> Value {
    Object::default()
        .with("num_of_columns", set.column_count)
        .with_list("columns", &set.columns, |column| column.as_str().into())
        .with_list("types", &set.types, |datatype| datatype.0.into())
        .with_list("rows", &set.rows, describe_row)
        .with_unknown(&set.unknown)
        .done()
}

fn describe_row(row: &Row) -> Value {
    Object::default()
        .with_list("cells", &row.cells, |cell| cell.as_ref().map_or(Value::Null, tagged))
        .with_unknown(&row.unknown)
        .done()
}

fn describe_template(template: &Template) -> Value {
    Object::default()
        .with_text("version", template.version.as_ref())
        .with_list("metrics", &template.metrics, describe_metric)
        .with_list("parameters", &template.parameters, describe_parameter)
        .with_text("template_ref", template.template_ref.as_ref())
        .with("is_definition", template.is_definition)
        .with_unknown(&template.unknown)
        .done()
}

fn describe_parameter(parameter: &Parameter) -> Value {
    let object = Object::default()
        .with_text("name", parameter.name.as_ref())
        .with("type", parameter.datatype.map(|datatype| datatype.0));
    let object = match &parameter.value {
        Some(scalar) => with_scalar(object, scalar),
        None => object,
    };
    object.with_unknown(&parameter.unknown).done()
}
