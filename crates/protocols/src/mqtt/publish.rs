//! PUBLISH.

use super::error::MqttError;
use super::packet::{PacketKind, Publish, QualityOfService};
use super::property::{Properties, PropertyId};
use super::reader::Reader;
use super::topic;
use super::version::Version;
use super::writer;

const RETAIN: u8 = 0b0001;
const DUPLICATE: u8 = 0b1000;

pub(super) fn read<'a>(reader: &mut Reader<'a>, flags: u8, version: Version) -> Result<Publish<'a>, MqttError> {
    let qos = QualityOfService::from_number((flags >> 1) & 0b11)
        .ok_or(MqttError::BadFlags { kind: PacketKind::Publish, flags })?;
    let topic = reader.text()?;
    let packet_id = if qos == QualityOfService::AtMostOnce { None } else { Some(reader.packet_id()?) };
    let properties = if version.has_properties() { Properties::read(reader)? } else { Properties::default() };
    check_topic(topic, &properties)?;
    Ok(Publish {
        duplicate: flags & DUPLICATE != 0,
        qos,
        retain: flags & RETAIN != 0,
        topic,
        packet_id,
        properties,
        payload: reader.take_rest(),
    })
}

fn check_topic(name: &str, properties: &Properties<'_>) -> Result<(), MqttError> {
    let aliased = name.is_empty() && properties.get(PropertyId::TOPIC_ALIAS).is_some();
    if aliased || topic::is_valid_name(name) { Ok(()) } else { Err(MqttError::BadTopic { topic: name.to_owned() }) }
}

pub(super) fn flags(publish: &Publish<'_>) -> u8 {
    let duplicate = if publish.duplicate { DUPLICATE } else { 0 };
    duplicate | ((publish.qos as u8) << 1) | u8::from(publish.retain)
}

pub(super) fn write(publish: &Publish<'_>, version: Version, output: &mut Vec<u8>) -> Result<(), MqttError> {
    let properties = if version.has_properties() { publish.properties } else { Properties::default() };
    check_topic(publish.topic, &properties)?;
    writer::text(output, publish.topic)?;
    match (publish.qos, publish.packet_id) {
        (QualityOfService::AtMostOnce, None) => {}
        (QualityOfService::AtLeastOnce | QualityOfService::ExactlyOnce, Some(number)) => {
            writer::packet_id(output, number)?;
        }
        (_, number) => {
            let value = number.map_or(0, u32::from);
            return Err(MqttError::BadValue { field: "packet identifier", value });
        }
    }
    if version.has_properties() {
        properties.write(output)?;
    }
    output.extend_from_slice(publish.payload);
    Ok(())
}
