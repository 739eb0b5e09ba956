//! What a file holds: what programs see, what the medium has, what waits in between.

use super::chance::Chance;

/// What a disk writes at once.
const SECTOR: usize = 512;

/// What a power cut leaves of what was written and not synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// Nothing.
    Nothing,
    /// The earlier part in the order of writing, torn at a sector.
    Prefix,
    /// Any sectors, as if written in any order.
    Any,
    /// All of it.
    All,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Content {
    seen: Vec<u8>,
    medium: Vec<u8>,
    waiting: Vec<(usize, Vec<u8>)>,
}

impl Content {
    pub(super) fn durable(bytes: &[u8]) -> Self {
        Self { seen: bytes.to_vec(), medium: bytes.to_vec(), waiting: Vec::new() }
    }

    pub(super) fn seen(&self) -> &[u8] {
        &self.seen
    }

    pub(super) fn flip(&mut self, offset: usize, bits: u8) {
        for bytes in [&mut self.seen, &mut self.medium] {
            if let Some(byte) = bytes.get_mut(offset) {
                *byte ^= bits;
            }
        }
    }

    pub(super) fn write(&mut self, bytes: &[u8], offset: usize) {
        put(&mut self.seen, bytes, offset);
        let mut at = offset;
        let mut left = bytes;
        while !left.is_empty() {
            let (piece, rest) = left.split_at(left.len().min(SECTOR - at % SECTOR));
            self.waiting.push((at, piece.to_vec()));
            at += piece.len();
            left = rest;
        }
    }

    pub(super) fn sync(&mut self) {
        for (offset, bytes) in std::mem::take(&mut self.waiting) {
            put(&mut self.medium, &bytes, offset);
        }
    }

    /// Some sectors arrive; the others are seen by programs but no later sync writes them.
    pub(super) fn fail_to_sync(&mut self, chance: &mut Chance) {
        let waiting = std::mem::take(&mut self.waiting);
        for (offset, bytes) in waiting.into_iter().filter(|_| chance.below(2) == 0) {
            put(&mut self.medium, &bytes, offset);
        }
    }

    pub(super) fn cut(&mut self, keep: Keep, chance: &mut Chance) {
        let waiting = std::mem::take(&mut self.waiting);
        let most = chance.below(waiting.len() + 1);
        for (number, (offset, bytes)) in waiting.into_iter().enumerate() {
            let kept = match keep {
                Keep::Nothing => false,
                Keep::Prefix => number < most,
                Keep::Any => chance.below(2) == 0,
                Keep::All => true,
            };
            if kept {
                put(&mut self.medium, &bytes, offset);
            }
        }
        self.seen.clone_from(&self.medium);
    }
}

fn put(into: &mut Vec<u8>, bytes: &[u8], offset: usize) {
    let end = offset + bytes.len();
    if into.len() < end {
        into.resize(end, 0);
    }
    into[offset..end].copy_from_slice(bytes);
}
