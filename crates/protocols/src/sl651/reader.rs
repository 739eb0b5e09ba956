//! Reads a body from front to back without ever passing its end.

/// The unread part of a body.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    offset: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, offset: 0 }
    }

    /// How many bytes were read.
    pub(super) fn offset(&self) -> usize {
        self.offset
    }

    pub(super) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.offset..).unwrap_or_default()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rest().is_empty()
    }

    /// The next bytes, if there are so many; else nothing is read.
    pub(super) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let taken = self.rest().get(..count)?;
        self.offset += count;
        Some(taken)
    }

    pub(super) fn take_array<const BYTES: usize>(&mut self) -> Option<[u8; BYTES]> {
        self.take(BYTES)?.try_into().ok()
    }

    pub(super) fn byte(&mut self) -> Option<u8> {
        self.take_array().map(|[byte]: [u8; 1]| byte)
    }

    pub(super) fn take_rest(&mut self) -> &'a [u8] {
        let rest = self.rest();
        self.offset += rest.len();
        rest
    }

    /// Reads `mark` if it comes next.
    pub(super) fn skip(&mut self, mark: &[u8]) -> bool {
        let found = self.rest().starts_with(mark);
        if found {
            self.offset += mark.len();
        }
        found
    }

    /// The next word of an ASCII body, which a blank must close (6.6.2.1).
    pub(super) fn word(&mut self) -> Option<&'a str> {
        let end = self.rest().iter().position(|byte| *byte == b' ')?;
        let word = std::str::from_utf8(self.rest().get(..end)?).ok().filter(|word| !word.is_empty())?;
        self.offset += end + 1;
        Some(word)
    }
}
