//! Old observations and delivered events are removed; the trace never is.

use fengsui_kernel::{Acting, Result, Timestamp};
use fengsui_server::app::App;
use fengsui_storage::series::{chunks, observations, presence};
use fengsui_storage::{Db, events};
use jiff::SignedDuration;

use crate::config::Retention;

/// Rows removed in one transaction: a few milliseconds, so that readings never wait.
const PORTION: u32 = 2_000;
/// The same for chunks of readings, which are larger.
const CHUNKS: u32 = 200;

/// Turns of devices are kept so long: online rates look back thirty days, and people compare with last year.
const TURNS_DAYS: u32 = 400;

/// Removes what is older than the configuration keeps. Portion by portion, each in its own
/// transaction: whoever waits for the writer comes in between.
pub async fn run(db: &Db, retention: Retention) -> Result<()> {
    if let Some(before) = days_ago(db.now(), retention.observations_days) {
        for series in observations::numbers(db).await? {
            while prune_observations(db, series, before).await? > 0 {
                tokio::task::yield_now().await;
            }
        }
    }
    if let Some(before) = days_ago(db.now(), TURNS_DAYS) {
        let mut tx = db.begin(Acting::system("retention", db.now())).await?;
        presence::prune(&mut tx, before).await?;
        tx.commit().await?;
    }
    if let Some(before) = days_ago(db.now(), retention.events_days) {
        while prune_events(db, before).await? > 0 {
            tokio::task::yield_now().await;
        }
    }
    Ok(())
}

async fn prune_observations(db: &Db, series: i64, before: Timestamp) -> Result<u64> {
    let mut tx = db.begin(Acting::system("retention", db.now())).await?;
    let removed = chunks::prune(&mut tx, series, before, CHUNKS).await?;
    tx.commit().await.map(|()| removed)
}

async fn prune_events(db: &Db, before: Timestamp) -> Result<u64> {
    let mut tx = db.begin(Acting::system("retention", db.now())).await?;
    let removed = events::prune(&mut tx, before, PORTION).await?;
    tx.commit().await.map(|()| removed)
}

/// Removes the files of old imports.
pub async fn imports(app: &App, retention: Retention) -> Result<()> {
    match days_ago(app.db.now(), retention.imports_days) {
        Some(before) => app.imports.prune(before).await.map(drop),
        None => Ok(()),
    }
}

/// `None` for zero days: kept for ever.
fn days_ago(now: Timestamp, days: u32) -> Option<Timestamp> {
    let span = SignedDuration::from_hours(24 * i64::from(days));
    if days == 0 { None } else { now.checked_sub(span).ok() }
}
