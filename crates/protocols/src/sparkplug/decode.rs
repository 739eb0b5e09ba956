//! Payloads out of bytes.

use super::datatype::DataType;
use super::error::PayloadError;
use super::payload::{
    DataSet, MetaData, Metric, MetricValue, Parameter, Payload, Property, PropertyContent, PropertySet, Row, Template,
};
use super::scalar::Scalar;
use super::wire::{Content, Field, Fields};

/// How deeply templates and property sets may lie in one another.
const DEEPEST: usize = 8;
/// Metrics, cells, rows, properties and parameters read at most: an element of two bytes takes much more in memory.
const MOST_ELEMENTS: usize = 100_000;

/// What may still be read.
struct Budget {
    elements: usize,
    depth: usize,
}

type Outcome<T> = Result<T, PayloadError>;

impl Budget {
    fn element(&mut self) -> Outcome<()> {
        self.elements = self.elements.checked_sub(1).ok_or(PayloadError::TooMany)?;
        Ok(())
    }

    fn within<T>(&mut self, read: impl FnOnce(&mut Self) -> Outcome<T>) -> Outcome<T> {
        self.depth = self.depth.checked_sub(1).ok_or(PayloadError::TooDeep)?;
        let result = read(self);
        self.depth += 1;
        result
    }
}

impl Payload {
    /// Reads a payload. Of a field that comes twice and is no list, the last counts.
    pub fn decode(bytes: &[u8]) -> Result<Self, PayloadError> {
        let mut budget = Budget { elements: MOST_ELEMENTS, depth: DEEPEST };
        let mut payload = Self::default();
        for field in Fields::new(bytes) {
            let field = field?;
            match field.number {
                1 => payload.timestamp = Some(field.number()?),
                2 => payload.metrics.push(metric(field.bytes()?, &mut budget)?),
                3 => payload.seq = Some(field.number()?),
                4 => payload.uuid = Some(field.text()?),
                5 => payload.body = Some(field.bytes()?.to_vec()),
                _ => payload.unknown.extend_from_slice(field.raw),
            }
        }
        Ok(payload)
    }
}

fn metric(bytes: &[u8], budget: &mut Budget) -> Outcome<Metric> {
    budget.element()?;
    let mut metric = Metric::default();
    for field in Fields::new(bytes) {
        let field = field?;
        match field.number {
            1 => metric.name = Some(field.text()?),
            2 => metric.alias = Some(field.number()?),
            3 => metric.timestamp = Some(field.number()?),
            4 => metric.datatype = Some(DataType(field.short()?)),
            5 => metric.is_historical = Some(field.truth()?),
            6 => metric.is_transient = Some(field.truth()?),
            7 => metric.is_null = Some(field.truth()?),
            8 => metric.metadata = Some(Box::new(metadata(field.bytes()?)?)),
            9 => metric.properties = Some(Box::new(property_set(field.bytes()?, budget)?)),
            10..=19 => metric.value = Some(metric_value(field, budget)?),
            _ => metric.unknown.extend_from_slice(field.raw),
        }
    }
    Ok(metric)
}

fn metric_value(field: Field<'_>, budget: &mut Budget) -> Outcome<MetricValue> {
    if let Some(scalar) = Scalar::read(field, 10)? {
        return Ok(MetricValue::Scalar(scalar));
    }
    let bytes = field.bytes()?;
    Ok(match field.number {
        16 => MetricValue::Bytes(bytes.to_vec()),
        17 => MetricValue::DataSet(Box::new(data_set(bytes, budget)?)),
        18 => MetricValue::Template(Box::new(template(bytes, budget)?)),
        _ => MetricValue::Extension(bytes.to_vec()),
    })
}

fn metadata(bytes: &[u8]) -> Outcome<MetaData> {
    let mut metadata = MetaData::default();
    for field in Fields::new(bytes) {
        let field = field?;
        match field.number {
            1 => metadata.is_multi_part = Some(field.truth()?),
            2 => metadata.content_type = Some(field.text()?),
            3 => metadata.size = Some(field.number()?),
            4 => metadata.seq = Some(field.number()?),
            5 => metadata.file_name = Some(field.text()?),
            6 => metadata.file_type = Some(field.text()?),
            7 => metadata.md5 = Some(field.text()?),
            8 => metadata.description = Some(field.text()?),
            _ => metadata.unknown.extend_from_slice(field.raw),
        }
    }
    Ok(metadata)
}

