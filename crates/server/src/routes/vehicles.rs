//! Tracks, driving records and the fleet, on the screen and as files.

use aide::axum::ApiRouter;
use aide::axum::routing::get_with;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use fengsui_kernel::Locale;
use fengsui_motion::VehicleClass;
use fengsui_registry::{SheetFormat, TableCell, table};

use crate::app::App;
use crate::auth::Caller;
use crate::extract::{Params, Segments};
use crate::layers::locale;
use crate::problem::ApiResult;
use crate::routes::ById;
use crate::timeliness::local;
use crate::vehicles::{self, DrivingRecord, FleetLine, FleetQuestion, FleetReport, Track, TrackQuestion};

/// Routes of vehicles.
pub fn routes() -> ApiRouter<App> {
    let xlsx = |State(app): State<App>, caller: Caller, headers: HeaderMap, Params(question): Params<FleetQuestion>| async move {
        sheet(&app, &caller, &headers, &question, SheetFormat::Xlsx).await
    };
    let csv = |State(app): State<App>, caller: Caller, headers: HeaderMap, Params(question): Params<FleetQuestion>| async move {
        sheet(&app, &caller, &headers, &question, SheetFormat::Csv).await
    };
    let geojson =
        |State(app): State<App>,
         caller: Caller,
         Segments(path): Segments<ById>,
         Params(question): Params<TrackQuestion>| async move { file(&app, &caller, &path, &question, false).await };
    let gpx =
        |State(app): State<App>,
         caller: Caller,
         Segments(path): Segments<ById>,
         Params(question): Params<TrackQuestion>| async move { file(&app, &caller, &path, &question, true).await };
    ApiRouter::new()
        .api_route("/devices/{id}/track", get_with(track, |op| op.summary("Where a vehicle was, oldest first; traced")))
        .api_route(
            "/devices/{id}/track.geojson",
            get_with(geojson, |op| op.summary("The whole track as GeoJSON; traced")),
        )
        .api_route("/devices/{id}/track.gpx", get_with(gpx, |op| op.summary("The whole track as GPX 1.1; traced")))
        .api_route(
            "/devices/{id}/driving",
            get_with(driving, |op| op.summary("Trips, stops, overspeeds and driving without rest; traced")),
        )
        .api_route(
            "/vehicles/driving",
            get_with(fleet, |op| op.summary("Who drove too long or too fast on a day, the worst first; traced")),
        )
        .api_route("/vehicles/driving/export.xlsx", get_with(xlsx, |op| op.summary("The same as a workbook")))
        .api_route("/vehicles/driving/export.csv", get_with(csv, |op| op.summary("The same as CSV")))
}

async fn track(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<ById>,
    Params(question): Params<TrackQuestion>,
) -> ApiResult<Json<Track>> {
    Ok(Json(vehicles::track(&app, caller.principal(), &path.id, &question).await?))
}

async fn driving(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<ById>,
    Params(question): Params<TrackQuestion>,
) -> ApiResult<Json<DrivingRecord>> {
    Ok(Json(vehicles::driving_record(&app, caller.principal(), &path.id, &question).await?))
}

async fn fleet(
    State(app): State<App>,
    caller: Caller,
    Params(question): Params<FleetQuestion>,
) -> ApiResult<Json<FleetReport>> {
    Ok(Json(vehicles::fleet(&app, caller.principal(), &question).await?))
}

async fn file(app: &App, caller: &Caller, path: &ById, question: &TrackQuestion, gpx: bool) -> ApiResult<Response> {
    let (code, text) = vehicles::files(app, caller.principal(), &path.id, question, gpx).await?;
    let (media, end) = if gpx { ("application/gpx+xml", "gpx") } else { ("application/geo+json", "geojson") };
    // Codes may hold what a header may not.
    let name: String = code.chars().filter(|letter| letter.is_ascii_alphanumeric() || *letter == '-').collect();
    let disposition = format!("attachment; filename=\"track-{name}.{end}\"");
    Ok(([(header::CONTENT_TYPE, media.to_owned()), (header::CONTENT_DISPOSITION, disposition)], text).into_response())
}

