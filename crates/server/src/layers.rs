//! What wraps every request: security headers, problem bodies in the reader's language, traced
//! denials, one summary line.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use fengsui_kernel::fault::FaultKind;
use fengsui_kernel::{Fault, Locale};

use crate::app::App;
use crate::problem::{self, ApiError};

/// The language that a request asks for.
pub fn locale(headers: &HeaderMap) -> Locale {
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    accepted.map_or(Locale::Chinese, Locale::from_accept_language)
}

/// Writes the body of a fault, traces denials, logs what is the platform's own fault.
pub async fn problems(State(app): State<App>, request: Request, next: Next) -> Response {
    let locale = locale(request.headers());
    let api = request.uri().path().starts_with("/api/");
    let response = next.run(request).await;
    if let Some(ApiError(fault)) = response.extensions().get::<ApiError>() {
        match fault.kind.as_ref() {
            FaultKind::Denied(denial) => {
                if let Err(fault) = app.identity.trace_denial(denial).await {
                    tracing::error!(%fault, "tracing a denial failed");
                }
            }
            FaultKind::Internal(reason) => tracing::error!(%reason, "internal fault"),
            FaultKind::Unavailable(reason) => tracing::warn!(%reason, "unavailable"),
            _ => {}
        }
        return problem::render(fault, locale);
    }
    match bare(response.status()).filter(|_| api && response.headers().get(header::CONTENT_TYPE).is_none_or(plain)) {
        Some(fault) => with_status(problem::render(&fault, locale), &response),
        None => response,
    }
}

fn plain(media: &HeaderValue) -> bool {
    media.as_bytes().starts_with(b"text/plain")
}

/// Answers of the router itself (no such path, method not allowed) get a body too.
fn bare(status: StatusCode) -> Option<Fault> {
    Some(match status {
        StatusCode::NOT_FOUND => Fault::not_found("path", ""),
        StatusCode::METHOD_NOT_ALLOWED => Fault::field("method", "method_not_allowed").into(),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Fault::field("content-type", "unsupported_media_type").into(),
        StatusCode::PAYLOAD_TOO_LARGE => FaultKind::TooLarge { limit: crate::extract::JSON_LIMIT as u64 }.into(),
        StatusCode::BAD_REQUEST => Fault::field("request", "unreadable_request").into(),
        StatusCode::REQUEST_TIMEOUT => FaultKind::Unavailable("timed out".into()).into(),
        StatusCode::INTERNAL_SERVER_ERROR => Fault::internal("a handler panicked"),
        _ => return None,
    })
}

/// Keeps the router's status and its headers, such as `Allow`.
fn with_status(mut rendered: Response, original: &Response) -> Response {
    *rendered.status_mut() = original.status();
    if let Some(allow) = original.headers().get(header::ALLOW) {
        rendered.headers_mut().insert(header::ALLOW, allow.clone());
    }
    rendered
}

/// Headers that keep a browser from doing what it should not.
pub async fn security_headers(State(app): State<App>, request: Request, next: Next) -> Response {
    let api = request.uri().path().starts_with("/api/");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert_with(|| app.base_maps.content_security_policy());
    let mut set = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(header::REFERRER_POLICY, "same-origin");
    set(HeaderName::from_static("permissions-policy"), "camera=(self), geolocation=(self), microphone=(self)");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    if api {
        set(header::CACHE_CONTROL, "no-store");
    }
    response
}

/// One line per request, and the counters of `/metrics`.
pub async fn summary(State(app): State<App>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let route =
        request.extensions().get::<MatchedPath>().map_or_else(|| "other".to_owned(), |path| path.as_str().to_owned());
    let response = next.run(request).await;
    let elapsed = started.elapsed();
    let status = response.status().as_u16();
    app.metrics.observe_request(method.as_str(), &route, status, elapsed);
    if status >= 500 {
        tracing::warn!(%method, %route, status, ms = elapsed.as_millis(), "request");
    } else {
        tracing::debug!(%method, %route, status, ms = elapsed.as_millis(), "request");
    }
    response
}

/// The answer for API paths that do not exist.
pub async fn no_such_path() -> Response {
    StatusCode::NOT_FOUND.into_response()
}
