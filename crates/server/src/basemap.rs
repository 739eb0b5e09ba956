//! The offline base map: layers that came with the program or that the bureau put in its place.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::http::header;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;

/// Layers by name, compressed once.
#[derive(Debug, Clone, Default)]
pub struct Basemap(Arc<BTreeMap<String, Bytes>>);

impl Basemap {
    /// From GeoJSON texts already compressed with gzip.
    pub fn new(layers: BTreeMap<String, Vec<u8>>) -> Self {
        Self(Arc::new(layers.into_iter().map(|(name, bytes)| (name, Bytes::from(bytes))).collect()))
    }

    /// Names of the layers.
    pub fn names(&self) -> Vec<String> {
        self.0.keys().cloned().collect()
    }

    /// A layer as a response. All responses share the bytes.
    pub fn response(&self, name: &str) -> Option<Response> {
        let bytes = self.0.get(name)?.clone();
        let headers = [
            (header::CONTENT_TYPE, "application/geo+json"),
            (header::CONTENT_ENCODING, "gzip"),
            (header::CACHE_CONTROL, "public, max-age=86400"),
        ];
        Some((headers, bytes).into_response())
    }
}
