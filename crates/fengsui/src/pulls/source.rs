//! One list: asked at its interval, ever more seldom while it fails.

use std::time::Duration;

use fengsui_gateway::{FetchTrouble, Fetched, Mark, fetch};
use fengsui_kernel::{FaultKind, Principal, Result};
use fengsui_server::app::App;
use fengsui_storage::pulls::{self, PullSourceRow};
use serde_json::json;
use tokio::sync::watch;

use super::{Pull, Reading, Tally, fires, quakes};

/// The longest pause after failures.
const LONGEST_PAUSE: Duration = Duration::from_hours(1);

/// Who acts.
pub(super) fn actor() -> Principal {
    Principal::system("pull")
}

pub(super) async fn run(pull: Pull, app: App, mut stopped: watch::Receiver<bool>) {
    loop {
        // A task of its own: one list that breaks the program must not silence it for good.
        let (own, of) = (pull.clone(), app.clone());
        let failures = match tokio::spawn(async move { once(&own, &of).await }).await {
            Ok(Ok(failures)) => failures,
            Ok(Err(fault)) => {
                tracing::warn!(%fault, source = %pull.name, "how a list is doing could not be noted");
                1
            }
            Err(panic) => {
                tracing::error!(%panic, source = %pull.name, "fetching broke off");
                1
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause(pull.interval, failures)) => {}
            _ = stopped.wait_for(|stop| *stop) => return,
        }
    }
}

/// The interval, doubled with each failure in a row after the first.
fn pause(interval: Duration, failures: u32) -> Duration {
    let doubled = interval.saturating_mul(1_u32.checked_shl(failures.saturating_sub(1)).unwrap_or(u32::MAX));
    doubled.min(LONGEST_PAUSE.max(interval))
}

/// Fetches once and notes how that went; failures in a row.
async fn once(pull: &Pull, app: &App) -> Result<u32> {
    let before = pulls::get(&app.db, &pull.name).await?.unwrap_or_default();
    let same = before.settings == pull.settings;
    let mut row = PullSourceRow { name: pull.name.clone(), settings: pull.settings.clone(), ..before };
    let mark =
        if same { Mark { etag: row.etag.clone(), last_modified: row.last_modified.clone() } } else { Mark::default() };
    row.tried_at = Some(app.db.now());
    let outcome = fetched(pull, app, &mark).await.unwrap_or_else(|fault| {
        tracing::warn!(%fault, source = %pull.name, "what was fetched could not be stored; it is fetched again");
        Err(FetchTrouble { code: "pull_not_stored", fact: String::new() })
    });
    match outcome {
        Ok(news) => {
            row.succeeded_at = row.tried_at;
            row.failures = 0;
            if let Some((tally, mark)) = news {
                add(&mut row, &tally);
                (row.etag, row.last_modified) = (mark.etag, mark.last_modified);
                if tally.wrong > 0 {
                    row.trouble = Some(
                        json!({ "code": "pull_entries_wrong", "fact": tally.wrong.to_string(), "at": row.tried_at }),
                    );
                }
            }
        }
        Err(FetchTrouble { code, fact }) => {
            row.failures = row.failures.saturating_add(1);
            tracing::info!(source = %pull.name, code, fact, failures = row.failures, "a list could not be fetched");
            row.trouble = Some(json!({ "code": code, "fact": fact, "at": row.tried_at }));
        }
    }
    let mut tx = app.db.begin(actor().acting(app.db.now(), None)).await?;
    pulls::put(&mut tx, &row).await?;
    tx.commit().await?;
    Ok(row.failures)
}

type News = Option<(Tally, Mark)>;

async fn fetched(pull: &Pull, app: &App, mark: &Mark) -> Result<std::result::Result<News, FetchTrouble>> {
    let (body, mark) = match fetch(&pull.fetching, mark).await {
        Ok(Fetched::Same) => return Ok(Ok(None)),
        Ok(Fetched::Body(body, mark)) => (body, mark),
        Err(trouble) => return Ok(Err(trouble)),
    };
    let tally = match &pull.reading {
        Reading::Earthquakes { keep_magnitude, when } => quakes::take(pull, app, &body, *keep_magnitude, when).await?,
        Reading::Hotspots { when, same_fire_km } => fires::take(pull, app, &body, when, *same_fire_km).await?,
    };
    let no_list = |why: String| FetchTrouble { code: "pull_no_list", fact: why.chars().take(200).collect() };
    Ok(tally.map(|tally| Some((tally, mark))).map_err(no_list))
}

/// An entry that the ledger refuses costs itself and is counted; when the store is away, all wait.
pub(super) fn or_counted(taken: Result<()>, id: &str, tally: &mut Tally) -> Result<()> {
    match taken {
        Err(fault) if matches!(*fault.kind, FaultKind::Invalid(_) | FaultKind::Refused(_)) => {
            tracing::warn!(%fault, id, "an entry of a list was not taken");
            tally.wrong += 1;
            Ok(())
        }
        taken => taken,
    }
}

fn add(row: &mut PullSourceRow, tally: &Tally) {
    row.entries = tally.entries;
    row.kept += tally.kept;
    row.raised += tally.raised;
    row.masked += tally.masked;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_does_not_answer_is_asked_ever_more_seldom() {
        let seconds = |interval, failures| pause(Duration::from_secs(interval), failures).as_secs();
        assert_eq!([0, 1, 2, 3, 5, 40].map(|failures| seconds(300, failures)), [300, 300, 600, 1200, 3600, 3600]);
        assert_eq!(seconds(86_400, 9), 86_400, "never sooner than it is asked when all is well");
    }
}
