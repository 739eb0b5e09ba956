//! Every vector of `testdata/protocols/modbus/vectors.json`: fields, errors, portions, and the way back.

use fengsui_protocols::modbus::{
    Decoder, Format, Frame, Kind, Order, RegisterTable, Request, Response, Value as Reading, compose, describe,
    unpack_bits,
};
use serde_json::{Value, json};

fn vectors() -> Vec<Value> {
    let path = "../../testdata/protocols/modbus/vectors.json";
    let text = std::fs::read_to_string(path).expect("the vectors are part of the repository");
    serde_json::from_str(&text).expect("the vectors are JSON")
}

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u32> = text.chars().map(|digit| digit.to_digit(16).expect("a hexadecimal digit")).collect();
    digits.chunks(2).map(|pair| u8::try_from(pair[0] * 16 + pair[1]).expect("a byte")).collect()
}

fn bytes_of(vector: &Value) -> Vec<u8> {
    hex(vector["frame"].as_str().expect("text"))
}

#[test]
fn every_vector_is_described_and_composed() {
    let (mut read, mut refused) = (0, 0);
    for vector in vectors() {
        let (name, bytes) = (&vector["name"], bytes_of(&vector));
        let described = describe(&bytes);
        // Exactly the fields of the vector, no more.
        assert_eq!(described, [vector["expect"].clone()], "{name}");
        if vector["expect"].get("error").is_some() {
            assert!(compose(&described[0]).is_err(), "{name}");
            refused += 1;
        } else {
            assert_eq!(compose(&described[0]), Ok(bytes), "{name}");
            read += 1;
        }
    }
    assert_eq!((read, refused), (8, 4));
}

#[test]
fn a_stream_of_all_good_vectors_in_portions() {
    let good: Vec<Vec<u8>> =
        vectors().iter().filter(|vector| vector["expect"].get("error").is_none()).map(bytes_of).collect();
    let stream = good.concat();
    assert_eq!(describe(&stream).len(), good.len());
    for portion in [1, 7, stream.len()] {
        let mut decoder = Decoder::new();
        let frames: Vec<Vec<u8>> = stream
            .chunks(portion)
            .flat_map(|part| decoder.feed(part))
            .map(|result| result.expect("a frame").encode().expect("bytes"))
            .collect();
        assert_eq!(frames, good, "portions of {portion}");
        assert_eq!(decoder.pending(), 0);
    }
}

#[test]
fn a_stream_recovers_from_garbage() {
    let frame = hex("000100000006010300000002");
    for (garbage, portion) in [("ffffffffffffff", 1), ("000700010006010300000002", 7), ("000a00000fff0103", 99)] {
        let stream = [hex(garbage), frame.clone()].concat();
        let mut decoder = Decoder::new();
        let mut results: Vec<_> = stream.chunks(portion).flat_map(|part| decoder.feed(part)).collect();
        results.extend(decoder.expire());
        let rebuilt: Vec<u8> = results
            .iter()
            .flat_map(|result| match result {
                Ok(frame) => frame.encode().expect("bytes"),
                Err(rejected) => rejected.raw.clone(),
            })
            .collect();
        assert_eq!(rebuilt, stream, "{garbage}");
        let last = results.last().expect("a result").as_ref().map(|frame| frame.encode().expect("bytes"));
        assert_eq!(last, Ok(frame.clone()), "{garbage}");
    }
}

#[test]
fn a_partial_frame_expires_and_hides_no_frame() {
    let frame = hex("00030000000401010105");
    let mut decoder = Decoder::new();
    // A header that promises 254 bytes which never come.
    assert!(decoder.feed(&[hex("0001000000fe01"), frame.clone()].concat()).is_empty());
    assert_eq!(decoder.pending(), 17);
    let results = decoder.expire();
    assert_eq!(results.len(), 2, "{results:?}");
    assert_eq!(results[0].as_ref().map_err(|rejected| rejected.raw.clone()), Err(hex("0001000000fe01")));
    assert_eq!(results[1].as_ref().ok().and_then(Frame::encode), Some(frame));
}

