//! Single rules of SL 651: faults that lose nothing, addresses, times, packets, orders, the ASCII coding.

use fengsui_protocols::sl651::{
    AddressForm, AnswerClock, Assembly, Coding, Content, Decoder, Direction, Element, ElementData, EndMark, Frame,
    FrameError, Function, Header, HourTime, Identifier, LinkMode, Message, ObservationTime, Outcome, Packet,
    PeriodQuestion, Quality, Reading, Release, ReplyStyle, Section, SendTime, StationAddress, StationClass, TimeStep,
    Value, acknowledge, acknowledge_whole, compose, decode_frame, describe, element_kind, request_packet,
};
use jiff::civil::{DateTime, date};
use serde_json::json;

fn bytes_of(digits: &str) -> Vec<u8> {
    let digits = digits.replace(' ', "");
    let pairs = digits.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).expect("ASCII"), 16).expect("digits")).collect()
}

fn digits_of(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}

fn header(function: Function, coding: Coding) -> Header {
    let station = StationAddress::hydrological("12345678").expect("an address");
    Header { coding, direction: Direction::Up, center: 1, station, password: 0x1234, function }
}

fn now() -> DateTime {
    date(2023, 6, 1).at(1, 0, 1, 0)
}

const PREAMBLE: &str = "0001 230601010000";
const OPENING: &str = "f1f1 0012345678 48 f0f0 2306010100";

/// A HEX frame up with the preamble and this body.
fn frame(function: Function, body: &str) -> Frame {
    let body = bytes_of(&format!("{PREAMBLE}{body}"));
    Frame { header: header(function, Coding::Hex), packet: None, body, end: EndMark::EndOfText }
}

fn readings(function: Function, body: &str) -> Vec<Reading> {
    let frame = frame(function, body);
    Message::read(&frame).expect("a message").0.readings(&frame.header)
}

fn texts(readings: &[Reading]) -> Vec<(&str, &str)> {
    readings.iter().map(|reading| (reading.code.as_str(), reading.value_text.as_str())).collect()
}

#[test]
fn a_bad_element_loses_none_before_it() {
    for (bad, reason, rest) in [
        ("39 23 000001", "an element runs past the end", 5),
        ("7b f8 00", "an element runs past the end", 3),
        ("ff", "an identifier is cut off", 1),
        ("f4 60 0102", "an element runs past the end", 4),
    ] {
        let frame = frame(Function::TIMED, &format!("{OPENING} 20 19 000005 38 12 1230 {bad}"));
        let (message, fault) = Message::read(&frame).expect("a message");
        let fault = fault.expect("a fault");
        assert_eq!((fault.reason, fault.rest.len()), (reason, rest), "{bad}");
        let readings = message.readings(&frame.header);
        assert_eq!(texts(&readings), [("20", "0.5"), ("38", "12.30")], "{bad}");
        let bytes = frame.to_bytes().expect("bytes");
        assert_eq!(describe(&bytes), [json!({ "error": "bad_field" })], "{bad}");
    }
}

#[test]
fn unknown_elements_are_read_by_their_definition() {
    let found = readings(Function::TIMED, &format!("{OPENING} 9a 12 0123 ff22 1b 000110 39 23 00012345"));
    assert_eq!(texts(&found), [("9A", "1.23"), ("FF22", "0.110"), ("39", "12.345")]);
    assert_eq!(found.iter().map(|reading| reading.unit).collect::<Vec<_>>(), [None, None, Some("m")]);
}

#[test]
fn states_of_values() {
    let body = format!("{OPENING} 39 23 ffffffff 27 2b aaaaaaaaaa 09 1a 044400 0e 1a 044400 0e 1a 004444 02 1a ff0052");
    let found = readings(Function::TEST, &body);
    let qualities: Vec<Quality> = found.iter().map(|reading| reading.quality).collect();
    assert_eq!(
        qualities,
        [Quality::Missing, Quality::Invalid, Quality::StateCode, Quality::StateCode, Quality::Good, Quality::Good]
    );
    assert_eq!(found.last().and_then(Reading::number), Some(-0.52));
    assert_eq!(found.first().and_then(Reading::number), None);
    assert!(found.iter().all(|reading| reading.test && !reading.historical));
}

