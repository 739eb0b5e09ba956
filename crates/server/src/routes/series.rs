//! Series, observations, devices, quarantine.

use aide::axum::ApiRouter;
use aide::axum::routing::{get_with, post_with};
use axum::Json;
use axum::extract::State;
use axum::response::NoContent;
use fengsui_kernel::id::{OutOfServiceId, QuarantineId, SeriesId};
use fengsui_kernel::reading::Quality;
use fengsui_kernel::{DivisionCode, Fault, Page, PageQuery, Timestamp};
use fengsui_series::{
    Accepted, AggregateView, Credential, DevicePosition, DeviceStatus, ObservationQuery, ObservationsPage,
    OutOfServiceInput, OutOfServiceView, QuarantineView, Reading, SeriesFilter, SeriesView, Submission,
};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::app::App;
use crate::auth::Caller;
use crate::created::Created;
use crate::extract::{Body, Params, Segments};
use crate::problem::{ApiError, ApiResult};
use crate::routes::{ById, readings_sheet};
use crate::sensing::{self, SeriesDraft};

/// Routes of sensing.
pub fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route(
            "/series",
            get_with(list, |op| op.summary("Series with their last values"))
                .post_with(register, |op| op.summary("Register a series")),
        )
        .api_route(
            "/series/{id}",
            get_with(get, |op| op.summary("One series"))
                .put_with(update, |op| op.summary("Change a series"))
                .delete_with(delete, |op| op.summary("Remove a series that has no open alarm")),
        )
        .api_route("/series/{id}/observations", get_with(observations, |op| op.summary("Observations, newest first")))
        .api_route(
            "/series/{id}/observations.csv",
            get_with(readings_sheet::download, |op| op.summary("Observations of a span as CSV, oldest first")),
        )
        .api_route("/series/{id}/aggregates", get_with(aggregates, |op| op.summary("Figures per step of time")))
        .api_route("/observations", post_with(submit, |op| op.summary("Hand in observations of a device")))
        .merge(device_routes())
}

fn device_routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route(
            "/devices/out-of-service",
            get_with(out_of_service, |op| op.summary("Series and devices that are out of service"))
                .post_with(take_out, |op| op.summary("Take a series or a device out of service until an end")),
        )
        .api_route(
            "/devices/out-of-service/{id}/end",
            post_with(put_in, |op| op.summary("Put it into service before its end")),
        )
        .api_route("/devices/status", get_with(device_status, |op| op.summary("Which devices are heard")))
        .api_route("/devices/positions", get_with(positions, |op| op.summary("Where the devices that move are")))
        .api_route(
            "/devices/{id}/credential",
            post_with(issue_credential, |op| op.summary("Make the device a token, shown once"))
                .delete_with(revoke_credential, |op| op.summary("Revoke the device's token")),
        )
        .api_route("/quarantine", get_with(quarantine, |op| op.summary("What arrived and could not be placed")))
        .api_route(
            "/quarantine/{id}/register",
            post_with(place, |op| op.summary("Register the series that it belongs to")),
        )
        .api_route("/quarantine/{id}/discard", post_with(discard, |op| op.summary("Discard it")))
}

pub(super) fn series_id(path: &ById) -> ApiResult<SeriesId> {
    path.id.parse().map_err(|_| ApiError(Fault::not_found("series", &path.id)))
}

#[derive(Deserialize, JsonSchema)]
struct SeriesQuery {
    /// Device, by record id.
    device: Option<String>,
    /// Enterprise, by record id.
    enterprise: Option<String>,
    /// A division and all below.
    division: Option<DivisionCode>,
    /// Text in name or code.
    q: Option<String>,
    /// Rows to return.
    limit: Option<u32>,
    /// The `next` value of the page before.
    cursor: Option<String>,
}

async fn list(
    State(app): State<App>,
    caller: Caller,
    Params(query): Params<SeriesQuery>,
) -> ApiResult<Json<Page<SeriesView>>> {
    let page = PageQuery { limit: query.limit, cursor: query.cursor };
    let filter =
        SeriesFilter { device: query.device, enterprise: query.enterprise, division: query.division, q: query.q };
    Ok(Json(app.series.list_series(caller.principal(), &filter, &page).await?))
}

async fn register(
    State(app): State<App>,
    caller: Caller,
    Body(draft): Body<SeriesDraft>,
) -> ApiResult<Created<SeriesView>> {
    let registration = sensing::registration(&app.registry, draft).await?;
    Ok(Created(app.series.register(caller.principal(), registration).await?))
}

async fn get(State(app): State<App>, caller: Caller, Segments(path): Segments<ById>) -> ApiResult<Json<SeriesView>> {
    Ok(Json(app.series.series(caller.principal(), &series_id(&path)?).await?))
}

async fn update(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<ById>,
    Body(draft): Body<SeriesDraft>,
) -> ApiResult<Json<SeriesView>> {
    let version = draft.version.ok_or_else(|| Fault::field("version", "required"))?;
    let registration = sensing::registration(&app.registry, draft).await?;
    Ok(Json(app.series.update_series(caller.principal(), &series_id(&path)?, version, registration).await?))
}

