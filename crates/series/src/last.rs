//! The newest value of a series.

use fengsui_kernel::Timestamp;
use fengsui_kernel::clock::from_millis;
use fengsui_kernel::reading::Quality;
use fengsui_storage::series::observations::LastRow;
use fengsui_telemetry::{Figure, Point};

/// The newest value as the writer knows it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Last {
    pub(crate) observed_at: Timestamp,
    pub(crate) received_at: Timestamp,
    pub(crate) figure: Figure,
    pub(crate) quality: Quality,
    /// When the newest live (not backfilled) value was measured: rules judge nothing older.
    pub(crate) live_at: Option<Timestamp>,
}

impl Last {
    /// Its number, if it is one.
    pub(crate) fn value(&self) -> Option<f64> {
        self.figure.number()
    }

    /// What the store keeps.
    pub(crate) fn row(&self) -> LastRow {
        LastRow {
            observed_at: self.observed_at,
            received_at: self.received_at,
            value_text: self.figure.to_string(),
            value: self.value(),
            quality: self.quality,
            live_at: self.live_at,
        }
    }

    /// The last value after a reading, if it changed, and whether plain limits may judge the reading.
    pub(crate) fn renew(last: Option<&Self>, point: &Point) -> (Option<Self>, bool) {
        let (observed_at, received_at) = (from_millis(point.observed_at), from_millis(point.received_at));
        // A clock that ran ahead and was put right must not make the present look late.
        let newest = last.is_none_or(|last| observed_at >= last.observed_at.min(received_at));
        let live_at = last.and_then(|last| last.live_at);
        let judged = !point.historical && live_at.is_none_or(|at| observed_at >= at.min(received_at));
        let live_at = if judged { Some(observed_at) } else { live_at };
        let renewed = match last {
            Some(last) if !newest => judged.then(|| Self { live_at, ..last.clone() }),
            _ => {
                let (figure, quality) = (point.figure.clone(), point.quality);
                Some(Self { observed_at, received_at, figure, quality, live_at })
            }
        };
        (renewed, judged)
    }
}

impl From<LastRow> for Last {
    fn from(row: LastRow) -> Self {
        let figure = Figure::read(&row.value_text);
        let LastRow { observed_at, received_at, quality, live_at, .. } = row;
        Self { observed_at, received_at, figure, quality, live_at }
    }
}
