//! What sources share that the platform goes to itself: lines that it asks, folders that it looks into.

use std::sync::Arc;

use fengsui_series::SeriesEngine;
use tokio_util::sync::CancellationToken;

use crate::counters::GatewayCounters;

/// What all of them share.
#[derive(Clone)]
pub(crate) struct Context {
    pub(crate) engine: SeriesEngine,
    pub(crate) counters: Arc<GatewayCounters>,
    pub(crate) stop: CancellationToken,
}
