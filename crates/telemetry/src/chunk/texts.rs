//! A column of texts: a text that is the same as the one before costs a byte.

use crate::damage::{Damage, Flaw};
use crate::varint::{Cursor, put_text};

/// A longer text is written again rather than repeated: the bytes bound what is read back.
const REPEATABLE: usize = 255;

/// Writes such a column.
#[derive(Default)]
pub(super) struct TextWriter<'a> {
    pub(super) bytes: Vec<u8>,
    before: &'a str,
}

impl<'a> TextWriter<'a> {
    pub(super) fn push(&mut self, text: &'a str) {
        if text == self.before && text.len() <= REPEATABLE {
            self.bytes.push(0);
        } else {
            put_text(text, 1, &mut self.bytes);
            self.before = text;
        }
    }
}

/// Reads such a column.
pub(super) struct Texts<'a> {
    cursor: Cursor<'a>,
    before: &'a str,
}

impl<'a> Texts<'a> {
    pub(super) fn new(cursor: Cursor<'a>) -> Self {
        Self { cursor, before: "" }
    }

    pub(super) fn next(&mut self) -> Result<Box<str>, Damage> {
        match self.cursor.number()? {
            0 if self.before.len() > REPEATABLE => return Err(self.cursor.damage(Flaw::Field("repeated text"))),
            0 => {}
            length => self.before = self.cursor.text(length - 1)?,
        }
        Ok(self.before.into())
    }

    pub(super) fn finish(&self) -> Result<(), Damage> {
        self.cursor.finish()
    }
}
