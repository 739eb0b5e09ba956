//! Sealing: unsealed readings become chunks, and the log may forget them.

use fengsui_kernel::{Acting, Result};
use fengsui_storage::series::chunks::{self, ChunkRow};
use fengsui_storage::series::{journal, observations};
use fengsui_storage::{Db, Tx};
use fengsui_telemetry::{Summary, encode};

use super::Journal;
use crate::catalogue::Catalogue;

/// Series sealed in one unit of work: a few milliseconds, so that readings never wait long.
const TOGETHER: usize = 256;
/// The log is shortened beyond this, by sealing what keeps its oldest part.
const LOG_BYTES: u64 = 128 << 20;
/// Below this nothing is freed: looking for the oldest unsealed reading goes through all series.
const FREE_BYTES: u64 = 32 << 20;
/// Unsealed readings kept in memory at most; beyond, the fullest are sealed early.
const MOST_UNSEALED: usize = 2_000_000;

/// Writes the unsealed readings of series as chunks. The tails are cleared by [`seal`] after the commit.
pub(crate) async fn seal_in(tx: &mut Tx, catalogue: &Catalogue, series: &[i64]) -> Result<()> {
    let (mut rows, mut lasts) = (Vec::new(), Vec::new());
    for number in series {
        let Some(watched) = catalogue.series.get(number) else { continue };
        let points = watched.tail.sorted();
        let Some(summary) = Summary::of(&points) else { continue };
        rows.push(ChunkRow { series: *number, sequence: catalogue.sequence, summary, body: encode(&points) });
        if let Some(last) = &watched.last {
            lasts.push((*number, last.row(), catalogue.sequence));
        }
    }
    chunks::insert_many(tx, &rows).await?;
    observations::put_last(tx, &lasts).await?;
    journal::settle(tx, catalogue.sequence).await
}

/// Seals series in one unit of work.
async fn seal(db: &Db, catalogue: &mut Catalogue, mut series: Vec<i64>) -> Result<()> {
    series.sort_unstable();
    series.dedup();
    let mut tx = db.begin(Acting::system("series", db.now())).await?;
    seal_in(&mut tx, catalogue, &series).await?;
    tx.commit().await?;
    catalogue.sealed(&series);
    Ok(())
}

/// Seals what is due, a portion at a time; `all`: also what does not fill a portion.
pub(crate) async fn seal_due(db: &Db, catalogue: &mut Catalogue, journal: &mut dyn Journal, all: bool) -> Result<()> {
    if all {
        find_more(catalogue, journal);
    }
    if catalogue.due.is_empty() || (!all && catalogue.due.len() < TOGETHER) {
        return Ok(());
    }
    let rest = catalogue.due.split_off(catalogue.due.len().min(TOGETHER));
    let portion = std::mem::replace(&mut catalogue.due, rest);
    let kept = portion.clone();
    if let Err(fault) = seal(db, catalogue, portion).await {
        // The readings are safe in the log; they are sealed when the database writes again.
        catalogue.due.extend(kept);
        return Err(fault);
    }
    if journal.bytes() > FREE_BYTES
        && let Some(boundary) = journal.boundary()
    {
        let oldest = catalogue.series.values().filter_map(|series| series.tail.first()).min();
        let before = oldest.unwrap_or(catalogue.sequence + 1);
        if before >= boundary {
            journal.release(before).await?;
        }
    }
    Ok(())
}

/// Marks what keeps the log long or memory full.
fn find_more(catalogue: &mut Catalogue, journal: &dyn Journal) {
    if !catalogue.due.is_empty() {
        return;
    }
    if journal.bytes() > LOG_BYTES
        && let Some(boundary) = journal.boundary()
    {
        let old = |tail: &super::Tail| tail.first().is_some_and(|first| first < boundary);
        catalogue.due =
            catalogue.series.iter().filter(|(_, series)| old(&series.tail)).map(|(number, _)| *number).collect();
    } else if catalogue.unsealed > MOST_UNSEALED {
        let mut by_size: Vec<(usize, i64)> =
            catalogue.series.iter().map(|(number, series)| (series.tail.len(), *number)).collect();
        by_size.sort_unstable_by(|one, other| other.cmp(one));
        by_size.truncate(by_size.len().div_ceil(4));
        catalogue.due = by_size.into_iter().filter(|(size, _)| *size > 0).map(|(_, number)| number).collect();
    }
}
