//! Payloads as bytes: fields in the order of their numbers, unknown ones last.

use super::datatype::DataType;
use super::payload::{
    DataSet, MetaData, Metric, MetricValue, Parameter, Payload, Property, PropertyContent, PropertySet, Template,
};
use super::wire::Writer;

impl Payload {
    /// Writes the payload.
    pub fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        writer.number(1, self.timestamp);
        for metric in &self.metrics {
            writer.message(2, |inner| write_metric(metric, inner));
        }
        writer.number(3, self.seq);
        writer.text(4, self.uuid.as_ref());
        if let Some(body) = &self.body {
            writer.block(5, body);
        }
        writer.raw(&self.unknown);
        writer.into_bytes()
    }
}

fn number(datatype: Option<DataType>) -> Option<u64> {
    datatype.map(|datatype| u64::from(datatype.0))
}

fn write_metric(metric: &Metric, writer: &mut Writer) {
    writer.text(1, metric.name.as_ref());
    writer.number(2, metric.alias);
    writer.number(3, metric.timestamp);
    writer.number(4, number(metric.datatype));
    writer.truth(5, metric.is_historical);
    writer.truth(6, metric.is_transient);
    writer.truth(7, metric.is_null);
    if let Some(metadata) = &metric.metadata {
        writer.message(8, |inner| write_metadata(metadata, inner));
    }
    if let Some(properties) = &metric.properties {
        writer.message(9, |inner| write_property_set(properties, inner));
    }
    match &metric.value {
        Some(MetricValue::Scalar(scalar)) => scalar.write(writer, 10),
        Some(MetricValue::Bytes(bytes)) => writer.block(16, bytes),
        Some(MetricValue::DataSet(set)) => writer.message(17, |inner| write_data_set(set, inner)),
        Some(MetricValue::Template(template)) => writer.message(18, |inner| write_template(template, inner)),
        Some(MetricValue::Extension(bytes)) => writer.block(19, bytes),
        None => {}
    }
    writer.raw(&metric.unknown);
}

fn write_metadata(metadata: &MetaData, writer: &mut Writer) {
    writer.truth(1, metadata.is_multi_part);
    writer.text(2, metadata.content_type.as_ref());
    writer.number(3, metadata.size);
    writer.number(4, metadata.seq);
    writer.text(5, metadata.file_name.as_ref());
    writer.text(6, metadata.file_type.as_ref());
    writer.text(7, metadata.md5.as_ref());
    writer.text(8, metadata.description.as_ref());
    writer.raw(&metadata.unknown);
}

fn write_property_set(set: &PropertySet, writer: &mut Writer) {
    for key in &set.keys {
        writer.text(1, Some(key));
    }
    for property in &set.values {
        writer.message(2, |inner| write_property(property, inner));
    }
    writer.raw(&set.unknown);
}

fn write_property(property: &Property, writer: &mut Writer) {
    writer.number(1, number(property.datatype));
    writer.truth(2, property.is_null);
    match &property.value {
        Some(PropertyContent::Scalar(scalar)) => scalar.write(writer, 3),
        Some(PropertyContent::Set(set)) => writer.message(9, |inner| write_property_set(set, inner)),
        Some(PropertyContent::Sets(sets, unknown)) => writer.message(10, |inner| {
            for set in sets {
                inner.message(1, |innermost| write_property_set(set, innermost));
            }
            inner.raw(unknown);
        }),
        Some(PropertyContent::Extension(bytes)) => writer.block(11, bytes),
        None => {}
    }
    writer.raw(&property.unknown);
}

fn write_data_set(set: &DataSet, writer: &mut Writer) {
    writer.number(1, set.column_count);
    for column in &set.columns {
        writer.text(2, Some(column));
    }
    for datatype in &set.types {
        writer.number(3, number(Some(*datatype)));
    }
    for row in &set.rows {
        writer.message(4, |inner| {
            for cell in &row.cells {
                inner.message(1, |innermost| {
                    if let Some(scalar) = cell {
                        scalar.write(innermost, 1);
                    }
                });
            }
            inner.raw(&row.unknown);
        });
    }
    writer.raw(&set.unknown);
}

fn write_template(template: &Template, writer: &mut Writer) {
    writer.text(1, template.version.as_ref());
    for metric in &template.metrics {
        writer.message(2, |inner| write_metric(metric, inner));
    }
    for parameter in &template.parameters {
        writer.message(3, |inner| write_parameter(parameter, inner));
    }
    writer.text(4, template.template_ref.as_ref());
    writer.truth(5, template.is_definition);
    writer.raw(&template.unknown);
}

fn write_parameter(parameter: &Parameter, writer: &mut Writer) {
    writer.text(1, parameter.name.as_ref());
    writer.number(2, number(parameter.datatype));
    if let Some(scalar) = &parameter.value {
        scalar.write(writer, 3);
    }
    writer.raw(&parameter.unknown);
}
