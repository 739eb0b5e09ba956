//! Every vector of `testdata/protocols/sparkplug/vectors.json`: fields, errors, and the way back.

use fengsui_protocols::sparkplug::{
    DataType, HostState, MessageKind, Payload, PayloadError, StateError, Topic, TopicError, compose, describe,
    rebirth_command,
};
use serde_json::{Value, json};

fn vectors() -> Vec<Value> {
    let path = "../../testdata/protocols/sparkplug/vectors.json";
    let text = std::fs::read_to_string(path).expect("the vectors are part of the repository");
    serde_json::from_str(&text).expect("the vectors are JSON")
}

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u32> = text.chars().map(|digit| digit.to_digit(16).expect("a hexadecimal digit")).collect();
    digits.chunks(2).map(|pair| u8::try_from(pair[0] * 16 + pair[1]).expect("a byte")).collect()
}

fn bytes_of(name: &str) -> Vec<u8> {
    let all = vectors();
    let vector = all.iter().find(|vector| vector["name"] == name).expect("the vector");
    hex(vector["frame"].as_str().expect("text"))
}

#[test]
fn every_vector_is_described_and_composed() {
    let (mut read, mut refused) = (0, 0);
    for vector in vectors() {
        let (name, bytes) = (&vector["name"], hex(vector["frame"].as_str().expect("text")));
        let described = describe(&bytes);
        // Exactly the fields of the vector, no more.
        assert_eq!(described, [vector["expect"].clone()], "{name}");
        if vector["expect"].get("error").is_some() {
            assert!(compose(&described[0]).is_err(), "{name}");
            refused += 1;
        } else {
            assert_eq!(compose(&described[0]), Ok(bytes.clone()), "{name}");
            assert_eq!(Payload::decode(&bytes).map(|payload| payload.encode()), Ok(bytes), "{name}");
            read += 1;
        }
    }
    assert_eq!((read, refused), (6, 1));
}

#[test]
fn the_rebirth_command_is_that_of_the_vector() {
    assert_eq!(rebirth_command(1_700_000_005_000).encode(), bytes_of("ncmd_rebirth"));
}

#[test]
fn everything_a_payload_can_hold_composes() {
    let description = json!({
        "metrics": [
            { "name": "table", "datatype": 16, "value": {
                "num_of_columns": 2, "columns": ["a", "b"], "types": [3, 12],
                "rows": [{ "cells": [{ "int": 5 }, { "text": "油罐" }] }, { "cells": [null, { "double": 0.1 }] }] } },
            { "name": "pump", "datatype": 19, "is_transient": true, "value": {
                "version": "1", "template_ref": "Pump", "is_definition": false,
                "metrics": [{ "name": "speed", "datatype": 9, "value": 1.5 }, { "name": "inner", "datatype": 19, "value": {} }],
                "parameters": [{ "name": "p", "type": 11, "boolean": true }, { "name": "q" }] } },
            { "name": "level", "alias": 7, "timestamp": 1, "datatype": 3, "is_historical": false,
              "metadata": { "is_multi_part": true, "content_type": "t", "size": 1, "seq": 2, "file_name": "f",
                            "file_type": "x", "md5": "m", "description": "d" },
              "properties": { "keys": ["Quality", "more", "list"], "values": [
                { "type": 3, "int": 192 },
                { "type": 20, "set": { "keys": ["unit"], "values": [{ "type": 12, "text": "m" }] } },
                { "type": 21, "sets": { "list": [{}, { "keys": ["k"], "values": [{ "is_null": true }] }] } } ] },
              "value": 4_294_967_295_u64, "reading": "-1" },
            { "alias": 8, "value": 5, "wire": "long" },
            { "alias": 9, "datatype": 9, "value": "7fc00000" },
            { "alias": 10, "datatype": 10, "value": -0.0 },
            { "alias": 11, "datatype": 17, "value": "00ff" },
            { "alias": 12, "datatype": 32, "value": "01" },
            { "alias": 13, "value": "0801", "wire": "extension" },
            { "alias": 14, "datatype": 7, "value": 3, "wire": "long" },
            { "name": "plain", "datatype": 14, "value": "文本", "unknown": "a00605" },
        ],
        "timestamp": 1_700_000_000_000_u64, "seq": 255, "uuid": "u", "body": "0102", "unknown": "9a0600",
    });
    let bytes = compose(&description).expect("bytes");
    assert_eq!(describe(&bytes), [description]);
}

#[test]
fn damage_is_named() {
    for (bytes, error) in [
        ("08", PayloadError::Truncated),
        ("0880808080808080808002", PayloadError::BadNumber),
        ("088080808080808080808001", PayloadError::BadNumber),
        ("00", PayloadError::BadNumber),
        ("0a00", PayloadError::BadEncoding { field: 1 }),
        ("0b", PayloadError::BadEncoding { field: 1 }),
        ("2201ff", PayloadError::BadText { field: 4 }),
        ("12ffffffffffffffffff01", PayloadError::Truncated),
        ("12020a05", PayloadError::Truncated),
        ("12036501020304", PayloadError::Truncated),
    ] {
        assert_eq!(Payload::decode(&hex(bytes)), Err(error), "{bytes}");
        let code = if error == PayloadError::Truncated { "truncated" } else { "bad_field" };
        assert_eq!(describe(&hex(bytes)), [json!({ "error": code })]);
    }
    assert_eq!(describe(b""), [json!({ "metrics": [] })]);
}

