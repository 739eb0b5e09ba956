//! Published warnings: for the map, for the public feed.

use aide::axum::ApiRouter;
use aide::axum::routing::get_with;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use fengsui_kernel::id::MatterId;
use fengsui_kernel::{DivisionCode, Fault, Mode, Timestamp};
use fengsui_warning::coverage::{self, Coverage};
use fengsui_warning::event_type::{self, EventType};
use fengsui_warning::publication;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::app::App;
use crate::auth::Caller;
use crate::extract::{Params, Segments};
use crate::problem::{ApiError, ApiResult};
use crate::routes::ById;

/// Routes of warnings for those who are signed in.
pub fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route("/warnings", get_with(in_force, |op| op.summary("Warnings in force, with their areas")))
        .api_route("/warnings/{id}/coverage", get_with(reach, |op| op.summary("How far a warning has reached")))
        .api_route(
            "/event-types",
            get_with(event_types, |op| op.summary("Types of events, with the colours that each knows")),
        )
}

/// The public feed: no sign-in, since warnings are for everybody.
pub fn public() -> Router<App> {
    Router::new().route("/cap/feed.atom", get(feed)).route("/cap/{file}", get(message))
}

/// A warning in force.
#[derive(Serialize, JsonSchema)]
struct WarningView {
    /// The matter.
    matter: MatterId,
    /// CAP identifier.
    identifier: String,
    /// Its colour.
    color: String,
    /// EW12379 code of the type.
    event_type: String,
    /// Headline.
    headline: String,
    /// Where it was issued.
    division: DivisionCode,
    /// `{"divisions": […], "polygon": GeoJSON or null}`.
    area: Value,
    /// When it was published.
    sent_at: Timestamp,
    /// Until when it holds.
    expires_at: Option<Timestamp>,
    /// `Alert` or `Update`.
    msg_type: String,
}

#[derive(Deserialize, JsonSchema)]
struct ModeQuery {
    /// Real or drill.
    #[serde(default)]
    mode: Mode,
}

async fn in_force(
    State(app): State<App>,
    caller: Caller,
    Params(query): Params<ModeQuery>,
) -> ApiResult<Json<Vec<WarningView>>> {
    let rows = publication::in_force(&app.db, caller.principal(), query.mode).await?;
    let view = |row: fengsui_storage::warnings::CapMessageRow| WarningView {
        matter: row.matter,
        identifier: row.identifier,
        color: row.color,
        event_type: row.event_type,
        headline: row.headline,
        division: row.division,
        area: row.area,
        sent_at: row.sent_at,
        expires_at: row.expires_at,
        msg_type: row.msg_type,
    };
    Ok(Json(rows.into_iter().map(view).collect()))
}

async fn reach(State(app): State<App>, caller: Caller, Segments(path): Segments<ById>) -> ApiResult<Json<Coverage>> {
    let id: MatterId = path.id.parse().map_err(|_| ApiError(Fault::not_found("warning", &path.id)))?;
    Ok(Json(coverage::coverage(&app.db, caller.principal(), &id).await?))
}

/// A type of event.
#[derive(Serialize, JsonSchema)]
struct EventTypeView {
    /// EW12379 code, or the prefix of a class.
    code: &'static str,
    /// Chinese name.
    name_zh: &'static str,
    /// English name.
    name_en: &'static str,
    /// Colours that a warning of this type may have, gravest first.
    colors: Vec<fengsui_kernel::scale::WarningColor>,
    /// `government`: may be drafted here; otherwise who issues it.
    origin: Value,
    /// The competent issuer, in Chinese.
    issued_by: &'static str,
    /// The clause behind it.
    clause: &'static str,
}

async fn event_types(_caller: Caller) -> ApiResult<Json<Vec<EventTypeView>>> {
    let view = |row: &EventType| EventTypeView {
        code: row.code,
        name_zh: row.name_zh,
        name_en: row.name_en,
        colors: row.colors.clone(),
        origin: serde_json::to_value(row.origin).unwrap_or_default(),
        issued_by: row.issued_by,
        clause: row.clause,
    };
    Ok(Json(event_type::all().iter().map(view).collect()))
}

async fn feed(State(app): State<App>) -> ApiResult<Response> {
    let node = &app.node;
    let text = app.feed.text(&app.db, &node.public_url, &format!("{} 预警信息", node.name), &node.name).await?;
    Ok(([(header::CONTENT_TYPE, "application/atom+xml; charset=utf-8")], text.to_string()).into_response())
}

async fn message(State(app): State<App>, Path(file): Path<String>) -> ApiResult<Response> {
    let identifier = file.strip_suffix(".xml").ok_or_else(|| Fault::not_found("warning", &file))?;
    let row = publication::by_identifier(&app.db, identifier).await?;
    let row = row.ok_or_else(|| Fault::not_found("warning", identifier))?;
    Ok(([(header::CONTENT_TYPE, "application/cap+xml; charset=utf-8")], row.xml).into_response())
}