#[test]
fn blocks_and_series_have_a_time_for_each_value() {
    let at = |reading: &Reading| reading.observed_at.expect("a time").to_string();
    let block = format!("{OPENING} f5 5c {} 38 12 1230", "0aaa".repeat(11) + "ffff");
    let found = readings(Function::HOURLY, &block);
    assert_eq!(found.len(), 13);
    let (first, last) = (&found[0], &found[11]);
    assert_eq!((first.value_text.as_str(), at(first).as_str()), ("27.30", "2023-05-31T17:00:00Z"));
    assert_eq!((last.quality, at(last).as_str()), (Quality::Missing, "2023-05-31T17:55:00Z"));
    assert!(first.historical && first.relative && !found[12].historical && !found[12].relative);

    let series = format!("{OPENING} 04 18 000100 39 23 00028960 00028961 ffffffff f0f0 2306010200 38 12 1230");
    let found = readings(Function::UNIFORM, &series);
    assert_eq!(texts(&found), [("39", "28.960"), ("39", "28.961"), ("39", ""), ("38", "12.30")]);
    assert_eq!(at(&found[2]), "2023-05-31T19:00:00Z");
    assert!(found.iter().all(|reading| reading.historical));
    // A value that is cut off leaves the others.
    let frame = frame(Function::UNIFORM, &format!("{OPENING} 04 18 000005 39 23 00028960 000289"));
    let (message, fault) = Message::read(&frame).expect("a message");
    assert_eq!(texts(&message.readings(&frame.header)), [("39", "28.960")]);
    assert_eq!(fault.map(|fault| fault.rest.len()), Some(3));
}

/// The vectors' checker reads a second station without its class. 6.6.2.6 makes address and class one piece.
#[test]
fn a_message_may_hold_several_stations() {
    let body = format!(
        "{OPENING} 20 19 000005 f1f1 0012345679 50 f0f0 2306010105 20 19 000010 f1f1 3502020001 f0f0 2306010110 26 19 000020"
    );
    let found = readings(Function::TIMED, &body);
    let seen: Vec<(String, &str)> =
        found.iter().map(|reading| (reading.station.to_string(), reading.value_text.as_str())).collect();
    let wanted = [("0012345678", "0.5"), ("0012345679", "1.0"), ("3502020001", "2.0")];
    assert_eq!(seen, wanted.map(|(station, value)| (station.to_owned(), value)));
    let bytes = frame(Function::TIMED, &body).to_bytes().expect("bytes");
    let object = describe(&bytes).remove(0);
    assert_eq!(
        object["elements"][1],
        json!({ "id": "F1", "station": "0012345679", "class": "50", "observed": "202306010105" })
    );
    assert_eq!(compose(&object), Ok(bytes));
}

#[test]
fn addresses_have_two_forms() {
    let hydrological = StationAddress::parse("00303a9006").expect("ten digits");
    assert_eq!(hydrological.form(), AddressForm::Hydrological { code: "303a9006".to_owned() });
    assert_eq!(StationAddress::hydrological("303A9006"), Some(hydrological));
    let other = StationAddress::administrative("350203", 258).expect("an address");
    assert_eq!((other.to_string().as_str(), other.code().as_str()), ("3502030102", "350203000258"));
    assert_eq!(other.form(), AddressForm::Administrative { division: "350203".to_owned(), number: 258 });
    let of = |number| StationAddress::administrative("350203", number).expect("an address");
    assert!(of(65_535).is_broadcast() && of(60_001).is_relay() && !of(60_000).is_relay() && !of(65_535).is_relay());
    assert_eq!(StationAddress([0x35, 0x02, 0x03, 0, 0]).form(), AddressForm::Irregular);
    assert_eq!(StationAddress([0xA5, 0x02, 0x03, 0, 1]).form(), AddressForm::Irregular);
    for refused in ["35020", "35020x", "3502035"] {
        assert_eq!(StationAddress::administrative(refused, 1), None, "{refused}");
    }
}

