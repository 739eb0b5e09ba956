//! What is wrong with stored bytes, and where.

use std::fmt;

/// A place in stored bytes that cannot be read as what was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// The file of the log; `None` for a chunk or a batch, which are no files.
    pub segment: Option<Box<str>>,
    /// Where it begins, in bytes from the start of the segment, chunk or batch.
    pub offset: u64,
    /// How many bytes are lost.
    pub bytes: u64,
    /// What is wrong.
    pub what: Flaw,
}

/// Why bytes are not readable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// Written in a form that this program does not know.
    Version(u8),
    /// The checksum does not agree.
    Checksum,
    /// The bytes end too early.
    Short,
    /// Bytes follow where none should.
    Excess,
    /// The named part cannot have been written so.
    Field(&'static str),
    /// These records of the log, both included, are lost.
    Records {
        /// The first sequence that is lost.
        first: u64,
        /// The last sequence that is lost.
        last: u64,
    },
    /// The disk gives an error instead of what is stored there; perhaps another time it does not.
    Unreadable,
    /// What was found behind the last confirmed record could not be made durable.
    Unsynced,
}

impl Damage {
    /// A damage inside a chunk or a batch.
    pub(crate) fn inside(offset: usize, bytes: usize, what: Flaw) -> Self {
        Self { segment: None, offset: offset as u64, bytes: bytes as u64, what }
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version(version) => write!(out, "unknown version {version}"),
            Self::Checksum => out.write_str("wrong checksum"),
            Self::Short => out.write_str("ends too early"),
            Self::Excess => out.write_str("unexpected bytes at the end"),
            Self::Field(name) => write!(out, "impossible {name}"),
            Self::Records { first, last } => write!(out, "records {first} to {last} are lost"),
            Self::Unreadable => out.write_str("the disk cannot read this part"),
            Self::Unsynced => out.write_str("the end of the log could not be made durable"),
        }
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(segment) = &self.segment {
            write!(out, "{segment}: ")?;
        }
        write!(out, "{} ({} bytes at {})", self.what, self.bytes, self.offset)
    }
}

impl std::error::Error for Damage {}
