//! `fengsui decode` and `fengsui encode`: what devices send, without a platform.

mod frames;
mod hj212;
mod mqtt;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::{Args, Subcommand, ValueEnum};
use fengsui_protocols::mqtt::Version;

pub use frames::{Encode, encode};
use frames::{Frames, Protocol};

use crate::output::{Out, open};

const FRAMES_HELP: &str = "\
Prints one JSON object for every frame, and one with `error` for every piece that is no frame; ends with 0.
\
The same objects become frames again by `fengsui encode`.";

/// A protocol and its bytes.
#[derive(Debug, Subcommand)]
pub enum Decode {
    /// HJ 212 frames: pollution, dust and water-quality loggers.
    ///
    /// Prints one JSON object for every frame, read by the letter of the standard, and one with `error` for every piece
    /// that is no frame. With --explain a live pipe is read as tolerantly as the platform reads it, and each object has
    /// deviations, readings and the reply that the platform would send; it then ends with 1 if there was any error.
    #[command(after_help = "Examples:\n  fengsui decode hj212 data/demo/hj212_frames.txt | head -1\n  \
                            nc -l 9212 | fengsui decode hj212 --explain -")]
    Hj212(Hj212Input),
    /// SL 651 frames, HEX and ASCII: rain, river, reservoir and groundwater stations.
    #[command(after_help = FRAMES_HELP)]
    Sl651(Frames),
    /// JT/T 808 frames: dangerous-goods vehicles, coaches, rescue vehicles.
    #[command(after_help = FRAMES_HELP)]
    Jt808(Frames),
    /// JT/T 1078 stream packets: vehicle video.
    #[command(after_help = FRAMES_HELP)]
    Jt1078(Frames),
    /// GB/T 26875.3 frames: fire-alarm transmission devices of buildings.
    #[command(after_help = FRAMES_HELP)]
    Gb26875(Frames),
    /// Modbus TCP frames.
    #[command(after_help = FRAMES_HELP)]
    Modbus(Frames),
    /// One Sparkplug B payload.
    #[command(after_help = FRAMES_HELP)]
    Sparkplug(Frames),
    /// SZY 206 frames: water-resource meters.
    #[command(after_help = FRAMES_HELP)]
    Szy206(Frames),
    /// MQTT packets of one direction of a connection.
    ///
    /// Prints one JSON object for every packet. Ends with 1 if the bytes break the protocol.
    #[command(after_help = "Example:\n  echo 'c0 00 e0 00' | fengsui decode mqtt --hex -\n  \
                            prints {\"packet\":1,\"bytes\":2,\"kind\":\"PingRequest\"} and a Disconnect")]
    Mqtt(MqttInput),
}

/// Input of `decode hj212`.
#[derive(Debug, Args)]
pub struct Hj212Input {
    #[command(flatten)]
    frames: Frames,
    /// Tell deviations, readings and replies.
    #[arg(long)]
    explain: bool,
    /// With --explain: take nothing but the letter of the standard.
    #[arg(long, requires = "explain")]
    strict: bool,
}

/// Input of `decode mqtt`.
#[derive(Debug, Args)]
pub struct MqttInput {
    /// File to read; `-` is standard input.
    #[arg(default_value = "-")]
    file: PathBuf,
    /// The input is hexadecimal text; blanks, colons and line ends are passed over.
    #[arg(long)]
    hex: bool,
    /// The version spoken, where the bytes do not begin with CONNECT.
    #[arg(long, value_enum)]
    protocol: Option<MqttVersion>,
}

/// A version of MQTT on the command line.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum MqttVersion {
    /// MQTT 3.1.
    #[value(name = "3.1")]
    V31,
    /// MQTT 3.1.1.
    #[value(name = "3.1.1")]
    V311,
    /// MQTT 5.0.
    #[value(name = "5")]
    V5,
}

impl From<MqttVersion> for Version {
    fn from(version: MqttVersion) -> Self {
        match version {
            MqttVersion::V31 => Self::V31,
            MqttVersion::V311 => Self::V311,
            MqttVersion::V5 => Self::V5,
        }
    }
}

/// Runs the command.
pub fn run(command: &Decode, out: Out<'_>) -> Result<ExitCode> {
    let frames = |protocol, input, out| frames::decode(protocol, input, out).map(|()| true);
    let clean = match command {
        Decode::Hj212(input) if input.explain => hj212::decode(open(&input.frames.file)?, input.strict, out)?,
        Decode::Hj212(input) => frames(Protocol::Hj212, &input.frames, out)?,
        Decode::Sl651(input) => frames(Protocol::Sl651, input, out)?,
        Decode::Jt808(input) => frames(Protocol::Jt808, input, out)?,
        Decode::Jt1078(input) => frames(Protocol::Jt1078, input, out)?,
        Decode::Gb26875(input) => frames(Protocol::Gb26875, input, out)?,
        Decode::Modbus(input) => frames(Protocol::Modbus, input, out)?,
        Decode::Sparkplug(input) => frames(Protocol::Sparkplug, input, out)?,
        Decode::Szy206(input) => frames(Protocol::Szy206, input, out)?,
        Decode::Mqtt(input) => mqtt::decode(open(&input.file)?, input.hex, input.protocol.map(Version::from), out)?,
    };
    Ok(if clean { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn from_hex(text: &[u8]) -> Result<Vec<u8>> {
    let digits: Vec<u8> = text.iter().copied().filter(|byte| !byte.is_ascii_whitespace() && *byte != b':').collect();
    match hex::decode(&digits) {
        Ok(bytes) => Ok(bytes),
        Err(error) => bail!("the input is no hexadecimal text: {error}"),
    }
}
