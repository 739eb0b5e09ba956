//! Screens that nobody signs in at: they wait with a code, somebody lets them in, they enter.

use aide::axum::ApiRouter;
use aide::axum::routing::post_with;
use axum::Json;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, header};
use axum::response::NoContent;
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use fengsui_kernel::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;

use crate::app::App;
use crate::auth::{COOKIE, Caller};
use crate::created::Created;
use crate::extract::Body;
use crate::openapi::anonymous;
use crate::problem::{ApiError, ApiResult};
use crate::routes::session::{address, network};

/// Routes of screens.
pub fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route(
            "/screens",
            post_with(wait, |op| anonymous(op.summary("A screen asks to be let in; it shows the code"))),
        )
        .api_route("/screens/let-in", post_with(let_in, |op| op.summary("Let in the screen that shows this code")))
        .api_route(
            "/screens/enter",
            post_with(enter, |op| {
                anonymous(op.summary("A screen comes back with its secret").response::<200, Json<Entered>>())
            }),
        )
}

/// What a waiting screen shows and keeps.
#[derive(Serialize, JsonSchema)]
struct Waiting {
    /// To be shown: somebody types it on their own device.
    code: String,
    /// To be kept, and brought back.
    secret: String,
    /// Until when both are good.
    #[schemars(with = "String")]
    expires_at: Timestamp,
}

/// Which screen, and what it is called from now on.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct LetIn {
    /// The code that it shows; case and dashes do not matter.
    code: String,
    /// A name by which it can be sent away again, at most 40 characters.
    name: String,
}

/// What a screen comes back with.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Returning {
    /// The secret it was given.
    secret: String,
}

/// Whether it was let in.
#[derive(Serialize, JsonSchema)]
struct Entered {
    /// It was, and the answer sets the cookie; otherwise it waits still.
    entered: bool,
}

async fn wait(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> ApiResult<Created<Waiting>> {
    let address = address(&app, &headers, peer);
    app.limiter.take(&format!("screen:{}", network(&address)), app.db.now())?;
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let waiting = app.identity.screen_waits(&address, agent).await?;
    Ok(Created(Waiting { code: waiting.code, secret: waiting.secret, expires_at: waiting.expires_at }))
}

async fn let_in(State(app): State<App>, caller: Caller, Body(screen): Body<LetIn>) -> ApiResult<NoContent> {
    // Whoever may drive walls could otherwise guess at other people's screens.
    app.limiter.take(&format!("screen-code:{}", caller.signed_in.user.id), app.db.now())?;
    app.identity.let_screen_in(&caller.signed_in, &screen.code, &screen.name).await?;
    Ok(NoContent)
}

async fn enter(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    jar: CookieJar,
    Body(returning): Body<Returning>,
) -> Result<(CookieJar, Json<Entered>), ApiError> {
    app.limiter.take(&format!("enter:{}", network(&address(&app, &headers, peer))), app.db.now())?;
    let Some(session) = app.identity.screen_enters(&returning.secret).await? else {
        return Ok((jar, Json(Entered { entered: false })));
    };
    let cookie = Cookie::build((COOKIE, session.token.clone()))
        .path("/")
        .http_only(true)
        .secure(app.node.secure_cookies)
        .same_site(SameSite::Strict)
        .permanent()
        .build();
    Ok((jar.add(cookie), Json(Entered { entered: true })))
}
