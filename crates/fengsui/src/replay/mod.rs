//! `fengsui replay`: sends recorded measurements through the real doors, as if they were measured now.

mod connection;
mod frames;
mod hj212;
mod measurements;
mod publisher;
mod telemetry;

#[cfg(test)]
mod acceptor;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Result, bail};
use clap::Args;

pub use frames::Frames;
pub use hj212::{Hj212Replay, replay as replay_frames};
pub use measurements::{Measurements, replay as replay_measurements};
pub use publisher::Target;
pub use telemetry::{Selection, Telemetry};

/// Waits between frames when nothing is said: the real-time interval most loggers use.
const FRAME_INTERVAL: Duration = Duration::from_secs(30);

/// What to send, and where to.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    fengsui replay --mqtt 127.0.0.1:1883 --device DEMO-GW-001 --token TOKEN \\\n    \
      --file data/telemetry/tep_demo.csv.gz --from 140 --to 279 --speed 60 --loop\n  \
    fengsui replay --hj212 127.0.0.1:9212 --mn 64018100000000DE30000001 \\\n    \
      --frames data/demo/hj212_frames.txt --interval-ms 1000\n\n\
    Prints one line for every row or frame that was acknowledged, on standard error.")]
pub struct Replay {
    /// Broker to publish to, as HOST:PORT.
    #[arg(long, value_name = "HOST:PORT", required_unless_present = "hj212", requires_all = ["device", "token", "file"])]
    mqtt: Option<String>,
    /// Code of the device, which is its user name and part of the topic.
    #[arg(long, value_name = "CODE")]
    device: Option<String>,
    /// Token of the device.
    #[arg(long, env = "FENGSUI_DEVICE_TOKEN", hide_env_values = true)]
    token: Option<String>,
    /// Measurements: CSV, plain or gzip, with the columns sample, minute and one for each series.
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// Logger door to send to, as HOST:PORT.
    #[arg(long, value_name = "HOST:PORT", conflicts_with = "mqtt", requires = "frames")]
    hj212: Option<String>,
    /// MN to put into the frames; absent: the one they carry.
    #[arg(long)]
    mn: Option<String>,
    /// HJ 212 frames, one a line; QN, DataTime, length and checksum are made anew.
    #[arg(long, value_name = "FILE")]
    frames: Option<PathBuf>,
    /// How much faster than it was measured.
    #[arg(long, default_value_t = 1.0, value_name = "FACTOR", conflicts_with = "interval_ms")]
    speed: f64,
    /// Milliseconds between rows or frames.
    #[arg(long, value_name = "MS")]
    interval_ms: Option<u64>,
    /// First sample to send.
    #[arg(long, value_name = "SAMPLE")]
    from: Option<u64>,
    /// Last sample to send.
    #[arg(long, value_name = "SAMPLE")]
    to: Option<u64>,
    /// Series to send; absent: all columns.
    #[arg(long, value_delimiter = ',', value_name = "CODE,…")]
    series: Vec<String>,
    /// Begin again at the end, until interrupted.
    #[arg(long = "loop")]
    repeat: bool,
}

impl Replay {
    fn measurements(&self, address: &str) -> Result<Measurements> {
        let (Some(device), Some(token), Some(file)) = (&self.device, &self.token, &self.file) else {
            bail!("--mqtt needs --device, --token and --file");
        };
        if !(self.speed.is_finite() && self.speed > 0.0) {
            bail!("--speed must be greater than 0");
        }
        let selection = Selection { from: self.from, to: self.to, series: self.series.clone() };
        let telemetry = Telemetry::read(crate::output::open(file)?, &selection)?;
        let interval = match self.interval_ms {
            Some(milliseconds) => Duration::from_millis(milliseconds),
            None => Duration::try_from_secs_f64(telemetry.step_seconds() / self.speed)?,
        };
        let target = Target { address: address.to_owned(), device: device.clone(), token: token.clone() };
        Ok(Measurements { target, telemetry, interval, repeat: self.repeat })
    }

    fn frames(&self, address: &str) -> Result<Hj212Replay> {
        let Some(file) = &self.frames else { bail!("--hj212 needs --frames") };
        let frames = Frames::read(&std::fs::read_to_string(file)?, self.mn.as_deref())?;
        let interval = match self.interval_ms {
            Some(milliseconds) => Duration::from_millis(milliseconds),
            None => Duration::try_from_secs_f64(FRAME_INTERVAL.as_secs_f64() / self.speed)?,
        };
        Ok(Hj212Replay { address: address.to_owned(), frames, interval, repeat: self.repeat })
    }
}

/// Runs the command until everything is acknowledged, or until interrupted.
pub async fn run(command: &Replay) -> Result<ExitCode> {
    let progress = |line: String| eprintln!("{line}");
    let work = async {
        match (&command.mqtt, &command.hj212) {
            (Some(address), _) => replay_measurements(command.measurements(address)?, progress).await,
            (None, Some(address)) => replay_frames(command.frames(address)?, progress).await,
            (None, None) => bail!("say where to: --mqtt or --hj212"),
        }
    };
    tokio::select! {
        done = work => done?,
        _ = tokio::signal::ctrl_c() => eprintln!("interrupted"),
    }
    Ok(ExitCode::SUCCESS)
}
