//! The parts of a payload (6.4).

use super::datatype::DataType;
use super::scalar::Scalar;

/// Name of the metric that ties a death to its birth.
pub const BIRTH_DEATH_SEQUENCE: &str = "bdSeq";
/// Name of the metric by which a host asks for a rebirth.
pub const REBIRTH: &str = "Node Control/Rebirth";

/// A payload.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Payload {
    /// When it was sent, in milliseconds since 1970 UTC.
    pub timestamp: Option<u64>,
    /// Its metrics.
    pub metrics: Vec<Metric>,
    /// Sequence number, 0 to 255.
    pub seq: Option<u64>,
    /// Names the schema of `body`.
    pub uuid: Option<String>,
    /// Bytes of the sender's own.
    pub body: Option<Vec<u8>>,
    /// Fields of no known number.
    pub unknown: Vec<u8>,
}

/// A metric.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Metric {
    /// Name; may be left out where an alias is given.
    pub name: Option<String>,
    /// Alias, bound to the name by the last birth.
    pub alias: Option<u64>,
    /// When the value was taken, in milliseconds since 1970 UTC.
    pub timestamp: Option<u64>,
    /// Data type; may be left out after the birth.
    pub datatype: Option<DataType>,
    /// The value is of the past: it must not count as the present one.
    pub is_historical: Option<bool>,
    /// The value is not to be stored.
    pub is_transient: Option<bool>,
    /// There is no value.
    pub is_null: Option<bool>,
    /// More on the value.
    pub metadata: Option<Box<MetaData>>,
    /// Properties, such as the quality.
    pub properties: Option<Box<PropertySet>>,
    /// The value.
    pub value: Option<MetricValue>,
    /// Fields of no known number.
    pub unknown: Vec<u8>,
}

impl Metric {
    /// A metric with name, type and value, as births have it.
    pub fn new(name: impl Into<String>, datatype: DataType, value: Scalar) -> Self {
        Self {
            name: Some(name.into()),
            datatype: Some(datatype),
            value: Some(MetricValue::Scalar(value)),
            ..Self::default()
        }
    }

    /// The same taken at a time.
    pub fn at(self, timestamp: u64) -> Self {
        Self { timestamp: Some(timestamp), ..self }
    }
}

/// The value of a metric.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MetricValue {
    /// A single value.
    Scalar(Scalar),
    /// Bytes, a file, or an array.
    Bytes(Vec<u8>),
    /// A table.
    DataSet(Box<DataSet>),
    /// A template or an instance of one.
    Template(Box<Template>),
    /// Something of a third party.
    Extension(Vec<u8>),
}

/// More on a value.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MetaData {
    /// Whether this is one part of several.
    pub is_multi_part: Option<bool>,
    /// Kind of content.
    pub content_type: Option<String>,
    /// Size in bytes.
    pub size: Option<u64>,
    /// Number of the part.
    pub seq: Option<u64>,
    /// Name of the file.
    pub file_name: Option<String>,
    /// Type of the file.
    pub file_type: Option<String>,
    /// MD5 sum of the data.
    pub md5: Option<String>,
    /// Anything else.
    pub description: Option<String>,
    /// Fields of no known number.
    pub unknown: Vec<u8>,
}

/// Properties: names and values are lists of equal length.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PropertySet {
    /// Names.
    pub keys: Vec<String>,
    /// Values, in the order of the names.
    pub values: Vec<Property>,
    /// Fields of no known number.
    pub unknown: Vec<u8>,
}

impl PropertySet {
    /// The value of a property.
    pub fn get(&self, key: &str) -> Option<&Property> {
        let index = self.keys.iter().position(|name| name == key)?;
        self.values.get(index)
    }
}

/// The value of a property.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Property {
    /// Data type.
    pub datatype: Option<DataType>,
    /// There is no value.
    pub is_null: Option<bool>,
    /// The value.
    pub value: Option<PropertyContent>,
    /// Fields of no known number.
    pub unknown: Vec<u8>,
}

/// What a property holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PropertyContent {
    /// A single value.
    Scalar(Scalar),
    /// Properties of the property.
    Set(Box<PropertySet>),
    /// A list of those, and fields of no known number.
    Sets(Vec<PropertySet>, Vec<u8>),
    /// Something of a third party.
    Extension(Vec<u8>),
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DataSet {
    /// How many columns it says it has.
    pub column_count: Option<u64>,
    /// Names of the columns.
    pub columns: Vec<String>,
    /// Types of the columns.
    pub types: Vec<DataType>,
    /// Rows.
    pub rows: Vec<Row>,
    /// Fields of no known number.
    pub unknown: Vec<u8>,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Row {
    /// Values, nothing where a cell is empty or holds something of a third party.
    pub cells: Vec<Option<Scalar>>,
    /// Fields of no known number.
    pub unknown: Vec<u8>,
}

/// A template, or an instance of one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Template {
    /// Version of the template.
    pub version: Option<String>,
    /// Its members.
    pub metrics: Vec<Metric>,
    /// Its parameters.
    pub parameters: Vec<Parameter>,
    /// Name of the template that this is an instance of.
    pub template_ref: Option<String>,
    /// Whether this is the definition.
    pub is_definition: Option<bool>,
    /// Fields of no known number.
    pub unknown: Vec<u8>,
}

/// A parameter of a template.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parameter {
    /// Name.
    pub name: Option<String>,
    /// Data type.
    pub datatype: Option<DataType>,
    /// Value.
    pub value: Option<Scalar>,
    /// Fields of no known number.
    pub unknown: Vec<u8>,
}

impl Payload {
    /// The number that ties births to deaths, where it is carried.
    pub fn birth_death_sequence(&self) -> Option<u64> {
        let metric = self.metrics.iter().rev().find(|metric| metric.name.as_deref() == Some(BIRTH_DEATH_SEQUENCE))?;
        match metric.value {
            Some(MetricValue::Scalar(Scalar::Long(number))) => Some(number),
            Some(MetricValue::Scalar(Scalar::Int(number))) => Some(u64::from(number)),
            _ => None,
        }
    }
}

/// What a host publishes, without retaining it, on the `NCMD` topic of a node to be born again.
pub fn rebirth_command(timestamp: u64) -> Payload {
    let metric = Metric::new(REBIRTH, DataType::BOOLEAN, Scalar::Boolean(true)).at(timestamp);
    Payload { timestamp: Some(timestamp), metrics: vec![metric], ..Payload::default() }
}