#[test]
fn numbers_take_the_definition_of_the_table() {
    let definition = |code, text| Element::number(code, text, None).map(|element| element.identifier.definition);
    assert_eq!(definition(0x39, "14.420"), Ok(0x23));
    // Negative: one byte more for the sign, as 6.6.3.3 a) and vector negative_level_bcd have it.
    assert_eq!(definition(0x39, "-0.345"), Ok(0x2B));
    assert_eq!(definition(0x20, "123456.7"), Ok(0x21));
    assert_eq!(definition(0xFF09, "20"), Ok(0x08));
    assert!(definition(0x39, "1e3").is_err());
    assert!(definition(0x39, "0.12345678").is_err());
    assert_eq!(element_kind(0x46).map(|kind| (kind.symbol, kind.unit)), Some(("pH", "")));
}

fn picture() -> (Header, Frame, Vec<u8>) {
    let header = header(Function::PICTURE, Coding::Hex);
    let observed = ObservationTime::from_civil(now());
    let data: Vec<u8> = (0..=255).cycle().take(10_000).collect();
    let identifier = Identifier::hex(0xF3, 0xF3);
    let elements = vec![Element { identifier, observed, data: ElementData::Bytes(data.clone()) }];
    let section = Section { station: header.station, class: Some(StationClass::RESERVOIR), observed, elements };
    let sent = SendTime::from_civil(now()).expect("a time");
    let message = Message { serial: 5, sent, station: None, content: Content::Report(vec![section]) };
    (header, message.to_frame(header, EndMark::EndOfText).expect("a frame"), data)
}

#[test]
fn packets_are_acknowledged_once_or_asked_for_again() {
    let (header, frame, data) = picture();
    assert!(frame.to_bytes().is_err(), "too long for one frame");
    assert!(frame.clone().into_packets(2).is_err(), "more than 4095 packets");
    let mut packets = frame.into_packets(4000).expect("three packets");
    assert_eq!(
        packets.iter().map(|packet| packet.end).collect::<Vec<_>>(),
        [EndMark::EndOfBlock, EndMark::EndOfBlock, EndMark::EndOfText]
    );
    let mut assembly = Assembly::new();
    let last = packets.pop().expect("the third");
    let second = packets.pop().expect("the second");
    let first = packets.pop().expect("the first");
    assert_eq!(assembly.take(first), Outcome::Waiting { received: 1, total: 3 });
    assert_eq!(assembly.take(last), Outcome::Missing { number: 2 });
    let again = request_packet(&header, Packet { total: 3, number: 2 }, 5, now()).expect("a frame");
    let bytes = again.to_bytes().expect("bytes");
    assert_eq!(
        digits_of(&bytes[..bytes.len() - 2]),
        "7e7e001234567801123436800b1600300200052306010100 0115".replace(' ', "")
    );
    // What was asked for again ends with ETX (6.3.1.2 c).
    let Outcome::Complete(whole) = assembly.take(Frame { end: EndMark::EndOfText, ..second }) else {
        panic!("all three are here")
    };
    let (message, fault) = whole.message().expect("a message");
    assert_eq!((message.serial, fault), (5, None));
    let Content::Report(sections) = message.content else { panic!("a report") };
    assert_eq!(sections[0].elements[0].data, ElementData::Bytes(data));
    let reply = acknowledge_whole(&whole, now(), ReplyStyle { release: Release::Stay, ..ReplyStyle::default() });
    let reply = reply.expect("an answer");
    assert_eq!((reply.packet, reply.end), (Some(Packet { total: 3, number: 3 }), EndMark::Escape));
    let bytes = reply.to_bytes().expect("bytes");
    assert_eq!(
        digits_of(&bytes[..bytes.len() - 2]),
        "7e7e001234567801123436800b160030030005230601010001 1b".replace(' ', "")
    );
}

