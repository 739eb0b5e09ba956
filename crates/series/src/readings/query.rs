//! Reading back: chunks and the unsealed tail as one series.

use fengsui_kernel::clock::from_millis;
use fengsui_kernel::reading::Quality;
use fengsui_kernel::{Result, Timestamp};
use fengsui_storage::Db;
use fengsui_storage::series::chunks;
use fengsui_telemetry::Point;

use super::forward::Forward;
use super::merged::Merged;
use crate::view::AggregateView;

/// Chunks fetched at a time, newest first.
const NEWEST: u32 = 16;

/// The readings of one series.
#[derive(Clone, Copy)]
pub(crate) struct Readings<'a> {
    pub(crate) db: &'a Db,
    pub(crate) series: i64,
    /// What is not sealed, in order of arrival.
    pub(crate) tail: &'a [Point],
}

impl<'a> Readings<'a> {
    /// Readings from `from` up to but without `before`, newest first.
    pub(crate) async fn newest(&self, from: Timestamp, before: Timestamp, limit: usize) -> Result<Vec<Point>> {
        let mut merged = Merged::of_tail(self.tail, from, before);
        let mut until = (i64::MAX, i64::MAX);
        loop {
            let portion = chunks::newest(self.db, self.series, from, before, until, NEWEST).await?;
            for chunk in &portion {
                merged.take(chunk);
            }
            merged.settle();
            // Chunks not yet read end where the last one read ends, or earlier.
            let open = portion.last().filter(|_| portion.len() == NEWEST as usize).map(|chunk| chunk.place);
            if open.is_none_or(|open| merged.count_after(open.last_at) >= limit) {
                return Ok(merged.into_newest(limit));
            }
            until = open.map_or(until, |open| (open.last_at, open.number));
        }
    }

    /// Readings from `from` up to but without `before`, oldest first, portion by portion.
    pub(crate) async fn forward(self, from: Timestamp, before: Timestamp) -> Result<Forward<'a>> {
        Forward::begin(self, from, before).await
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
    pub(crate) async fn aggregates(self, from: Timestamp, before: Timestamp, step: i64) -> Result<Vec<AggregateView>> {
        let mut steps: Vec<AggregateView> = Vec::new();
        let mut forward = self.forward(from, before).await?;
        while let Some(portion) = forward.next().await? {
            for point in &portion {
                add(&mut steps, point, step);
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
