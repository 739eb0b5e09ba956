//! Sealing: unsealed readings become chunks, and the log may forget them.
//!
//! A portion is taken out, written beside the writer, and taken note of when it is durable: whoever sends readings
//! never waits for it. Readings that come meanwhile stay behind those that were taken.

use fengsui_kernel::{Acting, Result};
use fengsui_storage::series::chunks::{self, ChunkRow};
use fengsui_storage::series::journal;
use fengsui_storage::series::observations::{self, LastRow};
use fengsui_storage::{Db, Tx};
use fengsui_telemetry::{Point, Summary, encode};
use tokio::sync::oneshot;

use super::{Journal, Tail, tail};
use crate::catalogue::Catalogue;

/// Series from which on sealing begins: a few milliseconds, so that an alarm never waits long for the database.
const LEAST: usize = 64;
/// Series sealed in one unit of work at most: what gathers while the one before is under way.
const TOGETHER: usize = 512;
/// The log is shortened beyond this, by sealing what keeps its oldest part.
const LOG_BYTES: u64 = 128 << 20;
/// Below this nothing is freed: looking for the oldest unsealed reading goes through all series.
const FREE_BYTES: u64 = 32 << 20;
/// Unsealed readings kept in memory at most; beyond, the fullest are sealed early.
const MOST_UNSEALED: usize = 2_000_000;

/// Readings on their way into chunks.
pub(crate) struct Portion {
    sequence: i64,
    series: Vec<(i64, Vec<Point>, Option<LastRow>)>,
}

/// What was sealed: the series with how many readings each, and up to which record of the log.
pub(crate) struct Sealed {
    pub(crate) sequence: i64,
    pub(crate) series: Vec<(i64, usize)>,
}

impl Portion {
    /// The unsealed readings of series as they are now.
    pub(crate) fn of(catalogue: &Catalogue, mut numbers: Vec<i64>) -> Self {
        numbers.sort_unstable();
        numbers.dedup();
        let taken = |number: i64| {
            let watched = catalogue.series.get(&number)?;
            Some((number, watched.tail.points().to_vec(), watched.last.as_ref().map(crate::last::Last::row)))
        };
        Self { sequence: catalogue.sequence, series: numbers.into_iter().filter_map(taken).collect() }
    }

    /// Writes the readings as chunks.
    pub(crate) async fn write(&self, tx: &mut Tx) -> Result<()> {
        let (mut rows, mut lasts) = (Vec::new(), Vec::new());
        for (series, points, last) in &self.series {
            let points = tail::sorted(points.clone());
            let Some(summary) = Summary::of(&points) else { continue };
            rows.push(ChunkRow { series: *series, sequence: self.sequence, summary, body: encode(&points) });
            lasts.extend(last.clone().map(|last| (*series, last, self.sequence)));
        }
        chunks::insert_many(tx, &rows).await?;
        observations::put_last(tx, &lasts).await?;
        journal::settle(tx, self.sequence).await
    }

    fn done(&self) -> Sealed {
        let series = self.series.iter().map(|(number, points, _)| (*number, points.len())).collect();
        Sealed { sequence: self.sequence, series }
    }
}

/// Seals beside the writer, one portion at a time.
#[derive(Default)]
pub(crate) struct Sealing {
    under_way: Option<(Vec<i64>, oneshot::Receiver<Result<Sealed>>)>,
}

impl Sealing {
    /// Takes note of what was sealed and begins with what is due; `all`: also what does not fill a portion.
    pub(crate) async fn go_on(
        &mut self,
        db: &Db,
        catalogue: &mut Catalogue,
        journal: &mut dyn Journal,
        all: bool,
    ) -> Result<()> {
        if let Some((numbers, mut answer)) = self.under_way.take() {
            match answer.try_recv() {
                Err(oneshot::error::TryRecvError::Empty) => {
                    self.under_way = Some((numbers, answer));
                    return Ok(());
                }
                Ok(Ok(sealed)) => {
                    catalogue.sealed(&sealed);
                    free(catalogue, journal).await?;
                }
                // The readings are safe in the log; they are sealed when the database writes again.
                Ok(Err(fault)) => {
                    catalogue.due.extend(numbers);
                    return Err(fault);
                }
                Err(oneshot::error::TryRecvError::Closed) => catalogue.due.extend(numbers),
            }
        }
        if all {
            find_more(catalogue, journal);
        }
        if !catalogue.due.is_empty() && (all || catalogue.due.len() >= LEAST) {
            self.begin(db, catalogue);
        }
        Ok(())
    }

    fn begin(&mut self, db: &Db, catalogue: &mut Catalogue) {
        let rest = catalogue.due.split_off(catalogue.due.len().min(TOGETHER));
        let numbers = std::mem::replace(&mut catalogue.due, rest);
        let portion = Portion::of(catalogue, numbers.clone());
        let (done, answer) = oneshot::channel();
        let db = db.clone();
        tokio::spawn(async move {
            // Nobody waiting: the engine ended, and the log has the readings.
            let _ = done.send(write(&db, &portion).await);
        });
        self.under_way = Some((numbers, answer));
    }
}

async fn write(db: &Db, portion: &Portion) -> Result<Sealed> {
    let mut tx = db.begin(Acting::system("series", db.now())).await?;
    portion.write(&mut tx).await?;
    tx.commit().await?;
    Ok(portion.done())
}

async fn free(catalogue: &Catalogue, journal: &mut dyn Journal) -> Result<()> {
    let Some(boundary) = journal.boundary().filter(|_| journal.bytes() > FREE_BYTES) else { return Ok(()) };
    let oldest = catalogue.series.values().filter_map(|series| series.tail.first()).min();
    let before = oldest.unwrap_or(catalogue.sequence + 1);
    if before >= boundary { journal.release(before).await } else { Ok(()) }
}

/// Marks what keeps the log long or memory full.
fn find_more(catalogue: &mut Catalogue, journal: &dyn Journal) {
    if !catalogue.due.is_empty() {
        return;
    }
    if journal.bytes() > LOG_BYTES
        && let Some(boundary) = journal.boundary()
    {
        let old = |tail: &Tail| tail.first().is_some_and(|first| first < boundary);
        let found = catalogue.series.iter().filter(|(_, series)| old(&series.tail));
        catalogue.due = found.map(|(number, _)| *number).collect();
    } else if catalogue.unsealed > MOST_UNSEALED {
        let mut by_size: Vec<(usize, i64)> =
            catalogue.series.iter().map(|(number, series)| (series.tail.len(), *number)).collect();
        by_size.sort_unstable_by(|one, other| other.cmp(one));
        by_size.truncate(by_size.len().div_ceil(4));
        catalogue.due = by_size.into_iter().filter(|(size, _)| *size > 0).map(|(_, number)| number).collect();
    }
}
