//! `fengsui decode`: shows what a device sent, without a platform.

mod hj212;
mod mqtt;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand, ValueEnum};
use fengsui_protocols::mqtt::Version;

use crate::output::{Out, open};

/// A protocol and its bytes.
#[derive(Debug, Subcommand)]
pub enum Decode {
    /// HJ 212 frames from a capture, a log with one frame a line, or a pipe.
    ///
    /// Prints one JSON object for every frame: checksum, deviations from the standard, segment, readings and the
    /// reply that the platform would send; and one with `error` for every piece that is no frame.
    /// Ends with 1 if there was any.
    #[command(after_help = "Examples:\n  fengsui decode hj212 data/demo/hj212_frames.txt | head -1\n  \
                            nc -l 9212 | fengsui decode hj212 -")]
    Hj212(Hj212Input),
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
    /// File to read; `-` is standard input.
    #[arg(default_value = "-")]
    file: PathBuf,
    /// Take nothing but the letter of the standard.
    #[arg(long)]
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
    let clean = match command {
        Decode::Hj212(input) => hj212::decode(open(&input.file)?, input.strict, out)?,
        Decode::Mqtt(input) => mqtt::decode(open(&input.file)?, input.hex, input.protocol.map(Version::from), out)?,
    };
    Ok(if clean { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
