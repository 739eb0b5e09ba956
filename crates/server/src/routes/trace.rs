//! The trace: reading, exporting, verifying.

use aide::axum::ApiRouter;
use aide::axum::routing::get_with;
use axum::Json;
use axum::body::Body as HttpBody;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use fengsui_kernel::id::MatterId;
use fengsui_kernel::trace::TraceEntry;
use fengsui_kernel::{Fault, Page, PageQuery, Timestamp};
use fengsui_trace::{ExportQuery, Report, TraceQuery};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::auth::Caller;
use crate::extract::Params;
use crate::openapi::anonymous;
use crate::problem::ApiResult;
use crate::thread;

/// Routes of the trace.
pub fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route("/trace", get_with(list, |op| op.summary("Entries of the trace, newest first")))
        .api_route("/trace/export", get_with(export, |op| op.summary("Export as JSON Lines, to be verified offline")))
        .api_route(
            "/trace/key",
            get_with(key, |op| anonymous(op.summary("The public key that exports are signed with"))),
        )
        .api_route("/trace/verify", get_with(verify, |op| op.summary("Verify the whole chain")))
}

#[derive(Deserialize, JsonSchema)]
struct ListQuery {
    /// Noun acted on.
    subject_kind: Option<String>,
    /// Its id.
    subject_id: Option<String>,
    /// Who, as `user:<id>`, `device:<id>` or `system:<name>`.
    actor: Option<String>,
    /// What was done; `alarm.*` stands for everything done to alarms.
    action: Option<String>,
    /// Not before.
    from: Option<Timestamp>,
    /// Before.
    to: Option<Timestamp>,
    /// Rows to return.
    limit: Option<u32>,
    /// The `next` value of the page before.
    cursor: Option<String>,
}

async fn list(
    State(app): State<App>,
    caller: Caller,
    Params(query): Params<ListQuery>,
) -> ApiResult<Json<Page<TraceEntry>>> {
    let page = PageQuery { limit: query.limit, cursor: query.cursor };
    let wanted = TraceQuery {
        subject_kind: query.subject_kind,
        subject_id: query.subject_id,
        actor: query.actor,
        action: query.action,
        from: query.from,
        to: query.to,
    };
    Ok(Json(app.traces.list(caller.principal(), &wanted, &page).await?))
}

#[derive(Deserialize, JsonSchema)]
struct WantedExport {
    /// First position.
    from_seq: Option<i64>,
    /// Last position.
    to_seq: Option<i64>,
    /// Only what belongs to the thread of this matter keeps its content.
    matter: Option<MatterId>,
}

async fn export(State(app): State<App>, caller: Caller, Params(wanted): Params<WantedExport>) -> ApiResult<Response> {
    let subjects = match &wanted.matter {
        Some(matter) => Some(thread::subjects(&app, caller.principal(), matter).await?),
        None => None,
    };
    let query = ExportQuery { from_seq: wanted.from_seq, to_seq: wanted.to_seq, subjects };
    let exporter = app.traces.export(caller.principal(), query).await?;
    let stream = futures::stream::try_unfold(exporter, |mut exporter| async move {
        let chunk = exporter.next_chunk().await?;
        Ok::<_, fengsui_kernel::Fault>(chunk.map(|chunk| (chunk, exporter)))
    });
    let headers = [
        (header::CONTENT_TYPE, "application/x-ndjson; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"trace.jsonl\""),
    ];
    Ok((headers, HttpBody::from_stream(stream)).into_response())
}

/// What an outsider needs to check exports.
#[derive(Serialize, JsonSchema)]
struct TraceKey {
    /// `Ed25519`.
    algorithm: &'static str,
    /// The public key, 64 hexadecimal digits.
    public_key: String,
    /// Its short form, to be compared on another way than the file came.
    fingerprint: String,
    /// Name of the node.
    node: String,
}

async fn key(State(app): State<App>) -> ApiResult<Json<TraceKey>> {
    let key = app.traces.public_key().ok_or_else(|| Fault::not_found("key", "trace"))?;
    let (public_key, fingerprint) = (key.to_string(), key.fingerprint());
    Ok(Json(TraceKey { algorithm: "Ed25519", public_key, fingerprint, node: app.node.name.clone() }))
}

async fn verify(State(app): State<App>, caller: Caller) -> ApiResult<Json<Report>> {
    Ok(Json(app.traces.verify(caller.principal()).await?))
}
