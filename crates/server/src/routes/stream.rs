//! The live stream and the base map.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, FromRequestParts as _, Path, Query, State};
use axum::http::request::Parts;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use fengsui_kernel::fault::FaultKind;
use fengsui_kernel::{Fault, Principal};
use futures::{FutureExt as _, Stream, StreamExt};
use serde::Deserialize;

use crate::app::App;
use crate::auth::Caller;
use crate::problem::{ApiError, ApiResult};
use crate::routes::session;
use crate::stream;

/// `/stream` and `/basemap/{name}`: neither answers JSON, so they stand beside the described API.
pub fn routes() -> Router<App> {
    Router::new().route("/stream", get(follow)).route("/basemap/{name}", get(layer))
}

#[derive(Deserialize)]
struct Resume {
    last_event_id: Option<i64>,
}

async fn follow(
    State(app): State<App>,
    _caller: Caller,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    parts: Parts,
    Query(resume): Query<Resume>,
) -> ApiResult<Sse<impl Stream<Item = Result<Event, Infallible>>>> {
    let headers = &parts.headers;
    let header = headers.get("last-event-id").and_then(|value| value.to_str().ok()).and_then(|text| text.parse().ok());
    let client = session::network(&session::address(&app, headers, peer));
    let place = app.crowd.enter(&client).ok_or(FaultKind::TooMany { seconds: 30 })?;
    let renewing = app.clone();
    let renew = Box::new(move || who(renewing.clone(), parts.clone()).boxed());
    let events = stream::open(app.hub.clone(), renew, header.or(resume.last_event_id)).await?;
    // Count and place live as long as the stream.
    let held = (app.metrics.stream_opened(), place);
    let counted = events.inspect(move |_| held.0.touch());
    Ok(Sse::new(counted).keep_alive(KeepAlive::new().interval(Duration::from_secs(10)).text("alive")))
}

/// Who asks, judged by the same cookie or token as at the beginning.
async fn who(app: App, mut parts: Parts) -> Result<Principal, ApiError> {
    Ok(Caller::from_request_parts(&mut parts, &app).await?.signed_in.principal)
}

async fn layer(State(app): State<App>, Path(name): Path<String>) -> Response {
    let name = name.trim_end_matches(".geojson");
    app.basemap.response(name).unwrap_or_else(|| ApiError(Fault::not_found("layer", name)).into_response())
}