#[test]
fn assembly_is_bounded_and_sorts_out_messages() {
    let (_, frame, _) = picture();
    let packets = frame.into_packets(4000).expect("three packets");
    let mut assembly = Assembly::new();
    for center in 0..20 {
        let mut packet = packets[0].clone();
        packet.header.center = center;
        assembly.take(packet);
    }
    assert_eq!(assembly.pending(), 8);
    assert_eq!(assembly.expire().iter().map(|(_, total, missing)| (*total, *missing)).next(), Some((3, 2)));
    assert_eq!(assembly.pending(), 0);
    for number in [0, 4] {
        let stray = Frame { packet: Some(Packet { total: 3, number }), ..packets[0].clone() };
        assert!(matches!(assembly.take(stray), Outcome::Refused(_)), "{number}");
    }
    // A message beyond 4 MiB is given up.
    let large = |number| Frame { packet: Some(Packet { total: 4095, number }), ..packets[1].clone() };
    let refused = (1..=1049).find(|number| matches!(assembly.take(large(*number)), Outcome::Refused(_)));
    assert_eq!((refused, assembly.pending()), (Some(1049), 0));
    // The first packet of another message drops what came before.
    assembly.take(packets[0].clone());
    assembly.take(packets[1].clone());
    let mut other = packets[0].clone();
    other.body[1] = 6;
    assert_eq!(assembly.take(other), Outcome::Waiting { received: 1, total: 3 });
}

#[test]
fn acknowledgements_follow_mode_and_end_mark() {
    let report = frame(Function::TIMED, &format!("{OPENING} 20 19 000005"));
    let style = ReplyStyle::default();
    let end = |frame: &Frame, style| acknowledge(frame, now(), style).map(|reply| reply.end);
    assert_eq!(end(&report, style), Some(EndMark::EndOfTransmission));
    assert_eq!(end(&report, ReplyStyle { release: Release::Stay, ..style }), Some(EndMark::Escape));
    assert_eq!(end(&report, ReplyStyle { mode: LinkMode::SendOnly, ..style }), None);
    let more = Frame { end: EndMark::EndOfBlock, ..report.clone() };
    assert_eq!(end(&more, style), Some(EndMark::Acknowledge));
    let echo = acknowledge(&report, now(), ReplyStyle { clock: AnswerClock::Echo, ..style }).expect("an answer");
    assert_eq!(digits_of(&echo.body), PREAMBLE.replace(' ', ""));
    assert_eq!(acknowledge(&report, date(1999, 1, 1).at(0, 0, 0, 0), style), None);
    let short = Frame { body: vec![0, 1], ..report };
    assert_eq!(end(&short, style), None);
}

#[test]
fn orders_are_written_as_the_tables_say() {
    let sent = SendTime::from_civil(date(2023, 6, 1).at(1, 0, 0, 0)).expect("a time");
    let body = |function: Function, content| {
        let header = Header { direction: Direction::Down, ..header(function, Coding::Hex) };
        let message = Message { content, ..Message::empty(0, sent) };
        let frame = message.to_frame(header, EndMark::Enquiry).expect("a frame");
        assert_eq!(Message::read(&frame), Ok((message, None)));
        digits_of(&frame.body[8..])
    };
    let question = PeriodQuestion {
        from: HourTime::from_digits("23053108").expect("digits"),
        to: HourTime::from_digits("23060108").expect("digits"),
        step: TimeStep { days: 0, hours: 1, minutes: 0 },
        identifiers: vec![Identifier::hex(0x1A, 0x19)],
    };
    assert_eq!(
        body(Function::QUERY_PERIOD, Content::PeriodQuestion(question)),
        "23053108230601080418000100 1a19".replace(' ', "")
    );
    assert_eq!(body(Function::WIPE_STORAGE, Content::Identifiers(vec![Identifier::hex(0x97, 0)])), "9700");
    assert_eq!(
        body(Function::CHANGE_PASSWORD, Content::PasswordChange { old: 0x1234, new: 0xABCD }),
        "031012340310abcd"
    );
    assert_eq!(body(Function::SWITCH_PUMPS, Content::Switches(vec![0x05])), "0105");
    assert_eq!(body(Function::SET_QUOTA, Content::Quota(true)), "ff");
    assert_eq!(body(Function::SET_CLOCK, Content::Empty), "");
}

