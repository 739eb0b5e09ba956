//! Orders seen through to their end, split messages put together, and messages read as what they mean.

use fengsui_protocols::hj212::{
    Action, Address, Command, Ending, Exchange, ExecutionResult, HistoryKind, InstrumentTask, MergeLimits, Merged,
    Merger, Order, Outcome, Packet, Patience, Refusal, Reply, ReplyStyle, Report, Request, RequestResult, Segment,
    SegmentDeviation, Version, time,
};
use jiff::{SignedDuration, Timestamp};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_470_013_137 + seconds).expect("a time")
}

fn address(version: Version) -> Address {
    Address { mn: "M1".to_owned(), st: "32".to_owned(), pw: "123456".to_owned(), version }
}

fn request(order: &Order, seconds: i64) -> Request {
    let segment = order.to_segment(&address(Version::V2017), at(seconds));
    Request { ending: Ending::of_order(segment.cn), segment, patience: Patience::STANDARD }
}

fn number(request: &Request) -> String {
    request.segment.qn.clone().expect("a QN")
}

fn reply(reply: Reply, request: &Request) -> Segment {
    reply.to(&request.segment, ReplyStyle::ByVersion)
}

fn finished(request: &Request, outcome: Outcome) -> Action {
    Action::Finished(number(request), outcome)
}

#[test]
fn a_setting_is_accepted_and_executed_and_the_next_follows() {
    let mut exchange = Exchange::new(4);
    let (first, second) = (request(&Order::SetRealtimeInterval(30), 0), request(&Order::StopRealtime, 1));
    assert_eq!(exchange.submit(first.clone(), at(0)), Ok(vec![Action::Send(first.segment.clone())]));
    assert_eq!(exchange.submit(second.clone(), at(1)), Ok(Vec::new()));
    assert_eq!(exchange.submit(second.clone(), at(1)), Err(Refusal::RequestNumberInUse));
    assert_eq!(exchange.deadline(), Some(at(10)));
    let accepted = exchange.receive(&reply(Reply::Request(RequestResult::Ready), &first), at(2));
    assert_eq!(accepted, [Action::Accepted(number(&first))]);
    assert_eq!(exchange.deadline(), Some(at(62)));
    let done = exchange.receive(&reply(Reply::Execution(ExecutionResult::Done), &first), at(3));
    let outcome = Outcome::Executed(Some(ExecutionResult::Done));
    assert_eq!(done, [finished(&first, outcome), Action::Send(second.segment.clone())]);
    // A notice ends with 9013, and a late answer to the first order changes nothing.
    assert_eq!(exchange.receive(&reply(Reply::Execution(ExecutionResult::Done), &first), at(4)), [Action::Unmatched]);
    assert_eq!(exchange.receive(&reply(Reply::Data, &second), at(4)), [Action::Unmatched]);
    assert_eq!(exchange.receive(&reply(Reply::Notice, &second), at(5)), [finished(&second, Outcome::Acknowledged)]);
    assert_eq!((exchange.deadline(), exchange.requests().count()), (None, 0));
    assert_eq!(exchange.receive(&reply(Reply::Notice, &second), at(6)), [Action::Unmatched]);
}

#[test]
fn an_unanswered_order_is_repeated_then_given_up() {
    let mut exchange = Exchange::new(0);
    let order = request(&Order::ReadClock { factor: None }, 0);
    exchange.submit(order.clone(), at(0)).expect("taken");
    assert_eq!(exchange.submit(request(&Order::RetainSample, 9), at(0)), Err(Refusal::Full));
    assert!(exchange.expire(at(9)).is_empty());
    assert_eq!(exchange.expire(at(10)), [Action::Send(order.segment.clone())]);
    assert_eq!(exchange.deadline(), Some(at(20)));
    assert_eq!(exchange.expire(at(21)), [Action::Send(order.segment.clone())]);
    assert_eq!(exchange.expire(at(31)), [finished(&order, Outcome::Unanswered)]);
    assert!(exchange.expire(at(99)).is_empty());

    let once = Request { patience: Patience::STANDARD.once(), ..order };
    exchange.submit(once.clone(), at(100)).expect("taken");
    assert_eq!(exchange.expire(at(110)), [finished(&once, Outcome::Unanswered)]);
}

