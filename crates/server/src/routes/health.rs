//! Liveness, readiness, figures.

use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::Ordering;

use axum::Router;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use fengsui_kernel::fault::FaultKind;
use subtle::ConstantTimeEq as _;

use crate::app::App;
use crate::problem::ApiResult;
use crate::routes::session;

/// `/healthz`, `/readyz`, `/metrics`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
}

async fn ready(State(app): State<App>) -> impl IntoResponse {
    match app.db.ping().await {
        Ok(()) if app.series.counters().refusing.load(Ordering::Relaxed) => {
            (StatusCode::SERVICE_UNAVAILABLE, "readings cannot be stored: the disk is full or the store away\n")
        }
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the store does not answer\n"),
    }
}

/// The figures tell how busy a node is and what it is connected to: they are for this machine, and
/// for whoever has the token.
async fn metrics(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> ApiResult<impl IntoResponse> {
    if !here(&app, &headers, peer) && !has_token(&app, &headers) {
        return Err(FaultKind::Unauthenticated("metrics_token_required".to_owned()).into());
    }
    Ok(([(header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], app.metrics.render()))
}

/// Whether the caller is on this machine. What a proxy that nobody named passed on is not.
fn here(app: &App, headers: &HeaderMap, peer: SocketAddr) -> bool {
    let passed_on = headers.contains_key("x-forwarded-for") || headers.contains_key(header::FORWARDED);
    let trusted = app.node.behind_proxy == Some(peer.ip());
    (trusted || !passed_on)
        && session::address(app, headers, peer)
            .parse::<IpAddr>()
            .is_ok_and(|address| address.to_canonical().is_loopback())
}

fn has_token(app: &App, headers: &HeaderMap) -> bool {
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let given = given.and_then(|value| value.strip_prefix("Bearer "));
    match (&app.node.metrics_token, given) {
        (Some(expected), Some(given)) => expected.as_bytes().ct_eq(given.trim().as_bytes()).into(),
        _ => false,
    }
}