#[test]
fn orders_are_composed_from_their_content() {
    let order = |func: &str, content| {
        let description = json!({
            "dir": "down", "func": func, "pwd": "1234", "center": 1, "station": "0012345678", "end": "05",
            "serial": 0, "sent": "2023-06-01T01:00:00", "content": content,
        });
        let bytes = compose(&description).expect("bytes");
        digits_of(&decode_frame(&bytes).expect("a frame").frame.body[8..])
    };
    let parameters = json!({ "kind": "parameters", "parameters": [
        { "id": "20", "value": "1" }, { "id": "28", "value": "-1.5", "definition": "2B" },
    ] });
    assert_eq!(order("42", parameters), "200801282bff00001500");
    let gates = json!({ "kind": "gates", "count": 2, "bits": "01", "openings_cm": [150, 0] });
    assert_eq!(order("4E", gates), "020101500000");
    assert_eq!(order("3A", json!({ "kind": "identifiers", "identifiers": ["39", "20"] })), "39232019");
}

#[test]
fn reports_are_composed_without_a_layout() {
    let description = json!({
        "dir": "up", "func": "32", "pwd": "04d2", "center": 2, "station": "0012345678", "end": "03", "serial": 18,
        "sent": "2014-12-05T11:00:02", "body_station": "0012345678", "class": "48", "observed": "201412051100",
        "elements": [
            { "id": "20", "value": "10.0" }, { "id": "26", "value": "10.0" }, { "id": "39", "value": "14.420" },
            { "id": "38", "value": "12.20" },
        ],
    });
    let wanted = "7e7e02001234567804d232002b020012141205110002f1f1001234567848f0f014120511002019000100261900010039230001442038121220039fe1";
    assert_eq!(compose(&description).map(|bytes| digits_of(&bytes)).as_deref(), Ok(wanted));
}

#[test]
fn relays_and_their_stations_use_all_of_the_length() {
    let ranges = "001234567805".repeat(6);
    let frame = frame(Function::READ_BASE, &format!("f1f1 0012345678 0e 24 {ranges} 0c 08 02"));
    let (message, fault) = Message::read(&frame).expect("a message");
    assert_eq!(fault, None);
    let Content::Parameters(parameters) = &message.content else { panic!("parameters") };
    assert_eq!(parameters.iter().map(|parameter| parameter.data.len()).collect::<Vec<_>>(), [36, 1]);
    assert_eq!(message.to_body(&frame.header).as_ref(), Ok(&frame.body));
}

#[test]
fn ascii_tables_and_blocks() {
    let header = header(Function::UNIFORM, Coding::Ascii);
    let text = "0003230601010002ST 0012345678 H TT 2306010100 DRN05 Z Q 1.20 3.450 1.30 M 1.40 3.470 ";
    let frame = Frame { header, packet: None, body: text.as_bytes().to_vec(), end: EndMark::EndOfText };
    let (message, fault) = Message::read(&frame).expect("a message");
    assert_eq!(fault, None);
    let found = message.readings(&header);
    let wanted = [("39", "1.20"), ("39", "1.30"), ("39", "1.40"), ("27", "3.450"), ("27", ""), ("27", "3.470")];
    assert_eq!(texts(&found), wanted);
    assert_eq!(found[2].observed_at.expect("a time").to_string(), "2023-05-31T17:10:00Z");
    assert_eq!(message.to_body(&header).as_ref(), Ok(&frame.body));
    let bytes = frame.to_bytes().expect("bytes");
    assert_eq!(compose(&describe(&bytes).remove(0)), Ok(bytes));

    let hourly = "0003230601010002ST 0012345678 H TT 2306010005 DRP 0500000014FFFFFFFFFF0000 TT 2306010100 VT 12.30 ZT 00000400 ";
    let frame = Frame { header: Header { function: Function::HOURLY, ..header }, body: hourly.into(), ..frame };
    let (message, fault) = Message::read(&frame).expect("a message");
    let found = message.readings(&frame.header);
    assert_eq!((fault, found.len()), (None, 13));
    assert_eq!((found[4].value_text.as_str(), found[5].quality), ("2.0", Quality::Missing));
    assert_eq!(message.to_body(&frame.header).as_ref(), Ok(&frame.body));
}

