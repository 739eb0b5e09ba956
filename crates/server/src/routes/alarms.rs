//! The alarm desk.

use aide::axum::ApiRouter;
use aide::axum::routing::{get_with, post_with};
use axum::Json;
use axum::extract::State;
use fengsui_kernel::fault::FaultKind;
use fengsui_kernel::id::{AlarmId, SeriesId};
use fengsui_kernel::scale::AlarmPriority;
use fengsui_kernel::{DivisionCode, Fault, Page, PageQuery};
use fengsui_matters::LinkView;
use fengsui_series::{
    AlarmEntryView, AlarmFilter, AlarmPosition, AlarmState, AlarmVerdict, AlarmView, DeskFigures, ShelvingPolicy,
    VerifiedFilter,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::auth::Caller;
use crate::extract::{Body, Params, Segments};
use crate::problem::{ApiError, ApiResult};
use crate::routes::ById;

/// Routes of the alarm desk.
pub fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route("/alarms", get_with(list, |op| op.summary("Alarms, most urgent first")))
        .api_route(
            "/alarms/summary",
            get_with(summary, |op| op.summary("Open alarms: on the desk, shelved, suppressed")),
        )
        .api_route("/alarms/{id}", get_with(get, |op| op.summary("One alarm with its time line")))
        .api_route(
            "/alarms/acknowledge",
            post_with(acknowledge_many, |op| op.summary("Take note of several alarms, each its own fact")),
        )
        .api_route("/alarms/{id}/acknowledge", post_with(acknowledge, |op| op.summary("Take note of an alarm")))
        .api_route("/alarms/{id}/verify", post_with(verify, |op| op.summary("Judge an alarm: true, false or a test")))
        .api_route("/alarms/{id}/shelve", post_with(shelve, |op| op.summary("Set an alarm aside until an end")))
        .api_route("/alarms/{id}/unshelve", post_with(unshelve, |op| op.summary("Take an alarm from the shelf")))
}

/// An alarm with the names that people read and what came of it.
#[derive(Serialize, JsonSchema)]
pub(super) struct AlarmRow {
    #[serde(flatten)]
    alarm: AlarmView,
    /// Name of the division.
    division_name: String,
    /// Matters about it.
    links: Vec<LinkView>,
}

/// An alarm with its time line.
#[derive(Serialize, JsonSchema)]
struct AlarmPage {
    #[serde(flatten)]
    alarm: AlarmRow,
    /// What happened to it, oldest first.
    timeline: Vec<AlarmEntryView>,
    /// What its rule says is to be done.
    instruction: Option<String>,
    /// The plan that its rule names, by record id.
    plan: Option<String>,
    /// Of a device that moves: where it was when the alarm was raised.
    position: Option<AlarmPosition>,
}

pub(super) async fn row(app: &App, caller: &Caller, alarm: AlarmView) -> ApiResult<AlarmRow> {
    let division_name = app.division_name(&alarm.division).await?;
    let links = app.matters.linked_to(caller.principal(), "alarm", alarm.id.as_str()).await?;
    Ok(AlarmRow { alarm, division_name, links })
}

#[derive(Deserialize, JsonSchema)]
struct AlarmQuery {
    /// Open, closed or all; open if absent.
    #[serde(default)]
    state: AlarmState,
    /// Of this priority.
    priority: Option<AlarmPriority>,
    /// A division and all below.
    division: Option<DivisionCode>,
    /// Enterprise, by record id.
    enterprise: Option<String>,
    /// Of this series.
    series: Option<SeriesId>,
    /// By verdict.
    verified: Option<VerifiedFilter>,
    /// Text in the title.
    q: Option<String>,
    /// Rows to return.
    limit: Option<u32>,
    /// The `next` value of the page before.
    cursor: Option<String>,
}

async fn list(
    State(app): State<App>,
    caller: Caller,
    Params(query): Params<AlarmQuery>,
) -> ApiResult<Json<Page<AlarmRow>>> {
    let page = PageQuery { limit: query.limit, cursor: query.cursor };
    let filter = AlarmFilter {
        state: query.state,
        priority: query.priority,
        division: query.division,
        enterprise: query.enterprise,
        series: query.series,
        verified: query.verified,
        q: query.q,
        since: None,
    };
    let page = app.series.list_alarms(caller.principal(), &filter, &page).await?;
    let mut items = Vec::with_capacity(page.items.len());
    for alarm in page.items {
        items.push(row(&app, &caller, alarm).await?);
    }
    Ok(Json(Page { items, next: page.next, total: page.total }))
}

fn alarm_id(path: &ById) -> ApiResult<AlarmId> {
    path.id.parse().map_err(|_| ApiError(Fault::not_found("alarm", &path.id)))
}

