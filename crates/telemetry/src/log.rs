//! An append log in segments: what [`Log::sync`] has confirmed survives power cuts, full disks, failed
//! syncs and flipped bits, in order and each record once.
//!
//! All records that wait are written by one write into one segment and made durable by one sync. After a
//! failure the next group goes to another file; the records of the failed one never count, and their
//! sequences are given again. Damaged content never stops the log from opening: it is reported.

mod fault;
mod judge;
mod opening;
mod record;
mod scan;
mod segment;
mod space;

use std::collections::VecDeque;
use std::ops::ControlFlow;

use crate::damage::{Damage, Flaw};
use crate::disk::{Disk, DiskFile};
pub use fault::LogError;
use judge::Judge;
use scan::Scan;
use segment::Segment;

/// How the log uses its disk.
#[derive(Debug, Clone, Copy)]
pub struct LogSettings {
    /// The size of a segment in bytes. A group of records that is larger gets a segment of its own size.
    pub segment_bytes: u64,
    /// How many freed segments are kept to be used again: their blocks are there already.
    pub spare_segments: usize,
}

impl Default for LogSettings {
    fn default() -> Self {
        Self { segment_bytes: 64 << 20, spare_segments: 2 }
    }
}

/// What was found when the log was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// What is lost or could not be made sure of.
    pub damages: Vec<Damage>,
    /// The sequence of the first record that is there; `next` without any.
    pub first: u64,
    /// The sequence that the next record gets.
    pub next: u64,
}

/// Above this the buffer gives its memory back after a large group.
const BUFFER: usize = 8 << 20;

/// The log; one writer.
#[derive(Debug)]
pub struct Log<D: Disk> {
    disk: D,
    settings: LogSettings,
    /// The oldest first. The last sure one is never freed: its name keeps the sequence.
    segments: VecDeque<Segment>,
    /// The last segment's file while more may be written to it.
    tail: Option<D::File>,
    /// Names of freed segments.
    spares: Vec<String>,
    /// The epoch of the next segment.
    epoch: u64,
    /// The sequence behind the last durable record.
    durable: u64,
    /// The sequence of the next record.
    next: u64,
    /// What was asked for while records were waiting.
    floor: u64,
    buffer: Vec<u8>,
}

impl<D: Disk> Log<D> {
    /// Opens the log and looks through all of it. Fails only when the disk does, or when a newer program
    /// has written there.
    pub fn open(disk: D, settings: LogSettings) -> Result<(Self, Opened), LogError> {
        opening::open(disk, settings)
    }

    /// Takes a record in and gives its sequence. It is only buffered until [`Log::sync`].
    pub fn append(&mut self, body: &[u8]) -> Result<u64, LogError> {
        if body.len() > record::LONGEST {
            return Err(LogError::TooLong { bytes: body.len() });
        }
        let sequence = self.next;
        let back = u32::try_from(sequence - self.durable).map_err(|_| LogError::TooMany)?;
        record::put(sequence, back, body, &mut self.buffer);
        self.next += 1;
        Ok(sequence)
    }

    /// Makes all buffered records durable by one write and one sync. On an error none of them counts: their
    /// sequences are given again, and the caller may append them once more.
    pub fn sync(&mut self) -> Result<(), LogError> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let mut group = std::mem::take(&mut self.buffer);
        let written = self.write(&mut group);
        group.clear();
        group.shrink_to(BUFFER);
        self.buffer = group;
        if written.is_err() {
            self.next = self.durable;
        }
        self.durable = self.next;
        self.set_floor(self.floor);
        written
    }

    fn write(&mut self, group: &mut [u8]) -> Result<(), LogError> {
        self.make_room((group.len() + record::HEAD) as u64)?;
        let (Some(mut file), Some(last)) = (self.tail.take(), self.segments.back_mut()) else {
            return Err(LogError::NoSegment);
        };
        record::seal(group, last.epoch);
        file.write_at(group, last.end).map_err(|error| LogError::disk("write", &last.name, error))?;
        file.sync().map_err(|error| LogError::disk("sync", &last.name, error))?;
        last.end += group.len() as u64;
        last.next = self.next;
        // Not synced: it only tells flipped bits from torn writes. The next group overwrites it.
        if file.write_at(&record::mark(last.epoch, last.next), last.end).is_ok() {
            self.tail = Some(file);
        }
        Ok(())
    }

    /// The sequence that the next record gets.
    pub fn next(&self) -> u64 {
        self.next
    }

    /// Gives all durable records with sequence `from` or later in order, in bounded memory, until `each`
    /// breaks off. What is lost on the way is returned.
    pub fn read(
        &self,
        from: u64,
        each: &mut dyn FnMut(u64, &[u8]) -> ControlFlow<()>,
    ) -> Result<Vec<Damage>, LogError> {
        let mut damages = Vec::new();
        for segment in self.segments.iter().filter(|segment| segment.next > from) {
            if segment.end == 0 {
                damages.extend(Judge::new(&segment.name, segment.first, segment.next).verdict(0).damages);
                continue;
            }
            let file = self.disk.open(&segment.name).map_err(|error| LogError::disk("open", &segment.name, error))?;
            let flow = read_segment(&file, segment, from, each, &mut damages);
            if flow.is_break() {
                break;
            }
        }
        Ok(damages)
    }

    /// Frees the segments all of whose records have sequences below `before`, and gives their number. The
    /// last segment always stays.
    pub fn release(&mut self, before: u64) -> Result<usize, LogError> {
        let mut freed = 0;
        while self.segments.front().is_some_and(|oldest| oldest.next <= before)
            && self.segments.iter().skip(1).any(|later| later.sure)
        {
            self.free_oldest()?;
            freed += 1;
        }
        Ok(freed)
    }

    /// The bytes of the segments that hold records, spares not counted.
    pub fn bytes(&self) -> u64 {
        self.segments.iter().map(|segment| segment.bytes).sum()
    }

    /// The first sequence of the second-oldest segment: what must be released to free the oldest.
    pub fn oldest_live_boundary(&self) -> Option<u64> {
        self.segments.get(1).map(|segment| segment.first)
    }

    /// Says that the next sequence is at least this: a restored store may know later ones than the files.
    /// While records wait for a sync it takes effect behind them.
    pub fn set_floor(&mut self, at_least: u64) {
        self.floor = self.floor.max(at_least);
        if self.buffer.is_empty() && self.floor > self.next {
            self.durable = self.floor;
            self.next = self.floor;
            // Within a segment sequences have no gaps.
            self.tail = None;
        }
    }
}

fn read_segment<F: DiskFile>(
    file: &F,
    segment: &Segment,
    from: u64,
    each: &mut dyn FnMut(u64, &[u8]) -> ControlFlow<()>,
    damages: &mut Vec<Damage>,
) -> ControlFlow<()> {
    let mut judge = Judge::new(&segment.name, segment.first, segment.next);
    let mut scan = Scan::new(file, segment.epoch, segment.end, segment.first, Some(segment.next));
    let mut flow = ControlFlow::Continue(());
    while let Some(found) = scan.next() {
        judge.take(&found);
        if found.head.sequence >= from && !found.head.is_mark() {
            flow = each(found.head.sequence, scan.body(&found));
            if flow.is_break() {
                break;
            }
        }
    }
    if flow.is_continue() {
        damages.extend(judge.verdict(segment.end).damages);
        damages.extend(scan.unread().map(|place| segment.damage(place, Flaw::Unreadable)));
    }
    flow
}
