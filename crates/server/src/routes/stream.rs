//! The live stream and the base map.

use std::convert::Infallible;
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use fengsui_kernel::Fault;
use futures::{Stream, StreamExt};
use serde::Deserialize;

use crate::app::App;
use crate::auth::Caller;
use crate::problem::{ApiError, ApiResult};
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
    caller: Caller,
    headers: HeaderMap,
    Query(resume): Query<Resume>,
) -> ApiResult<Sse<impl Stream<Item = Result<Event, Infallible>>>> {
    let header = headers.get("last-event-id").and_then(|value| value.to_str().ok()).and_then(|text| text.parse().ok());
    let principal = caller.principal().clone();
    let events = stream::open(app.hub.clone(), principal, header.or(resume.last_event_id)).await?;
    // The count lives as long as the stream.
    let count = app.metrics.stream_opened();
    let counted = events.inspect(move |_| count.touch());
    Ok(Sse::new(counted).keep_alive(KeepAlive::new().interval(Duration::from_secs(10)).text("alive")))
}

async fn layer(State(app): State<App>, Path(name): Path<String>) -> Response {
    let name = name.trim_end_matches(".geojson");
    app.basemap.response(name).unwrap_or_else(|| ApiError(Fault::not_found("layer", name)).into_response())
}
