//! Signing in and out, password, second factor, own sessions and tokens.

use aide::axum::ApiRouter;
use aide::axum::routing::{delete_with, get_with, post_with};
use axum::Json;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, header};
use axum::response::NoContent;
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use fengsui_identity::{Account, HeldPost, NewToken, SessionView, SignIn, SignedIn, TokenView, TotpSetup};
use fengsui_kernel::id::{SessionId, TokenId};
use fengsui_kernel::{Grant, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;

use crate::app::App;
use crate::auth::{COOKIE, Caller, DEVICE_COOKIE};
use crate::crowd;
use crate::extract::{Body, Segments};
use crate::openapi::anonymous;
use crate::problem::{ApiError, ApiResult};
use crate::routes::ById;

/// Routes of the caller's own session.
pub fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route(
            "/session",
            post_with(sign_in, |op| anonymous(op.summary("Sign in").response::<200, Json<Session>>()))
                .get_with(current, |op| op.summary("Who am I"))
                .delete_with(sign_out, |op| op.summary("Sign out").response::<204, NoContent>()),
        )
        .api_route("/session/password", post_with(change_password, |op| op.summary("Change my password")))
        .api_route(
            "/session/totp",
            post_with(set_up_totp, |op| op.summary("Make a second factor"))
                .delete_with(disable_totp, |op| op.summary("Remove my second factor")),
        )
        .api_route("/session/totp/confirm", post_with(confirm_totp, |op| op.summary("Enable my second factor")))
        .api_route("/session/sound", post_with(note_sound, |op| op.summary("Note that my screen is silenced or rings")))
        .api_route("/sessions", get_with(sessions, |op| op.summary("My sessions")))
        .api_route("/sessions/{id}", delete_with(revoke_session, |op| op.summary("End one of my sessions")))
        .api_route(
            "/tokens",
            get_with(tokens, |op| op.summary("My API tokens"))
                .post_with(create_token, |op| op.summary("Make an API token")),
        )
        .api_route("/tokens/{id}", delete_with(revoke_token, |op| op.summary("Revoke an API token")))
}

/// What a person types to sign in.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Credentials {
    /// Login.
    user: String,
    /// Password.
    password: String,
    /// Code of the second factor, when asked for.
    #[serde(default)]
    totp: Option<String>,
}

/// The caller's session.
#[derive(Serialize, JsonSchema)]
struct Session {
    /// Account.
    user: Account,
    /// Posts held.
    posts: Vec<Post>,
    /// Post acted in.
    acting_post: Option<String>,
    /// Rights.
    permissions: Vec<Grant>,
    /// To be repeated in `X-CSRF-Token`.
    csrf_token: Option<String>,
    /// The node.
    node: NodeView,
    /// Name of the screen that was let in; nothing where a person signed in.
    screen: Option<String>,
}

/// A post with the name of its division.
#[derive(Serialize, JsonSchema)]
struct Post {
    #[serde(flatten)]
    post: HeldPost,
    /// Name of the division.
    division_name: String,
}

/// The node, as screens show it.
#[derive(Serialize, JsonSchema)]
struct NodeView {
    /// Name of the bureau.
    name: String,
    /// Where it works.
    division: String,
    /// `normal` or `demonstration`.
    mode: &'static str,
    /// Version of the program.
    version: &'static str,
}

async fn session_view(app: &App, signed_in: SignedIn) -> ApiResult<Session> {
    let mut posts = Vec::new();
    for post in signed_in.posts {
        let division_name = app.division_name(&post.division).await?;
        posts.push(Post { post, division_name });
    }
    let node = NodeView {
        name: app.node.name.clone(),
        division: app.node.division.to_string(),
        mode: if app.node.demonstration { "demonstration" } else { "normal" },
        version: env!("CARGO_PKG_VERSION"),
    };
    let acting_post = match &signed_in.principal.actor {
        fengsui_kernel::Actor::User { post, .. } => post.clone(),
        _ => None,
    };
    let permissions = signed_in.principal.grants;
    Ok(Session {
        user: signed_in.user,
        posts,
        acting_post,
        permissions,
        csrf_token: signed_in.csrf,
        node,
        screen: signed_in.screen,
    })
}

/// The address of the caller; behind a proxy the one that the proxy saw.
pub fn address(app: &App, headers: &HeaderMap, peer: SocketAddr) -> String {
    let forwarded = headers
        .get("x-forwarded-for")
        .and_then(|value| value.to_str().ok())
        .filter(|_| app.node.behind_proxy == Some(peer.ip()));
    // The last entry is the proxy's own word; the ones before it are the client's claims.
    forwarded
        .and_then(|list| list.rsplit(',').next())
        .map_or_else(|| peer.ip().to_string(), |entry| entry.trim().to_owned())
}

