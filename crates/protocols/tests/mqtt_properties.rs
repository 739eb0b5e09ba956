//! MQTT under arbitrary input: no panic, and writing undone by reading.

use fengsui_protocols::mqtt::{
    Acknowledgement, Connect, ConnectAcknowledgement, Disconnect, Packet, Properties, Property, PropertyId,
    PropertyValue, Publish, QualityOfService, ReasonCode, RetainHandling, Subscribe, SubscribeAcknowledgement,
    Subscription, Unsubscribe, Version, Will, decode, encode, encode_properties, topic,
};
use proptest::collection::vec;
use proptest::prelude::*;

const LIMIT: usize = 1 << 20;

fn version() -> impl Strategy<Value = Version> {
    prop_oneof![Just(Version::V31), Just(Version::V311), Just(Version::V5)]
}

fn quality() -> impl Strategy<Value = QualityOfService> {
    prop_oneof![
        Just(QualityOfService::AtMostOnce),
        Just(QualityOfService::AtLeastOnce),
        Just(QualityOfService::ExactlyOnce)
    ]
}

/// Wire form of some properties; empty before v5, which has none.
fn properties_for(version: Version, expiry: u32, key: &str, binary: &[u8]) -> Vec<u8> {
    let mut raw = Vec::new();
    if version == Version::V5 && expiry.is_multiple_of(2) {
        let list = [
            Property { id: PropertyId::SESSION_EXPIRY_INTERVAL, value: PropertyValue::FourBytes(expiry) },
            Property { id: PropertyId::USER_PROPERTY, value: PropertyValue::Pair(key, key) },
            Property { id: PropertyId::USER_PROPERTY, value: PropertyValue::Pair("", key) },
            Property { id: PropertyId::CORRELATION_DATA, value: PropertyValue::Binary(binary) },
            Property { id: PropertyId::SUBSCRIPTION_IDENTIFIER, value: PropertyValue::Variable(expiry % 300_000) },
        ];
        encode_properties(&list, &mut raw).expect("can be written");
    }
    raw
}

