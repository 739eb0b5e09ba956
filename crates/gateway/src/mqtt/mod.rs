//! The MQTT door: publishers with a session of their own, and nothing of a broker besides.

mod handshake;
mod payload;
mod registry;
mod session;

use std::net::SocketAddr;
use std::sync::Arc;

use fengsui_series::{Ingest, SeriesEngine};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

use crate::config::ConnectionLimits;
use crate::counters::{DoorCounters, GatewayCounters};
use registry::Registry;

/// What all connections share.
#[derive(Clone)]
pub(crate) struct Context {
    pub(crate) engine: SeriesEngine,
    pub(crate) ingest: Ingest,
    pub(crate) limits: Arc<ConnectionLimits>,
    pub(crate) stop: CancellationToken,
    pub(crate) registry: Arc<Registry>,
    counters: Arc<GatewayCounters>,
}

impl Context {
    pub(crate) fn new(
        engine: SeriesEngine,
        limits: &ConnectionLimits,
        counters: &Arc<GatewayCounters>,
        stop: &CancellationToken,
    ) -> Self {
        let ingest = engine.ingest();
        let limits = Arc::new(limits.clone());
        let registry = Arc::new(Registry::default());
        Self { engine, ingest, limits, stop: stop.clone(), registry, counters: Arc::clone(counters) }
    }

    pub(crate) fn counters(&self) -> &DoorCounters {
        &self.counters.mqtt
    }
}

/// One connection from its first byte to its last.
pub(crate) async fn serve(context: Context, mut stream: TcpStream, peer: SocketAddr) {
    let greeted = tokio::time::timeout(context.limits.connect_timeout, handshake::greet(&context, &mut stream)).await;
    match greeted {
        Ok(Ok(greeting)) => {
            tracing::debug!(%peer, device = %greeting.code, "device connected");
            session::run(context, stream, greeting).await;
        }
        Ok(Err(reason)) => {
            crate::counters::add(&context.counters().refused, 1);
            tracing::info!(%peer, %reason, "MQTT connection refused");
        }
        Err(_) => crate::counters::add(&context.counters().refused, 1),
    }
}
