//! The seven columns of a chunk, written together and read together.

use std::cmp::Ordering;

use super::runs::{RunWriter, Runs};
use super::steps::{self, Steps};
use super::texts::{TextWriter, Texts};
use crate::damage::{Damage, Flaw};
use crate::point::{Figure, Point};
use crate::quality;
use crate::varint::Cursor;

/// Shapes up to 255 are the places of a decimal.
const ABSENT: u16 = 256;
const TEXT: u16 = 257;
const HISTORICAL: u16 = 1 << 4;
const RAW: u16 = 1 << 5;

/// Arrivals as changes of the lag behind the observation: right for readings that come one by one.
const BY_LAG: u8 = 0;
/// Arrivals as changes of the arrival: right for readings that come in batches.
const BY_ARRIVAL: u8 = 1;

/// What the mantissa of a decimal is expected to be: the one before, brought to the same places.
fn scaled(mantissa: i64, from: u16, to: u16) -> i64 {
    let ten = |power: u16| 10_i64.checked_pow(u32::from(power));
    match to.cmp(&from) {
        Ordering::Equal => mantissa,
        Ordering::Greater => ten(to - from).map_or(0, |ten| mantissa.wrapping_mul(ten)),
        Ordering::Less => ten(from - to).map_or(0, |ten| mantissa / ten),
    }
}

/// The columns of some readings.
pub(super) struct Columns {
    blocks: [Vec<u8>; 7],
}

impl Columns {
    pub(super) fn of(points: &[Point], first: i64) -> Self {
        let mut shapes = RunWriter::default();
        let mut flags = RunWriter::default();
        let mut texts = TextWriter::default();
        let mut raws = TextWriter::default();
        let mut mantissas = Vec::with_capacity(points.len());
        let mut before = (0, 0);
        for point in points {
            let shape = match &point.figure {
                Figure::Decimal { mantissa, places } => {
                    let places = u16::from(*places);
                    mantissas.push(mantissa.wrapping_sub(scaled(before.0, before.1, places)));
                    before = (*mantissa, places);
                    places
                }
                Figure::Absent => ABSENT,
                Figure::Text(text) => {
                    texts.push(text);
                    TEXT
                }
            };
            shapes.push(shape);
            flags.push(flags_of(point));
            if let Some(raw) = &point.raw {
                raws.push(raw);
            }
        }
        shapes.close();
        flags.close();
        let (times, arrivals) = (times(points, first), arrivals(points));
        Self { blocks: [times, arrivals, shapes.bytes, steps::write(&mantissas), flags.bytes, texts.bytes, raws.bytes] }
    }

    pub(super) fn blocks(&self) -> &[Vec<u8>] {
        &self.blocks
    }

    pub(super) fn bytes(&self) -> usize {
        self.blocks.iter().map(Vec::len).sum()
    }
}

fn flags_of(point: &Point) -> u16 {
    let historical = if point.historical { HISTORICAL } else { 0 };
    let raw = if point.raw.is_some() { RAW } else { 0 };
    u16::from(quality::number(point.quality)) | historical | raw
}

/// Differences of differences: nothing but zeros while the interval stays the same.
fn times(points: &[Point], first: i64) -> Vec<u8> {
    let (mut at, mut interval) = (first, 0_i64);
    let step = |point: &Point| {
        let now = point.observed_at.wrapping_sub(at);
        let step = now.wrapping_sub(interval);
        (at, interval) = (point.observed_at, now);
        step
    };
    steps::write(&points.iter().map(step).collect::<Vec<_>>())
}

