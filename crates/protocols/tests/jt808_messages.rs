//! Messages whose bytes follow from the tables, deviations of real terminals, and what is refused.

use fengsui_protocols::jt808::areas::{AreaAction, AreaDeletion, Circle, CircleSetting};
use fengsui_protocols::jt808::notices::DriverText;
use fengsui_protocols::jt808::orders::Tracking;
use fengsui_protocols::jt808::parameters::{Parameter, ParameterOrder, ParameterValue};
use fengsui_protocols::jt808::records::{CardState, Driver, DriverIdentity};
use fengsui_protocols::jt808::safety::AssistanceKind;
use fengsui_protocols::jt808::session::{AnswerResult, ResendRequest};
use fengsui_protocols::jt808::{
    Alarm, Answering, Assembled, Assembler, Decimal, Decoder, Edition, EncodeProblem, Frame, FrameError, Header,
    HeaderLayout, Item, ItemValue, LocalTime, Message, Packet, Phone, ServerClock, State, Status, Tolerance, compose,
    decode_frame, describe, reply, reply_joined, resend, split,
};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

const OLD: HeaderLayout = HeaderLayout::V2013;
const NEW: HeaderLayout = HeaderLayout::V2019 { version: 1 };

fn frame(layout: HeaderLayout, message: &Message) -> Frame {
    Frame::new(layout, Phone::new("13812345678"), 5, message).expect("a frame")
}

fn body(layout: HeaderLayout, message: &Message) -> String {
    let frame = frame(layout, message);
    let bytes = frame.to_bytes().expect("bytes");
    let read = decode_frame(&bytes).expect("a frame").content().expect("a body");
    assert_eq!((&read.message, read.trailing.len()), (message, 0));
    assert_eq!(compose(&describe(&bytes)[0]), Ok(bytes));
    frame.body.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().concat()
}

#[test]
fn text_for_the_driver() {
    let text = |edition| Message::DriverText(DriverText::urgent("撤离", edition));
    assert_eq!(body(OLD, &text(Edition::V2013)), "0DB3B7C0EB");
    assert_eq!(body(NEW, &text(Edition::V2019)), "0D01B3B7C0EB");
    let wrong = text(Edition::V2019).to_body(Edition::V2013).expect_err("2013 has no type");
    assert_eq!((wrong.field.as_str(), wrong.problem), ("text_type", EncodeProblem::NotAllowed));
    let unknown = Message::DriverText(DriverText::urgent("🚨", Edition::V2013)).to_body(Edition::V2013);
    assert_eq!(unknown.expect_err("no GBK").problem, EncodeProblem::NotGbk { character: '🚨' });
}

#[test]
fn a_circle_around_a_disaster() {
    let circle = |name: Option<&str>, night| Circle {
        id: 9,
        attributes: 0b0001_0110,
        lat: "30.5".parse().expect("a number"),
        lng: Decimal::new(104_000_001, 6),
        radius_m: 2000,
        start: None,
        end: None,
        max_speed_kmh: Some(40),
        overspeed_s: Some(10),
        night_speed_kmh: night,
        name: name.map(str::to_owned),
    };
    let setting = |circle| Message::CircleSetting(CircleSetting { action: AreaAction::Append, areas: vec![circle] });
    let old = frame(OLD, &setting(circle(None, None)));
    let digits: String = old.body.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().concat();
    assert_eq!(digits, ["0101000000090016", "01D164A0", "0632EA01", "000007D0", "00280A"].concat());
    let mut with_name = circle(Some("甲"), Some(30));
    with_name.lat = Decimal::new(30_500_000, 6);
    assert!(body(NEW, &setting(with_name)).ends_with("00280A001E0002BCD7"));
    let absent = setting(circle(None, None)).to_body(Edition::V2019).expect_err("2019 has a name");
    assert_eq!((absent.field.as_str(), absent.problem), ("areas.night_speed_kmh", EncodeProblem::Absent));
    assert_eq!(body(OLD, &Message::CircleDeletion(AreaDeletion { ids: vec![9] })), "0100000009");
}

