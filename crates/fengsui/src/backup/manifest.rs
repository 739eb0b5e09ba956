//! What a backup contains, with the hash of every file.

use std::fs;
use std::path::{Component, Path};

use anyhow::{Context as _, Result, ensure};
use fengsui_kernel::Timestamp;
use serde::{Deserialize, Serialize};

use super::files::{Hashed, below, hash};

/// Version of the layout.
pub(super) const FORMAT: u32 = 1;
const NAME: &str = "manifest.json";

/// The manifest of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Manifest {
    pub(super) format: u32,
    /// Version of the program that made it.
    pub(super) fengsui: String,
    pub(super) made_at: Timestamp,
    /// The key that the store is sealed with; absent in backups of programs that did not seal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) sealing_key: Option<String>,
    pub(super) files: Vec<Listed>,
}

/// One file of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Listed {
    /// Path within the backup.
    pub(super) path: String,
    pub(super) bytes: u64,
    pub(super) sha256: String,
}

impl Listed {
    pub(super) fn new(path: &str, hashed: Hashed) -> Self {
        Self { path: path.to_owned(), bytes: hashed.bytes, sha256: hashed.sha256 }
    }

    /// Whether a file is the one that was listed.
    pub(super) fn check(&self, found: &Hashed) -> Result<()> {
        ensure!(self.bytes == found.bytes && self.sha256 == found.sha256, "{}: the file was altered", self.path);
        Ok(())
    }
}

impl Manifest {
    pub(super) fn write(&self, directory: &Path) -> Result<()> {
        let path = directory.join(NAME);
        fs::write(&path, serde_json::to_string_pretty(self)? + "\n")?;
        hash(&path).map(|_| ())
    }

    /// Reads the manifest of a backup and refuses what this program does not understand.
    pub(super) fn read(directory: &Path) -> Result<Self> {
        let path = directory.join(NAME);
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let manifest: Self = serde_json::from_str(&text).with_context(|| format!("cannot read {}", path.display()))?;
        ensure!(manifest.format == FORMAT, "the backup has format {}, this program reads {FORMAT}", manifest.format);
        for listed in &manifest.files {
            // A forged manifest must not write outside the data directory.
            let plain = Path::new(&listed.path).components().all(|part| matches!(part, Component::Normal(_)));
            ensure!(plain && !listed.path.is_empty(), "the manifest names {:?}", listed.path);
        }
        Ok(manifest)
    }

    /// Compares every file with its hash, and finds files that are not listed.
    pub(super) fn verify(&self, directory: &Path) -> Result<()> {
        for listed in &self.files {
            listed.check(&hash(&directory.join(&listed.path))?)?;
        }
        for path in below(directory)? {
            let known = path == Path::new(NAME) || self.files.iter().any(|listed| Path::new(&listed.path) == path);
            ensure!(known, "{}: the file is not in the manifest", path.display());
        }
        Ok(())
    }
}
