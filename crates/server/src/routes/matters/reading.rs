//! Lists, the inbox, one matter, its time line.

use aide::axum::ApiRouter;
use aide::axum::routing::get_with;
use axum::Json;
use axum::extract::State;
use fengsui_kernel::id::MatterId;
use fengsui_kernel::{DivisionCode, Mode, Page, PageQuery};
use fengsui_matters::ListQuery;
use schemars::JsonSchema;
use serde::Deserialize;

use super::matter_id;
use super::view::{MatterView, view, views};
use crate::app::App;
use crate::auth::Caller;
use crate::extract::{Language, Params, Segments};
use crate::problem::ApiResult;
use crate::routes::ById;
use crate::thread::{self, ThreadEntry};

pub(super) fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route("/matters", get_with(list, |op| op.summary("Matters that I may see")))
        .api_route("/inbox", get_with(inbox, |op| op.summary("Matters that wait for me")))
        .api_route("/matters/{id}", get_with(get, |op| op.summary("One matter")))
        .api_route(
            "/matters/{id}/timeline",
            get_with(timeline, |op| op.summary("Time line, of the whole thread if asked")),
        )
}

/// What a list of matters is asked for.
#[derive(Deserialize, JsonSchema)]
struct MatterQuery {
    /// One process.
    process: Option<String>,
    /// One phase.
    phase: Option<String>,
    /// Open or closed ones.
    open: Option<bool>,
    /// A division and all below.
    division: Option<DivisionCode>,
    /// Text in the title.
    q: Option<String>,
    /// Opened from this matter.
    parent: Option<MatterId>,
    /// Real or drill; both if absent.
    mode: Option<Mode>,
    /// Rows to return.
    limit: Option<u32>,
    /// The `next` value of the page before.
    cursor: Option<String>,
}

async fn list(
    State(app): State<App>,
    caller: Caller,
    language: Language,
    Params(query): Params<MatterQuery>,
) -> ApiResult<Json<Page<MatterView>>> {
    let page = PageQuery { limit: query.limit, cursor: query.cursor };
    let wanted = ListQuery {
        process: query.process,
        phase: query.phase,
        open: query.open,
        division: query.division,
        q: query.q,
        parent: query.parent,
        mode: query.mode,
    };
    views(&app, language.0, app.matters.list(caller.principal(), wanted, &page).await?).await
}

async fn inbox(
    State(app): State<App>,
    caller: Caller,
    language: Language,
    Params(page): Params<PageQuery>,
) -> ApiResult<Json<Page<MatterView>>> {
    views(&app, language.0, app.matters.inbox(caller.principal(), &page).await?).await
}

async fn get(
    State(app): State<App>,
    caller: Caller,
    language: Language,
    Segments(path): Segments<ById>,
) -> ApiResult<Json<MatterView>> {
    let matter = app.matters.get(caller.principal(), &matter_id(&path)?).await?;
    Ok(Json(view(&app, language.0, matter).await?))
}

#[derive(Deserialize, JsonSchema)]
struct TimelineQuery {
    /// Merge all linked matters, alarms and deliveries.
    #[serde(default)]
    thread: bool,
}

async fn timeline(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<ById>,
    Params(query): Params<TimelineQuery>,
) -> ApiResult<Json<Vec<ThreadEntry>>> {
    let id = matter_id(&path)?;
    Ok(Json(thread::timeline(&app, caller.principal(), &id, query.thread).await?))
}
