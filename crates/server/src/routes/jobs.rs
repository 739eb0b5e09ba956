//! Long work: how far it is, ending it, letting it rest.

use aide::axum::ApiRouter;
use aide::axum::routing::{get_with, post_with};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use fengsui_jobs::JobView;
use fengsui_kernel::id::JobId;
use fengsui_kernel::{Fault, Locale, Page, PageQuery};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::app::App;
use crate::auth::Caller;
use crate::catalogue;
use crate::extract::{Params, Segments};
use crate::layers::locale;
use crate::problem::{ApiError, ApiResult};
use crate::routes::ById;

/// Routes of jobs.
pub fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route("/jobs", get_with(list, |op| op.summary("Long work: mine, or all for administrators")))
        .api_route("/jobs/{id}", get_with(get, |op| op.summary("How far a job is")))
        .api_route("/jobs/{id}/cancel", post_with(cancel, |op| op.summary("End a job; what is committed stays")))
        .api_route("/jobs/{id}/pause", post_with(pause, |op| op.summary("Let a job rest")))
        .api_route("/jobs/{id}/resume", post_with(resume, |op| op.summary("Let a resting job go on")))
}

/// Which of a list are wanted.
#[derive(Deserialize, JsonSchema)]
pub struct OwnOrAll {
    /// Those of all users; only for whoever may read jobs.
    #[serde(default)]
    pub all: bool,
    /// Rows to return.
    pub limit: Option<u32>,
    /// The `next` value of the page before.
    pub cursor: Option<String>,
}

impl OwnOrAll {
    /// The page asked for.
    pub fn page(&self) -> PageQuery {
        PageQuery { limit: self.limit, cursor: self.cursor.clone() }
    }
}

/// Says in words why a job failed.
pub fn in_words(mut job: JobView, locale: Locale) -> JobView {
    if let Some(fault) = &mut job.fault {
        fault.message = catalogue::message(locale, &fault.code, &fault.params);
    }
    job
}

fn id_of(path: &ById) -> Result<JobId, ApiError> {
    path.id.parse().map_err(|_| ApiError(Fault::not_found("job", &path.id)))
}

async fn list(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Params(query): Params<OwnOrAll>,
) -> ApiResult<Json<Page<JobView>>> {
    let page = query.page();
    let found = app.jobs.list(caller.principal(), query.all, page.limit(), u64::from(page.offset())).await?;
    let locale = locale(&headers);
    let items = found.items.into_iter().map(|job| in_words(job, locale)).collect();
    Ok(Json(Page { items, next: found.next, total: found.total }))
}

async fn get(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Segments(path): Segments<ById>,
) -> ApiResult<Json<JobView>> {
    Ok(Json(in_words(app.jobs.get(caller.principal(), &id_of(&path)?).await?, locale(&headers))))
}

async fn cancel(State(app): State<App>, caller: Caller, Segments(path): Segments<ById>) -> ApiResult<Json<JobView>> {
    Ok(Json(app.jobs.cancel(caller.principal(), &id_of(&path)?, caller.why.clone()).await?))
}

async fn pause(State(app): State<App>, caller: Caller, Segments(path): Segments<ById>) -> ApiResult<Json<JobView>> {
    Ok(Json(app.jobs.pause(caller.principal(), &id_of(&path)?, caller.why.clone()).await?))
}

async fn resume(State(app): State<App>, caller: Caller, Segments(path): Segments<ById>) -> ApiResult<Json<JobView>> {
    Ok(Json(app.jobs.resume(caller.principal(), &id_of(&path)?, caller.why.clone()).await?))
}
