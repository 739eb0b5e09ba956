//! What processes there are.

use aide::axum::ApiRouter;
use aide::axum::routing::get_with;
use axum::Json;
use axum::extract::State;
use fengsui_matters::ProcessView;

use crate::app::App;
use crate::auth::Caller;
use crate::problem::ApiResult;

pub(super) fn routes() -> ApiRouter<App> {
    ApiRouter::new().api_route("/processes", get_with(processes, |op| op.summary("Processes with their forms")))
}

async fn processes(State(app): State<App>, _caller: Caller) -> ApiResult<Json<Vec<ProcessView>>> {
    Ok(Json(app.matters.processes()))
}
