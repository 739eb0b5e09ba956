//! What the portal and the map ask at once.

use std::collections::BTreeMap;

use aide::axum::ApiRouter;
use aide::axum::routing::get_with;
use axum::Json;
use axum::extract::State;
use fengsui_warning::publication;
use schemars::JsonSchema;
use serde::Serialize;

use crate::app::App;
use crate::auth::Caller;
use crate::problem::ApiResult;

/// Routes of the portal.
pub fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route("/overview", get_with(overview, |op| op.summary("Figures of the portal")))
        .api_route("/map/layers", get_with(layers, |op| op.summary("Layers of One Map with their counts")))
}

/// Figures of the portal; what the caller may not see is absent.
#[derive(Debug, Default, Serialize, JsonSchema)]
struct Overview {
    /// Open alarms by priority.
    open_alarms: BTreeMap<String, u64>,
    /// Alarms that nobody took note of.
    unacknowledged: u64,
    /// Warnings in force.
    warnings_in_force: usize,
    /// Incidents that are not closed.
    open_incidents: u64,
    /// Matters that wait for me.
    my_inbox: u64,
    /// Running clocks.
    clocks: ClockFigures,
    /// Devices heard and silent.
    devices: DeviceFigures,
}

#[derive(Debug, Default, Serialize, JsonSchema)]
struct ClockFigures {
    /// In time.
    running: u64,
    /// Past their end.
    overdue: u64,
}

#[derive(Debug, Default, Serialize, JsonSchema)]
struct DeviceFigures {
    /// Heard.
    online: u64,
    /// Silent.
    silent: u64,
}

async fn overview(State(app): State<App>, caller: Caller) -> ApiResult<Json<Overview>> {
    let principal = caller.principal();
    let mut figures = Overview::default();
    if principal.scopes("read", "alarm").is_ok() {
        let open = app.series.open_alarms(principal).await?;
        figures.open_alarms =
            open.by_priority.iter().map(|(priority, count)| (priority.as_str().to_owned(), *count)).collect();
        figures.unacknowledged = open.unacknowledged;
    }
    if principal.scopes("read", "warning").is_ok() {
        figures.warnings_in_force = publication::count_in_force(&app.db, principal).await?;
    }
    let matters = app.matters.overview(principal).await?;
    figures.open_incidents = matters.open.get("incident").map_or(0, |phases| phases.values().sum());
    figures.clocks = ClockFigures { running: matters.clocks_running, overdue: matters.clocks_overdue };
    figures.my_inbox = matters.inbox;
    let devices = app.series.connection_counts(principal).await?;
    figures.devices = DeviceFigures { online: devices.online, silent: devices.silent };
    Ok(Json(figures))
}

/// A layer of One Map.
#[derive(Debug, Serialize, JsonSchema)]
struct Layer {
    /// The kind.
    kind: String,
    /// Its name in Chinese.
    title: String,
    /// Its name in English.
    title_en: String,
    /// Records that the caller may see.
    count: u64,
    /// Name of its icon.
    icon: String,
}

async fn layers(State(app): State<App>, caller: Caller) -> ApiResult<Json<Vec<Layer>>> {
    let counts: BTreeMap<&str, u64> = app.registry.counts(caller.principal()).await?.into_iter().collect();
    let shown = app.registry.kinds().iter().filter(|kind| kind.geometry == fengsui_registry::kind::Geometry::Point);
    let layer = |kind: &fengsui_registry::kind::SharedSpec| {
        let count = *counts.get(kind.name)?;
        let (title, title_en) = (kind.title.zh.clone(), kind.title.en.clone());
        Some(Layer { kind: kind.name.to_owned(), title, title_en, count, icon: kind.icon.to_owned() })
    };
    Ok(Json(shown.filter_map(layer).collect()))
}
