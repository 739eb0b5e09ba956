//! New segments, from spares or from the disk, and what becomes of freed ones.
//!
//! A file whose making failed may come back after a power cut, under a name that says that all earlier
//! segments end before it. So either its removal is durable, or it stays in the list as a bare segment:
//! then no earlier segment is written to any more, and it is freed in its turn.

use std::io;

use super::segment::{self, Segment};
use super::{Log, LogError, record};
use crate::disk::{Disk, DiskFile};

/// The least size that a segment can have and still hold a record.
pub(super) const LEAST: u64 = 2 * record::HEAD as u64;

impl<D: Disk> Log<D> {
    /// Sees to it that the last segment has room for so many bytes.
    pub(super) fn make_room(&mut self, needed: u64) -> Result<(), LogError> {
        let fits = |last: &Segment| last.end + needed <= last.bytes;
        if self.tail.is_some() && self.segments.back().is_some_and(fits) {
            return Ok(());
        }
        let (file, segment) = self.fresh(needed)?;
        self.drop_bare();
        self.segments.push_back(segment);
        self.tail = Some(file);
        Ok(())
    }

    fn fresh(&mut self, needed: u64) -> Result<(D::File, Segment), LogError> {
        let bytes = self.settings.segment_bytes;
        if needed <= bytes
            && let Some(spare) = self.spares.pop()
        {
            let reused = self.make(|disk, name| {
                disk.rename(&spare, name)?;
                disk.sync_directory()?;
                disk.open(name)
            });
            if reused.is_ok() {
                return reused;
            }
            // A spare that fails is given up.
            let _ = self.disk.remove(&spare);
        }
        self.make(|disk, name| disk.create(name, bytes.max(needed)))
    }

    /// Makes a segment under a name that was never used; what is left of a failure is removed for certain
    /// or kept in the list.
    fn make(&mut self, make: impl FnOnce(&D, &str) -> io::Result<D::File>) -> Result<(D::File, Segment), LogError> {
        let (epoch, first) = (self.epoch, self.durable);
        self.epoch += 1;
        let name = segment::live(epoch, first);
        let tried = make(&self.disk, &name).and_then(|file| Ok((file.bytes()?, file)));
        let bytes = tried.as_ref().map_or(0, |(bytes, _)| *bytes);
        let segment = Segment { name, epoch, first, next: first, end: 0, bytes, bare: true, sure: tried.is_ok() };
        match tried {
            Ok((_, file)) => Ok((file, segment)),
            Err(error) => {
                let failed = LogError::disk("make", &segment.name, error);
                if !(self.gone(&segment.name) && self.disk.sync_directory().is_ok()) {
                    self.tail = None;
                    self.segments.push_back(segment);
                }
                Err(failed)
            }
        }
    }

    /// Removes the segments before a new one in which nothing counts; those that cannot be stay in the list.
    fn drop_bare(&mut self) {
        let bare = self.segments.iter().rev().take_while(|segment| segment.end == 0 && segment.bare).count();
        let from = self.segments.len() - bare;
        let names: Vec<String> = self.segments.range(from..).map(|segment| segment.name.clone()).collect();
        let gone = names.iter().all(|name| self.gone(name));
        if !names.is_empty() && gone && self.disk.sync_directory().is_ok() {
            self.segments.truncate(from);
        }
    }

    /// Removes a file; whether it is not there any more.
    fn gone(&self, name: &str) -> bool {
        absent(self.disk.remove(name)).is_ok()
    }

    /// Frees the oldest segment durably, before the next one may follow: no hole may ever appear.
    pub(super) fn free_oldest(&mut self) -> Result<(), LogError> {
        let Some(oldest) = self.segments.front() else { return Ok(()) };
        let standard = oldest.bytes == self.settings.segment_bytes && oldest.end > 0;
        let spare = segment::spare(oldest.epoch);
        let keep = standard && self.spares.len() < self.settings.spare_segments;
        let moved = if keep { self.disk.rename(&oldest.name, &spare) } else { absent(self.disk.remove(&oldest.name)) };
        moved.map_err(|error| LogError::disk("free", &oldest.name, error))?;
        self.segments.pop_front();
        if keep {
            self.spares.push(spare.clone());
        }
        self.disk.sync_directory().map_err(|error| LogError::disk("free", &spare, error))
    }
}

/// What is not there need not be removed.
fn absent(removed: io::Result<()>) -> io::Result<()> {
    removed.or_else(|error| if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) })
}
