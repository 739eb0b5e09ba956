//! Starting and stopping the doors.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use fengsui_series::SeriesEngine;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::{Entrance, FramedProtocol, GatewayConfig};
use crate::counters::{DoorCounters, GatewayCounters};
use crate::fetching;
use crate::framed;
use crate::listener::Door;
use crate::{drop, modbus, mqtt};

/// The open doors.
pub struct Gateway {
    mqtt: Option<SocketAddr>,
    framed: BTreeMap<FramedProtocol, SocketAddr>,
    counters: Arc<GatewayCounters>,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Gateway {
    /// Opens the doors that are configured.
    pub async fn start(config: GatewayConfig, engine: SeriesEngine) -> io::Result<Self> {
        let counters = Arc::new(GatewayCounters::default());
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        let mut gateway = Self { mqtt: None, framed: BTreeMap::new(), counters, stop, tasks };
        if let Some(entrance) = config.mqtt {
            let door = gateway.door(entrance, |counters| &counters.mqtt).await?;
            gateway.mqtt = Some(door.listener.local_addr()?);
            let context = mqtt::Context::new(engine.clone(), &config, &gateway.counters, &gateway.stop);
            gateway.tasks.spawn(door.serve(move |stream, peer| mqtt::serve(context.clone(), stream, peer)));
        }
        for (protocol, entrance) in &config.framed {
            let door = gateway.door(*entrance, figures_of(*protocol)).await?;
            gateway.framed.insert(*protocol, door.listener.local_addr()?);
            let (limits, stop) = (&config.limits, &gateway.stop);
            let context = framed::Context::new(engine.clone(), *protocol, limits, &gateway.counters, stop);
            gateway.tasks.spawn(door.serve(move |stream, peer| framed::serve(context.clone(), stream, peer)));
        }
        let context = fetching::Context {
            engine: engine.clone(),
            counters: Arc::clone(&gateway.counters),
            stop: gateway.stop.clone(),
        };
        modbus::start(config.modbus, &context, &gateway.tasks);
        drop::start(config.drop, &context, &gateway.tasks);
        gateway.tasks.close();
        Ok(gateway)
    }

    async fn door(&self, entrance: Entrance, door: fn(&GatewayCounters) -> &DoorCounters) -> io::Result<Door> {
        Ok(Door {
            listener: TcpListener::bind(entrance.listen).await?,
            entrance,
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

    /// Where a protocol of frames listens.
    pub fn framed_address(&self, protocol: FramedProtocol) -> Option<SocketAddr> {
        self.framed.get(&protocol).copied()
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

fn figures_of(protocol: FramedProtocol) -> fn(&GatewayCounters) -> &DoorCounters {
    match protocol {
        FramedProtocol::Hj212 => |counters| counters.framed(FramedProtocol::Hj212),
        FramedProtocol::Sl651 => |counters| counters.framed(FramedProtocol::Sl651),
        FramedProtocol::Jt808 => |counters| counters.framed(FramedProtocol::Jt808),
        FramedProtocol::Gb26875 => |counters| counters.framed(FramedProtocol::Gb26875),
    }
}
