//! The OpenAPI 3.1 document, generated from the routes.

use aide::openapi::{
    ApiKeyLocation, Info, MediaType, OpenApi, ReferenceOr, Response as ApiResponse, SecurityScheme,
    StatusCode as StatusKey,
};
use aide::transform::{TransformOpenApi, TransformOperation};
use axum::Router;
use axum::http::header;
use axum::routing::get;
use bytes::Bytes;
use indexmap::IndexMap;

use crate::app::App;
use crate::routes;

/// The routes under `/api/v1` with their description.
pub fn describe() -> (Router<App>, OpenApi) {
    // Schemas are shared by reference, so that a generated client has one type per shape.
    aide::generate::extract_schemas(true);
    aide::generate::infer_responses(true);
    let mut document = OpenApi { info: info(), ..OpenApi::default() };
    let router = routes::api().finish_api_with(&mut document, finish);
    prefix_paths(&mut document);
    describe_files(&mut document);
    crate::sensorthings::contract::describe(&mut document);
    (router, document)
}

/// Marks an operation that needs no sign-in: the empty requirement is met by everybody.
pub fn anonymous(mut operation: TransformOperation<'_>) -> TransformOperation<'_> {
    operation.inner_mut().security = vec![IndexMap::new()];
    operation
}

/// The document as JSON text, for the committed copy.
pub fn text() -> String {
    let (_, document) = describe();
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}

fn info() -> Info {
    Info {
        title: "烽燧 Fengsui".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        description: Some(
            "Emergency management: ledgers, sensing, matters, messages, trace. See docs/api.md for the conventions."
                .to_owned(),
        ),
        ..Info::default()
    }
}

fn finish(document: TransformOpenApi<'_>) -> TransformOpenApi<'_> {
    document
        .security_scheme(
            "session",
            SecurityScheme::ApiKey {
                location: ApiKeyLocation::Cookie,
                name: crate::auth::COOKIE.to_owned(),
                description: Some(
                    "Cookie of POST /api/v1/session; unsafe requests repeat its CSRF token in X-CSRF-Token.".to_owned(),
                ),
                extensions: IndexMap::default(),
            },
        )
        .security_scheme(
            "token",
            SecurityScheme::Http {
                scheme: "bearer".to_owned(),
                bearer_format: None,
                description: Some("An API token of POST /api/v1/tokens.".to_owned()),
                extensions: IndexMap::default(),
            },
        )
        .security_requirement("session")
        .security_requirement("token")
}

fn prefix_paths(document: &mut OpenApi) {
    if let Some(paths) = &mut document.paths {
        let inner = std::mem::take(&mut paths.paths);
        paths.paths = inner.into_iter().map(|(path, item)| (format!("/api/v1{path}"), item)).collect();
    }
}

/// Handlers that answer with a file say nothing of its shape: what they answer is described here.
fn describe_files(document: &mut OpenApi) {
    let Some(paths) = &mut document.paths else { return };
    for (path, item) in &mut paths.paths {
        let ReferenceOr::Item(item) = item else { continue };
        let Some(operation) = &mut item.get else { continue };
        let responses = operation.responses.get_or_insert_default();
        let succeeds = |key: &StatusKey| matches!(key, StatusKey::Code(200..=299));
        if !responses.responses.keys().any(succeeds) {
            responses.responses.insert(StatusKey::Code(200), ReferenceOr::Item(file(media_type(path))));
        }
    }
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("xlsx") => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        Some("csv") => "text/csv",
        _ if path.contains("/tiles/") => "application/vnd.mapbox-vector-tile",
        _ if path.ends_with("/trace/export") => "application/x-ndjson",
        _ => "application/octet-stream",
    }
}

fn file(media_type: &str) -> ApiResponse {
    ApiResponse {
        description: "A file.".to_owned(),
        content: IndexMap::from_iter([(media_type.to_owned(), MediaType::default())]),
        ..ApiResponse::default()
    }
}

/// `/api/openapi.json`.
pub fn serve(document: &OpenApi) -> Router<App> {
    let text = Bytes::from(serde_json::to_string(document).unwrap_or_default());
    Router::new().route(
        "/api/openapi.json",
        get(move || {
            let text = text.clone();
            async move { ([(header::CONTENT_TYPE, "application/json")], text) }
        }),
    )
}
