//! Deviations of real devices: what a tolerant reader accepts, how it says so, and what it still refuses.

use fengsui_protocols::hj212::{
    Alarm, AlarmState, Command, CrcVariant, Decoder, ExecutionResult, Field, Flag, Frame, FrameDeviation, FrameError,
    Parameter, ParameterCipher, Quality, Reply, ReplyStyle, RequestResult, Segment, SegmentDeviation, Version, crc,
    encode_frame,
};
use std::borrow::Cow;

fn only_frame(bytes: &[u8]) -> Frame {
    let mut found = Decoder::default().feed(bytes);
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0).expect("a frame")
}

fn parse(text: &str) -> Segment {
    Segment::parse(text.as_bytes()).expect("a segment")
}

#[test]
fn modbus_checksum_is_flagged() {
    let bytes = b"##0295QN=20190312154807595;ST=22;CN=2000;PW=555555;MN=ZYJCY20190122002;Flag=5;\
        CP=&&DataTime=20190312154807;Operation=1;s10001=0;s10002=0;s10003=23.2;s10004=24.2;s10005=45.7;s10006=24.6;\
        s10007=50.3;s10008=12.0;s10009=0;s10010=0;s10011=0;s10012=0;s10013=1;s10014=1;s10015=1;s10016=1;s10017=0;\
        s10018=0;&&32aa\r\n";
    let frame = only_frame(bytes);
    assert_eq!(frame.crc_variant(), CrcVariant::Modbus);
    assert_eq!(frame.deviations(), [FrameDeviation::Checksum(CrcVariant::Modbus)]);
    assert_eq!(Segment::parse(frame.segment()).expect("a segment").cn.number(), 2000);
}

#[test]
fn six_digit_length_is_flagged() {
    let bytes = b"##000169QN=1669537704000;CN=9021;PW=01=ZY-920-;MN=868957048162806;Flag=1;CP=&&Model=ZY-920-GS;\
        CCID=89860473102270000663;HardwareVersion=20190430;SoftwareVersion=20191128custom&&D57A";
    let frame = only_frame(bytes);
    assert_eq!(
        frame.deviations(),
        [FrameDeviation::Checksum(CrcVariant::ModbusSwapped), FrameDeviation::SixDigitLength]
    );
    let segment = Segment::parse(frame.segment()).expect("a segment");
    assert_eq!((segment.mn.as_str(), segment.cn), ("868957048162806", Command::LOGIN));
    assert_eq!(segment.pw.as_deref(), Some("01=ZY-920-"));
}

#[test]
fn wrong_length_is_accepted_only_with_a_fitting_checksum() {
    let segment = "QN=20160801085857223;ST=32;CN=3020;PW=123456;MN=M1;Flag=4;CP=&&i11001-Info=//清洗管路//&&";
    let sum = crc::standard(segment.as_bytes());
    let (bytes, characters) = (segment.len(), segment.chars().count());
    for declared in [characters, bytes + 9] {
        let text = format!("##{declared:04}{segment}{sum:04X}\r\n");
        for portion in [1, 7, 1000] {
            let mut decoder = Decoder::default();
            let found: Vec<_> = text.as_bytes().chunks(portion).flat_map(|part| decoder.feed(part)).collect();
            let frame = found.first().cloned().expect("a result").expect("a frame");
            assert_eq!(frame.deviations(), [FrameDeviation::Length { declared, actual: bytes }]);
            assert_eq!(frame.segment(), segment.as_bytes());
            assert_eq!(found.len(), 1);
        }
        let wrong = format!("##{declared:04}{segment}{:04X}\r\n", sum ^ 0x0101);
        let found = Decoder::default().feed(wrong.as_bytes());
        let rejected = found.first().expect("a result").as_ref().expect_err("no frame");
        assert!(matches!(rejected.error, FrameError::LengthMismatch { .. }), "{rejected:?}");
        assert_eq!(rejected.raw, wrong.as_bytes());
    }
}

