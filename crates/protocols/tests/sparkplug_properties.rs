//! Payloads under arbitrary input: no panic, and writing undone by reading.

use fengsui_protocols::sparkplug::{
    DataSet, DataType, MessageKind, MetaData, Metric, MetricValue, NodeSession, Parameter, Payload, Property,
    PropertyContent, PropertySet, Row, Scalar, Template, Topic, compose, describe,
};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;

fn text() -> impl Strategy<Value = String> {
    "[a-z/]{0,6}|\\PC{0,5}"
}

fn scalar() -> impl Strategy<Value = Scalar> {
    prop_oneof![
        any::<u32>().prop_map(Scalar::Int),
        any::<u64>().prop_map(Scalar::Long),
        any::<u32>().prop_map(Scalar::Float),
        any::<u64>().prop_map(Scalar::Double),
        any::<bool>().prop_map(Scalar::Boolean),
        text().prop_map(Scalar::Text),
    ]
}

fn datatype() -> impl Strategy<Value = Option<DataType>> {
    of((0_u32..40).prop_map(DataType))
}

prop_compose! {
    fn metadata()(
        is_multi_part in of(any::<bool>()), content_type in of(text()), size in of(any::<u64>()),
        seq in of(any::<u64>()), md5 in of(text()), description in of(text()),
    ) -> MetaData {
        MetaData { is_multi_part, content_type, size, seq, md5, description, ..MetaData::default() }
    }
}

prop_compose! {
    fn plain_property()(datatype in datatype(), is_null in of(any::<bool>()), value in of(scalar())) -> Property {
        Property { datatype, is_null, value: value.map(PropertyContent::Scalar), ..Property::default() }
    }
}

fn property_set() -> impl Strategy<Value = PropertySet> {
    let set = (vec(text(), 0..3), vec(plain_property(), 0..3)).prop_map(|(keys, values)| PropertySet {
        keys,
        values,
        ..PropertySet::default()
    });
    set.prop_recursive(2, 8, 2, |inner| {
        (inner.clone(), vec(inner, 0..2)).prop_map(|(set, sets)| PropertySet {
            keys: vec!["set".to_owned(), "sets".to_owned()],
            values: [PropertyContent::Set(Box::new(set)), PropertyContent::Sets(sets, Vec::new())]
                .map(|value| Property { value: Some(value), ..Property::default() })
                .to_vec(),
            ..PropertySet::default()
        })
    })
}

prop_compose! {
    fn data_set()(
        column_count in of(any::<u64>()), columns in vec(text(), 0..3), types in vec(0_u32..30, 0..3),
        rows in vec(vec(of(scalar()), 0..3), 0..3),
    ) -> DataSet {
        DataSet {
            column_count,
            columns,
            types: types.into_iter().map(DataType).collect(),
            rows: rows.into_iter().map(|cells| Row { cells, unknown: Vec::new() }).collect(),
            unknown: Vec::new(),
        }
    }
}

fn value() -> impl Strategy<Value = MetricValue> {
    prop_oneof![
        4 => scalar().prop_map(MetricValue::Scalar),
        1 => vec(any::<u8>(), 0..9).prop_map(MetricValue::Bytes),
        1 => data_set().prop_map(|set| MetricValue::DataSet(Box::new(set))),
        1 => vec(any::<u8>(), 0..9).prop_map(MetricValue::Extension),
    ]
}

prop_compose! {
    fn plain_metric()(
        name in of(text()), alias in of(any::<u64>()), timestamp in of(any::<u64>()), datatype in datatype(),
        flags in (of(any::<bool>()), of(any::<bool>()), of(any::<bool>())), metadata in of(metadata()),
        properties in of(property_set()), value in of(value()),
    ) -> Metric {
        Metric {
            name, alias, timestamp, datatype, value,
            is_historical: flags.0, is_transient: flags.1, is_null: flags.2,
            metadata: metadata.map(Box::new),
            properties: properties.map(Box::new),
            unknown: Vec::new(),
        }
    }
}

fn metric() -> impl Strategy<Value = Metric> {
    plain_metric().prop_recursive(2, 6, 3, |inner| {
        (vec(inner, 0..3), of(text()), of(scalar())).prop_map(|(metrics, name, value)| {
            let parameters = vec![Parameter { name: name.clone(), value, ..Parameter::default() }];
            let template = Template { template_ref: name, metrics, parameters, ..Template::default() };
            Metric { value: Some(MetricValue::Template(Box::new(template))), ..Metric::default() }
        })
    })
}

prop_compose! {
    fn payload()(
        timestamp in of(any::<u64>()), metrics in vec(metric(), 0..4), seq in of(0_u64..300), uuid in of(text()),
        body in of(vec(any::<u8>(), 0..9)),
        unknown in prop_oneof![Just(Vec::new()), Just(vec![0x9A, 0x06, 0x00])],
    ) -> Payload {
        Payload { timestamp, metrics, seq, uuid, body, unknown }
    }
}

proptest! {
    #[test]
    fn writing_is_undone_by_reading(payload in payload()) {
        prop_assert_eq!(Payload::decode(&payload.encode()), Ok(payload));
    }

    #[test]
    fn composing_undoes_describing(payload in payload()) {
        let bytes = payload.encode();
        let described = describe(&bytes);
        prop_assert_eq!(compose(&described[0]), Ok(bytes), "{:?}", described);
    }

    #[test]
    fn a_cut_payload_is_refused_or_shorter(payload in payload(), cut in any::<prop::sample::Index>()) {
        let bytes = payload.encode();
        if !bytes.is_empty() {
            let _ = Payload::decode(&bytes[..cut.index(bytes.len())]);
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in vec(any::<u8>(), 0..200), text in "\\PC{0,40}|spBv1.0(/[A-Z]{0,6}){0,6}") {
        if let Ok(payload) = Payload::decode(&bytes) {
            prop_assert_eq!(Payload::decode(&payload.encode()), Ok(payload));
        }
        if let Ok(topic) = Topic::parse(&text) {
            prop_assert_eq!(topic.to_string(), text);
        }
    }

    #[test]
    fn any_messages_keep_the_session_whole(messages in vec((0_u8..8, payload(), "[de]"), 0..12)) {
        let kinds = ["NBIRTH", "NDEATH", "NDATA", "NCMD", "DBIRTH", "DDEATH", "DDATA", "DCMD"];
        let mut session = NodeSession::default();
        for (kind, payload, device) in messages {
            let kind = MessageKind::parse(kinds[usize::from(kind)]).expect("a kind");
            let received = session.receive(kind, kind.is_of_device().then_some(device.as_str()), &payload);
            prop_assert!(received.observations.len() <= payload.metrics.len());
            prop_assert!(session.is_online() || session.devices().count() == 0);
        }
    }
}
