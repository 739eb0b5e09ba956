//! The measurements of the demonstration, sent through the real doors for as long as it runs.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context as _, Result};
use fengsui_gateway::FramedProtocol;

use super::data;
use crate::ready::Bound;
use crate::replay::{
    Frames, Hj212Replay, Measurements, Selection, Target, Telemetry, replay_frames, replay_measurements,
};

/// The gateway of the chemical plant.
pub(super) const GATEWAY: &str = "DEMO-GW-001";
/// The logger at its vent.
pub(super) const LOGGER: &str = "DEMO-HJ-001";
/// The fault comes after sample 160; from 279 on the simulator stood still (see data/telemetry/SOURCES.md).
const SAMPLES: (u64, u64) = (140, 279);

/// How fast the recordings are played.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    pub(super) telemetry: Duration,
    pub(super) frames: Duration,
}

impl Pace {
    /// How often a value of the device is to be expected.
    pub(super) fn expected_seconds(&self, device: &str) -> u32 {
        let interval = if device == LOGGER { self.frames } else { self.telemetry };
        u32::try_from(interval.as_millis().div_ceil(1000)).unwrap_or(u32::MAX).max(1)
    }
}

/// The part of the recording that is played.
pub(super) fn telemetry(series: Vec<String>) -> Result<Telemetry> {
    let selection = Selection { from: Some(SAMPLES.0), to: Some(SAMPLES.1), series };
    Telemetry::read(data::DEMO_TELEMETRY, &selection)
}

/// Plays both recordings again and again; a door that is closed is left alone.
pub(super) async fn run(bound: Bound, token: String, pace: Pace) -> Result<()> {
    let progress = |line: String| tracing::debug!("{line}");
    let gateway = async {
        let Some(address) = bound.mqtt else { return Ok(()) };
        let target = Target { address: reachable(address), device: GATEWAY.to_owned(), token };
        let telemetry = telemetry(super::series::gateway_codes()?)?;
        let played = Measurements { target, telemetry, interval: pace.telemetry, repeat: true };
        replay_measurements(played, progress).await.context("the gateway of the demonstration")
    };
    let logger = async {
        let Some(address) = bound.at(FramedProtocol::Hj212) else { return Ok(()) };
        let frames = Frames::read(std::str::from_utf8(data::DEMO_FRAMES)?, None)?;
        let played = Hj212Replay { address: reachable(address), frames, interval: pace.frames, repeat: true };
        replay_frames(played, progress).await.context("the logger of the demonstration")
    };
    let (gateway, logger) = tokio::join!(gateway, logger);
    // Somebody gave the gateway another token, say: the platform goes on without the replay.
    for ended in [gateway, logger] {
        if let Err(error) = ended {
            tracing::warn!("the replay ended: {error:#}");
        }
    }
    std::future::pending().await
}

/// An address to connect to: what listens everywhere is reached on this machine.
fn reachable(bound: SocketAddr) -> String {
    if bound.ip().is_unspecified() { format!("127.0.0.1:{}", bound.port()) } else { bound.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_is_judged_by_the_pace_of_the_replay() {
        let pace = Pace { telemetry: Duration::from_millis(2500), frames: Duration::from_millis(20) };
        assert_eq!((pace.expected_seconds(GATEWAY), pace.expected_seconds(LOGGER)), (3, 1));
    }
}
