//! Reads the fields packets are made of.

use super::error::MqttError;

/// What is left of a packet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(super) fn remaining(&self) -> usize {
        self.rest.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// All that is left.
    pub(super) fn take_rest(&mut self) -> &'a [u8] {
        std::mem::take(&mut self.rest)
    }

    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], MqttError> {
        let (taken, rest) = self
            .rest
            .split_at_checked(count)
            .ok_or(MqttError::Truncated { missing: count.saturating_sub(self.rest.len()) })?;
        self.rest = rest;
        Ok(taken)
    }

    fn take_array<const COUNT: usize>(&mut self) -> Result<[u8; COUNT], MqttError> {
        let (taken, rest) = self
            .rest
            .split_first_chunk::<COUNT>()
            .ok_or(MqttError::Truncated { missing: COUNT.saturating_sub(self.rest.len()) })?;
        self.rest = rest;
        Ok(*taken)
    }

    pub(super) fn byte(&mut self) -> Result<u8, MqttError> {
        self.take_array().map(|[byte]| byte)
    }

    pub(super) fn two_bytes(&mut self) -> Result<u16, MqttError> {
        self.take_array().map(u16::from_be_bytes)
    }

    pub(super) fn four_bytes(&mut self) -> Result<u32, MqttError> {
        self.take_array().map(u32::from_be_bytes)
    }

    /// A number of one to four bytes, seven bits each, lowest first.
    pub(super) fn variable(&mut self) -> Result<u32, MqttError> {
        let mut value = 0;
        for shift in [0, 7, 14, 21] {
            let byte = self.byte()?;
            value |= u32::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(MqttError::MalformedLength)
    }

    pub(super) fn binary(&mut self) -> Result<&'a [u8], MqttError> {
        let length = self.two_bytes()?;
        self.take(usize::from(length))
    }

    pub(super) fn text(&mut self) -> Result<&'a str, MqttError> {
        let bytes = self.binary()?;
        let text = std::str::from_utf8(bytes).map_err(|_| MqttError::BadText)?;
        if bytes.contains(&0) { Err(MqttError::BadText) } else { Ok(text) }
    }

    /// A packet identifier, which is never zero.
    pub(super) fn packet_id(&mut self) -> Result<u16, MqttError> {
        match self.two_bytes()? {
            0 => Err(MqttError::BadValue { field: "packet identifier", value: 0 }),
            number => Ok(number),
        }
    }
}
