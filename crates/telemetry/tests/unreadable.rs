//! The disk cannot read a part: the log opens without it, and destroys nothing that may come back.

use std::ops::ControlFlow;

use fengsui_telemetry::testkit::FaultDisk;
use fengsui_telemetry::{Disk, Flaw, Log, LogSettings};

const SETTINGS: LogSettings = LogSettings { segment_bytes: 16 << 10, spare_segments: 1 };

fn open(disk: &FaultDisk) -> (Log<FaultDisk>, Vec<Flaw>) {
    let (log, opened) = Log::open(disk.clone(), SETTINGS).expect("it never stops the log");
    (log, opened.damages.iter().map(|damage| damage.what).collect())
}

fn append(log: &mut Log<FaultDisk>, count: usize) -> Vec<u64> {
    let one = |_| {
        let sequence = log.append(&[7; 900]).expect("short");
        log.sync().expect("durable");
        sequence
    };
    (0..count).map(one).collect()
}

fn sequences(log: &Log<FaultDisk>) -> Vec<u64> {
    let mut found = Vec::new();
    log.read(0, &mut |sequence, _| {
        found.push(sequence);
        ControlFlow::Continue(())
    })
    .expect("readable");
    found
}

/// Spoils a part of a segment, goes on, heals it: gives what was there meanwhile and in the end.
fn spoiled(segment: usize, place: std::ops::Range<u64>) -> (Vec<u64>, Vec<Flaw>, Vec<u64>, Vec<u64>) {
    let disk = FaultDisk::new(3);
    let (mut log, _) = open(&disk);
    let mut confirmed = append(&mut log, 60);
    drop(log);
    disk.spoil(&disk.list().expect("names")[segment], place);
    let (mut log, damages) = open(&disk);
    let meanwhile = sequences(&log);
    confirmed.extend(append(&mut log, 5));
    drop(log);
    disk.heal();
    let (log, _) = open(&disk);
    (meanwhile, damages, sequences(&log), confirmed)
}

#[test]
fn a_bad_place_costs_only_the_records_in_it() {
    let (meanwhile, damages, healed, confirmed) = spoiled(1, 5000..5001);
    assert!((50..60).contains(&meanwhile.len()), "{meanwhile:?}");
    assert!(damages.contains(&Flaw::Unreadable) && damages.len() == 2, "{damages:?}");
    assert_eq!(healed, confirmed);
}

#[test]
fn an_unreadable_last_segment_is_neither_overwritten_nor_removed() {
    let (meanwhile, damages, healed, confirmed) = spoiled(3, 0..16 << 10);
    assert!(meanwhile.len() < 60);
    assert_eq!(damages, [Flaw::Unreadable]);
    assert_eq!(healed, confirmed);
}
