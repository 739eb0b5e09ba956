//! Matters: inbox, lists, actions, clocks, time lines, attachments.

use aide::axum::ApiRouter;
use aide::axum::routing::{get_with, post_with};
use axum::Json;
use axum::extract::{DefaultBodyLimit, Multipart, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use fengsui_kernel::fault::FaultKind;
use fengsui_kernel::id::{AttachmentId, MatterId};
use fengsui_kernel::{DivisionCode, Fault, Mode, Page, PageQuery, Timestamp};
use fengsui_matters::attachments::LARGEST_BYTES;
use fengsui_matters::{
    Assignee, Attachment, ListQuery, Matter, NewLink, NewMatter, ProcessView, Submission, Timeliness,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::auth::Caller;
use crate::completion;
use crate::extract::{Body, Params, Segments};
use crate::problem::{ApiError, ApiResult};
use crate::references;
use crate::routes::ById;
use crate::thread::{self, ThreadEntry};

/// Routes of matters.
pub fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route("/processes", get_with(processes, |op| op.summary("Processes with their forms")))
        .api_route(
            "/matters",
            get_with(list, |op| op.summary("Matters that I may see")).post_with(open, |op| op.summary("Open a matter")),
        )
        .api_route("/inbox", get_with(inbox, |op| op.summary("Matters that wait for me")))
        .api_route("/matters/{id}", get_with(get, |op| op.summary("One matter")))
        .api_route("/matters/{id}/actions", post_with(act, |op| op.summary("Take an action")))
        .api_route("/matters/{id}/claim", post_with(claim, |op| op.summary("Take a matter on")))
        .api_route("/matters/{id}/hand-over", post_with(hand_over, |op| op.summary("Give a matter to another post")))
        .api_route("/matters/{id}/comments", post_with(comment, |op| op.summary("Comment")))
        .api_route("/matters/{id}/links", post_with(link, |op| op.summary("Link with something")))
        .api_route(
            "/matters/{id}/timeline",
            get_with(timeline, |op| op.summary("Time line, of the whole thread if asked")),
        )
        .api_route("/clocks", get_with(clocks, |op| op.summary("Running clocks")))
        .api_route("/clocks/timeliness", get_with(timeliness, |op| op.summary("Timeliness figures")))
        .merge(attachment_routes())
}

fn attachment_routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route(
            "/matters/{id}/attachments",
            post_with(attach, |op| op.summary("Attach a file (multipart field `file`)")),
        )
        // The engine's own limit decides and names itself; this one only bounds memory.
        .layer(DefaultBodyLimit::max(LARGEST_BYTES + 1024 * 1024))
        .api_route("/attachments/{id}", get_with(download, |op| op.summary("Download an attachment")))
}

/// A matter with the names that people read.
#[derive(Serialize, JsonSchema)]
pub struct MatterView {
    #[serde(flatten)]
    matter: Matter,
    /// Name of the division.
    division_name: String,
    /// Name of the post or role that is to act.
    assignee_name: Option<String>,
    /// Name of the enterprise.
    enterprise_name: Option<String>,
}

async fn view(app: &App, matter: Matter) -> ApiResult<MatterView> {
    let assignee_name = match &matter.assignee {
        Assignee::Post { id } => app.registry.find_by_id(id).await?.map(|post| post.name),
        Assignee::Role { role, .. } => {
            app.identity.roles().views().into_iter().find(|view| view.name == *role).map(|view| view.title.zh)
        }
        Assignee::Nobody => None,
    };
    let enterprise_name = match &matter.enterprise {
        Some(id) => app.registry.find_by_id(id).await?.map(|enterprise| enterprise.name),
        None => None,
    };
    let division_name = app.division_name(&matter.division).await?;
    Ok(MatterView { matter, division_name, assignee_name, enterprise_name })
}

async fn views(app: &App, page: Page<Matter>) -> ApiResult<Json<Page<MatterView>>> {
    let mut items = Vec::with_capacity(page.items.len());
    for matter in page.items {
        items.push(view(app, matter).await?);
    }
    Ok(Json(Page { items, next: page.next, total: page.total }))
}

