//! Numbers in as few bytes as they need, and a cursor that never reads past the end.

use crate::damage::{Damage, Flaw};

/// Folds the sign into the lowest bit, so that small numbers of both signs are short.
pub(crate) fn fold(number: i64) -> u64 {
    (number.cast_unsigned() << 1) ^ (number >> 63).cast_unsigned()
}

/// Undoes [`fold`].
pub(crate) fn unfold(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -((number & 1).cast_signed())
}

/// Seven bits a byte, the lowest first; the highest bit says that more follow.
pub(crate) fn put(mut number: u64, into: &mut Vec<u8>) {
    while number >= 0x80 {
        into.push(number as u8 | 0x80);
        number >>= 7;
    }
    into.push(number as u8);
}

/// A signed number, folded.
pub(crate) fn put_signed(number: i64, into: &mut Vec<u8>) {
    put(fold(number), into);
}

/// A length and the text.
pub(crate) fn put_text(text: &str, plus: u64, into: &mut Vec<u8>) {
    put(text.len() as u64 + plus, into);
    into.extend_from_slice(text.as_bytes());
}

/// A place in bytes that may be damaged.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Where `bytes` begin in the whole, for the report.
    base: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(bytes: &'a [u8], base: usize) -> Self {
        Self { bytes, at: 0, base }
    }

    /// How many bytes are left.
    pub(crate) fn left(&self) -> usize {
        self.bytes.len() - self.at
    }

    /// A damage at this place.
    #[cold]
    pub(crate) fn damage(&self, what: Flaw) -> Damage {
        Damage::inside(self.base + self.at, self.left(), what)
    }

    #[inline]
    pub(crate) fn byte(&mut self) -> Result<u8, Damage> {
        let Some(&byte) = self.bytes.get(self.at) else { return Err(self.damage(Flaw::Short)) };
        self.at += 1;
        Ok(byte)
    }

    #[inline]
    pub(crate) fn number(&mut self) -> Result<u64, Damage> {
        match self.bytes.get(self.at) {
            Some(&byte) if byte < 0x80 => {
                self.at += 1;
                Ok(u64::from(byte))
            }
            _ => self.long_number(),
        }
    }

    fn long_number(&mut self) -> Result<u64, Damage> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return if shift == 63 && byte > 1 { Err(self.damage(Flaw::Field("number"))) } else { Ok(number) };
            }
        }
        Err(self.damage(Flaw::Field("number")))
    }

    #[inline]
    pub(crate) fn signed(&mut self) -> Result<i64, Damage> {
        self.number().map(unfold)
    }

    /// The next `length` bytes.
    pub(crate) fn take(&mut self, length: u64) -> Result<&'a [u8], Damage> {
        let whole = usize::try_from(length).ok().filter(|length| *length <= self.left());
        let Some(length) = whole else { return Err(self.damage(Flaw::Short)) };
        let taken = &self.bytes[self.at..self.at + length];
        self.at += length;
        Ok(taken)
    }

    /// The next `length` bytes as text.
    pub(crate) fn text(&mut self, length: u64) -> Result<&'a str, Damage> {
        let bytes = self.take(length)?;
        std::str::from_utf8(bytes).map_err(|_| self.damage(Flaw::Field("text")))
    }

    /// A cursor over the next block, which is written with its length.
    pub(crate) fn block(&mut self) -> Result<Self, Damage> {
        let length = self.number()?;
        let base = self.base + self.at;
        Ok(Self::new(self.take(length)?, base))
    }

    /// Says that everything must have been read.
    pub(crate) fn finish(&self) -> Result<(), Damage> {
        if self.left() == 0 { Ok(()) } else { Err(self.damage(Flaw::Excess)) }
    }
}
