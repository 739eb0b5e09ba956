//! Packets as bytes, and the answer to a message: one way for devices and for programs.

use fengsui_protocols::mqtt::{Acknowledgement, Packet, Publish, QualityOfService, ReasonCode, Version, encode};

/// Adds a packet to what is sent.
pub(super) fn write(packet: &Packet<'_>, version: Version, output: &mut Vec<u8>) {
    if let Err(error) = encode(packet, version, output) {
        tracing::error!(%error, kind = ?packet.kind(), "a packet could not be written");
    }
}

/// PUBACK or PUBREC as bytes; nothing for QoS 0.
pub(super) fn answer_to(publish: &Publish<'_>, reason: ReasonCode, version: Version) -> Vec<u8> {
    let Some(packet_id) = publish.packet_id else { return Vec::new() };
    let answer = Acknowledgement { reason, ..Acknowledgement::success(packet_id) };
    let packet = match publish.qos {
        QualityOfService::ExactlyOnce => Packet::PublishReceived(answer),
        _ => Packet::PublishAcknowledgement(answer),
    };
    let mut bytes = Vec::with_capacity(8);
    write(&packet, version, &mut bytes);
    bytes
}
