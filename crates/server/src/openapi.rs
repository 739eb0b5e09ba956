//! The OpenAPI 3.1 document, generated from the routes.

use aide::openapi::{ApiKeyLocation, Info, OpenApi, SecurityScheme};
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
