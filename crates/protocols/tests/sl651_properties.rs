//! SL 651 under arbitrary input: writing undone by reading, no frame lost however the stream is cut.

use fengsui_protocols::sl651::{
    Assembly, Coding, Content, Decoder, Direction, Element, ElementData, EndMark, Frame, Function, Gates, Header,
    HourTime, Identifier, Message, ObservationTime, Outcome, Parameter, PeriodQuestion, Received, Rejected, Section,
    SendTime, StationAddress, StationClass, StatusWord, TimeStep, Value, compose, decode_frame, describe,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::{option, sample};

fn send_time() -> impl Strategy<Value = SendTime> {
    "[0-9]{12}".prop_map(|digits| SendTime::from_digits(&digits).expect("digits"))
}

fn observation_time() -> impl Strategy<Value = ObservationTime> {
    "[0-9]{10}".prop_map(|digits| ObservationTime::from_digits(&digits).expect("digits"))
}

fn station() -> impl Strategy<Value = StationAddress> {
    any::<[u8; 5]>().prop_map(StationAddress)
}

/// Codes that are plain numbers in HEX coding.
fn code() -> impl Strategy<Value = u16> {
    prop_oneof![
        (0x01_u16..0xF0).prop_filter("special", |code| !matches!(code, 0x04 | 0x45)),
        (0xFF00_u16..=0xFFFF).prop_filter("FFF1 could pass for a mark", |code| *code != 0xFFF1),
    ]
}

/// Symbols that are plain numbers in ASCII coding.
fn symbol() -> impl Strategy<Value = &'static str> {
    sample::select(vec!["Z", "PJ", "PT", "VT", "Q", "pH", "CODMN", "SBL8", "XYZ"])
}

/// Decimal text as reading yields it: no sign before zero, no leading zeros.
fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        (0_u32..100_000).prop_map(|number| number.to_string()),
        (1_u32..100_000).prop_map(|number| format!("-{number}")),
        ("(0|[1-9][0-9]{0,5})\\.[0-9]{1,7}"),
        ("-[1-9][0-9]{0,5}\\.[0-9]{1,3}"),
    ]
}

fn slots(limit: u32, decimals: usize) -> impl Strategy<Value = ElementData> {
    let scale = 10_u32.pow(u32::try_from(decimals).expect("small"));
    let slot = prop_oneof![
        3 => (0..limit).prop_map(move |number| {
            Value::Number(format!("{}.{:0decimals$}", number / scale, number % scale))
        }),
        1 => Just(Value::Missing),
    ];
    vec(slot, 12).prop_map(ElementData::Values)
}

fn hex_value() -> impl Strategy<Value = Element> {
    prop_oneof![
        6 => (code(), number()).prop_map(|(code, text)| Element::number(code, &text, None).expect("fits")),
        1 => (code(), 1_u8..8, 0_u8..8).prop_map(|(code, bytes, decimals)| element(
            Identifier::hex(code, bytes << 3 | decimals),
            ElementData::Value(Value::Missing),
        )),
        1 => (code(), 1_usize..8).prop_map(|(code, bytes)| element(
            Identifier::hex(code, u8::try_from(bytes << 3).expect("small")),
            ElementData::Value(Value::Invalid(vec![0xAA; bytes])),
        )),
    ]
}

fn element(identifier: Identifier, data: ElementData) -> Element {
    Element { identifier, observed: None, data }
}

fn hex_element() -> impl Strategy<Value = Element> {
    prop_oneof![
        8 => hex_value(),
        1 => slots(0xFF, 1).prop_map(|data| element(Identifier::hex(0xF4, 0x60), data)),
        1 => (0xF5_u16..=0xFC, slots(0xFFFF, 2)).prop_map(|(code, data)| element(Identifier::hex(code, 0xC0), data)),
        1 => any::<u32>().prop_map(|word| element(Identifier::hex(0x45, 0x20), ElementData::Status(StatusWord(word)))),
        1 => (0_u8..60).prop_map(|minutes| {
            element(Identifier::hex(0x04, 0x18), ElementData::Step(TimeStep::minutes(minutes)))
        }),
    ]
}

fn ascii_element() -> impl Strategy<Value = Element> {
    prop_oneof![
        8 => (symbol(), number()).prop_map(|(symbol, text)| Element::ascii_number(symbol, &text, None)),
        1 => symbol().prop_map(|symbol| element(Identifier::ascii(symbol), ElementData::Value(Value::Missing))),
        1 => slots(0xFF, 1).prop_map(|data| element(Identifier::ascii("DRP"), data)),
        1 => (1_u8..=8, slots(0xFFFF, 2)).prop_map(|(number, data)| {
            element(Identifier::ascii(format!("DRZ{number}")), data)
        }),
        1 => any::<u32>().prop_map(|word| element(Identifier::ascii("ZT"), ElementData::Status(StatusWord(word)))),
        1 => (1_u8..60).prop_map(|minutes| {
            element(Identifier::ascii(format!("DRN{minutes:02}")), ElementData::Step(TimeStep::minutes(minutes)))
        }),
    ]
}

