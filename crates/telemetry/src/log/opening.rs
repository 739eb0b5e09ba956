//! Opening: what the files hold, what counts, where to go on.

use std::collections::VecDeque;
use std::io;
use std::ops::Range;

use super::judge::{Judge, Verdict};
use super::scan::Scan;
use super::segment::{self, Named, Segment};
use super::{Log, LogError, LogSettings, Opened, record, space};
use crate::damage::{Damage, Flaw};
use crate::disk::{Disk, DiskFile};

/// How much of the end is written again at once.
const PIECE: u64 = 1 << 20;

pub(super) fn open<D: Disk>(disk: D, mut settings: LogSettings) -> Result<(Log<D>, Opened), LogError> {
    settings.segment_bytes = settings.segment_bytes.max(space::LEAST);
    // What is listed now must be there after the next power cut as well.
    let _ = disk.sync_directory();
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
    let (damages, first) = log.look_through()?;
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
                segments.push(Segment {
                    name: name.clone(),
                    epoch: used,
                    first,
                    next: first,
                    end: 0,
                    bytes: 0,
                    bare: false,
                    sure: true,
                });
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
    fn look_through(&mut self) -> Result<(Vec<Damage>, Option<u64>), LogError> {
        let (mut damages, mut first) = (Vec::new(), None);
        // What a later segment begins with was not confirmed in an earlier one.
        let mut limit = None;
        let mut segments = std::mem::take(&mut self.segments);
        for segment in segments.iter_mut().rev() {
            let looked = self.look_into(segment, limit);
            let (mut found, begins) = looked.map_err(|error| LogError::disk("open", &segment.name, error))?;
            found.append(&mut damages);
            damages = found;
            first = begins.or(first);
            limit = Some(limit.map_or(segment.first, |limit: u64| limit.min(segment.first)));
        }
        self.segments = segments;
        Ok((damages, first))
    }

    fn look_into(&mut self, segment: &mut Segment, limit: Option<u64>) -> io::Result<(Vec<Damage>, Option<u64>)> {
        let mut file = self.disk.open(&segment.name)?;
        segment.bytes = file.bytes()?;
        let mut looked = look(&file, segment, limit);
        segment.next = looked.verdict.place.next;
        segment.end = looked.verdict.place.end;
        segment.bare = !looked.verdict.remains && looked.unread.is_none();
        let mut damages = std::mem::take(&mut looked.verdict.damages);
        damages.extend(looked.unread.clone().map(|place| segment.damage(place, Flaw::Unreadable)));
        if limit.is_none() {
            let unconfirmed = looked.verdict.unconfirmed..segment.end;
            if settle(&mut file, unconfirmed.clone()).is_err() {
                damages.push(segment.damage(unconfirmed, Flaw::Unsynced));
            } else if segment.bare {
                self.tail = Some(file);
            }
            if looked.unread.is_some() {
                // As many records as may be in what cannot be read keep their sequences.
                segment.next += (segment.bytes - segment.end) / record::HEAD as u64;
            }
        }
        Ok((damages, looked.first))
    }
}

/// What a segment holds.
struct Looked {
    verdict: Verdict,
    first: Option<u64>,
    unread: Option<Range<u64>>,
}

fn look<F: DiskFile>(file: &F, segment: &Segment, limit: Option<u64>) -> Looked {
    let mut scan = Scan::new(file, segment.epoch, segment.bytes, segment.first, limit);
    let mut judge = Judge::new(&segment.name, segment.first, limit.unwrap_or(segment.first));
    let mut first = None;
    while let Some(found) = scan.next() {
        judge.take(&found);
        if !found.head.is_mark() {
            first = first.or(Some(found.head.sequence));
        }
    }
    let verdict = judge.verdict(segment.bytes);
    let first = first.filter(|first| *first < verdict.place.next);
    Looked { verdict, first, unread: scan.unread() }
}

/// Makes the end durable that nobody may have confirmed: written again, because after a failed sync the
/// cache may show what the disk never got.
fn settle<F: DiskFile>(file: &mut F, place: Range<u64>) -> io::Result<()> {
    let mut at = place.start;
    let mut piece = Vec::new();
    while at < place.end {
        piece.resize((place.end - at).min(PIECE) as usize, 0);
        let read = file.read_at(&mut piece, at)?;
        if read == 0 {
            break;
        }
        file.write_at(&piece[..read], at)?;
        at += read as u64;
    }
    file.sync()
}
