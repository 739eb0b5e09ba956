//! The key file: made at the first start, readable by its owner only.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use fengsui_kernel::{Fault, Result, Timestamp};

use super::keyring::Keyring;
use super::sealer::Sealer;

/// Where the keys of a store come from.
#[derive(Clone)]
pub enum Keys {
    /// A file; made if it is missing and nothing was sealed yet.
    File(PathBuf),
    /// A ring in memory, for tests.
    Ring(Keyring),
}

impl Keys {
    /// The keys for a store that was sealed with `needed`, or never.
    pub(crate) fn sealer(self, needed: Option<&str>, now: Timestamp) -> Result<Sealer> {
        let (ring, file) = match self {
            Self::Ring(ring) => (ring, None),
            Self::File(path) => {
                let ring = match (read(&path)?, needed) {
                    (Some(ring), _) => ring,
                    (None, Some(key)) => return Err(missing(&path, key)),
                    (None, None) => make(&path, now)?,
                };
                (ring, Some(path))
            }
        };
        if let Some(key) = needed.filter(|key| !ring.holds(key)) {
            let path = file.unwrap_or_default();
            return Err(refusal(&path, key, "holds other keys"));
        }
        Ok(Sealer::over(ring, file))
    }

    /// Adds a key to the file, which seals from now on; tells its id.
    pub fn rotate(path: &Path, now: Timestamp) -> Result<String> {
        let ring = read(path)?.ok_or_else(|| Fault::internal(format!("there is no key file {}", path.display())))?;
        let ring = ring.with(rand::random(), now);
        let partial = write_beside(path, &ring.to_text())?;
        fs::rename(&partial, path).map_err(|error| at(path, &error))?;
        sync_directory(path);
        Ok(ring.active().id.clone())
    }
}

fn missing(path: &Path, key: &str) -> Fault {
    refusal(path, key, "is missing")
}

fn refusal(path: &Path, key: &str, how: &str) -> Fault {
    Fault::internal(format!(
        "the personal data in this store are sealed with the key {key}, and the key file {} {how}. \
         Put the key file back (from the node that made the store, or from where its copy is kept); \
         without it the personal data cannot be read by anybody",
        path.display()
    ))
}

fn at(path: &Path, error: &std::io::Error) -> Fault {
    Fault::internal(format!("{}: {error}", path.display()))
}

/// The ring in a file; `None` when there is no file.
pub(super) fn read(path: &Path) -> Result<Option<Keyring>> {
    match fs::read_to_string(path) {
        Ok(text) => {
            warn_if_open(path);
            Keyring::parse(&text).map(Some).map_err(|fault| Fault::internal(format!("{}: {fault}", path.display())))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(at(path, &error)),
    }
}

fn make(path: &Path, now: Timestamp) -> Result<Keyring> {
    Keyring::parse(&kept(path, || Keyring::new(rand::random(), now).to_text())?)
}

/// The text of a secret file; made, for its owner only, if there is none.
pub fn kept(path: &Path, made: impl FnOnce() -> String) -> Result<String> {
    if path.exists() {
        warn_if_open(path);
        return fs::read_to_string(path).map_err(|error| at(path, &error));
    }
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory).map_err(|error| at(directory, &error))?;
    }
    let text = made();
    let partial = write_beside(path, &text)?;
    // A link fails where a rename would overwrite: of two first starts at once, one makes the file.
    let linked = fs::hard_link(&partial, path);
    fs::remove_file(&partial).map_err(|error| at(&partial, &error))?;
    match linked {
        Ok(()) => {
            sync_directory(path);
            Ok(text)
        }
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            fs::read_to_string(path).map_err(|error| at(path, &error))
        }
        Err(error) => Err(at(path, &error)),
    }
}

/// Writes a whole file beside its place, on the disk and for its owner only.
fn write_beside(path: &Path, text: &str) -> Result<PathBuf> {
    let partial = path.with_extension(format!("{}.tmp", std::process::id()));
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&partial).map_err(|error| at(&partial, &error))?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    written.map_err(|error| at(&partial, &error))?;
    Ok(partial)
}

fn sync_directory(path: &Path) {
    // Not every file system can; the file itself is on the disk.
    if let Some(directory) = path.parent().and_then(|parent| File::open(parent).ok()) {
        let _ = directory.sync_all();
    }
}

#[cfg(unix)]
fn warn_if_open(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    if fs::metadata(path).is_ok_and(|found| found.permissions().mode() & 0o077 != 0) {
        tracing::warn!(file = %path.display(), "others can read the key file: chmod 600 it");
    }
}

#[cfg(not(unix))]
fn warn_if_open(_: &Path) {}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    #[test]
    fn is_made_once_for_its_owner_and_refused_when_lost() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("keys/sealing.key");
        let keys = Keys::File(path.clone());
        let first = keys.clone().sealer(None, NOW).expect("made").active();
        assert_eq!(keys.clone().sealer(Some(&first), NOW).expect("read").active(), first);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(&path).expect("a file").permissions().mode() & 0o777, 0o600);
        }
        let second = Keys::rotate(&path, NOW).expect("rotated");
        let both = keys.clone().sealer(Some(&first), NOW).expect("both");
        assert_eq!((both.active(), both.describe().len()), (second, 2));
        let foreign = keys.clone().sealer(Some("00000000"), NOW).err().expect("a refusal").to_string();
        assert!(foreign.contains("holds other keys"), "{foreign}");
        fs::remove_file(&path).expect("lost");
        let lost = keys.sealer(Some(&first), NOW).err().expect("a refusal").to_string();
        assert!(lost.contains("is missing") && lost.contains(&first), "{lost}");
        assert!(!path.exists(), "no other key is made instead");
    }
}