#[test]
fn orders_and_parameters() {
    assert_eq!(body(OLD, &Message::Tracking(Tracking { interval_s: 5, valid_s: Some(600) })), "000500000258");
    assert_eq!(body(OLD, &Message::Tracking(Tracking { interval_s: 0, valid_s: None })), "0000");
    let params = vec![
        Parameter::number(0x28, 10).expect("a DWORD"),
        Parameter::number(0x84, 2).expect("a BYTE"),
        Parameter::text(0x83, "川A12345").expect("GBK"),
    ];
    assert_eq!(params[2].value(), ParameterValue::Text("川A12345".to_owned()));
    assert_eq!(Parameter::number(0x84, 256), None);
    let order = Message::ParameterOrder(ParameterOrder { params });
    assert_eq!(body(OLD, &order), "0300000028040000000A000000840102000000 8308B4A84131323334 35".replace(' ', ""));
    for (layout, wanted) in [(OLD, "0007020001 0003"), (NEW, "000700020001 0003")] {
        let request = ResendRequest { ack_serial: 7, missing: vec![1, 3] };
        assert_eq!(body(layout, &Message::PlatformResendRequest(request)), wanted.replace(' ', ""));
    }
}

#[test]
fn the_driver_on_duty() {
    let driver = Driver {
        name: "张三".to_owned(),
        licence: "510100".to_owned(),
        issuer: "成都".to_owned(),
        valid_until: "20301231".to_owned(),
        identity_card: None,
    };
    let time = LocalTime([0x26, 0x11, 0x22, 0x08, 0, 0]);
    let identity = |card_state, card_result, driver| {
        Message::DriverIdentity(DriverIdentity { card_state, time, card_result, driver })
    };
    assert_eq!(body(OLD, &identity(CardState::Removed, None, None)), "02261122080000");
    let on_duty = identity(CardState::Inserted, Some(0), Some(driver));
    let wanted = format!("0126112208000000 04D5C5C8FD 353130313030{} 04B3C9B6BC 20301231", "00".repeat(14));
    assert_eq!(body(OLD, &on_duty), wanted.replace(' ', ""));
}

#[test]
fn alarms_states_and_items() {
    let alarms = fengsui_protocols::jt808::Alarms(1 | 1 << 8 | 1 << 30);
    assert_eq!(alarms.members().collect::<Vec<_>>(), [Alarm::Emergency, Alarm::PowerLost, Alarm::Rollover]);
    let risen = alarms.risen_since(fengsui_protocols::jt808::Alarms(1));
    assert_eq!(risen.members().map(Alarm::name).collect::<Vec<_>>(), ["power_lost", "rollover"]);
    assert_eq!(Alarm::ALL.len(), 32);
    assert!(Alarm::ALL.iter().zip(0..).all(|(alarm, bit)| alarm.bit() == bit));
    assert_eq!(State::ALL.len(), 21);
    assert_eq!(Status(0x0300).load().name(), "full");
    let item = |id, bytes: &[u8]| Item { id, bytes: bytes.to_vec() }.value();
    assert_eq!(item(0x06, &[0x80, 0x05]), ItemValue::CabinTemperature(-5));
    assert!(matches!(item(0x18, &[0, 1]), ItemValue::AbnormalDriving(driving) if driving.degree.is_none()));
    assert!(matches!(item(0x18, &[0, 1, 60]), ItemValue::AbnormalDriving(driving) if driving.degree == Some(60)));
    assert!(matches!(item(0x01, &[0, 1]), ItemValue::Unknown(_)), "a wrong length stays bytes");
}

