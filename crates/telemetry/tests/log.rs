//! The log on a real directory.

use std::ops::ControlFlow;
use std::path::Path;

use fengsui_telemetry::{Directory, Disk, Log, LogError, LogSettings, Opened};

const SMALL: LogSettings = LogSettings { segment_bytes: 4096, spare_segments: 1 };

fn open(path: &Path) -> (Log<Directory>, Opened) {
    Log::open(Directory::open(path).expect("a directory"), SMALL).expect("a log")
}

fn all<D: Disk>(log: &Log<D>, from: u64) -> Vec<(u64, Vec<u8>)> {
    let mut records = Vec::new();
    let damages = log
        .read(from, &mut |sequence, body| {
            records.push((sequence, body.to_vec()));
            ControlFlow::Continue(())
        })
        .expect("readable");
    assert_eq!(damages, []);
    records
}

fn body(sequence: u64) -> Vec<u8> {
    vec![sequence.to_le_bytes()[0]; usize::try_from(sequence % 97).expect("small")]
}

fn fill(log: &mut Log<Directory>, count: u64) {
    for _ in 0..count {
        let sequence = log.append(&body(log.next())).expect("room");
        if sequence.is_multiple_of(3) {
            log.sync().expect("durable");
        }
    }
    log.sync().expect("durable");
}

#[test]
fn records_come_back_in_order_after_a_reopening() {
    let place = tempfile::tempdir().expect("a directory");
    let (mut log, opened) = open(place.path());
    assert_eq!((opened.first, opened.next, opened.damages.len()), (1, 1, 0));
    fill(&mut log, 400);
    log.append(b"never confirmed").expect("room");
    let expected: Vec<_> = (1..=400).map(|sequence| (sequence, body(sequence))).collect();
    assert_eq!(all(&log, 0), expected);
    drop(log);
    let (log, opened) = open(place.path());
    assert_eq!((opened.first, opened.next, opened.damages), (1, 401, vec![]));
    assert_eq!(all(&log, 0), expected);
    assert_eq!(all(&log, 390), expected[389..]);
}

#[test]
fn released_segments_are_used_again() {
    let place = tempfile::tempdir().expect("a directory");
    let (mut log, _) = open(place.path());
    fill(&mut log, 400);
    let held = log.bytes();
    assert_eq!(log.release(log.oldest_live_boundary().expect("two segments")).expect("released"), 1);
    assert_eq!(log.bytes(), held - 4096);
    log.release(u64::MAX).expect("released");
    assert_eq!(log.bytes(), 4096, "the last segment stays");
    assert_eq!(log.oldest_live_boundary(), None);
    for round in 1..20 {
        fill(&mut log, 100);
        log.release(400 + round * 100).expect("released");
        let files = std::fs::read_dir(place.path()).expect("a directory").count();
        assert!(files <= 5, "{files} files");
    }
    drop(log);
    let (log, opened) = open(place.path());
    assert_eq!((opened.next, opened.damages), (2301, vec![]));
    let records = all(&log, 0);
    assert_eq!(records.last(), Some(&(2300, body(2300))));
    assert_eq!(records[0].0, opened.first);
    assert!(records.iter().all(|(sequence, bytes)| bytes == &body(*sequence)));
}

#[test]
fn a_record_larger_than_a_segment_has_its_own() {
    let place = tempfile::tempdir().expect("a directory");
    let (mut log, _) = open(place.path());
    fill(&mut log, 5);
    let large = vec![7; 3 << 20];
    assert_eq!(log.append(&large).expect("room"), 6);
    log.sync().expect("durable");
    fill(&mut log, 5);
    drop(log);
    let (mut log, opened) = open(place.path());
    assert_eq!((opened.next, opened.damages), (12, vec![]));
    assert_eq!(all(&log, 6)[0], (6, large));
    log.release(12).expect("released");
    assert_eq!(log.bytes(), 4096);
}

#[test]
fn a_floor_raises_the_next_sequence_without_being_a_damage() {
    let place = tempfile::tempdir().expect("a directory");
    let (mut log, _) = open(place.path());
    log.set_floor(50);
    fill(&mut log, 3);
    log.set_floor(10);
    assert_eq!(log.next(), 53);
    log.append(b"waits").expect("room");
    log.set_floor(1 << 40);
    assert_eq!(log.next(), 54);
    log.sync().expect("durable");
    assert_eq!(log.next(), 1 << 40);
    fill(&mut log, 2);
    drop(log);
    let (log, opened) = open(place.path());
    assert_eq!((opened.first, opened.next, opened.damages), (50, (1 << 40) + 2, vec![]));
    let sequences: Vec<u64> = all(&log, 0).into_iter().map(|(sequence, _)| sequence).collect();
    assert_eq!(sequences, [50, 51, 52, 53, 1 << 40, (1 << 40) + 1]);
}

#[test]
fn a_log_of_a_newer_program_is_left_alone() {
    let place = tempfile::tempdir().expect("a directory");
    std::fs::write(place.path().join("v2-00000000000000000001-00000000000000000001.log"), b"new").expect("a file");
    let refused = Log::open(Directory::open(place.path()).expect("a directory"), SMALL);
    assert!(matches!(refused.err(), Some(LogError::Newer { .. })));
}

#[test]
fn a_directory_opened_alone_keeps_others_out() {
    let place = tempfile::tempdir().expect("a directory");
    let held = Directory::open_alone(place.path()).expect("free");
    let refused = Directory::open_alone(place.path()).expect_err("held");
    assert_eq!(refused.kind(), std::io::ErrorKind::WouldBlock);
    assert_eq!(held.list().expect("names"), Vec::<String>::new());
    drop(held);
    Directory::open_alone(place.path()).expect("free again");
}
