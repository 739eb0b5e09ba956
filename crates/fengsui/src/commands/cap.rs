//! `fengsui cap`: checks and shows warnings in CAP 1.2, without a platform.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::Subcommand;
use fengsui_cap::{Alert, CapError, Finding, Level, has_errors, parse_bytes, validate};
use serde_json::json;

use crate::output::{Out, json_line, json_pretty, open};

/// What to do with the messages.
#[derive(Debug, Subcommand)]
pub enum Cap {
    /// Checks messages against the schema and the rules of the standard.
    ///
    /// Prints `FILE: ok`, or one line for every finding: `FILE: error RULE at PLACE: FACTS`.
    /// Ends with 1 if any message has errors or cannot be read.
    #[command(after_help = "Example:\n  fengsui cap check testdata/cap/valid/*.xml")]
    Check {
        /// Messages; `-` is standard input.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Print one JSON object for every file instead.
        #[arg(long)]
        json: bool,
    },
    /// Shows a message as JSON: all its values, and what was found wrong with it.
    #[command(after_help = "Example:\n  curl -s http://127.0.0.1:8080/cap/ID.xml | fengsui cap show -")]
    Show {
        /// The message; `-` is standard input.
        file: PathBuf,
    },
}

/// Runs the command.
pub fn run(command: &Cap, out: Out<'_>) -> Result<ExitCode> {
    let good = match command {
        Cap::Check { files, json } => {
            let mut good = true;
            for file in files {
                good &= check(file, *json, out)?;
            }
            good
        }
        Cap::Show { file } => show(file, out)?,
    };
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Reads a message with all findings, those of the reader first.
fn read(file: &Path) -> Result<Result<(Alert, Vec<Finding>), CapError>> {
    let mut bytes = Vec::new();
    open(file)?.read_to_end(&mut bytes).with_context(|| format!("cannot read {}", file.display()))?;
    Ok(parse_bytes(&bytes).map(|(alert, mut findings)| {
        // What the reader reported as missing, the rules report again.
        let more: Vec<Finding> = validate(&alert)
            .into_iter()
            .filter(|new| !findings.iter().any(|known| known.rule == new.rule && known.path == new.path))
            .collect();
        findings.extend(more);
        (alert, findings)
    }))
}

fn check(file: &Path, json: bool, out: Out<'_>) -> Result<bool> {
    let name = file.display();
    let read = read(file)?;
    let good = read.as_ref().is_ok_and(|(_, findings)| !has_errors(findings));
    match read {
        Ok((_, findings)) if json => {
            json_line(out, &json!({ "file": name.to_string(), "ok": good, "findings": findings }))?;
        }
        Err(error) if json => {
            json_line(out, &json!({ "file": name.to_string(), "ok": false, "error": error.to_string() }))?;
        }
        Ok((_, findings)) => {
            for finding in &findings {
                let level = if finding.level == Level::Error { "error" } else { "warning" };
                writeln!(out, "{name}: {level} {finding}")?;
            }
            if good {
                writeln!(out, "{name}: ok")?;
            }
        }
        Err(error) => writeln!(out, "{name}: unreadable: {error}")?,
    }
    Ok(good)
}

fn show(file: &Path, out: Out<'_>) -> Result<bool> {
    let (alert, findings) = read(file)?.with_context(|| format!("{} is no readable message", file.display()))?;
    json_pretty(out, &json!({ "alert": alert, "findings": findings }))?;
    Ok(!has_errors(&findings))
}
