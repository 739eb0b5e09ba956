//! Matters: one file per thing that can be done with them.

mod acting;
mod attachments;
mod clocks;
mod processes;
mod reading;
mod view;

use aide::axum::ApiRouter;
use fengsui_kernel::Fault;
use fengsui_kernel::id::MatterId;

use crate::app::App;
use crate::problem::{ApiError, ApiResult};
use crate::routes::ById;

pub use attachments::file_of;

/// Routes of matters.
pub fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .merge(processes::routes())
        .merge(reading::routes())
        .merge(acting::routes())
        .merge(clocks::routes())
        .merge(attachments::routes())
}

fn matter_id(path: &ById) -> ApiResult<MatterId> {
    path.id.parse().map_err(|_| ApiError(Fault::not_found("matter", &path.id)))
}
