//! The routes, one file per capability.

mod alarm_figures;
mod alarms;
mod batches;
mod boards;
mod chemicals;
mod derivations;
mod device_health;
mod device_orders;
mod diagram;
mod divisions;
mod drills;
mod frames;
mod hazards;
mod health;
mod imports;
mod jobs;
mod map;
mod matters;
mod messages;
mod online_rate;
mod oversight;
mod overview;
mod preferences;
mod push;
mod readings_sheet;
mod receipt;
mod records;
mod response;
mod rule_templates;
mod rules;
mod screens;
mod series;
pub mod session;
mod set_aside;
mod sheets;
mod sources;
mod stream;
mod timeliness;
mod trace;
mod users;
mod vehicles;
mod walls;
mod warnings;

use aide::axum::ApiRouter;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::app::App;

/// Everything under `/api/v1` that answers JSON.
pub fn api() -> ApiRouter<App> {
    ApiRouter::new()
        .merge(session::routes())
        .merge(users::routes())
        .merge(oversight::routes())
        .merge(preferences::routes())
        .merge(records::routes())
        .merge(batches::routes())
        .merge(chemicals::routes())
        .merge(sheets::routes())
        .merge(imports::routes())
        .merge(jobs::routes())
        .merge(divisions::routes())
        .merge(series::routes())
        .merge(online_rate::routes())
        .merge(vehicles::routes())
        .merge(device_health::routes())
        .merge(device_orders::routes())
        .merge(frames::routes())
        .merge(push::routes())
        .merge(sources::routes())
        .merge(rules::routes())
        .merge(derivations::routes())
        .merge(rule_templates::routes())
        .merge(alarms::routes())
        .merge(alarm_figures::routes())
        .merge(boards::routes())
        .merge(hazards::routes())
        .merge(matters::routes())
        .merge(diagram::routes())
        .merge(drills::routes())
        .merge(response::routes())
        .merge(timeliness::routes())
        .merge(warnings::routes())
        .merge(messages::routes())
        .merge(trace::routes())
        .merge(set_aside::routes())
        .merge(overview::routes())
        .merge(map::routes())
        .merge(screens::routes())
        .merge(walls::routes())
}

/// The live stream and the base map.
pub use stream::routes as stream;

/// The public feed of warnings.
pub use warnings::public as cap;

/// The page on which a person without an account confirms a message.
pub use receipt::routes as receipt;

/// What operators and machines ask outside `/api/v1`.
pub use health::routes as health;

/// A path that ends in an id.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct ById {
    /// The id.
    pub id: String,
}
