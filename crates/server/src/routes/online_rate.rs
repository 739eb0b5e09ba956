//! Online rates of devices, on the screen and as a file.

use aide::axum::ApiRouter;
use aide::axum::routing::get_with;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use fengsui_kernel::Locale;
use fengsui_registry::{SheetFormat, TableCell, table};
use fengsui_series::Presence;

use crate::app::App;
use crate::auth::Caller;
use crate::extract::Params;
use crate::layers::locale;
use crate::online_rate::{OnlineLine, OnlineReport, RateQuestion, report};
use crate::problem::ApiResult;
use crate::timeliness::local;

/// Lines of one answer; a file holds all.
const MOST_LINES: usize = 500;

/// Routes of the online rates.
pub fn routes() -> ApiRouter<App> {
    let xlsx = |State(app): State<App>, caller: Caller, headers: HeaderMap, Params(question): Params<RateQuestion>| async move {
        export(&app, &caller, &headers, &question, SheetFormat::Xlsx).await
    };
    let csv = |State(app): State<App>, caller: Caller, headers: HeaderMap, Params(question): Params<RateQuestion>| async move {
        export(&app, &caller, &headers, &question, SheetFormat::Csv).await
    };
    ApiRouter::new()
        .api_route("/devices/online-rate", get_with(rates, |op| op.summary("Online rates of devices, the worst first")))
        .api_route(
            "/devices/online-rate/export.xlsx",
            get_with(xlsx, |op| op.summary("The online rates as a workbook")),
        )
        .api_route("/devices/online-rate/export.csv", get_with(csv, |op| op.summary("The online rates as CSV")))
}

async fn rates(
    State(app): State<App>,
    caller: Caller,
    Params(question): Params<RateQuestion>,
) -> ApiResult<Json<OnlineReport>> {
    Ok(Json(report(&app, caller.principal(), &question, MOST_LINES).await?))
}

const HEADERS_ZH: [&str; 14] = [
    "名称",
    "编码",
    "企业",
    "设备数",
    "在线",
    "离线",
    "停用",
    "从未上线",
    "无上报周期",
    "今日在线率",
    "7 日在线率",
    "30 日在线率",
    "30 日离线次数",
    "状态",
];
const HEADERS_EN: [&str; 14] = [
    "Name",
    "Code",
    "Enterprise",
    "Devices",
    "Online",
    "Offline",
    "Out of service",
    "Never heard",
    "No interval",
    "Today",
    "7 days",
    "30 days",
    "Outages in 30 days",
    "State",
];

async fn export(
    app: &App,
    caller: &Caller,
    headers: &HeaderMap,
    question: &RateQuestion,
    format: SheetFormat,
) -> ApiResult<Response> {
    let chinese = locale(headers) == Locale::Chinese;
    let found = report(app, caller.principal(), question, usize::MAX).await?;
    let mut rows: Vec<_> = std::iter::once(&found.total).chain(&found.lines).map(|one| cells(one, chinese)).collect();
    rows.push(vec![TableCell::Text(definition(&found, chinese))]);
    let header = if chinese { HEADERS_ZH } else { HEADERS_EN };
    let bytes = table(if chinese { "在线率" } else { "Online rate" }, &header, &rows, format)?;
    let end = if format == SheetFormat::Xlsx { "xlsx" } else { "csv" };
    let headers = [
        (header::CONTENT_TYPE, format.media_type().to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"online-rate.{end}\"")),
    ];
    Ok((headers, bytes).into_response())
}

/// How the rates were reckoned, so that the file speaks for itself.
fn definition(report: &OnlineReport, chinese: bool) -> String {
    let (at, intervals, least) = (local(report.at), report.tolerated_intervals, report.least_silence_seconds);
    if chinese {
        format!(
            "统计至 {at}。在线率 = 在线时长 ÷（在线时长 + 离线时长）；超过 {intervals} 个上报周期（至少 {least} 秒）无数据为离线；检修停用、平台停机、首次上线之前的时间不计。"
        )
    } else {
        format!(
            "As of {at}. Online ÷ (online + offline); offline after {intervals} expected intervals (at least {least} s) without data; out of service, the platform's own downtime and the time before a device was first heard are left out."
        )
    }
}

fn cells(one: &OnlineLine, chinese: bool) -> Vec<TableCell> {
    let text = |text: Option<&String>| text.map_or(TableCell::Empty, |text| TableCell::from(text.as_str()));
    let rate = |rate: Option<f64>| TableCell::from(rate.map(|rate| (rate * 10_000.0).round() / 10_000.0));
    let name = if chinese { &one.label.zh } else { &one.label.en };
    let mut cells = vec![TableCell::from(name.as_str()), text(one.code.as_ref()), text(one.enterprise_name.as_ref())];
    let counts = [one.devices, one.online, one.offline, one.out_of_service, one.never, one.unmeasured];
    cells.extend(counts.map(|count| TableCell::Number(count as f64)));
    cells.extend([rate(one.today), rate(one.week), rate(one.month), TableCell::Number(one.outages as f64)]);
    cells.push(one.presence.map_or(TableCell::Empty, |presence| TableCell::from(word(presence, chinese))));
    cells
}

fn word(presence: Presence, chinese: bool) -> &'static str {
    let (zh, en) = match presence {
        Presence::Online => ("在线", "online"),
        Presence::Offline => ("离线", "offline"),
        Presence::OutOfService => ("停用", "out of service"),
        Presence::Never => ("从未上线", "never heard"),
        Presence::Unmeasured => ("无上报周期", "no interval"),
    };
    if chinese { zh } else { en }
}
