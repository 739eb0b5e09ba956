//! The MQTT door: devices with a session of their own, programs that listen to datastreams, and nothing of a broker
//! besides.

mod answer;
mod handshake;
mod payload;
mod registry;
mod sensorthings;
mod session;

use std::net::SocketAddr;
use std::sync::Arc;

use fengsui_series::{Ingest, SeriesEngine};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

use crate::config::{ConnectionLimits, GatewayConfig, SensorThingsDoor};
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
    pub(crate) sensorthings: Option<SensorThingsDoor>,
    counters: Arc<GatewayCounters>,
}

impl Context {
    pub(crate) fn new(
        engine: SeriesEngine,
        config: &GatewayConfig,
        counters: &Arc<GatewayCounters>,
        stop: &CancellationToken,
    ) -> Self {
        let ingest = engine.ingest();
        let (limits, sensorthings) = (Arc::new(config.limits.clone()), config.sensorthings.clone());
        let registry = Arc::new(Registry::default());
        Self { engine, ingest, limits, stop: stop.clone(), registry, sensorthings, counters: Arc::clone(counters) }
    }

    pub(crate) fn counters(&self) -> &DoorCounters {
        &self.counters.mqtt
    }
}

/// One connection from its first byte to its last.
pub(crate) async fn serve(context: Context, mut stream: TcpStream, peer: SocketAddr) {
    let greeted = tokio::time::timeout(context.limits.connect_timeout, handshake::greet(&context, &mut stream)).await;
    match greeted {
        Ok(Ok(mut greeting)) => {
            if let Some(reader) = greeting.reader.take() {
                tracing::debug!(%peer, client = %greeting.client_id, "a program connected");
                return sensorthings::run(context, stream, greeting, reader).await;
            }
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
