//! Rules over series: kept with their versions, tried on the past before they call anybody.

use aide::axum::ApiRouter;
use aide::axum::routing::{get_with, post_with, put_with};
use axum::Json;
use axum::extract::State;
use axum::response::NoContent;
use fengsui_kernel::Fault;
use fengsui_kernel::id::{RuleId, SeriesId};
use fengsui_series::{RuleInput, RuleTrial, RuleTrialInput, RuleVersionView, RuleView};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::app::App;
use crate::auth::Caller;
use crate::created::Created;
use crate::extract::{Body, Params, Segments};
use crate::problem::{ApiError, ApiResult};
use crate::routes::ById;

/// Routes of rules.
pub fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route(
            "/rules",
            get_with(rules, |op| op.summary("Rules over a series"))
                .post_with(create_rule, |op| op.summary("Make a rule")),
        )
        .api_route(
            "/rules/trial",
            post_with(try_rule, |op| op.summary("Try a rule on what its series measured; nothing is kept")),
        )
        .api_route(
            "/rules/{id}",
            put_with(update_rule, |op| op.summary("Change a rule")).delete_with(delete_rule, |op| {
                op.summary("Remove a rule; one that a template made needs a reason and its series becomes an exception")
            }),
        )
        .api_route(
            "/rules/{id}/versions",
            get_with(versions, |op| op.summary("Versions of a rule: who wrote each, when and why")),
        )
}

fn rule_id(path: &ById) -> ApiResult<RuleId> {
    path.id.parse().map_err(|_| ApiError(Fault::not_found("rule", &path.id)))
}

#[derive(Deserialize, JsonSchema)]
struct RuleQuery {
    /// The series.
    series: SeriesId,
}

async fn rules(
    State(app): State<App>,
    caller: Caller,
    Params(query): Params<RuleQuery>,
) -> ApiResult<Json<Vec<RuleView>>> {
    Ok(Json(app.series.rules(caller.principal(), &query.series).await?))
}

/// The plan that a rule names must be in the ledger: at night nobody looks for another.
pub(super) async fn known_plan(app: &App, plan: Option<&str>, field: &str) -> ApiResult<()> {
    let Some(id) = plan.filter(|id| !id.is_empty()) else { return Ok(()) };
    match app.registry.find_by_id(id).await?.filter(|record| record.kind == "plan") {
        Some(_) => Ok(()),
        None => Err(Fault::field(field, "unknown_reference").with("value", id).with("kind", "plan").into()),
    }
}

/// The reason from the body, else that of the request.
fn with_reason(caller: &Caller, input: RuleInput) -> RuleInput {
    RuleInput { why: input.why.or_else(|| caller.why.clone()), ..input }
}

async fn create_rule(
    State(app): State<App>,
    caller: Caller,
    Body(input): Body<RuleInput>,
) -> ApiResult<Created<RuleView>> {
    known_plan(&app, input.condition.plan.as_deref(), "plan").await?;
    let input = with_reason(&caller, input);
    Ok(Created(app.series.create_rule(caller.principal(), input).await?))
}

async fn update_rule(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<ById>,
    Body(input): Body<RuleInput>,
) -> ApiResult<Json<RuleView>> {
    known_plan(&app, input.condition.plan.as_deref(), "plan").await?;
    let input = with_reason(&caller, input);
    Ok(Json(app.series.update_rule(caller.principal(), &rule_id(&path)?, input).await?))
}

async fn delete_rule(State(app): State<App>, caller: Caller, Segments(path): Segments<ById>) -> ApiResult<NoContent> {
    app.series.delete_rule(caller.principal(), &rule_id(&path)?, caller.why.clone()).await?;
    Ok(NoContent)
}

async fn try_rule(
    State(app): State<App>,
    caller: Caller,
    Body(input): Body<RuleTrialInput>,
) -> ApiResult<Json<RuleTrial>> {
    Ok(Json(app.series.try_rule(caller.principal(), input).await?))
}

async fn versions(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<ById>,
) -> ApiResult<Json<Vec<RuleVersionView>>> {
    Ok(Json(app.series.rule_versions(caller.principal(), &rule_id(&path)?).await?))
}
