//! SUBSCRIBE, SUBACK, UNSUBSCRIBE and UNSUBACK.

use super::error::MqttError;
use super::packet::{
    PacketKind, QualityOfService, RetainHandling, Subscribe, SubscribeAcknowledgement, Subscription, Unsubscribe,
    UnsubscribeAcknowledgement,
};
use super::property::Properties;
use super::reader::Reader;
use super::reason::ReasonCode;
use super::version::Version;
use super::writer;

const QOS: u8 = 0b0000_0011;
const NO_LOCAL: u8 = 0b0000_0100;
const RETAIN_AS_PUBLISHED: u8 = 0b0000_1000;
const RETAIN_HANDLING_SHIFT: u32 = 4;
const RESERVED: u8 = 0b1100_0000;

/// Packet identifier and properties, with which all four packets begin.
fn read_head<'a>(reader: &mut Reader<'a>, version: Version) -> Result<(u16, Properties<'a>), MqttError> {
    let packet_id = reader.packet_id()?;
    let properties = if version.has_properties() { Properties::read(reader)? } else { Properties::default() };
    Ok((packet_id, properties))
}

fn write_head(
    packet_id: u16,
    properties: &Properties<'_>,
    version: Version,
    output: &mut Vec<u8>,
) -> Result<(), MqttError> {
    writer::packet_id(output, packet_id)?;
    if version.has_properties() { properties.write(output) } else { Ok(()) }
}

fn require(present: bool, kind: PacketKind) -> Result<(), MqttError> {
    if present { Ok(()) } else { Err(MqttError::NoEntries { kind }) }
}

pub(super) fn read<'a>(reader: &mut Reader<'a>, version: Version) -> Result<Subscribe<'a>, MqttError> {
    let (packet_id, properties) = read_head(reader, version)?;
    let mut subscriptions = Vec::new();
    while !reader.is_empty() {
        let filter = reader.text()?;
        subscriptions.push(read_options(filter, reader.byte()?, version)?);
    }
    require(!subscriptions.is_empty(), PacketKind::Subscribe)?;
    Ok(Subscribe { packet_id, properties, subscriptions })
}

fn read_options(filter: &str, options: u8, version: Version) -> Result<Subscription<'_>, MqttError> {
    let bad = || MqttError::BadValue { field: "subscription options", value: u32::from(options) };
    let unused = match version {
        Version::V31 => 0,
        Version::V311 => !QOS,
        Version::V5 => RESERVED,
    };
    if options & unused != 0 {
        return Err(bad());
    }
    let qos = QualityOfService::from_number(options & QOS).ok_or_else(bad)?;
    if !version.has_properties() {
        return Ok(Subscription {
            filter,
            qos,
            no_local: false,
            retain_as_published: false,
            retain_handling: RetainHandling::Always,
        });
    }
    let retain_handling = match options >> RETAIN_HANDLING_SHIFT {
        0 => RetainHandling::Always,
        1 => RetainHandling::IfNew,
        2 => RetainHandling::Never,
        _ => return Err(bad()),
    };
    Ok(Subscription {
        filter,
        qos,
        no_local: options & NO_LOCAL != 0,
        retain_as_published: options & RETAIN_AS_PUBLISHED != 0,
        retain_handling,
    })
}

pub(super) fn write(subscribe: &Subscribe<'_>, version: Version, output: &mut Vec<u8>) -> Result<(), MqttError> {
    require(!subscribe.subscriptions.is_empty(), PacketKind::Subscribe)?;
    write_head(subscribe.packet_id, &subscribe.properties, version, output)?;
    for subscription in &subscribe.subscriptions {
        writer::text(output, subscription.filter)?;
        output.push(options_of(subscription, version));
    }
    Ok(())
}

fn options_of(subscription: &Subscription<'_>, version: Version) -> u8 {
    let qos = subscription.qos as u8;
    if !version.has_properties() {
        return qos;
    }
    let no_local = if subscription.no_local { NO_LOCAL } else { 0 };
    let as_published = if subscription.retain_as_published { RETAIN_AS_PUBLISHED } else { 0 };
    qos | no_local | as_published | ((subscription.retain_handling as u8) << RETAIN_HANDLING_SHIFT)
}

fn read_reasons(reader: &mut Reader<'_>) -> Vec<ReasonCode> {
    reader.take_rest().iter().map(|code| ReasonCode(*code)).collect()
}

pub(super) fn read_acknowledgement<'a>(
    reader: &mut Reader<'a>,
    version: Version,
) -> Result<SubscribeAcknowledgement<'a>, MqttError> {
    let (packet_id, properties) = read_head(reader, version)?;
    let reasons = read_reasons(reader);
    require(!reasons.is_empty(), PacketKind::SubscribeAcknowledgement)?;
    Ok(SubscribeAcknowledgement { packet_id, properties, reasons })
}

pub(super) fn write_acknowledgement(
    answer: &SubscribeAcknowledgement<'_>,
    version: Version,
    output: &mut Vec<u8>,
) -> Result<(), MqttError> {
    require(!answer.reasons.is_empty(), PacketKind::SubscribeAcknowledgement)?;
    write_head(answer.packet_id, &answer.properties, version, output)?;
    let code = |reason: &ReasonCode| if version.has_properties() { reason.0 } else { reason.to_subscribe_code() };
    output.extend(answer.reasons.iter().map(code));
    Ok(())
}

pub(super) fn read_unsubscribe<'a>(reader: &mut Reader<'a>, version: Version) -> Result<Unsubscribe<'a>, MqttError> {
    let (packet_id, properties) = read_head(reader, version)?;
    let mut filters = Vec::new();
    while !reader.is_empty() {
        filters.push(reader.text()?);
    }
    require(!filters.is_empty(), PacketKind::Unsubscribe)?;
    Ok(Unsubscribe { packet_id, properties, filters })
}

pub(super) fn write_unsubscribe(
    unsubscribe: &Unsubscribe<'_>,
    version: Version,
    output: &mut Vec<u8>,
) -> Result<(), MqttError> {
    require(!unsubscribe.filters.is_empty(), PacketKind::Unsubscribe)?;
    write_head(unsubscribe.packet_id, &unsubscribe.properties, version, output)?;
    unsubscribe.filters.iter().try_for_each(|filter| writer::text(output, filter))
}

pub(super) fn read_unsubscribe_acknowledgement<'a>(
    reader: &mut Reader<'a>,
    version: Version,
) -> Result<UnsubscribeAcknowledgement<'a>, MqttError> {
    let (packet_id, properties) = read_head(reader, version)?;
    let reasons = if version.has_properties() { read_reasons(reader) } else { Vec::new() };
    require(!version.has_properties() || !reasons.is_empty(), PacketKind::UnsubscribeAcknowledgement)?;
    Ok(UnsubscribeAcknowledgement { packet_id, properties, reasons })
}

pub(super) fn write_unsubscribe_acknowledgement(
    answer: &UnsubscribeAcknowledgement<'_>,
    version: Version,
    output: &mut Vec<u8>,
) -> Result<(), MqttError> {
    write_head(answer.packet_id, &answer.properties, version, output)?;
    if version.has_properties() {
        require(!answer.reasons.is_empty(), PacketKind::UnsubscribeAcknowledgement)?;
        output.extend(answer.reasons.iter().map(|reason| reason.0));
    }
    Ok(())
}
