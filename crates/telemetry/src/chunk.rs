//! Readings of one series, column by column, in two to four bytes a reading.
//!
//! Version 1: the version; the count; the first observation; seven blocks, each with its length: differences
//! of differences of observation, arrivals, runs of shapes (places of a decimal, nothing, text), mantissas,
//! runs of flags (quality, historical, raw frame), texts, raw frames; CRC32C of all before it.

mod columns;
mod runs;
mod steps;
mod texts;

use crate::damage::{Damage, Flaw};
use crate::point::Point;
use crate::varint::{Cursor, put, put_signed};
use columns::{Columns, Reader};

const VERSION: u8 = 1;
/// The checksum at the end.
const TAIL: usize = 4;
/// Two bytes of times hold at most this many readings, so the bytes bound what is allocated.
const MOST_A_BYTE: usize = 128;

/// Writes readings sorted by `observed_at`, strictly increasing. Any other order is kept as it is.
pub fn encode(points: &[Point]) -> Vec<u8> {
    let first = points.first().map_or(0, |point| point.observed_at);
    let columns = Columns::of(points, first);
    let mut bytes = Vec::with_capacity(columns.bytes() + 64);
    bytes.push(VERSION);
    put(points.len() as u64, &mut bytes);
    put_signed(first, &mut bytes);
    for block in columns.blocks() {
        put(block.len() as u64, &mut bytes);
        bytes.extend_from_slice(block);
    }
    let sum = crc32c::crc32c(&bytes);
    bytes.extend_from_slice(&sum.to_le_bytes());
    bytes
}

/// Reads what [`encode`] wrote. Damaged bytes give an error, never a panic or a boundless allocation.
pub fn decode(bytes: &[u8]) -> Result<Vec<Point>, Damage> {
    let body = checked(bytes)?;
    let mut cursor = Cursor::new(&body[1..], 1);
    let count = cursor.number()?;
    let first = cursor.signed()?;
    if count > (cursor.left() * MOST_A_BYTE) as u64 {
        return Err(cursor.damage(Flaw::Field("count")));
    }
    let mut reader = Reader::new(&mut cursor, first)?;
    cursor.finish()?;
    let mut points = Vec::with_capacity(count as usize);
    for _ in 0..count {
        points.push(reader.next()?);
    }
    reader.finish()?;
    Ok(points)
}

/// The bytes without the checksum, if it agrees and the version is known.
fn checked(bytes: &[u8]) -> Result<&[u8], Damage> {
    let whole = |what| Damage::inside(0, bytes.len(), what);
    let Some((body, tail)) = bytes.split_last_chunk::<TAIL>() else { return Err(whole(Flaw::Short)) };
    match body.first() {
        None => Err(whole(Flaw::Short)),
        Some(&version) if version != VERSION => Err(whole(Flaw::Version(version))),
        Some(_) if crc32c::crc32c(body) != u32::from_le_bytes(*tail) => Err(whole(Flaw::Checksum)),
        Some(_) => Ok(body),
    }
}

/// What a chunk says about its readings without being read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Summary {
    /// How many readings.
    pub count: u32,
    /// The earliest observation, in milliseconds since 1970.
    pub first_at: i64,
    /// The latest observation, in milliseconds since 1970.
    pub last_at: i64,
    /// How many are numbers that rules may judge.
    pub usable: u32,
    /// The least usable number; infinity without one.
    pub min: f64,
    /// The greatest usable number; negative infinity without one.
    pub max: f64,
    /// The sum of the usable numbers.
    pub sum: f64,
}

impl Summary {
    /// Sums up readings sorted by `observed_at`; `None` without readings.
    pub fn of(points: &[Point]) -> Option<Self> {
        let (first_at, last_at) = (points.first()?.observed_at, points.last()?.observed_at);
        let count = u32::try_from(points.len()).unwrap_or(u32::MAX);
        let (min, max) = (f64::INFINITY, f64::NEG_INFINITY);
        let mut summary = Self { count, first_at, last_at, usable: 0, min, max, sum: 0.0 };
        let usable = points.iter().filter(|point| point.quality.judgeable());
        for number in usable.filter_map(|point| point.figure.number()) {
            summary.usable += 1;
            summary.min = summary.min.min(number);
            summary.max = summary.max.max(number);
            summary.sum += number;
        }
        Some(summary)
    }
}

/// Merges two sorted runs by `observed_at`; where both have a reading the newer run wins.
pub fn merge(older: Vec<Point>, newer: Vec<Point>) -> Vec<Point> {
    let mut merged = Vec::with_capacity(older.len() + newer.len());
    let mut older = older.into_iter().peekable();
    for point in newer {
        while let Some(earlier) = older.next_if(|before| before.observed_at < point.observed_at) {
            merged.push(earlier);
        }
        older.next_if(|same| same.observed_at == point.observed_at);
        merged.push(point);
    }
    merged.extend(older);
    merged
}
