//! SZY 206 under arbitrary input: nothing lost, and writing undone by reading.

use fengsui_protocols::szy206::{
    Address, Assembly, Command, Control, DataKind, Decoder, Digits, Direction, Frame, Function, LongTime, Rejected,
    SelfReport, TimeForm, acknowledge, compose, decode_frame, describe, read_digits, write_digits,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

prop_compose! {
    fn frame()(
        up in any::<bool>(),
        frames_left in option::weighted(0.3, any::<u8>()),
        repetition in 0..4_u8,
        kind in any::<u8>(),
        address in any::<[u8; 5]>(),
        function in any::<u8>(),
        data in vec(any::<u8>(), 0..=247),
    ) -> Frame {
        let direction = if up { Direction::Up } else { Direction::Down };
        let control = Control { direction, frames_left, repetition, kind: DataKind::from_number(kind) };
        Frame { control, address: Address(address), function: Function::from_number(function), data }
    }
}

/// Bytes that look like the protocol more often than chance would have it.
fn hostile_bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        vec(any::<u8>(), 0..40),
        (any::<u8>()).prop_map(|length| vec![0x68, length, 0x68]),
        (frame(), 0..300_usize).prop_map(|(frame, cut)| {
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
    fn writing_is_undone_by_reading(frame in frame()) {
        let bytes = frame.to_bytes().expect("a frame");
        let described = describe(&bytes);
        prop_assert_eq!(described.len(), 1);
        prop_assert_eq!(&compose(&described[0]).expect("a frame"), &bytes);
        let mut by_names = described[0].clone();
        by_names.as_object_mut().expect("an object").remove("ctrl");
        prop_assert_eq!(&compose(&by_names).expect("a frame"), &bytes);
        prop_assert_eq!(decode_frame(&bytes), Ok(frame));
    }

    #[test]
    fn any_bytes_are_accounted_for(bytes in hostile_bytes(), portion in 1_usize..200) {
        let mut decoder = Decoder::new();
        let mut results = feed(&mut decoder, &bytes, portion);
        prop_assert!(decoder.pending() < 260);
        results.extend(decoder.expire());
        prop_assert_eq!(decoder.pending(), 0);
        let mut rebuilt = Vec::new();
        let mut assembly = Assembly::new();
        for result in results {
            match result {
                Ok(frame) => {
                    rebuilt.extend(frame.to_bytes().expect("a frame"));
                    let _ = (acknowledge(&frame), TimeForm::guess(&frame.data));
                    assembly.take(frame);
                    prop_assert!(assembly.held() <= 255 * 255);
                }
                Err(rejected) => {
                    prop_assert!(!rejected.raw.is_empty());
                    rebuilt.extend(rejected.raw);
                }
            }
        }
        prop_assert_eq!(rebuilt, bytes);
    }

    #[test]
    fn any_split_gives_the_same_frames(frames in vec(frame(), 1..6), garbage in vec(any::<u8>(), 0..20), portion in 1_usize..200) {
        let mut stream = garbage;
        for frame in &frames {
            stream.extend(frame.to_bytes().expect("a frame"));
        }
        let found = |portion: usize| -> Vec<Frame> {
            let mut decoder = Decoder::new();
            let mut results = feed(&mut decoder, &stream, portion);
            results.extend(decoder.expire());
            results.into_iter().filter_map(Result::ok).collect()
        };
        prop_assert_eq!(found(portion), found(usize::MAX));
    }

    #[test]
    fn data_areas_are_put_together_as_they_were(data in vec(any::<u8>(), 0..60), long in any::<bool>()) {
        let form = if long { TimeForm::Long } else { TimeForm::Short };
        if let Some(report) = SelfReport::read(&data, form) {
            prop_assert_eq!(report.to_data(), data.clone());
        }
        if let Some(command) = Command::read(&data) {
            prop_assert_eq!(command.to_data(), data);
        }
    }

    #[test]
    fn commands_are_read_back(body in vec(any::<u8>(), 0..20), password in any::<[u8; 2]>(), day in 1..=28_i8) {
        let time = LongTime::from_civil(jiff::civil::date(2025, 6, day).at(12, 30, 10, 0), 0);
        let command = Command { body, password, time };
        prop_assert_eq!(Command::read(&command.to_data()), Some(command));
    }

    #[test]
    fn digits_are_read_back(number in any::<u32>(), decimals in 0..6_usize) {
        let bytes = write_digits(&number.to_string(), 0, 5).expect("ten digits hold it");
        let Digits::Value(text) = read_digits(&bytes, decimals) else { panic!("no value") };
        prop_assert_eq!(write_digits(&text, decimals, 5), Some(bytes));
    }

    #[test]
    fn any_digits_are_read_or_refused(bytes in vec(any::<u8>(), 0..9), decimals in 0..30_usize, text in "[0-9.-]{0,12}") {
        let _ = (read_digits(&bytes, decimals), write_digits(&text, decimals, bytes.len()));
    }
}
