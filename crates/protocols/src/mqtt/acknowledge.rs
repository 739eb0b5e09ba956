//! PUBACK, PUBREC, PUBREL, PUBCOMP, and the end of DISCONNECT, which is built alike.

use super::error::MqttError;
use super::packet::Acknowledgement;
use super::property::Properties;
use super::reader::Reader;
use super::reason::ReasonCode;
use super::version::Version;
use super::writer;

pub(super) fn read<'a>(reader: &mut Reader<'a>, version: Version) -> Result<Acknowledgement<'a>, MqttError> {
    let packet_id = reader.packet_id()?;
    let (reason, properties) = read_reason(reader, version)?;
    Ok(Acknowledgement { packet_id, reason, properties })
}

/// Reason and properties, both of which v5 lets a sender leave out.
pub(super) fn read_reason<'a>(
    reader: &mut Reader<'a>,
    version: Version,
) -> Result<(ReasonCode, Properties<'a>), MqttError> {
    if !version.has_properties() || reader.is_empty() {
        return Ok((ReasonCode::SUCCESS, Properties::default()));
    }
    let reason = ReasonCode(reader.byte()?);
    let properties = if reader.is_empty() { Properties::default() } else { Properties::read(reader)? };
    Ok((reason, properties))
}

pub(super) fn write(
    acknowledgement: &Acknowledgement<'_>,
    version: Version,
    output: &mut Vec<u8>,
) -> Result<(), MqttError> {
    writer::packet_id(output, acknowledgement.packet_id)?;
    write_reason(acknowledgement.reason, &acknowledgement.properties, version, output)
}

pub(super) fn write_reason(
    reason: ReasonCode,
    properties: &Properties<'_>,
    version: Version,
    output: &mut Vec<u8>,
) -> Result<(), MqttError> {
    if !version.has_properties() || (reason == ReasonCode::SUCCESS && properties.is_empty()) {
        return Ok(());
    }
    output.push(reason.0);
    if properties.is_empty() { Ok(()) } else { properties.write(output) }
}
