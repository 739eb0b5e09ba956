//! MQTT byte by byte: packets as clients of each version send them, and input that must be refused.

use fengsui_protocols::mqtt::{
    Acknowledgement, ConnectAcknowledgement, Disconnect, MqttError, Packet, PacketKind, Properties, Property,
    PropertyId, PropertyValue, Publish, QualityOfService, ReasonCode, RetainHandling, SubscribeAcknowledgement,
    UnsubscribeAcknowledgement, Version, decode, encode, encode_properties,
};

const LIMIT: usize = 65_536;

fn read(bytes: &[u8], version: Option<Version>) -> Packet<'_> {
    let (packet, consumed) = decode(bytes, version, LIMIT).expect("valid").expect("complete");
    assert_eq!(consumed, bytes.len());
    packet
}

fn written(packet: &Packet<'_>, version: Version) -> Vec<u8> {
    let mut output = Vec::new();
    encode(packet, version, &mut output).expect("can be written");
    output
}

#[test]
fn connect_of_3_1() {
    let bytes = b"\x10\x18\x00\x06MQIsdp\x03\xC2\x00\x3C\x00\x02id\x00\x02un\x00\x02pw";
    let Packet::Connect(connect) = read(bytes, None) else { panic!("no CONNECT") };
    assert_eq!((connect.version, connect.client_id, connect.keep_alive), (Version::V31, "id", 60));
    assert_eq!((connect.username, connect.password), (Some("un"), Some(b"pw".as_slice())));
    assert!(connect.clean_session);
    assert_eq!(written(&Packet::Connect(connect), Version::V31), bytes);

    // Flags for user name and password, but neither field.
    let bare = b"\x10\x10\x00\x06MQIsdp\x03\xC2\x00\x3C\x00\x02id";
    let Packet::Connect(connect) = read(bare, None) else { panic!("no CONNECT") };
    assert_eq!((connect.username, connect.password), (None, None));
}

#[test]
fn connect_of_3_1_1_with_will() {
    let bytes = b"\x10\x18\x00\x04MQTT\x04\x2E\x00\x0A\x00\x02id\x00\x03a/b\x00\x03bye";
    let Packet::Connect(connect) = read(bytes, None) else { panic!("no CONNECT") };
    let will = connect.will.as_ref().expect("a will");
    assert_eq!(
        (will.topic, will.payload, will.qos, will.retain),
        ("a/b", b"bye".as_slice(), QualityOfService::AtLeastOnce, true)
    );
    assert_eq!(written(&Packet::Connect(connect.clone()), Version::V311), bytes);
}

#[test]
fn connect_of_5() {
    // Session expiry 10, receive maximum 20.
    let bytes = b"\x10\x17\x00\x04MQTT\x05\x02\x00\x0A\x08\x11\x00\x00\x00\x0A\x21\x00\x14\x00\x02id";
    let Packet::Connect(connect) = read(bytes, None) else { panic!("no CONNECT") };
    assert_eq!(connect.version, Version::V5);
    assert_eq!(connect.properties.number(PropertyId::SESSION_EXPIRY_INTERVAL), Some(10));
    assert_eq!(connect.properties.get(PropertyId::RECEIVE_MAXIMUM), Some(PropertyValue::TwoBytes(20)));
    assert_eq!(written(&Packet::Connect(connect), Version::V5), bytes);
}

#[test]
fn publish_of_each_quality() {
    let bytes = b"\x30\x07\x00\x03a/bhi";
    let Packet::Publish(publish) = read(bytes, Some(Version::V311)) else { panic!("no PUBLISH") };
    assert_eq!((publish.topic, publish.payload, publish.packet_id), ("a/b", b"hi".as_slice(), None));
    let bytes = b"\x3D\x09\x00\x03a/b\x00\x07hi";
    let Packet::Publish(publish) = read(bytes, Some(Version::V31)) else { panic!("no PUBLISH") };
    assert_eq!((publish.qos, publish.packet_id), (QualityOfService::ExactlyOnce, Some(7)));
    assert!(publish.duplicate && publish.retain);
    // v5 with a user property.
    let bytes = b"\x32\x11\x00\x03a/b\x00\x07\x07\x26\x00\x01k\x00\x01vhi";
    let Packet::Publish(publish) = read(bytes, Some(Version::V5)) else { panic!("no PUBLISH") };
    assert_eq!(publish.payload, b"hi");
    assert_eq!(publish.properties.get(PropertyId::USER_PROPERTY), Some(PropertyValue::Pair("k", "v")));
    assert_eq!(written(&Packet::Publish(publish), Version::V5), bytes);
}

