//! Fetching what services of others publish: only what is new, no more than allowed, and no longer.

use std::time::Duration;

use fengsui_messaging::outward::{Unreachable, client_for};
use reqwest::header::{ETAG, HeaderMap, HeaderName, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED};
use reqwest::{StatusCode, Url};

/// What is fetched, and within which limits.
#[derive(Clone, PartialEq, Eq)]
pub struct Fetching {
    /// The address; it may hold a key and is never shown.
    pub url: String,
    /// Whether it may lie in a private network.
    pub allow_private: bool,
    /// How long the whole may take.
    pub timeout: Duration,
    /// The most bytes.
    pub largest: usize,
}

/// What the service said of the last body: handed back, so that it need not send the same again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mark {
    /// Its `ETag`.
    pub etag: Option<String>,
    /// Its `Last-Modified`.
    pub last_modified: Option<String>,
}

/// What came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched {
    /// The same as before.
    Same,
    /// A body.
    Body(Vec<u8>, Mark),
}

/// Why nothing came, as a key of the messages with its facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchTrouble {
    /// The key: `pull_timeout`, `pull_too_large` …
    pub code: &'static str,
    /// The fact it is about: a status, a limit.
    pub fact: String,
}

fn trouble(code: &'static str, fact: impl Into<String>) -> FetchTrouble {
    FetchTrouble { code, fact: fact.into() }
}

impl From<Unreachable> for FetchTrouble {
    fn from(why: Unreachable) -> Self {
        let code = match why {
            Unreachable::NoAddress => "pull_no_address",
            Unreachable::Unknown => "pull_unknown_host",
            Unreachable::Private => "pull_private_address",
            Unreachable::Failed => "pull_failed",
        };
        trouble(code, "")
    }
}

/// Fetches once.
pub async fn fetch(what: &Fetching, mark: &Mark) -> Result<Fetched, FetchTrouble> {
    let url: Url = what.url.parse().map_err(|_| trouble("pull_no_address", ""))?;
    let client = client_for(&url, what.allow_private, what.timeout).await?;
    let mut request = client.get(url).header("User-Agent", "Fengsui");
    for (name, value) in [(IF_NONE_MATCH, &mark.etag), (IF_MODIFIED_SINCE, &mark.last_modified)] {
        if let Some(value) = value {
            request = request.header(name, value);
        }
    }
    let mut answer = request.send().await.map_err(|error| failed(&error, what))?;
    match answer.status() {
        StatusCode::NOT_MODIFIED => return Ok(Fetched::Same),
        StatusCode::OK => {}
        status if status.is_redirection() => return Err(trouble("pull_redirected", status.as_u16().to_string())),
        status => return Err(trouble("pull_status", status.as_u16().to_string())),
    }
    let mark = Mark { etag: text(answer.headers(), &ETAG), last_modified: text(answer.headers(), &LAST_MODIFIED) };
    let too_large = || trouble("pull_too_large", what.largest.to_string());
    if answer.content_length().is_some_and(|length| length > what.largest as u64) {
        return Err(too_large());
    }
    let mut body = Vec::new();
    while let Some(piece) = answer.chunk().await.map_err(|error| failed(&error, what))? {
        if body.len() + piece.len() > what.largest {
            return Err(too_large());
        }
        body.extend_from_slice(&piece);
    }
    Ok(Fetched::Body(body, mark))
}

/// The address may hold a key: of an error only what happened is told.
fn failed(error: &reqwest::Error, what: &Fetching) -> FetchTrouble {
    match error {
        _ if error.is_timeout() => trouble("pull_timeout", what.timeout.as_secs().to_string()),
        _ if error.is_connect() => trouble("pull_no_connection", ""),
        _ => trouble("pull_failed", ""),
    }
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).filter(|text| text.len() <= 500).map(str::to_owned)
}