async fn processes(State(app): State<App>, _caller: Caller) -> ApiResult<Json<Vec<ProcessView>>> {
    Ok(Json(app.matters.processes()))
}

/// What a list of matters is asked for.
#[derive(Deserialize, JsonSchema)]
struct MatterQuery {
    /// One process.
    process: Option<String>,
    /// One phase.
    phase: Option<String>,
    /// Open or closed ones.
    open: Option<bool>,
    /// A division and all below.
    division: Option<DivisionCode>,
    /// Text in the title.
    q: Option<String>,
    /// Opened from this matter.
    parent: Option<MatterId>,
    /// Real or drill; both if absent.
    mode: Option<Mode>,
    /// Rows to return.
    limit: Option<u32>,
    /// The `next` value of the page before.
    cursor: Option<String>,
}

async fn list(
    State(app): State<App>,
    caller: Caller,
    Params(query): Params<MatterQuery>,
) -> ApiResult<Json<Page<MatterView>>> {
    let page = PageQuery { limit: query.limit, cursor: query.cursor };
    let wanted = ListQuery {
        process: query.process,
        phase: query.phase,
        open: query.open,
        division: query.division,
        q: query.q,
        parent: query.parent,
        mode: query.mode,
        ..ListQuery::default()
    };
    views(&app, app.matters.list(caller.principal(), wanted, &page).await?).await
}

async fn inbox(
    State(app): State<App>,
    caller: Caller,
    Params(page): Params<PageQuery>,
) -> ApiResult<Json<Page<MatterView>>> {
    views(&app, app.matters.inbox(caller.principal(), &page).await?).await
}

async fn open(
    State(app): State<App>,
    caller: Caller,
    Body(new): Body<NewMatter>,
) -> ApiResult<(StatusCode, Json<MatterView>)> {
    references::check(&app, caller.principal(), &new).await?;
    let new = NewMatter { why: caller.why.clone(), ..new };
    let matter = app.matters.open(caller.principal(), new).await?;
    Ok((StatusCode::CREATED, Json(view(&app, matter).await?)))
}

fn matter_id(path: &ById) -> ApiResult<MatterId> {
    path.id.parse().map_err(|_| ApiError(Fault::not_found("matter", &path.id)))
}

async fn get(State(app): State<App>, caller: Caller, Segments(path): Segments<ById>) -> ApiResult<Json<MatterView>> {
    let matter = app.matters.get(caller.principal(), &matter_id(&path)?).await?;
    Ok(Json(view(&app, matter).await?))
}

async fn act(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<ById>,
    Body(submission): Body<Submission>,
) -> ApiResult<Json<MatterView>> {
    let id = matter_id(&path)?;
    references::check_action(&app, &submission.action).await?;
    let action = completion::complete(&app, caller.principal(), &id, submission.action).await?;
    let submission = Submission { action, why: caller.why.clone(), ..submission };
    let matter = app.matters.act(caller.principal(), &id, submission).await?;
    Ok(Json(view(&app, matter).await?))
}

async fn claim(State(app): State<App>, caller: Caller, Segments(path): Segments<ById>) -> ApiResult<Json<MatterView>> {
    let matter = app.matters.claim(caller.principal(), &matter_id(&path)?).await?;
    Ok(Json(view(&app, matter).await?))
}

/// The post that takes over.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct HandOver {
    /// Post record id.
    post: String,
}

async fn hand_over(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<ById>,
    Body(body): Body<HandOver>,
) -> ApiResult<Json<MatterView>> {
    crate::people::post_facts(&app.registry, &body.post).await?;
    let matter = app.matters.hand_over(caller.principal(), &matter_id(&path)?, &body.post).await?;
    Ok(Json(view(&app, matter).await?))
}

/// A comment.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Comment {
    /// Plain text.
    text: String,
}

async fn comment(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<ById>,
    Body(body): Body<Comment>,
) -> ApiResult<Json<MatterView>> {
    let matter = app.matters.comment(caller.principal(), &matter_id(&path)?, &body.text).await?;
    Ok(Json(view(&app, matter).await?))
}

