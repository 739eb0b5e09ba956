//! Readings of several chunks as one: by time, and of two with one time the one that arrived later.

use fengsui_kernel::Timestamp;
use fengsui_storage::series::chunks::StoredChunk;
use fengsui_telemetry::{Point, decode};

/// A sequence later than that of any chunk: the tail came last.
const UNSEALED: i64 = i64::MAX;

/// Readings within a span of time.
pub(super) struct Merged {
    from: i64,
    before: i64,
    /// With the sequence of the chunk that each is from.
    points: Vec<(i64, Point)>,
}

impl Merged {
    /// The unsealed readings of a span.
    pub(super) fn of_tail(tail: &[Point], from: Timestamp, before: Timestamp) -> Self {
        let (from, before) = (from.as_millisecond(), before.as_millisecond());
        let within = tail.iter().filter(|point| (from..before).contains(&point.observed_at));
        Self { from, before, points: within.map(|point| (UNSEALED, point.clone())).collect() }
    }

    /// Adds what a chunk has of the span.
    pub(super) fn take(&mut self, chunk: &StoredChunk) {
        match decode(&chunk.body) {
            Ok(points) => {
                let within = points.into_iter().filter(|point| (self.from..self.before).contains(&point.observed_at));
                self.points.extend(within.map(|point| (chunk.place.sequence, point)));
            }
            // What is damaged costs itself and nothing else.
            Err(damage) => tracing::error!(?damage, chunk = chunk.place.number, "a chunk of readings cannot be read"),
        }
    }

    /// Brings what was added into order.
    pub(super) fn settle(&mut self) {
        let points = &mut self.points;
        // Nearly always chunks follow each other.
        if points.is_sorted_by(|(_, one), (_, other)| one.observed_at < other.observed_at) {
            return;
        }
        // Stable: within the tail the later arrival stays behind.
        points.sort_by_key(|(sequence, point)| (point.observed_at, *sequence));
        points.reverse();
        points.dedup_by_key(|(_, point)| point.observed_at);
        points.reverse();
    }

    /// How many are later than a time.
    pub(super) fn count_after(&self, at: i64) -> usize {
        self.points.len() - self.points.partition_point(|(_, point)| point.observed_at <= at)
    }

    /// The newest so many, newest first.
    pub(super) fn into_newest(self, limit: usize) -> Vec<Point> {
        self.points.into_iter().rev().take(limit).map(|(_, point)| point).collect()
    }

    /// Takes out those earlier than a time, oldest first. Nothing earlier is taken in any more: what is sealed
    /// meanwhile was in the tail.
    pub(super) fn split_before(&mut self, at: i64) -> Vec<Point> {
        let end = self.points.partition_point(|(_, point)| point.observed_at < at);
        let points: Vec<Point> = self.points.drain(..end).map(|(_, point)| point).collect();
        self.from = points.last().map_or(self.from, |last| last.observed_at + 1);
        points
    }
}