#[test]
fn answers_in_each_version() {
    let refused = Packet::ConnectAcknowledgement(ConnectAcknowledgement {
        session_present: false,
        reason: ReasonCode::NOT_AUTHORIZED,
        properties: Properties::default(),
    });
    assert_eq!(written(&refused, Version::V311), b"\x20\x02\x00\x05");
    assert_eq!(written(&refused, Version::V5), b"\x20\x03\x00\x87\x00");
    let acknowledged = Packet::PublishAcknowledgement(Acknowledgement::success(0x1234));
    assert_eq!(written(&acknowledged, Version::V311), b"\x40\x02\x12\x34");
    assert_eq!(written(&acknowledged, Version::V5), b"\x40\x02\x12\x34");
    let release = Packet::PublishRelease(Acknowledgement::success(1));
    assert_eq!(written(&release, Version::V311), b"\x62\x02\x00\x01");
    let full = Acknowledgement { reason: ReasonCode::QUOTA_EXCEEDED, ..Acknowledgement::success(1) };
    assert_eq!(written(&Packet::PublishAcknowledgement(full), Version::V5), b"\x40\x03\x00\x01\x97");
    let subscribed = Packet::SubscribeAcknowledgement(SubscribeAcknowledgement {
        packet_id: 1,
        properties: Properties::default(),
        reasons: vec![ReasonCode::GRANTED_QOS_1, ReasonCode::NOT_AUTHORIZED],
    });
    assert_eq!(written(&subscribed, Version::V311), b"\x90\x04\x00\x01\x01\x80");
    assert_eq!(written(&subscribed, Version::V5), b"\x90\x05\x00\x01\x00\x01\x87");
    let unsubscribed = Packet::UnsubscribeAcknowledgement(UnsubscribeAcknowledgement {
        packet_id: 1,
        properties: Properties::default(),
        reasons: vec![ReasonCode::SUCCESS],
    });
    assert_eq!(written(&unsubscribed, Version::V311), b"\xB0\x02\x00\x01");
    assert_eq!(written(&unsubscribed, Version::V5), b"\xB0\x04\x00\x01\x00\x00");
    assert_eq!(written(&Packet::PingResponse, Version::V31), b"\xD0\x00");
    let shut = Disconnect { reason: ReasonCode::SERVER_SHUTTING_DOWN, properties: Properties::default() };
    assert_eq!(written(&Packet::Disconnect(shut), Version::V5), b"\xE0\x01\x8B");
}

#[test]
fn subscribe_options_of_5() {
    let bytes = b"\x82\x09\x00\x01\x00\x00\x03a/#\x1D";
    let Packet::Subscribe(subscribe) = read(bytes, Some(Version::V5)) else { panic!("no SUBSCRIBE") };
    let first = subscribe.subscriptions.first().expect("a filter");
    assert_eq!((first.filter, first.qos), ("a/#", QualityOfService::AtLeastOnce));
    assert!(first.no_local && first.retain_as_published);
    assert_eq!(first.retain_handling, RetainHandling::IfNew);
    // 3.1 marks a repetition.
    assert!(matches!(read(b"\x8A\x08\x00\x01\x00\x03a/#\x01", Some(Version::V31)), Packet::Subscribe(_)));
}

#[test]
fn parts_ask_for_more() {
    let bytes = b"\x3D\x09\x00\x03a/b\x00\x07hi";
    for end in 0..bytes.len() {
        let part = bytes.get(..end).expect("a part");
        assert_eq!(decode(part, Some(Version::V311), LIMIT), Ok(None), "{end}");
    }
}

