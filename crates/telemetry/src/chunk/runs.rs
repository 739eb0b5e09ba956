//! A column of values that seldom change: each value with the length of its run.

use crate::damage::{Damage, Flaw};
use crate::varint::{Cursor, put};

/// Writes such a column.
#[derive(Default)]
pub(super) struct RunWriter {
    pub(super) bytes: Vec<u8>,
    value: u16,
    length: u64,
}

impl RunWriter {
    #[inline]
    pub(super) fn push(&mut self, value: u16) {
        if value != self.value {
            self.close();
            self.value = value;
        }
        self.length += 1;
    }

    /// Ends the last run.
    pub(super) fn close(&mut self) {
        if self.length > 0 {
            put(u64::from(self.value), &mut self.bytes);
            put(self.length, &mut self.bytes);
            self.length = 0;
        }
    }
}

/// Reads such a column.
pub(super) struct Runs<'a> {
    cursor: Cursor<'a>,
    value: u16,
    left: u64,
}

impl<'a> Runs<'a> {
    pub(super) fn new(cursor: Cursor<'a>) -> Self {
        Self { cursor, value: 0, left: 0 }
    }

    #[inline]
    pub(super) fn next(&mut self) -> Result<u16, Damage> {
        if self.left == 0 {
            self.open()?;
        }
        self.left -= 1;
        Ok(self.value)
    }

    fn open(&mut self) -> Result<(), Damage> {
        let value = u16::try_from(self.cursor.number()?);
        self.value = value.map_err(|_| self.cursor.damage(Flaw::Field("value of a run")))?;
        self.left = self.cursor.number()?;
        if self.left == 0 { Err(self.cursor.damage(Flaw::Field("length of a run"))) } else { Ok(()) }
    }

    pub(super) fn damage(&self, what: Flaw) -> Damage {
        self.cursor.damage(what)
    }

    pub(super) fn finish(&self) -> Result<(), Damage> {
        if self.left > 0 {
            return Err(self.cursor.damage(Flaw::Excess));
        }
        self.cursor.finish()
    }
}
