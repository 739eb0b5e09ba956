//! The fixed header, and the way to each packet type.

use super::error::MqttError;
use super::packet::{Disconnect, Packet, PacketKind};
use super::reader::Reader;
use super::version::Version;
use super::{acknowledge, connect, publish, subscribe, writer};

/// Flags that PUBREL, SUBSCRIBE and UNSUBSCRIBE carry.
const RESERVED_FLAGS: u8 = 0b0010;

/// Reads one packet from the head of `input`, and how many bytes it takes; nothing if more bytes are needed.
///
/// `version` is that of the connection, nothing before its CONNECT. A packet larger than `max_packet` is refused as
/// soon as its length is known, so that the caller need not hold more than `max_packet` bytes.
pub fn decode(
    input: &[u8],
    version: Option<Version>,
    max_packet: usize,
) -> Result<Option<(Packet<'_>, usize)>, MqttError> {
    let mut reader = Reader::new(input);
    let Ok(first) = reader.byte() else {
        return Ok(None);
    };
    let (number, flags) = (first >> 4, first & 0x0F);
    let kind = PacketKind::from_number(number).ok_or(MqttError::UnsupportedPacket { number })?;
    if version.is_none() && kind != PacketKind::Connect {
        return Err(MqttError::ExpectedConnect { kind });
    }
    // CONNECT brings its own version; until then the strict rules hold.
    let version = version.unwrap_or(Version::V311);
    check_flags(kind, flags, version)?;
    let length = match reader.variable() {
        Ok(length) => usize::try_from(length).unwrap_or(usize::MAX),
        Err(MqttError::Truncated { .. }) => return Ok(None),
        Err(error) => return Err(error),
    };
    let size = (input.len() - reader.remaining()).saturating_add(length);
    if size > max_packet {
        return Err(MqttError::PacketTooLarge { size, maximum: max_packet });
    }
    let Ok(body) = reader.take(length) else {
        return Ok(None);
    };
    let packet = decode_body(kind, flags, Reader::new(body), version)?;
    Ok(Some((packet, size)))
}

fn check_flags(kind: PacketKind, flags: u8, version: Version) -> Result<(), MqttError> {
    let allowed = match kind {
        PacketKind::Publish => true,
        // MQTT 3.1 leaves the flags of all other types unused, and marks repetitions of some with the first bit.
        _ if version == Version::V31 => true,
        PacketKind::PublishRelease | PacketKind::Subscribe | PacketKind::Unsubscribe => flags == RESERVED_FLAGS,
        _ => flags == 0,
    };
    if allowed { Ok(()) } else { Err(MqttError::BadFlags { kind, flags }) }
}

fn decode_body(kind: PacketKind, flags: u8, mut reader: Reader<'_>, version: Version) -> Result<Packet<'_>, MqttError> {
    let body = &mut reader;
    let packet = match kind {
        PacketKind::Connect => Packet::Connect(connect::read(body)?),
        PacketKind::ConnectAcknowledgement => {
            Packet::ConnectAcknowledgement(connect::read_acknowledgement(body, version)?)
        }
        PacketKind::Publish => Packet::Publish(publish::read(body, flags, version)?),
        PacketKind::PublishAcknowledgement => Packet::PublishAcknowledgement(acknowledge::read(body, version)?),
        PacketKind::PublishReceived => Packet::PublishReceived(acknowledge::read(body, version)?),
        PacketKind::PublishRelease => Packet::PublishRelease(acknowledge::read(body, version)?),
        PacketKind::PublishComplete => Packet::PublishComplete(acknowledge::read(body, version)?),
        PacketKind::Subscribe => Packet::Subscribe(subscribe::read(body, version)?),
        PacketKind::SubscribeAcknowledgement => {
            Packet::SubscribeAcknowledgement(subscribe::read_acknowledgement(body, version)?)
        }
        PacketKind::Unsubscribe => Packet::Unsubscribe(subscribe::read_unsubscribe(body, version)?),
        PacketKind::UnsubscribeAcknowledgement => {
            Packet::UnsubscribeAcknowledgement(subscribe::read_unsubscribe_acknowledgement(body, version)?)
        }
        PacketKind::PingRequest => Packet::PingRequest,
        PacketKind::PingResponse => Packet::PingResponse,
        PacketKind::Disconnect => Packet::Disconnect(read_disconnect(body, version)?),
    };
    if reader.is_empty() { Ok(packet) } else { Err(MqttError::TrailingBytes { kind, count: reader.remaining() }) }
}

fn read_disconnect<'a>(reader: &mut Reader<'a>, version: Version) -> Result<Disconnect<'a>, MqttError> {
    let (reason, properties) = acknowledge::read_reason(reader, version)?;
    Ok(Disconnect { reason, properties })
}

/// Writes one packet to the end of `output`, which stays as it was if the packet cannot be written.
///
/// A CONNECT is written in its own version. What a version cannot express (properties, reasons) is left out.
pub fn encode(packet: &Packet<'_>, version: Version, output: &mut Vec<u8>) -> Result<(), MqttError> {
    let start = output.len();
    let written = encode_from(packet, version, start, output);
    if written.is_err() {
        output.truncate(start);
    }
    written
}

fn encode_from(packet: &Packet<'_>, version: Version, start: usize, output: &mut Vec<u8>) -> Result<(), MqttError> {
    let kind = packet.kind();
    let flags = match packet {
        Packet::Publish(publish) => publish::flags(publish),
        Packet::PublishRelease(_) | Packet::Subscribe(_) | Packet::Unsubscribe(_) => RESERVED_FLAGS,
        _ => 0,
    };
    output.push(((kind as u8) << 4) | flags);
    encode_body(packet, version, output)?;
    let mut length = Vec::with_capacity(4);
    writer::variable(&mut length, output.len() - start - 1)?;
    // The length is known only now; moving the body by a few bytes is cheaper than building it apart.
    output.splice(start + 1..=start, length);
    Ok(())
}

fn encode_body(packet: &Packet<'_>, version: Version, output: &mut Vec<u8>) -> Result<(), MqttError> {
    match packet {
        Packet::Connect(connect) => connect::write(connect, output),
        Packet::ConnectAcknowledgement(answer) => connect::write_acknowledgement(answer, version, output),
        Packet::Publish(publish) => publish::write(publish, version, output),
        Packet::PublishAcknowledgement(answer)
        | Packet::PublishReceived(answer)
        | Packet::PublishRelease(answer)
        | Packet::PublishComplete(answer) => acknowledge::write(answer, version, output),
        Packet::Subscribe(subscribe) => subscribe::write(subscribe, version, output),
        Packet::SubscribeAcknowledgement(answer) => subscribe::write_acknowledgement(answer, version, output),
        Packet::Unsubscribe(unsubscribe) => subscribe::write_unsubscribe(unsubscribe, version, output),
        Packet::UnsubscribeAcknowledgement(answer) => {
            subscribe::write_unsubscribe_acknowledgement(answer, version, output)
        }
        Packet::PingRequest | Packet::PingResponse => Ok(()),
        Packet::Disconnect(disconnect) => {
            acknowledge::write_reason(disconnect.reason, &disconnect.properties, version, output)
        }
    }
}
