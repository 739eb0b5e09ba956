//! Who calls: from the session cookie or a bearer token. A forgotten check does not compile, since
//! every use case asks for the principal that only these extractors give.

use aide::OperationInput;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use axum_extra::extract::CookieJar;
use fengsui_identity::SignedIn;
use fengsui_kernel::fault::FaultKind;
use fengsui_kernel::{Fault, Principal, Refusal};
use percent_encoding::percent_decode_str;

use crate::app::App;
use crate::problem::ApiError;

/// Name of the session cookie.
pub const COOKIE: &str = "fengsui_session";

/// Name of the cookie by which a browser is known again.
pub const DEVICE_COOKIE: &str = "fengsui_device";

/// A signed-in caller.
pub struct Caller {
    /// Account, posts, session.
    pub signed_in: SignedIn,
    /// The reason given for a change.
    pub why: Option<String>,
}

impl Caller {
    /// The caller's rights.
    pub fn principal(&self) -> &Principal {
        &self.signed_in.principal
    }
}

impl OperationInput for Caller {}

impl FromRequestParts<App> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let acting_post = text_header(&parts.headers, "x-acting-post");
        let why = text_header(&parts.headers, "x-why").map(|raw| decode(&raw));
        if let Some(token) = bearer(&parts.headers) {
            let signed_in = app.identity.authenticate_token(&token, acting_post.as_deref()).await?;
            return ready(parts, Self { signed_in, why });
        }
        let jar = CookieJar::from_headers(&parts.headers);
        let cookie = jar.get(COOKIE).map(|cookie| cookie.value().to_owned());
        let token = cookie.ok_or_else(|| unauthenticated("not_signed_in"))?;
        let signed_in = app.identity.signed_in(&token, acting_post.as_deref()).await?;
        check_csrf(parts, &signed_in)?;
        check_screen(parts, &signed_in)?;
        ready(parts, Self { signed_in, why })
    }
}

/// While a new password must be chosen, only the session's own paths answer.
fn ready(parts: &Parts, caller: Caller) -> Result<Caller, ApiError> {
    if !parts.uri.path().starts_with("/api/v1/session") && !parts.uri.path().starts_with("/session") {
        caller.signed_in.demand_ready()?;
    }
    Ok(caller)
}

fn unauthenticated(reason: &str) -> Fault {
    FaultKind::Unauthenticated(reason.to_owned()).into()
}

fn bearer(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    value.strip_prefix("Bearer ").map(|token| token.trim().to_owned())
}

fn text_header(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// Headers are ASCII; reasons are not.
fn decode(raw: &str) -> String {
    percent_decode_str(raw).decode_utf8_lossy().chars().take(500).collect()
}

/// A wall hangs where everybody stands: it reads what it shows, and nothing that is somebody's own.
fn check_screen(parts: &Parts, signed_in: &SignedIn) -> Result<(), ApiError> {
    if signed_in.screen.is_none() {
        return Ok(());
    }
    let path = parts.uri.path().trim_start_matches("/api/v1");
    let reads = matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS);
    let own = ["/sessions", "/tokens", "/messages", "/inbox", "/search"].iter().any(|door| path.starts_with(door));
    let goes = matches!((&parts.method, path), (&Method::DELETE, "/session") | (&Method::POST, "/session/sound"));
    if (reads && !own) || goes { Ok(()) } else { Err(Fault::from(Refusal::new("screens_only_show")).into()) }
}

/// A cookie travels by itself; an unsafe request must also carry what only our own pages know.
fn check_csrf(parts: &Parts, signed_in: &SignedIn) -> Result<(), ApiError> {
    if matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(());
    }
    let given = text_header(&parts.headers, "x-csrf-token");
    if signed_in.csrf_fits(given.as_deref()) { Ok(()) } else { Err(Fault::field("X-CSRF-Token", "csrf").into()) }
}
