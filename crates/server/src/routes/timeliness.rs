//! Timeliness: figures, the clocks behind them, and both as files.

use aide::axum::ApiRouter;
use aide::axum::routing::get_with;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use fengsui_kernel::{DivisionCode, Locale, Timestamp};
use fengsui_matters::{ClockFilter, ClockState};
use fengsui_registry::{SheetFormat, TableCell, table};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::app::App;
use crate::auth::Caller;
use crate::extract::Params;
use crate::layers::locale;
use crate::problem::ApiResult;
use crate::timeliness::{self, Clocks, GroupBy, NamedClock, TimelinessReport};

/// The most clocks on a screen.
const MOST_ON_A_SCREEN: u32 = 1000;

/// Routes of timeliness.
pub fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route("/timeliness", get_with(report, |op| op.summary("How clocks were kept, by group; drills left out")))
        .api_route("/timeliness/clocks", get_with(clocks, |op| op.summary("The clocks behind the figures")))
        .api_route("/timeliness/export.xlsx", get_with(export_xlsx, |op| op.summary("The clocks as a workbook")))
        .api_route("/timeliness/export.csv", get_with(export_csv, |op| op.summary("The clocks as CSV")))
}

#[derive(Deserialize, JsonSchema)]
struct FiguresQuery {
    /// One process.
    process: Option<String>,
    /// One clock.
    clock: Option<String>,
    /// A division and all below.
    division: Option<DivisionCode>,
    /// Clocks started from this time on.
    from: Option<Timestamp>,
    /// Clocks started before this time.
    to: Option<Timestamp>,
    /// What figures are grouped by.
    #[serde(default)]
    by: GroupBy,
    /// One group, by its key.
    key: Option<String>,
    /// Only those kept late.
    #[serde(default)]
    late: bool,
    /// Rows to return, 200 if absent.
    limit: Option<u32>,
}

async fn read(app: &App, caller: &Caller, query: &FiguresQuery) -> ApiResult<Clocks> {
    let filter = ClockFilter {
        process: query.process.clone(),
        clock: query.clock.clone(),
        division: query.division,
        from: query.from,
        to: query.to,
    };
    Ok(timeliness::read(app, caller.principal(), &filter, query.by).await?)
}

async fn report(
    State(app): State<App>,
    caller: Caller,
    Params(query): Params<FiguresQuery>,
) -> ApiResult<Json<TimelinessReport>> {
    Ok(Json(read(&app, &caller, &query).await?.report()))
}

async fn clocks(
    State(app): State<App>,
    caller: Caller,
    Params(query): Params<FiguresQuery>,
) -> ApiResult<Json<Vec<NamedClock>>> {
    let limit = query.limit.unwrap_or(200).clamp(1, MOST_ON_A_SCREEN) as usize;
    Ok(Json(read(&app, &caller, &query).await?.rows(query.key.as_deref(), query.late, limit)))
}

async fn export_xlsx(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Params(query): Params<FiguresQuery>,
) -> ApiResult<Response> {
    export(&app, &caller, &headers, &query, SheetFormat::Xlsx).await
}

async fn export_csv(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Params(query): Params<FiguresQuery>,
) -> ApiResult<Response> {
    export(&app, &caller, &headers, &query, SheetFormat::Csv).await
}

const HEADERS_ZH: [&str; 10] = ["事项", "流程", "时限", "区划", "机构", "岗位", "开始", "到期", "完成", "结果"];
const HEADERS_EN: [&str; 10] =
    ["Matter", "Process", "Clock", "Division", "Organisation", "Post", "Started", "Due", "Stopped", "Outcome"];

async fn export(
    app: &App,
    caller: &Caller,
    headers: &HeaderMap,
    query: &FiguresQuery,
    format: SheetFormat,
) -> ApiResult<Response> {
    let chinese = locale(headers) == Locale::Chinese;
    let rows = read(app, caller, query).await?.rows(query.key.as_deref(), query.late, usize::MAX);
    let minutes =
        if chinese { ["用时（分钟）", "超时（分钟）"] } else { ["Minutes taken", "Minutes late"] };
    let names = if chinese { HEADERS_ZH } else { HEADERS_EN };
    let header: Vec<&str> = names.into_iter().chain(minutes).collect();
    let cells: Vec<Vec<TableCell>> = rows.iter().map(|row| row_cells(row, chinese)).collect();
    let title = if chinese { "时效" } else { "Timeliness" };
    let bytes = table(title, &header, &cells, format)?;
    let end = if format == SheetFormat::Xlsx { "xlsx" } else { "csv" };
    let headers = [
        (header::CONTENT_TYPE, format.media_type().to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"timeliness.{end}\"")),
    ];
    Ok((headers, bytes).into_response())
}

fn row_cells(row: &NamedClock, chinese: bool) -> Vec<TableCell> {
    let clock = &row.clock;
    let text = |text: Option<&String>| text.map_or(TableCell::Empty, |text| TableCell::from(text.as_str()));
    let at = |at: Option<Timestamp>| at.map_or(TableCell::Empty, |at| TableCell::Text(timeliness::local(at)));
    let title = clock.clock_title.map(|title| if chinese { title.zh } else { title.en });
    let took = clock.stopped_at.map(|stopped| {
        let millis = stopped.as_millisecond() - clock.started_at.as_millisecond();
        (millis as f64 / 6_000.0).round() / 10.0
    });
    let late = clock.is_late().then(|| (row.late_by_minutes * 10.0).round() / 10.0);
    vec![
        TableCell::from(clock.title.as_str()),
        TableCell::from(clock.process.as_str()),
        TableCell::from(title.unwrap_or(clock.clock.as_str())),
        TableCell::from(row.division_name.as_str()),
        text(row.organisation_name.as_ref()),
        text(row.post_name.as_ref()),
        at(Some(clock.started_at)),
        at(Some(clock.due_at)),
        at(clock.stopped_at),
        TableCell::from(outcome(clock.state, chinese)),
        TableCell::from(took),
        TableCell::from(late),
    ]
}

fn outcome(state: ClockState, chinese: bool) -> &'static str {
    let (zh, en) = match state {
        ClockState::Met => ("按时", "met"),
        ClockState::Late => ("超时完成", "late"),
        ClockState::Overdue => ("超时未完成", "overdue"),
        ClockState::Running => ("进行中", "running"),
        ClockState::Void => ("已终止", "void"),
    };
    if chinese { zh } else { en }
}
