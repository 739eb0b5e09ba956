//! Protocol buffers on the wire: just what Sparkplug needs.

use super::error::PayloadError;

/// Content of one field.
#[derive(Debug, Clone, Copy)]
pub(super) enum Content<'a> {
    Number(u64),
    Eight([u8; 8]),
    Bytes(&'a [u8]),
    Four([u8; 4]),
}

/// One field, and its bytes as they stand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field<'a> {
    pub(super) number: u32,
    pub(super) content: Content<'a>,
    pub(super) raw: &'a [u8],
}

impl<'a> Field<'a> {
    fn bad(self) -> PayloadError {
        PayloadError::BadEncoding { field: self.number }
    }

    pub(super) fn number(self) -> Result<u64, PayloadError> {
        if let Content::Number(value) = self.content { Ok(value) } else { Err(self.bad()) }
    }

    /// The lower half of a number, as protocol buffers read a field of 32 bits.
    pub(super) fn short(self) -> Result<u32, PayloadError> {
        let [_, _, _, _, a, b, c, d] = self.number()?.to_be_bytes();
        Ok(u32::from_be_bytes([a, b, c, d]))
    }

    pub(super) fn truth(self) -> Result<bool, PayloadError> {
        self.number().map(|value| value != 0)
    }

    pub(super) fn four(self) -> Result<u32, PayloadError> {
        if let Content::Four(bytes) = self.content { Ok(u32::from_le_bytes(bytes)) } else { Err(self.bad()) }
    }

    pub(super) fn eight(self) -> Result<u64, PayloadError> {
        if let Content::Eight(bytes) = self.content { Ok(u64::from_le_bytes(bytes)) } else { Err(self.bad()) }
    }

    pub(super) fn bytes(self) -> Result<&'a [u8], PayloadError> {
        if let Content::Bytes(bytes) = self.content { Ok(bytes) } else { Err(self.bad()) }
    }

    pub(super) fn text(self) -> Result<String, PayloadError> {
        let text = std::str::from_utf8(self.bytes()?);
        text.map(str::to_owned).map_err(|_| PayloadError::BadText { field: self.number })
    }
}

/// The fields of a message, in their order.
#[derive(Debug)]
pub(super) struct Fields<'a> {
    rest: &'a [u8],
}

impl<'a> Fields<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// What is left.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], PayloadError> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(PayloadError::Truncated)?;
        self.rest = rest;
        Ok(taken)
    }

    fn array<const COUNT: usize>(&mut self) -> Result<[u8; COUNT], PayloadError> {
        let (taken, rest) = self.rest.split_first_chunk().ok_or(PayloadError::Truncated)?;
        self.rest = rest;
        Ok(*taken)
    }

    /// Seven bits a byte, lowest first, in at most ten bytes.
    pub(super) fn varint(&mut self) -> Result<u64, PayloadError> {
        let mut value = 0_u64;
        for shift in (0..70).step_by(7) {
            let [byte] = self.array()?;
            // Of the tenth byte one bit is left; more would be lost.
            if shift == 63 && byte > 1 {
                return Err(PayloadError::BadNumber);
            }
            value |= u64::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(PayloadError::BadNumber)
    }

    fn field(&mut self) -> Result<Field<'a>, PayloadError> {
        let before = self.rest;
        let key = self.varint()?;
        let number = u32::try_from(key >> 3).ok().filter(|number| *number > 0).ok_or(PayloadError::BadNumber)?;
        let content = match key & 7 {
            0 => Content::Number(self.varint()?),
            1 => Content::Eight(self.array()?),
            2 => {
                let length = usize::try_from(self.varint()?).map_err(|_| PayloadError::Truncated)?;
                Content::Bytes(self.take(length)?)
            }
            5 => Content::Four(self.array()?),
            // Groups were never used here.
            _ => return Err(PayloadError::BadEncoding { field: number }),
        };
        let length = before.len().saturating_sub(self.rest.len());
        Ok(Field { number, content, raw: before.get(..length).unwrap_or_default() })
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<Field<'a>, PayloadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_err() {
            self.rest = &[];
        }
        Some(field)
    }
}

/// Writes fields.
#[derive(Debug, Default)]
pub(super) struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    fn varint(&mut self, mut value: u64) {
        loop {
            let [low, ..] = value.to_le_bytes();
            value >>= 7;
            if value == 0 {
                return self.bytes.push(low & 0x7F);
            }
            self.bytes.push(low | 0x80);
        }
    }

    fn key(&mut self, field: u32, wire: u64) {
        self.varint(u64::from(field) << 3 | wire);
    }

    pub(super) fn number(&mut self, field: u32, value: Option<u64>) {
        if let Some(value) = value {
            self.key(field, 0);
            self.varint(value);
        }
    }

    pub(super) fn truth(&mut self, field: u32, value: Option<bool>) {
        self.number(field, value.map(u64::from));
    }

    pub(super) fn four(&mut self, field: u32, value: u32) {
        self.key(field, 5);
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    pub(super) fn eight(&mut self, field: u32, value: u64) {
        self.key(field, 1);
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    pub(super) fn block(&mut self, field: u32, bytes: &[u8]) {
        self.key(field, 2);
        self.varint(bytes.len() as u64);
        self.bytes.extend_from_slice(bytes);
    }

    pub(super) fn text(&mut self, field: u32, text: Option<&String>) {
        if let Some(text) = text {
            self.block(field, text.as_bytes());
        }
    }

    pub(super) fn message(&mut self, field: u32, write: impl FnOnce(&mut Self)) {
        let mut inner = Self::default();
        write(&mut inner);
        self.block(field, &inner.bytes);
    }

    pub(super) fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }
}