/// Times go on from one element to the next until another is given, as on the wire.
fn section(elements: BoxedStrategy<Element>) -> impl Strategy<Value = Section> {
    let elements = vec((elements, option::weighted(0.2, observation_time())), 0..6);
    (station(), observation_time(), elements).prop_map(|(station, observed, elements)| {
        let mut current = observed;
        let elements = elements.into_iter().map(|(mut element, time)| {
            current = time.unwrap_or(current);
            element.observed = Some(current);
            element
        });
        let elements = elements.collect();
        Section { station, class: Some(StationClass::RIVER), observed: Some(observed), elements }
    })
}

type Parts = (Function, Direction, Option<StationAddress>, Content);

fn report(coding: Coding) -> impl Strategy<Value = Parts> {
    let element = if coding == Coding::Hex { hex_element().boxed() } else { ascii_element().boxed() };
    let function = sample::select(vec![0x30_u8, 0x32, 0x33, 0x34, 0x37, 0x3A, 0x44]).prop_map(Function);
    (function, vec(section(element), 1..3))
        .prop_map(|(function, sections)| (function, Direction::Up, None, Content::Report(sections)))
}

fn uniform(coding: Coding) -> impl Strategy<Value = Parts> {
    let columns = if coding == Coding::Hex { 1_usize..2 } else { 1..4 };
    let values = columns.prop_flat_map(|columns| vec(vec("[0-9]{1,4}\\.[0-9]{2}", 3), columns));
    (station(), observation_time(), values, symbol(), 1_u8..60).prop_map(
        move |(station, time, columns, symbol, minutes)| {
            let observed = Some(time);
            let is_hex = coding == Coding::Hex;
            let step = ElementData::Step(TimeStep::minutes(minutes));
            let identifier =
                if is_hex { Identifier::hex(0x04, 0x18) } else { Identifier::ascii(format!("DRN{minutes:02}")) };
            let mut elements = vec![Element { identifier, observed, data: step }];
            for column in columns {
                let clean = |text: String| {
                    let trimmed = text.trim_start_matches('0');
                    if trimmed.starts_with('.') { format!("0{trimmed}") } else { trimmed.to_owned() }
                };
                let values = column.into_iter().map(|text| Value::Number(clean(text))).collect();
                let identifier = if is_hex { Identifier::hex(0x39, 0x1A) } else { Identifier::ascii(symbol) };
                elements.push(Element { identifier, observed, data: ElementData::Values(values) });
            }
            let section = Section { station, class: Some(StationClass::RIVER), observed, elements };
            (Function::UNIFORM, Direction::Up, None, Content::Report(vec![section]))
        },
    )
}

fn identifiers(coding: Coding) -> BoxedStrategy<Vec<Identifier>> {
    match coding {
        Coding::Hex => vec((code(), any::<u8>()).prop_map(|(code, byte)| Identifier::hex(code, byte)), 1..5).boxed(),
        Coding::Ascii => vec(symbol().prop_map(Identifier::ascii), 1..5).boxed(),
    }
}

fn down(coding: Coding) -> impl Strategy<Value = Parts> {
    let to_station = |function: Function| move |content: Content| (function, Direction::Down, None, content);
    let parameter = (0x20_u16..0x60, number()).prop_map(move |(code, text)| match coding {
        Coding::Hex => Parameter::number(code, 0x7F, &text).expect("15 bytes are enough"),
        Coding::Ascii => Parameter { identifier: Identifier::ascii(format!("{code:02X}")), data: text.into_bytes() },
    });
    let hour = || "[0-9]{8}".prop_map(|digits| HourTime::from_digits(&digits).expect("digits"));
    let period = (hour(), hour(), 1_u8..60, identifiers(coding)).prop_map(|(from, to, minutes, identifiers)| {
        Content::PeriodQuestion(PeriodQuestion { from, to, step: TimeStep::minutes(minutes), identifiers })
    });
    prop_oneof![
        Just(Content::Empty).prop_map(to_station(Function::SET_CLOCK)),
        period.prop_map(to_station(Function::QUERY_PERIOD)),
        identifiers(coding).prop_map(Content::Identifiers).prop_map(to_station(Function::QUERY_ELEMENTS)),
        vec(parameter, 1..4).prop_map(Content::Parameters).prop_map(to_station(Function::WRITE_RUN)),
        any::<(u16, u16)>()
            .prop_map(|(old, new)| Content::PasswordChange { old, new })
            .prop_map(to_station(Function::CHANGE_PASSWORD)),
    ]
}