async fn get(State(app): State<App>, caller: Caller, Segments(path): Segments<ById>) -> ApiResult<Json<AlarmPage>> {
    let detail = app.series.alarm(caller.principal(), &alarm_id(&path)?).await?;
    let alarm = row(&app, &caller, detail.alarm).await?;
    let (instruction, plan, position) = (detail.instruction, detail.plan, detail.position);
    Ok(Json(AlarmPage { alarm, timeline: detail.timeline, instruction, plan, position }))
}

/// A note to an acknowledgement.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Acknowledgement {
    /// Plain text.
    #[serde(default)]
    note: Option<String>,
}

async fn acknowledge(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<ById>,
    Body(body): Body<Acknowledgement>,
) -> ApiResult<Json<AlarmRow>> {
    let alarm = app.series.acknowledge(caller.principal(), &alarm_id(&path)?, body.note.as_deref()).await?;
    Ok(Json(row(&app, &caller, alarm).await?))
}

/// The most alarms acknowledged with one request.
const MOST_TOGETHER: usize = 200;

/// Alarms of which note is taken together.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Acknowledgements {
    /// The alarms, 200 at most.
    alarms: Vec<AlarmId>,
    /// Plain text, kept with each of them.
    #[serde(default)]
    note: Option<String>,
}

/// What became of several acknowledgements.
#[derive(Serialize, JsonSchema)]
struct Acknowledged {
    /// Acknowledged now or before.
    done: Vec<AlarmId>,
    /// Not acknowledged: unknown, or without the right.
    refused: Vec<AlarmId>,
}

/// Each is its own change with its own history, trace and right: one that is refused holds up no other.
async fn acknowledge_many(
    State(app): State<App>,
    caller: Caller,
    Body(body): Body<Acknowledgements>,
) -> ApiResult<Json<Acknowledged>> {
    if body.alarms.is_empty() || body.alarms.len() > MOST_TOGETHER {
        let code = if body.alarms.is_empty() { "required" } else { "too_many_values" };
        return Err(ApiError(Fault::field("alarms", code).with("max", &MOST_TOGETHER.to_string()).into()));
    }
    let mut outcome = Acknowledged { done: Vec::new(), refused: Vec::new() };
    for id in body.alarms {
        match app.series.acknowledge(caller.principal(), &id, body.note.as_deref()).await {
            Ok(_) => outcome.done.push(id),
            Err(fault) if matches!(*fault.kind, FaultKind::NotFound { .. } | FaultKind::Denied(_)) => {
                outcome.refused.push(id);
            }
            Err(fault) => return Err(fault.into()),
        }
    }
    Ok(Json(outcome))
}

/// A verdict.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Verification {
    /// What it was.
    verdict: AlarmVerdict,
    /// Why.
    reason: String,
    /// Version that the verdict is based on.
    #[serde(default)]
    version: Option<i64>,
}

async fn verify(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<ById>,
    Body(body): Body<Verification>,
) -> ApiResult<Json<AlarmRow>> {
    let id = alarm_id(&path)?;
    let alarm = app.series.verify(caller.principal(), &id, body.verdict, &body.reason, body.version).await?;
    Ok(Json(row(&app, &caller, alarm).await?))
}

/// What is open, and how long an alarm may be shelved here.
#[derive(Serialize, JsonSchema)]
struct DeskSummary {
    #[serde(flatten)]
    figures: DeskFigures,
    /// How long alarms may be shelved.
    shelving: ShelvingPolicy,
    /// How long a series or device may be out of service here, in minutes.
    longest_out_of_service_minutes: u32,
}

async fn summary(State(app): State<App>, caller: Caller) -> ApiResult<Json<DeskSummary>> {
    let figures = app.series.desk_figures(caller.principal()).await?;
    let (shelving, longest_out_of_service_minutes) =
        (app.series.shelving(), app.series.longest_out_of_service_minutes());
    Ok(Json(DeskSummary { figures, shelving, longest_out_of_service_minutes }))
}

/// A shelf for an alarm.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Shelving {
    /// Why.
    reason: String,
    /// Minutes from now until it comes back.
    minutes: u32,
}

async fn shelve(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<ById>,
    Body(body): Body<Shelving>,
) -> ApiResult<Json<AlarmRow>> {
    let alarm = app.series.shelve(caller.principal(), &alarm_id(&path)?, &body.reason, body.minutes).await?;
    Ok(Json(row(&app, &caller, alarm).await?))
}

async fn unshelve(State(app): State<App>, caller: Caller, Segments(path): Segments<ById>) -> ApiResult<Json<AlarmRow>> {
    let alarm = app.series.unshelve(caller.principal(), &alarm_id(&path)?).await?;
    Ok(Json(row(&app, &caller, alarm).await?))
}
