//! Reading values back.

use fengsui_kernel::clock::from_millis;
use fengsui_kernel::id::SeriesId;
use fengsui_kernel::page::MAX_LIMIT;
use fengsui_kernel::{Fault, Principal, Result, Timestamp};
use fengsui_telemetry::Point;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

use crate::engine::SeriesEngine;
use crate::view::{AggregateView, ObservationView};

/// The most steps that one answer holds.
const MAX_STEPS: i64 = 10_000;
/// Portions of a history that wait for whoever reads it.
const PORTIONS_AHEAD: usize = 2;

/// Which observations are wanted.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ObservationQuery {
    /// From this time on.
    #[serde(default)]
    pub from: Option<Timestamp>,
    /// Up to but without this time.
    #[serde(default)]
    pub to: Option<Timestamp>,
    /// How many, 1 to 500; 50 if absent.
    #[serde(default)]
    pub limit: Option<u32>,
    /// `next` of the page before.
    #[serde(default)]
    pub cursor: Option<String>,
}

/// Observations, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ObservationsPage {
    /// The observations.
    pub items: Vec<ObservationView>,
    /// Pass as `cursor` for older ones.
    pub next: Option<String>,
}

impl SeriesEngine {
    /// Values of a series, newest first.
    pub async fn observations(
        &self,
        principal: &Principal,
        id: &SeriesId,
        query: &ObservationQuery,
    ) -> Result<ObservationsPage> {
        let series = self.readable(principal, id).await?;
        let limit = query.limit.unwrap_or(50).clamp(1, MAX_LIMIT);
        let cursor = query.cursor.as_deref().and_then(|cursor| cursor.parse().ok()).map(from_millis);
        let before = [query.to, cursor].into_iter().flatten().min().unwrap_or(Timestamp::MAX);
        let from = query.from.unwrap_or(from_millis(0));
        let tail = self.tail(series.number).await;
        let mut points = self.readings(series.number, &tail).newest(from, before, limit as usize + 1).await?;
        let more = points.len() > limit as usize;
        points.truncate(limit as usize);
        let last = points.last().map(|point| point.observed_at.to_string());
        Ok(ObservationsPage { items: points.iter().map(view).collect(), next: last.filter(|_| more) })
    }

    /// All values of a series from `from` up to but without `to`, oldest first, in portions as they are read: a year of
    /// seconds is never held at once, and a reader who leaves ends it.
    pub async fn history(
        &self,
        principal: &Principal,
        id: &SeriesId,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<mpsc::Receiver<Result<Vec<ObservationView>>>> {
        let series = self.readable(principal, id).await?;
        let (sender, receiver) = mpsc::channel(PORTIONS_AHEAD);
        let (engine, tail) = (self.clone(), self.tail(series.number).await);
        tokio::spawn(async move {
            if let Err(fault) = engine.tell_history(series.number, &tail, (from, to), &sender).await {
                // The reader sees that it is not whole.
                let _ = sender.send(Err(fault)).await;
            }
        });
        Ok(receiver)
    }

    async fn tell_history(
        &self,
        series: i64,
        tail: &[Point],
        (from, to): (Timestamp, Timestamp),
        sender: &mpsc::Sender<Result<Vec<ObservationView>>>,
    ) -> Result<()> {
        let mut forward = self.readings(series, tail).forward(from, to).await?;
        while let Some(portion) = forward.next().await? {
            if sender.send(Ok(portion.iter().map(view).collect())).await.is_err() {
                break;
            }
        }
        Ok(())
    }

    /// Usable values of a series by steps of time, oldest first.
    pub async fn aggregates(
        &self,
        principal: &Principal,
        id: &SeriesId,
        from: Timestamp,
        to: Timestamp,
        step_seconds: u32,
    ) -> Result<Vec<AggregateView>> {
        let series = self.readable(principal, id).await?;
        if step_seconds == 0 {
            return Err(Fault::field("step_seconds", "too_small").with("min", "1").into());
        }
        let step = i64::from(step_seconds) * 1000;
        let span = to.as_millisecond().saturating_sub(from.as_millisecond());
        if span / step > MAX_STEPS {
            return Err(Fault::field("step_seconds", "too_many_steps").with("max", &MAX_STEPS.to_string()).into());
        }
        let tail = self.tail(series.number).await;
        self.readings(series.number, &tail).aggregates(from, to, step).await
    }
}

fn view(point: &Point) -> ObservationView {
    ObservationView {
        observed_at: from_millis(point.observed_at),
        received_at: from_millis(point.received_at),
        value: point.figure.to_string(),
        number: point.figure.number(),
        quality: point.quality,
        historical: point.historical,
    }
}
