//! `fengsui demo`: the platform with an invented region, real divisions and measurements that go on and on.
//!
//! Everything goes the way it goes in a real installation: records through the registry, accounts through
//! identity, measurements through the MQTT and HJ 212 doors.

mod accounts;
mod announce;
mod data;
mod region;
mod replay;
mod series;
mod vehicle;

pub use region::is_marked;

use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use clap::Args;
use fengsui_kernel::Principal;
use tokio::sync::oneshot;

use crate::cli::Installation;
use crate::compose::Platform;
use crate::config::{Config, Loaded, Overrides};
use crate::output::Out;
use crate::serve;

/// How the demonstration runs.
#[derive(Debug, Args)]
pub struct Demo {
    #[command(flatten)]
    installation: Installation,
    /// Print one line of JSON when ready: {"url","mqtt","hj212","sl651","jt808","gb26875","accounts":[{"user","password","post","name","title"}]}.
    #[arg(long)]
    json: bool,
    /// Address of the console; port 0 takes any free one.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// Address of the MQTT door.
    #[arg(long, value_name = "ADDRESS")]
    mqtt: Option<SocketAddr>,
    /// Address of the HJ 212 door.
    #[arg(long, value_name = "ADDRESS")]
    hj212: Option<SocketAddr>,
    /// Start without measurements, to send one's own.
    #[arg(long)]
    no_replay: bool,
    /// Print the licence of the simulation data that are part of this program, and end.
    #[arg(long)]
    licence: bool,
    /// Milliseconds between two moments of the process data; the first alarm comes with the 22nd.
    #[arg(long, default_value_t = 2000, value_name = "MS")]
    telemetry_interval_ms: u64,
    /// Milliseconds between two frames of the logger; the first alarm comes with the 32nd.
    #[arg(long, default_value_t = 3000, value_name = "MS")]
    frame_interval_ms: u64,
}

impl Demo {
    /// What this command sets and prefers.
    pub fn overrides(&self) -> Overrides {
        let preferred = vec![
            ("node.data_dir", "fengsui-demo"),
            ("node.name", "示例应急指挥平台"),
            ("node.division", "640000000000"),
            // Nobody but this machine needs to reach a demonstration.
            ("mqtt.listen", "127.0.0.1:1883"),
            ("hj212.listen", "127.0.0.1:9212"),
            ("sl651.enabled", "true"),
            ("sl651.listen", "127.0.0.1:9651"),
            ("jt808.enabled", "true"),
            ("jt808.listen", "127.0.0.1:9808"),
            ("gb26875.enabled", "true"),
            ("gb26875.listen", "127.0.0.1:9875"),
        ];
        let mut overrides = self.installation.overrides();
        overrides.data_dir = overrides.data_dir.or_else(|| Some("fengsui-demo".into()));
        overrides.preferred = preferred;
        overrides.with("http.listen", self.listen).with("mqtt.listen", self.mqtt).with("hj212.listen", self.hj212)
    }

    fn pace(&self) -> replay::Pace {
        replay::Pace {
            telemetry: Duration::from_millis(self.telemetry_interval_ms.max(1)),
            frames: Duration::from_millis(self.frame_interval_ms.max(1)),
        }
    }
}

/// Loads what is missing, starts the platform, tells where it is, and runs until interrupted.
pub async fn run(command: &Demo, loaded: &Loaded, out: Out<'_>) -> Result<ExitCode> {
    let config = &loaded.config;
    if command.licence {
        write!(out, "{}", data::TELEMETRY_LICENCE)?;
        return Ok(ExitCode::SUCCESS);
    }
    let Some(lease) = serve::lease(config).await? else { return Ok(ExitCode::SUCCESS) };
    mark(config).await?;
    let platform = Platform::open(loaded).await?;
    let system = Principal::system("demo");
    region::load(&platform.registry, &system).await?;
    series::load(&platform.registry, &platform.series, &system, &command.pace()).await?;
    if !command.no_replay {
        vehicle::load(&platform.registry, &platform.series, &system).await?;
    }
    let ingest = platform.series.ingest();
    let accounts = accounts::ensure(&platform.identity, &platform.registry, &system, &config.node.data_dir).await?;
    // A fresh token would lock out a gateway that somebody registered by hand.
    let token = if command.no_replay {
        String::new()
    } else {
        series::issue_token(&platform.registry, &platform.series, &system).await?
    };

    let (ready, bound) = oneshot::channel();
    let running = serve::run(platform, lease, config, ready);
    let beside = async {
        // The platform reports its own failure to start.
        let Ok(bound) = bound.await else { return std::future::pending().await };
        announce::print(out, config, bound, &accounts, command.json)?;
        if command.no_replay {
            return std::future::pending().await;
        }
        let drive = async {
            if let Err(error) = vehicle::run(&ingest).await {
                tracing::warn!("the vehicle of the demonstration stopped: {error:#}");
            }
        };
        tokio::join!(replay::run(bound, token, command.pace()), drive).0
    };
    tokio::select! {
        ended = running => ended?,
        failed = beside => failed?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Before anything else: a store with invented data must say so from its first moment on.
async fn mark(config: &Config) -> Result<()> {
    let db = crate::store::open(config).await?;
    let marked = region::mark(&db).await;
    db.close().await;
    marked
}
