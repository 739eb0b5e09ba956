//! The engine and the MQTT door alone, over a data directory made by the example `plant`: what is measured and
//! profiled without the rest of the platform. Prints the time to start and how much memory it takes.
//!
//! `door DATA_DIR ADDRESS`

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use fengsui_gateway::{ConnectionLimits, Entrance, Gateway, GatewayConfig};
use fengsui_kernel::SystemClock;
use fengsui_series::{SeriesEngine, SeriesSettings};
use fengsui_storage::Db;
use fengsui_storage::seal::Keys;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn resident_megabytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|text| text.parse::<u64>().ok()).unwrap_or(0) / 1024
}

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let directory = arguments.next().expect("a data directory");
    let address = arguments.next().expect("an address").parse().expect("an address");
    let directory = Path::new(&directory);
    let started = Instant::now();
    let url = format!("sqlite:{}", directory.join("fengsui.db").display());
    let keys = Keys::File(directory.join("keys").join("sealing.key"));
    let db = Db::open(&url, Arc::new(SystemClock), keys).await.expect("a store");
    let engine = SeriesEngine::start(db, SeriesSettings::default()).await.expect("an engine");
    let limits = ConnectionLimits {
        readings_per_second: 10_000_000,
        burst_readings: 100_000_000,
        ..ConnectionLimits::default()
    };
    let config = GatewayConfig {
        mqtt: Some(Entrance::at(address)),
        framed: BTreeMap::new(),
        limits,
        ..GatewayConfig::default()
    };
    let gateway = Gateway::start(config, engine.clone()).await.expect("a door");
    let (seconds, memory) = (started.elapsed().as_secs_f64(), resident_megabytes());
    println!("{} ready after {seconds:.2} s with {memory} MB", gateway.mqtt_address().expect("an address"));
    let mut every = tokio::time::interval(Duration::from_secs(1));
    let mut worst = Duration::ZERO;
    loop {
        tokio::select! {
            _ = every.tick() => {
                let began = Instant::now();
                if let Err(fault) = engine.tick().await {
                    eprintln!("tick: {fault}");
                }
                worst = worst.max(began.elapsed());
            }
            _ = tokio::signal::ctrl_c() => break,
        }
    }
    gateway.stop().await;
    engine.stop().await;
    println!("ended with {} MB; the slowest tick took {} ms", resident_megabytes(), worst.as_millis());
}
