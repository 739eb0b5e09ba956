//! Reading back: chunks and the unsealed tail as one series.

use std::collections::BTreeMap;

use fengsui_kernel::clock::from_millis;
use fengsui_kernel::reading::Quality;
use fengsui_kernel::{Result, Timestamp};
use fengsui_storage::Db;
use fengsui_storage::series::chunks::{self, StoredChunk};
use fengsui_telemetry::{Point, decode};

use crate::view::AggregateView;

/// Chunks fetched at a time, newest first.
const NEWEST: u32 = 16;
/// Chunks fetched at a time, oldest first.
const OLDEST: usize = 64;
/// Readings summed up at a time.
const PORTION: usize = 20_000;
/// A sequence later than that of any chunk: the tail came last.
const UNSEALED: i64 = i64::MAX;

/// The readings of one series.
pub(crate) struct Readings<'a> {
    pub(crate) db: &'a Db,
    pub(crate) series: i64,
    /// What is not sealed, in order of arrival.
    pub(crate) tail: &'a [Point],
}

/// Readings by time; of two with one time the one that arrived later.
#[derive(Default)]
struct Merged(BTreeMap<i64, (i64, Point)>);

impl Merged {
    fn put(&mut self, sequence: i64, point: Point) {
        let kept = self.0.get(&point.observed_at).map(|(known, _)| *known);
        if kept.is_none_or(|known| known <= sequence) {
            self.0.insert(point.observed_at, (sequence, point));
        }
    }

    fn take(&mut self, chunk: &StoredChunk, from: i64, before: i64) {
        match decode(&chunk.body) {
            Ok(points) => {
                for point in points {
                    if (from..before).contains(&point.observed_at) {
                        self.put(chunk.place.sequence, point);
                    }
                }
            }
            // What is damaged costs itself and nothing else.
            Err(damage) => tracing::error!(?damage, chunk = chunk.place.number, "a chunk of readings cannot be read"),
        }
    }
}

impl Readings<'_> {
    fn begin(&self, from: i64, before: i64) -> Merged {
        let mut merged = Merged::default();
        for point in self.tail.iter().filter(|point| (from..before).contains(&point.observed_at)) {
            merged.put(UNSEALED, point.clone());
        }
        merged
    }

    /// Readings from `from` up to but without `before`, newest first.
    pub(crate) async fn newest(&self, from: Timestamp, before: Timestamp, limit: usize) -> Result<Vec<Point>> {
        let (first, end) = (from.as_millisecond(), before.as_millisecond());
        let mut merged = self.begin(first, end);
        let mut seen = 0;
        loop {
            let portion = chunks::newest(self.db, self.series, from, before, seen, NEWEST).await?;
            portion.iter().for_each(|chunk| merged.take(chunk, first, end));
            seen += NEWEST;
            // Chunks not yet read end where the last one read ends, or earlier.
            let open = portion.last().filter(|_| portion.len() == NEWEST as usize).map(|chunk| chunk.place.last_at);
            let complete = |at: &i64| open.is_none_or(|open| *at > open);
            if open.is_none() || merged.0.keys().rev().take_while(|at| complete(at)).take(limit).count() == limit {
                return Ok(merged.0.into_values().rev().map(|(_, point)| point).take(limit).collect());
            }
        }
    }

    /// Readings from `from` up to but without `before`, oldest first; with or without those from a device's memory.
    pub(crate) async fn oldest(
        &self,
        from: Timestamp,
        before: Timestamp,
        backfilled: bool,
        limit: usize,
    ) -> Result<Vec<Point>> {
        let (first, end) = (from.as_millisecond(), before.as_millisecond());
        let mut merged = self.begin(first, end);
        let mut places = chunks::places(self.db, self.series, from, before).await?;
        places.sort_by_key(|place| place.first_at);
        let wanted = |(_, point): &(i64, Point)| backfilled || !point.historical;
        let mut rest = places.as_slice();
        loop {
            let (portion, later) = rest.split_at(rest.len().min(OLDEST));
            rest = later;
            let numbers: Vec<i64> = portion.iter().map(|place| place.number).collect();
            chunks::fetch(self.db, &numbers).await?.iter().for_each(|chunk| merged.take(chunk, first, end));
            let complete = rest.first().map_or(i64::MAX, |place| place.first_at);
            let found = merged.0.range(..complete).filter(|(_, kept)| wanted(kept)).take(limit).count();
            if rest.is_empty() || found == limit {
                return Ok(merged.0.into_values().filter(wanted).map(|(_, point)| point).take(limit).collect());
            }
        }
    }

    /// When the series was last heard live with a value, however good.
    pub(crate) async fn last_heard(&self) -> Result<Option<Timestamp>> {
        let mut before = Timestamp::MAX;
        loop {
            let portion = self.newest(from_millis(0), before, 512).await?;
            let speaks = |point: &&Point| {
                !point.historical && point.figure.number().is_some() && point.quality != Quality::Missing
            };
            if let Some(point) = portion.iter().find(speaks) {
                return Ok(Some(from_millis(point.observed_at.min(point.received_at))));
            }
            let Some(last) = portion.last() else { return Ok(None) };
            before = from_millis(last.observed_at);
        }
    }

    /// Usable values by steps of time, oldest first.
    pub(crate) async fn aggregates(
        &self,
        mut from: Timestamp,
        before: Timestamp,
        step: i64,
    ) -> Result<Vec<AggregateView>> {
        let mut steps: Vec<AggregateView> = Vec::new();
        loop {
            let portion = self.oldest(from, before, true, PORTION).await?;
            let Some(last) = portion.last() else { break };
            from = from_millis(last.observed_at + 1);
            portion.iter().for_each(|point| add(&mut steps, point, step));
            if portion.len() < PORTION {
                break;
            }
        }
        for step in &mut steps {
            // Until here it held the sum.
            step.mean /= step.count as f64;
        }
        Ok(steps)
    }
}

fn add(steps: &mut Vec<AggregateView>, point: &Point, step: i64) {
    let Some(number) = point.figure.number().filter(|_| point.quality.judgeable()) else { return };
    let at = from_millis(point.observed_at.div_euclid(step) * step);
    match steps.last_mut().filter(|last| last.at == at) {
        Some(last) => {
            last.count += 1;
            last.min = last.min.min(number);
            last.max = last.max.max(number);
            last.mean += number;
            last.last = number;
        }
        None => steps.push(AggregateView { at, count: 1, min: number, max: number, mean: number, last: number }),
    }
}
