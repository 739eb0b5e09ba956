//! Cuts a media connection into packets.

use super::packet::{MAGIC, Packet, PacketError};

/// Bytes are taken in portions of this size, so that one large read cannot grow the buffer.
const PORTION: usize = 4096;

/// Bytes the [`Decoder`] gave up on, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// The reason.
    pub error: PacketError,
    /// The bytes dropped.
    pub raw: Vec<u8>,
}

/// Incremental packet reader for one connection. The buffer never holds more than a packet and a portion.
#[derive(Debug, Clone, Default)]
pub struct Decoder {
    buffer: Vec<u8>,
}

impl Decoder {
    /// Takes received bytes and yields all packets and rejects they complete, in order.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Result<Packet, Rejected>> {
        let mut results = Vec::new();
        for portion in bytes.chunks(PORTION) {
            self.buffer.extend_from_slice(portion);
            self.read(&mut results, false);
        }
        results
    }

    /// Gives up waiting: a false start is passed over by one byte, and what stands behind it is read.
    pub fn expire(&mut self) -> Vec<Result<Packet, Rejected>> {
        let mut results = Vec::new();
        self.read(&mut results, true);
        results
    }

    /// How many bytes wait for the rest of their packet.
    pub fn pending(&self) -> usize {
        self.buffer.len()
    }

    fn read(&mut self, results: &mut Vec<Result<Packet, Rejected>>, last: bool) {
        let buffer = std::mem::take(&mut self.buffer);
        let mut rest = buffer.as_slice();
        while !rest.is_empty() {
            let consumed = match Packet::read(rest) {
                Ok((packet, length)) => {
                    results.push(Ok(packet));
                    length
                }
                Err(PacketError::Truncated { .. }) if !last => break,
                Err(error) => {
                    let count = next_start(rest);
                    results.push(Err(Rejected { error, raw: rest.get(..count).unwrap_or(rest).to_vec() }));
                    count
                }
            };
            rest = rest.get(consumed..).unwrap_or_default();
        }
        self.buffer = rest.to_vec();
    }
}

/// How far it is, from the second byte on, to where a packet may begin.
fn next_start(rest: &[u8]) -> usize {
    let may_begin = |at: &usize| rest.iter().skip(*at).zip(MAGIC).all(|(byte, magic)| byte == magic);
    (1..rest.len()).find(may_begin).unwrap_or(rest.len())
}