fn property_set(bytes: &[u8], budget: &mut Budget) -> Outcome<PropertySet> {
    budget.within(|budget| {
        budget.element()?;
        let mut set = PropertySet::default();
        for field in Fields::new(bytes) {
            let field = field?;
            match field.number {
                1 => {
                    budget.element()?;
                    set.keys.push(field.text()?);
                }
                2 => set.values.push(property(field.bytes()?, budget)?),
                _ => set.unknown.extend_from_slice(field.raw),
            }
        }
        Ok(set)
    })
}

fn property(bytes: &[u8], budget: &mut Budget) -> Outcome<Property> {
    budget.element()?;
    let mut property = Property::default();
    for field in Fields::new(bytes) {
        let field = field?;
        match field.number {
            1 => property.datatype = Some(DataType(field.short()?)),
            2 => property.is_null = Some(field.truth()?),
            9 => property.value = Some(PropertyContent::Set(Box::new(property_set(field.bytes()?, budget)?))),
            10 => property.value = Some(property_sets(field.bytes()?, budget)?),
            11 => property.value = Some(PropertyContent::Extension(field.bytes()?.to_vec())),
            _ => match Scalar::read(field, 3)? {
                Some(scalar) => property.value = Some(PropertyContent::Scalar(scalar)),
                None => property.unknown.extend_from_slice(field.raw),
            },
        }
    }
    Ok(property)
}

fn property_sets(bytes: &[u8], budget: &mut Budget) -> Outcome<PropertyContent> {
    let (mut sets, mut unknown) = (Vec::new(), Vec::new());
    for field in Fields::new(bytes) {
        let field = field?;
        match field.number {
            1 => sets.push(property_set(field.bytes()?, budget)?),
            _ => unknown.extend_from_slice(field.raw),
        }
    }
    Ok(PropertyContent::Sets(sets, unknown))
}

fn data_set(bytes: &[u8], budget: &mut Budget) -> Outcome<DataSet> {
    let mut set = DataSet::default();
    for field in Fields::new(bytes) {
        let field = field?;
        match field.number {
            1 => set.column_count = Some(field.number()?),
            2 => {
                budget.element()?;
                set.columns.push(field.text()?);
            }
            3 => types(field, &mut set.types, budget)?,
            4 => set.rows.push(row(field.bytes()?, budget)?),
            _ => set.unknown.extend_from_slice(field.raw),
        }
    }
    Ok(set)
}

/// One type a field, or all of them packed into one.
fn types(field: Field<'_>, types: &mut Vec<DataType>, budget: &mut Budget) -> Outcome<()> {
    let Content::Bytes(packed) = field.content else {
        budget.element()?;
        types.push(DataType(field.short()?));
        return Ok(());
    };
    let mut numbers = packed;
    while !numbers.is_empty() {
        budget.element()?;
        let mut reader = Fields::new(numbers);
        let number = reader.varint()?;
        types.push(DataType(u32::try_from(number).map_err(|_| PayloadError::BadNumber)?));
        numbers = reader.rest();
    }
    Ok(())
}

fn row(bytes: &[u8], budget: &mut Budget) -> Outcome<Row> {
    budget.element()?;
    let mut row = Row::default();
    for field in Fields::new(bytes) {
        let field = field?;
        if field.number != 1 {
            row.unknown.extend_from_slice(field.raw);
            continue;
        }
        budget.element()?;
        let mut cell = None;
        for inner in Fields::new(field.bytes()?) {
            let inner = inner?;
            cell = Scalar::read(inner, 1)?.or(cell);
        }
        row.cells.push(cell);
    }
    Ok(row)
}

fn template(bytes: &[u8], budget: &mut Budget) -> Outcome<Template> {
    budget.within(|budget| {
        let mut template = Template::default();
        for field in Fields::new(bytes) {
            let field = field?;
            match field.number {
                1 => template.version = Some(field.text()?),
                2 => template.metrics.push(metric(field.bytes()?, budget)?),
                3 => template.parameters.push(parameter(field.bytes()?, budget)?),
                4 => template.template_ref = Some(field.text()?),
                5 => template.is_definition = Some(field.truth()?),
                _ => template.unknown.extend_from_slice(field.raw),
            }
        }
        Ok(template)
    })
}

fn parameter(bytes: &[u8], budget: &mut Budget) -> Outcome<Parameter> {
    budget.element()?;
    let mut parameter = Parameter::default();
    for field in Fields::new(bytes) {
        let field = field?;
        match field.number {
            1 => parameter.name = Some(field.text()?),
            2 => parameter.datatype = Some(DataType(field.short()?)),
            _ => match Scalar::read(field, 3)? {
                Some(scalar) => parameter.value = Some(scalar),
                None => parameter.unknown.extend_from_slice(field.raw),
            },
        }
    }
    Ok(parameter)
}
