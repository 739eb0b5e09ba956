//! The door for platforms of third parties, and the page about what the node is connected with.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use aide::axum::ApiRouter;
use aide::axum::routing::{get_with, post_with};
use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::HeaderMap;
use axum::{Extension, Json};
use fengsui_kernel::fault::FaultKind;
use fengsui_kernel::{Fault, Locale, Place, Problem, Problems, Timestamp};
use fengsui_series::{MAX_READINGS, QuarantineReason, Reject, Submission};
use futures::StreamExt as _;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::auth::Caller;
use crate::extract::{Language, Segments};
use crate::openapi::anonymous;
use crate::problem::{ApiError, ApiResult};
use crate::push::{OpenDoor, PushFigures, PushRead, PushTrouble, WrongReading};
use crate::routes::session;

/// Places that are wrong and are named in an answer.
const NAMED: usize = 100;

/// Routes of the doors by mapping.
pub fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route(
            "/push/{name}",
            post_with(push, |op| anonymous(op).summary("Hand readings over in a shape of one's own")),
        )
        .api_route("/sources/push", get_with(list, |op| op.summary("Doors by mapping and what passed them")))
}

#[derive(Deserialize, JsonSchema)]
struct ByName {
    /// Name of the door.
    name: String,
}

/// What became of the readings of one device.
#[derive(Debug, Serialize, JsonSchema)]
struct PushedDevice {
    /// The device as the body names it.
    device: String,
    /// Readings stored.
    accepted: u32,
    /// Readings that wait in the quarantine: the device or the series is not in the ledger, or the time cannot be.
    quarantined: u32,
}

/// What became of a body. All that is told here is durable.
#[derive(Debug, Serialize, JsonSchema)]
struct Pushed {
    /// Readings stored; one that was there already is stored once.
    accepted: u32,
    /// Readings that wait in the quarantine.
    quarantined: u32,
    /// The same by device.
    devices: Vec<PushedDevice>,
    /// What is no reading, at most 100 places.
    wrong: Vec<WrongReading>,
    /// Places that are no readings altogether.
    wrong_count: usize,
}

async fn push(
    State(app): State<App>,
    Segments(path): Segments<ByName>,
    Language(locale): Language,
    Extension(ConnectInfo(peer)): Extension<ConnectInfo<SocketAddr>>,
    request: Request,
) -> ApiResult<Json<Pushed>> {
    let open = app.push_doors.find(&path.name).ok_or_else(|| Fault::not_found("push", &path.name))?;
    let now = app.db.now();
    let outcome = take(&app, open, peer, locale, request).await;
    open.figures.change(|figures| match &outcome {
        Ok((pushed, first_wrong)) => {
            figures.requests += 1;
            figures.accepted += u64::from(pushed.accepted);
            figures.quarantined += u64::from(pushed.quarantined);
            figures.wrong += pushed.wrong_count as u64;
            if pushed.accepted > 0 {
                figures.last_stored_at = Some(now);
            }
            figures.trouble = first_wrong.as_ref().map(|problem| trouble(problem, now)).or(figures.trouble.take());
        }
        Err(ApiError(fault)) => {
            figures.refused += 1;
            figures.trouble = Some(trouble_of(fault, now));
        }
    });
    outcome.map(|(pushed, _)| Json(pushed))
}

fn trouble(problem: &Problem, at: Timestamp) -> PushTrouble {
    let Problem { field, code, params, .. } = problem.clone();
    PushTrouble { at, code, pointer: Some(field), params }
}

fn trouble_of(fault: &Fault, at: Timestamp) -> PushTrouble {
    match fault.kind.as_ref() {
        FaultKind::Invalid(Problems(problems)) => match problems.first() {
            Some(first) => trouble(first, at),
            None => trouble_without_place(fault.code(), at),
        },
        FaultKind::TooLarge { limit } => PushTrouble {
            params: BTreeMap::from([("limit".to_owned(), limit.to_string())]),
            ..trouble_without_place(fault.code(), at)
        },
        FaultKind::TooMany { .. } => trouble_without_place("push_too_many", at),
        _ => trouble_without_place(fault.code(), at),
    }
}

fn trouble_without_place(code: &str, at: Timestamp) -> PushTrouble {
    PushTrouble { at, code: code.to_owned(), pointer: None, params: BTreeMap::new() }
}

