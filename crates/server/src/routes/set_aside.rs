//! Events that could not be handled.

use aide::axum::ApiRouter;
use aide::axum::routing::{get_with, post_with};
use axum::Json;
use axum::extract::State;
use fengsui_kernel::id::SetAsideId;
use fengsui_kernel::{Fault, Page, PageQuery};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::app::App;
use crate::auth::Caller;
use crate::extract::{Body, Params, Segments};
use crate::problem::{ApiError, ApiResult};
use crate::routes::ById;
use crate::set_aside::{self, SetAside};

/// Routes of events that were set aside.
pub fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route("/set-aside", get_with(list, |op| op.summary("Events that could not be handled")))
        .api_route("/set-aside/{id}/run-again", post_with(run_again, |op| op.summary("Have it handled once more")))
        .api_route("/set-aside/{id}/dismiss", post_with(dismiss, |op| op.summary("Give it up, with a reason")))
}

#[derive(Deserialize, JsonSchema)]
struct SetAsideQuery {
    /// Also those that were resolved.
    #[serde(default)]
    resolved: bool,
    /// Rows to return.
    limit: Option<u32>,
    /// The `next` value of the page before.
    cursor: Option<String>,
}

async fn list(
    State(app): State<App>,
    caller: Caller,
    Params(query): Params<SetAsideQuery>,
) -> ApiResult<Json<Page<SetAside>>> {
    let page = PageQuery { limit: query.limit, cursor: query.cursor };
    let node = app.node.division;
    Ok(Json(set_aside::list(&app.db, node, caller.principal(), !query.resolved, &page).await?))
}

fn set_aside_id(path: &ById) -> ApiResult<SetAsideId> {
    path.id.parse().map_err(|_| ApiError(Fault::not_found("set_aside", &path.id)))
}

async fn run_again(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<ById>,
) -> ApiResult<Json<SetAside>> {
    let id = set_aside_id(&path)?;
    Ok(Json(set_aside::run_again(&app.db, app.node.division, caller.principal(), &id).await?))
}

/// Why nobody needs it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Dismissal {
    /// The reason, at most 500 letters.
    reason: String,
}

async fn dismiss(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<ById>,
    Body(body): Body<Dismissal>,
) -> ApiResult<Json<SetAside>> {
    let id = set_aside_id(&path)?;
    Ok(Json(set_aside::dismiss(&app.db, app.node.division, caller.principal(), &id, &body.reason).await?))
}
