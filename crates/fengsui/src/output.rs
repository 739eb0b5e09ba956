//! What commands print: lines and JSON on standard output, read by people and by programs.

use std::io::Write;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde::Serialize;

/// Where a command prints; tests give a buffer.
pub type Out<'a> = &'a mut dyn Write;

/// Prints one value as one line of JSON.
pub fn json_line(out: Out<'_>, value: &impl Serialize) -> Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    writeln!(out)?;
    Ok(())
}

/// Prints one value as indented JSON.
pub fn json_pretty(out: Out<'_>, value: &impl Serialize) -> Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    writeln!(out)?;
    Ok(())
}

/// Opens a file, or standard input for `-`.
pub fn open(path: &Path) -> Result<Box<dyn std::io::Read>> {
    if path.as_os_str() == "-" {
        return Ok(Box::new(std::io::stdin().lock()));
    }
    let file = std::fs::File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
    Ok(Box::new(file))
}

/// Whether an error only says that the reader of our output went away, as `head` does.
pub fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let broken = |cause: &(dyn std::error::Error + 'static)| {
        let plain = cause.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
        let inside = cause.downcast_ref::<serde_json::Error>().and_then(serde_json::Error::io_error_kind);
        plain.or(inside) == Some(std::io::ErrorKind::BrokenPipe)
    };
    error.chain().any(broken)
}
