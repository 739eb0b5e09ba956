//! Going through the readings of a series from the oldest on, without holding all of them.

use fengsui_kernel::{Result, Timestamp};
use fengsui_storage::series::chunks::{self, ChunkPlace};
use fengsui_telemetry::Point;

use super::merged::Merged;
use super::query::Readings;

/// Chunks fetched at a time.
const TOGETHER: u32 = 128;

/// A way through a span of time. Chunks may overlap where readings came late: what a later chunk may still change is
/// held back until that chunk is read.
pub(crate) struct Forward<'a> {
    readings: Readings<'a>,
    before: Timestamp,
    /// Ends and numbers of the chunks of the span, in the order in which they are read, each with the earliest
    /// reading of those from it on.
    open: Vec<((i64, i64), i64)>,
    after: (i64, i64),
    held: Merged,
    ended: bool,
}

fn with_bounds(places: &[ChunkPlace]) -> Vec<((i64, i64), i64)> {
    let mut earliest = i64::MAX;
    let mut open: Vec<_> = places
        .iter()
        .rev()
        .map(|place| {
            earliest = earliest.min(place.first_at);
            ((place.last_at, place.number), earliest)
        })
        .collect();
    open.reverse();
    open
}

impl<'a> Forward<'a> {
    pub(super) async fn begin(readings: Readings<'a>, from: Timestamp, before: Timestamp) -> Result<Self> {
        let held = Merged::of_tail(readings.tail, from, before);
        let open = with_bounds(&chunks::places(readings.db, readings.series, from, before).await?);
        let after = (from.as_millisecond(), -1);
        Ok(Self { readings, before, open, after, held, ended: false })
    }

    /// The next readings, oldest first; nothing at the end.
    pub(crate) async fn next(&mut self) -> Result<Option<Vec<Point>>> {
        while !self.ended {
            let Readings { db, series, .. } = self.readings;
            let portion = chunks::oldest(db, series, self.after, self.before, TOGETHER).await?;
            for chunk in &portion {
                self.held.take(chunk);
            }
            self.held.settle();
            if let Some(last) = portion.last() {
                self.after = (last.place.last_at, last.place.number);
            }
            self.ended = portion.len() < TOGETHER as usize;
            let unread = self.open.partition_point(|(end, _)| *end <= self.after);
            let complete = if self.ended { None } else { self.open.get(unread).map(|(_, earliest)| *earliest) };
            let points = self.held.split_before(complete.unwrap_or(i64::MAX));
            if !points.is_empty() {
                return Ok(Some(points));
            }
        }
        Ok(None)
    }
}