#[test]
fn a_false_start_hides_no_frame() {
    let frame = encode_frame(b"ST=32;CN=2011;MN=M1;CP=&&&&").expect("a frame");
    // The false start promises 900 bytes that never come; the frame behind it has no line end to betray it.
    let bytes = [b"##0900garbage".as_slice(), frame.strip_suffix(b"\r\n").expect("a line end")].concat();
    let found = Decoder::default().feed(&bytes);
    assert!(matches!(found.first(), Some(Err(rejected)) if rejected.raw == b"##0900garbage"), "{found:?}");
    assert!(matches!(found.get(1), Some(Ok(_))), "{found:?}");
}

#[test]
fn oversize_is_refused_at_once_and_partial_frames_expire() {
    let mut decoder = Decoder::default();
    let found = decoder.feed(b"##9999QN=1");
    assert!(matches!(
        found.first().expect("a result"),
        Err(rejected) if rejected.error == FrameError::Oversize { declared: 9999, maximum: 1024 }
    ));
    assert!(decoder.feed(b"##0101QN=2016").is_empty());
    assert_eq!(decoder.pending(), 13);
    let expired = decoder.expire();
    assert!(matches!(
        expired.first().expect("a result"),
        Err(rejected) if rejected.error == FrameError::Truncated { declared: Some(101), available: 13 }
    ));
    assert_eq!((expired.len(), decoder.pending()), (1, 0));
}

#[test]
fn readings_carry_quality_and_times() {
    let segment = parse(
        "QN=20160801085857223;ST=32;CN=2061;PW=123456;MN=M1;Flag=5;CP=&&DataTime=20160801080000;\
         w01018-SampleTime=20160801070000,w01018-Avg=2.20,w01018-Flag=N,w01018-EFlag=A01; w01001-Avg=---;\
         w21003-Avg=,w21003-Flag=N;w21001-Avg=9,w21001-Flag=T;w21011-Avg=1;w21011-Flag=D&&",
    );
    let readings = segment.readings();
    let first = readings.first().expect("a reading");
    assert_eq!((first.code.as_str(), &first.field, first.value_text.as_str()), ("w01018", &Field::Average, "2.20"));
    assert_eq!(first.number(), Some(2.2));
    assert_eq!(first.maker_status.as_deref(), Some("A01"));
    assert_eq!(first.observed_at.expect("a time").to_string(), "2016-08-01T00:00:00Z");
    assert_eq!(first.sampled_at.expect("a time").to_string(), "2016-07-31T23:00:00Z");
    assert!(first.historical);
    let qualities: Vec<Quality> = readings.iter().map(|reading| reading.quality).collect();
    assert_eq!(qualities, [Quality::Good, Quality::Invalid, Quality::Missing, Quality::OverRange, Quality::Fault]);
}

#[test]
fn doubled_names_and_several_times() {
    let doubled = parse("CN=2011;MN=M1;CP=&&DataTime=20160801080000;a-Rtd=1;a-Rtd=2&&");
    assert_eq!(doubled.deviations, [SegmentDeviation::DoubledName { name: "a-Rtd".to_owned() }]);
    let values: Vec<String> = doubled.readings().into_iter().map(|reading| reading.value_text).collect();
    assert_eq!(values, ["2"]);

    let several = parse("CN=2011;MN=M1;CP=&&DataTime=20160801080000;a-Rtd=1;DataTime=20160801090000;a-Rtd=2&&");
    assert!(several.deviations.is_empty());
    let times: Vec<String> =
        several.readings().iter().filter_map(|reading| reading.observed_at).map(|at| at.to_string()).collect();
    assert_eq!(times, ["2016-08-01T00:00:00Z", "2016-08-01T01:00:00Z"]);
}

#[test]
fn printed_slips_of_the_standard_are_read() {
    let segment = parse("ST=32;CN=2061;QN=1;MN=M1;Flag=5CP=&& BeginTime=20160801080000,EndTime=20160801090000&&");
    assert_eq!(segment.flag, Some(Flag(5)));
    assert_eq!(segment.parameters.get("EndTime"), Some("20160801090000"));
    let odd = parse("CN=2011;MN=M1;Flag=x;CP=&&DataTime=2024112320423050;noise;a-Rtd=1;&&");
    assert_eq!(odd.version(), Version::V2005);
    assert_eq!(
        odd.deviations,
        [
            SegmentDeviation::UnreadableNumber { name: "Flag", text: "x".to_owned() },
            SegmentDeviation::StrayText { text: "noise".to_owned() },
            SegmentDeviation::IrregularTime { text: "2024112320423050".to_owned() },
        ]
    );
}

