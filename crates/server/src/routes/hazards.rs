//! What may follow: what an earthquake may have shaken, and what lies below a gauge or a dam.

use aide::axum::ApiRouter;
use aide::axum::routing::get_with;
use axum::Json;
use axum::extract::State;
use fengsui_kernel::Fault;
use fengsui_kernel::id::RecordId;
use fengsui_monitoring::chain::{self, HazardChain};
use fengsui_monitoring::impact::{self, ImpactQuery, QuakeImpact};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::app::App;
use crate::auth::Caller;
use crate::extract::{Params, Segments};
use crate::problem::ApiResult;
use crate::routes::ById;

/// Routes of hazards.
pub fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route(
            "/earthquakes/{id}/impact",
            get_with(quake, |op| op.summary("What an earthquake may have shaken, the hardest hit first")),
        )
        .api_route(
            "/hazard-chains",
            get_with(below, |op| op.summary("What lies below a dam, or below the dams that a gauge watches")),
        )
}

/// Where a chain begins: one of the two.
#[derive(Debug, Deserialize, JsonSchema)]
struct Beginning {
    /// A device that measures level or rain.
    device: Option<RecordId>,
    /// A dam.
    dam: Option<RecordId>,
}

async fn quake(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<ById>,
    Params(query): Params<ImpactQuery>,
) -> ApiResult<Json<QuakeImpact>> {
    let record = app.registry.get(caller.principal(), "earthquake", &path.id).await?;
    Ok(Json(impact::of_earthquake(&app.registry, caller.principal(), &record, &query).await?))
}

async fn below(
    State(app): State<App>,
    caller: Caller,
    Params(query): Params<Beginning>,
) -> ApiResult<Json<HazardChain>> {
    let (registry, principal) = (&app.registry, caller.principal());
    let chain = match (query.device, query.dam) {
        (Some(device), None) => {
            let record = registry.get(principal, "device", device.as_str()).await?;
            chain::of_device(registry, principal, &record.code).await?
        }
        (None, Some(dam)) => {
            let record = registry.get(principal, "dam", dam.as_str()).await?;
            chain::of_dam(registry, principal, record).await?
        }
        _ => return Err(Fault::field("device", "device_or_dam").into()),
    };
    Ok(Json(chain))
}
