//! Registers as values and values as registers; answers matched with requests; points grouped into polls.

use fengsui_protocols::modbus::{
    BitTable, ExceptionCode, Format, Kind, Mismatch, Order, Place, RegisterTable, Request, Response, Scale, Value,
    ValueError, plan,
};

fn number(text: &str) -> Value {
    Value::Number(text.to_owned())
}

#[test]
fn all_word_orders() {
    for (order, registers) in [
        (Order::Abcd, [0x41C8, 0x0000]),
        (Order::Cdab, [0x0000, 0x41C8]),
        (Order::Badc, [0xC841, 0x0000]),
        (Order::Dcba, [0x0000, 0xC841]),
    ] {
        let format = Format { order, ..Format::new(Kind::F32) };
        assert_eq!(format.decode(&registers), Ok(number("25")), "{order:?}");
        assert_eq!(format.encode(&number("25")), Ok(registers.to_vec()), "{order:?}");
        let whole = Format { order, ..Format::new(Kind::U32) };
        assert_eq!(whole.decode(&registers), Ok(number("1103626240")), "{order:?}");
    }
    let swapped = Format { order: Order::Dcba, ..Format::new(Kind::U64) };
    assert_eq!(swapped.decode(&[0x0807, 0x0605, 0x0403, 0x0201]), Ok(number("72623859790382856")));
    assert_eq!(Format { order: Order::Badc, ..Format::new(Kind::U16) }.decode(&[0x0100]), Ok(number("1")));
}

#[test]
fn all_kinds() {
    for (kind, registers, text) in [
        (Kind::U16, vec![0xFFFF], "65535"),
        (Kind::I16, vec![0xFF9C], "-100"),
        (Kind::U32, vec![0xFFFF, 0xFFFF], "4294967295"),
        (Kind::I32, vec![0xFFFF, 0xFFFE], "-2"),
        (Kind::F32, vec![0x3DCC, 0xCCCD], "0.1"),
        (Kind::F32, vec![0xC2F6, 0xE979], "-123.456"),
        (Kind::U64, vec![0xFFFF; 4], "18446744073709551615"),
        (Kind::I64, vec![0xFFFF; 4], "-1"),
        (Kind::F64, vec![0x3FB9, 0x9999, 0x9999, 0x999A], "0.1"),
    ] {
        let format = Format::new(kind);
        assert_eq!(format.decode(&registers), Ok(number(text)), "{kind:?}");
        assert_eq!(format.encode(&number(text)), Ok(registers), "{kind:?}");
    }
    assert_eq!(Format::new(Kind::Bit(15)).decode(&[0x8000]), Ok(Value::Truth(true)));
    assert_eq!(Format::new(Kind::Bit(0)).decode(&[0x8000]), Ok(Value::Truth(false)));
    assert_eq!(Format::new(Kind::Bit(16)).decode(&[1]), Err(ValueError::NoSuchBit { bit: 16 }));
    assert_eq!(Format::new(Kind::U32).decode(&[1]), Err(ValueError::TooFewRegisters { wanted: 2, got: 1 }));
}

#[test]
fn scales_are_exact() {
    let scaled = |kind, factor: &str, offset: &str| Format {
        scale: Some(Scale::new(factor, offset).expect("a scale")),
        ..Format::new(kind)
    };
    let tenth = scaled(Kind::I16, "0.1", "0");
    assert_eq!(tenth.decode(&[3]), Ok(number("0.3")), "not 0.30000000000000004");
    assert_eq!(tenth.encode(&number("-10.0")), Ok(vec![0xFF9C]));
    assert_eq!(tenth.encode(&number("0.05")), Err(ValueError::Unfit { text: "0.05".to_owned() }));
    assert_eq!(tenth.encode(&number("3276.8")), Err(ValueError::Unfit { text: "3276.8".to_owned() }));
    let shifted = scaled(Kind::U16, "0.05", "-40");
    assert_eq!(shifted.decode(&[1000]), Ok(number("10.00")));
    assert_eq!(shifted.encode(&number("10")), Ok(vec![1000]));
    let real = scaled(Kind::F32, "10", "1");
    assert_eq!(real.decode(&[0x3F00, 0]), Ok(number("6.0")));
    assert_eq!(real.encode(&number("6")), Ok(vec![0x3F00, 0]));
    assert_eq!(real.decode(&[0x7F7F, 0xFFFF]), Err(ValueError::TooManyDigits));
    for (factor, offset) in [("0", "0"), ("1e3", "0"), ("1", "x"), ("", "0"), ("0.0", "1")] {
        assert!(Scale::new(factor, offset).is_err(), "{factor} {offset}");
    }
}

