//! Templates of rules: one rule for all series of a kind.

use aide::axum::ApiRouter;
use aide::axum::routing::{delete_with, get_with, post_with, put_with};
use axum::Json;
use axum::extract::State;
use axum::response::NoContent;
use fengsui_kernel::Fault;
use fengsui_kernel::id::{JobId, RuleTemplateId, SeriesId};
use fengsui_series::{
    ExceptionView, RuleTemplateInput, RuleTemplateTrial, RuleTemplateTrialInput, RuleTemplateVersionView,
    RuleTemplateView, SelectedSeries,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::auth::Caller;
use crate::created::Created;
use crate::extract::{Body, Segments};
use crate::problem::{ApiError, ApiResult};
use crate::routes::ById;
use crate::routes::rules::known_plan;
use crate::rule_templates::keep;

/// Routes of templates.
pub fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route(
            "/rule-templates",
            get_with(list, |op| op.summary("Templates of rules, with how many series each is for"))
                .post_with(create, |op| op.summary("Make a rule for all series of a kind")),
        )
        .api_route(
            "/rule-templates/selection",
            post_with(selection, |op| op.summary("The series that a template would be for; nothing is kept")),
        )
        .api_route(
            "/rule-templates/trial",
            post_with(try_out, |op| op.summary("Try a template on what some of its series measured; nothing is kept")),
        )
        .api_route(
            "/rule-templates/{id}",
            put_with(update, |op| op.summary("Change a template, and with it all its rules"))
                .delete_with(delete, |op| op.summary("End a template, and with it all its rules")),
        )
        .api_route(
            "/rule-templates/{id}/step",
            post_with(step, |op| op.summary("Bring the series of a template into step, where that was interrupted")),
        )
        .api_route(
            "/rule-templates/{id}/versions",
            get_with(versions, |op| op.summary("Versions of a template: who wrote each, when and why")),
        )
        .api_route(
            "/rule-templates/{id}/exceptions",
            get_with(exceptions, |op| op.summary("Series that do not follow a template, and why")),
        )
        .api_route(
            "/rule-templates/{id}/exceptions/{series}",
            delete_with(follow, |op| op.summary("Let a series follow the template again")),
        )
}

fn template_id(text: &str) -> ApiResult<RuleTemplateId> {
    text.parse().map_err(|_| ApiError(Fault::not_found("rule_template", text)))
}

/// A template as it stands, and the job that is still making its rules.
#[derive(Debug, Serialize, JsonSchema)]
struct KeptTemplate {
    /// The template.
    #[serde(flatten)]
    template: RuleTemplateView,
    /// The job that goes on with what could not be done at once.
    job: Option<JobId>,
}

/// The series that a template would be for.
#[derive(Debug, Serialize, JsonSchema)]
struct Selection {
    /// How many.
    total: u64,
    /// The first of them.
    series: Vec<SelectedSeries>,
}

async fn list(State(app): State<App>, caller: Caller) -> ApiResult<Json<Vec<RuleTemplateView>>> {
    Ok(Json(app.series.rule_templates(caller.principal()).await?))
}

/// Brings its series into step and answers how it then stands.
async fn kept(app: &App, caller: &Caller, id: &RuleTemplateId) -> ApiResult<KeptTemplate> {
    let find = || async {
        let all = app.series.rule_templates(caller.principal()).await?;
        all.into_iter().find(|one| one.id == *id).ok_or_else(|| Fault::not_found("rule_template", id))
    };
    let name = find().await?.name;
    let job = keep(app, caller.principal(), id, &name).await?;
    Ok(KeptTemplate { template: find().await?, job })
}

fn with_reason(caller: &Caller, input: RuleTemplateInput) -> RuleTemplateInput {
    RuleTemplateInput { why: input.why.or_else(|| caller.why.clone()), ..input }
}

async fn create(
    State(app): State<App>,
    caller: Caller,
    Body(input): Body<RuleTemplateInput>,
) -> ApiResult<Created<KeptTemplate>> {
    known_plan(&app, input.condition.plan.as_deref(), "condition.plan").await?;
    let id = app.series.create_rule_template(caller.principal(), with_reason(&caller, input)).await?;
    Ok(Created(kept(&app, &caller, &id).await?))
}

async fn update(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<ById>,
    Body(input): Body<RuleTemplateInput>,
) -> ApiResult<Json<KeptTemplate>> {
    let id = template_id(&path.id)?;
    known_plan(&app, input.condition.plan.as_deref(), "condition.plan").await?;
    app.series.update_rule_template(caller.principal(), &id, with_reason(&caller, input)).await?;
    Ok(Json(kept(&app, &caller, &id).await?))
}

async fn delete(State(app): State<App>, caller: Caller, Segments(path): Segments<ById>) -> ApiResult<NoContent> {
    let id = template_id(&path.id)?;
    app.series.delete_rule_template(caller.principal(), &id, caller.why.clone()).await?;
    keep(&app, caller.principal(), &id, "").await?;
    Ok(NoContent)
}

async fn step(State(app): State<App>, caller: Caller, Segments(path): Segments<ById>) -> ApiResult<Json<KeptTemplate>> {
    caller.principal().scopes("update", "rule").map_err(ApiError)?;
    Ok(Json(kept(&app, &caller, &template_id(&path.id)?).await?))
}

async fn selection(
    State(app): State<App>,
    caller: Caller,
    Body(input): Body<RuleTemplateInput>,
) -> ApiResult<Json<Selection>> {
    let (total, series) = app.series.selected_series(caller.principal(), input).await?;
    Ok(Json(Selection { total, series }))
}

async fn try_out(
    State(app): State<App>,
    caller: Caller,
    Body(input): Body<RuleTemplateTrialInput>,
) -> ApiResult<Json<RuleTemplateTrial>> {
    Ok(Json(app.series.try_rule_template(caller.principal(), input).await?))
}

async fn versions(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<ById>,
) -> ApiResult<Json<Vec<RuleTemplateVersionView>>> {
    Ok(Json(app.series.rule_template_versions(caller.principal(), &template_id(&path.id)?).await?))
}

async fn exceptions(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<ById>,
) -> ApiResult<Json<Vec<ExceptionView>>> {
    Ok(Json(app.series.rule_template_exceptions(caller.principal(), &template_id(&path.id)?).await?))
}

#[derive(Deserialize, JsonSchema)]
struct OneSeries {
    /// The template.
    id: String,
    /// The series.
    series: String,
}

async fn follow(State(app): State<App>, caller: Caller, Segments(path): Segments<OneSeries>) -> ApiResult<NoContent> {
    let series: SeriesId = path.series.parse().map_err(|_| Fault::not_found("series", &path.series))?;
    app.series.end_exception(caller.principal(), &template_id(&path.id)?, &series, caller.why.clone()).await?;
    Ok(NoContent)
}
