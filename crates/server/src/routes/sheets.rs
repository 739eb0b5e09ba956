//! Ledgers in and out as files: templates, import, export, GeoJSON, map tiles, what is near.

use aide::axum::ApiRouter;
use aide::axum::routing::{get_with, post_with};
use axum::Json;
use axum::extract::{DefaultBodyLimit, Multipart, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use fengsui_kernel::{Fault, Point};
use fengsui_registry::{ImportMode, ImportOptions, ImportReport, ListQuery, Nearby, SheetFormat};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::app::App;
use crate::auth::Caller;
use crate::catalogue;
use crate::extract::{Params, Segments};
use crate::layers::locale;
use crate::problem::ApiResult;
use crate::routes::matters::file_of;
use crate::routes::records::OfKind;

/// The largest spreadsheet that is taken, in bytes.
pub const LARGEST_SHEET: usize = 50 * 1024 * 1024;

/// Routes of files and maps.
pub fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route(
            "/records/{kind}/imports",
            post_with(import, |op| op.summary("Import a spreadsheet (multipart field `file`)")),
        )
        .layer(DefaultBodyLimit::max(LARGEST_SHEET + 1024 * 1024))
        .api_route("/records/{kind}/template.xlsx", get_with(template_xlsx, |op| op.summary("Template as a workbook")))
        .api_route("/records/{kind}/template.csv", get_with(template_csv, |op| op.summary("Template as CSV")))
        .api_route("/records/{kind}/export.xlsx", get_with(export_xlsx, |op| op.summary("Export as a workbook")))
        .api_route("/records/{kind}/export.csv", get_with(export_csv, |op| op.summary("Export as CSV")))
        .api_route("/records/{kind}/features.geojson", get_with(features, |op| op.summary("Records as GeoJSON")))
        .api_route("/records/{kind}/nearest", get_with(nearest, |op| op.summary("Records nearest to a point")))
        .api_route(
            "/tiles/{kind}/{z}/{x}/{y}",
            get_with(tile, |op| op.summary("Vector tile (y ends in .mvt); layer name is the kind")),
        )
}

#[derive(Deserialize, JsonSchema)]
struct ImportQuery {
    /// Judge only, write nothing.
    #[serde(default)]
    dry_run: bool,
    /// Take all rows or none, or the good ones.
    #[serde(default)]
    mode: ImportMode,
}

async fn import(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Segments(path): Segments<OfKind>,
    Params(query): Params<ImportQuery>,
    multipart: Multipart,
) -> ApiResult<Json<ImportReport>> {
    caller.principal().scopes("import", &path.kind)?;
    let (file_name, file) = file_of(multipart, LARGEST_SHEET).await?;
    let options = ImportOptions { dry_run: query.dry_run, mode: query.mode, file_name, why: caller.why.clone() };
    let mut report = app.registry.import(caller.principal(), &path.kind, file, options).await?;
    let locale = locale(&headers);
    for error in &mut report.errors {
        error.message = catalogue::message(locale, &error.code, &error.params);
    }
    Ok(Json(report))
}

fn file(kind: &str, what: &str, format: SheetFormat, bytes: Vec<u8>) -> Response {
    let end = match format {
        SheetFormat::Xlsx => "xlsx",
        SheetFormat::Csv => "csv",
    };
    let headers = [
        (header::CONTENT_TYPE, format.media_type().to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{kind}-{what}.{end}\"")),
    ];
    (headers, bytes).into_response()
}

async fn template_xlsx(
    State(app): State<App>,
    _caller: Caller,
    headers: HeaderMap,
    Segments(path): Segments<OfKind>,
) -> ApiResult<Response> {
    let bytes = app.registry.template(&path.kind, SheetFormat::Xlsx, locale(&headers))?;
    Ok(file(&path.kind, "template", SheetFormat::Xlsx, bytes))
}

