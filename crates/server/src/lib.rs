//! HTTP: the interface under `/api/v1` with its OpenAPI document, the live stream, SensorThings, the CAP feed,
//! figures for operators, and the console.

pub mod app;
pub mod assets;
pub mod auth;
pub mod base_maps;
pub mod basemap;
pub mod catalogue;
pub mod completion;
pub mod created;
pub mod crowd;
mod device_health;
pub mod dispatcher;
pub mod extract;
pub mod layers;
pub mod limiter;
pub mod metrics;
mod online_rate;
pub mod openapi;
pub mod people;
pub mod problem;
pub mod push;
pub mod references;
pub mod routes;
pub mod rule_templates;
pub mod sensing;
mod sensorthings;
pub mod serving;
pub mod set_aside;
pub mod stream;
pub mod thread;
pub mod timeliness;
mod unread;
mod vehicles;

use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::TimeoutLayer;

use crate::app::App;
use crate::extract::JSON_LIMIT;

/// The whole interface of a node.
pub fn router(app: App) -> Router {
    let (api, document) = openapi::describe();
    let streams = routes::stream();
    let timed = api.layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, Duration::from_mins(10)));
    let sensorthings = sensorthings::routes()
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, Duration::from_mins(1)));
    let versioned = Router::new().merge(timed).merge(streams).fallback(layers::no_such_path);
    Router::new()
        .nest("/api/v1", versioned)
        .merge(openapi::serve(&document))
        .merge(routes::health())
        .merge(routes::cap())
        .merge(routes::receipt())
        .merge(sensorthings)
        .fallback(assets::serve)
        .layer(CatchPanicLayer::new())
        .layer(CompressionLayer::new().compress_when(compressible()))
        .layer(DefaultBodyLimit::max(JSON_LIMIT))
        .layer(from_fn_with_state(app.clone(), layers::problems))
        .layer(from_fn_with_state(app.clone(), layers::security_headers))
        .layer(from_fn_with_state(app.clone(), layers::summary))
        .with_state(app)
}

/// Streams must not wait in a compressor's buffer; tiles and images gain nothing.
fn compressible() -> impl tower_http::compression::Predicate {
    use tower_http::compression::Predicate as _;
    use tower_http::compression::predicate::{NotForContentType, SizeAbove};
    SizeAbove::new(1024).and(NotForContentType::SSE).and(NotForContentType::IMAGES)
}