#[test]
fn active_safety_alarms() {
    let mut bytes = vec![0, 0, 0, 1, 1, 4, 2, 30, 10, 0, 0, 0, 60, 1, 0];
    bytes.extend_from_slice(&30_500_000_u32.to_be_bytes());
    bytes.extend_from_slice(&104_000_000_u32.to_be_bytes());
    bytes.extend_from_slice(&[0x26, 0x11, 0x22, 0x08, 0, 0, 0, 1]);
    bytes.extend_from_slice(b"1234567\x26\x11\x22\x08\0\0\0\x02\0");
    assert_eq!(bytes.len(), 47);
    let ItemValue::Assistance(alarm) = (Item { id: 0x64, bytes: bytes.clone() }).value() else { panic!("typed") };
    assert_eq!(alarm.kind, AssistanceKind::Pedestrian);
    assert_eq!((alarm.speed_kmh, alarm.altitude_m, alarm.lat.to_string()), (60, 256, "30.500000".to_owned()));
    assert_eq!((alarm.identity.terminal_id.as_str(), alarm.identity.attachments), ("1234567", 2));
    // Tyres: the list begins at byte 40.
    let mut tyres = bytes[..5].to_vec();
    tyres.extend_from_slice(&bytes[12..]);
    tyres.extend_from_slice(&[1, 3, 0, 2, 0, 200, 0, 40, 0, 90]);
    let ItemValue::Tyres(alarm) = (Item { id: 0x66, bytes: tyres }).value() else { panic!("typed") };
    assert_eq!((alarm.tyres[0].position, alarm.tyres[0].pressure_kpa, alarm.tyres[0].alarm), (3, 200, 2));
    // An identity of another province's length is not guessed at.
    bytes.push(0);
    assert!(matches!((Item { id: 0x64, bytes }).value(), ItemValue::Unknown(_)));
}

#[test]
fn wrong_lengths_are_tolerated_on_demand() {
    let mut frame = frame(NEW, &Message::Heartbeat);
    frame.header.wrong_length = Some(9);
    let bytes = frame.to_bytes().expect("bytes");
    assert!(matches!(decode_frame(&bytes), Err(FrameError::LengthMismatch { declared: 9, .. })));
    assert!(Decoder::new(Tolerance::Strict).feed(&bytes)[0].is_err());
    let mut decoder = Decoder::new(Tolerance::Tolerant);
    let tolerated = decoder.feed(&bytes).remove(0).expect("a frame");
    assert_eq!((tolerated.header.wrong_length, tolerated.header.layout), (Some(9), NEW));
    assert_eq!(decoder.layout(), None, "a frame of wrong length teaches nothing");
    // What the connection spoke before decides where bit 14 and the length are both wrong.
    let mut unclaimed = frame.clone();
    unclaimed.header.version_bit_wrong = true;
    let unclaimed = unclaimed.to_bytes().expect("bytes");
    assert_eq!(decoder.feed(&unclaimed).remove(0).expect("a frame").header.layout, OLD);
    frame.header.wrong_length = None;
    decoder.feed(&frame.to_bytes().expect("bytes"));
    assert_eq!(decoder.feed(&unclaimed).remove(0).expect("a frame").header.layout, NEW);
}

#[test]
fn endless_frames_and_expiry() {
    let mut decoder = Decoder::default();
    assert!(decoder.feed(&[0x7E]).is_empty());
    let rejected: Vec<_> = (0..10_000).flat_map(|_| decoder.feed(&[0x55])).collect();
    assert!(matches!(rejected[0], Err(ref rejected) if rejected.error.code() == "oversize"));
    assert!(decoder.pending() < 8192);
    let heartbeat = frame(OLD, &Message::Heartbeat).to_bytes().expect("bytes");
    assert!(decoder.feed(&heartbeat).iter().any(Result::is_ok));
    assert!(decoder.expire().is_empty(), "a mark alone is no frame");
    decoder.feed(&heartbeat[..9]);
    assert_eq!(decoder.expire().len(), 1);
    assert_eq!(decoder.feed(&heartbeat).iter().filter(|result| result.is_ok()).count(), 1);
}

#[test]
fn the_time_of_the_platform() {
    let now: Timestamp = "2026-11-22T20:30:05Z".parse().expect("a time");
    let mut answering = Answering::new(1, now);
    for (clock, wanted) in
        [(ServerClock::Universal, "2026-11-22T20:30:05"), (ServerClock::Local, "2026-11-23T04:30:05")]
    {
        answering.clock = clock;
        let answer = reply(&frame(NEW, &Message::TimeQuery), &answering).expect("a frame").expect("an answer");
        let Message::TimeAnswer(answer) = answer.content().expect("a body").message else { panic!("8004") };
        assert_eq!(answer.time.text().as_deref(), Some(wanted));
    }
}

