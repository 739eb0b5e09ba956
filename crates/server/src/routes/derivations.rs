//! Derived series: made, changed, tried on the past, ended. A derivation goes by the id of the series that it computes.

use aide::axum::ApiRouter;
use aide::axum::routing::{get_with, post_with};
use axum::Json;
use axum::extract::State;
use axum::response::NoContent;
use fengsui_kernel::{Page, PageQuery};
use fengsui_series::{DerivationInput, DerivationTrial, DerivationTrialInput, DerivationVersionView, DerivationView};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::app::App;
use crate::auth::Caller;
use crate::created::Created;
use crate::extract::{Body, Params, Segments};
use crate::problem::ApiResult;
use crate::routes::ById;
use crate::routes::series::series_id;
use crate::sensing::{self, SeriesDraft};

/// Routes of derivations.
pub fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route(
            "/derivations",
            get_with(list, |op| op.summary("Derived series: how they are computed and what that amounts to now"))
                .post_with(create, |op| op.summary("Register a series that is computed from others")),
        )
        .api_route(
            "/derivations/trial",
            post_with(try_out, |op| {
                op.summary(
                    "Try an expression on what its inputs measured, or only on what they are now; nothing is kept",
                )
            }),
        )
        .api_route(
            "/derivations/{id}",
            get_with(get, |op| op.summary("How a series is computed"))
                .put_with(update, |op| op.summary("Compute a series in another way from now on"))
                .delete_with(delete, |op| op.summary("Take a derived series out of use that nothing is computed from")),
        )
        .api_route(
            "/derivations/{id}/versions",
            get_with(versions, |op| op.summary("Versions of a derivation: who wrote each, when and why")),
        )
}

/// A series that is computed, as a person registers it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct DerivationDraft {
    /// The series; its device is where it is shown and whose place it has, and sends nothing for it.
    series: SeriesDraft,
    /// How it is computed.
    derivation: DerivationInput,
}

/// The reason from the body, else that of the request.
fn with_reason(caller: &Caller, input: DerivationInput) -> DerivationInput {
    DerivationInput { why: input.why.or_else(|| caller.why.clone()), ..input }
}

async fn list(
    State(app): State<App>,
    caller: Caller,
    Params(page): Params<PageQuery>,
) -> ApiResult<Json<Page<DerivationView>>> {
    Ok(Json(app.series.derivations(caller.principal(), &page).await?))
}

async fn create(
    State(app): State<App>,
    caller: Caller,
    Body(draft): Body<DerivationDraft>,
) -> ApiResult<Created<DerivationView>> {
    let registration = sensing::registration(&app.registry, draft.series).await?;
    let input = with_reason(&caller, draft.derivation);
    Ok(Created(app.series.create_derivation(caller.principal(), registration, input).await?))
}

async fn get(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<ById>,
) -> ApiResult<Json<DerivationView>> {
    Ok(Json(app.series.derivation(caller.principal(), &series_id(&path)?).await?))
}

async fn update(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<ById>,
    Body(input): Body<DerivationInput>,
) -> ApiResult<Json<DerivationView>> {
    let input = with_reason(&caller, input);
    Ok(Json(app.series.update_derivation(caller.principal(), &series_id(&path)?, input).await?))
}

async fn delete(State(app): State<App>, caller: Caller, Segments(path): Segments<ById>) -> ApiResult<NoContent> {
    app.series.delete_derivation(caller.principal(), &series_id(&path)?, caller.why.clone()).await?;
    Ok(NoContent)
}

async fn try_out(
    State(app): State<App>,
    caller: Caller,
    Body(input): Body<DerivationTrialInput>,
) -> ApiResult<Json<DerivationTrial>> {
    Ok(Json(app.series.try_derivation(caller.principal(), input).await?))
}

async fn versions(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<ById>,
) -> ApiResult<Json<Vec<DerivationVersionView>>> {
    Ok(Json(app.series.derivation_versions(caller.principal(), &series_id(&path)?).await?))
}
