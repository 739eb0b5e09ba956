//! The session of a node: births bind names, gaps and strangers ask for a rebirth, deaths must fit their birth.

use fengsui_protocols::sparkplug::{
    BIRTH_DEATH_SEQUENCE, DataType, Event, MessageKind, Metric, MetricValue, NodeSession, Payload, Property,
    PropertyContent, PropertySet, Quality, REBIRTH, Reading, RebirthReason, Received, Scalar, SessionLimits,
};

fn payload(seq: Option<u64>, metrics: Vec<Metric>) -> Payload {
    Payload { timestamp: Some(1_700_000_000_000), seq, metrics, ..Payload::default() }
}

fn sequence(number: u64) -> Metric {
    Metric::new(BIRTH_DEATH_SEQUENCE, DataType::UINT64, Scalar::Long(number))
}

fn named(name: &str, alias: Option<u64>, number: f32) -> Metric {
    Metric { alias, ..Metric::new(name, DataType::FLOAT, Scalar::float(number)) }
}

fn by_alias(alias: u64, number: f32) -> Metric {
    Metric { alias: Some(alias), value: Some(MetricValue::Scalar(Scalar::float(number))), ..Metric::default() }
}

fn born() -> NodeSession {
    let mut session = NodeSession::default();
    let rebirth = Metric::new(REBIRTH, DataType::BOOLEAN, Scalar::Boolean(false));
    let birth = payload(Some(0), vec![sequence(3), rebirth, named("level", Some(1), 5.25)]);
    let received = session.receive(MessageKind::NodeBirth, None, &birth);
    assert_eq!((received.events, received.rebirth), (vec![Event::NodeBorn], None));
    let names: Vec<&str> = received.observations.iter().map(|observation| observation.name.as_str()).collect();
    assert_eq!(names, [REBIRTH, "level"]);
    session
}

fn node_data(session: &mut NodeSession, seq: u64, metric: Metric) -> Received {
    session.receive(MessageKind::NodeData, None, &payload(Some(seq), vec![metric]))
}

#[test]
fn aliases_come_from_the_birth() {
    let mut session = born();
    let received = node_data(&mut session, 1, by_alias(1, 5.5));
    let observation = received.observations.first().expect("a value");
    assert_eq!((observation.name.as_str(), observation.datatype), ("level", Some(DataType::FLOAT)));
    assert_eq!(observation.reading, Reading::Number("5.5".to_owned()));
    assert_eq!(observation.observed_at.map(jiff::Timestamp::as_second), Some(1_700_000_000));
    assert_eq!((observation.quality, observation.is_historical), (Quality::Unstated, false));
    let strange = node_data(&mut session, 2, by_alias(9, 1.0));
    assert_eq!((strange.rebirth, strange.observations.len()), (Some(RebirthReason::UnknownAlias(9)), 0));
    assert!(session.wants_rebirth());
    let untold = node_data(&mut session, 3, named("new", None, 1.0));
    assert_eq!(untold.rebirth, Some(RebirthReason::UnknownName("new".to_owned())));
    // A second birth binds anew: the old alias means nothing.
    session.receive(MessageKind::NodeBirth, None, &payload(Some(0), vec![sequence(4), named("flow", Some(2), 1.0)]));
    assert!(!session.wants_rebirth());
    assert_eq!(node_data(&mut session, 1, by_alias(1, 1.0)).rebirth, Some(RebirthReason::UnknownAlias(1)));
}

#[test]
fn gaps_in_the_sequence_ask_for_a_rebirth() {
    let mut session = born();
    for seq in (1..=255).chain(0..3) {
        assert_eq!(node_data(&mut session, seq, by_alias(1, 1.0)).rebirth, None, "{seq}");
    }
    let gap = node_data(&mut session, 4, by_alias(1, 2.0));
    assert_eq!(gap.rebirth, Some(RebirthReason::SequenceGap { expected: 3, received: Some(4) }));
    assert_eq!(gap.observations.len(), 1, "what is known is still read");
    assert_eq!(node_data(&mut session, 5, by_alias(1, 2.0)).rebirth, None);
    let none = session.receive(MessageKind::NodeData, None, &payload(None, Vec::new()));
    assert_eq!(none.rebirth, Some(RebirthReason::SequenceGap { expected: 6, received: None }));
    let huge = session.receive(MessageKind::NodeData, None, &payload(Some(263), Vec::new()));
    assert_eq!(huge.rebirth, Some(RebirthReason::SequenceGap { expected: 7, received: Some(263) }));

    let mut unborn = NodeSession::default();
    assert_eq!(node_data(&mut unborn, 0, by_alias(1, 1.0)).rebirth, Some(RebirthReason::NodeNotBorn));
    let late = unborn.receive(MessageKind::NodeBirth, None, &payload(Some(7), vec![sequence(0)]));
    assert_eq!(late.events, [Event::BirthOutOfSequence, Event::NodeBorn]);
    assert_eq!(
        node_data(&mut unborn, 8, named("x", None, 1.0)).rebirth,
        Some(RebirthReason::UnknownName("x".to_owned()))
    );
}