#[test]
fn a_query_collects_data_until_its_result() {
    let mut exchange = Exchange::new(1);
    let order = request(&Order::History { kind: HistoryKind::Minute, begin: at(-600), end: at(0) }, 0);
    exchange.submit(order.clone(), at(0)).expect("taken");
    let mut data = Segment::new(Command::MINUTE, "M1");
    data.qn = Some("20160801085860000".to_owned());
    assert!(exchange.receive(&data, at(1)).is_empty(), "sent unasked");
    exchange.receive(&reply(Reply::Request(RequestResult::Ready), &order), at(2));
    assert_eq!(exchange.receive(&data, at(30)), [Action::Data(number(&order))]);
    assert_eq!(exchange.deadline(), Some(at(90)), "each data frame shows that the device is at work");
    data.mn = "M2".to_owned();
    assert!(exchange.receive(&data, at(31)).is_empty());
    assert_eq!(exchange.expire(at(90)), [finished(&order, Outcome::Unfinished)]);

    // Where the acceptance is lost, data under the order's own number stand for it.
    let clock = request(&Order::ReadClock { factor: None }, 100);
    exchange.submit(clock.clone(), at(100)).expect("taken");
    let answer = Report::Clock { factor: None, at: at(101) }.to_segment(&address(Version::V2017), at(100));
    assert_eq!(exchange.receive(&answer, at(101)), [Action::Data(number(&clock))]);
    let failed = exchange.receive(&reply(Reply::Execution(ExecutionResult::NoData), &clock), at(102));
    assert_eq!(failed, [finished(&clock, Outcome::Executed(Some(ExecutionResult::NoData)))]);
}

#[test]
fn refusals_strangers_and_the_2005_edition() {
    let mut exchange = Exchange::new(1);
    let segment = Order::StartRealtime.to_segment(&address(Version::V2005), at(0));
    let order = Request { ending: Ending::Execution, segment, patience: Patience::STANDARD };
    exchange.submit(order.clone(), at(0)).expect("taken");
    let mut stranger = reply(Reply::Request(RequestResult::Ready), &order);
    assert!(stranger.qn.is_none() && stranger.parameters.get("QN").is_some(), "2005 has it inside CP");
    stranger.mn = "M2".to_owned();
    assert_eq!(exchange.receive(&stranger, at(1)), [Action::Unmatched]);
    let mut anonymous = reply(Reply::Request(RequestResult::Ready), &order);
    anonymous.parameters.groups.remove(0);
    assert_eq!(exchange.receive(&anonymous, at(1)), [Action::Accepted(number(&order))]);
    let refused = exchange.receive(&reply(Reply::Request(RequestResult::WrongPassword), &order), at(2));
    assert_eq!(refused, [finished(&order, Outcome::Refused(RequestResult::WrongPassword))]);

    let upload = Request { ending: Ending::of_upload(Command::HOUR), ..request(&Order::StartRealtime, 5) };
    assert_eq!(Ending::of_upload(Command::CLOCK_REQUEST), Ending::Notice);
    exchange.submit(upload.clone(), at(5)).expect("taken");
    assert_eq!(exchange.receive(&reply(Reply::Data, &upload), at(6)), [finished(&upload, Outcome::Acknowledged)]);
    let mut nameless = upload;
    nameless.segment.qn = None;
    assert_eq!(exchange.submit(nameless, at(7)), Err(Refusal::NoRequestNumber));
}

#[test]
fn a_lost_connection_and_a_withdrawn_order() {
    let mut exchange = Exchange::new(2);
    let orders: Vec<Request> = (0..3).map(|index| request(&Order::ReadRealtimeInterval, index)).collect();
    for order in &orders {
        exchange.submit(order.clone(), at(0)).expect("taken");
    }
    assert_eq!(exchange.disconnect(), Some(finished(&orders[0], Outcome::Disconnected)));
    assert_eq!((exchange.disconnect(), exchange.deadline()), (None, None));
    assert_eq!(exchange.submit(request(&Order::RetainSample, 50), at(50)), Err(Refusal::Full));
    assert_eq!(exchange.withdraw(&number(&orders[2]), at(51)), [finished(&orders[2], Outcome::Withdrawn)]);
    assert!(exchange.withdraw("unknown", at(51)).is_empty());
    assert_eq!(exchange.resume(at(60)), Some(Action::Send(orders[1].segment.clone())));
    assert_eq!(exchange.withdraw(&number(&orders[1]), at(61)), [finished(&orders[1], Outcome::Withdrawn)]);
}

fn packet(total: u16, number: u16, qn: &str, text: &str) -> Segment {
    let text = format!("QN={qn};CN=2061;MN=M1;Flag=7;CP=&&{text}&&");
    let mut segment = Segment::parse(text.as_bytes()).expect("a segment");
    segment.packet = Some(Packet { total, number });
    segment
}

