//! Modbus under arbitrary input: no panic, no loss, and writing undone by reading.

use fengsui_protocols::modbus::{
    BitTable, Decoder, ExceptionCode, Format, Frame, Kind, Order, RegisterTable, Request, Response, Scale, Value,
    compose, describe, pack_bits, unpack_bits,
};
use proptest::collection::vec;
use proptest::prelude::*;

fn bit_table() -> impl Strategy<Value = BitTable> {
    prop_oneof![Just(BitTable::Coils), Just(BitTable::DiscreteInputs)]
}

fn register_table() -> impl Strategy<Value = RegisterTable> {
    prop_oneof![Just(RegisterTable::Holding), Just(RegisterTable::Input)]
}

fn other() -> impl Strategy<Value = (u8, Vec<u8>)> {
    (prop_oneof![7_u8..15, 17_u8..127], vec(any::<u8>(), 0..252))
}

fn request() -> impl Strategy<Value = Request> {
    prop_oneof![
        (bit_table(), 0_u16..60_000, 1_u16..=2000).prop_map(|(table, start, count)| Request::ReadBits {
            table,
            start,
            count
        }),
        (register_table(), 0_u16..60_000, 1_u16..=125).prop_map(|(table, start, count)| Request::ReadRegisters {
            table,
            start,
            count
        }),
        (any::<u16>(), any::<bool>()).prop_map(|(address, on)| Request::WriteCoil { address, on }),
        (any::<u16>(), any::<u16>()).prop_map(|(address, value)| Request::WriteRegister { address, value }),
        (0_u16..60_000, vec(any::<bool>(), 1..=1968)).prop_map(|(start, bits)| Request::WriteCoils {
            start,
            count: u16::try_from(bits.len()).expect("few"),
            bits: pack_bits(&bits),
        }),
        (0_u16..60_000, vec(any::<u16>(), 1..=123))
            .prop_map(|(start, values)| Request::WriteRegisters { start, values }),
        other().prop_map(|(function, data)| Request::Other { function, data }),
    ]
}

fn response() -> impl Strategy<Value = Response> {
    prop_oneof![
        (bit_table(), vec(any::<u8>(), 1..=250)).prop_map(|(table, bits)| Response::Bits { table, bits }),
        (register_table(), vec(any::<u16>(), 1..=125))
            .prop_map(|(table, values)| Response::Registers { table, values }),
        (any::<u16>(), any::<bool>()).prop_map(|(address, on)| Response::CoilWritten { address, on }),
        (any::<u16>(), any::<u16>()).prop_map(|(address, value)| Response::RegisterWritten { address, value }),
        (0_u16..60_000, 1_u16..=1968).prop_map(|(start, count)| Response::CoilsWritten { start, count }),
        (0_u16..60_000, 1_u16..=123).prop_map(|(start, count)| Response::RegistersWritten { start, count }),
        (1_u8..=127, any::<u8>().prop_map(ExceptionCode::from_number))
            .prop_map(|(function, code)| Response::Exception { function, code }),
        other().prop_map(|(function, data)| Response::Other { function, data }),
    ]
}

fn message() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        request().prop_map(|request| request.encode().expect("within limits")),
        response().prop_map(|response| response.encode().expect("within limits")),
    ]
}

fn frame() -> impl Strategy<Value = Frame> {
    (any::<u16>(), any::<u8>(), message()).prop_map(|(transaction, unit, message)| Frame { transaction, unit, message })
}

fn order() -> impl Strategy<Value = Order> {
    prop_oneof![Just(Order::Abcd), Just(Order::Cdab), Just(Order::Badc), Just(Order::Dcba)]
}

fn kind() -> impl Strategy<Value = Kind> {
    prop_oneof![
        Just(Kind::U16),
        Just(Kind::I16),
        Just(Kind::U32),
        Just(Kind::I32),
        Just(Kind::F32),
        Just(Kind::U64),
        Just(Kind::I64),
        Just(Kind::F64),
    ]
}

