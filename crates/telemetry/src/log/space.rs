//! New segments, from spares or from the disk, and what becomes of freed ones.

use super::segment::{self, Segment};
use super::{Log, LogError, record};
use crate::disk::{Disk, DiskFile};

impl<D: Disk> Log<D> {
    /// Sees to it that the last segment has room for so many bytes.
    pub(super) fn make_room(&mut self, needed: u64) -> Result<(), LogError> {
        let fits = |last: &Segment| last.end + needed <= last.bytes;
        if self.tail.is_some() && self.segments.back().is_some_and(fits) {
            return Ok(());
        }
        let (file, segment) = self.fresh(needed)?;
        let useless = self.segments.back().filter(|last| last.end == 0).map(|last| last.name.clone());
        if let Some(name) = useless {
            // Nothing in it counts, and the new name already keeps the sequence.
            let _ = self.disk.remove(&name);
            self.segments.pop_back();
        }
        self.segments.push_back(segment);
        self.tail = Some(file);
        Ok(())
    }

    fn fresh(&mut self, needed: u64) -> Result<(D::File, Segment), LogError> {
        let name = segment::live(self.epoch, self.durable);
        let epoch = self.epoch;
        self.epoch += 1;
        let bytes = self.settings.segment_bytes;
        let reused = if needed <= bytes { self.reuse(&name) } else { None };
        let file = match reused {
            Some(file) => file,
            None => self.disk.create(&name, bytes.max(needed)).map_err(|error| {
                let _ = self.disk.remove(&name);
                LogError::disk("make", &name, error)
            })?,
        };
        let bytes = file.bytes().map_err(|error| LogError::disk("measure", &name, error))?;
        Ok((file, Segment { name, epoch, first: self.durable, next: self.durable, end: 0, bytes }))
    }

    /// A spare under its new name; a spare that fails is given up.
    fn reuse(&mut self, name: &str) -> Option<D::File> {
        let spare = self.spares.pop()?;
        let renamed = self.disk.rename(&spare, name).and_then(|()| self.disk.sync_directory());
        let file = renamed.and_then(|()| self.disk.open(name));
        if file.is_err() {
            let _ = self.disk.remove(name);
            let _ = self.disk.remove(&spare);
        }
        file.ok()
    }

    /// Frees the oldest segment durably, before the next one may follow: no hole may ever appear.
    pub(super) fn free_oldest(&mut self) -> Result<(), LogError> {
        let Some(oldest) = self.segments.front() else { return Ok(()) };
        let standard = oldest.bytes == self.settings.segment_bytes;
        let spare = segment::spare(oldest.epoch);
        let keep = standard && self.spares.len() < self.settings.spare_segments;
        let moved = if keep { self.disk.rename(&oldest.name, &spare) } else { self.disk.remove(&oldest.name) };
        moved.map_err(|error| LogError::disk("free", &oldest.name, error))?;
        self.segments.pop_front();
        if keep {
            self.spares.push(spare.clone());
        }
        self.disk.sync_directory().map_err(|error| LogError::disk("free", &spare, error))
    }
}

/// The least size that a segment can have and still hold a record.
pub(super) const LEAST: u64 = 2 * record::HEAD as u64;
