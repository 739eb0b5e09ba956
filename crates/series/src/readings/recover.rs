//! After a start: what the log holds and the database does not know yet.

use fengsui_kernel::{Acting, Result};
use fengsui_storage::Db;
use fengsui_storage::series::journal as table;
use fengsui_telemetry::{Entry, read_entries};

use super::Journal;
use crate::catalogue::Catalogue;
use crate::commit;
use crate::engine::SeriesSettings;
use crate::plan::{Plan, Planner};

async fn each(journal: &dyn Journal, mut from: i64) -> Result<Option<(i64, Vec<(i64, Vec<Entry>)>)>> {
    let records = journal.read(from).await?;
    let Some((last, _)) = records.last() else { return Ok(None) };
    from = last + 1;
    let read = |(sequence, body): (i64, Vec<u8>)| match read_entries(&body) {
        Ok(entries) => Some((sequence, entries)),
        Err(damage) => {
            tracing::error!(?damage, sequence, "a record of the log of readings cannot be read");
            None
        }
    };
    Ok(Some((from, records.into_iter().filter_map(read).collect())))
}

/// Puts back what was judged and is not sealed.
pub(crate) async fn restore_tails(catalogue: &mut Catalogue, journal: &dyn Journal, settled: i64) -> Result<()> {
    let mut from = 0;
    while let Some((next, records)) = each(journal, from).await? {
        for (sequence, entries) in records.into_iter().filter(|(sequence, _)| *sequence <= settled) {
            for Entry { series, point } in entries {
                catalogue.restore(sequence, series, point);
            }
        }
        if next > settled {
            break;
        }
        from = next;
    }
    catalogue.sequence = settled;
    Ok(())
}

/// Judges what the log holds beyond what was judged, as it would have been judged then.
pub(crate) async fn settle_log(
    db: &Db,
    settings: &SeriesSettings,
    catalogue: &mut Catalogue,
    journal: &dyn Journal,
) -> Result<()> {
    let mut from = catalogue.sequence + 1;
    while let Some((next, records)) = each(journal, from).await? {
        from = next;
        for (sequence, entries) in records {
            judge(db, settings, catalogue, sequence, entries).await?;
        }
    }
    catalogue.sequence = catalogue.sequence.max(journal.last());
    Ok(())
}

async fn judge(
    db: &Db,
    settings: &SeriesSettings,
    catalogue: &mut Catalogue,
    sequence: i64,
    entries: Vec<Entry>,
) -> Result<()> {
    let mut planner = Planner { catalogue, settings, now: db.now(), plan: Plan::default() };
    for entry in entries {
        planner.again(entry);
    }
    let plan = planner.plan;
    if plan.has_consequences() {
        let mut tx = db.begin(Acting::system("series", db.now())).await?;
        commit::write(&mut tx, catalogue, &plan).await?;
        table::settle(&mut tx, sequence).await?;
        tx.commit().await?;
    }
    commit::apply(catalogue, plan, sequence);
    Ok(())
}
