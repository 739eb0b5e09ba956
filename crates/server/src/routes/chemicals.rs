//! Hazardous chemicals by name or CAS number, for forms.

use aide::axum::ApiRouter;
use aide::axum::routing::get_with;
use axum::Json;
use fengsui_monitoring::chemicals::{self, Chemical};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::auth::Caller;
use crate::extract::Params;
use crate::problem::ApiResult;

/// Routes of chemicals.
pub fn routes() -> ApiRouter<App> {
    ApiRouter::new().api_route(
        "/chemicals",
        get_with(search, |op| op.summary("Hazardous chemicals with their critical quantities (GB 18218-2018)")),
    )
}

#[derive(Deserialize, JsonSchema)]
struct ChemicalQuery {
    /// Part of a name, pinyin initials or the start of a CAS number; all if absent.
    #[serde(default)]
    q: String,
    /// Rows to return; 20 if absent, at most 100.
    limit: Option<usize>,
}

/// A named chemical.
#[derive(Debug, Serialize, JsonSchema)]
struct ChemicalView {
    /// Number in table 1 of GB 18218-2018.
    number: u32,
    /// Name, with the content for which the row holds.
    name: &'static str,
    /// Other names.
    aliases: &'static [String],
    /// CAS registry numbers.
    cas: &'static [String],
    /// Critical quantity in tonnes.
    critical_quantity_t: f64,
    /// Factor β of table 3, where the substance is named there.
    beta: Option<f64>,
}

impl From<&'static Chemical> for ChemicalView {
    fn from(row: &'static Chemical) -> Self {
        Self {
            number: row.number,
            name: &row.name,
            aliases: &row.aliases,
            cas: &row.cas,
            critical_quantity_t: row.critical_quantity_t,
            beta: row.beta,
        }
    }
}

async fn search(_caller: Caller, Params(query): Params<ChemicalQuery>) -> ApiResult<Json<Vec<ChemicalView>>> {
    let limit = query.limit.unwrap_or(20).clamp(1, 100);
    Ok(Json(chemicals::search(&query.q, limit).into_iter().map(ChemicalView::from).collect()))
}
