//! Copying files and hashing them on the way.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};

/// What a file contains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hashed {
    pub(super) bytes: u64,
    pub(super) sha256: String,
}

/// Copies a file, making the directories above it; the copy is on the disk when this returns.
pub(super) fn copy(from: &Path, to: &Path) -> Result<Hashed> {
    if let Some(parent) = to.parent() {
        fs::create_dir_all(parent)?;
    }
    let source = File::open(from).with_context(|| format!("cannot open {}", from.display()))?;
    let mut target = File::create_new(to).with_context(|| format!("cannot make {}", to.display()))?;
    let hashed = pass(source, &mut target).with_context(|| format!("cannot copy {}", from.display()))?;
    target.sync_all()?;
    Ok(hashed)
}

/// Copies a file that may vanish meanwhile.
pub(super) fn copy_if_there(from: &Path, to: &Path) -> Result<Option<Hashed>> {
    match File::open(from) {
        Ok(_) => copy(from, to).map(Some),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot open {}", from.display())),
    }
}

/// Hashes a file and makes sure that it is on the disk.
pub(super) fn hash(path: &Path) -> Result<Hashed> {
    let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
    file.sync_all()?;
    pass(file, &mut std::io::sink()).with_context(|| format!("cannot read {}", path.display()))
}

fn pass(mut from: impl Read, to: &mut impl Write) -> Result<Hashed> {
    let (mut hasher, mut bytes, mut portion) = (Sha256::new(), 0_u64, vec![0_u8; 256 * 1024]);
    loop {
        let length = from.read(&mut portion)?;
        let Some(read) = portion.get(..length).filter(|read| !read.is_empty()) else { break };
        hasher.update(read);
        to.write_all(read)?;
        bytes += u64::try_from(length)?;
    }
    Ok(Hashed { bytes, sha256: hex::encode(hasher.finalize()) })
}

/// All regular files below a directory, as sorted paths relative to it; none if it does not exist.
pub(super) fn below(directory: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    if directory.is_dir() {
        walk(directory, Path::new(""), &mut found)?;
    }
    found.sort();
    Ok(found)
}

fn walk(root: &Path, relative: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(root.join(relative))? {
        let entry = entry?;
        let (path, kind) = (relative.join(entry.file_name()), entry.file_type()?);
        if kind.is_dir() {
            walk(root, &path, found)?;
        } else if kind.is_file() && !is_unfinished(&path) {
            found.push(path);
        }
    }
    Ok(())
}

/// An upload that is still being written may vanish while it is copied.
fn is_unfinished(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "part" || end == "tmp")
        || path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
}

/// `a/b` with the suffix `partial` is `a/b.partial`.
pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path.components().as_path());
    name.push(".");
    name.push(suffix);
    PathBuf::from(name)
}
