//! The devices that somebody should look at, on the screen and as a file.

use aide::axum::ApiRouter;
use aide::axum::routing::get_with;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use fengsui_kernel::Locale;
use fengsui_registry::{SheetFormat, TableCell, table};
use fengsui_series::{DeviceTrouble, TroubleView};

use crate::app::App;
use crate::auth::Caller;
use crate::device_health::{HealthLine, HealthQuestion, HealthReport, report};
use crate::extract::Params;
use crate::layers::locale;
use crate::problem::ApiResult;
use crate::timeliness::local;

/// Lines of one answer; a file holds all.
const MOST_LINES: usize = 500;

/// Routes of the health of devices.
pub fn routes() -> ApiRouter<App> {
    let xlsx = |State(app): State<App>,
                caller: Caller,
                headers: HeaderMap,
                Params(question): Params<HealthQuestion>| async move {
        export(&app, &caller, &headers, &question, SheetFormat::Xlsx).await
    };
    let csv = |State(app): State<App>, caller: Caller, headers: HeaderMap, Params(question): Params<HealthQuestion>| async move {
        export(&app, &caller, &headers, &question, SheetFormat::Csv).await
    };
    ApiRouter::new()
        .api_route("/devices/health", get_with(health, |op| op.summary("Devices with troubles, the most urgent first")))
        .api_route("/devices/health/export.xlsx", get_with(xlsx, |op| op.summary("The same as a workbook")))
        .api_route("/devices/health/export.csv", get_with(csv, |op| op.summary("The same as CSV")))
}

async fn health(
    State(app): State<App>,
    caller: Caller,
    Params(question): Params<HealthQuestion>,
) -> ApiResult<Json<HealthReport>> {
    Ok(Json(report(&app, caller.principal(), &question, MOST_LINES).await?))
}

const HEADERS_ZH: [&str; 10] =
    ["设备", "编码", "企业", "问题", "测点", "说明", "最近上报", "上次检定", "检定到期", "证书编号"];
const HEADERS_EN: [&str; 10] = [
    "Device",
    "Code",
    "Enterprise",
    "Trouble",
    "Series",
    "Facts",
    "Last heard",
    "Calibrated on",
    "Due on",
    "Certificate",
];

async fn export(
    app: &App,
    caller: &Caller,
    headers: &HeaderMap,
    question: &HealthQuestion,
    format: SheetFormat,
) -> ApiResult<Response> {
    let chinese = locale(headers) == Locale::Chinese;
    let found = report(app, caller.principal(), question, usize::MAX).await?;
    let wanted = |one: &&TroubleView| question.trouble.is_none_or(|asked| asked == one.trouble);
    let rows: Vec<_> = found
        .lines
        .iter()
        .flat_map(|line| line.troubles.iter().filter(wanted).map(|trouble| cells(line, trouble, chinese)))
        .collect();
    let header = if chinese { HEADERS_ZH } else { HEADERS_EN };
    let bytes = table(if chinese { "设备问题" } else { "Device troubles" }, &header, &rows, format)?;
    let end = if format == SheetFormat::Xlsx { "xlsx" } else { "csv" };
    let headers = [
        (header::CONTENT_TYPE, format.media_type().to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"device-troubles.{end}\"")),
    ];
    Ok((headers, bytes).into_response())
}

fn cells(line: &HealthLine, trouble: &TroubleView, chinese: bool) -> Vec<TableCell> {
    let text = |text: Option<&String>| text.map_or(TableCell::Empty, |text| TableCell::from(text.as_str()));
    let calibration = line.calibration.as_ref();
    vec![
        TableCell::from(line.name.as_str()),
        TableCell::from(line.code.as_str()),
        text(line.enterprise_name.as_ref()),
        TableCell::from(word(trouble.trouble, chinese)),
        text(trouble.series_name.as_ref()),
        TableCell::Text(facts(trouble, chinese)),
        line.last_heard_at.map_or(TableCell::Empty, |at| TableCell::Text(local(at))),
        text(calibration.and_then(|one| one.calibrated_on.as_ref())),
        text(calibration.and_then(|one| one.due_on.as_ref())),
        text(calibration.and_then(|one| one.certificate.as_ref())),
    ]
}

fn word(trouble: DeviceTrouble, chinese: bool) -> &'static str {
    let (zh, en) = match trouble {
        DeviceTrouble::Silent => ("静默", "silent"),
        DeviceTrouble::Clock => ("时钟不准", "clock off"),
        DeviceTrouble::Jump => ("数值跳变", "jump"),
        DeviceTrouble::OutOfScale => ("超出量程", "out of scale"),
        DeviceTrouble::CalibrationOverdue => ("检定逾期", "calibration overdue"),
        DeviceTrouble::Still => ("数值不变", "value never moves"),
        DeviceTrouble::CalibrationSoon => ("检定将到期", "calibration due soon"),
        DeviceTrouble::Never => ("从未上线", "never heard"),
        DeviceTrouble::Unmeasured => ("无上报周期", "no interval"),
    };
    if chinese { zh } else { en }
}

/// The figures of a trouble in words.
fn facts(trouble: &TroubleView, chinese: bool) -> String {
    let unit = trouble.unit.as_deref().unwrap_or_default();
    let mut parts = Vec::new();
    if let Some(seconds) = trouble.seconds {
        let (slow, minutes) = (seconds > 0, seconds.unsigned_abs() / 60);
        parts.push(match (chinese, slow) {
            (true, true) => format!("时钟慢 {minutes} 分钟"),
            (true, false) => format!("时钟快 {minutes} 分钟"),
            (false, true) => format!("{minutes} min slow"),
            (false, false) => format!("{minutes} min fast"),
        });
    }
    if let Some(days) = trouble.days {
        parts.push(match (chinese, days < 0) {
            (true, true) => format!("逾期 {} 天", -days),
            (true, false) => format!("还有 {days} 天"),
            (false, true) => format!("{} days overdue", -days),
            (false, false) => format!("{days} days left"),
        });
    }
    match (trouble.before, trouble.value) {
        (Some(before), Some(value)) => parts.push(format!("{before} → {value} {unit}")),
        (None, Some(value)) => parts.push(format!("{value} {unit}")),
        _ => {}
    }
    if let Some(since) = trouble.since {
        parts.push(if chinese { format!("自 {}", local(since)) } else { format!("since {}", local(since)) });
    }
    parts.join(if chinese { "；" } else { "; " })
}
