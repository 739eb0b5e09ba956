//! MQTT packets as JSON.

use std::io::Read;

use anyhow::Result;
use fengsui_protocols::mqtt::{Connect, Packet, Properties, PropertyValue, Publish, Version, decode as decode_packet};
use serde_json::{Map, Value, json};

use super::from_hex;
use crate::output::{Out, json_line};

/// More than any packet a device should send.
const MAX_PACKET: usize = 16 * 1024 * 1024;

/// Decodes all bytes; tells whether they were whole packets to the end.
pub(super) fn decode(mut input: impl Read, hex: bool, version: Option<Version>, out: Out<'_>) -> Result<bool> {
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes)?;
    if hex {
        bytes = from_hex(&bytes)?;
    }
    let (mut version, mut position, mut count) = (version, 0, 0_u64);
    while let Some(rest) = bytes.get(position..).filter(|rest| !rest.is_empty()) {
        count += 1;
        // Broker packets and captures from the middle of a conversation do not begin with CONNECT.
        let is_connect = rest.first().is_some_and(|first| first >> 4 == 1);
        let spoken = version.or(if is_connect { None } else { Some(Version::V311) });
        let (packet, size) = match decode_packet(rest, spoken, MAX_PACKET) {
            Ok(Some(found)) => found,
            Ok(None) => return broken(out, count, position, "the bytes end inside a packet"),
            Err(error) => return broken(out, count, position, &error.to_string()),
        };
        if let Packet::Connect(connect) = &packet {
            version = Some(connect.version);
        }
        json_line(out, &describe(count, size, &packet))?;
        position += size;
    }
    Ok(true)
}

fn broken(out: Out<'_>, packet: u64, position: usize, error: &str) -> Result<bool> {
    json_line(out, &json!({ "packet": packet, "at_byte": position, "error": error }))?;
    Ok(false)
}

fn describe(number: u64, size: usize, packet: &Packet<'_>) -> Value {
    let mut described = Map::new();
    described.insert("packet".into(), number.into());
    described.insert("bytes".into(), size.into());
    described.insert("kind".into(), format!("{:?}", packet.kind()).into());
    let facts = facts(packet);
    if let Value::Object(facts) = facts {
        described.extend(facts.into_iter().filter(|(_, value)| !value.is_null()));
    }
    Value::Object(described)
}

fn facts(packet: &Packet<'_>) -> Value {
    match packet {
        Packet::Connect(connect) => connect_facts(connect),
        Packet::ConnectAcknowledgement(answer) => json!({
            "session_present": answer.session_present,
            "reason": answer.reason.0,
            "properties": properties(&answer.properties),
        }),
        Packet::Publish(publish) => publish_facts(publish),
        Packet::PublishAcknowledgement(answer)
        | Packet::PublishReceived(answer)
        | Packet::PublishRelease(answer)
        | Packet::PublishComplete(answer) => json!({
            "packet_id": answer.packet_id,
            "reason": answer.reason.0,
            "properties": properties(&answer.properties),
        }),
        Packet::Subscribe(subscribe) => {
            let filters: Vec<Value> = subscribe
                .subscriptions
                .iter()
                .map(|subscription| json!({ "filter": subscription.filter, "qos": subscription.qos as u8 }))
                .collect();
            json!({ "packet_id": subscribe.packet_id, "filters": filters })
        }
        Packet::SubscribeAcknowledgement(answer) => {
            json!({ "packet_id": answer.packet_id, "reasons": answer.reasons.iter().map(|reason| reason.0).collect::<Vec<_>>() })
        }
        Packet::Unsubscribe(unsubscribe) => {
            json!({ "packet_id": unsubscribe.packet_id, "filters": unsubscribe.filters })
        }
        Packet::UnsubscribeAcknowledgement(answer) => json!({ "packet_id": answer.packet_id }),
        Packet::Disconnect(disconnect) => {
            json!({ "reason": disconnect.reason.0, "properties": properties(&disconnect.properties) })
        }
        Packet::PingRequest | Packet::PingResponse => Value::Null,
    }
}

fn connect_facts(connect: &Connect<'_>) -> Value {
    let will = connect.will.as_ref().map(|will| json!({ "topic": will.topic, "payload": payload(will.payload) }));
    json!({
        "version": format!("{} {}", connect.version.protocol_name(), connect.version.level()),
        "client_id": connect.client_id,
        "username": connect.username,
        // The token of a device does not belong on a screen.
        "password": connect.password.map(|_| "********"),
        "clean_session": connect.clean_session,
        "keep_alive": connect.keep_alive,
        "will": will,
        "properties": properties(&connect.properties),
    })
}

fn publish_facts(publish: &Publish<'_>) -> Value {
    json!({
        "topic": publish.topic,
        "qos": publish.qos as u8,
        "retain": publish.retain,
        "duplicate": publish.duplicate,
        "packet_id": publish.packet_id,
        "properties": properties(&publish.properties),
        "payload": payload(publish.payload),
    })
}

/// JSON as such, other text as text, all else in hexadecimal.
fn payload(bytes: &[u8]) -> Value {
    if let Ok(value) = serde_json::from_slice(bytes) {
        return value;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => json!({ "hex": hex::encode(bytes) }),
    }
}

fn properties(properties: &Properties<'_>) -> Value {
    if properties.is_empty() {
        return Value::Null;
    }
    properties.iter().map(|property| json!({ "id": property.id.0, "value": property_value(&property.value) })).collect()
}

fn property_value(value: &PropertyValue<'_>) -> String {
    format!("{value:?}")
}

#[cfg(test)]
mod tests {
    use fengsui_protocols::mqtt::{QualityOfService, encode};

    use super::*;

    fn conversation() -> Vec<u8> {
        let mut bytes = Vec::new();
        let connect = Connect {
            version: Version::V311,
            clean_session: true,
            keep_alive: 30,
            client_id: "示例",
            username: Some("DEMO-GW-001"),
            password: Some(b"secret"),
            will: None,
            properties: Properties::default(),
        };
        encode(&Packet::Connect(connect), Version::V311, &mut bytes).expect("a packet");
        let publish = Publish {
            duplicate: false,
            qos: QualityOfService::AtLeastOnce,
            retain: false,
            topic: "fengsui/v1/DEMO-GW-001/observations",
            packet_id: Some(7),
            properties: Properties::default(),
            payload: br#"{"series":"XMEAS_01","value":"0.25"}"#,
        };
        encode(&Packet::Publish(publish), Version::V311, &mut bytes).expect("a packet");
        bytes
    }

    fn decoded(bytes: &[u8], hex: bool) -> (bool, String) {
        let mut out = Vec::new();
        let clean = decode(bytes, hex, None, &mut out).expect("output");
        (clean, String::from_utf8(out).expect("UTF-8"))
    }

    #[test]
    fn shows_packets_and_hides_the_token() {
        let (clean, text) = decoded(&conversation(), false);
        assert!(clean && !text.contains("secret"), "{text}");
        let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        assert_eq!(lines[0]["client_id"], "示例");
        assert_eq!(lines[1]["payload"]["series"], "XMEAS_01");
        let spaced: Vec<String> = conversation().iter().map(|byte| format!("{byte:02X}")).collect();
        assert_eq!(decoded(spaced.join(" ").as_bytes(), true), (true, text));
    }

    #[test]
    fn a_cut_packet_is_reported() {
        let bytes = conversation();
        let (clean, text) = decoded(&bytes[..bytes.len() - 1], false);
        assert!(!clean && text.contains("the bytes end inside a packet"), "{text}");
    }
}
