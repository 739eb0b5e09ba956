//! Brings a backup back into an empty data directory.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail, ensure};
use clap::Args;
use fengsui_storage::seal::Keyring;

use super::files::{copy, with_suffix};
use super::manifest::Manifest;
use super::{KEY_FILES, KEYS};
use crate::cli::Installation;
use crate::output::Out;

/// The key file that a sealed store cannot be read without.
const SEALING: &str = KEY_FILES[0];

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
    /// Directory with the keys of the installation that made the backup.
    #[arg(id = "key_files", long = "keys", value_name = "DIR", conflicts_with = "without_keys")]
    pub(super) keys: Option<PathBuf>,
    /// Restore now, and put the keys into place before the first start.
    #[arg(long)]
    pub(super) without_keys: bool,
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
    let keys = keys_for(command, &manifest)?;
    // Renamed at the end: a store that is half there must not be started.
    let partial = with_suffix(data_dir, "restoring");
    if partial.exists() {
        fs::remove_dir_all(&partial)?;
    }
    fs::create_dir_all(&partial).with_context(|| format!("cannot make {}", partial.display()))?;
    for listed in &manifest.files {
        listed.check(&copy(&source.join(&listed.path), &partial.join(&listed.path))?)?;
    }
    for (from, name) in &keys {
        copy(from, &partial.join(KEYS).join(name))?;
    }
    if data_dir.exists() {
        fs::remove_dir(data_dir)?;
    }
    fs::rename(&partial, data_dir)?;
    writeln!(out, "{}: {count} files restored as of {made_at}", data_dir.display())?;
    if let Some(key) = manifest.sealing_key.filter(|_| command.without_keys) {
        writeln!(out, "put the file with the key {key} to {}", data_dir.join(KEYS).join(SEALING).display())?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The key files to put beside the store; refuses a restore that nobody could read.
fn keys_for(command: &Restore, manifest: &Manifest) -> Result<Vec<(PathBuf, &'static str)>> {
    let Some(needed) = &manifest.sealing_key else { return Ok(Vec::new()) };
    let included = manifest.files.iter().any(|listed| Path::new(&listed.path) == Path::new(KEYS).join(SEALING));
    if included || command.without_keys {
        return Ok(Vec::new());
    }
    let Some(directory) = &command.keys else {
        bail!(
            "the backup was made without the keys, and its personal data are sealed with the key {needed}: \
             name the directory of the keys with --keys, or restore with --without-keys and bring them later"
        );
    };
    let sealing = directory.join(SEALING);
    let text = fs::read_to_string(&sealing).with_context(|| format!("cannot read {}", sealing.display()))?;
    let holds = Keyring::parse(&text).with_context(|| sealing.display().to_string())?.holds(needed);
    ensure!(holds, "{} does not hold the key {needed}", sealing.display());
    let found = KEY_FILES.into_iter().map(|name| (directory.join(name), name)).filter(|(path, _)| path.is_file());
    Ok(found.collect())
}

fn is_vacant(directory: &Path) -> Result<bool> {
    if !directory.exists() {
        return Ok(true);
    }
    Ok(directory.is_dir() && fs::read_dir(directory)?.next().is_none())
}
