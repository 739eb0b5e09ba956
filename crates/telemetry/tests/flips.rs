//! A failing medium flips bits: the log opens, says so, and gives every record that was not hit.

use std::ops::ControlFlow;

use fengsui_telemetry::testkit::FaultDisk;
use fengsui_telemetry::{Disk, Flaw, Log, LogSettings};

const SETTINGS: LogSettings = LogSettings { segment_bytes: 512, spare_segments: 1 };
const RECORDS: u64 = 24;
/// The bytes before a body.
const HEAD: usize = 20;

fn body(sequence: u64) -> Vec<u8> {
    (0..30 + sequence * 2).map(|at| (at * 7 + sequence).to_le_bytes()[0]).collect()
}

fn open(disk: &FaultDisk) -> (Log<FaultDisk>, Vec<Flaw>) {
    let (log, opened) = Log::open(disk.clone(), SETTINGS).expect("damage never stops the log");
    assert_eq!(opened.next, RECORDS + 1);
    (log, opened.damages.iter().map(|damage| damage.what).collect())
}

/// A log of several segments, some of them re-used, whose records are synced by threes.
fn small() -> FaultDisk {
    let disk = FaultDisk::new(1);
    let (mut log, _) = Log::open(disk.clone(), SETTINGS).expect("a log");
    for sequence in 1..=RECORDS {
        log.append(&body(sequence)).expect("short");
        if sequence.is_multiple_of(3) {
            log.sync().expect("durable");
        }
        if sequence == RECORDS / 2 {
            log.release(sequence).expect("released");
        }
    }
    disk
}

fn segments(disk: &FaultDisk) -> Vec<String> {
    disk.list().expect("names").into_iter().filter(|name| name.strip_suffix(".log").is_some()).collect()
}

fn records(log: &Log<FaultDisk>) -> Vec<u64> {
    let mut found = Vec::new();
    log.read(0, &mut |sequence, bytes| {
        assert_eq!(bytes, body(sequence));
        found.push(sequence);
        ControlFlow::Continue(())
    })
    .expect("readable");
    found
}

/// The record that a byte belongs to, if any.
fn hit(content: &[u8], offset: usize, alive: &[u64]) -> Option<u64> {
    alive.iter().copied().find(|sequence| {
        let body = body(*sequence);
        let at = content.windows(body.len()).position(|window| window == body);
        at.is_some_and(|at| (at - HEAD..at + body.len()).contains(&offset))
    })
}

#[test]
fn a_flipped_byte_costs_the_record_that_it_hits_and_no_other() {
    let disk = small();
    let (log, damages) = open(&disk);
    assert_eq!(damages, []);
    let alive = records(&log);
    let names = segments(&disk);
    assert!(names.len() > 3 && alive[0] > 3 && alive.len() > 10, "{names:?} {alive:?}");
    drop(log);
    for name in &names {
        let content = disk.content(name).expect("a segment");
        for (offset, bits) in (0..content.len()).flat_map(|offset| [1, 0x80, 0xff].map(|bits| (offset, bits))) {
            disk.flip(name, offset, bits);
            let expected: Vec<u64> = match hit(&content, offset, &alive) {
                Some(lost) => alive.iter().copied().filter(|sequence| *sequence != lost).collect(),
                None => alive.clone(),
            };
            let (log, damages) = open(&disk);
            assert_eq!(records(&log), expected, "{name} at {offset}");
            assert_eq!(damages.len(), alive.len() - expected.len(), "{name} at {offset}: {damages:?}");
            disk.flip(name, offset, bits);
        }
    }
}

#[test]
fn a_log_that_lost_a_whole_segment_still_opens() {
    let disk = small();
    let (log, _) = open(&disk);
    let alive = records(&log);
    drop(log);
    let names = segments(&disk);
    disk.put(&names[1], &[0xa5; 512]);
    let (mut log, damages) = open(&disk);
    let left = records(&log);
    assert!(left.len() < alive.len() && left.iter().all(|sequence| alive.contains(sequence)));
    assert!(
        matches!(damages[..], [Flaw::Records { first, last }] if last - first + 1 == (alive.len() - left.len()) as u64)
    );
    assert_eq!(log.append(b"on it goes").expect("short"), RECORDS + 1);
    log.sync().expect("durable");
}
