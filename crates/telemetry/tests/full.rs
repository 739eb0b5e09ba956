//! The disk is full for a while: the caller is told, nothing confirmed is lost, and it goes on by itself.

use std::ops::ControlFlow;

use fengsui_telemetry::testkit::{FaultDisk, Keep};
use fengsui_telemetry::{Log, LogSettings};

const SETTINGS: LogSettings = LogSettings { segment_bytes: 4096, spare_segments: 1 };

fn fill(log: &mut Log<FaultDisk>, confirmed: &mut Vec<(u64, Vec<u8>)>, rounds: u8) -> usize {
    let mut refused = 0;
    for round in 0..rounds {
        let body = vec![round; 500];
        let sequence = log.append(&body).expect("short");
        match log.sync() {
            Ok(()) => confirmed.push((sequence, body)),
            Err(error) => {
                assert!(error.is_full(), "{error}");
                assert_eq!(log.next(), sequence, "the sequence is given again");
                refused += 1;
            }
        }
    }
    refused
}

fn check(log: &Log<FaultDisk>, confirmed: &[(u64, Vec<u8>)]) {
    let mut records = Vec::new();
    log.read(0, &mut |sequence, body| {
        records.push((sequence, body.to_vec()));
        ControlFlow::Continue(())
    })
    .expect("readable");
    assert_eq!(records, confirmed);
}

#[test]
fn without_room_for_a_segment_the_log_waits_for_room() {
    let disk = FaultDisk::new(7);
    let (mut log, _) = Log::open(disk.clone(), SETTINGS).expect("a log");
    let mut confirmed = Vec::new();
    disk.set_capacity(Some(3 * 4096));
    assert!(fill(&mut log, &mut confirmed, 60) > 30);
    assert!(confirmed.len() > 20);
    check(&log, &confirmed);
    // Somebody makes room: a freed segment is used again although the disk is as full as before.
    log.release(confirmed[10].0).expect("released");
    assert!(fill(&mut log, &mut Vec::new(), 3) < 3);
    disk.set_capacity(None);
    let (mut log, opened) = Log::open(disk, SETTINGS).expect("a log");
    assert_eq!(opened.damages, []);
    assert_eq!(fill(&mut log, &mut Vec::new(), 60), 0);
}

#[test]
fn writes_without_room_leave_no_trace() {
    let disk = FaultDisk::new(8);
    let (mut log, _) = Log::open(disk.clone(), SETTINGS).expect("a log");
    let mut confirmed = Vec::new();
    fill(&mut log, &mut confirmed, 5);
    disk.set_full(true);
    assert_eq!(fill(&mut log, &mut confirmed, 200), 200);
    assert!(log.bytes() <= 2 * 4096, "failing takes no space");
    disk.set_full(false);
    assert_eq!(fill(&mut log, &mut confirmed, 5), 0);
    check(&log, &confirmed);
    disk.cut_power(Keep::Nothing);
    disk.restart();
    let (log, opened) = Log::open(disk, SETTINGS).expect("a log");
    assert_eq!(opened.damages, []);
    check(&log, &confirmed);
}