async fn template_csv(
    State(app): State<App>,
    _caller: Caller,
    headers: HeaderMap,
    Segments(path): Segments<OfKind>,
) -> ApiResult<Response> {
    let bytes = app.registry.template(&path.kind, SheetFormat::Csv, locale(&headers))?;
    Ok(file(&path.kind, "template", SheetFormat::Csv, bytes))
}

/// What an export asks for beside the query of a list.
#[derive(Default, Deserialize, JsonSchema)]
struct ExportQuery {
    /// Personal data in clear where the caller may read them; needs a reason (X-Why) and is traced.
    #[serde(default)]
    personal: bool,
    /// Columns in this order, as the list names them (`division`, `updated_at`, an attribute); absent: all that an
    /// import reads.
    #[serde(default)]
    columns: Vec<String>,
}

async fn export(
    app: App,
    caller: Caller,
    headers: HeaderMap,
    kind: String,
    (query, wanted): (ListQuery, ExportQuery),
    format: SheetFormat,
) -> ApiResult<Response> {
    let form = (format, locale(&headers));
    let clear = wanted.personal.then(|| caller.why.clone());
    let bytes = app.registry.export_columns(caller.principal(), &kind, &query, &wanted.columns, form, clear).await?;
    Ok(file(&kind, "export", format, bytes))
}

async fn export_xlsx(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Segments(path): Segments<OfKind>,
    Params(query): Params<ListQuery>,
    Params(wanted): Params<ExportQuery>,
) -> ApiResult<Response> {
    export(app, caller, headers, path.kind, (query, wanted), SheetFormat::Xlsx).await
}

async fn export_csv(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Segments(path): Segments<OfKind>,
    Params(query): Params<ListQuery>,
    Params(wanted): Params<ExportQuery>,
) -> ApiResult<Response> {
    export(app, caller, headers, path.kind, (query, wanted), SheetFormat::Csv).await
}

async fn features(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<OfKind>,
    Params(query): Params<ListQuery>,
) -> ApiResult<Json<Value>> {
    Ok(Json(app.registry.geojson(caller.principal(), &path.kind, &query).await?))
}

#[derive(Deserialize, JsonSchema)]
struct NearestQuery {
    /// Degrees east.
    lon: f64,
    /// Degrees north.
    lat: f64,
    /// Rows to return.
    limit: Option<u32>,
    /// No farther than this, in metres.
    radius_m: Option<f64>,
    /// Conditions `field:op:value`.
    #[serde(default)]
    filter: Vec<String>,
}

async fn nearest(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<OfKind>,
    Params(query): Params<NearestQuery>,
) -> ApiResult<Json<Vec<Nearby>>> {
    let center = Point::new(query.lon, query.lat)?;
    if query.radius_m.is_some_and(|radius| !(radius > 0.0 && radius <= 1_000_000.0)) {
        return Err(Fault::field("radius_m", "out_of_range").with("min", "0").with("max", "1000000").into());
    }
    let conditions = ListQuery { filter: query.filter, ..ListQuery::default() };
    let limit = query.limit.unwrap_or(10);
    Ok(Json(app.registry.nearest(caller.principal(), &path.kind, center, limit, query.radius_m, &conditions).await?))
}

#[derive(Deserialize, JsonSchema)]
struct TilePath {
    /// The kind.
    kind: String,
    /// Zoom.
    z: u8,
    /// Column.
    x: u32,
    /// Row, with `.mvt`.
    y: String,
}

async fn tile(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<TilePath>,
    Params(query): Params<ListQuery>,
) -> ApiResult<Response> {
    let y = path.y.trim_end_matches(".mvt").parse().map_err(|_| Fault::not_found("tile", &path.y))?;
    let bytes = app.registry.tile(caller.principal(), &path.kind, (path.z, path.x, y), &query).await?;
    let headers =
        [(header::CONTENT_TYPE, "application/vnd.mapbox-vector-tile"), (header::CACHE_CONTROL, "private, max-age=5")];
    Ok((headers, bytes).into_response())
}
