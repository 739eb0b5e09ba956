//! The console, embedded. Without Node the binary says that the console was not built.

use std::borrow::Cow;

use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use bytes::Bytes;
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Console;

const NOT_BUILT: &str = "<!doctype html><meta charset=utf-8><title>烽燧 Fengsui</title>\
<p>控制台尚未构建：请在源码目录运行 <code>make build</code>（需要 Node）。接口可用：<a href=/api/openapi.json>/api/openapi.json</a>\
<p lang=en>The console is not built. Run <code>make build</code> in the source tree (needs Node). The API works.";

/// Serves a file of the console; any other path gets its first page, since views have URLs.
pub async fn serve(uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    if let Some(file) = Console::get(path) {
        return file_response(path, &file, &headers);
    }
    if path.contains('.') {
        return StatusCode::NOT_FOUND.into_response();
    }
    match Console::get("index.html") {
        Some(file) => file_response("index.html", &file, &headers),
        None => Html(NOT_BUILT).into_response(),
    }
}

fn file_response(path: &str, file: &rust_embed::EmbeddedFile, headers: &HeaderMap) -> Response {
    use std::fmt::Write as _;
    let hash = file.metadata.sha256_hash();
    let tag = hash[..8].iter().fold(String::new(), |mut tag, byte| {
        let _ = write!(tag, "{byte:02x}");
        tag
    });
    let tag = format!("\"{tag}\"");
    if headers.get(header::IF_NONE_MATCH).is_some_and(|given| given.as_bytes() == tag.as_bytes()) {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    // Built files carry their hash in the name; only the first page changes under its name.
    let cache = if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let media = media_type(path).to_owned();
    let headers = [(header::CONTENT_TYPE, media), (header::CACHE_CONTROL, cache.to_owned()), (header::ETAG, tag)];
    // Embedded files lie in the program; a thousand slow readers must not each hold a copy.
    let body = match &file.data {
        Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        Cow::Owned(bytes) => Bytes::copy_from_slice(bytes),
    };
    (headers, body).into_response()
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "json" | "webmanifest" | "geojson" => "application/json",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}
