//! Why the log could not do what it was asked for.

use std::io;

use thiserror::Error;

/// Why the log could not do what it was asked for.
#[derive(Debug, Error)]
pub enum LogError {
    /// The disk failed.
    #[error("the log cannot {what} {name}")]
    Disk {
        /// What was to be done.
        what: &'static str,
        /// The file.
        name: Box<str>,
        /// What the disk said.
        source: io::Error,
    },
    /// A newer program has written here; an older one would lose its records.
    #[error("{name} was written by a newer program")]
    Newer {
        /// The file.
        name: Box<str>,
    },
    /// A record is longer than a record may be.
    #[error("a record of {bytes} bytes is too long")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// More records wait for a sync than one write may hold.
    #[error("too many records wait to be written")]
    TooMany,
    /// There is no segment to write to.
    #[error("the log has no segment to write to")]
    NoSegment,
}

impl LogError {
    pub(super) fn disk(what: &'static str, name: &str, source: io::Error) -> Self {
        Self::Disk { what, name: name.into(), source }
    }

    /// Whether there is no space left: it passes once somebody makes room.
    pub fn is_full(&self) -> bool {
        use io::ErrorKind::{QuotaExceeded, StorageFull};
        matches!(self, Self::Disk { source, .. } if matches!(source.kind(), StorageFull | QuotaExceeded))
    }
}
