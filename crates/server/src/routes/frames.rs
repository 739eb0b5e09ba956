//! Raw frames: what devices sent and were sent, in bytes and in words; what nobody registered sent too.

use aide::axum::ApiRouter;
use aide::axum::routing::{get_with, post_with};
use axum::Json;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use fengsui_gateway::{Reread, reread};
use fengsui_kernel::{Fault, Page, PageQuery, Timestamp};
use fengsui_protocols::{gb26875, hj212, jt808, sl651};
use fengsui_series::{
    DeviceFacts, FrameDirection, FrameQuery, FrameSource, FrameVerdict, LoggedFrame, UnregisteredSender,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::app::App;
use crate::auth::Caller;
use crate::extract::{Body, Params, Segments};
use crate::problem::{ApiError, ApiResult};
use crate::routes::ById;
use crate::sensing;

/// Frames that one file holds at most.
const MOST_IN_FILE: usize = 20_000;

/// Routes of raw frames.
pub fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route(
            "/devices/{id}/frames",
            get_with(of_device, |op| op.summary("Raw frames of a device, newest first, with what they say")),
        )
        .api_route(
            "/devices/{id}/frames/file",
            get_with(file_of_device, |op| op.summary("What a device sent, as a file for `fengsui decode`")),
        )
        .api_route(
            "/devices/{id}/frames/replay",
            post_with(replay, |op| op.summary("Read chosen frames once more; readings come in under their own time")),
        )
        .api_route("/senders", get_with(senders, |op| op.summary("Who sends and is no registered device")))
        .api_route(
            "/senders/{id}/frames",
            get_with(of_sender, |op| op.summary("Raw frames of whoever names itself so, newest first")),
        )
        .api_route(
            "/senders/{id}/frames/file",
            get_with(file_of_sender, |op| op.summary("What a sender sent, as a file for `fengsui decode`")),
        )
}

/// A frame, with what it says.
#[derive(Debug, Serialize, JsonSchema)]
struct FrameView {
    /// Its number: later frames have greater ones.
    id: String,
    /// When it came or went.
    at: Timestamp,
    /// The device as the frame names it; an address where it names none.
    sender: String,
    /// Over which protocol: `hj212`, `sl651`, `jt808`, `gb26875`.
    protocol: String,
    /// Address of the other side.
    peer: String,
    /// Which way it went.
    direction: FrameDirection,
    /// What was made of it.
    verdict: FrameVerdict,
    /// Why it was refused: a reason of the quarantine; absent otherwise.
    code: Option<String>,
    /// Bytes of the whole frame.
    length: u32,
    /// Whether only the first bytes are kept.
    cut: bool,
    /// The bytes in hexadecimal; passwords are masked.
    hex: String,
    /// The bytes as text, where they are text.
    text: Option<String>,
    /// What `fengsui decode` prints for it.
    decoded: Vec<Value>,
}

impl From<LoggedFrame> for FrameView {
    fn from(frame: LoggedFrame) -> Self {
        let readable = |byte: &u8| matches!(byte, 0x20..=0x7E | b'\r' | b'\n' | b'\t') || *byte >= 0x80;
        let text = std::str::from_utf8(&frame.bytes).ok().filter(|text| text.as_bytes().iter().all(readable));
        Self {
            id: frame.number.to_string(),
            at: frame.at,
            sender: frame.sender.to_string(),
            peer: frame.peer.to_string(),
            direction: frame.direction,
            verdict: frame.verdict,
            code: (!frame.code.is_empty()).then(|| frame.code.to_string()),
            length: frame.length,
            cut: frame.bytes.len() < frame.length as usize,
            hex: hex::encode(&frame.bytes),
            text: text.map(|text| text.trim_end().to_owned()),
            decoded: described(&frame.protocol, &frame.bytes),
            protocol: frame.protocol.to_string(),
        }
    }
}

/// As `fengsui decode` prints it.
fn described(protocol: &str, bytes: &[u8]) -> Vec<Value> {
    match protocol {
        "hj212" => hj212::describe(bytes),
        "sl651" => sl651::describe(bytes),
        "jt808" => jt808::describe(bytes),
        "gb26875" => gb26875::describe(bytes),
        _ => Vec::new(),
    }
}

/// The device of the path, by id or code.
async fn device(app: &App, path: &ById) -> ApiResult<DeviceFacts> {
    let record = sensing::find(&app.registry, "device", &path.id).await?;
    let record = record.ok_or_else(|| Fault::not_found("device", &path.id))?;
    Ok(sensing::device_facts(&record))
}

async fn of_device(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<ById>,
    Params(query): Params<FrameQuery>,
) -> ApiResult<Json<Page<FrameView>>> {
    let device = device(&app, &path).await?;
    let page = app.series.frames_of(caller.principal(), FrameSource::Device(&device), &query).await?;
    Ok(Json(page.map(FrameView::from)))
}