const HEADERS_ZH: [&str; 15] = [
    "车辆",
    "编码",
    "车牌号",
    "企业",
    "车辆类别",
    "行驶里程（km）",
    "行驶时长（h）",
    "停车次数",
    "最高速度（km/h）",
    "超速次数",
    "最大超速（km/h）",
    "疲劳驾驶次数",
    "最长连续驾驶（h）",
    "离线位移次数",
    "首次违规时间",
];
const HEADERS_EN: [&str; 15] = [
    "Vehicle",
    "Code",
    "Plate",
    "Enterprise",
    "Class",
    "Distance (km)",
    "Driving (h)",
    "Stops",
    "Greatest speed (km/h)",
    "Overspeeds",
    "Greatest excess (km/h)",
    "Too long",
    "Longest without rest (h)",
    "Moved unheard",
    "First at",
];

async fn sheet(
    app: &App,
    caller: &Caller,
    headers: &HeaderMap,
    question: &FleetQuestion,
    format: SheetFormat,
) -> ApiResult<Response> {
    let chinese = locale(headers) == Locale::Chinese;
    let found = vehicles::fleet(app, caller.principal(), question).await?;
    let mut rows: Vec<_> = found.lines.iter().map(|one| cells(one, chinese)).collect();
    // So that the file speaks for itself.
    let span = format!("{} – {}", local(found.from), local(found.to));
    let notes = found.clauses.iter().map(|one| if chinese { &one.text.zh } else { &one.text.en });
    rows.extend(std::iter::once(&span).chain(notes).map(|note| vec![TableCell::Text(note.clone())]));
    let header = if chinese { HEADERS_ZH } else { HEADERS_EN };
    let bytes = table(if chinese { "行车监管" } else { "Driving" }, &header, &rows, format)?;
    let end = if format == SheetFormat::Xlsx { "xlsx" } else { "csv" };
    let headers = [
        (header::CONTENT_TYPE, format.media_type().to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"driving-{}.{end}\"", found.day)),
    ];
    Ok((headers, bytes).into_response())
}

fn cells(one: &FleetLine, chinese: bool) -> Vec<TableCell> {
    let text = |text: Option<&str>| text.map_or(TableCell::Empty, TableCell::from);
    let tenth = |figure: f64| TableCell::Number((figure * 10.0).round() / 10.0);
    let hours = |seconds: i64| TableCell::Number((seconds as f64 / 36.0).round() / 100.0);
    let count = |count: usize| TableCell::Number(count as f64);
    let (vehicle, totals) = (&one.vehicle, &one.totals);
    vec![
        TableCell::from(vehicle.name.as_str()),
        TableCell::from(vehicle.code.as_str()),
        text(vehicle.plate.as_deref()),
        text(vehicle.enterprise_name.as_deref()),
        TableCell::from(word(vehicle.class, chinese)),
        tenth(totals.distance_m / 1000.0),
        hours(totals.driving_seconds),
        count(totals.stops),
        totals.greatest_kmh.map_or(TableCell::Empty, tenth),
        count(one.speeding),
        one.greatest_excess_kmh.map_or(TableCell::Empty, tenth),
        count(one.fatigue),
        hours(totals.fatigue_seconds),
        count(totals.displaced),
        one.first_at.map_or(TableCell::Empty, |at| TableCell::Text(local(at))),
    ]
}

fn word(class: VehicleClass, chinese: bool) -> &'static str {
    let (zh, en) = match class {
        VehicleClass::DangerousGoods => ("危险货物运输车", "dangerous goods"),
        VehicleClass::Coach => ("客运车辆", "coach"),
        VehicleClass::Other => ("其他车辆", "other"),
    };
    if chinese { zh } else { en }
}
