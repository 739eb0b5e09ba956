//! What an incident needs at hand: the plans that fit, with the tasks that they hold.

use aide::axum::ApiRouter;
use aide::axum::routing::get_with;
use axum::Json;
use axum::extract::State;
use fengsui_command::matching::{IncidentFacts, PlanFacts, TaskDraft, approver_role, match_plans, tasks_of};
use fengsui_kernel::Fault;
use fengsui_kernel::id::MatterId;
use fengsui_kernel::scale::ResponseLevel;
use fengsui_registry::{ListQuery, Record};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::auth::Caller;
use crate::extract::{Params, Segments};
use crate::problem::{ApiError, ApiResult};
use crate::routes::ById;

/// Routes of the response.
pub fn routes() -> ApiRouter<App> {
    ApiRouter::new().api_route(
        "/matters/{id}/plans",
        get_with(plans, |op| op.summary("Plans that fit an incident, with their tasks")),
    )
}

#[derive(Deserialize, JsonSchema)]
struct LevelQuery {
    /// Level of response whose tasks are wanted.
    #[serde(default)]
    level: Option<ResponseLevel>,
}

/// A plan that fits.
#[derive(Serialize, JsonSchema)]
struct FittingPlan {
    #[serde(flatten)]
    plan: PlanFacts,
    /// Role that may start the level, where the plan says so.
    approver_role: Option<String>,
    /// Tasks of the level, as `start_response` takes them.
    tasks: Vec<TaskDraft>,
}

fn plan_facts(record: &Record) -> PlanFacts {
    let types = record.attributes.get("event_types").and_then(|types| types.as_array());
    PlanFacts {
        id: record.id.to_string(),
        name: record.name.clone(),
        division: record.division,
        enterprise: record.enterprise.clone(),
        category: record.text("category").unwrap_or_default().to_owned(),
        event_types: types.into_iter().flatten().filter_map(|code| code.as_str()).map(str::to_owned).collect(),
    }
}

async fn plans(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<ById>,
    Params(query): Params<LevelQuery>,
) -> ApiResult<Json<Vec<FittingPlan>>> {
    let id: MatterId = path.id.parse().map_err(|_| ApiError(Fault::not_found("matter", &path.id)))?;
    let matter = app.matters.get(caller.principal(), &id).await?;
    let event_type = find_text(&matter.state, "event_type").unwrap_or_default();
    let incident = IncidentFacts { event_type, division: matter.division, enterprise: matter.enterprise };
    let wanted = ListQuery { limit: Some(500), ..ListQuery::default() };
    let records = app.registry.list(caller.principal(), "plan", &wanted).await?.items;
    let level = query.level.unwrap_or(ResponseLevel::Four);
    let fitting = match_plans(&incident, records.iter().map(plan_facts)).into_iter().filter_map(|plan| {
        let record = records.iter().find(|record| record.id.as_str() == plan.id)?;
        let approver_role = approver_role(&record.attributes, level).map(str::to_owned);
        Some(FittingPlan { plan, approver_role, tasks: tasks_of(&record.attributes, level) })
    });
    Ok(Json(fitting.collect()))
}

/// States are enums that carry their data at different depths; the first field of the name counts.
fn find_text(value: &serde_json::Value, name: &str) -> Option<String> {
    match value {
        serde_json::Value::Object(map) => match map.get(name).and_then(|found| found.as_str()) {
            Some(text) => Some(text.to_owned()),
            None => map.values().find_map(|inner| find_text(inner, name)),
        },
        serde_json::Value::Array(items) => items.iter().find_map(|inner| find_text(inner, name)),
        _ => None,
    }
}
