//! Ledgers beyond one record at a time: one action on many rows, going back to a version, judging a draft
//! before it is written, and what refers to a record.

use aide::axum::ApiRouter;
use aide::axum::routing::{get_with, post_with};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use fengsui_kernel::fault::FaultKind;
use fengsui_kernel::{Locale, Problems};
use fengsui_registry::{BatchOutcome, BatchRequest, Record, RecordDraft, Related};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::auth::Caller;
use crate::catalogue;
use crate::extract::{AnyBody, Body, Params, Segments};
use crate::layers::locale;
use crate::problem::{self, ApiResult, FieldProblem};
use crate::routes::records::{InKind, OfKind};

/// Routes of batches, versions and references.
pub fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route(
            "/records/{kind}/batch",
            post_with(batch, |op| op.summary("One action on many records; answers row by row")),
        )
        .api_route(
            "/records/{kind}/check",
            post_with(check, |op| op.summary("Judge a draft without writing it").input::<Json<RecordDraft>>()),
        )
        .api_route(
            "/records/{kind}/{id}/restore",
            post_with(restore, |op| op.summary("Make a record what it was at a version, as a new version")),
        )
        .api_route("/records/{kind}/{id}/related", get_with(related, |op| op.summary("What refers to a record")))
}

/// How a row ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum BatchEnd {
    /// Written.
    Done,
    /// It was so already.
    Unchanged,
    /// Somebody else changed it since it was seen.
    Stale,
    /// Not allowed, or not possible; the message says why.
    Refused,
}

/// What became of one row.
#[derive(Debug, Serialize, JsonSchema)]
struct BatchResult {
    /// Record id.
    id: String,
    /// Its code, when it was found.
    record_code: Option<String>,
    /// Its name, when it was found.
    name: Option<String>,
    /// How it ended.
    outcome: BatchEnd,
    /// The version after; also what an undo must name.
    version: Option<i64>,
    /// The key of the message, when it was not done.
    code: Option<String>,
    /// Why it was not done, in the reader's language.
    message: Option<String>,
}

/// What became of a batch.
#[derive(Debug, Serialize, JsonSchema)]
struct BatchAnswer {
    /// Row by row.
    results: Vec<BatchResult>,
    /// With a query: the `after` of the next request; absent at the end.
    next: Option<String>,
}

async fn batch(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Segments(path): Segments<OfKind>,
    Body(request): Body<BatchRequest>,
) -> ApiResult<Json<BatchAnswer>> {
    let report = app.registry.batch(caller.principal(), &path.kind, &request, caller.why.as_deref()).await?;
    let locale = locale(&headers);
    let mut results = Vec::with_capacity(report.outcomes.len());
    for outcome in report.outcomes {
        note(&app, &outcome).await;
        results.push(shown(outcome, locale));
    }
    Ok(Json(BatchAnswer { results, next: report.next }))
}

/// A denied row is a denial like any other; a row that broke is the platform's fault, and goes to the log.
async fn note(app: &App, outcome: &BatchOutcome) {
    let Err(fault) = &outcome.result else { return };
    match fault.kind.as_ref() {
        FaultKind::Denied(denial) => {
            if let Err(fault) = app.identity.trace_denial(denial).await {
                tracing::error!(%fault, "tracing a denial failed");
            }
        }
        FaultKind::Internal(reason) => tracing::error!(%reason, id = outcome.id, "a row of a batch failed"),
        _ => {}
    }
}

fn shown(outcome: BatchOutcome, locale: Locale) -> BatchResult {
    let BatchOutcome { id, code: record_code, name, before, result } = outcome;
    let row = |outcome, version, code, message| BatchResult { id, record_code, name, outcome, version, code, message };
    match result {
        // Taken out: the version that an undo names is the one after what was seen.
        Ok(None) => row(BatchEnd::Done, before.map(|version| version + 1), None, None),
        Ok(after) if after == before => row(BatchEnd::Unchanged, after, None, None),
        Ok(after) => row(BatchEnd::Done, after, None, None),
        Err(fault) => {
            let document = problem::document(&fault, locale);
            let end = if matches!(fault.kind.as_ref(), FaultKind::Stale { .. }) {
                BatchEnd::Stale
            } else {
                BatchEnd::Refused
            };
            let said: Vec<&str> = document.errors.iter().map(|error| error.message.as_str()).collect();
            let message = if said.is_empty() { document.detail.clone() } else { said.join(" ") };
            row(end, before, Some(document.code), Some(message))
        }
    }
}

#[derive(Deserialize, JsonSchema)]
struct CheckQuery {
    /// The record that the draft changes; absent for a new one.
    id: Option<String>,
}

/// What is wrong with a draft.
#[derive(Debug, Serialize, JsonSchema)]
struct CheckAnswer {
    /// Field by field; empty when it could be written.
    errors: Vec<FieldProblem>,
}

async fn check(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Segments(path): Segments<OfKind>,
    Params(query): Params<CheckQuery>,
    AnyBody(body): AnyBody,
) -> ApiResult<Json<CheckAnswer>> {
    let (draft, _) = RecordDraft::parse(&body)?;
    let Problems(problems) = app.registry.check(caller.principal(), &path.kind, query.id.as_deref(), draft).await?;
    let locale = locale(&headers);
    let shown = |problem: fengsui_kernel::Problem| FieldProblem {
        message: catalogue::message(locale, &problem.code, &problem.params),
        field: problem.field,
        code: problem.code,
        params: problem.params,
    };
    Ok(Json(CheckAnswer { errors: problems.into_iter().map(shown).collect() }))
}

/// Which version to go back to.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Restoration {
    /// The present version, as it was seen.
    version: i64,
    /// The version whose content comes back.
    to: i64,
}

async fn restore(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<InKind>,
    Body(asked): Body<Restoration>,
) -> ApiResult<Json<Record>> {
    let versions = (asked.version, asked.to);
    let why = caller.why.clone();
    Ok(Json(app.registry.restore(caller.principal(), &path.kind, &path.id, versions, why).await?))
}

async fn related(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<InKind>,
) -> ApiResult<Json<Vec<Related>>> {
    Ok(Json(app.registry.related(caller.principal(), &path.kind, &path.id).await?))
}
