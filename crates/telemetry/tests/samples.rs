//! What earlier programs wrote stays readable. The samples of a version are never written again; a new
//! version gets its own beside them (`FENGSUI_WRITE_SAMPLES=1` writes those that are missing).

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use fengsui_kernel::reading::Quality;
use fengsui_telemetry::testkit::FaultDisk;
use fengsui_telemetry::{Disk, Entry, Figure, Log, LogSettings, Point, decode, encode, read_entries, write_entries};

const SETTINGS: LogSettings = LogSettings { segment_bytes: 4096, spare_segments: 1 };
const SEGMENT: &str = "v1-00000000000000000001-00000000000000000001.log";
const QUALITIES: [Quality; 9] = [
    Quality::Good,
    Quality::Uncertain,
    Quality::Bad,
    Quality::Missing,
    Quality::Maintenance,
    Quality::Calibration,
    Quality::OverRange,
    Quality::Fault,
    Quality::Manual,
];

/// Readings that use every part of the forms.
fn points() -> Vec<Point> {
    let texts = ["20.50", "20.5", "", "-0.05", "open", "open", "1e3", "9007199254740993", "007", "0"];
    let point = |at: usize| Point {
        observed_at: 1_700_000_000_000 + i64::try_from(at * 1000 + (at / 30) * 7).expect("small"),
        received_at: 1_700_000_000_150 + i64::try_from(at * 1000 + (at % 5) * 3).expect("small"),
        figure: if at < 100 { Figure::read("20.51") } else { Figure::read(texts[at % texts.len()]) },
        quality: if at < 150 { Quality::Good } else { QUALITIES[at % 9] },
        historical: at % 70 == 3,
        raw: (at > 120).then(|| format!("frame-{}", at / 4).into()),
    };
    (0..400).map(point).collect()
}

fn sample(name: &str, written: &dyn Fn() -> Vec<u8>) -> Vec<u8> {
    let path: PathBuf = Path::new("tests/samples").join(name);
    if std::env::var_os("FENGSUI_WRITE_SAMPLES").is_some() && !path.exists() {
        std::fs::create_dir_all("tests/samples").expect("a directory");
        std::fs::write(&path, written()).expect("written");
    }
    std::fs::read(&path).expect("a sample")
}

#[test]
fn chunks_of_version_1_are_readable() {
    let bytes = sample("chunk-v1.bin", &|| encode(&points()));
    assert_eq!(bytes[0], 1);
    assert_eq!(decode(&bytes).expect("readable"), points());
}

#[test]
fn batches_of_version_1_are_readable() {
    let points = points();
    let series = |at: usize| i64::try_from(at % 7).expect("small") - 2;
    let bytes = sample("batch-v1.bin", &|| {
        let mut bytes = Vec::new();
        write_entries(points.iter().enumerate().map(|(at, point)| (series(at), point)), &mut bytes);
        bytes
    });
    assert_eq!(bytes[0], 1);
    let entries: Vec<Entry> =
        points.iter().enumerate().map(|(at, point)| Entry { series: series(at), point: point.clone() }).collect();
    assert_eq!(read_entries(&bytes).expect("readable"), entries);
}

fn body(sequence: u64) -> Vec<u8> {
    vec![b'a' + (sequence % 26).to_le_bytes()[0]; usize::try_from(sequence * 3).expect("small")]
}

fn segment() -> Vec<u8> {
    let disk = FaultDisk::new(1);
    let (mut log, _) = Log::open(disk.clone(), SETTINGS).expect("a log");
    for sequence in 1..=30 {
        log.append(&body(sequence)).expect("short");
        if sequence.is_multiple_of(4) {
            log.sync().expect("durable");
        }
    }
    log.sync().expect("durable");
    disk.content(SEGMENT).expect("a segment")
}

#[test]
fn segments_of_version_1_are_readable_and_go_on() {
    let disk = FaultDisk::new(2);
    disk.put(SEGMENT, &sample("segment-v1.bin", &segment));
    let (mut log, opened) = Log::open(disk.clone(), SETTINGS).expect("a log");
    assert_eq!((opened.first, opened.next, opened.damages.len()), (1, 31, 0));
    log.append(&body(31)).expect("short");
    log.sync().expect("durable");
    assert_eq!(disk.list().expect("names"), [SEGMENT]);
    let mut next = 1;
    log.read(0, &mut |sequence, bytes| {
        assert_eq!((sequence, bytes), (next, &body(next)[..]));
        next += 1;
        ControlFlow::Continue(())
    })
    .expect("readable");
    assert_eq!(next, 32);
}
