//! The routes, one file per capability.

mod health;
mod session;
mod users;

use aide::axum::ApiRouter;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::app::App;

/// Everything under `/api/v1`.
pub fn api() -> ApiRouter<App> {
    ApiRouter::new().merge(session::routes()).merge(users::routes())
}

/// What operators and machines ask outside `/api/v1`.
pub use health::routes as health;

/// A path that ends in an id.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct ById {
    /// The id.
    pub id: String,
}