/// A metric holding a template holding a metric …, and the same with property sets.
fn nested(depth: usize, around: impl Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    (0..depth).fold(Vec::new(), |inner, _| around(&inner))
}

#[test]
fn nesting_and_numbers_are_bounded() {
    let block = |key: &[u8], inner: &[u8]| [key, &[u8::try_from(inner.len()).expect("short")], inner].concat();
    let templates = |depth| nested(depth, |inner| block(&[0x12], &block(&[0x92, 0x01], inner)));
    assert!(Payload::decode(&templates(8)).is_ok());
    assert_eq!(Payload::decode(&templates(9)), Err(PayloadError::TooDeep));
    let sets = |depth| block(&[0x12], &block(&[0x4A], &nested(depth, |inner| block(&[0x12], &block(&[0x4A], inner)))));
    assert!(Payload::decode(&sets(7)).is_ok());
    assert_eq!(Payload::decode(&sets(8)), Err(PayloadError::TooDeep));
    assert!(Payload::decode(&[0x12, 0x00].repeat(100_000)).is_ok());
    assert_eq!(Payload::decode(&[0x12, 0x00].repeat(100_001)), Err(PayloadError::TooMany));
    let deep = (0..20).fold(json!({}), |inner, _| json!({ "metrics": [{ "datatype": 19, "value": inner }] }));
    assert_eq!(compose(&deep).map_err(|error| error.to_string()), Err("nested too deeply".to_owned()));
}

#[test]
fn packed_types_are_read() {
    // datatype 16, dataset { types packed 3 12 }
    let payload = Payload::decode(&hex("120920108a01041a02030c"));
    let described = describe(&payload.expect("a payload").encode());
    assert_eq!(described[0]["metrics"][0]["value"]["types"], json!([3, 12]));
}

#[test]
fn descriptions_by_hand() {
    let signed = compose(&json!({ "metrics": [{ "name": "a", "datatype": 1, "value": -1 }] })).expect("bytes");
    assert_eq!(describe(&signed)[0]["metrics"][0]["value"], 4_294_967_295_u64);
    assert_eq!(describe(&signed)[0]["metrics"][0]["reading"], "-1");
    for (metric, reason) in [
        (json!({ "value": 1 }), "field wire is missing"),
        (json!({ "value": 1, "datatype": 11 }), "field value is not a value of its data type"),
        (json!({ "value": "0g", "datatype": 17 }), "field value is not bytes as hexadecimal digits"),
        (json!({ "value": 1e300, "datatype": 9 }), "field value is not a value of its data type"),
        (json!({ "value": 1, "wire": "rope" }), "field value is not a value of its data type"),
        (json!({ "alias": -1 }), "field alias is not a whole number in range"),
        (json!(5), "a description is a JSON object"),
    ] {
        let result = compose(&json!({ "metrics": [metric] }));
        assert_eq!(result.map_err(|error| error.to_string()), Err(reason.to_owned()));
    }
    assert_eq!(
        (DataType::UUID.to_string(), DataType(34).to_string(), DataType(99).to_string()),
        ("UUID".to_owned(), "DateTimeArray".to_owned(), "99".to_owned())
    );
}

#[test]
fn topics() {
    for kind in ["NBIRTH", "NDEATH", "NDATA", "NCMD"] {
        let text = format!("spBv1.0/园区/{kind}/node 1");
        let topic = Topic::parse(&text).expect("a topic");
        assert_eq!(topic.to_string(), text);
        assert_eq!(Topic::parse(&format!("{text}/d")), Err(TopicError::Parts));
    }
    for kind in ["DBIRTH", "DDEATH", "DDATA", "DCMD"] {
        let text = format!("spBv1.0/g/{kind}/n/d");
        assert_eq!(Topic::parse(&text).expect("a topic").to_string(), text);
        assert_eq!(Topic::parse(&format!("spBv1.0/g/{kind}/n")), Err(TopicError::Parts));
    }
    assert_eq!(Topic::parse("spBv1.0/STATE/host"), Topic::state("host"));
    assert_eq!(Topic::state("host").expect("a topic").to_string(), "spBv1.0/STATE/host");
    for (text, error) in [
        ("spAv1.0/g/NDATA/n", TopicError::Namespace),
        ("", TopicError::Namespace),
        ("spBv1.0", TopicError::Parts),
        ("spBv1.0/g/NDATA", TopicError::Parts),
        ("spBv1.0/g/DDATA/n/d/e", TopicError::Parts),
        ("spBv1.0//NDATA/n", TopicError::Parts),
        ("spBv1.0/g/ndata/n", TopicError::Kind),
        ("spBv1.0/g/NDATA/+", TopicError::Reserved),
    ] {
        assert_eq!(Topic::parse(text), Err(error), "{text}");
    }
    assert!(Topic::edge(MessageKind::NodeCommand, "g", "n", None).is_ok());
    assert!(MessageKind::NodeCommand.is_command() && !MessageKind::NodeData.is_command());
}

#[test]
fn host_states() {
    let state = HostState { online: true, timestamp: 1_700_000_000_000 };
    assert_eq!(state.encode(), br#"{"online":true,"timestamp":1700000000000}"#);
    assert_eq!(HostState::decode(&state.encode()), Ok(state));
    for (text, error) in [
        ("ONLINE", StateError::NotJson),
        ("[]", StateError::NotJson),
        (r#"{"online":1}"#, StateError::NoOnline),
        (r#"{"online":false,"timestamp":-1}"#, StateError::NoTimestamp),
    ] {
        assert_eq!(HostState::decode(text.as_bytes()), Err(error));
    }
}