#[derive(Deserialize, JsonSchema)]
struct VersionQuery {
    /// Version that the change is based on.
    version: i64,
}

async fn delete(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<ById>,
    Params(query): Params<VersionQuery>,
) -> ApiResult<NoContent> {
    app.series.delete_series(caller.principal(), &series_id(&path)?, query.version).await?;
    Ok(NoContent)
}

async fn observations(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<ById>,
    Params(query): Params<ObservationQuery>,
) -> ApiResult<Json<ObservationsPage>> {
    Ok(Json(app.series.observations(caller.principal(), &series_id(&path)?, &query).await?))
}

#[derive(Deserialize, JsonSchema)]
struct AggregateQuery {
    /// From this time on.
    from: Timestamp,
    /// Before this time.
    to: Timestamp,
    /// Seconds per step.
    step_seconds: u32,
}

async fn aggregates(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<ById>,
    Params(query): Params<AggregateQuery>,
) -> ApiResult<Json<Vec<AggregateView>>> {
    let id = series_id(&path)?;
    Ok(Json(app.series.aggregates(caller.principal(), &id, query.from, query.to, query.step_seconds).await?))
}

/// Observations of one device.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Observations {
    /// Code of the device.
    device: String,
    /// Its observations, at most 10,000.
    observations: Vec<Observation>,
}

/// One observation.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Observation {
    /// Code of the series within the device.
    series: String,
    /// When it was measured; now if absent.
    #[serde(default)]
    observed_at: Option<Timestamp>,
    /// The number, as decimal text.
    value: String,
    /// How far it can be trusted.
    #[serde(default)]
    quality: Quality,
    /// From the device's memory: fills the chart, raises nothing.
    #[serde(default)]
    historical: bool,
}

async fn submit(State(app): State<App>, caller: Caller, Body(body): Body<Observations>) -> ApiResult<Json<Accepted>> {
    let now = app.db.now();
    let reading = |observation: Observation| Reading {
        code: observation.series.into(),
        observed_at: observation.observed_at.unwrap_or(now),
        value_text: observation.value.into(),
        quality: observation.quality,
        historical: observation.historical,
        optional: false,
    };
    let submission = Submission {
        device_key: body.device,
        protocol: "http".to_owned(),
        readings: body.observations.into_iter().map(reading).collect(),
        raw_ref: None,
    };
    Ok(Json(app.series.submit_as(caller.principal(), submission).await?))
}

async fn device_status(State(app): State<App>, caller: Caller) -> ApiResult<Json<Vec<DeviceStatus>>> {
    Ok(Json(app.series.device_status(caller.principal()).await?))
}

async fn positions(State(app): State<App>, caller: Caller) -> ApiResult<Json<Vec<DevicePosition>>> {
    Ok(Json(app.series.positions(caller.principal()).await?))
}

async fn issue_credential(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<ById>,
) -> ApiResult<Json<Credential>> {
    let device = sensing::find(&app.registry, "device", &path.id).await?;
    let device = device.ok_or_else(|| Fault::not_found("device", &path.id))?;
    app.series.keep_device(caller.principal(), &sensing::device_facts(&device)).await?;
    Ok(Json(app.series.issue_credential(caller.principal(), device.id.as_str()).await?))
}

async fn revoke_credential(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<ById>,
) -> ApiResult<NoContent> {
    app.series.revoke_credential(caller.principal(), &path.id).await?;
    Ok(NoContent)
}

async fn quarantine(
    State(app): State<App>,
    caller: Caller,
    Params(page): Params<PageQuery>,
) -> ApiResult<Json<Page<QuarantineView>>> {
    Ok(Json(app.series.quarantine(caller.principal(), &page).await?))
}

fn quarantine_id(path: &ById) -> ApiResult<QuarantineId> {
    path.id.parse().map_err(|_| ApiError(Fault::not_found("quarantine", &path.id)))
}

async fn place(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<ById>,
    Body(draft): Body<SeriesDraft>,
) -> ApiResult<Json<SeriesView>> {
    let registration = sensing::registration(&app.registry, draft).await?;
    Ok(Json(app.series.register_quarantined(caller.principal(), &quarantine_id(&path)?, registration).await?))
}

async fn discard(State(app): State<App>, caller: Caller, Segments(path): Segments<ById>) -> ApiResult<NoContent> {
    app.series.discard_quarantined(caller.principal(), &quarantine_id(&path)?).await?;
    Ok(NoContent)
}

async fn out_of_service(State(app): State<App>, caller: Caller) -> ApiResult<Json<Vec<OutOfServiceView>>> {
    Ok(Json(app.series.out_of_service(caller.principal()).await?))
}

async fn take_out(
    State(app): State<App>,
    caller: Caller,
    Body(input): Body<OutOfServiceInput>,
) -> ApiResult<Created<OutOfServiceView>> {
    Ok(Created(app.series.take_out_of_service(caller.principal(), &input).await?))
}

async fn put_in(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<ById>,
) -> ApiResult<Json<OutOfServiceView>> {
    let id: OutOfServiceId = path.id.parse().map_err(|_| ApiError(Fault::not_found("out_of_service", &path.id)))?;
    Ok(Json(app.series.put_into_service(caller.principal(), &id).await?))
}