/// Arrivals in the way that takes fewer bits.
fn arrivals(points: &[Point]) -> Vec<u8> {
    let by_lag = changes(points.iter().map(|point| point.received_at.wrapping_sub(point.observed_at)));
    let by_arrival = changes(points.iter().map(|point| point.received_at));
    let bits =
        |steps: &[i64]| steps.iter().map(|step| u64::from(64 - step.unsigned_abs().leading_zeros())).sum::<u64>();
    let (kind, steps) = if bits(&by_lag) <= bits(&by_arrival) { (BY_LAG, by_lag) } else { (BY_ARRIVAL, by_arrival) };
    let mut bytes = vec![kind];
    bytes.extend(steps::write(&steps));
    bytes
}

fn changes(values: impl Iterator<Item = i64>) -> Vec<i64> {
    let mut before = 0_i64;
    let change = |value: i64| value.wrapping_sub(std::mem::replace(&mut before, value));
    values.map(change).collect()
}

/// Reads the columns side by side.
pub(super) struct Reader<'a> {
    times: Steps<'a>,
    arrivals: Steps<'a>,
    by_arrival: bool,
    shapes: Runs<'a>,
    mantissas: Steps<'a>,
    flags: Runs<'a>,
    texts: Texts<'a>,
    raws: Texts<'a>,
    observed_at: i64,
    interval: i64,
    arrival: i64,
    mantissa: i64,
    places: u16,
}

impl<'a> Reader<'a> {
    pub(super) fn new(cursor: &mut Cursor<'a>, first: i64) -> Result<Self, Damage> {
        let times = Steps::new(cursor.block()?)?;
        let mut arrivals = cursor.block()?;
        let by_arrival = match arrivals.byte()? {
            BY_LAG => false,
            BY_ARRIVAL => true,
            _ => return Err(arrivals.damage(Flaw::Field("kind of arrivals"))),
        };
        Ok(Self {
            times,
            arrivals: Steps::new(arrivals)?,
            by_arrival,
            shapes: Runs::new(cursor.block()?),
            mantissas: Steps::new(cursor.block()?)?,
            flags: Runs::new(cursor.block()?),
            texts: Texts::new(cursor.block()?),
            raws: Texts::new(cursor.block()?),
            observed_at: first,
            interval: 0,
            arrival: 0,
            mantissa: 0,
            places: 0,
        })
    }

    /// The next reading.
    #[inline]
    pub(super) fn next(&mut self) -> Result<Point, Damage> {
        self.interval = self.interval.wrapping_add(self.times.next()?);
        self.observed_at = self.observed_at.wrapping_add(self.interval);
        self.arrival = self.arrival.wrapping_add(self.arrivals.next()?);
        let base = if self.by_arrival { 0 } else { self.observed_at };
        let figure = self.figure()?;
        let flags = self.flags.next()?;
        let quality = quality::of((flags & 15) as u8).filter(|_| flags < 64);
        Ok(Point {
            observed_at: self.observed_at,
            received_at: base.wrapping_add(self.arrival),
            figure,
            quality: quality.ok_or_else(|| self.flags.damage(Flaw::Field("flags")))?,
            historical: flags & HISTORICAL != 0,
            raw: if flags & RAW == 0 { None } else { Some(self.raws.next()?) },
        })
    }

    fn figure(&mut self) -> Result<Figure, Damage> {
        match self.shapes.next()? {
            ABSENT => Ok(Figure::Absent),
            TEXT => self.texts.next().map(Figure::Text),
            places @ 0..ABSENT => {
                let expected = scaled(self.mantissa, self.places, places);
                self.mantissa = expected.wrapping_add(self.mantissas.next()?);
                self.places = places;
                Ok(Figure::Decimal { mantissa: self.mantissa, places: places as u8 })
            }
            _ => Err(self.shapes.damage(Flaw::Field("shape"))),
        }
    }

    /// Says that every column must have been read to its end.
    pub(super) fn finish(&self) -> Result<(), Damage> {
        self.times.finish()?;
        self.arrivals.finish()?;
        self.shapes.finish()?;
        self.mantissas.finish()?;
        self.flags.finish()?;
        self.texts.finish()?;
        self.raws.finish()
    }
}