/// Writes, reads back all of it, and finds every true part incomplete.
fn check(packet: &Packet<'_>, version: Version) -> Result<(), TestCaseError> {
    let mut output = Vec::new();
    encode(packet, version, &mut output).expect("can be written");
    let known = if matches!(packet, Packet::Connect(_)) { None } else { Some(version) };
    for cut in [0, 1, output.len() / 2, output.len() - 1] {
        prop_assert_eq!(decode(output.get(..cut).unwrap_or_default(), known, LIMIT), Ok(None));
    }
    let size = output.len();
    output.extend_from_slice(b"\xFF\xFFnext");
    let (read, consumed) = decode(&output, known, LIMIT).expect("valid").expect("complete");
    prop_assert_eq!(&read, packet);
    prop_assert_eq!(consumed, size);
    Ok(())
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(
        bytes in vec(any::<u8>(), 0..200),
        version in proptest::option::of(version()),
        first in any::<u8>(),
    ) {
        let _ = decode(&bytes, version, LIMIT);
        // A plausible header reaches the bodies far more often.
        let mut framed = vec![first, u8::try_from(bytes.len() & 0x7F).unwrap_or_default()];
        framed.extend_from_slice(&bytes);
        if let Ok(Some((packet, consumed))) = decode(&framed, version, LIMIT) {
            prop_assert!(consumed <= framed.len());
            let _ = encode(&packet, version.unwrap_or(Version::V311), &mut Vec::new());
        }
        let _ = Properties::parse(&bytes).map(|properties| properties.iter().count());
    }

    #[test]
    fn damaged_packets_never_panic(
        version in version(),
        place in any::<prop::sample::Index>(),
        value in any::<u8>(),
        kind in 0_usize..6,
    ) {
        let samples: [&[u8]; 6] = [
            b"\x10\x17\x00\x04MQTT\x05\x02\x00\x0A\x08\x11\x00\x00\x00\x0A\x21\x00\x14\x00\x02id",
            b"\x10\x18\x00\x06MQIsdp\x03\xC2\x00\x3C\x00\x02id\x00\x02un\x00\x02pw",
            b"\x32\x11\x00\x03a/b\x00\x07\x07\x26\x00\x01k\x00\x01vhi",
            b"\x82\x09\x00\x01\x00\x00\x03a/#\x1D",
            b"\xA2\x08\x00\x01\x00\x00\x03a/#",
            b"\xE0\x05\x81\x03\x1F\x00\x00",
        ];
        let mut bytes = samples.get(kind).copied().unwrap_or_default().to_vec();
        let place = place.index(bytes.len());
        if let Some(byte) = bytes.get_mut(place) { *byte = value; }
        let _ = decode(&bytes, Some(version), LIMIT);
    }

    #[test]
    fn connect(
        version in version(),
        (client_id, username, topic) in ("[a-z0-9水]{0,12}", "[a-z]{0,5}", "[a-z/]{1,9}"),
        (password, payload) in (vec(any::<u8>(), 0..9), vec(any::<u8>(), 0..9)),
        (keep_alive, expiry, qos) in (any::<u16>(), any::<u32>(), quality()),
        switches in any::<[bool; 5]>(),
    ) {
        let [clean_session, has_user, has_password, has_will, retain] = switches;
        let raw = properties_for(version, expiry, &client_id, &payload);
        let properties = Properties::parse(&raw).expect("valid");
        let will = Will { topic: &topic, payload: &payload, qos, retain, properties };
        let packet = Packet::Connect(Connect {
            version,
            clean_session,
            keep_alive,
            client_id: &client_id,
            username: has_user.then_some(username.as_str()),
            password: (has_password && (has_user || version == Version::V5)).then_some(password.as_slice()),
            will: has_will.then_some(will),
            properties,
        });
        check(&packet, version)?;
    }

    #[test]
    fn publish(
        version in version(),
        topic in "[a-z/水位]{1,30}",
        payload in vec(any::<u8>(), 0..400),
        (duplicate, retain, qos) in (any::<bool>(), any::<bool>(), quality()),
        (packet_id, expiry) in (1_u16.., any::<u32>()),
    ) {
        let raw = properties_for(version, expiry, "键", b"data");
        let packet_id = (qos != QualityOfService::AtMostOnce).then_some(packet_id);
        let properties = Properties::parse(&raw).expect("valid");
        let packet = Publish { duplicate, qos, retain, topic: &topic, packet_id, properties, payload: &payload };
        check(&Packet::Publish(packet), version)?;
    }

    #[test]
    fn acknowledgements(version in version(), packet_id in 1_u16.., code in any::<u8>(), expiry in any::<u32>()) {
        let raw = properties_for(version, expiry, "k", b"");
        let properties = Properties::parse(&raw).expect("valid");
        let reason = if version == Version::V5 { ReasonCode(code) } else { ReasonCode::SUCCESS };
        let answer = Acknowledgement { packet_id, reason, properties };
        check(&Packet::PublishAcknowledgement(answer.clone()), version)?;
        check(&Packet::PublishReceived(answer.clone()), version)?;
        check(&Packet::PublishRelease(answer.clone()), version)?;
        check(&Packet::PublishComplete(answer), version)?;
        check(&Packet::Disconnect(Disconnect { reason, properties }), version)?;
        let session_present = version != Version::V31 && code & 1 == 1;
        check(&Packet::ConnectAcknowledgement(ConnectAcknowledgement { session_present, reason, properties }), version)?;
        let reasons = vec![ReasonCode(code & 1), ReasonCode(0x80)];
        let answer = SubscribeAcknowledgement { packet_id, properties, reasons };
        check(&Packet::SubscribeAcknowledgement(answer), version)?;
        check(&Packet::PingRequest, version)?;
        check(&Packet::PingResponse, version)?;
    }

    #[test]
    fn subscriptions(
        version in version(),
        filters in vec(("[a-z+/#]{1,9}", quality(), any::<bool>(), any::<bool>()), 1..6),
        packet_id in 1_u16..,
        expiry in any::<u32>(),
    ) {
        let raw = properties_for(version, expiry, "k", b"");
        let properties = Properties::parse(&raw).expect("valid");
        let modern = version == Version::V5;
        let subscriptions = filters.iter().map(|(filter, qos, one, two)| Subscription {
            filter,
            qos: *qos,
            no_local: *one && modern,
            retain_as_published: *two && modern,
            retain_handling: if *one && modern { RetainHandling::Never } else { RetainHandling::Always },
        });
        let subscribe = Subscribe { packet_id, properties, subscriptions: subscriptions.collect() };
        check(&Packet::Subscribe(subscribe), version)?;
        let filters = filters.iter().map(|(filter, ..)| filter.as_str()).collect();
        check(&Packet::Unsubscribe(Unsubscribe { packet_id, properties, filters }), version)?;
    }

    #[test]
    fn every_name_matches_itself_and_its_wildcards(levels in vec("[a-z水]{0,4}", 1..6), cut in any::<prop::sample::Index>()) {
        let name = levels.join("/");
        let cut = cut.index(levels.len());
        let mut plus = levels.clone();
        if let Some(level) = plus.get_mut(cut) { "+".clone_into(level); }
        let mut hash = levels.get(..cut).unwrap_or_default().to_vec();
        hash.push("#".to_owned());
        for filter in [name.clone(), plus.join("/"), hash.join("/"), "#".to_owned()] {
            prop_assert!(filter.is_empty() || topic::is_valid_filter(&filter), "{}", filter);
            prop_assert!(topic::matches(&filter, &name), "{} {}", filter, name);
        }
        let longer = format!("{name}/more");
        prop_assert!(!topic::matches(&name, &longer));
        prop_assert!(!topic::matches(&longer, &name));
    }
}
