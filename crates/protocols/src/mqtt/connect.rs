//! CONNECT and CONNACK.

use super::error::MqttError;
use super::packet::{Connect, ConnectAcknowledgement, QualityOfService, Will};
use super::property::Properties;
use super::reader::Reader;
use super::reason::ReasonCode;
use super::topic;
use super::version::Version;
use super::writer;

const RESERVED: u8 = 0x01;
const CLEAN_SESSION: u8 = 0x02;
const WILL: u8 = 0x04;
const WILL_QOS_SHIFT: u32 = 3;
const WILL_QOS: u8 = 0x18;
const WILL_RETAIN: u8 = 0x20;
const PASSWORD: u8 = 0x40;
const USERNAME: u8 = 0x80;

pub(super) fn read<'a>(reader: &mut Reader<'a>) -> Result<Connect<'a>, MqttError> {
    let name = reader.text()?;
    let level = reader.byte()?;
    let version = Version::recognise(name, level)
        .ok_or_else(|| MqttError::UnsupportedProtocol { name: name.to_owned(), level })?;
    let flags = reader.byte()?;
    check_flags(flags, version)?;
    let keep_alive = reader.two_bytes()?;
    let properties = read_properties(reader, version)?;
    let client_id = reader.text()?;
    let will = if flags & WILL == 0 { None } else { Some(read_will(reader, flags, version)?) };
    let username = if is_announced(flags, USERNAME, version, reader) { Some(reader.text()?) } else { None };
    let password = if is_announced(flags, PASSWORD, version, reader) { Some(reader.binary()?) } else { None };
    let clean_session = flags & CLEAN_SESSION != 0;
    Ok(Connect { version, clean_session, keep_alive, client_id, username, password, will, properties })
}

fn check_flags(flags: u8, version: Version) -> Result<(), MqttError> {
    // MQTT 3.1 leaves unused bits open.
    if version == Version::V31 {
        return Ok(());
    }
    let will_without_flag = flags & WILL == 0 && flags & (WILL_QOS | WILL_RETAIN) != 0;
    let password_alone = version == Version::V311 && flags & PASSWORD != 0 && flags & USERNAME == 0;
    if flags & RESERVED != 0 || will_without_flag || password_alone {
        return Err(MqttError::BadValue { field: "connect flags", value: u32::from(flags) });
    }
    Ok(())
}

/// MQTT 3.1 lets a client set the flag and leave the field out; the length of the packet decides.
fn is_announced(flags: u8, flag: u8, version: Version, reader: &Reader<'_>) -> bool {
    flags & flag != 0 && !(version == Version::V31 && reader.is_empty())
}

fn read_properties<'a>(reader: &mut Reader<'a>, version: Version) -> Result<Properties<'a>, MqttError> {
    if version.has_properties() { Properties::read(reader) } else { Ok(Properties::default()) }
}

fn read_will<'a>(reader: &mut Reader<'a>, flags: u8, version: Version) -> Result<Will<'a>, MqttError> {
    let number = (flags & WILL_QOS) >> WILL_QOS_SHIFT;
    let qos = QualityOfService::from_number(number)
        .ok_or(MqttError::BadValue { field: "QoS of the will", value: u32::from(number) })?;
    let properties = read_properties(reader, version)?;
    let topic = reader.text()?;
    if !topic::is_valid_name(topic) {
        return Err(MqttError::BadTopic { topic: topic.to_owned() });
    }
    Ok(Will { topic, payload: reader.binary()?, qos, retain: flags & WILL_RETAIN != 0, properties })
}

pub(super) fn write(connect: &Connect<'_>, output: &mut Vec<u8>) -> Result<(), MqttError> {
    let version = connect.version;
    let flags = flags_of(connect);
    // A password alone exists from v5 on; in 3.1 it would be taken for the user name.
    let lone_password = connect.password.is_some() && connect.username.is_none();
    if lone_password && version != Version::V5 {
        return Err(MqttError::BadValue { field: "connect flags", value: u32::from(flags) });
    }
    writer::text(output, version.protocol_name())?;
    output.extend_from_slice(&[version.level(), flags]);
    writer::two_bytes(output, connect.keep_alive);
    if version.has_properties() {
        connect.properties.write(output)?;
    }
    writer::text(output, connect.client_id)?;
    if let Some(will) = &connect.will {
        write_will(will, version, output)?;
    }
    if let Some(username) = connect.username {
        writer::text(output, username)?;
    }
    if let Some(password) = connect.password {
        writer::binary(output, password)?;
    }
    Ok(())
}

fn flags_of(connect: &Connect<'_>) -> u8 {
    let when = |condition: bool, flag: u8| if condition { flag } else { 0 };
    let will = connect
        .will
        .as_ref()
        .map_or(0, |will| WILL | ((will.qos as u8) << WILL_QOS_SHIFT) | when(will.retain, WILL_RETAIN));
    will | when(connect.clean_session, CLEAN_SESSION)
        | when(connect.password.is_some(), PASSWORD)
        | when(connect.username.is_some(), USERNAME)
}

fn write_will(will: &Will<'_>, version: Version, output: &mut Vec<u8>) -> Result<(), MqttError> {
    if !topic::is_valid_name(will.topic) {
        return Err(MqttError::BadTopic { topic: will.topic.to_owned() });
    }
    if version.has_properties() {
        will.properties.write(output)?;
    }
    writer::text(output, will.topic)?;
    writer::binary(output, will.payload)
}

pub(super) fn read_acknowledgement<'a>(
    reader: &mut Reader<'a>,
    version: Version,
) -> Result<ConnectAcknowledgement<'a>, MqttError> {
    let flags = reader.byte()?;
    let code = reader.byte()?;
    let reason = if version.has_properties() {
        ReasonCode(code)
    } else {
        ReasonCode::from_return_code(code)
            .ok_or(MqttError::BadValue { field: "return code", value: u32::from(code) })?
    };
    // MQTT 3.1 keeps no session flag.
    let session_present = version != Version::V31 && flags & 1 != 0;
    Ok(ConnectAcknowledgement { session_present, reason, properties: read_properties(reader, version)? })
}

pub(super) fn write_acknowledgement(
    answer: &ConnectAcknowledgement<'_>,
    version: Version,
    output: &mut Vec<u8>,
) -> Result<(), MqttError> {
    output.push(u8::from(answer.session_present && version != Version::V31));
    if version.has_properties() {
        output.push(answer.reason.0);
        return answer.properties.write(output);
    }
    output.push(answer.reason.to_return_code());
    Ok(())
}
