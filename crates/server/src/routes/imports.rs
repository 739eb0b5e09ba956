//! Imports: upload, understand, check, correct, take in, undo.

use aide::axum::ApiRouter;
use aide::axum::routing::{get_with, post_with, put_with};
use axum::Json;
use axum::extract::{DefaultBodyLimit, Multipart, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, NoContent, Response};
use fengsui_imports::{ImportView, RowsPage, RowsQuery, Upload};
use fengsui_kernel::id::ImportId;
use fengsui_kernel::{Actor, Fault, Locale, Page};
use fengsui_registry::ImportMode;
use fengsui_registry::sheet::{RowError, SheetPlan};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::app::App;
use crate::auth::Caller;
use crate::catalogue;
use crate::created::Created;
use crate::extract::{Body, Params, Segments};
use crate::layers::locale;
use crate::problem::{ApiError, ApiResult};
use crate::routes::ById;
use crate::routes::jobs::{OwnOrAll, in_words};
use crate::routes::matters::file_of;
use crate::routes::sheets::LARGEST_SHEET;

/// Routes of imports.
pub fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route(
            "/imports",
            post_with(upload, |op| op.summary("Upload a spreadsheet (multipart field `file`) and begin to read it")),
        )
        .layer(DefaultBodyLimit::max(LARGEST_SHEET + 1024 * 1024))
        .api_route("/imports", get_with(list, |op| op.summary("Imports: mine, or all for administrators")))
        .api_route(
            "/imports/{id}",
            get_with(get, |op| op.summary("An import: its file, plan, report and job"))
                .delete_with(discard, |op| op.summary("Forget an import that wrote nothing")),
        )
        .api_route(
            "/imports/{id}/layout",
            post_with(layout, |op| op.summary("Choose sheet or row of headings; columns are guessed anew")),
        )
        .api_route("/imports/{id}/plan", put_with(plan, |op| op.summary("Say how the sheet is to be read")))
        .api_route("/imports/{id}/check", post_with(check, |op| op.summary("Judge every row; write nothing")))
        .api_route("/imports/{id}/run", post_with(run, |op| op.summary("Take the rows in")))
        .api_route("/imports/{id}/undo", post_with(undo, |op| op.summary("Undo an import")))
        .api_route("/imports/{id}/rows", get_with(rows, |op| op.summary("Rows of the sheet with their mistakes")))
        .api_route(
            "/imports/{id}/refused.xlsx",
            get_with(refused, |op| op.summary("Rows with mistakes, with the reasons, to mend and upload again")),
        )
}

#[derive(Deserialize, JsonSchema)]
struct UploadQuery {
    /// Kind of record.
    kind: String,
}

/// Which part of the file holds the table.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Layout {
    /// Name of the sheet.
    sheet: Option<String>,
    /// Row of the headings, as the spreadsheet numbers it.
    header_row: Option<u64>,
}

/// How the sheet is to be read.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct PlanUpdate {
    /// The version that it is based on.
    version: i64,
    /// The plan.
    plan: SheetPlan,
}

/// How the rows are taken in.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RunOptions {
    /// All rows or none, or the good ones.
    mode: ImportMode,
}

fn id_of(path: &ById) -> Result<ImportId, ApiError> {
    path.id.parse().map_err(|_| ApiError(Fault::not_found("import", &path.id)))
}

fn translated(mut view: ImportView, locale: Locale) -> Json<ImportView> {
    view.job = view.job.map(|job| in_words(job, locale));
    if let Some(report) = &mut view.report {
        for trouble in &mut report.troubles {
            trouble.message = catalogue::message(locale, &trouble.code, &trouble.params);
        }
    }
    Json(view)
}

fn words(locale: Locale, error: &RowError) -> String {
    let mut params = error.params.clone();
    if let Some(value) = &error.value {
        params.entry("value".to_owned()).or_insert_with(|| value.clone());
    }
    catalogue::message(locale, &error.code, &params)
}

/// The organisation of the post acted in: colleagues share how their sheets are read.
fn organisation(caller: &Caller) -> String {
    let acting = match &caller.principal().actor {
        Actor::User { post, .. } => post.clone(),
        _ => None,
    };
    let posts = &caller.signed_in.posts;
    let post = posts.iter().find(|post| Some(&post.id) == acting.as_ref()).or(posts.first());
    let organisation = post.and_then(|post| post.organisation.id.clone());
    organisation.unwrap_or_else(|| caller.principal().actor.key())
}

