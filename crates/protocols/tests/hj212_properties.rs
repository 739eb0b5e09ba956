//! HJ 212 under arbitrary input: no panic, no loss, and writing undone by reading.

use fengsui_protocols::hj212::{
    Command, Decoder, Flag, Frame, Packet, Parameter, Parameters, Rejected, ReplyStyle, Segment, Tolerance,
    acknowledge, compose, decode_frame, describe, encode_frame,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

fn feed_in_parts(decoder: &mut Decoder, bytes: &[u8], portion: usize) -> Vec<Result<Frame, Rejected>> {
    bytes.chunks(portion.max(1)).flat_map(|part| decoder.feed(part)).collect()
}

fn tolerance() -> impl Strategy<Value = Tolerance> {
    prop_oneof![Just(Tolerance::Strict), Just(Tolerance::Tolerant)]
}

/// Bytes that look like the protocol more often than chance would have it.
fn hostile_bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        vec(any::<u8>(), 0..20),
        "##[0-9]{4}".prop_map(String::into_bytes),
        "#{1,5}".prop_map(String::into_bytes),
        "(CP=&&|&&|\r\n|;|,|=|QN=|CN=2011|MN=M1|Flag=5|[0-9A-F]{4}|DataTime=[0-9]{14}|a-Rtd=1)"
            .prop_map(String::into_bytes),
        segment().prop_map(|segment| segment.to_frame().unwrap_or_default()),
    ];
    vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

fn parameter() -> impl Strategy<Value = Parameter> {
    ("[a-zA-Z][a-zA-Z0-9]{0,8}(-[A-Za-z]{2,5})?", "([-0-9A-Za-z./=]{0,12}|//清洗管路//)")
        .prop_map(|(name, value)| Parameter::new(name, value))
}

/// Parameters without doubled names or irregular times, which reading would remark upon.
fn parameters() -> impl Strategy<Value = Parameters> {
    vec(vec(parameter(), 1..4), 0..6).prop_map(|mut groups| {
        for (index, parameter) in groups.iter_mut().flatten().enumerate() {
            parameter.name = format!("p{index}{}", parameter.name);
        }
        Parameters { groups }
    })
}

prop_compose! {
    fn segment()(
        qn in option::of("[0-9]{14,18}"),
        st in option::of("[0-9]{2}"),
        cn in 0_u16..10_000,
        pw in option::of("[0-9A-Za-z]{6}"),
        mn in "[0-9A-Z_]{6,24}",
        flag in option::of(any::<u8>().prop_map(Flag)),
        packet in option::of((any::<u16>(), any::<u16>()).prop_map(|(total, number)| Packet { total, number })),
        extra in option::of("[0-9A-Za-z]{1,9}"),
        parameters in parameters(),
    ) -> Segment {
        let mut segment = Segment::new(Command::new(cn).unwrap_or(Command::REALTIME), mn);
        segment.qn = qn;
        segment.st = st;
        segment.pw = pw;
        segment.flag = flag;
        segment.packet = packet;
        segment.extra = extra.map(|value| ("USCC".to_owned(), value)).into_iter().collect();
        segment.parameters = parameters;
        segment
    }
}

proptest! {
    #[test]
    fn any_bytes_are_accounted_for(bytes in hostile_bytes(), portion in 1_usize..80, tolerance in tolerance()) {
        let mut decoder = Decoder::new(tolerance);
        let mut results = feed_in_parts(&mut decoder, &bytes, portion);
        prop_assert!(decoder.pending() <= 8192);
        results.extend(decoder.expire());
        prop_assert_eq!(decoder.pending(), 0);
        let mut rebuilt = Vec::new();
        for result in &results {
            match result {
                Ok(frame) => rebuilt.extend_from_slice(frame.raw()),
                Err(rejected) => rebuilt.extend_from_slice(&rejected.raw),
            }
            if let Ok(frame) = result && let Ok(segment) = Segment::parse(frame.segment()) {
                let _ = (segment.readings(), segment.alarms(), segment.split_key());
                let _ = acknowledge(&segment, ReplyStyle::ByVersion).map(|reply| reply.to_frame());
            }
        }
        // Only line ends between frames may vanish.
        let without_line_ends = |bytes: &[u8]| -> Vec<u8> {
            bytes.iter().copied().filter(|byte| !b"\r\n".contains(byte)).collect()
        };
        prop_assert_eq!(without_line_ends(&rebuilt), without_line_ends(&bytes));
    }

    #[test]
    fn any_text_is_read_or_refused(bytes in vec(any::<u8>(), 0..300), text in "(CN=2011;MN=1;CP=&&)?\\PC{0,80}(&&)?") {
        let _ = decode_frame(&bytes);
        for input in [bytes.as_slice(), text.as_bytes()] {
            if let Ok(segment) = Segment::parse(input) {
                let _ = (segment.readings(), segment.alarms(), segment.to_frame());
                let _ = (segment.request_result(), segment.execution_result());
            }
        }
    }

    #[test]
    fn writing_is_undone_by_reading(segment in segment()) {
        let Ok(bytes) = segment.to_frame() else { return Ok(()) };
        let frame = decode_frame(&bytes).expect("a frame");
        prop_assert_eq!(frame.raw(), bytes.as_slice());
        let read = Segment::parse(frame.segment()).expect("a segment");
        prop_assert_eq!(&read, &segment);
        prop_assert_eq!(encode_frame(frame.segment()).expect("a frame"), bytes);
    }

    #[test]
    fn composing_undoes_describing(segment in segment()) {
        let Ok(bytes) = segment.to_frame() else { return Ok(()) };
        let described = describe(&bytes);
        prop_assert_eq!(described.len(), 1);
        prop_assert_eq!(compose(&described[0]), Ok(bytes));
    }

    #[test]
    fn frames_are_found_among_garbage(
        segments in vec(segment(), 1..5),
        garbage in vec("[^#]{0,40}", 5),
        portion in 1_usize..300,
        tolerance in tolerance(),
        line_ends in any::<bool>(),
    ) {
        let mut stream = Vec::new();
        let mut wanted = Vec::new();
        for (segment, garbage) in segments.iter().zip(&garbage) {
            let Ok(frame) = segment.to_frame() else { continue };
            stream.extend_from_slice(garbage.as_bytes());
            let end = if line_ends { frame.len() } else { frame.len() - 2 };
            stream.extend_from_slice(frame.get(..end).unwrap_or_default());
            wanted.push(segment.clone());
        }
        let mut decoder = Decoder::new(tolerance);
        let mut results = feed_in_parts(&mut decoder, &stream, portion);
        results.extend(decoder.expire());
        let found: Vec<Segment> = results
            .into_iter()
            .filter_map(Result::ok)
            .map(|frame| Segment::parse(frame.segment()).expect("a segment"))
            .collect();
        prop_assert_eq!(found, wanted);
    }
}