fn gates() -> impl Strategy<Value = Content> {
    vec((any::<bool>(), option::of(0_u16..10_000)), 1..20).prop_map(|gates| {
        let mut open = vec![0_u8; gates.len().div_ceil(8)];
        for (index, _) in gates.iter().enumerate().filter(|(_, (is_open, _))| *is_open) {
            open[index / 8] |= 1 << (index % 8);
        }
        let count = u8::try_from(gates.len()).expect("few");
        Content::Gates(Gates { count, open, openings: gates.into_iter().map(|(_, opening)| opening).collect() })
    })
}

/// What goes both ways, or up with nothing but the station before it.
fn either_way() -> impl Strategy<Value = Parts> {
    let content = prop_oneof![
        any::<u32>().prop_map(|word| (Function::SET_IC_CARD, Content::Status(StatusWord(word)))),
        vec(any::<u8>(), 1..5).prop_map(|bits| (Function::SWITCH_PUMPS, Content::Switches(bits))),
        vec(any::<u8>(), 1..5).prop_map(|bits| (Function::SWITCH_VALVES, Content::Switches(bits))),
        gates().prop_map(|gates| (Function::MOVE_GATES, gates)),
        any::<bool>().prop_map(|on| (Function::SET_QUOTA, Content::Quota(on))),
    ];
    let up = prop_oneof![
        any::<u16>().prop_map(|new| (Function::CHANGE_PASSWORD, Content::PasswordChanged(new))),
        "[!-~ ]{0,40}".prop_map(|text| (Function::QUERY_VERSION, Content::Version(text.into_bytes()))),
        vec(any::<u16>(), 32).prop_map(|counts| (Function::QUERY_EVENTS, Content::Events(counts))),
        any::<u32>().prop_map(|word| (Function::QUERY_STATUS, Content::Status(StatusWord(word)))),
        Just((Function::WIPE_STORAGE, Content::Empty)),
        Just((Function::QUERY_CLOCK, Content::Empty)),
    ];
    prop_oneof![
        content.clone().prop_map(|(function, content)| (function, Direction::Down, None, content)),
        (station(), prop_oneof![content, up]).prop_map(|(station, (function, content))| (
            function,
            Direction::Up,
            Some(station),
            content
        )),
    ]
}

fn manual() -> impl Strategy<Value = Parts> {
    vec(any::<u8>(), 0..60).prop_map(|text| (Function::MANUAL, Direction::Up, None, Content::Manual(text)))
}

fn picture(coding: Coding) -> impl Strategy<Value = Parts> {
    (station(), observation_time(), vec(any::<u8>(), 0..300)).prop_map(move |(station, time, data)| {
        let identifier = if coding == Coding::Hex { Identifier::hex(0xF3, 0xF3) } else { Identifier::ascii("PIC") };
        let observed = Some(time);
        let elements = vec![Element { identifier, observed, data: ElementData::Bytes(data) }];
        let section = Section { station, class: Some(StationClass::RESERVOIR), observed, elements };
        (Function::PICTURE, Direction::Up, None, Content::Report(vec![section]))
    })
}

fn parts(coding: Coding) -> BoxedStrategy<Parts> {
    let keep_alive = Just((Function::KEEP_ALIVE, Direction::Up, None, Content::Empty));
    prop_oneof![
        4 => report(coding),
        2 => uniform(coding),
        2 => down(coding),
        2 => either_way(),
        1 => manual(),
        1 => picture(coding),
        1 => keep_alive,
    ]
    .boxed()
}

/// A header and a message that fit each other.
fn message() -> impl Strategy<Value = (Header, Message)> {
    let coding = prop_oneof![Just(Coding::Hex), Just(Coding::Ascii)];
    let parts = coding.prop_flat_map(|coding| (Just(coding), parts(coding)));
    let address = (any::<u8>(), station(), any::<u16>());
    (parts, address, any::<u16>(), send_time()).prop_map(
        |((coding, parts), (center, address, password), serial, sent)| {
            let (function, direction, station, content) = parts;
            let header = Header { coding, direction, center, station: address, password, function };
            (header, Message { serial, sent, station, content })
        },
    )
}

fn framed((header, message): &(Header, Message)) -> Frame {
    let end = if header.direction == Direction::Up { EndMark::EndOfText } else { EndMark::Enquiry };
    message.to_frame(*header, end).expect("a frame")
}

