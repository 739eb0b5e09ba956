//! Writing a body from front to back.

use super::edition::Edition;

/// A body in the making, with what earlier fields say about later ones.
#[derive(Debug, Clone)]
pub(crate) struct Writer {
    bytes: Vec<u8>,
    /// Edition the body follows.
    pub(crate) edition: Edition,
    /// The last attribute word written; its bits tell which fields follow.
    pub(crate) attributes: u16,
    /// A field at the end was left out, so that none may follow.
    pub(crate) ended: bool,
}

impl Writer {
    pub(crate) fn new(edition: Edition) -> Self {
        Self { bytes: Vec::new(), edition, attributes: 0, ended: false }
    }

    pub(crate) fn put(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}