async fn upload(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Params(query): Params<UploadQuery>,
    multipart: Multipart,
) -> ApiResult<Created<ImportView>> {
    app.registry.kind(&query.kind)?;
    caller.principal().scopes("import", &query.kind)?;
    let (file_name, file) = file_of(multipart, LARGEST_SHEET).await?;
    let upload =
        Upload { kind: query.kind, file_name, file, organisation: organisation(&caller), why: caller.why.clone() };
    let view = app.imports.upload(caller.principal(), upload).await?;
    Ok(Created(translated(view, locale(&headers)).0))
}

async fn list(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Params(query): Params<OwnOrAll>,
) -> ApiResult<Json<Page<ImportView>>> {
    let found = app.imports.list(caller.principal(), query.all, &query.page()).await?;
    let locale = locale(&headers);
    let items = found.items.into_iter().map(|view| translated(view, locale).0).collect();
    Ok(Json(Page { items, next: found.next, total: found.total }))
}

async fn get(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Segments(path): Segments<ById>,
) -> ApiResult<Json<ImportView>> {
    Ok(translated(app.imports.get(caller.principal(), &id_of(&path)?).await?, locale(&headers)))
}

async fn discard(State(app): State<App>, caller: Caller, Segments(path): Segments<ById>) -> ApiResult<NoContent> {
    app.imports.discard(caller.principal(), &id_of(&path)?).await?;
    Ok(NoContent)
}

async fn layout(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Segments(path): Segments<ById>,
    Body(layout): Body<Layout>,
) -> ApiResult<Json<ImportView>> {
    let id = id_of(&path)?;
    let view = app.imports.set_layout(caller.principal(), &id, layout.sheet.as_deref(), layout.header_row).await?;
    Ok(translated(view, locale(&headers)))
}

async fn plan(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Segments(path): Segments<ById>,
    Body(update): Body<PlanUpdate>,
) -> ApiResult<Json<ImportView>> {
    let view = app.imports.set_plan(caller.principal(), &id_of(&path)?, update.version, &update.plan).await?;
    Ok(translated(view, locale(&headers)))
}

async fn check(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Segments(path): Segments<ById>,
) -> ApiResult<Json<ImportView>> {
    Ok(translated(app.imports.check(caller.principal(), &id_of(&path)?).await?, locale(&headers)))
}

async fn run(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Segments(path): Segments<ById>,
    Body(options): Body<RunOptions>,
) -> ApiResult<Json<ImportView>> {
    let view = app.imports.run(caller.principal(), &id_of(&path)?, options.mode, caller.why.clone()).await?;
    Ok(translated(view, locale(&headers)))
}

async fn undo(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Segments(path): Segments<ById>,
) -> ApiResult<Json<ImportView>> {
    let view = app.imports.undo(caller.principal(), &id_of(&path)?, caller.why.clone()).await?;
    Ok(translated(view, locale(&headers)))
}

async fn rows(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Segments(path): Segments<ById>,
    Params(query): Params<RowsQuery>,
) -> ApiResult<Json<RowsPage>> {
    let mut page = app.imports.rows(caller.principal(), &id_of(&path)?, query).await?;
    let locale = locale(&headers);
    for error in page.items.iter_mut().flat_map(|row| &mut row.errors) {
        error.message = words(locale, error);
    }
    Ok(Json(page))
}

async fn refused(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Segments(path): Segments<ById>,
) -> ApiResult<Response> {
    let locale = locale(&headers);
    let say = move |error: &RowError| words(locale, error);
    let (name, bytes) = app.imports.refused(caller.principal(), &id_of(&path)?, locale, say).await?;
    let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem).to_owned();
    let end = if locale == Locale::Chinese { "待更正" } else { "to mend" };
    let name = format!("{stem}-{end}.xlsx");
    let name = percent_encoding::utf8_percent_encode(&name, percent_encoding::NON_ALPHANUMERIC);
    let disposition =
        HeaderValue::from_str(&format!("attachment; filename*=UTF-8''{name}")).map_err(Fault::internal)?;
    let media = HeaderValue::from_static(fengsui_registry::SheetFormat::Xlsx.media_type());
    Ok(([(header::CONTENT_TYPE, media), (header::CONTENT_DISPOSITION, disposition)], bytes).into_response())
}
