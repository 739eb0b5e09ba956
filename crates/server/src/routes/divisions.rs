//! Divisions, boundaries, where a point lies, how many people live somewhere.

use aide::axum::ApiRouter;
use aide::axum::routing::{get_with, post_with};
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use fengsui_kernel::{DivisionCode, DivisionLevel, Fault, Point};
use fengsui_registry::{Division, DivisionDetail, Located, PopulationAnswer, PopulationArea};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::app::App;
use crate::auth::Caller;
use crate::extract::{Body, Params, Segments};
use crate::problem::{ApiError, ApiResult};
use crate::routes::ById;

/// Divisions whose boundaries can be asked for at once.
const MOST_BOUNDARIES: usize = 200;

/// Divisions whose residents can be asked for at once.
const MOST_DIVISIONS: usize = 2000;

/// Routes of divisions.
pub fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route("/divisions", get_with(list, |op| op.summary("Divisions: children, or by text")))
        .api_route(
            "/divisions/locate",
            get_with(locate, |op| op.summary("The county of a point, and counties whose border is near")),
        )
        .api_route("/divisions/{id}", get_with(get, |op| op.summary("One division with its path")))
        .api_route(
            "/boundaries",
            get_with(boundaries, |op| op.summary("Boundaries as GeoJSON").response::<200, Json<Boundaries>>()),
        )
        .api_route("/population", post_with(population, |op| op.summary("How many people live in an area")))
}

#[derive(Deserialize, JsonSchema)]
struct DivisionQuery {
    /// Children of this division.
    parent: Option<DivisionCode>,
    /// Text: Chinese, pinyin initials or code.
    q: Option<String>,
    /// Of this level.
    level: Option<DivisionLevel>,
    /// Rows to return.
    limit: Option<u32>,
}

async fn list(
    State(app): State<App>,
    _caller: Caller,
    Params(query): Params<DivisionQuery>,
) -> ApiResult<Json<Vec<Division>>> {
    let limit = query.limit.unwrap_or(500).clamp(1, 1000);
    Ok(Json(app.registry.divisions(query.parent, query.q.as_deref(), query.level, limit).await?))
}

async fn get(
    State(app): State<App>,
    _caller: Caller,
    Segments(path): Segments<ById>,
) -> ApiResult<Json<DivisionDetail>> {
    Ok(Json(app.registry.division(path.id.parse()?).await?))
}

#[derive(Deserialize, JsonSchema)]
struct PointQuery {
    /// Degrees east.
    lon: f64,
    /// Degrees north.
    lat: f64,
}

async fn locate(
    State(app): State<App>,
    _caller: Caller,
    Params(query): Params<PointQuery>,
) -> ApiResult<Json<Located>> {
    Ok(Json(app.registry.locate(Point::new(query.lon, query.lat)?).await?))
}

/// The shape of the answer, for the description: a GeoJSON feature collection.
#[derive(Serialize, JsonSchema)]
#[allow(dead_code, reason = "describes the answer; the geometries go out as they are stored")]
struct Boundaries {
    /// `FeatureCollection`.
    #[serde(rename = "type")]
    kind: String,
    /// One per division.
    features: Vec<Boundary>,
}

/// The boundary of one division.
#[derive(Serialize, JsonSchema)]
#[allow(dead_code, reason = "describes the answer")]
struct Boundary {
    /// `Feature`.
    #[serde(rename = "type")]
    kind: String,
    /// Which division.
    properties: BoundaryProperties,
    /// A GeoJSON polygon or multipolygon, CGCS2000.
    geometry: Value,
}

/// Which division a boundary belongs to.
#[derive(Serialize, JsonSchema)]
#[allow(dead_code, reason = "describes the answer")]
struct BoundaryProperties {
    /// Its code.
    code: DivisionCode,
    /// Its name.
    name: String,
}

#[derive(Deserialize, JsonSchema)]
struct BoundaryQuery {
    /// Division codes, separated by commas.
    codes: String,
}

async fn boundaries(
    State(app): State<App>,
    _caller: Caller,
    Params(query): Params<BoundaryQuery>,
) -> Result<Response, ApiError> {
    let codes: Result<Vec<DivisionCode>, _> =
        query.codes.split(',').filter(|code| !code.is_empty()).map(str::parse).collect();
    let codes = codes?;
    if codes.len() > MOST_BOUNDARIES {
        return Err(Fault::field("codes", "too_many_values").with("max", &MOST_BOUNDARIES.to_string()).into());
    }
    Ok(Json(app.registry.boundaries(&codes).await?).into_response())
}

async fn population(
    State(app): State<App>,
    _caller: Caller,
    Body(area): Body<PopulationArea>,
) -> ApiResult<Json<PopulationAnswer>> {
    if let PopulationArea::Divisions(codes) = &area {
        if codes.len() > MOST_DIVISIONS {
            return Err(Fault::field("divisions", "too_many_values").with("max", &MOST_DIVISIONS.to_string()).into());
        }
        for code in codes {
            app.registry
                .division(*code)
                .await
                .map_err(|_| Fault::field("divisions", "unknown_division").with("value", code.as_str()))?;
        }
    }
    Ok(Json(app.registry.population(&area).await?))
}
