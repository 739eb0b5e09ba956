//! How the lists are doing that the node fetches from others.

use std::collections::BTreeMap;

use aide::axum::ApiRouter;
use aide::axum::routing::get_with;
use axum::Json;
use axum::extract::State;
use fengsui_kernel::{Locale, Place, Timestamp};
use fengsui_storage::pulls::{self, PullSourceRow};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::app::{App, PullInfo};
use crate::auth::Caller;
use crate::catalogue;
use crate::extract::Language;
use crate::problem::ApiResult;

/// Routes of sources.
pub fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route("/sources/pull", get_with(list, |op| op.summary("Lists that are fetched, and how that goes")))
}

/// A list that is fetched.
#[derive(Debug, Serialize, JsonSchema)]
struct PullSource {
    /// Its name.
    name: String,
    /// What it holds: `earthquakes`, `hotspots`.
    format: &'static str,
    /// The host it comes from.
    host: String,
    /// Seconds from one fetch to the next.
    interval_seconds: u64,
    /// `waiting` before the first fetch, `well`, `failing` when the last one failed.
    state: &'static str,
    /// When it was last asked.
    tried_at: Option<Timestamp>,
    /// When it last answered soundly, with news or without.
    succeeded_at: Option<Timestamp>,
    /// Failures in a row.
    failures: u32,
    /// What last went wrong, in the reader's language.
    trouble: Option<String>,
    /// When that was.
    trouble_at: Option<Timestamp>,
    /// Entries of the last list.
    entries: u32,
    /// Entries ever recorded.
    kept: u64,
    /// Entries that raised an incident.
    raised: u64,
    /// Entries that were masked by a known heat source.
    masked: u64,
}

async fn list(State(app): State<App>, caller: Caller, Language(locale): Language) -> ApiResult<Json<Vec<PullSource>>> {
    caller.principal().require("read", "configuration", &Place::of(app.node.division))?;
    let mut rows: BTreeMap<String, PullSourceRow> =
        pulls::all(&app.db).await?.into_iter().map(|row| (row.name.clone(), row)).collect();
    let source = |info: &PullInfo| view(info, &rows.remove(&info.name).unwrap_or_default(), locale);
    Ok(Json(app.pulls.iter().map(source).collect()))
}

fn view(info: &PullInfo, row: &PullSourceRow, locale: Locale) -> PullSource {
    let state = match (row.tried_at, row.failures) {
        (None, _) => "waiting",
        (Some(_), 0) => "well",
        _ => "failing",
    };
    let told = |key: &str| row.trouble.as_ref().and_then(|trouble| trouble.get(key)).and_then(Value::as_str);
    let fact = BTreeMap::from([("fact".to_owned(), told("fact").unwrap_or_default().to_owned())]);
    PullSource {
        name: info.name.clone(),
        format: info.format,
        host: info.host.clone(),
        interval_seconds: info.interval_seconds,
        state,
        tried_at: row.tried_at,
        succeeded_at: row.succeeded_at,
        failures: row.failures,
        trouble: told("code").map(|code| catalogue::message(locale, code, &fact)),
        trouble_at: told("at").and_then(|at| at.parse().ok()),
        entries: row.entries,
        kept: row.kept,
        raised: row.raised,
        masked: row.masked,
    }
}
