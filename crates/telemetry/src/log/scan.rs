//! Finds the records of a segment one after the other, and the next one behind whatever is damaged.

use std::ops::Range;

use super::record::{HEAD, Head};
use crate::disk::DiskFile;

/// How much is read at once; only a record that is longer takes more.
const WINDOW: u64 = 1 << 20;
/// What a failing disk is asked for at a time, to lose no more than what is bad.
const PIECE: usize = 4096;
static ZEROS: [u8; PIECE] = [0; PIECE];

/// A part of a file in memory. What cannot be read is zeros: a damage like any other.
struct Window<'f, F> {
    file: &'f F,
    start: u64,
    held: Vec<u8>,
    end: u64,
    /// From the first to the last place that could not be read.
    unread: Option<Range<u64>>,
}

impl<F: DiskFile> Window<'_, F> {
    /// The bytes from `at` on, at least `least` of them; the caller keeps within the end.
    fn view(&mut self, at: u64, least: usize) -> &[u8] {
        let inside = at >= self.start && at + least as u64 <= self.start + self.held.len() as u64;
        if !inside {
            let length = (least as u64).max(WINDOW).min(self.end - at);
            self.held.clear();
            self.held.shrink_to(2 * WINDOW as usize);
            self.held.resize(length as usize, 0);
            self.start = at;
            if fill(self.file, &mut self.held, at).is_err() {
                self.piecewise();
            }
        }
        &self.held[(at - self.start) as usize..]
    }

    fn piecewise(&mut self) {
        for (number, piece) in self.held.chunks_mut(PIECE).enumerate() {
            let at = self.start + (number * PIECE) as u64;
            if fill(self.file, piece, at).is_err() {
                piece.fill(0);
                let from = self.unread.as_ref().map_or(at, |unread| unread.start.min(at));
                self.unread = Some(from..at + piece.len() as u64);
            }
        }
    }
}

fn fill<F: DiskFile>(file: &F, mut into: &mut [u8], mut at: u64) -> std::io::Result<()> {
    while !into.is_empty() {
        match file.read_at(into, at) {
            Ok(0) => return Ok(()),
            Ok(read) => {
                into = &mut into[read..];
                at += read as u64;
            }
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// What is found at a place.
pub(super) struct Found {
    /// Where it begins.
    pub(super) at: u64,
    /// Its head.
    pub(super) head: Head,
}

impl Found {
    /// Where the next record may begin: behind a record, at the place of a mark.
    pub(super) fn end(&self) -> u64 {
        if self.head.is_mark() { self.at } else { self.at + (HEAD + self.head.body()) as u64 }
    }

    /// The number of the record that follows.
    pub(super) fn next(&self) -> u64 {
        if self.head.is_mark() { self.head.sequence } else { self.head.sequence.saturating_add(1) }
    }
}

/// Goes through a segment from its begin to `end`.
pub(super) struct Scan<'f, F> {
    window: Window<'f, F>,
    epoch: u64,
    at: u64,
    next: u64,
    limit: Option<u64>,
}

impl<'f, F: DiskFile> Scan<'f, F> {
    /// Looks for records from `first` to below `limit`; without a limit for as many as there is room for.
    pub(super) fn new(file: &'f F, epoch: u64, end: u64, first: u64, limit: Option<u64>) -> Self {
        Self {
            window: Window { file, start: 0, held: Vec::new(), end, unread: None },
            epoch,
            at: 0,
            next: first,
            limit,
        }
    }

    /// The next record or mark.
    pub(super) fn next(&mut self) -> Option<Found> {
        loop {
            let head = self.seek()?;
            let at = self.at;
            let epoch = self.epoch;
            if head.agrees(epoch, &self.window.view(at, HEAD + head.body())[HEAD..HEAD + head.body()]) {
                let found = Found { at, head };
                self.at = at + (HEAD + head.body()) as u64;
                self.next = found.next();
                return Some(found);
            }
            self.at += 1;
        }
    }

    /// What could not be read so far.
    pub(super) fn unread(&self) -> Option<Range<u64>> {
        self.window.unread.clone()
    }

    /// The body of the record that was found last.
    pub(super) fn body(&mut self, found: &Found) -> &[u8] {
        let length = found.head.body();
        &self.window.view(found.at, HEAD + length)[HEAD..HEAD + length]
    }

    /// Moves to the next place that could be a head by its sequence and length.
    fn seek(&mut self) -> Option<Head> {
        let end = self.window.end;
        while self.at + HEAD as u64 <= end {
            let room = (end - self.at) / HEAD as u64;
            let (at, next) = (self.at, self.next);
            let most = self.limit.unwrap_or(next.saturating_add(room)).saturating_sub(next);
            let view = self.window.view(at, HEAD);
            let fits = |offset: usize, head: Head| {
                let marks = head.is_mark() || head.sequence.wrapping_sub(next) < most;
                let left = end - at - (offset + HEAD) as u64;
                head.sequence.wrapping_sub(next) <= most && marks && head.body() as u64 <= left
            };
            if let Some((offset, head)) = candidate(view, fits) {
                self.at += offset as u64;
                return Some(head);
            }
            self.at += (view.len() - HEAD + 1) as u64;
        }
        None
    }
}

/// The first head in the bytes that fits; zeros are passed over by the block.
fn candidate(view: &[u8], fits: impl Fn(usize, Head) -> bool) -> Option<(usize, Head)> {
    let mut at = 0;
    while let Some(bytes) = view[at..].first_chunk::<HEAD>() {
        if at.is_multiple_of(64) && bytes == &[0; HEAD] && view[at..].starts_with(&ZEROS) {
            at += PIECE - 64;
            continue;
        }
        let head = Head::read(bytes);
        if fits(at, head) {
            return Some((at, head));
        }
        at += 1;
    }
    None
}
