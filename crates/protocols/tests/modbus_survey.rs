//! Points are read together and decoded exactly; answers are matched with requests by their number.

use fengsui_protocols::modbus::{
    BitTable, ExceptionCode, Exchange, Finding, Format, Frame, Kind, Mismatch, Order, OutOfStep, Point, PointError,
    RegisterTable, Request, Response, Scale, Survey, pack_bits, raw_bits,
};
use proptest::collection::vec;
use proptest::prelude::*;

fn number(address: u16, kind: Kind) -> Point {
    Point::Number { table: RegisterTable::Holding, address, format: Format::new(kind), bad: Vec::new() }
}

/// A device whose registers hold their own address and whose bits are the parity of theirs.
fn answer(request: &Request) -> Response {
    match request {
        Request::ReadRegisters { table, start, count } => {
            Response::Registers { table: *table, values: (0..*count).map(|more| start + more).collect() }
        }
        Request::ReadBits { table, start, count } => {
            let bits: Vec<bool> = (0..*count).map(|more| (start + more) % 2 == 1).collect();
            Response::Bits { table: *table, bits: pack_bits(&bits) }
        }
        other => panic!("{other:?} is no question"),
    }
}

fn point() -> impl Strategy<Value = Point> {
    let kind = prop_oneof![Just(Kind::U16), Just(Kind::U32), Just(Kind::U64), Just(Kind::Bit(0))];
    let table = prop_oneof![Just(RegisterTable::Holding), Just(RegisterTable::Input)];
    let bits = prop_oneof![Just(BitTable::Coils), Just(BitTable::DiscreteInputs)];
    prop_oneof![
        (table, 0_u16..1_000, kind).prop_map(|(table, address, kind)| Point::Number {
            table,
            address,
            format: Format::new(kind),
            bad: Vec::new()
        }),
        (bits, 0_u16..3_000).prop_map(|(table, address)| Point::Bit { table, address }),
    ]
}

fn expected(point: &Point) -> String {
    match point {
        Point::Bit { address, .. } => (address % 2).to_string(),
        Point::Number { address, format, .. } if format.kind == Kind::Bit(0) => (address % 2).to_string(),
        Point::Number { address, format, .. } => {
            let count = u16::try_from(format.kind.registers()).expect("few");
            (0..count).fold(0_u64, |bits, more| bits << 16 | u64::from(address + more)).to_string()
        }
    }
}

proptest! {
    #[test]
    fn every_point_is_read_exactly_once_whatever_is_grouped(points in vec(point(), 0..60), gap in 0_u16..200) {
        let survey = Survey::new(points.clone(), gap).expect("all exist");
        let mut found = vec![Vec::new(); points.len()];
        for poll in survey.polls() {
            prop_assert!(poll.request.encode().is_ok(), "within the limits of the protocol");
            for (index, finding) in survey.findings(poll, &answer(&poll.request)).expect("an answer") {
                found[index].push(finding);
            }
        }
        for (point, found) in points.iter().zip(found) {
            prop_assert_eq!(found, vec![Finding::Value(expected(point))]);
        }
    }

    #[test]
    fn bytes_of_any_kind_do_no_harm(chunks in vec(vec(any::<u8>(), 0..40), 0..20)) {
        let mut exchange = Exchange::new();
        let request = Request::ReadRegisters { table: RegisterTable::Holding, start: 0, count: 2 };
        exchange.ask(1, &request).expect("a request");
        for chunk in chunks {
            if exchange.hear(&chunk).is_err() {
                break;
            }
        }
    }
}

#[test]
fn refusals_bad_values_and_what_is_no_number_are_told_apart() {
    let tenth = Format { scale: Scale::new("0.1", "-40").ok(), ..Format::new(Kind::I16) };
    let points = vec![
        Point::Number { table: RegisterTable::Input, address: 0, format: tenth, bad: vec![0x8000, 0x7FFF] },
        Point::Number { table: RegisterTable::Input, address: 1, format: tenth, bad: vec![0x8000, 0x7FFF] },
        Point::Number {
            table: RegisterTable::Input,
            address: 2,
            format: Format { order: Order::Cdab, ..Format::new(Kind::F32) },
            bad: vec![],
        },
    ];
    let survey = Survey::new(points, 0).expect("points");
    let [poll] = survey.polls() else { panic!("{:?}", survey.polls()) };
    let told = Response::Registers { table: RegisterTable::Input, values: vec![0x7FFF, 0x00FA, 0x0000, 0x7FC0] };
    let findings = survey.findings(poll, &told).expect("an answer");
    let wanted = [(0, Finding::Missing), (1, Finding::Value("-15.0".into())), (2, Finding::Unreadable)];
    assert_eq!(findings, wanted);
    let refused = Response::Exception { function: 4, code: ExceptionCode::IllegalAddress };
    let findings = survey.findings(poll, &refused).expect("an answer");
    assert!(findings.iter().all(|(_, finding)| *finding == Finding::Refused(ExceptionCode::IllegalAddress)));
    let short = Response::Registers { table: RegisterTable::Input, values: vec![1] };
    assert_eq!(survey.findings(poll, &short), Err(Mismatch::Count { wanted: 4, got: 1 }));
}

#[test]
fn what_can_never_be_read_is_refused_with_its_index() {
    let beyond = Survey::new(vec![number(0, Kind::U16), number(65_535, Kind::U32)], 0);
    assert_eq!(beyond, Err((1, PointError::BeyondEnd)));
    assert_eq!(Survey::new(vec![number(0, Kind::Bit(16))], 0), Err((0, PointError::NoSuchBit(16))));
    assert_eq!((raw_bits("0x8000"), raw_bits(" 65535 ")), (Ok(0x8000), Ok(65_535)));
    assert!(raw_bits("-1").is_err() && raw_bits("0x").is_err());
}

#[test]
fn late_answers_are_passed_over_and_strange_ones_end_the_conversation() {
    let request = Request::ReadRegisters { table: RegisterTable::Holding, start: 0, count: 1 };
    let mut exchange = Exchange::new();
    let mut asked = || {
        let bytes = exchange.ask(7, &request).expect("a request");
        Frame::decode(&bytes).expect("a frame").0.transaction
    };
    let (first, second) = (asked(), asked());
    let reply = |transaction, value| {
        let message = Response::Registers { table: RegisterTable::Holding, values: vec![value] }.encode();
        Frame { transaction, unit: 7, message: message.expect("a message") }.encode().expect("a frame")
    };
    assert_eq!(exchange.hear(&reply(first, 1)), Ok(None), "given up");
    let bytes = reply(second, 2);
    assert_eq!(exchange.hear(&bytes[..5]), Ok(None));
    let whole = Response::Registers { table: RegisterTable::Holding, values: vec![2] };
    assert_eq!(exchange.hear(&bytes[5..]), Ok(Some(whole)));
    let strange = exchange.hear(&reply(second, 2));
    assert_eq!(strange, Err(OutOfStep::Unasked { transaction: second, unit: 7 }), "answered twice");
    assert!(matches!(Exchange::new().hear(b"HTTP/1.1 400 Bad Request\r\n"), Err(OutOfStep::Garbage(_))));
}