#[test]
fn no_value_is_a_state() {
    let format = Format { missing: Some(0x8000), ..Format::new(Kind::I16) };
    assert_eq!(format.decode(&[0x8000]), Ok(Value::Missing));
    assert_eq!(format.encode(&Value::Missing), Ok(vec![0x8000]));
    assert!(Format::new(Kind::I16).encode(&Value::Missing).is_err());
    assert_eq!(Format::new(Kind::F32).decode(&[0x7FC0, 0]), Ok(Value::NotANumber));
    assert_eq!(Format::new(Kind::F32).decode(&[0x7F80, 0]), Ok(Value::NotANumber));
    assert_eq!(Format::new(Kind::F32).encode(&Value::NotANumber), Ok(vec![0x7FC0, 0]));
    assert!(Format::new(Kind::U16).encode(&Value::NotANumber).is_err());
    assert!(Format::new(Kind::F32).encode(&number("inf")).is_err());
    assert_eq!(Format::new(Kind::U16).encode(&Value::Truth(true)), Ok(vec![1]));
    assert!(Format::new(Kind::Bit(1)).encode(&Value::Truth(true)).is_err());
}

#[test]
fn answers_are_checked_against_requests() {
    let read = Request::ReadRegisters { table: RegisterTable::Holding, start: 7, count: 2 };
    let answer = |values: &[u16]| Response::Registers { table: RegisterTable::Holding, values: values.to_vec() };
    assert_eq!(read.check(&answer(&[1, 2])), Ok(()));
    assert_eq!(read.check(&answer(&[1])), Err(Mismatch::Count { wanted: 2, got: 1 }));
    let refused = Response::Exception { function: 3, code: ExceptionCode::Busy };
    assert_eq!(read.check(&refused), Ok(()));
    assert!(ExceptionCode::Busy.is_passing() && !ExceptionCode::IllegalAddress.is_passing());
    let stray = Response::RegisterWritten { address: 7, value: 1 };
    assert_eq!(read.check(&stray), Err(Mismatch::Function { wanted: 3, got: 6 }));
    let write = Request::WriteRegister { address: 7, value: 1 };
    assert_eq!(write.check(&stray), Ok(()));
    assert_eq!(write.check(&Response::RegisterWritten { address: 7, value: 2 }), Err(Mismatch::Echo));
    let bits = Request::ReadBits { table: BitTable::Coils, start: 0, count: 9 };
    assert_eq!(bits.check(&Response::Bits { table: BitTable::Coils, bits: vec![1, 1] }), Ok(()));
    let coils = Request::WriteCoils { start: 3, count: 9, bits: vec![1, 1] };
    assert_eq!(coils.check(&Response::CoilsWritten { start: 3, count: 9 }), Ok(()));
    assert_eq!(coils.check(&Response::CoilsWritten { start: 4, count: 9 }), Err(Mismatch::Echo));
    let registers = Request::WriteRegisters { start: 3, values: vec![1, 2] };
    assert_eq!(registers.check(&Response::RegistersWritten { start: 3, count: 2 }), Ok(()));
}

#[test]
fn points_are_grouped() {
    let at = |start, count| Place::Registers { table: RegisterTable::Holding, start, count };
    let bit = Place::Bits { table: BitTable::DiscreteInputs, start: 5, count: 1 };
    let places =
        [at(10, 2), at(0, 1), at(12, 2), bit, at(200, 1), at(0, 0), at(0, 126), at(65535, 2), at(11, 1), at(65535, 1)];
    let polls = plan(&places, 0);
    let asked: Vec<(u16, u16)> = polls
        .iter()
        .filter_map(|poll| match poll.request {
            Request::ReadRegisters { start, count, .. } => Some((start, count)),
            _ => None,
        })
        .collect();
    assert_eq!(asked, [(0, 1), (10, 4), (200, 1), (65535, 1)]);
    assert!(polls.iter().any(|poll| poll.points == [(0, 0), (8, 1), (2, 2)]), "{polls:?}");
    assert_eq!(polls.iter().map(|poll| poll.points.len()).sum::<usize>(), 7, "three points fit no request");
    assert_eq!(plan(&places, 9).len(), 4);
    let many: Vec<Place> = (0..300).map(|start| at(start, 1)).collect();
    let counts: Vec<usize> = plan(&many, 0).iter().map(|poll| poll.points.len()).collect();
    assert_eq!(counts, [125, 125, 50]);
}
