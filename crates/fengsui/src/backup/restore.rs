//! Brings a backup back into an empty data directory.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, ensure};
use clap::Args;

use super::files::{copy, with_suffix};
use super::manifest::Manifest;
use crate::cli::Installation;
use crate::output::Out;

/// Which backup.
#[derive(Debug, Args)]
pub struct Restore {
    /// To which installation.
    #[command(flatten)]
    pub installation: Installation,
    /// Directory made by `fengsui backup`.
    pub(super) directory: PathBuf,
    /// Only compare the files with the manifest.
    #[arg(long)]
    pub(super) check: bool,
}

/// Verifies a backup and copies it into `data_dir`, which must be empty or absent.
pub fn restore(command: &Restore, data_dir: &Path, out: Out<'_>) -> Result<ExitCode> {
    let source = &command.directory;
    let manifest = Manifest::read(source)?;
    if !command.check {
        ensure!(is_vacant(data_dir)?, "{} is not empty; nothing is ever overwritten", data_dir.display());
    }
    manifest.verify(source)?;
    let (count, made_at) = (manifest.files.len(), manifest.made_at);
    if command.check {
        writeln!(out, "{}: ok, {count} files, made {made_at} by fengsui {}", source.display(), manifest.fengsui)?;
        return Ok(ExitCode::SUCCESS);
    }
    // Renamed at the end: a store that is half there must not be started.
    let partial = with_suffix(data_dir, "restoring");
    if partial.exists() {
        fs::remove_dir_all(&partial)?;
    }
    fs::create_dir_all(&partial).with_context(|| format!("cannot make {}", partial.display()))?;
    for listed in &manifest.files {
        listed.check(&copy(&source.join(&listed.path), &partial.join(&listed.path))?)?;
    }
    if data_dir.exists() {
        fs::remove_dir(data_dir)?;
    }
    fs::rename(&partial, data_dir)?;
    writeln!(out, "{}: {count} files restored as of {made_at}", data_dir.display())?;
    Ok(ExitCode::SUCCESS)
}

fn is_vacant(directory: &Path) -> Result<bool> {
    if !directory.exists() {
        return Ok(true);
    }
    Ok(directory.is_dir() && fs::read_dir(directory)?.next().is_none())
}
