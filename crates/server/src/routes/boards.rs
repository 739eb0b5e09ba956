//! Boards of the sectors: figures, objects worst first, open alarms.

use aide::axum::ApiRouter;
use aide::axum::routing::get_with;
use axum::Json;
use axum::extract::State;
use fengsui_kernel::{DivisionCode, Page, PageQuery};
use fengsui_monitoring::boards::{BoardObject, BoardView, ObjectQuery};
use schemars::JsonSchema;
use serde::Deserialize;

use super::alarms::{AlarmRow, row};
use crate::app::App;
use crate::auth::Caller;
use crate::extract::{Params, Segments};
use crate::problem::ApiResult;
use crate::routes::ById;

/// Routes of boards.
pub fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route("/boards", get_with(list, |op| op.summary("Boards of the sectors with their figures")))
        .api_route("/boards/{id}", get_with(board, |op| op.summary("One board with its figures")))
        .api_route("/boards/{id}/objects", get_with(objects, |op| op.summary("Its objects, the worst first, and why")))
        .api_route(
            "/boards/{id}/alarms",
            get_with(alarms, |op| op.summary("Its open alarms, those first that wait for an acknowledgement")),
        )
}

#[derive(Deserialize, JsonSchema)]
struct Within {
    /// A division and all below.
    division: Option<DivisionCode>,
}

#[derive(Deserialize, JsonSchema)]
struct AlarmsWithin {
    /// A division and all below.
    division: Option<DivisionCode>,
    /// Rows to return, 1 to 500; 50 if absent.
    limit: Option<u32>,
    /// The `next` value of the page before.
    cursor: Option<String>,
}

async fn list(
    State(app): State<App>,
    caller: Caller,
    Params(query): Params<Within>,
) -> ApiResult<Json<Vec<BoardView>>> {
    Ok(Json(app.boards.list(caller.principal(), query.division).await?))
}

async fn board(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<ById>,
    Params(query): Params<Within>,
) -> ApiResult<Json<BoardView>> {
    Ok(Json(app.boards.board(caller.principal(), &path.id, query.division).await?))
}

async fn objects(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<ById>,
    Params(query): Params<ObjectQuery>,
) -> ApiResult<Json<Page<BoardObject>>> {
    Ok(Json(app.boards.objects(caller.principal(), &path.id, &query).await?))
}

async fn alarms(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<ById>,
    Params(query): Params<AlarmsWithin>,
) -> ApiResult<Json<Page<AlarmRow>>> {
    let page = PageQuery { limit: query.limit, cursor: query.cursor };
    let found = app.boards.alarms(caller.principal(), &path.id, query.division, &page).await?;
    let mut items = Vec::with_capacity(found.items.len());
    for alarm in found.items {
        items.push(row(&app, &caller, alarm).await?);
    }
    Ok(Json(Page { items, next: found.next, total: found.total }))
}
