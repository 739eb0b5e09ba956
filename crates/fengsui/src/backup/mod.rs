//! `fengsui backup` and `fengsui restore`: one directory with the store, the attachments and a manifest of hashes.

mod files;
mod manifest;
mod restore;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail, ensure};
use clap::Args;
use fengsui_kernel::{Clock as _, SystemClock};
use fengsui_storage::{Db, Dialect};

use crate::cli::Installation;
use crate::config::Config;
use crate::output::Out;
use crate::store;
use files::{copy, hash, with_suffix};
use manifest::{FORMAT, Listed, Manifest};

pub use restore::{Restore, restore};

/// The store inside a backup.
const STORE: &str = "fengsui.db";
/// The log of readings inside a backup, and in the data directory.
const READINGS: &str = "fengsui.readings";
/// The attachments inside a backup.
const ATTACHMENTS: &str = "attachments";
/// The keys inside a backup, where they were asked for, and in the data directory.
const KEYS: &str = "keys";
/// What lies there.
const KEY_FILES: [&str; 2] = ["sealing.key", "signing.key"];
/// The configuration inside a backup.
const CONFIGURATION: &str = "fengsui.toml";

/// Where to put the backup.
#[derive(Debug, Args)]
pub struct Backup {
    /// Of which installation.
    #[command(flatten)]
    pub installation: Installation,
    /// Directory to make; it must not exist yet.
    directory: PathBuf,
    /// Put the keys beside: then whoever has the backup can read the personal data.
    #[arg(long)]
    with_keys: bool,
}

/// Writes a backup while the platform may be running.
pub async fn backup(command: &Backup, config: &Config, out: Out<'_>) -> Result<ExitCode> {
    let target = &command.directory;
    ensure!(!target.exists(), "{} exists already; a backup is never overwritten", target.display());
    let db = open_store(config).await?;
    // Renamed at the end: what was interrupted does not look like a backup.
    let partial = with_suffix(target, "partial");
    if partial.exists() {
        fs::remove_dir_all(&partial)?;
    }
    fs::create_dir_all(&partial).with_context(|| format!("cannot make {}", partial.display()))?;
    let copied = collect(&db, config, &partial, command.with_keys).await;
    db.close().await;
    let manifest = copied?;
    manifest.write(&partial)?;
    fs::rename(&partial, target)?;
    let bytes: u64 = manifest.files.iter().map(|file| file.bytes).sum();
    writeln!(out, "{}: {} files, {bytes} bytes", target.display(), manifest.files.len())?;
    let (key, keys) = (manifest.sealing_key.unwrap_or_default(), config.keys_dir());
    if command.with_keys {
        writeln!(out, "with the keys: whoever has it can read the personal data")?;
    } else {
        writeln!(out, "without the keys; restoring needs the key {key} of {}", keys.display())?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Opens the store of an installation that must exist.
async fn open_store(config: &Config) -> Result<Db> {
    let url = config.storage_url();
    let Some(path) = url.strip_prefix("sqlite:") else {
        bail!(
            "the store is PostgreSQL: back it up with pg_dump, and copy {} after that",
            config.attachments_dir().display()
        );
    };
    // Opening would make an empty one.
    ensure!(Path::new(path).is_file(), "there is no store at {path}");
    Ok(store::open(config).await?)
}

/// The log of readings first: what leaves it while it is copied lies in the store by then. Then the store: whatever it
/// names was safe before, so the attachments copied after it are complete.
async fn collect(db: &Db, config: &Config, target: &Path, with_keys: bool) -> Result<Manifest> {
    ensure!(db.dialect() == Dialect::Sqlite, "only an embedded store can be copied");
    let mut listed = readings(db, target)?;
    let store = target.join(STORE);
    let store_path = store.to_str().context("the directory's name is no UTF-8")?;
    db.backup_to(store_path).await?;
    listed.push(Listed::new(STORE, hash(&store)?));
    let attachments = config.attachments_dir();
    for relative in files::below(&attachments)? {
        let name = Path::new(ATTACHMENTS).join(&relative);
        let hashed = copy(&attachments.join(&relative), &target.join(&name))?;
        listed.push(Listed::new(name.to_str().context("a name is no UTF-8")?, hashed));
    }
    let configuration = config.node.data_dir.join(CONFIGURATION);
    if configuration.is_file() {
        listed.push(Listed::new(CONFIGURATION, copy(&configuration, &target.join(CONFIGURATION))?));
    }
    for name in KEY_FILES.into_iter().filter(|_| with_keys) {
        let (from, listed_as) = (config.keys_dir().join(name), format!("{KEYS}/{name}"));
        if from.is_file() {
            listed.push(Listed::new(&listed_as, copy(&from, &target.join(&listed_as))?));
        }
    }
    let version = env!("CARGO_PKG_VERSION").to_owned();
    Ok(Manifest {
        format: FORMAT,
        fengsui: version,
        made_at: SystemClock.now(),
        sealing_key: Some(db.sealer().active()),
        files: listed,
    })
}

/// Copies the log of readings: what is acknowledged and not yet sealed in the store.
fn readings(db: &Db, target: &Path) -> Result<Vec<Listed>> {
    let mut listed = Vec::new();
    let Some(directory) = db.readings_directory() else { return Ok(listed) };
    for relative in files::below(&directory)? {
        let name = Path::new(READINGS).join(&relative);
        if let Some(hashed) = files::copy_if_there(&directory.join(&relative), &target.join(&name))? {
            listed.push(Listed::new(name.to_str().context("a name is no UTF-8")?, hashed));
        }
    }
    Ok(listed)
}

#[cfg(test)]
mod tests;
