//! What people set up for themselves, and views with a name that they keep and share.

use aide::axum::ApiRouter;
use aide::axum::routing::{get_with, put_with};
use axum::Json;
use axum::extract::State;
use axum::response::NoContent;
use fengsui_identity::{Preference, PreferenceDraft, SavedView, SavedViewDraft};
use fengsui_kernel::Fault;
use fengsui_kernel::id::ViewId;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::app::App;
use crate::auth::Caller;
use crate::created::Created;
use crate::extract::{Body, Params, Segments};
use crate::problem::{ApiError, ApiResult};
use crate::routes::ById;

/// Routes of preferences and saved views.
pub fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route(
            "/preferences/{key}",
            get_with(get, |op| op.summary("What I set up under a key"))
                .put_with(put, |op| op.summary("Keep what I set up under a key")),
        )
        .api_route(
            "/views",
            get_with(views, |op| op.summary("My saved views of a screen and those shared with my organisations"))
                .post_with(save, |op| op.summary("Save a view")),
        )
        .api_route(
            "/views/{id}",
            put_with(change, |op| op.summary("Change my saved view"))
                .delete_with(remove, |op| op.summary("Remove my saved view")),
        )
}

#[derive(Deserialize, JsonSchema)]
struct ByKey {
    /// The key: lower-case words joined by dots.
    key: String,
}

async fn get(State(app): State<App>, caller: Caller, Segments(path): Segments<ByKey>) -> ApiResult<Json<Preference>> {
    Ok(Json(app.identity.preference(&caller.signed_in, &path.key).await?))
}

async fn put(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<ByKey>,
    Body(draft): Body<PreferenceDraft>,
) -> ApiResult<Json<Preference>> {
    Ok(Json(app.identity.set_preference(&caller.signed_in, &path.key, draft).await?))
}

#[derive(Deserialize, JsonSchema)]
struct ViewQuery {
    /// The screen: `ledger.enterprise`.
    place: String,
}

async fn views(
    State(app): State<App>,
    caller: Caller,
    Params(query): Params<ViewQuery>,
) -> ApiResult<Json<Vec<SavedView>>> {
    Ok(Json(app.identity.views(&caller.signed_in, &query.place).await?))
}

async fn save(
    State(app): State<App>,
    caller: Caller,
    Body(draft): Body<SavedViewDraft>,
) -> ApiResult<Created<SavedView>> {
    Ok(Created(app.identity.save_view(&caller.signed_in, &draft).await?))
}

async fn change(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<ById>,
    Body(draft): Body<SavedViewDraft>,
) -> ApiResult<Json<SavedView>> {
    Ok(Json(app.identity.change_view(&caller.signed_in, &view_id(&path)?, &draft).await?))
}

async fn remove(State(app): State<App>, caller: Caller, Segments(path): Segments<ById>) -> ApiResult<NoContent> {
    app.identity.remove_view(&caller.signed_in, &view_id(&path)?).await?;
    Ok(NoContent)
}

fn view_id(path: &ById) -> Result<ViewId, ApiError> {
    path.id.parse().map_err(|_| Fault::not_found("view", &path.id).into())
}
