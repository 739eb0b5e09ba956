//! `fengsui verify`: whether an export of the trace is what the node wrote. Needs nothing but the file
//! and, to know whose it is, the node's public key or its fingerprint.

use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use fengsui_trace::{PublicKey, Report, verify_reader};
use serde_json::{Value, json};

use crate::output::{Out, json_line, open};

/// The chain fits, and nobody signed the file.
const UNSIGNED: u8 = 3;
/// The chain fits, and another key signed the file than the one asked for.
const ANOTHER_KEY: u8 = 4;

/// Which export.
#[derive(Debug, Args)]
pub struct Verify {
    /// Export of the trace (JSON Lines); `-` is standard input.
    file: PathBuf,
    /// The node's public key: a file with it (the answer of /api/v1/trace/key), the key, or its fingerprint.
    #[arg(long, value_name = "FILE|FINGERPRINT")]
    key: Option<String>,
    /// Print the report as JSON.
    #[arg(long)]
    json: bool,
}

/// What the signature says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Broken,
    Signed,
    Unsigned,
    AnotherKey,
}

impl Verdict {
    fn of(report: &Report, wanted: Option<&str>) -> Self {
        match (&report.signed_by, wanted) {
            _ if !report.ok => Self::Broken,
            (None, _) => Self::Unsigned,
            (Some(key), Some(wanted)) if key != wanted => Self::AnotherKey,
            _ => Self::Signed,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Broken => "broken",
            Self::Signed => "signed",
            Self::Unsigned => "unsigned",
            Self::AnotherKey => "another_key",
        }
    }

    fn code(self) -> ExitCode {
        match self {
            Self::Signed => ExitCode::SUCCESS,
            Self::Broken => ExitCode::FAILURE,
            Self::Unsigned => ExitCode::from(UNSIGNED),
            Self::AnotherKey => ExitCode::from(ANOTHER_KEY),
        }
    }
}

/// Verifies and reports; the exit code tells the verdict.
pub fn run(command: &Verify, out: Out<'_>) -> Result<ExitCode> {
    let wanted = command.key.as_deref().map(fingerprint).transpose()?;
    let report = verify_reader(BufReader::new(open(&command.file)?));
    let verdict = Verdict::of(&report, wanted.as_deref());
    if command.json {
        let mut said = serde_json::to_value(&report)?;
        if let Some(fields) = said.as_object_mut() {
            fields.insert("verdict".to_owned(), json!(verdict.name()));
        }
        json_line(out, &said)?;
    } else {
        print(&command.file.display().to_string(), &report, (verdict, wanted.as_deref()), out)?;
    }
    Ok(verdict.code())
}

/// The fingerprint that `--key` means.
fn fingerprint(given: &str) -> Result<String> {
    let given = given.trim();
    let plain: String = given.chars().filter(|letter| !matches!(letter, ':' | ' ')).collect::<String>().to_lowercase();
    if let Ok(key) = plain.parse::<PublicKey>() {
        return Ok(key.fingerprint());
    }
    if plain.len() == 32 && plain.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(plain);
    }
    if !Path::new(given).is_file() {
        bail!("{given}: no file, no public key (64 hexadecimal digits) and no fingerprint (32)");
    }
    let text = std::fs::read_to_string(given).with_context(|| format!("cannot read {given}"))?;
    let named = serde_json::from_str::<Value>(&text).ok();
    let named = named.as_ref().and_then(|answer| answer.get("public_key")).and_then(Value::as_str);
    let key = named.unwrap_or(&text).trim().parse::<PublicKey>();
    Ok(key.with_context(|| format!("{given} holds no public key"))?.fingerprint())
}

fn print(name: &str, report: &Report, (verdict, wanted): (Verdict, Option<&str>), out: Out<'_>) -> Result<()> {
    if let Some(broken) = &report.broken {
        writeln!(out, "{name}: BROKEN: {}", broken.text)?;
        if let Some(last) = report.last {
            writeln!(out, "{} entries before that fit, the last is {last}", report.entries)?;
        }
        return Ok(());
    }
    let (first, last) = (report.first.unwrap_or_default(), report.last.unwrap_or_default());
    let signer = report.signed_by.as_deref().unwrap_or_default();
    let said = match verdict {
        Verdict::Signed => format!("ok, signed by {signer}"),
        Verdict::AnotherKey => format!("SIGNED BY ANOTHER KEY: {signer}, not {}", wanted.unwrap_or_default()),
        _ => "UNSIGNED: the chain fits, but anybody could have made it".to_owned(),
    };
    writeln!(out, "{name}: {said}")?;
    writeln!(out, "{} entries ({first} to {last}), {} without content", report.entries, report.hidden)?;
    if report.checkpoints > 0 {
        writeln!(
            out,
            "{} checkpoints in the chain, signed by {}",
            report.checkpoints,
            report.checkpoint_keys.join(", ")
        )?;
    }
    if let Some(head) = &report.head {
        writeln!(out, "head {} {}", head.seq, head.hash)?;
    }
    Ok(())
}
