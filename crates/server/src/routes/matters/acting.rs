//! What people do with matters.

use aide::axum::ApiRouter;
use aide::axum::routing::post_with;
use axum::Json;
use axum::extract::State;
use fengsui_matters::{NewLink, NewMatter, Submission};
use schemars::JsonSchema;
use serde::Deserialize;

use super::matter_id;
use super::view::{MatterView, view};
use crate::app::App;
use crate::auth::Caller;
use crate::completion;
use crate::created::Created;
use crate::extract::{Body, Language, Segments};
use crate::problem::ApiResult;
use crate::references;
use crate::routes::ById;

pub(super) fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route("/matters", post_with(open, |op| op.summary("Open a matter")))
        .api_route("/matters/{id}/actions", post_with(act, |op| op.summary("Take an action")))
        .api_route("/matters/{id}/claim", post_with(claim, |op| op.summary("Take a matter on")))
        .api_route("/matters/{id}/hand-over", post_with(hand_over, |op| op.summary("Give a matter to another post")))
        .api_route("/matters/{id}/comments", post_with(comment, |op| op.summary("Comment")))
        .api_route("/matters/{id}/links", post_with(link, |op| op.summary("Link with something")))
}

async fn open(
    State(app): State<App>,
    caller: Caller,
    language: Language,
    Body(new): Body<NewMatter>,
) -> ApiResult<Created<MatterView>> {
    references::check(&app, caller.principal(), &new).await?;
    let new = NewMatter { why: caller.why.clone(), ..new };
    let matter = app.matters.open(caller.principal(), new).await?;
    Ok(Created(view(&app, language.0, matter).await?))
}

async fn act(
    State(app): State<App>,
    caller: Caller,
    language: Language,
    Segments(path): Segments<ById>,
    Body(submission): Body<Submission>,
) -> ApiResult<Json<MatterView>> {
    let id = matter_id(&path)?;
    references::check_action(&app, &submission.action).await?;
    let action = completion::complete(&app, caller.principal(), &id, submission.action).await?;
    let submission = Submission { action, why: caller.why.clone(), ..submission };
    let matter = app.matters.act(caller.principal(), &id, submission).await?;
    Ok(Json(view(&app, language.0, matter).await?))
}

async fn claim(
    State(app): State<App>,
    caller: Caller,
    language: Language,
    Segments(path): Segments<ById>,
) -> ApiResult<Json<MatterView>> {
    let matter = app.matters.claim(caller.principal(), &matter_id(&path)?).await?;
    Ok(Json(view(&app, language.0, matter).await?))
}

/// The post that takes over.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct HandOver {
    /// Post record id.
    post: String,
}

async fn hand_over(
    State(app): State<App>,
    caller: Caller,
    language: Language,
    Segments(path): Segments<ById>,
    Body(body): Body<HandOver>,
) -> ApiResult<Json<MatterView>> {
    crate::people::post_facts(&app.registry, &body.post).await?;
    let matter = app.matters.hand_over(caller.principal(), &matter_id(&path)?, &body.post).await?;
    Ok(Json(view(&app, language.0, matter).await?))
}

/// A comment.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Comment {
    /// Plain text.
    text: String,
}

async fn comment(
    State(app): State<App>,
    caller: Caller,
    language: Language,
    Segments(path): Segments<ById>,
    Body(body): Body<Comment>,
) -> ApiResult<Json<MatterView>> {
    let matter = app.matters.comment(caller.principal(), &matter_id(&path)?, &body.text).await?;
    Ok(Json(view(&app, language.0, matter).await?))
}

async fn link(
    State(app): State<App>,
    caller: Caller,
    language: Language,
    Segments(path): Segments<ById>,
    Body(body): Body<NewLink>,
) -> ApiResult<Json<MatterView>> {
    references::check_link(&app, caller.principal(), &body).await?;
    let matter = app.matters.link(caller.principal(), &matter_id(&path)?, &body).await?;
    Ok(Json(view(&app, language.0, matter).await?))
}
