//! Accounts, roles, and why somebody may do something.

use aide::axum::ApiRouter;
use aide::axum::routing::{get_with, post_with};
use axum::Json;
use axum::extract::State;
use fengsui_identity::roles::RoleView;
use fengsui_identity::{CreatedUser, Explanation, NewUser, PostFacts, UserPatch, UserView};
use fengsui_kernel::id::UserId;
use fengsui_kernel::{DivisionCode, Fault, Page, PageQuery, Place};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::app::App;
use crate::auth::Caller;
use crate::created::Created;
use crate::extract::{Body, Params, Segments};
use crate::people;
use crate::problem::{ApiError, ApiResult};
use crate::routes::ById;

/// Routes of accounts.
pub fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route(
            "/users",
            get_with(list, |op| op.summary("Accounts"))
                .post_with(create, |op| op.summary("Make an account; its password is shown once")),
        )
        .api_route(
            "/users/{id}",
            get_with(get, |op| op.summary("One account")).patch_with(update, |op| op.summary("Change an account")),
        )
        .api_route(
            "/users/{id}/password",
            post_with(reset, |op| op.summary("Give an account a new password, shown once")),
        )
        .api_route("/roles", get_with(roles, |op| op.summary("Roles and what they may do")))
        .api_route("/permissions/explain", get_with(explain, |op| op.summary("Why somebody may do something")))
}

#[derive(Deserialize, JsonSchema)]
struct UserQuery {
    /// Text in login or name.
    q: Option<String>,
    /// Rows to return.
    limit: Option<u32>,
    /// The `next` value of the page before.
    cursor: Option<String>,
}

async fn list(
    State(app): State<App>,
    caller: Caller,
    Params(query): Params<UserQuery>,
) -> ApiResult<Json<Page<UserView>>> {
    let page = PageQuery { limit: query.limit, cursor: query.cursor };
    Ok(Json(app.identity.users(caller.principal(), query.q.as_deref(), &page).await?))
}

/// An account to be made.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct UserDraft {
    /// Login.
    login: String,
    /// Name for people.
    name: String,
    /// Person record, by id.
    #[serde(default)]
    person: Option<String>,
    /// Whether the person may sign in.
    #[serde(default = "yes")]
    active: bool,
    /// Posts, by record id.
    #[serde(default)]
    posts: Vec<String>,
}

fn yes() -> bool {
    true
}

async fn facts(app: &App, posts: &[String]) -> ApiResult<Vec<PostFacts>> {
    let mut facts = Vec::new();
    for id in posts {
        facts.push(people::post_facts(&app.registry, id).await?);
    }
    Ok(facts)
}

async fn create(
    State(app): State<App>,
    caller: Caller,
    Body(draft): Body<UserDraft>,
) -> ApiResult<Created<CreatedUser>> {
    let posts = facts(&app, &draft.posts).await?;
    let new = NewUser { login: draft.login, name: draft.name, person: draft.person, active: draft.active, posts };
    Ok(Created(app.identity.create_user(caller.principal(), &new, caller.why.clone()).await?))
}

fn user_id(path: &ById) -> ApiResult<UserId> {
    path.id.parse().map_err(|_| ApiError(Fault::not_found("user", &path.id)))
}

async fn get(State(app): State<App>, caller: Caller, Segments(path): Segments<ById>) -> ApiResult<Json<UserView>> {
    Ok(Json(app.identity.user(caller.principal(), &user_id(&path)?).await?))
}

/// Changes to an account; what is absent stays.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct UserChange {
    /// Version that the change is based on.
    version: i64,
    /// Name for people.
    #[serde(default)]
    name: Option<String>,
    /// Person record, by id; an empty text removes it.
    #[serde(default)]
    person: Option<String>,
    /// Whether the person may sign in.
    #[serde(default)]
    active: Option<bool>,
    /// All posts held from now on, by record id.
    #[serde(default)]
    posts: Option<Vec<String>>,
}

async fn update(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<ById>,
    Body(change): Body<UserChange>,
) -> ApiResult<Json<UserView>> {
    let posts = match &change.posts {
        Some(posts) => Some(facts(&app, posts).await?),
        None => None,
    };
    let changes = UserPatch { name: change.name, person: change.person, active: change.active, posts };
    let id = user_id(&path)?;
    Ok(Json(app.identity.update_user(caller.principal(), &id, change.version, &changes, caller.why.clone()).await?))
}

/// A reset.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Reset {
    /// Remove the second factor too: for somebody who lost their phone.
    #[serde(default)]
    without_totp: bool,
}

async fn reset(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<ById>,
    Body(body): Body<Reset>,
) -> ApiResult<Json<CreatedUser>> {
    let id = user_id(&path)?;
    Ok(Json(app.identity.reset_password(caller.principal(), &id, body.without_totp, caller.why.clone()).await?))
}

async fn roles(State(app): State<App>, _caller: Caller) -> ApiResult<Json<Vec<RoleView>>> {
    Ok(Json(app.identity.roles().views()))
}

#[derive(Deserialize, JsonSchema)]
struct Question {
    /// The account.
    user: UserId,
    /// The action.
    action: String,
    /// The kind.
    kind: String,
    /// The place.
    division: DivisionCode,
}

async fn explain(
    State(app): State<App>,
    caller: Caller,
    Params(asked): Params<Question>,
) -> ApiResult<Json<Explanation>> {
    let place = Place::of(asked.division);
    Ok(Json(app.identity.explain(caller.principal(), &asked.user, &asked.action, &asked.kind, &place).await?))
}