fn refused(bytes: &[u8], version: Option<Version>) -> MqttError {
    decode(bytes, version, LIMIT).expect_err("must be refused")
}

#[test]
fn bad_input_is_refused() {
    let v311 = Some(Version::V311);
    assert_eq!(
        refused(b"GET / HTTP/1.1", None),
        MqttError::ExpectedConnect { kind: PacketKind::PublishAcknowledgement }
    );
    assert_eq!(refused(b"\xF0\x00", Some(Version::V5)), MqttError::UnsupportedPacket { number: 15 });
    assert_eq!(refused(b"\xC0\xFF\xFF\xFF\xFF\x01", v311), MqttError::MalformedLength);
    assert_eq!(refused(b"\xC1\x00", v311), MqttError::BadFlags { kind: PacketKind::PingRequest, flags: 1 });
    assert_eq!(refused(b"\xC0\x01x", v311), MqttError::TrailingBytes { kind: PacketKind::PingRequest, count: 1 });
    assert_eq!(refused(b"\x30\xFF\xFF\xFF\x7F", v311), MqttError::PacketTooLarge { size: 268_435_460, maximum: LIMIT });
    assert_eq!(
        refused(b"\x36\x05\x00\x01a\x00\x01", v311),
        MqttError::BadFlags { kind: PacketKind::Publish, flags: 6 }
    );
    assert_eq!(refused(b"\x30\x05\x00\x03a/+", v311), MqttError::BadTopic { topic: "a/+".to_owned() });
    assert_eq!(refused(b"\x30\x02\x00\x00", v311), MqttError::BadTopic { topic: String::new() });
    assert_eq!(refused(b"\x30\x03\x00\x01\xFF", v311), MqttError::BadText);
    assert_eq!(refused(b"\x30\x03\x00\x05a", v311), MqttError::Truncated { missing: 4 });
    let zero = MqttError::BadValue { field: "packet identifier", value: 0 };
    assert_eq!(refused(b"\x40\x02\x00\x00", v311), zero);
    assert_eq!(refused(b"\x82\x02\x00\x01", v311), MqttError::NoEntries { kind: PacketKind::Subscribe });
    let unsupported = refused(b"\x10\x0C\x00\x04MQTT\x09\x02\x00\x0A\x00\x00", None);
    assert_eq!(unsupported, MqttError::UnsupportedProtocol { name: "MQTT".to_owned(), level: 9 });
    assert_eq!(unsupported.reason(), ReasonCode::UNSUPPORTED_PROTOCOL_VERSION);
    let doubled = refused(b"\x30\x08\x00\x01a\x04\x01\x00\x01\x00", Some(Version::V5));
    assert_eq!(doubled, MqttError::DoubledProperty { identifier: 1 });
}

#[test]
fn what_cannot_be_written_leaves_no_trace() {
    let mut output = b"before".to_vec();
    let publish = Publish {
        duplicate: false,
        qos: QualityOfService::AtLeastOnce,
        retain: false,
        topic: "a",
        packet_id: None,
        properties: Properties::default(),
        payload: b"",
    };
    assert!(encode(&Packet::Publish(publish), Version::V5, &mut output).is_err());
    assert_eq!(output, b"before");
}

#[test]
fn properties_are_built() {
    let list = [
        Property { id: PropertyId::TOPIC_ALIAS_MAXIMUM, value: PropertyValue::TwoBytes(0) },
        Property { id: PropertyId::REASON_STRING, value: PropertyValue::Text("满") },
    ];
    let mut raw = Vec::new();
    encode_properties(&list, &mut raw).expect("can be written");
    let read: Vec<Property<'_>> = Properties::parse(&raw).expect("valid").iter().collect();
    assert_eq!(read, list);
    let wrong = [Property { id: PropertyId::REASON_STRING, value: PropertyValue::Byte(1) }];
    assert!(encode_properties(&wrong, &mut raw).is_err());
}