#[test]
fn text_in_gbk_costs_only_the_text() {
    let mut bytes = b"CN=3020;MN=M1;CP=&&DataTime=20160801080000;a-Rtd=1.5;i1-Info=//".to_vec();
    bytes.extend_from_slice(&[0xC7, 0xE5, 0xCF, 0xB4]);
    bytes.extend_from_slice(b"//&&");
    let segment = Segment::parse(&bytes).expect("a segment");
    assert_eq!(segment.deviations, [SegmentDeviation::NotUtf8]);
    assert_eq!(segment.readings().first().map(|reading| reading.value_text.as_str()), Some("1.5"));
}

#[test]
fn alarm_of_2005() {
    let text = "QN=20040516010101001;ST=32;CN=2072;PW=123456;MN=88888880000001;Flag=0;\
        CP=&&AlarmTime=20040506010101;101-Ala=1.1,AlarmType=1&&";
    let alarms = parse(text).alarms();
    let at = fengsui_protocols::hj212::time::parse("20040506010101");
    let wanted = Alarm { code: "101".to_owned(), value_text: "1.1".to_owned(), state: AlarmState::Raised, at };
    assert_eq!(alarms, [wanted]);
}

#[test]
fn replies_to_2005_devices_carry_the_number_inside() {
    let received = parse("QN=20040516010101001;ST=32;CN=2051;PW=123456;MN=88888880000001;Flag=1;CP=&&&&");
    let reply = fengsui_protocols::hj212::acknowledge(&received, ReplyStyle::ByVersion).expect("an answer");
    let frame = String::from_utf8(reply.to_frame().expect("a frame")).expect("text");
    let wanted = "##0077ST=91;CN=9014;PW=123456;MN=88888880000001;CP=&&QN=20040516010101001;CN=2051&&B981\r\n";
    assert_eq!(frame, wanted);
    assert_eq!(parse(&reply.to_text().expect("text")).answered_request(), Some("20040516010101001"));
}

#[test]
fn results_are_built_and_read() {
    let command = parse("QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=M1;Flag=5;CP=&&RtdInterval=30&&");
    let answer = Reply::Request(RequestResult::WrongPassword).to(&command, ReplyStyle::ByVersion);
    assert_eq!(
        answer.to_text().expect("text"),
        "QN=20160801085857223;ST=91;CN=9011;PW=100000;MN=M1;Flag=4;CP=&&QnRtn=3&&"
    );
    assert_eq!(answer.request_result(), Some(RequestResult::WrongPassword));
    assert_eq!(answer.execution_result(), None);
    let result = Reply::Execution(ExecutionResult::NoData).to(&command, ReplyStyle::ByVersion);
    assert_eq!(result.execution_result(), Some(ExecutionResult::NoData));
    assert_eq!(result.answered_request(), Some("20160801085857223"));
}

#[test]
fn operators_cannot_inject_fields() {
    let mut segment = Segment::new(Command::SET_PASSWORD, "M1");
    segment.parameters.groups = vec![vec![Parameter::new("NewPW", "1&&;CN=3021")]];
    assert!(segment.to_frame().is_err());
}

struct Backwards;

impl ParameterCipher for Backwards {
    fn open<'a>(&self, header: &Segment, sealed: &'a [u8]) -> Option<Cow<'a, [u8]>> {
        (header.version() == Version::V2025).then(|| sealed.iter().rev().copied().collect())
    }
}

#[test]
fn a_cipher_sits_between_checksum_and_parameters() {
    let sealed = b"CN=2011;MN=M1;Flag=8;CP=&&1=dtR-a&&";
    let segment = Segment::parse_with(sealed, &Backwards).expect("a segment");
    assert_eq!(segment.parameters.get("a-Rtd"), Some("1"));
    assert!(Segment::parse_with(b"CN=2011;MN=M1;CP=&&x&&", &Backwards).is_err());
}
