//! GB/T 26875.3 under arbitrary input: nothing lost, and writing undone by reading.

use fengsui_protocols::gb26875::{
    Address, AnalogueReading, AnswerMinutes, Command, ComponentAddress, ComponentConfiguration, ComponentQuery,
    ComponentState, ComponentStatus, ComponentType, DataUnit, Decoder, Description, DeviceOperation,
    DeviceOperationRecord, DeviceState, DeviceStatus, DeviceVersion, Frame, Header, ProtocolVersion, Quantity,
    RecordsQuery, Rejected, ReservedByte, SystemAddress, SystemClock, SystemConfiguration, SystemOperation,
    SystemOperationRecord, SystemRecordsQuery, SystemState, SystemStatus, SystemType, SystemVersion, Text, TimeLabel,
    TypeFlag, compose, decode_frame, describe,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

fn time() -> impl Strategy<Value = TimeLabel> {
    let valid = (0..60_u8, 0..60_u8, 0..24_u8, 1..=28_u8, 1..=12_u8, 0..100_u8);
    prop_oneof![
        4 => valid.prop_map(|(second, minute, hour, day, month, year)| TimeLabel([second, minute, hour, day, month, year])),
        1 => any::<[u8; 6]>().prop_map(TimeLabel),
        1 => Just(TimeLabel::UNSET),
    ]
}

fn text() -> impl Strategy<Value = Text> {
    prop_oneof![
        "\\PC{0,40}".prop_filter_map("GB 18030", |text| Text::new(&text).ok()),
        vec(any::<u8>(), 0..255).prop_filter_map("short", |bytes| Text::from_bytes(bytes).ok()),
    ]
}

fn description() -> impl Strategy<Value = Description> {
    prop_oneof![
        "[一二三层区室号a-z0-9 ]{0,15}".prop_filter_map("short", |text| Description::new(&text).ok()),
        any::<[u8; 31]>().prop_map(Description),
    ]
}

fn system() -> impl Strategy<Value = SystemAddress> {
    any::<(u8, u8)>().prop_map(|(kind, address)| SystemAddress { kind: SystemType::from_number(kind), address })
}

fn kind() -> impl Strategy<Value = ComponentType> {
    any::<u8>().prop_map(ComponentType::from_number)
}

fn component() -> impl Strategy<Value = ComponentAddress> {
    any::<u32>().prop_map(ComponentAddress)
}

fn query() -> impl Strategy<Value = ComponentQuery> {
    (system(), component()).prop_map(|(system, component)| ComponentQuery { system, component })
}

fn records() -> impl Strategy<Value = RecordsQuery> {
    (any::<u8>(), time()).prop_map(|(records, since)| RecordsQuery { records, since })
}

fn system_unit() -> impl Strategy<Value = DataUnit> {
    let status = (system(), any::<u16>(), time()).prop_map(|(system, state, time)| SystemStatus {
        system,
        state: SystemState(state),
        time,
    });
    let operation = (system(), any::<u8>(), any::<u8>(), time()).prop_map(|(system, operation, operator, time)| {
        SystemOperationRecord { system, operation: SystemOperation(operation), operator, time }
    });
    let version =
        (system(), any::<u8>(), any::<u8>()).prop_map(|(system, main, sub)| SystemVersion { system, main, sub });
    let configuration = (system(), text()).prop_map(|(system, text)| SystemConfiguration { system, text });
    let clock = (system(), time()).prop_map(|(system, time)| SystemClock { system, time });
    prop_oneof![
        vec(status, 0..=102).prop_map(DataUnit::SystemState),
        vec(operation, 0..=102).prop_map(DataUnit::SystemOperation),
        vec(version, 0..4).prop_map(DataUnit::SystemVersion),
        vec(configuration, 0..=3).prop_map(DataUnit::SystemConfiguration),
        vec(clock, 0..4).prop_map(DataUnit::SystemTime),
    ]
}

fn component_unit() -> impl Strategy<Value = DataUnit> {
    let status = (system(), kind(), component(), any::<u16>(), description(), time()).prop_map(
        |(system, kind, component, state, description, time)| ComponentStatus {
            system,
            kind,
            component,
            state: ComponentState(state),
            description,
            time,
        },
    );
    let reading = (system(), kind(), component(), any::<u8>(), any::<i16>(), time()).prop_map(
        |(system, kind, component, quantity, raw, time)| AnalogueReading {
            system,
            kind,
            component,
            quantity: Quantity::from_number(quantity),
            raw,
            time,
        },
    );
    let configuration =
        (system(), kind(), component(), description()).prop_map(|(system, kind, component, description)| {
            ComponentConfiguration { system, kind, component, description }
        });
    prop_oneof![
        vec(status, 0..=22).prop_map(DataUnit::ComponentState),
        vec(reading, 0..=63).prop_map(DataUnit::Analogue),
        vec(configuration, 0..=26).prop_map(DataUnit::ComponentConfiguration),
    ]
}

fn device_unit() -> impl Strategy<Value = DataUnit> {
    let status = (any::<u8>(), time()).prop_map(|(state, time)| DeviceStatus { state: DeviceState(state), time });
    let operation = (any::<u8>(), any::<u8>(), time()).prop_map(|(operation, operator, time)| DeviceOperationRecord {
        operation: DeviceOperation(operation),
        operator,
        time,
    });
    let version = any::<(u8, u8)>().prop_map(|(main, sub)| DeviceVersion { main, sub });
    prop_oneof![
        vec(status, 0..4).prop_map(DataUnit::DeviceState),
        vec(operation, 0..=127).prop_map(DataUnit::DeviceOperation),
        vec(version, 0..4).prop_map(DataUnit::DeviceVersion),
        vec(text(), 0..=3).prop_map(DataUnit::DeviceConfiguration),
        vec(time(), 0..4).prop_map(DataUnit::DeviceTime),
    ]
}

fn downward_unit() -> impl Strategy<Value = DataUnit> {
    let system_records = (system(), records())
        .prop_map(|(system, RecordsQuery { records, since })| SystemRecordsQuery { system, records, since });
    let reserved = || vec(any::<u8>().prop_map(ReservedByte), 0..3);
    prop_oneof![
        vec(system(), 0..=102).prop_map(DataUnit::ReadSystemState),
        vec(query(), 0..=22).prop_map(DataUnit::ReadComponentState),
        vec(query(), 0..=63).prop_map(DataUnit::ReadAnalogue),
        vec(system_records, 0..3).prop_map(DataUnit::ReadSystemOperation),
        vec(system(), 0..3).prop_map(DataUnit::ReadSystemVersion),
        vec(system(), 0..=3).prop_map(DataUnit::ReadSystemConfiguration),
        vec(query(), 0..=26).prop_map(DataUnit::ReadComponentConfiguration),
        vec(system(), 0..3).prop_map(DataUnit::ReadSystemTime),
        reserved().prop_map(DataUnit::ReadDeviceState),
        vec(records(), 0..3).prop_map(DataUnit::ReadDeviceOperation),
        reserved().prop_map(DataUnit::ReadDeviceVersion),
        reserved().prop_map(DataUnit::ReadDeviceConfiguration),
        reserved().prop_map(DataUnit::ReadDeviceTime),
        reserved().prop_map(DataUnit::Initialise),
        vec(time(), 0..3).prop_map(DataUnit::SetClock),
        vec(any::<u8>().prop_map(AnswerMinutes), 0..3).prop_map(DataUnit::DutyCheck),
    ]
}

fn other_unit() -> impl Strategy<Value = DataUnit> {
    let unknown = any::<u8>()
        .prop_map(TypeFlag::from_number)
        .prop_filter("unknown", |flag| matches!(flag, TypeFlag::Reserved(_) | TypeFlag::UserDefined(_)));
    (unknown, any::<u8>(), vec(any::<u8>(), 0..60)).prop_map(|(type_flag, count, body)| DataUnit::Other {
        type_flag,
        count,
        body,
    })
}

fn unit() -> impl Strategy<Value = DataUnit> {
    prop_oneof![system_unit(), component_unit(), device_unit(), downward_unit(), other_unit()]
}

prop_compose! {
    fn header()(
        serial in any::<u16>(),
        version in any::<(u8, u8)>(),
        sent in time(),
        source in 0..1_u64 << 48,
        destination in 0..1_u64 << 48,
        command in any::<u8>(),
    ) -> Header {
        Header {
            serial,
            version: ProtocolVersion { main: version.0, user: version.1 },
            sent,
            source: Address::new(source).expect("six bytes"),
            destination: Address::new(destination).expect("six bytes"),
            command: Command::from_number(command),
        }
    }
}

fn frame() -> impl Strategy<Value = Frame> {
    (header(), option::weighted(0.9, unit()))
        .prop_map(|(header, unit)| Frame::new(header, unit.as_ref()).expect("within the limits of the standard"))
}

/// Bytes that look like the protocol more often than chance would have it.
fn hostile_bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        vec(any::<u8>(), 0..40),
        "[@#]{1,5}".prop_map(String::into_bytes),
        (frame(), 0..1100_usize).prop_map(|(frame, cut)| {
            let mut bytes = frame.to_bytes().expect("a frame");
            bytes.truncate(cut);
            bytes
        }),
    ];
    vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