/// What the notes of the vectors say about the values.
#[test]
fn the_values_of_the_notes() {
    let registers = |name: &str| {
        let all = vectors();
        let vector = all.iter().find(|vector| vector["name"] == name).expect("the vector");
        let (frame, _) = Frame::decode(&bytes_of(vector)).expect("a frame");
        match Response::decode(&frame.message) {
            Ok(Response::Registers { values, .. }) => values,
            other => panic!("{other:?}"),
        }
    };
    let number = |text: &str| Ok(Reading::Number(text.to_owned()));
    assert_eq!(Format::new(Kind::F32).decode(&registers("read_holding_response")), number("25"));
    let input = registers("read_input_response");
    assert_eq!(Format::new(Kind::I16).decode(&input[1..]), number("-100"));
    let swapped = Format { order: Order::Cdab, ..Format::new(Kind::F32) };
    assert_eq!(swapped.decode(&input[2..]), number("25"));
    assert_eq!(unpack_bits(&[5], 3), [true, false, true]);
}

#[test]
fn three_bytes_of_bits_are_told_as_both() {
    let response = hex("000300000006010103010005");
    assert_eq!(
        describe(&response),
        [json!({"tid": 3, "unit": 1, "fc": 1, "start": 769, "count": 5, "bits": "010005"})]
    );
    let sure = hex("0003000000060101030100ff");
    assert_eq!(describe(&sure)[0]["bits"], "0100ff");
    let only_response = hex("000300000006010203ffffff");
    assert_eq!(describe(&only_response), [json!({ "tid": 3, "unit": 1, "fc": 2, "bits": "ffffff" })]);
    for bytes in [response, sure, only_response] {
        assert_eq!(compose(&describe(&bytes)[0]), Ok(bytes));
    }
}

#[test]
fn strict_fields() {
    for (frame, code) in [
        ("000100000006010300000000", "bad_field"),
        ("00010000000601030000007e", "bad_field"),
        ("0001000000060101ffff0002", "bad_field"),
        ("000100000006010500001234", "bad_field"),
        ("000100000003010303", "length_mismatch"),
        ("00010000000201 83", "length_mismatch"),
        ("000100000002010 0", "bad_field"),
        ("000100000003018001", "bad_field"),
        ("00010000000401030201", "length_mismatch"),
        ("0001000000040103 01aa", "bad_field"),
        ("00010000000901100000000204 0001", "length_mismatch"),
        ("0001", "truncated"),
    ] {
        let bytes = hex(&frame.replace(' ', ""));
        assert_eq!(describe(&bytes), [json!({ "error": code })], "{frame}");
    }
}

#[test]
fn descriptions_by_hand() {
    let frame = compose(&json!({ "tid": 9, "unit": 2, "fc": 16, "start": 1, "registers": [10, 258] }));
    assert_eq!(frame, Ok(hex("00090000000b021000010002 04000a0102".replace(' ', "").as_str())));
    for (description, reason) in [
        (json!({ "tid": 1, "fc": 3, "start": 0, "count": 1 }), "field unit is missing"),
        (json!({ "tid": 1, "unit": 1, "fc": 3, "start": 0, "count": 126 }), "count may not be 126"),
        (
            json!({ "tid": 1, "unit": 1, "fc": 3, "registers": [65536] }),
            "field registers is not a list of numbers below 65536",
        ),
        (
            json!({ "tid": 1, "unit": 1, "fc": 16, "start": 0, "count": 3, "registers": [1] }),
            "field count contradicts registers",
        ),
        (json!({ "tid": 1, "unit": 1, "fc": 1, "bits": "0" }), "field bits is not bytes as hexadecimal digits"),
        (json!({ "tid": 1, "unit": 1, "fc": 5, "address": 1, "value": 7 }), "value may not be 7"),
        (json!({ "tid": 1, "unit": 1, "fc": 200 }), "function may not be 200"),
        (json!({ "tid": 1, "unit": 1, "fc": 43, "data": "00".repeat(253) }), "the message is too long"),
    ] {
        assert_eq!(compose(&description).map_err(|error| error.to_string()), Err(reason.to_owned()));
    }
    let request = Request::ReadRegisters { table: RegisterTable::Holding, start: 0, count: 2 };
    assert!(!request.is_write() && Request::WriteCoil { address: 0, on: true }.is_write());
}
