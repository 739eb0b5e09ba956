//! What administrators look after: who may do what, where people are signed in, how the node is configured.

use std::collections::BTreeMap;

use aide::axum::ApiRouter;
use aide::axum::routing::{delete_with, get_with};
use axum::Json;
use axum::extract::State;
use axum::response::NoContent;
use fengsui_identity::{Holders, SessionView, TokenView};
use fengsui_kernel::id::{SessionId, TokenId, UserId};
use fengsui_kernel::{DivisionCode, Fault, Grant, Place, Scope};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::app::{App, Setting};
use crate::auth::Caller;
use crate::extract::{Params, Segments};
use crate::problem::{ApiError, ApiResult};
use crate::routes::ById;

/// Routes of oversight.
pub fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route("/permissions/holders", get_with(holders, |op| op.summary("Who may do something, and why")))
        .api_route("/permissions/vocabulary", get_with(vocabulary, |op| op.summary("Kinds and their actions")))
        .api_route("/users/{id}/rights", get_with(rights, |op| op.summary("What somebody may do")))
        .api_route("/users/{id}/sessions", get_with(sessions, |op| op.summary("Where somebody is signed in")))
        .api_route("/users/{id}/sessions/{of}", delete_with(end_session, |op| op.summary("End a session of somebody")))
        .api_route("/users/{id}/tokens", get_with(tokens, |op| op.summary("API tokens of somebody")))
        .api_route(
            "/users/{id}/tokens/{of}",
            delete_with(end_token, |op| op.summary("Revoke an API token of somebody")),
        )
        .api_route("/configuration", get_with(configuration, |op| op.summary("The configuration in force")))
}

#[derive(Deserialize, JsonSchema)]
struct Asked {
    /// The action.
    action: String,
    /// The kind.
    kind: String,
    /// The place.
    division: DivisionCode,
    /// The enterprise concerned, by record id.
    enterprise: Option<String>,
}

async fn holders(State(app): State<App>, caller: Caller, Params(asked): Params<Asked>) -> ApiResult<Json<Holders>> {
    let place = Place { division: asked.division, enterprise: asked.enterprise };
    Ok(Json(app.identity.holders(caller.principal(), &asked.action, &asked.kind, &place).await?))
}

/// A kind and what can be done with it.
#[derive(Serialize, JsonSchema)]
struct KindActions {
    /// The kind.
    kind: String,
    /// Its actions.
    actions: Vec<String>,
}

async fn vocabulary(State(app): State<App>, _caller: Caller) -> ApiResult<Json<Vec<KindActions>>> {
    let kinds = app.identity.roles().vocabulary().kinds();
    let entry = |(kind, actions): (&str, &std::collections::BTreeSet<String>)| KindActions {
        kind: kind.to_owned(),
        actions: actions.iter().cloned().collect(),
    };
    Ok(Json(kinds.map(entry).collect()))
}

/// Post, reach, and the actions by kind.
type Gathered = (Option<String>, Scope, BTreeMap<String, Vec<String>>);

/// Rights of the same post over the same place.
#[derive(Serialize, JsonSchema)]
struct RightsAt {
    /// The post they come from, by record id; absent for a role held directly.
    post: Option<String>,
    /// Where they reach.
    scope: Scope,
    /// The name of that place.
    scope_name: String,
    /// Kinds and the actions allowed on each; `*` stands for all.
    kinds: Vec<KindActions>,
}

async fn rights(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<ById>,
) -> ApiResult<Json<Vec<RightsAt>>> {
    let grants = app.identity.rights(caller.principal(), &user_id(&path.id)?).await?;
    let mut places: Vec<Gathered> = Vec::new();
    for Grant { action, kind, scope, post, role: _ } in grants {
        let found = places.iter().position(|place| place.0 == post && place.1 == scope);
        let index = found.unwrap_or_else(|| {
            places.push((post, scope, BTreeMap::new()));
            places.len() - 1
        });
        let actions = places[index].2.entry(kind).or_default();
        if !actions.contains(&action) {
            actions.push(action);
        }
    }
    let mut answer = Vec::new();
    for (post, scope, kinds) in places {
        let scope_name = scope_name(&app, &scope).await?;
        let kinds = kinds.into_iter().map(|(kind, actions)| KindActions { kind, actions }).collect();
        answer.push(RightsAt { post, scope, scope_name, kinds });
    }
    Ok(Json(answer))
}

async fn scope_name(app: &App, scope: &Scope) -> ApiResult<String> {
    Ok(match scope {
        Scope::Subtree { division } => app.division_name(division).await?,
        Scope::Enterprise { id } => app.registry.find_by_id(id).await?.map_or_else(|| id.clone(), |record| record.name),
    })
}

async fn sessions(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<ById>,
) -> ApiResult<Json<Vec<SessionView>>> {
    Ok(Json(app.identity.sessions_of(caller.principal(), &user_id(&path.id)?).await?))
}

async fn tokens(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<ById>,
) -> ApiResult<Json<Vec<TokenView>>> {
    Ok(Json(app.identity.tokens_of(caller.principal(), &user_id(&path.id)?).await?))
}

/// A session or token of an account.
#[derive(Deserialize, JsonSchema)]
struct OfUser {
    /// The account.
    id: String,
    /// The session or token.
    of: String,
}

async fn end_session(State(app): State<App>, caller: Caller, Segments(path): Segments<OfUser>) -> ApiResult<NoContent> {
    let session: SessionId = path.of.parse()?;
    app.identity.end_session(caller.principal(), &user_id(&path.id)?, &session, caller.why.clone()).await?;
    Ok(NoContent)
}

async fn end_token(State(app): State<App>, caller: Caller, Segments(path): Segments<OfUser>) -> ApiResult<NoContent> {
    let token: TokenId = path.of.parse()?;
    app.identity.end_token(caller.principal(), &user_id(&path.id)?, &token, caller.why.clone()).await?;
    Ok(NoContent)
}

async fn configuration(State(app): State<App>, caller: Caller) -> ApiResult<Json<Vec<Setting>>> {
    caller.principal().require("read", "configuration", &Place::of(app.node.division))?;
    Ok(Json(app.settings.clone()))
}

fn user_id(id: &str) -> ApiResult<UserId> {
    id.parse().map_err(|_| ApiError(Fault::not_found("user", id)))
}
