//! The tolerant reader: keeps what it understands and reports the rest.

mod alert;
mod area;
mod elements;
mod info;

use crate::error::{CapError, Limits};
use crate::finding::Finding;
use crate::model::Alert;
use crate::xml::decode;

/// Reads a message from text; an encoding it declares no longer matters.
///
/// The findings tell how the text departs from the schema. Ask [`crate::validate`] for the
/// rules that concern the values.
pub fn parse(text: &str) -> Result<(Alert, Vec<Finding>), CapError> {
    let limits = Limits::default();
    check_size(text.len(), &limits)?;
    alert::read(text.strip_prefix('\u{FEFF}').unwrap_or(text), &limits)
}

/// Reads a message from bytes, in the encoding they declare (UTF-8 when they declare none).
pub fn parse_bytes(bytes: &[u8]) -> Result<(Alert, Vec<Finding>), CapError> {
    parse_with_limits(bytes, &Limits::default())
}

/// Reads a message from bytes under limits of one's own.
pub fn parse_with_limits(bytes: &[u8], limits: &Limits) -> Result<(Alert, Vec<Finding>), CapError> {
    check_size(bytes.len(), limits)?;
    alert::read(&decode(bytes)?, limits)
}

fn check_size(bytes: usize, limits: &Limits) -> Result<(), CapError> {
    if bytes > limits.bytes {
        let limit = limits.bytes;
        return Err(CapError::TooLarge { bytes, limit });
    }
    Ok(())
}
