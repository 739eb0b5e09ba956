//! Old observations and delivered events are removed; the trace never is.

use fengsui_kernel::{Acting, Result, Timestamp};
use fengsui_storage::series::observations;
use fengsui_storage::{Db, events};
use jiff::SignedDuration;

use crate::config::Retention;

/// Removes what is older than the configuration keeps.
pub async fn run(db: &Db, retention: Retention) -> Result<()> {
    if let Some(before) = days_ago(db.now(), retention.observations_days) {
        for series in observations::numbers(db).await? {
            let mut tx = db.begin(Acting::system("retention", db.now())).await?;
            observations::prune(&mut tx, series, before).await?;
            tx.commit().await?;
        }
    }
    if let Some(before) = days_ago(db.now(), retention.events_days) {
        let mut tx = db.begin(Acting::system("retention", db.now())).await?;
        events::prune(&mut tx, before).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// `None` for zero days: kept for ever.
fn days_ago(now: Timestamp, days: u32) -> Option<Timestamp> {
    let span = SignedDuration::from_hours(24 * i64::from(days));
    if days == 0 { None } else { now.checked_sub(span).ok() }
}