#[test]
fn deaths_must_fit_their_birth() {
    let mut session = born();
    let death = |number| payload(None, vec![sequence(number)]);
    let old = session.receive(MessageKind::NodeDeath, None, &death(2));
    assert_eq!((old.events, old.rebirth), (vec![Event::DeathOfEarlierSession], None));
    assert!(session.is_online());
    let nameless = session.receive(MessageKind::NodeDeath, None, &payload(None, Vec::new()));
    assert_eq!(nameless.events, [Event::DeathOfEarlierSession]);
    assert_eq!(session.receive(MessageKind::NodeDeath, None, &death(3)).events, [Event::NodeDied]);
    assert!(!session.is_online());
    assert_eq!(session.receive(MessageKind::NodeDeath, None, &death(3)), Received::default());
    assert_eq!(node_data(&mut session, 1, by_alias(1, 1.0)).rebirth, Some(RebirthReason::NodeNotBorn));
}

#[test]
fn devices_are_born_and_die() {
    let mut session = born();
    let data = |seq, metric| payload(Some(seq), vec![metric]);
    let early = session.receive(MessageKind::DeviceData, Some("d"), &data(1, by_alias(5, 1.0)));
    assert_eq!(early.rebirth, Some(RebirthReason::DeviceNotBorn));
    let birth = session.receive(MessageKind::DeviceBirth, Some("d"), &data(2, named("level", Some(5), 1.0)));
    assert_eq!(birth.events, [Event::DeviceBorn]);
    assert_eq!(birth.observations.first().and_then(|found| found.device.as_deref()), Some("d"));
    assert!(session.is_device_online("d") && session.devices().eq(["d"]));
    let value = session.receive(MessageKind::DeviceData, Some("d"), &data(3, by_alias(5, 2.0)));
    assert_eq!((value.rebirth, value.observations.len()), (None, 1));
    let doubled = session.receive(MessageKind::DeviceBirth, Some("e"), &data(4, named("level", Some(5), 1.0)));
    assert_eq!(doubled.events, [Event::DeviceBorn, Event::DoubledAlias(5)]);
    let death = session.receive(MessageKind::DeviceDeath, Some("d"), &payload(Some(5), Vec::new()));
    assert_eq!((death.events, death.rebirth), (vec![Event::DeviceDied], None));
    assert!(!session.is_device_online("d") && session.is_device_online("e"));
    let after = session.receive(MessageKind::DeviceData, Some("d"), &data(6, by_alias(5, 2.0)));
    assert_eq!(after.rebirth, Some(RebirthReason::DeviceNotBorn));
    session.receive(MessageKind::NodeBirth, None, &payload(Some(0), vec![sequence(4)]));
    assert_eq!(session.devices().count(), 0, "a birth of the node leaves its devices to be born");
    assert_eq!(session.receive(MessageKind::DeviceCommand, Some("d"), &payload(None, Vec::new())), Received::default());
    assert_eq!(session.receive(MessageKind::DeviceData, None, &payload(None, Vec::new())), Received::default());
}