#[test]
fn split_messages_become_whole_in_any_order() {
    let mut merger = Merger::new(MergeLimits::default());
    let first = packet(2, 1, "1", "DataTime=20160801080000;a-Avg=1,a-Flag=N");
    let second = packet(2, 2, "2", "DataTime=20160801080000;b-Avg=2,b-Flag=N;a-Avg=3");
    assert_eq!(merger.offer(second.clone(), at(0)), (Merged::Waiting { present: 1, total: 2 }, Vec::new()));
    assert_eq!(merger.offer(second.clone(), at(1)).0, Merged::Repeated);
    let (Merged::Whole(whole), _) = merger.offer(first.clone(), at(2)) else { panic!("not whole") };
    assert_eq!(whole.qn.as_deref(), Some("1"));
    assert_eq!((whole.packet, whole.flag.map(|flag| flag.0)), (None, Some(5)));
    assert_eq!(whole.deviations, [SegmentDeviation::DoubledName { name: "a-Avg".to_owned() }]);
    let values: Vec<String> = whole.readings().into_iter().map(|reading| reading.value_text).collect();
    assert_eq!(values, ["3", "2"], "the last of doubled names counts");
    assert!(whole.readings().iter().all(|reading| reading.observed_at.is_some()));
    // A frame sent again after the message was whole, and the same hour asked for once more.
    assert_eq!(merger.offer(first, at(3)).0, Merged::Repeated);
    let again = packet(2, 1, "7", "DataTime=20160801080000;a-Avg=1");
    assert_eq!(merger.offer(again, at(4)).0, Merged::Waiting { present: 1, total: 2 });
    assert_eq!(merger.waiting(), 1);
}

#[test]
fn merging_is_bounded_and_gives_back_what_it_gives_up() {
    let limits = MergeLimits { messages: 2, packets: 4, bytes: 2000 };
    let mut merger = Merger::new(limits);
    for (total, number) in [(0, 1), (2, 0), (2, 3), (5, 1)] {
        assert!(matches!(merger.offer(packet(total, number, "1", "a=1"), at(0)).0, Merged::Apart(_)));
    }
    let whole = packet(1, 1, "1", "a=1");
    assert!(matches!(merger.offer(whole, at(0)).0, Merged::Whole(_)));
    let times = ["20160801080000", "20160801090000", "20160801100000"];
    for (index, time) in times.iter().enumerate() {
        let number = u16::try_from(index + 1).expect("small");
        let (outcome, given_up) = merger.offer(packet(3, number, time, &format!("DataTime={time}")), at(1));
        assert_eq!(outcome, Merged::Waiting { present: 1, total: 3 });
        assert_eq!(given_up.len(), usize::from(index == 2));
        if let Some(incomplete) = given_up.first() {
            assert_eq!((incomplete.segments.len(), incomplete.missing.as_slice()), (1, [2, 3].as_slice()));
            assert_eq!(incomplete.key.data_time.as_deref(), Some("20160801080000"));
        }
    }
    let large = packet(2, 1, "9", &format!("a={}", "9".repeat(1850)));
    let (outcome, given_up) = merger.offer(large, at(5));
    assert_eq!((outcome, given_up.len()), (Merged::Waiting { present: 1, total: 2 }, 2));
    assert!(merger.expire(at(4)).is_empty());
    assert_eq!((merger.expire(at(5)).len(), merger.waiting()), (1, 0));
    let huge = packet(2, 1, "9", &format!("a={}", "9".repeat(2000)));
    assert!(matches!(merger.offer(huge, at(6)).0, Merged::Apart(_)));
}

fn every_order() -> Vec<Order> {
    let factor = || "w01018".to_owned();
    let some = || Some("w01018".to_owned());
    let begin = at(-3600);
    let mut orders = vec![
        Order::SetTimeout { seconds: 5, tries: 3 },
        Order::SetStation { hardware_serial: "SN1".to_owned() },
        Order::ReadClock { factor: None },
        Order::ReadClock { factor: some() },
        Order::SetClock { at: at(0), factor: None },
        Order::SetClock { at: at(0), factor: some() },
        Order::SetSecretKey { created: "20160801085857".to_owned(), key: "k".to_owned() },
        Order::ReadReportTime,
        Order::SetReportTime("0100".to_owned()),
        Order::ReadRealtimeInterval,
        Order::SetRealtimeInterval(30),
        Order::ReadMinuteInterval,
        Order::SetMinuteInterval(10),
        Order::SetPassword("654321".to_owned()),
        Order::StartRealtime,
        Order::StopRealtime,
        Order::StartDeviceState,
        Order::StopDeviceState,
        Order::Calibrate { factor: factor(), calibration: None },
        Order::Calibrate { factor: factor(), calibration: Some("1".to_owned()) },
        Order::RetainSample,
        Order::SetSamplingPeriod { factor: factor(), start: jiff::civil::time(1, 30, 0, 0), hours: 2 },
        Order::ReadInformation { factor: None, item: "i11001".to_owned(), span: Some((begin, at(0))) },
        Order::ReadInformation { factor: some(), item: "i12101".to_owned(), span: None },
        Order::SetInformation { factor: factor(), item: "i12103".to_owned(), value: "1.5".to_owned() },
    ];
    for number in 2000..4000 {
        let command = Command::new(number).expect("four digits");
        orders.extend(HistoryKind::of(command).map(|kind| Order::History { kind, begin, end: at(0) }));
        orders.extend(InstrumentTask::of(command).map(|task| Order::Instrument { task, factor: factor() }));
    }
    orders
}

