//! `fengsui verify`: whether an export of the trace is what the node wrote. Needs nothing but the file.

use std::io::BufReader;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use fengsui_trace::{Report, verify_reader};

use crate::output::{Out, json_line, open};

/// Which export.
#[derive(Debug, Args)]
pub struct Verify {
    /// Export of the trace (JSON Lines); `-` is standard input.
    file: PathBuf,
    /// Print the report as JSON.
    #[arg(long)]
    json: bool,
}

/// Verifies and reports; ends with 1 if anything does not fit.
pub fn run(command: &Verify, out: Out<'_>) -> Result<ExitCode> {
    let report = verify_reader(BufReader::new(open(&command.file)?));
    if command.json {
        json_line(out, &report)?;
    } else {
        print(&command.file.display().to_string(), &report, out)?;
    }
    Ok(if report.ok { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn print(name: &str, report: &Report, out: Out<'_>) -> Result<()> {
    if let Some(broken) = &report.broken {
        writeln!(out, "{name}: BROKEN: {}", broken.text)?;
        if let Some(last) = report.last {
            writeln!(out, "{} entries before that fit, the last is {last}", report.entries)?;
        }
        return Ok(());
    }
    let (first, last) = (report.first.unwrap_or_default(), report.last.unwrap_or_default());
    writeln!(out, "{name}: ok, {} entries ({first} to {last}), {} without content", report.entries, report.hidden)?;
    if let Some(head) = &report.head {
        writeln!(out, "head {} {}", head.seq, head.hash)?;
    }
    Ok(())
}
