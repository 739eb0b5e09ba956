//! `fengsui push`: tries a mapping on a sample, without a platform.

use std::io::Read as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, anyhow};
use clap::Subcommand;
use fengsui_kernel::{Clock as _, Locale, SystemClock};
use fengsui_server::push::WrongReading;
use serde_json::json;

use crate::cli::Installation;
use crate::config::load;
use crate::output::{Out, json_line, open};

/// What to do with the doors by mapping.
#[derive(Debug, Subcommand)]
pub enum PushCommand {
    /// Reads a sample as the door of this name would, and prints what would be stored. Nothing is.
    ///
    /// One line for each reading: device, series, time, value, quality; then one for each place that is none, with its
    /// JSON pointer and why. Ends with 1 if there is any, or no reading at all.
    #[command(after_help = "Example:\n  fengsui push try hazmat sample.json --config /etc/fengsui/fengsui.toml\n  \
                            prints TANK-3  level  2026-07-01T00:00:00Z  12.30  good\n         \
                            wrong  /data/1/ts: “gestern” is no time as the mapping expects it.")]
    Try {
        /// Name of the door, as in `[[push]]`.
        name: String,
        /// A body that the platform posts; `-` is standard input.
        file: PathBuf,
        /// Print one JSON object a line instead.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        installation: Installation,
    },
}

/// Runs the command.
pub fn run(command: &PushCommand, out: Out<'_>) -> Result<ExitCode> {
    let PushCommand::Try { name, file, json, installation } = command;
    let loaded = load(&installation.overrides());
    let config = loaded.map_err(|problems| anyhow!("the configuration is wrong\n  {}", problems.join("\n  ")))?.config;
    let names: Vec<_> = config.push.iter().map(|own| own.name.as_str()).collect();
    let door = config.push_doors().into_iter().find(|door| door.name == *name);
    let door = door.with_context(|| format!("there is no [[push]] named {name}; there are: {}", names.join(", ")))?;
    let mut body = Vec::new();
    open(file)?.read_to_end(&mut body).with_context(|| format!("cannot read {}", file.display()))?;
    let read = door.read(&body, SystemClock.now()).map_err(|fault| anyhow!("{fault}"))?;
    for (device, readings) in &read.readings {
        for one in readings {
            let (series, at, value, quality) = (&one.code, one.observed_at, &one.value_text, one.quality.as_str());
            if *json {
                let line = json!({ "device": device, "series": series, "observed_at": at, "value": value, "quality": quality });
                json_line(out, &line)?;
            } else {
                let value = if value.is_empty() { "–" } else { value };
                writeln!(out, "{device}  {series}  {at}  {value}  {quality}")?;
            }
        }
    }
    for problem in &read.wrong {
        let wrong = WrongReading::of(problem, Locale::English);
        if *json {
            json_line(out, &json!({ "wrong": wrong }))?;
        } else {
            writeln!(out, "wrong  {}: {}", wrong.pointer, wrong.message)?;
        }
    }
    let well = read.wrong.is_empty() && !read.readings.is_empty();
    Ok(if well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