/// Each command of the tables, written, sent as a frame, and read as a logger reads it.
#[test]
fn every_command_is_an_order() {
    let orders = every_order();
    let mut numbers: Vec<u16> = orders.iter().map(|order| order.command().number()).collect();
    numbers.dedup();
    let wanted = [
        1000, 1002, 1011, 1012, 1014, 1041, 1042, 1061, 1062, 1063, 1064, 1072, 2011, 2012, 2021, 2022, 3011, 3015,
        3016, 3020, 3021, 2013, 2031, 2041, 2051, 2052, 2061, 2062, 2071, 3012, 3013, 3014, 3017, 3018, 3019, 3022,
        3024,
    ];
    assert_eq!(numbers, wanted);
    for order in orders {
        let frame = order.to_segment(&address(Version::V2017), at(0)).to_frame().expect("a frame");
        let frame = fengsui_protocols::hj212::decode_frame(&frame).expect("a frame");
        let segment = Segment::parse(frame.segment()).expect("a segment");
        assert_eq!(Order::read(&segment), order);
        assert!(segment.deviations.is_empty() && segment.needs_acknowledgement());
    }
    assert!(Order::RetainSample.is_control() && !Order::ReadRealtimeInterval.is_control());
    let read = Order::Instrument { task: InstrumentTask::ReadIdentity, factor: "w01018".to_owned() };
    assert!(!read.is_control());
}

#[test]
fn what_no_order_holds_is_kept() {
    for text in [
        "CN=2011;MN=M1;CP=&&DataTime=20160801080000;a-Rtd=1&&",
        "CN=1062;MN=M1;CP=&&RtdInterval=x&&",
        "CN=1062;MN=M1;CP=&&&&",
        "CN=3012;MN=M1;CP=&&PolId=a;More=1&&",
        "CN=8888;MN=M1;CP=&&a=1&&",
    ] {
        let segment = Segment::parse(text.as_bytes()).expect("a segment");
        let Order::Other { command, parameters } = Order::read(&segment) else { panic!("{text}") };
        assert_eq!((command, &parameters), (segment.cn, &segment.parameters));
    }
}

#[test]
fn reports_go_both_ways() {
    let factor = || "w01018".to_owned();
    let text = |text: &str| text.to_owned();
    for report in [
        Report::Hardware(vec![(text("i23005-Info"), text("1")), (text("i23006-Info"), text("2"))]),
        Report::Clock { factor: None, at: at(0) },
        Report::ClockRequest { factor: Some(factor()) },
        Report::SecretKeyRequest { created: text("20160801085857") },
        Report::ReportTime(text("0100")),
        Report::RealtimeInterval(30),
        Report::MinuteInterval(10),
        Report::Restart { at: at(0), started_at: at(-60) },
        Report::RetainedSample { at: at(0), bottle: text("1") },
        Report::SamplingPeriod { factor: factor(), start: jiff::civil::time(0, 0, 0, 0), hours: 24 },
        Report::SampleTime { factor: factor(), minutes: 30 },
        Report::Identity { factor: factor(), serial: text("010000A8900016F000169DC0") },
        Report::Information {
            at: Some(at(0)),
            factor: Some(factor()),
            items: vec![(text("i11001"), text("清洗管路"))],
        },
        Report::Heartbeat,
    ] {
        let segment = report.to_segment(&address(Version::V2025), at(0));
        let bytes = segment.to_text().expect("text");
        let read = Segment::parse(bytes.as_bytes()).expect("a segment");
        assert_eq!(Report::read(&read), Some(report));
    }
    let values = Segment::parse(b"CN=2011;MN=M1;CP=&&DataTime=20160801080000;a-Rtd=1&&").expect("a segment");
    assert_eq!(Report::read(&values), None);
}

#[test]
fn patience_is_a_parameter() {
    let patience = Patience { answer: SignedDuration::MAX, ..Patience::STANDARD };
    let mut exchange = Exchange::new(0);
    exchange.submit(Request { patience, ..request(&Order::RetainSample, 0) }, at(0)).expect("taken");
    assert_eq!(exchange.deadline(), Some(Timestamp::MAX));
    assert_eq!(time::parse_time_of_day("235959").map(time::format_time_of_day).as_deref(), Some("235959"));
    assert!(time::parse_time_of_day("240000").is_none() && time::parse_time_of_day("1").is_none());
}
