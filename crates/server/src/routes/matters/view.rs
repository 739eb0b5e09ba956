//! A matter with the names and words that people read.

use axum::Json;
use fengsui_kernel::{Locale, Page};
use fengsui_matters::{Assignee, Matter};
use schemars::JsonSchema;
use serde::Serialize;

use crate::app::App;
use crate::catalogue;
use crate::problem::ApiResult;

/// A matter with the names that people read.
#[derive(Serialize, JsonSchema)]
pub(super) struct MatterView {
    #[serde(flatten)]
    matter: Matter,
    /// Name of the division.
    division_name: String,
    /// Name of the post or role that is to act.
    assignee_name: Option<String>,
    /// Name of the enterprise.
    enterprise_name: Option<String>,
}

/// Completes a matter for a reader of that language.
pub(super) async fn view(app: &App, locale: Locale, mut matter: Matter) -> ApiResult<MatterView> {
    for reason in matter.available_actions.iter_mut().filter_map(|action| action.reason.as_mut()) {
        reason.message = Some(catalogue::message(locale, &reason.refusal.code, &reason.refusal.params));
    }
    let assignee_name = match &matter.assignee {
        Assignee::Post { id } => app.registry.find_by_id(id).await?.map(|post| post.name),
        Assignee::Role { role, .. } => {
            app.identity.roles().views().into_iter().find(|view| view.name == *role).map(|view| view.title.zh)
        }
        Assignee::Nobody => None,
    };
    let enterprise_name = match &matter.enterprise {
        Some(id) => app.registry.find_by_id(id).await?.map(|enterprise| enterprise.name),
        None => None,
    };
    let division_name = app.division_name(&matter.division).await?;
    Ok(MatterView { matter, division_name, assignee_name, enterprise_name })
}

/// Completes a page of matters.
pub(super) async fn views(app: &App, locale: Locale, page: Page<Matter>) -> ApiResult<Json<Page<MatterView>>> {
    let mut items = Vec::with_capacity(page.items.len());
    for matter in page.items {
        items.push(view(app, locale, matter).await?);
    }
    Ok(Json(Page { items, next: page.next, total: page.total }))
}