async fn of_sender(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<ById>,
    Params(query): Params<FrameQuery>,
) -> ApiResult<Json<Page<FrameView>>> {
    let page = app.series.frames_of(caller.principal(), FrameSource::Sender(&path.id), &query).await?;
    Ok(Json(page.map(FrameView::from)))
}

async fn senders(
    State(app): State<App>,
    caller: Caller,
    Params(page): Params<PageQuery>,
) -> ApiResult<Json<Page<UnregisteredSender>>> {
    Ok(Json(app.series.unregistered_senders(caller.principal(), &page).await?))
}

async fn file_of_device(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<ById>,
    Params(query): Params<FrameQuery>,
) -> ApiResult<Response> {
    let device = device(&app, &path).await?;
    file(&app, &caller, FrameSource::Device(&device), query).await
}

async fn file_of_sender(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<ById>,
    Params(query): Params<FrameQuery>,
) -> ApiResult<Response> {
    file(&app, &caller, FrameSource::Sender(&path.id), query).await
}

/// Received frames, oldest first, one a line: HJ 212 as text, for `fengsui replay` and `fengsui decode hj212`, all else
/// in hexadecimal, for `fengsui decode --hex`. Of a device that speaks several protocols, that of its newest frame.
async fn file(app: &App, caller: &Caller, source: FrameSource<'_>, query: FrameQuery) -> ApiResult<Response> {
    let mut query = FrameQuery { direction: Some(FrameDirection::Received), limit: Some(500), ..query };
    let mut frames: Vec<LoggedFrame> = Vec::new();
    while frames.len() < MOST_IN_FILE {
        let page = app.series.frames_of(caller.principal(), source, &query).await?;
        frames.extend(page.items);
        match page.next {
            Some(next) => query.cursor = Some(next),
            None => break,
        }
    }
    let protocol = frames.first().map(|frame| frame.protocol.clone()).unwrap_or_default();
    let lines = frames.iter().rev().filter(|frame| frame.protocol == protocol).map(line).collect::<String>();
    let name = format!("attachment; filename=\"frames.{}.txt\"", if protocol.is_empty() { "none" } else { &protocol });
    Ok(([(CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, name)], lines).into_response())
}

fn line(frame: &LoggedFrame) -> String {
    let text = String::from_utf8_lossy(&frame.bytes);
    match frame.protocol.as_str() {
        "hj212" => format!("{}\r\n", text.trim_end()),
        _ => format!("{}\n", hex::encode(&frame.bytes)),
    }
}

/// Frames to be read once more.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Replay {
    /// Their ids, at most 500.
    frames: Vec<String>,
}

/// What reading a frame once more came to.
#[derive(Serialize, JsonSchema)]
struct Replayed {
    /// The frame.
    id: String,
    /// What was made of it now.
    verdict: FrameVerdict,
    /// Why it cannot be read; absent otherwise.
    code: Option<String>,
    /// Readings stored, those that were there before included.
    accepted: u32,
    /// Readings that wait in the quarantine.
    quarantined: u32,
}

async fn replay(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<ById>,
    Body(body): Body<Replay>,
) -> ApiResult<Json<Vec<Replayed>>> {
    let numbers: Result<Vec<i64>, _> = body.frames.iter().map(|id| id.parse()).collect();
    let numbers = numbers.map_err(|_| ApiError(Fault::field("frames", "unknown_reference").into()))?;
    let device = device(&app, &path).await?;
    let mut frames = app.series.chosen_frames(caller.principal(), &device, &numbers).await?;
    frames.retain(|frame| frame.direction == FrameDirection::Received);
    let told = reread(&app.series, &frames).await?;
    let told: Vec<Replayed> = frames.iter().zip(told).map(|(frame, told)| replayed(frame, told)).collect();
    let accepted = told.iter().map(|one| one.accepted).sum();
    app.series.note_replay(caller.principal(), &device, told.len(), accepted).await?;
    Ok(Json(told))
}

fn replayed(frame: &LoggedFrame, told: Reread) -> Replayed {
    let id = frame.number.to_string();
    match told {
        Reread::Stored(done) => {
            let verdict = match (done.accepted, done.quarantined) {
                _ if done.unknown_device => FrameVerdict::NotRegistered,
                (_, 0) => FrameVerdict::Accepted,
                (0, _) => FrameVerdict::SetAside,
                _ => FrameVerdict::PartlyAccepted,
            };
            Replayed { id, verdict, code: None, accepted: done.accepted, quarantined: done.quarantined }
        }
        Reread::Nothing => Replayed { id, verdict: FrameVerdict::Handled, code: None, accepted: 0, quarantined: 0 },
        Reread::Unreadable(reason) => {
            let code = Some(reason.as_str().to_owned());
            Replayed { id, verdict: FrameVerdict::Refused, code, accepted: 0, quarantined: 0 }
        }
    }
}