#[test]
fn memory_is_bounded() {
    let limits = SessionLimits { metrics: 3, devices: 1, name: 8 };
    let mut session = NodeSession::new(limits);
    let many = (0..5).map(|index| named(&format!("m{index}"), Some(index), 1.0)).collect();
    let birth = session.receive(MessageKind::NodeBirth, None, &payload(Some(0), many));
    assert!(birth.events.contains(&Event::TooLarge));
    assert_eq!(birth.observations.len(), 3);
    let mut session = NodeSession::new(limits);
    let long = vec![named("too long a name", None, 1.0), Metric::default()];
    assert!(session.receive(MessageKind::NodeBirth, None, &payload(Some(0), long)).events.contains(&Event::TooLarge));
    let device = |session: &mut NodeSession, name: &str, seq| {
        session.receive(MessageKind::DeviceBirth, Some(name), &payload(Some(seq), vec![Metric::default()])).events
    };
    assert_eq!(device(&mut session, "a", 1), [Event::DeviceBorn, Event::Nameless]);
    assert_eq!(device(&mut session, "b", 2), [Event::TooLarge]);
    assert_eq!(device(&mut session, "a", 3), [Event::DeviceBorn, Event::Nameless]);
}

#[test]
fn values_by_their_type() {
    let read = |datatype, scalar| Metric::new("x", datatype, scalar).reading(None);
    let number = |text: &str| Reading::Number(text.to_owned());
    for (datatype, scalar, reading) in [
        (DataType::INT8, Scalar::Int(0xFF), number("-1")),
        (DataType::INT8, Scalar::Int(0xFFFF_FFFF), number("-1")),
        (DataType::INT8, Scalar::Int(0x100), Reading::Invalid),
        (DataType::INT16, Scalar::Int(0xFFFE), number("-2")),
        (DataType::INT32, Scalar::Int(0xFFFF_FF9C), number("-100")),
        (DataType::INT32, Scalar::Long(u64::MAX), number("-1")),
        (DataType::INT64, Scalar::Long(u64::MAX), number("-1")),
        (DataType::INT64, Scalar::Int(7), number("7")),
        (DataType::UINT8, Scalar::Int(255), number("255")),
        (DataType::UINT8, Scalar::Int(256), Reading::Invalid),
        (DataType::UINT16, Scalar::Int(65536), Reading::Invalid),
        (DataType::UINT32, Scalar::Long(4_294_967_295), number("4294967295")),
        (DataType::UINT64, Scalar::Long(u64::MAX), number("18446744073709551615")),
        (DataType::FLOAT, Scalar::float(0.1), number("0.1")),
        (DataType::DOUBLE, Scalar::double(0.1), number("0.1")),
        (DataType::DOUBLE, Scalar::float(0.5), number("0.5")),
        (DataType::FLOAT, Scalar::float(f32::NAN), Reading::NotANumber),
        (DataType::BOOLEAN, Scalar::Boolean(true), Reading::Truth(true)),
        (DataType::BOOLEAN, Scalar::Int(1), Reading::Invalid),
        (DataType::STRING, Scalar::Text("油".to_owned()), Reading::Text("油".to_owned())),
        (DataType::DATE_TIME, Scalar::Long(0), Reading::Time(jiff::Timestamp::UNIX_EPOCH)),
        (DataType::DATE_TIME, Scalar::Long(u64::MAX), Reading::Invalid),
        (DataType::FLOAT, Scalar::Long(1), Reading::Invalid),
        (DataType(99), Scalar::Long(1), number("1")),
    ] {
        assert_eq!(read(datatype, scalar.clone()), reading, "{datatype} {scalar:?}");
    }
    let null = Metric { is_null: Some(true), ..Metric::new("x", DataType::FLOAT, Scalar::float(1.0)) };
    assert_eq!((null.reading(None), Metric::default().reading(None)), (Reading::Missing, Reading::Missing));
    let bytes = Metric { value: Some(MetricValue::Bytes(vec![1])), ..Metric::default() };
    assert_eq!(bytes.reading(None), Reading::Structured);
}

#[test]
fn quality_is_a_property() {
    let with = |scalar| {
        let value = Some(PropertyContent::Scalar(scalar));
        let property = Property { datatype: Some(DataType::INT32), value, ..Property::default() };
        let set = PropertySet { keys: vec!["Quality".to_owned()], values: vec![property], ..PropertySet::default() };
        Metric { properties: Some(Box::new(set)), ..Metric::default() }.quality()
    };
    assert_eq!(with(Scalar::Int(192)), Quality::Good);
    assert_eq!(with(Scalar::Int(0)), Quality::Bad);
    assert_eq!(with(Scalar::Long(500)), Quality::Stale);
    assert_eq!(with(Scalar::Int(u32::MAX)), Quality::Other(-1));
    assert_eq!(with(Scalar::Text("good".to_owned())), Quality::Unstated);
}