fn hostile_bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        vec(any::<u8>(), 0..20),
        Just(vec![0x7E]),
        Just(vec![0x7E, 0x7E]),
        Just(vec![0x7E; 5]),
        "\u{1}[0-9A-F]{0,30}".prop_map(String::into_bytes),
        message().prop_map(|message| framed(&message).to_bytes().expect("bytes")),
        (message(), any::<prop::sample::Index>()).prop_map(|(message, cut)| {
            let mut bytes = framed(&message).to_bytes().expect("bytes");
            bytes.truncate(cut.index(bytes.len()));
            bytes
        }),
    ];
    vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn writing_is_undone_by_reading(message in message()) {
        let frame = framed(&message);
        let bytes = frame.to_bytes().expect("bytes");
        let received = decode_frame(&bytes).expect("a frame");
        prop_assert_eq!(&received.frame, &frame);
        prop_assert_eq!(&received.raw, &bytes);
        let (read, fault) = Message::read(&received.frame).expect("a message");
        prop_assert_eq!(fault, None);
        prop_assert_eq!(read, message.1);
    }

    #[test]
    fn descriptions_are_composed_to_the_same_frame(message in message()) {
        let bytes = framed(&message).to_bytes().expect("bytes");
        let objects = describe(&bytes);
        prop_assert_eq!(objects.len(), 1);
        let mut object = objects.into_iter().next().expect("counted");
        prop_assert_eq!(compose(&object), Ok(bytes.clone()), "{}", object);
        // Without its bytes the content alone yields the same.
        if object.get("content").is_some() {
            object.as_object_mut().expect("an object").remove("body");
            prop_assert_eq!(compose(&object), Ok(bytes.clone()), "{}", object);
        }
    }

    #[test]
    fn any_cut_gives_the_same_frames(bytes in hostile_bytes(), portions in vec(1_usize..60, 1..20)) {
        let mut whole = Decoder::new();
        let mut wanted = whole.feed(&bytes);
        wanted.extend(whole.expire());
        let mut cut = Decoder::new();
        let mut found = Vec::new();
        let mut rest = bytes.as_slice();
        for portion in portions.into_iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (part, others) = rest.split_at(portion.min(rest.len()));
            found.extend(cut.feed(part));
            prop_assert!(cut.pending() <= 8300);
            rest = others;
        }
        found.extend(cut.expire());
        prop_assert_eq!((cut.pending(), whole.pending()), (0, 0));
        let frames = |results: &[Result<Received, Rejected>]| -> Vec<Received> {
            results.iter().filter_map(|result| result.as_ref().ok().cloned()).collect()
        };
        prop_assert_eq!(frames(&found), frames(&wanted));
        // Only stray 7E and line ends between frames may vanish.
        let kept: Vec<u8> = wanted.iter().flat_map(|result| match result {
            Ok(received) => received.raw.clone(),
            Err(rejected) => rejected.raw.clone(),
        }).collect();
        let telling = |bytes: &[u8]| -> Vec<u8> {
            bytes.iter().copied().filter(|byte| !matches!(byte, 0x7E | b'\r' | b'\n')).collect()
        };
        prop_assert_eq!(telling(&kept), telling(&bytes));
    }

    #[test]
    fn packets_in_any_order_make_the_message(
        message in message(), longest in 20_usize..90, order in vec(any::<prop::sample::Index>(), 40),
    ) {
        let frame = framed(&message);
        let mut packets = frame.clone().into_packets(longest).expect("few packets");
        for (index, other) in order.iter().enumerate().take(packets.len()) {
            let other = other.index(packets.len());
            packets.swap(index, other);
        }
        let mut assembly = Assembly::new();
        let mut complete = Vec::new();
        for packet in packets {
            let bytes = packet.to_bytes().expect("bytes");
            let packet = decode_frame(&bytes).expect("a frame").frame;
            if let Outcome::Complete(whole) = assembly.take(packet) {
                complete.push(whole);
            }
        }
        prop_assert_eq!(complete.len(), 1);
        prop_assert_eq!(assembly.pending(), 0);
        let whole = complete.remove(0);
        prop_assert_eq!(&whole.body, &frame.body);
        prop_assert_eq!(whole.message().expect("a message").0, message.1);
    }

    #[test]
    fn any_body_is_read_or_refused(message in message(), body in vec(any::<u8>(), 0..200), keep in 0_usize..60) {
        let mut frame = framed(&message);
        frame.body.truncate(keep);
        frame.body.extend(body);
        if let Ok((message, fault)) = Message::read(&frame) {
            let _ = message.readings(&frame.header);
            if let Some(fault) = fault {
                prop_assert!(frame.body.ends_with(&fault.rest));
                prop_assert_eq!(fault.offset + fault.rest.len(), frame.body.len());
            }
        }
        if let Ok(bytes) = frame.to_bytes() {
            for object in describe(&bytes) {
                let _ = compose(&object);
            }
        }
    }

    #[test]
    fn any_description_is_composed_or_refused(text in "\\PC{0,200}", key in "[a-z]{1,8}") {
        let _ = compose(&serde_json::json!({ key: text }));
        let _ = describe(text.as_bytes());
    }
}
