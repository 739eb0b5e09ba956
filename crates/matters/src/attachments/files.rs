//! The only file I/O of this crate. Paths are made of hashes alone.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use fengsui_kernel::fault::FaultKind;
use fengsui_kernel::{Fault, Result};

/// Tells temporary files of one process apart.
static COUNTER: AtomicU64 = AtomicU64::new(0);

/// Files named by the SHA-256 of their bytes, below one directory.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    root: PathBuf,
}

impl Store {
    /// Files lie in `<data directory>/attachments/ab/cdef…`.
    pub(crate) fn under(data_directory: &Path) -> Self {
        Self { root: data_directory.join("attachments") }
    }

    /// Returns when the bytes and the directory entries that lead to them are on the disk.
    pub(super) async fn keep(&self, sha256: &str, bytes: Vec<u8>) -> Result<()> {
        let (root, path) = (self.root.clone(), self.path(sha256)?);
        blocking(move || keep(&root, &path, &bytes)).await
    }

    pub(super) async fn read(&self, sha256: &str) -> Result<Vec<u8>> {
        let path = self.path(sha256)?;
        blocking(move || fs::read(path)).await
    }

    fn path(&self, sha256: &str) -> Result<PathBuf> {
        let hash = sha256.len() == 64 && sha256.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        match sha256.split_at_checked(2) {
            Some((head, tail)) if hash => Ok(self.root.join(head).join(tail)),
            _ => Err(Fault::internal("an attachment without a hash")),
        }
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(done)) => Ok(done),
        // A full or missing disk passes; nothing was acknowledged.
        Ok(Err(error)) => Err(FaultKind::Unavailable(format!("attachments: {error}")).into()),
        Err(error) => Err(Fault::internal(error)),
    }
}

fn keep(root: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let directory = path.parent().unwrap_or(root);
    fs::create_dir_all(directory)?;
    // The same bytes may lie there already. What was altered on the disk is not the same.
    if !fs::read(path).is_ok_and(|kept| kept == bytes) {
        replace(directory, path, bytes)?;
    }
    // Also for bytes that somebody else is just keeping: their directory may not be safe yet.
    for parent in [Some(directory), Some(root), root.parent()].into_iter().flatten() {
        File::open(parent)?.sync_all()?;
    }
    Ok(())
}

fn replace(directory: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let number = COUNTER.fetch_add(1, Ordering::Relaxed);
    let temporary = directory.join(format!(".{}-{number}.part", std::process::id()));
    let written = write_durably(&temporary, bytes).and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        // The error above is what the caller must know; a left-over part harms nobody.
        let _ = fs::remove_file(&temporary);
    }
    written
}

fn write_durably(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn keeps_bytes_by_their_hash_and_leaves_no_parts() {
        let directory = tempfile::tempdir().expect("a directory");
        let store = Store::under(directory.path());
        let hash = "ab".repeat(32);
        for _ in 0..2 {
            store.keep(&hash, b"x".to_vec()).await.expect("kept");
        }
        assert_eq!(store.read(&hash).await.expect("read"), b"x");
        let inside = fs::read_dir(directory.path().join("attachments/ab")).expect("directory").count();
        assert_eq!(inside, 1);
        for bad in ["../../etc/passwd", "", "AB", "a/b"] {
            assert!(store.read(bad).await.is_err());
        }
    }
}