async fn link(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<ById>,
    Body(body): Body<NewLink>,
) -> ApiResult<Json<MatterView>> {
    references::check_link(&app, caller.principal(), &body).await?;
    let matter = app.matters.link(caller.principal(), &matter_id(&path)?, &body).await?;
    Ok(Json(view(&app, matter).await?))
}

#[derive(Deserialize, JsonSchema)]
struct TimelineQuery {
    /// Merge all linked matters, alarms and deliveries.
    #[serde(default)]
    thread: bool,
}

async fn timeline(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<ById>,
    Params(query): Params<TimelineQuery>,
) -> ApiResult<Json<Vec<ThreadEntry>>> {
    let id = matter_id(&path)?;
    Ok(Json(thread::timeline(&app, caller.principal(), &id, query.thread).await?))
}

/// A running clock with the name of the post.
#[derive(Serialize, JsonSchema)]
struct ClockRow {
    #[serde(flatten)]
    clock: fengsui_matters::OpenClock,
    /// Name of the post that holds the matter.
    post_name: Option<String>,
}

async fn clocks(State(app): State<App>, caller: Caller) -> ApiResult<Json<Vec<ClockRow>>> {
    let mut rows = Vec::new();
    for clock in app.matters.open_clocks(caller.principal()).await? {
        let post_name = match &clock.post {
            Some(id) => app.registry.find_by_id(id).await?.map(|post| post.name),
            None => None,
        };
        rows.push(ClockRow { clock, post_name });
    }
    Ok(Json(rows))
}

#[derive(Deserialize, JsonSchema)]
struct TimelinessQuery {
    /// One process.
    process: Option<String>,
    /// Clocks started from this time on.
    from: Option<Timestamp>,
    /// Clocks started before this time.
    to: Option<Timestamp>,
}

async fn timeliness(
    State(app): State<App>,
    caller: Caller,
    Params(query): Params<TimelinessQuery>,
) -> ApiResult<Json<Vec<Timeliness>>> {
    Ok(Json(app.matters.timeliness(caller.principal(), query.process.as_deref(), query.from, query.to).await?))
}

async fn attach(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<ById>,
    multipart: Multipart,
) -> ApiResult<(StatusCode, Json<Attachment>)> {
    let id = matter_id(&path)?;
    let (name, bytes) = file_of(multipart, LARGEST_BYTES).await?;
    Ok((StatusCode::CREATED, Json(app.matters.attach(caller.principal(), &id, &name, bytes).await?)))
}

/// The field `file` of a multipart body.
pub async fn file_of(mut multipart: Multipart, limit: usize) -> ApiResult<(String, Vec<u8>)> {
    let unreadable = |error: &axum::extract::multipart::MultipartError| -> ApiError {
        if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
            ApiError(FaultKind::TooLarge { limit: limit as u64 }.into())
        } else {
            Fault::field("file", "unreadable").with("reason", &error.body_text()).into()
        }
    };
    while let Some(field) = multipart.next_field().await.map_err(|error| unreadable(&error))? {
        if field.name() == Some("file") {
            let name = field.file_name().unwrap_or("file").to_owned();
            let bytes = field.bytes().await.map_err(|error| unreadable(&error))?;
            return Ok((name, bytes.to_vec()));
        }
    }
    Err(Fault::field("file", "required").into())
}

async fn download(State(app): State<App>, caller: Caller, Segments(path): Segments<ById>) -> ApiResult<Response> {
    let id: AttachmentId = path.id.parse().map_err(|_| ApiError(Fault::not_found("attachment", &path.id)))?;
    let file = app.matters.attachment(caller.principal(), &id).await?;
    let name = percent_encoding::utf8_percent_encode(&file.attachment.name, percent_encoding::NON_ALPHANUMERIC);
    // Only pictures are shown in place; everything else is saved, so that no file acts in our name.
    let disposition = if file.attachment.media_type.starts_with("image/") { "inline" } else { "attachment" };
    let mut response = file.bytes.into_response();
    let headers = response.headers_mut();
    let media = HeaderValue::from_str(&file.attachment.media_type)
        .unwrap_or(HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::CONTENT_TYPE, media);
    if let Ok(value) = HeaderValue::from_str(&format!("{disposition}; filename*=UTF-8''{name}")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'"));
    Ok(response)
}
