//! Running clocks, and how timely they were stopped.

use aide::axum::ApiRouter;
use aide::axum::routing::get_with;
use axum::Json;
use axum::extract::State;
use fengsui_kernel::Timestamp;
use fengsui_matters::Timeliness;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::auth::Caller;
use crate::extract::Params;
use crate::problem::ApiResult;

pub(super) fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route("/clocks", get_with(clocks, |op| op.summary("Running clocks")))
        .api_route("/clocks/timeliness", get_with(timeliness, |op| op.summary("Timeliness figures")))
}

/// A running clock with the name of the post.
#[derive(Serialize, JsonSchema)]
struct ClockRow {
    #[serde(flatten)]
    clock: fengsui_matters::OpenClock,
    /// Name of the post that holds the matter.
    post_name: Option<String>,
}

async fn clocks(State(app): State<App>, caller: Caller) -> ApiResult<Json<Vec<ClockRow>>> {
    let mut rows = Vec::new();
    for clock in app.matters.open_clocks(caller.principal()).await? {
        let post_name = match &clock.post {
            Some(id) => app.registry.find_by_id(id).await?.map(|post| post.name),
            None => None,
        };
        rows.push(ClockRow { clock, post_name });
    }
    Ok(Json(rows))
}

#[derive(Deserialize, JsonSchema)]
struct TimelinessQuery {
    /// One process.
    process: Option<String>,
    /// Clocks started from this time on.
    from: Option<Timestamp>,
    /// Clocks started before this time.
    to: Option<Timestamp>,
}

async fn timeliness(
    State(app): State<App>,
    caller: Caller,
    Params(query): Params<TimelinessQuery>,
) -> ApiResult<Json<Vec<Timeliness>>> {
    Ok(Json(app.matters.timeliness(caller.principal(), query.process.as_deref(), query.from, query.to).await?))
}