proptest! {
    #[test]
    fn messages_go_both_ways(request in request(), response in response()) {
        prop_assert_eq!(Request::decode(&request.encode().expect("within limits")), Ok(request));
        prop_assert_eq!(Response::decode(&response.encode().expect("within limits")), Ok(response));
    }

    #[test]
    fn any_split_gives_the_same_frames(frames in vec(frame(), 1..5), portion in 1_usize..300) {
        let stream: Vec<u8> = frames.iter().flat_map(|frame| frame.encode().expect("bytes")).collect();
        let mut decoder = Decoder::new();
        let found: Vec<_> = stream.chunks(portion).flat_map(|part| decoder.feed(part)).collect();
        prop_assert_eq!(found, frames.into_iter().map(Ok).collect::<Vec<_>>());
        prop_assert_eq!(decoder.pending(), 0);
    }

    #[test]
    fn composing_undoes_describing(frame in frame()) {
        let bytes = frame.encode().expect("bytes");
        let described = describe(&bytes);
        prop_assert_eq!(described.len(), 1);
        prop_assert_eq!(compose(&described[0]), Ok(bytes), "{:?}", described);
    }

    #[test]
    fn any_bytes_are_accounted_for(pieces in vec(prop_oneof![
        vec(any::<u8>(), 0..20),
        vec(0_u8..4, 0..20),
        frame().prop_map(|frame| frame.encode().expect("bytes")),
    ], 0..8), portion in 1_usize..80) {
        let bytes = pieces.concat();
        let mut decoder = Decoder::new();
        let mut results: Vec<_> = bytes.chunks(portion).flat_map(|part| decoder.feed(part)).collect();
        prop_assert!(decoder.pending() <= 260);
        results.extend(decoder.expire());
        prop_assert_eq!(decoder.pending(), 0);
        let rebuilt: Vec<u8> = results.into_iter().flat_map(|result| match result {
            Ok(frame) => frame.encode().expect("bytes"),
            Err(rejected) => rejected.raw,
        }).collect();
        prop_assert_eq!(rebuilt, bytes);
    }

    #[test]
    fn values_go_both_ways(kind in kind(), order in order(), registers in vec(any::<u16>(), 4)) {
        let format = Format { order, ..Format::new(kind) };
        let value = format.decode(&registers).expect("enough registers");
        if value != Value::NotANumber {
            prop_assert_eq!(format.encode(&value), Ok(registers[..kind.registers()].to_vec()));
        }
    }

    #[test]
    fn scaled_values_go_both_ways(raw in any::<i32>(), factor in "-?[1-9][0-9]{0,3}(\\.[0-9]{0,5})?", offset in "-?[0-9]{1,5}(\\.[0-9]{1,5})?") {
        let format = Format { scale: Some(Scale::new(&factor, &offset).expect("a scale")), ..Format::new(Kind::I32) };
        let bits = raw.cast_unsigned().to_be_bytes();
        let registers = vec![u16::from_be_bytes([bits[0], bits[1]]), u16::from_be_bytes([bits[2], bits[3]])];
        let value = format.decode(&registers).expect("fits");
        prop_assert_eq!(format.encode(&value), Ok(registers));
    }

    #[test]
    fn any_text_is_encoded_or_refused(kind in kind(), text in "[-+0-9.eE a-z]{0,45}", factor in "[0-9.]{1,30}") {
        let mut format = Format::new(kind);
        let _ = format.encode(&Value::Number(text.clone()));
        format.scale = Scale::new(&factor, &text).or_else(|_| Scale::new("0.1", "3")).ok();
        let _ = (format.encode(&Value::Number(text)), format.decode(&[0xFFFF; 4]), format.decode(&[0x4321; 4]));
    }

    #[test]
    fn bits_go_both_ways(bits in vec(any::<bool>(), 0..50)) {
        prop_assert_eq!(unpack_bits(&pack_bits(&bits), bits.len()), bits);
    }
}
