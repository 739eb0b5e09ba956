//! Who asks. Clients of SensorThings know user name and password (HTTP Basic): the password is an API token.

use axum::extract::FromRequestParts as _;
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fengsui_kernel::Fault;
use fengsui_kernel::fault::FaultKind;

use super::fault::StaResult;
use crate::app::App;
use crate::auth::Caller;

/// The caller: an API token as bearer or as password, or the session of a browser.
///
/// People's passwords open nothing here: a program that sends one with every request would pass by the second factor
/// and the bounds on attempts.
pub async fn caller(app: &App, parts: &mut Parts) -> StaResult<Caller> {
    if let Some(encoded) = basic(parts) {
        let token = token(&encoded).ok_or_else(|| Fault::from(FaultKind::Unauthenticated("bad_token".to_owned())))?;
        let bearer = HeaderValue::from_str(&format!("Bearer {token}")).map_err(Fault::internal)?;
        parts.headers.insert(header::AUTHORIZATION, bearer);
    }
    Ok(Caller::from_request_parts(parts, app).await?)
}

fn basic(parts: &Parts) -> Option<String> {
    let value = parts.headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("basic").then(|| encoded.trim().to_owned())
}

/// The password of `user:password`; whoever holds a token needs no name.
fn token(encoded: &str) -> Option<String> {
    let decoded = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    let (_, password) = decoded.split_once(':')?;
    let plain = !password.is_empty() && password.bytes().all(|byte| byte.is_ascii_graphic());
    plain.then(|| password.to_owned())
}
