//! Starting and stopping the doors.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use fengsui_series::SeriesEngine;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::GatewayConfig;
use crate::counters::{DoorCounters, GatewayCounters};
use crate::hj212;
use crate::listener::Door;
use crate::mqtt;

/// The open doors.
pub struct Gateway {
    mqtt: Option<SocketAddr>,
    hj212: Option<SocketAddr>,
    counters: Arc<GatewayCounters>,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Gateway {
    /// Opens the doors that are configured.
    pub async fn start(config: GatewayConfig, engine: SeriesEngine) -> io::Result<Self> {
        let counters = Arc::new(GatewayCounters::default());
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        let mut gateway = Self { mqtt: None, hj212: None, counters, stop, tasks };
        if let Some(address) = config.mqtt {
            let door = gateway.door(address, &config, |counters| &counters.mqtt).await?;
            gateway.mqtt = Some(door.listener.local_addr()?);
            let context = mqtt::Context::new(engine.clone(), &config.limits, &gateway.counters, &gateway.stop);
            gateway.tasks.spawn(door.serve(move |stream, peer| mqtt::serve(context.clone(), stream, peer)));
        }
        if let Some(address) = config.hj212 {
            let door = gateway.door(address, &config, |counters| &counters.hj212).await?;
            gateway.hj212 = Some(door.listener.local_addr()?);
            let context = hj212::Context::new(engine.ingest(), &config.limits, &gateway.counters, &gateway.stop);
            gateway.tasks.spawn(door.serve(move |stream, peer| hj212::serve(context.clone(), stream, peer)));
        }
        gateway.tasks.close();
        Ok(gateway)
    }

    async fn door(
        &self,
        address: SocketAddr,
        config: &GatewayConfig,
        door: fn(&GatewayCounters) -> &DoorCounters,
    ) -> io::Result<Door> {
        Ok(Door {
            listener: TcpListener::bind(address).await?,
            limits: config.limits.clone(),
            counters: Arc::clone(&self.counters),
            figures: door,
            stop: self.stop.clone(),
            tasks: self.tasks.clone(),
        })
    }

    /// Where MQTT listens.
    pub fn mqtt_address(&self) -> Option<SocketAddr> {
        self.mqtt
    }

    /// Where HJ 212 listens.
    pub fn hj212_address(&self) -> Option<SocketAddr> {
        self.hj212
    }

    /// The counters.
    pub fn counters(&self) -> Arc<GatewayCounters> {
        Arc::clone(&self.counters)
    }

    /// Takes no more; answers what is under way and closes. To be called before the engine stops.
    pub async fn stop(self) {
        self.stop.cancel();
        self.tasks.wait().await;
    }
}
