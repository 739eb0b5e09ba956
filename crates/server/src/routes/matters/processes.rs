//! What processes there are.

use aide::axum::ApiRouter;
use aide::axum::routing::get_with;
use axum::Json;
use axum::extract::State;
use fengsui_matters::{Diagram, ProcessView};

use crate::app::App;
use crate::auth::Caller;
use crate::extract::Segments;
use crate::problem::ApiResult;
use crate::routes::ById;

pub(super) fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route("/processes", get_with(processes, |op| op.summary("Processes with their forms")))
        .api_route("/processes/{id}/diagram", get_with(diagram, |op| op.summary("State diagram of a process")))
}

async fn processes(State(app): State<App>, _caller: Caller) -> ApiResult<Json<Vec<ProcessView>>> {
    Ok(Json(app.matters.processes()))
}

async fn diagram(State(app): State<App>, _caller: Caller, Segments(path): Segments<ById>) -> ApiResult<Json<Diagram>> {
    Ok(Json(app.matters.diagram(&path.id)?))
}