#[test]
fn answers_by_kind() {
    let answering = Answering::new(1, Timestamp::UNIX_EPOCH);
    let result_of = |id: u16, body: &[u8]| {
        let frame = Frame { header: Header::new(id, OLD, Phone::new("1"), 3), body: body.to_vec() };
        let answer = reply(&frame, &answering).expect("a frame")?;
        match answer.content().expect("a body").message {
            Message::PlatformAnswer(answer) => Some(answer.result),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(result_of(0x0002, &[]), Some(AnswerResult::Success));
    assert_eq!(result_of(0x0200, &[0; 27]), Some(AnswerResult::Malformed));
    assert_eq!(result_of(0x0F00, &[1]), Some(AnswerResult::Unsupported));
    assert_eq!(result_of(0x0A00, &[1; 132]), Some(AnswerResult::Unsupported));
    for unanswered in [0x0001, 0x0104, 0x0201, 0x0107, 0x0500, 0x0700, 0x0802, 0x0805, 0x1205, 0x8001] {
        assert_eq!(result_of(unanswered, &[]), None, "{unanswered:04X}");
    }
}

#[test]
fn missing_sub_packets_are_asked_for() {
    let header = Header::new(0x0801, OLD, Phone::new("013812345678"), 100);
    let mut body = vec![0; 5000];
    body[3] = 7;
    let parts = split(&Frame { header, body }).expect("frames");
    assert_eq!(parts.len(), 5);
    let (start, silence) = (Timestamp::UNIX_EPOCH, SignedDuration::from_secs(10));
    let mut assembler = Assembler::default();
    for index in [0, 2, 4] {
        assert_eq!(assembler.take(parts[index].clone(), start), Assembled::Pending);
    }
    assert_eq!(assembler.take(parts[2].clone(), start), Assembled::Duplicate);
    assert!(assembler.incomplete(start, silence).is_empty());
    let later = start + silence;
    let incomplete = assembler.incomplete(later, silence);
    let request = incomplete[0].request(1).expect("a frame").content().expect("a body").message;
    let wanted = ResendRequest { ack_serial: 100, missing: vec![2, 4] };
    assert_eq!(request, Message::PlatformResendRequest(wanted.clone()));
    let mut joined = None;
    for part in resend(&parts, &wanted) {
        if let Assembled::Whole(frame) = assembler.take(part.clone(), later) {
            joined = Some(frame);
        }
    }
    let joined = joined.expect("whole");
    let answer = reply_joined(&joined, &Answering::new(9, later)).expect("a frame").expect("8800");
    assert_eq!((answer.header.message_id, answer.body.as_slice()), (0x8800, [0, 0, 0, 7].as_slice()));
}

#[test]
fn the_assembler_is_bounded() {
    let part = |serial, number, length| {
        let mut header = Header::new(0x0900, OLD, Phone::new("1"), serial);
        header.packet = Some(Packet { total: 60_000, number });
        Frame { header, body: vec![u8::try_from(number % 256).unwrap_or_default(); length] }
    };
    let mut assembler = Assembler::default();
    let refused = (1..=60_000_u16)
        .filter(|number| assembler.take(part(*number, *number, 1000), Timestamp::UNIX_EPOCH) == Assembled::Refused)
        .count();
    assert!(refused > 0 && assembler.pending() <= 8 << 20);
    assert_eq!(assembler.take(part(1, 0, 1), Timestamp::UNIX_EPOCH), Assembled::Refused);
    let much_later = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(1);
    assembler.expire(much_later, SignedDuration::from_secs(60));
    assert_eq!(assembler.pending(), 0);
}

#[test]
fn descriptions_that_cannot_be_sent() {
    let field = |description| compose(&description).expect_err("refused").field;
    assert_eq!(field(json!({"phone": "1"})), "msg_id");
    assert_eq!(field(json!({"msg_id": "8202", "phone": "1"})), "interval_s");
    assert_eq!(field(json!({"msg_id": "0002", "phone": "1234567890123"})), "phone");
    assert_eq!(field(json!({"msg_id": "0002", "phone": "1", "layout": "2020"})), "layout");
    assert_eq!(field(json!({"msg_id": "0200", "phone": "1", "pkg_total": 2, "pkg_seq": 1})), "body");
    let heartbeat = compose(&json!({"msg_id": "0002", "phone": "13812345678"})).expect("bytes");
    assert_eq!(describe(&heartbeat)[0]["phone"], "013812345678");
}