fn feed(decoder: &mut Decoder, bytes: &[u8], portion: usize) -> Vec<Result<Frame, Rejected>> {
    bytes.chunks(portion.max(1)).flat_map(|part| decoder.feed(part)).collect()
}

proptest! {
    #[test]
    fn writing_a_unit_is_undone_by_reading(unit in unit()) {
        let bytes = unit.to_bytes().expect("within the limits of the standard");
        prop_assert_eq!(DataUnit::parse(&bytes), Ok(Some(unit)));
    }

    #[test]
    fn writing_a_frame_is_undone_by_reading(frame in frame()) {
        let bytes = frame.to_bytes().expect("a frame");
        prop_assert_eq!(decode_frame(&bytes), Ok(frame));
    }

    #[test]
    fn composing_undoes_describing(frame in frame()) {
        let bytes = frame.to_bytes().expect("a frame");
        let described = describe(&bytes);
        prop_assert_eq!(described.len(), 1);
        prop_assert_eq!(&compose(&described[0]).expect("a frame"), &bytes);
        // Also after the details were thrown away, if nothing was spelled in an unusual way.
        let mut bare = described[0].clone();
        if !bare.to_string().contains("_raw\":\"") {
            bare.as_object_mut().expect("an object").remove("details");
            prop_assert_eq!(&compose(&bare).expect("a frame"), &bytes);
        }
    }

    #[test]
    fn any_unit_is_read_or_refused(bytes in vec(any::<u8>(), 0..80)) {
        if let Ok(Some(unit)) = DataUnit::parse(&bytes) {
            prop_assert_eq!(unit.to_bytes(), Ok(bytes));
        }
    }

    #[test]
    fn any_bytes_are_accounted_for(bytes in hostile_bytes(), portion in 1_usize..200) {
        let mut decoder = Decoder::new();
        let mut results = feed(&mut decoder, &bytes, portion);
        prop_assert!(decoder.pending() < 1054);
        results.extend(decoder.expire());
        prop_assert_eq!(decoder.pending(), 0);
        let mut rebuilt = Vec::new();
        for result in results {
            match result {
                Ok(frame) => rebuilt.extend(frame.to_bytes().expect("a frame")),
                Err(rejected) => {
                    prop_assert!(!rejected.raw.is_empty());
                    rebuilt.extend(rejected.raw);
                }
            }
        }
        prop_assert_eq!(rebuilt, bytes);
    }

    #[test]
    fn any_split_gives_the_same_frames(bytes in hostile_bytes(), portion in 1_usize..200) {
        let frames = |portion: usize| -> Vec<Frame> {
            let mut decoder = Decoder::new();
            let mut results = feed(&mut decoder, &bytes, portion);
            results.extend(decoder.expire());
            results.into_iter().filter_map(Result::ok).collect()
        };
        prop_assert_eq!(frames(portion), frames(usize::MAX));
    }

    #[test]
    fn frames_are_found_among_garbage(frames in vec(frame(), 1..5), garbage in vec(vec(any::<u8>(), 0..40), 5)) {
        let mut stream = Vec::new();
        for (frame, garbage) in frames.iter().zip(&garbage) {
            stream.extend(garbage.iter().filter(|byte| **byte != b'@'));
            stream.extend(frame.to_bytes().expect("a frame"));
        }
        let found: Vec<Frame> = Decoder::new().feed(&stream).into_iter().filter_map(Result::ok).collect();
        prop_assert_eq!(found, frames);
    }

    #[test]
    fn any_description_is_composed_or_refused(field in "[a-z_]{1,8}", value in "\\PC{0,8}", number in any::<i64>()) {
        let mut description = serde_json::json!({"src": 1, "dst": 2, "cmd": 2, "type": 21, "objects": [{"state": "08"}]});
        for name in ["serial", "version", "time", "src", "cmd", "type", "objects", "payload", field.as_str()] {
            for stated in [serde_json::json!(value), serde_json::json!(number), serde_json::json!([value])] {
                description[name] = stated;
                let _ = compose(&description);
            }
        }
    }
}
