//! Opening: what the files hold, what counts, where to go on.

use std::collections::VecDeque;

use super::judge::{Judge, Verdict};
use super::scan::Scan;
use super::segment::{self, Named, Segment};
use super::{Log, LogError, LogSettings, Opened, space};
use crate::damage::{Damage, Flaw};
use crate::disk::{Disk, DiskFile};

/// How much of the end is written again at once.
const PIECE: u64 = 1 << 20;

pub(super) fn open<D: Disk>(disk: D, mut settings: LogSettings) -> Result<(Log<D>, Opened), LogError> {
    settings.segment_bytes = settings.segment_bytes.max(space::LEAST);
    let listed = disk.list().map_err(|error| LogError::disk("list", "", error))?;
    let (segments, spares, epoch) = sort(&listed)?;
    let mut log = Log {
        disk,
        settings,
        segments,
        tail: None,
        spares: Vec::new(),
        epoch,
        durable: 1,
        next: 1,
        floor: 0,
        buffer: Vec::new(),
    };
    log.keep_spares(spares);
    let (damages, first) = log.look_through();
    log.durable = log.segments.back().map_or(1, |last| last.next);
    log.next = log.durable;
    let next = log.next;
    Ok((log, Opened { damages, first: first.unwrap_or(next), next }))
}

/// The segments by age with what their names say, the spares, and the next epoch.
fn sort(names: &[String]) -> Result<(VecDeque<Segment>, Vec<String>, u64), LogError> {
    let (mut segments, mut spares, mut epoch) = (Vec::new(), Vec::new(), 1);
    for name in names {
        match segment::parse(name) {
            Named::Live(used, first) => {
                segments.push(Segment { name: name.clone(), epoch: used, first, next: first, end: 0, bytes: 0 });
                epoch = epoch.max(used.saturating_add(1));
            }
            Named::Spare(used) => {
                spares.push(name.clone());
                epoch = epoch.max(used.saturating_add(1));
            }
            Named::Unknown => return Err(LogError::Newer { name: name.as_str().into() }),
            Named::Foreign => {}
        }
    }
    segments.sort_by_key(|segment| segment.epoch);
    Ok((segments.into(), spares, epoch))
}

impl<D: Disk> Log<D> {
    /// Keeps as many spares as wanted, of the right size.
    fn keep_spares(&mut self, names: Vec<String>) {
        for name in names {
            let bytes = self.disk.open(&name).and_then(|file| file.bytes());
            let right = bytes.is_ok_and(|bytes| bytes == self.settings.segment_bytes);
            if right && self.spares.len() < self.settings.spare_segments {
                self.spares.push(name);
            } else {
                let _ = self.disk.remove(&name);
            }
        }
    }

    /// Judges every segment; gives the damages and the first sequence that is there.
    fn look_through(&mut self) -> (Vec<Damage>, Option<u64>) {
        let (mut damages, mut first) = (Vec::new(), None);
        // What a later segment begins with was not confirmed in an earlier one.
        let mut limit = None;
        let mut segments = std::mem::take(&mut self.segments);
        for segment in segments.iter_mut().rev() {
            let (mut found, begins) = self.look_into(segment, limit);
            found.append(&mut damages);
            damages = found;
            first = begins.or(first);
            limit = Some(limit.map_or(segment.first, |limit: u64| limit.min(segment.first)));
        }
        self.segments = segments;
        (damages, first)
    }

    fn look_into(&mut self, segment: &mut Segment, limit: Option<u64>) -> (Vec<Damage>, Option<u64>) {
        let bound = limit.unwrap_or(segment.first);
        let opened = self.disk.open(&segment.name).and_then(|file| Ok((file.bytes()?, file)));
        let Ok((bytes, mut file)) = opened else {
            segment.next = bound;
            let lost = Judge::new(&segment.name, segment.first, bound).verdict(0);
            return (lost.damages, None);
        };
        segment.bytes = bytes;
        let (mut verdict, first) = judge(&file, segment, limit, bound);
        segment.next = verdict.place.next;
        segment.end = verdict.place.end;
        if limit.is_none() {
            if settle(&mut file, verdict.unconfirmed, segment.end).is_err() {
                let name = Some(segment.name.as_str().into());
                let length = segment.end - verdict.unconfirmed;
                let (offset, what) = (verdict.unconfirmed, Flaw::Unsynced);
                verdict.damages.push(Damage { segment: name, offset, bytes: length, what });
            } else if !verdict.remains {
                self.tail = Some(file);
            }
        }
        (verdict.damages, first)
    }
}

fn judge<F: DiskFile>(file: &F, segment: &Segment, limit: Option<u64>, bound: u64) -> (Verdict, Option<u64>) {
    let mut scan = Scan::new(file, segment.epoch, segment.bytes, segment.first, limit);
    let mut judge = Judge::new(&segment.name, segment.first, bound);
    let mut first = None;
    while let Some(found) = scan.next() {
        judge.take(&found);
        if !found.head.is_mark() {
            first = first.or(Some(found.head.sequence));
        }
    }
    let verdict = judge.verdict(segment.bytes);
    let first = first.filter(|first| *first < verdict.place.next);
    (verdict, first)
}

/// Makes the end durable that nobody may have confirmed: written again, because after a failed sync the
/// cache may show what the disk never got.
fn settle<F: DiskFile>(file: &mut F, from: u64, end: u64) -> std::io::Result<()> {
    let mut at = from;
    let mut piece = Vec::new();
    while at < end {
        piece.resize((end - at).min(PIECE) as usize, 0);
        let read = file.read_at(&mut piece, at)?;
        if read == 0 {
            break;
        }
        file.write_at(&piece[..read], at)?;
        at += read as u64;
    }
    file.sync()
}
