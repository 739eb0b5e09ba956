//! Readings of many series as they are logged together, in the order of their arrival.
//!
//! Version 1: the version, the count, then for each entry a head byte (quality in bits 0–3, historical in
//! bit 4, a raw frame in bit 5, the kind of figure in bits 6–7), the differences of series, observation and
//! arrival to the entry before, the figure and the raw frame. The log's record holds the checksum.

use crate::damage::{Damage, Flaw};
use crate::point::{Figure, Point};
use crate::quality;
use crate::varint::{Cursor, put, put_signed, put_text};

/// A reading and the series that it belongs to.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The number of the series.
    pub series: i64,
    /// The reading.
    pub point: Point,
}

const VERSION: u8 = 1;
const HISTORICAL: u8 = 1 << 4;
const RAW: u8 = 1 << 5;
/// The same places as the decimal before; the mantissa as it is.
const DECIMAL: u8 = 0;
/// Its places first, then the mantissa.
const PLACED: u8 = 1;
const ABSENT: u8 = 2;
const TEXT: u8 = 3;
/// The least bytes of an entry: head, three differences.
const LEAST: usize = 4;
/// A longer raw frame name is written again rather than repeated: bytes bound what is read back.
const REPEATABLE: usize = 255;

/// What the next entry is written against.
#[derive(Default)]
struct Before<'a> {
    series: i64,
    observed_at: i64,
    received_at: i64,
    mantissa: i64,
    places: u8,
    raw: &'a str,
}

/// Appends the readings in their order.
pub fn write_entries<'a>(entries: impl ExactSizeIterator<Item = (i64, &'a Point)>, into: &mut Vec<u8>) {
    into.push(VERSION);
    put(entries.len() as u64, into);
    into.reserve(entries.len() * 10);
    let mut before = Before::default();
    for (series, point) in entries {
        write_entry(series, point, &mut before, into);
    }
}

fn write_entry<'a>(series: i64, point: &'a Point, before: &mut Before<'a>, into: &mut Vec<u8>) {
    let kind = match &point.figure {
        Figure::Decimal { places, .. } if *places == before.places => DECIMAL,
        Figure::Decimal { .. } => PLACED,
        Figure::Absent => ABSENT,
        Figure::Text(_) => TEXT,
    };
    let flags = if point.historical { HISTORICAL } else { 0 } | if point.raw.is_some() { RAW } else { 0 };
    into.push(quality::number(point.quality) | flags | kind << 6);
    put_signed(series.wrapping_sub(before.series), into);
    put_signed(point.observed_at.wrapping_sub(before.observed_at), into);
    put_signed(point.received_at.wrapping_sub(before.received_at), into);
    match &point.figure {
        Figure::Decimal { mantissa, places } => {
            if kind == PLACED {
                into.push(*places);
            }
            let expected = if series == before.series { before.mantissa } else { 0 };
            put_signed(mantissa.wrapping_sub(expected), into);
            (before.mantissa, before.places) = (*mantissa, *places);
        }
        Figure::Absent => {}
        Figure::Text(text) => put_text(text, 0, into),
    }
    if let Some(raw) = &point.raw {
        write_raw(raw, before, into);
    }
    (before.series, before.observed_at, before.received_at) = (series, point.observed_at, point.received_at);
}

fn write_raw<'a>(raw: &'a str, before: &mut Before<'a>, into: &mut Vec<u8>) {
    if raw == before.raw && raw.len() <= REPEATABLE {
        into.push(0);
    } else {
        put_text(raw, 1, into);
        before.raw = raw;
    }
}

/// Reads what [`write_entries`] wrote.
pub fn read_entries(bytes: &[u8]) -> Result<Vec<Entry>, Damage> {
    let mut cursor = Cursor::new(bytes, 0);
    let version = cursor.byte()?;
    if version != VERSION {
        return Err(Damage::inside(0, bytes.len(), Flaw::Version(version)));
    }
    let count = cursor.number()?;
    if count > (cursor.left() / LEAST) as u64 {
        return Err(cursor.damage(Flaw::Field("count")));
    }
    let mut entries = Vec::with_capacity(count as usize);
    let mut before = Before::default();
    for _ in 0..count {
        entries.push(read_entry(&mut cursor, &mut before)?);
    }
    cursor.finish()?;
    Ok(entries)
}

fn read_entry<'a>(cursor: &mut Cursor<'a>, before: &mut Before<'a>) -> Result<Entry, Damage> {
    let head = cursor.byte()?;
    let quality = quality::of(head & 15).ok_or_else(|| cursor.damage(Flaw::Field("quality")))?;
    let series = before.series.wrapping_add(cursor.signed()?);
    before.observed_at = before.observed_at.wrapping_add(cursor.signed()?);
    before.received_at = before.received_at.wrapping_add(cursor.signed()?);
    let figure = read_figure(head >> 6, series == before.series, cursor, before)?;
    before.series = series;
    let raw = if head & RAW == 0 { None } else { Some(read_raw(cursor, before)?) };
    let (observed_at, received_at) = (before.observed_at, before.received_at);
    let historical = head & HISTORICAL != 0;
    Ok(Entry { series, point: Point { observed_at, received_at, figure, quality, historical, raw } })
}

fn read_figure(kind: u8, same: bool, cursor: &mut Cursor<'_>, before: &mut Before<'_>) -> Result<Figure, Damage> {
    match kind {
        ABSENT => return Ok(Figure::Absent),
        TEXT => {
            let length = cursor.number()?;
            return cursor.text(length).map(|text| Figure::Text(text.into()));
        }
        PLACED => before.places = cursor.byte()?,
        _ => {}
    }
    let expected = if same { before.mantissa } else { 0 };
    before.mantissa = expected.wrapping_add(cursor.signed()?);
    Ok(Figure::Decimal { mantissa: before.mantissa, places: before.places })
}

fn read_raw<'a>(cursor: &mut Cursor<'a>, before: &mut Before<'a>) -> Result<Box<str>, Damage> {
    match cursor.number()? {
        0 if before.raw.len() > REPEATABLE => return Err(cursor.damage(Flaw::Field("raw frame"))),
        0 => {}
        length => before.raw = cursor.text(length - 1)?,
    }
    Ok(before.raw.into())
}