#[test]
fn ascii_frames_are_answered_in_ascii() {
    let header = header(Function::TIMED, Coding::Ascii);
    let frame = Frame {
        header,
        packet: None,
        body: b"0003230601010002ST 0012345678 P TT 2306010100 PJ 0.5 ".to_vec(),
        end: EndMark::EndOfText,
    };
    let reply = acknowledge(&frame, now(), ReplyStyle::default()).expect("an answer");
    let bytes = reply.to_bytes().expect("bytes");
    assert_eq!(&bytes[..41], b"\x010012345678011234328010\x020003230601010001\x04");
    assert_eq!(decode_frame(&bytes).map(|received| received.frame), Ok(reply));
    // Without the last blank the last word is not read, but the others are.
    let open = Frame { body: frame.body[..frame.body.len() - 1].to_vec(), ..frame };
    let (message, fault) = Message::read(&open).expect("a message");
    assert!(fault.is_some());
    assert_eq!(message.about(), Some(header.station));
}

#[test]
fn a_false_start_hides_no_frame() {
    let good = frame(Function::TIMED, &format!("{OPENING} 20 19 000005")).to_bytes().expect("bytes");
    // Cut off in its body, then sent again: the first start claims bytes of the second.
    let cut = [&good[..20], good.as_slice(), good.as_slice()].concat();
    let mut decoder = Decoder::new();
    let mut found = decoder.feed(&cut);
    found.extend(decoder.expire());
    assert_eq!(found.iter().filter(|result| result.is_ok()).count(), 2);
    // A start that promises 4095 bytes waits for them, but not beyond the caller's patience.
    let long = [&bytes_of("7e7e 01 0012345678 1234 32 0fff 02"), good.as_slice()].concat();
    assert!(decoder.feed(&long).is_empty());
    let found = decoder.expire();
    assert!(
        matches!(&found[0], Err(rejected) if rejected.error == FrameError::Truncated { declared: Some(4112), available: long.len() })
    );
    assert!(matches!(&found[1], Ok(received) if received.raw == good));
}

#[test]
fn times_that_are_none_are_kept() {
    let odd = SendTime::from_digits("231301250000").expect("digits");
    assert_eq!((odd.civil(), odd.to_string().as_str()), (None, "231301250000"));
    let found = readings(Function::TIMED, "f1f1 0012345678 48 f0f0 2313010100 20 19 000005");
    assert_eq!((found[0].value_text.as_str(), found[0].observed_at), ("0.5", None));
    assert_eq!(Value::Number("0.5".to_owned()).number(), Some("0.5"));
}

#[test]
fn a_report_tells_the_state_of_its_station() {
    let frame = frame(Function::TIMED, &format!("{OPENING} 20 19 000005 45 20 00000402 38 12 1110"));
    let (message, _) = Message::read(&frame).expect("a message");
    let status = message.status().expect("a status");
    assert!(status.battery_low() && !status.pump_running() && status.door_open());
    let raised: Vec<&str> = status.states().into_iter().filter(|(_, holds)| *holds).map(|(name, _)| name).collect();
    assert_eq!(raised, ["battery_low", "door_open"]);
    assert_eq!(message.readings(&frame.header).len(), 2, "states are no readings");
}