/// What attempts and streams are counted by.
pub fn network(address: &str) -> String {
    address.parse().map_or_else(|_| address.chars().take(64).collect(), crowd::client)
}

async fn sign_in(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    jar: CookieJar,
    Body(credentials): Body<Credentials>,
) -> Result<(CookieJar, Json<Session>), ApiError> {
    let address = address(&app, &headers, peer);
    app.limiter.take(&network(&address), app.db.now())?;
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let request = SignIn {
        login: credentials.user,
        password: credentials.password,
        totp: credentials.totp,
        device: jar.get(DEVICE_COOKIE).map(|cookie| cookie.value().to_owned()),
        address,
        agent: agent.to_owned(),
    };
    let session = app.identity.sign_in(&request).await?;
    let cookie = Cookie::build((COOKIE, session.token.clone()))
        .path("/")
        .http_only(true)
        .secure(app.node.secure_cookies)
        .same_site(SameSite::Strict)
        .build();
    // Tells only that somebody signed in here before, so that strangers cannot lock this browser out.
    let device = Cookie::build((DEVICE_COOKIE, session.device.clone()))
        .path("/api/v1/session")
        .http_only(true)
        .secure(app.node.secure_cookies)
        .same_site(SameSite::Strict)
        .permanent()
        .build();
    Ok((jar.add(cookie).add(device), Json(session_view(&app, session.signed_in).await?)))
}

async fn current(State(app): State<App>, caller: Caller) -> ApiResult<Json<Session>> {
    Ok(Json(session_view(&app, caller.signed_in).await?))
}

async fn sign_out(State(app): State<App>, caller: Caller, jar: CookieJar) -> Result<(CookieJar, NoContent), ApiError> {
    app.identity.sign_out(&caller.signed_in).await?;
    Ok((jar.remove(Cookie::build(COOKIE).path("/").build()), NoContent))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct PasswordChange {
    /// The password now.
    current: String,
    /// The password from now on.
    new: String,
}

async fn change_password(
    State(app): State<App>,
    caller: Caller,
    Body(change): Body<PasswordChange>,
) -> ApiResult<NoContent> {
    app.identity.change_password(&caller.signed_in, &change.current, &change.new).await?;
    Ok(NoContent)
}

async fn set_up_totp(State(app): State<App>, caller: Caller) -> ApiResult<Json<TotpSetup>> {
    Ok(Json(app.identity.set_up_totp(&caller.signed_in).await?))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Code {
    /// Six digits.
    code: String,
}

async fn confirm_totp(State(app): State<App>, caller: Caller, Body(code): Body<Code>) -> ApiResult<NoContent> {
    app.identity.confirm_totp(&caller.signed_in, &code.code).await?;
    Ok(NoContent)
}

async fn disable_totp(State(app): State<App>, caller: Caller, Body(code): Body<Code>) -> ApiResult<NoContent> {
    app.identity.disable_totp(&caller.signed_in, &code.code).await?;
    Ok(NoContent)
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SoundState {
    /// The screen is silent from now on.
    muted: bool,
    /// For how long; without it until it is turned on again.
    #[serde(default)]
    minutes: Option<u32>,
}

async fn note_sound(State(app): State<App>, caller: Caller, Body(state): Body<SoundState>) -> ApiResult<NoContent> {
    app.identity.note_sound(&caller.signed_in, state.muted, state.minutes).await?;
    Ok(NoContent)
}

async fn sessions(State(app): State<App>, caller: Caller) -> ApiResult<Json<Vec<SessionView>>> {
    Ok(Json(app.identity.sessions(&caller.signed_in).await?))
}

async fn revoke_session(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<ById>,
) -> ApiResult<NoContent> {
    let id: SessionId = path.id.parse()?;
    app.identity.revoke_session(&caller.signed_in, &id).await?;
    Ok(NoContent)
}

async fn tokens(State(app): State<App>, caller: Caller) -> ApiResult<Json<Vec<TokenView>>> {
    Ok(Json(app.identity.tokens(&caller.signed_in).await?))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewTokenBody {
    /// What it is for.
    name: String,
    /// When it ends.
    #[serde(default)]
    expires_at: Option<Timestamp>,
}

async fn create_token(
    State(app): State<App>,
    caller: Caller,
    Body(new): Body<NewTokenBody>,
) -> ApiResult<Json<NewToken>> {
    Ok(Json(app.identity.create_token(&caller.signed_in, &new.name, new.expires_at).await?))
}

async fn revoke_token(State(app): State<App>, caller: Caller, Segments(path): Segments<ById>) -> ApiResult<NoContent> {
    let id: TokenId = path.id.parse()?;
    app.identity.revoke_token(&caller.signed_in, &id).await?;
    Ok(NoContent)
}
