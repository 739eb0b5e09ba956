//! How a record lies in a segment: length, checksum, sequence, its place in its group, body.
//!
//! The checksum also covers the epoch of the segment, which only the name of the file tells: whatever an
//! earlier use of the same file has left behind can never pass for a record of this one.

/// Length u32, CRC32C u32, sequence u64, place in the group u32; little-endian.
pub(super) const HEAD: usize = 20;
/// The length of a mark: it has no body and says that all records before its sequence are durable.
const MARK: u32 = u32::MAX;
/// The longest body.
pub(super) const LONGEST: usize = 1 << 30;

/// The head of a record or of a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    length: u32,
    sum: u32,
    /// The record's number; for a mark the number of the record that would follow.
    pub(super) sequence: u64,
    /// How many records before it were written by the same write. All earlier ones were durable before it.
    pub(super) back: u32,
}

impl Head {
    /// The head that the bytes hold, whatever they are.
    pub(super) fn read(bytes: &[u8; HEAD]) -> Self {
        let [length, sum, low, high, back] =
            std::array::from_fn(|word| u32::from_le_bytes(std::array::from_fn(|byte| bytes[word * 4 + byte])));
        Self { length, sum, sequence: u64::from(low) | u64::from(high) << 32, back }
    }

    /// Whether it is a mark.
    pub(super) fn is_mark(self) -> bool {
        self.length == MARK
    }

    /// The bytes of the body.
    pub(super) fn body(self) -> usize {
        if self.is_mark() { 0 } else { self.length as usize }
    }

    /// Whether the checksum agrees.
    pub(super) fn agrees(self, epoch: u64, body: &[u8]) -> bool {
        self.sum == sum(epoch, self.length, self.sequence, self.back, body)
    }

    fn bytes(self) -> [u8; HEAD] {
        let mut bytes = [0; HEAD];
        bytes[..4].copy_from_slice(&self.length.to_le_bytes());
        bytes[4..8].copy_from_slice(&self.sum.to_le_bytes());
        bytes[8..16].copy_from_slice(&self.sequence.to_le_bytes());
        bytes[16..].copy_from_slice(&self.back.to_le_bytes());
        bytes
    }
}

fn sum(epoch: u64, length: u32, sequence: u64, back: u32, body: &[u8]) -> u32 {
    let mut covered = [0; 24];
    covered[..8].copy_from_slice(&epoch.to_le_bytes());
    covered[8..12].copy_from_slice(&length.to_le_bytes());
    covered[12..20].copy_from_slice(&sequence.to_le_bytes());
    covered[20..].copy_from_slice(&back.to_le_bytes());
    crc32c::crc32c_append(crc32c::crc32c(&covered), body)
}

/// Appends a record whose checksum [`seal`] sets, once the segment is known.
pub(super) fn put(sequence: u64, back: u32, body: &[u8], into: &mut Vec<u8>) {
    into.extend_from_slice(&Head { length: body.len() as u32, sum: 0, sequence, back }.bytes());
    into.extend_from_slice(body);
}

/// Sets the checksums of all records of a group.
pub(super) fn seal(group: &mut [u8], epoch: u64) {
    let mut rest = group;
    while let Some((bytes, behind)) = rest.split_first_chunk_mut::<HEAD>() {
        let head = Head::read(bytes);
        let (body, next) = behind.split_at_mut(head.body());
        let sum = sum(epoch, head.length, head.sequence, head.back, body);
        *bytes = Head { sum, ..head }.bytes();
        rest = next;
    }
}

/// A mark.
pub(super) fn mark(epoch: u64, sequence: u64) -> [u8; HEAD] {
    Head { length: MARK, sum: sum(epoch, MARK, sequence, 0, &[]), sequence, back: 0 }.bytes()
}
