//! Frames of the field protocols as JSON objects, and back.

use std::io::Read;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, anyhow, ensure};
use clap::{Args, ValueEnum};
use fengsui_protocols::{gb26875, hj212, jt808, jt1078, modbus, sl651, sparkplug, szy206};
use serde_json::Value;

use super::from_hex;
use crate::output::{Out, json_line, open};

/// More than any capture that somebody reads frame by frame.
const MOST_BYTES: u64 = 256 * 1024 * 1024;

/// A protocol whose frames are described one by one.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Protocol {
    /// Pollution and dust loggers, HJ 212-2017 and 2005.
    Hj212,
    /// Hydrological stations, SL 651-2014.
    Sl651,
    /// Vehicle terminals, JT/T 808-2013 and 2019.
    Jt808,
    /// Stream packets of vehicle video, JT/T 1078-2016.
    Jt1078,
    /// Fire-alarm transmission devices, GB/T 26875.3-2011.
    Gb26875,
    /// Modbus TCP.
    Modbus,
    /// Payloads of Sparkplug B; one a file, since they have no frame of their own.
    Sparkplug,
    /// Water-resource meters, SZY 206-2016.
    Szy206,
}

/// Bytes that are described.
#[derive(Debug, Args)]
pub struct Frames {
    /// File to read; `-` is standard input.
    #[arg(default_value = "-")]
    pub(super) file: PathBuf,
    /// The input is hexadecimal text; blanks, colons and line ends are passed over.
    #[arg(long)]
    pub(super) hex: bool,
}

/// Descriptions that become bytes.
#[derive(Debug, Args)]
pub struct Encode {
    /// The protocol.
    #[arg(value_enum)]
    protocol: Protocol,
    /// File with JSON objects as `fengsui decode` prints them; `-` is standard input.
    #[arg(default_value = "-")]
    file: PathBuf,
    /// Print hexadecimal text, one frame a line, instead of bytes.
    #[arg(long)]
    hex: bool,
}

impl Protocol {
    fn describe(self, bytes: &[u8]) -> Vec<Value> {
        match self {
            Self::Hj212 => hj212::describe(bytes),
            Self::Sl651 => sl651::describe(bytes),
            Self::Jt808 => jt808::describe(bytes),
            Self::Jt1078 => jt1078::describe(bytes),
            Self::Gb26875 => gb26875::describe(bytes),
            Self::Modbus => modbus::describe(bytes),
            Self::Sparkplug => sparkplug::describe(bytes),
            Self::Szy206 => szy206::describe(bytes),
        }
    }

    fn compose(self, description: &Value) -> Result<Vec<u8>> {
        Ok(match self {
            Self::Hj212 => hj212::compose(description)?,
            Self::Sl651 => sl651::compose(description)?,
            Self::Jt808 => jt808::compose(description)?,
            Self::Jt1078 => jt1078::compose(description)?,
            Self::Gb26875 => gb26875::compose(description)?,
            Self::Modbus => modbus::compose(description)?,
            Self::Sparkplug => sparkplug::compose(description)?,
            Self::Szy206 => szy206::compose(description)?,
        })
    }
}

/// Prints one object for every frame; what is none is an object with `error`.
pub(super) fn decode(protocol: Protocol, input: &Frames, out: Out<'_>) -> Result<()> {
    let mut bytes = Vec::new();
    open(&input.file)?.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    ensure!(bytes.len() as u64 <= MOST_BYTES, "the input is longer than {} MiB", MOST_BYTES >> 20);
    if input.hex {
        bytes = from_hex(&bytes)?;
    }
    protocol.describe(&bytes).iter().try_for_each(|frame| json_line(out, frame))
}

/// Runs `fengsui encode`.
pub fn encode(input: &Encode, out: Out<'_>) -> Result<ExitCode> {
    let reader = std::io::BufReader::new(open(&input.file)?);
    for (number, description) in (1..).zip(serde_json::Deserializer::from_reader(reader).into_iter::<Value>()) {
        let description = description.with_context(|| format!("object {number} is no JSON"))?;
        let frame = input.protocol.compose(&description).map_err(|error| anyhow!("object {number}: {error}"))?;
        if input.hex {
            writeln!(out, "{}", hex::encode(frame))?;
        } else {
            out.write_all(&frame)?;
        }
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All vectors of a protocol, through the command as a person calls it.
    fn vectors(protocol: Protocol, name: &str) -> (usize, usize) {
        let path = format!("../../testdata/protocols/{name}/vectors.json");
        let text = std::fs::read_to_string(path).expect("the vectors are part of the repository");
        let vectors: Vec<Value> = serde_json::from_str(&text).expect("JSON");
        let directory = tempfile::tempdir().expect("a directory");
        let file = directory.path().join("frame");
        let mut again = 0;
        for vector in &vectors {
            let hex = vector["encoding"] == "hex";
            std::fs::write(&file, vector["frame"].as_str().expect("a frame")).expect("written");
            let mut printed = Vec::new();
            decode(protocol, &Frames { file: file.clone(), hex }, &mut printed).expect("described");
            let printed = String::from_utf8(printed).expect("text");
            let lines: Vec<Value> = printed.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
            let expected = &vector["expect"];
            if let Some(code) = expected["error"].as_str() {
                assert_eq!(lines[0]["error"], code, "{name} {}: {printed}", vector["name"]);
            } else if expected["stream"].is_null() {
                assert_eq!(lines.len(), 1, "{name} {}", vector["name"]);
                for (key, value) in expected.as_object().expect("an object") {
                    assert_eq!(&lines[0][key], value, "{name} {}: {key}", vector["name"]);
                }
                std::fs::write(&file, &printed).expect("written");
                let (mut frame, input) = (Vec::new(), Encode { protocol, file: file.clone(), hex: true });
                let composed = encode(&input, &mut frame);
                let whole = vector["frame"].as_str().expect("a frame");
                let whole = if hex { whole.to_lowercase() } else { hex::encode(whole) };
                let same = String::from_utf8(frame).expect("text").trim() == whole;
                again += usize::from(composed.is_ok() && same);
            }
        }
        (vectors.len(), again)
    }

    #[test]
    fn every_vector_is_described_and_most_are_written_again_byte_for_byte() {
        let found = [
            (Protocol::Hj212, "hj212"),
            (Protocol::Sl651, "sl651"),
            (Protocol::Jt808, "jt808"),
            (Protocol::Jt1078, "jt1078"),
            (Protocol::Gb26875, "gb26875"),
            (Protocol::Modbus, "modbus"),
            (Protocol::Sparkplug, "sparkplug"),
            (Protocol::Szy206, "szy206"),
        ]
        .map(|(protocol, name)| vectors(protocol, name));
        let all: Vec<usize> = found.iter().map(|(all, _)| *all).collect();
        assert_eq!(all, [40, 48, 52, 8, 42, 12, 7, 5]);
        let again: Vec<usize> = found.iter().map(|(_, again)| *again).collect();
        assert_eq!(again, [20, 32, 39, 4, 30, 8, 6, 3], "the others are spelt unusually, or not whole");
    }
}
