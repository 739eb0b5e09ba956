//! Ledgers: kinds, records, history.

use aide::axum::ApiRouter;
use aide::axum::routing::{get_with, post_with};
use axum::Json;
use axum::extract::State;
use axum::response::NoContent;
use fengsui_kernel::{Fault, Page};
use fengsui_registry::{HistoryEntry, KindSpec, ListQuery, Record, RecordDraft, Revealed, SearchHit};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::auth::Caller;
use crate::created::Created;
use crate::extract::{AnyBody, Params, Segments};
use crate::problem::ApiResult;

/// Routes of ledgers.
pub fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route("/kinds", get_with(kinds, |op| op.summary("Kinds of records with their forms")))
        .api_route(
            "/records/{kind}",
            get_with(list, |op| op.summary("Records of a kind"))
                .post_with(create, |op| op.summary("Write a record").input::<Json<RecordDraft>>()),
        )
        .api_route(
            "/records/{kind}/{id}",
            get_with(get, |op| op.summary("One record"))
                .put_with(update, |op| op.summary("Change a record").input::<Json<RecordUpdate>>())
                .delete_with(delete, |op| op.summary("Take a record out of the ledger")),
        )
        .api_route(
            "/records/{kind}/{id}/history",
            get_with(history, |op| op.summary("Versions of a record, newest first")),
        )
        .api_route(
            "/records/{kind}/{id}/reveal",
            post_with(reveal, |op| {
                op.summary("Personal data of a record in clear; needs a reason (X-Why) and is traced")
            }),
        )
        .api_route("/search", get_with(search, |op| op.summary("Search over all ledgers")))
}

/// A path into a ledger.
#[derive(Deserialize, JsonSchema)]
pub struct OfKind {
    /// The kind.
    pub kind: String,
}

/// A record in a ledger.
#[derive(Deserialize, JsonSchema)]
pub struct InKind {
    /// The kind.
    pub kind: String,
    /// Record id.
    pub id: String,
}

/// The shape of an update, for the description: a record with the version that it is based on.
#[derive(Serialize, JsonSchema)]
#[allow(dead_code, reason = "describes the body; the registry judges the JSON itself")]
struct RecordUpdate {
    /// Version that the change is based on.
    version: i64,
    #[serde(flatten)]
    draft: RecordDraft,
}

async fn kinds(State(app): State<App>, caller: Caller) -> ApiResult<Json<Vec<KindSpec>>> {
    let readable = app.registry.kinds().iter().filter(|kind| caller.principal().scopes("read", kind.name).is_ok());
    Ok(Json(readable.map(|kind| kind.as_ref().clone()).collect()))
}

async fn list(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<OfKind>,
    Params(query): Params<ListQuery>,
) -> ApiResult<Json<Page<Record>>> {
    Ok(Json(app.registry.list(caller.principal(), &path.kind, &query).await?))
}

async fn create(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<OfKind>,
    AnyBody(body): AnyBody,
) -> ApiResult<Created<Record>> {
    let (draft, _) = RecordDraft::parse(&body)?;
    Ok(Created(app.registry.create(caller.principal(), &path.kind, draft, caller.why.clone()).await?))
}

async fn get(State(app): State<App>, caller: Caller, Segments(path): Segments<InKind>) -> ApiResult<Json<Record>> {
    Ok(Json(app.registry.get(caller.principal(), &path.kind, &path.id).await?))
}

async fn update(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<InKind>,
    AnyBody(body): AnyBody,
) -> ApiResult<Json<Record>> {
    let (draft, version) = RecordDraft::parse(&body)?;
    let version = version.ok_or_else(|| Fault::field("version", "required"))?;
    let record =
        app.registry.update(caller.principal(), &path.kind, &path.id, version, draft, caller.why.clone()).await?;
    Ok(Json(record))
}

#[derive(Deserialize, JsonSchema)]
struct VersionQuery {
    /// Version that the deletion is based on.
    version: i64,
}

async fn delete(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<InKind>,
    Params(query): Params<VersionQuery>,
) -> ApiResult<NoContent> {
    app.registry.delete(caller.principal(), &path.kind, &path.id, query.version, caller.why.clone()).await?;
    Ok(NoContent)
}

async fn history(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<InKind>,
) -> ApiResult<Json<Vec<HistoryEntry>>> {
    Ok(Json(app.registry.history(caller.principal(), &path.kind, &path.id).await?))
}

#[derive(Deserialize, JsonSchema)]
struct RevealQuery {
    /// A version of the history; absent: the record as it is.
    version: Option<i64>,
}

async fn reveal(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<InKind>,
    Params(query): Params<RevealQuery>,
) -> ApiResult<Json<Revealed>> {
    let why = caller.why.clone();
    Ok(Json(app.registry.reveal(caller.principal(), &path.kind, &path.id, query.version, why).await?))
}

#[derive(Deserialize, JsonSchema)]
struct SearchQuery {
    /// Chinese, pinyin initials or code.
    q: String,
    /// Rows to return.
    limit: Option<u32>,
}

async fn search(
    State(app): State<App>,
    caller: Caller,
    Params(query): Params<SearchQuery>,
) -> ApiResult<Json<Vec<SearchHit>>> {
    Ok(Json(app.registry.search(caller.principal(), &query.q, query.limit.unwrap_or(20)).await?))
}
