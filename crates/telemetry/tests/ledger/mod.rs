//! A log under test and a ledger of what it has confirmed.

use std::ops::ControlFlow;

use fengsui_telemetry::testkit::{Chance, FaultDisk};
use fengsui_telemetry::{Damage, Flaw, Log, LogSettings};

const SETTINGS: LogSettings = LogSettings { segment_bytes: 4096, spare_segments: 1 };

type Record = (u64, Vec<u8>);

/// What was confirmed, what waits, what failed since the last success.
#[derive(Default)]
struct Ledger {
    confirmed: Vec<Record>,
    waiting: Vec<Record>,
    failed: Vec<Vec<Record>>,
    released: u64,
    /// Sequences that were read back without having been made durable: they may be lost again.
    shaky: Vec<u64>,
    shaken: bool,
}

/// A log on a disk that fails.
pub struct Run {
    pub disk: FaultDisk,
    log: Option<Log<FaultDisk>>,
    ledger: Ledger,
    written: u64,
    seed: u64,
}

impl Run {
    pub fn new(disk: FaultDisk, seed: u64) -> Self {
        let mut run = Self { disk, log: None, ledger: Ledger::default(), written: 0, seed };
        run.recover();
        run
    }

    /// Opens the log, as often as it takes, and compares what it holds with the ledger.
    pub fn recover(&mut self) {
        self.log = None;
        let waiting = std::mem::take(&mut self.ledger.waiting);
        self.ledger.failed.push(waiting);
        let (log, damages, next) = loop {
            self.disk.restart();
            match Log::open(self.disk.clone(), SETTINGS) {
                Ok((log, opened)) if self.disk.has_power() => break (log, opened.damages, opened.next),
                Ok(_) => {}
                Err(error) => assert!(!self.disk.has_power(), "opening failed: {error}"),
            }
        };
        let records = records(&log);
        self.compare(&records, &damages);
        let least = self.ledger.confirmed.last().map_or(1, |(sequence, _)| sequence + 1);
        // What was read back and lost again keeps its sequence if a later segment was made.
        let exact = next == least || (next > least && self.ledger.shaken);
        assert!(exact, "seed {}: next is {next}, not {least}", self.seed);
        self.log = Some(log);
    }

    fn compare(&mut self, records: &[Record], damages: &[Damage]) {
        let unsynced = damages.iter().any(|damage| damage.what == Flaw::Unsynced);
        let ledger = &mut self.ledger;
        for damage in damages {
            let Flaw::Records { first, last } = damage.what else { continue };
            let known = (first..=last).all(|lost| ledger.shaky.contains(&lost));
            assert!(known, "seed {}: {damage}", self.seed);
            ledger.confirmed.retain(|(sequence, _)| !(first..=last).contains(sequence));
        }
        // Read back once, never confirmed, lost again.
        let held = |at: u64| records.iter().any(|(sequence, _)| *sequence == at);
        ledger.confirmed.retain(|(sequence, _)| !ledger.shaky.contains(sequence) || held(*sequence));
        let from = records.first().map_or(u64::MAX, |(sequence, _)| *sequence);
        let due = ledger.confirmed.iter().filter(|(sequence, _)| *sequence >= from.min(ledger.released));
        let due: Vec<&Record> = due.collect();
        let (kept, extra) = records.split_at(records.len().min(due.len()));
        assert!(kept.iter().eq(due.iter().copied()), "seed {}: {} of {} due", self.seed, kept.len(), due.len());
        let prefix = extra.is_empty() || ledger.failed.iter().any(|group| group.starts_with(extra));
        let short = |group: &[Record]| group.iter().map(|(at, body)| (*at, body[0], body.len())).collect::<Vec<_>>();
        let failed: Vec<_> = ledger.failed.iter().map(|group| short(group)).collect();
        assert!(prefix, "seed {}: nobody wrote {:?} but {failed:?}", self.seed, short(extra));
        if unsynced {
            ledger.shaken = true;
            ledger.shaky.extend(extra.iter().map(|(sequence, _)| *sequence));
        }
        ledger.confirmed.extend_from_slice(extra);
        ledger.failed.clear();
    }

    pub fn append(&mut self, length: usize) {
        self.written += 1;
        let mut body = self.written.to_le_bytes().to_vec();
        body.resize(length.max(8), self.written.to_le_bytes()[0]);
        let log = self.log.as_mut().expect("open");
        let sequence = log.append(&body).expect("short");
        self.ledger.waiting.push((sequence, body));
    }

    /// Whether it was confirmed.
    pub fn sync(&mut self) -> bool {
        let confirmed = self.log.as_mut().expect("open").sync();
        let confirmed = confirmed.is_ok();
        let waiting = std::mem::take(&mut self.ledger.waiting);
        if waiting.is_empty() {
            return confirmed;
        }
        if confirmed {
            self.ledger.shaky.retain(|at| waiting.iter().all(|(sequence, _)| sequence != at));
            self.ledger.confirmed.extend(waiting);
            self.ledger.failed.clear();
        } else {
            self.ledger.failed.push(waiting);
        }
        confirmed
    }

    pub fn release(&mut self) {
        let log = self.log.as_mut().expect("open");
        let Some(boundary) = log.oldest_live_boundary() else { return };
        self.ledger.released = self.ledger.released.max(boundary);
        let _ = log.release(boundary);
    }

    /// What the open log gives is what it has confirmed.
    pub fn read(&self) {
        let records = records(self.log.as_ref().expect("open"));
        let from = records.first().map_or(u64::MAX, |(sequence, _)| *sequence);
        let due = self.ledger.confirmed.iter().filter(|(sequence, _)| *sequence >= from);
        assert!(records.iter().eq(due), "seed {}", self.seed);
    }
}

fn records(log: &Log<FaultDisk>) -> Vec<Record> {
    let mut records = Vec::new();
    log.read(0, &mut |sequence, body| {
        records.push((sequence, body.to_vec()));
        ControlFlow::Continue(())
    })
    .expect("readable");
    records
}

/// Appends, syncs, releases, reads, fills the disk and reopens by chance; after a power cut it recovers and goes on.
pub fn drive(run: &mut Run, chance: &mut Chance, steps: usize) {
    for _ in 0..steps {
        match chance.below(100) {
            0..55 => run.append(chance.below(400)),
            55..58 => run.append(1000 + chance.below(5000)),
            58..90 => {
                run.sync();
            }
            90..96 => run.release(),
            96..97 => run.read_if_powered(),
            97..98 => run.disk.set_full(chance.below(3) == 0),
            _ => run.recover(),
        }
        if !run.disk.has_power() {
            run.recover();
        }
    }
}

impl Run {
    fn read_if_powered(&self) {
        if self.disk.has_power() {
            self.read();
        }
    }
}