async fn take(
    app: &App,
    open: &OpenDoor,
    peer: SocketAddr,
    locale: Locale,
    request: Request,
) -> ApiResult<(Pushed, Option<Problem>)> {
    let (parts, body) = request.into_parts();
    let door = &open.door;
    // Judged before anything is read: who has no right to send keeps nobody busy.
    if door.access.by_headers(&parts.headers) == Some(false) {
        return Err(turned_away(app, &parts.headers, peer));
    }
    let body = whole(body, door.largest_bytes).await?;
    if !door.access.by_body(&parts.headers, &body) {
        return Err(turned_away(app, &parts.headers, peer));
    }
    open.admit(app.db.now())?;
    let read = match door.read(&body, app.series.ingest().now()) {
        Ok(read) => read,
        Err(fault) => {
            tell(app, &door.name, &fault.to_string(), &body).await?;
            return Err(fault.into());
        }
    };
    if !read.wrong.is_empty() {
        let first: Vec<String> = read
            .wrong
            .iter()
            .take(10)
            .map(|one| WrongReading::of(one, Locale::Chinese))
            .map(|one| format!("{}: {}", one.pointer, one.message))
            .collect();
        tell(app, &door.name, &first.join("\n"), &body).await?;
    }
    if read.readings.is_empty() && !read.wrong.is_empty() {
        return Err(Fault::from(FaultKind::Invalid(Problems(read.wrong.into_iter().take(NAMED).collect()))).into());
    }
    let first = read.wrong.first().cloned();
    Ok((store(app, read, locale, &door.name).await?, first))
}

/// A wrong secret: refused, and soon not even answered.
fn turned_away(app: &App, headers: &HeaderMap, peer: SocketAddr) -> ApiError {
    let address = session::address(app, headers, peer);
    if let Err(fault) = app.limiter.take(&format!("push {address}"), app.db.now()) {
        return fault.into();
    }
    Fault::from(FaultKind::Unauthenticated("bad_push_secret".to_owned())).into()
}

async fn whole(body: Body, largest: usize) -> ApiResult<Vec<u8>> {
    let (mut pieces, mut whole) = (body.into_data_stream(), Vec::new());
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|_| Fault::field("body", "unreadable"))?;
        if whole.len() + piece.len() > largest {
            return Err(Fault::from(FaultKind::TooLarge { limit: largest as u64 }).into());
        }
        whole.extend_from_slice(&piece);
    }
    Ok(whole)
}

/// Lets people see what could not be read.
async fn tell(app: &App, name: &str, why: &str, body: &[u8]) -> fengsui_kernel::Result<()> {
    let sample = format!("{why}\n{}", String::from_utf8_lossy(body));
    let reject = Reject {
        reason: QuarantineReason::MalformedPayload,
        device_key: format!("push:{name}"),
        code: String::new(),
        protocol: "http".to_owned(),
        sample: sample.chars().filter(|letter| *letter != '\0').take(2000).collect(),
    };
    app.series.ingest().reject(reject).await
}

async fn store(app: &App, read: PushRead, locale: Locale, name: &str) -> fengsui_kernel::Result<Pushed> {
    let mut devices = Vec::new();
    for (device, readings) in read.readings {
        let mut told = PushedDevice { device: device.clone(), accepted: 0, quarantined: 0 };
        for portion in readings.chunks(MAX_READINGS) {
            let submission = Submission {
                device_key: device.clone(),
                protocol: "http".to_owned(),
                readings: portion.to_vec(),
                raw_ref: Some(format!("push={name}")),
            };
            let done = app.series.ingest().submit(submission).await?;
            told.accepted += done.accepted;
            told.quarantined += done.quarantined;
        }
        devices.push(told);
    }
    Ok(Pushed {
        accepted: devices.iter().map(|one| one.accepted).sum(),
        quarantined: devices.iter().map(|one| one.quarantined).sum(),
        devices,
        wrong: read.wrong.iter().take(NAMED).map(|problem| WrongReading::of(problem, locale)).collect(),
        wrong_count: read.wrong.len(),
    })
}

/// A door by mapping.
#[derive(Debug, Serialize, JsonSchema)]
struct PushSource {
    /// Its name.
    name: String,
    /// Where bodies are posted to.
    url: String,
    /// What must be shown: `token`, `basic`, `signature`.
    access: &'static str,
    /// Whether its readings raise nothing.
    historical: bool,
    /// The largest body, in bytes.
    largest_bytes: usize,
    /// Requests a minute in the long run.
    requests_per_minute: u32,
    /// What passed since the program started.
    figures: PushFigures,
    /// What last went wrong, in the reader's language.
    trouble: Option<String>,
}

async fn list(State(app): State<App>, caller: Caller, Language(locale): Language) -> ApiResult<Json<Vec<PushSource>>> {
    caller.principal().require("read", "configuration", &Place::of(app.node.division))?;
    let root = app.node.public_url.trim_end_matches('/');
    let source = |open: &OpenDoor| {
        let figures = open.figures.read();
        let words = |trouble: &PushTrouble| crate::catalogue::message(locale, &trouble.code, &trouble.params);
        PushSource {
            name: open.door.name.clone(),
            url: format!("{root}/api/v1/push/{}", open.door.name),
            access: open.door.access.name(),
            historical: open.door.historical,
            largest_bytes: open.door.largest_bytes,
            requests_per_minute: open.door.requests_per_minute,
            trouble: figures.trouble.as_ref().map(words),
            figures,
        }
    };
    Ok(Json(app.push_doors.all().map(source).collect()))
}
