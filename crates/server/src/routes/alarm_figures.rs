//! The figures of the alarm desk, on the screen and as a file.

use std::collections::HashSet;

use aide::axum::ApiRouter;
use aide::axum::routing::get_with;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use fengsui_kernel::{DivisionCode, Locale, Place, Timestamp};
use fengsui_registry::{SheetFormat, TableCell, table};
use fengsui_series::{AlarmFigures, FiguresQuestion};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::app::App;
use crate::auth::Caller;
use crate::extract::Params;
use crate::layers::locale;
use crate::problem::ApiResult;
use crate::timeliness::local;

/// The role of the posts that sit at alarm desks.
const OPERATORS: &str = "duty_officer";

/// Routes of the figures.
pub fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route("/alarms/figures", get_with(figures, |op| op.summary("How alarms burden the desk (EEMUA 191)")))
        .api_route("/alarms/figures/export.csv", get_with(export, |op| op.summary("The figures as CSV")))
}

#[derive(Deserialize, JsonSchema)]
struct AlarmFiguresQuery {
    /// From this time on.
    from: Timestamp,
    /// Before this time; now if absent.
    to: Option<Timestamp>,
    /// A division and all below; wherever the caller may read alarms if absent.
    division: Option<DivisionCode>,
}

/// The desks that share the alarms asked for: organisations with duty posts where the caller may read alarms. The
/// posts of one organisation are its shifts: one of them is there at a time.
async fn desks(app: &App, caller: &Caller, division: Option<DivisionCode>) -> ApiResult<usize> {
    let principal = caller.principal();
    let posts = app.registry.posts_in(&[division.unwrap_or(DivisionCode::COUNTRY)]).await?;
    let seen = posts.iter().filter(|post| post.text("role") == Some(OPERATORS));
    let seen = seen.filter(|post| principal.may("read", "alarm", &Place::of(post.division)));
    Ok(seen.filter_map(|post| post.text("organisation")).collect::<HashSet<_>>().len())
}

async fn read(app: &App, caller: &Caller, query: &AlarmFiguresQuery) -> ApiResult<AlarmFigures> {
    let operators = desks(app, caller, query.division).await?;
    let question = FiguresQuestion {
        from: query.from,
        to: query.to.unwrap_or_else(|| app.db.now()),
        division: query.division,
        posts: operators as u64,
    };
    Ok(app.series.alarm_figures(caller.principal(), question).await?)
}

async fn figures(
    State(app): State<App>,
    caller: Caller,
    Params(query): Params<AlarmFiguresQuery>,
) -> ApiResult<Json<AlarmFigures>> {
    Ok(Json(read(&app, &caller, &query).await?))
}

async fn export(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Params(query): Params<AlarmFiguresQuery>,
) -> ApiResult<Response> {
    let chinese = locale(&headers) == Locale::Chinese;
    let figures = read(&app, &caller, &query).await?;
    let header = if chinese { ["指标", "数值", "基准"] } else { ["Figure", "Value", "Benchmark"] };
    let title = if chinese { "告警指标" } else { "Alarm figures" };
    let bytes = table(title, &header, &rows(&figures, chinese), SheetFormat::Csv)?;
    let headers = [
        (header::CONTENT_TYPE, SheetFormat::Csv.media_type().to_owned()),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"alarm-figures.csv\"".to_owned()),
    ];
    Ok((headers, bytes).into_response())
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

fn minutes(value: Option<f64>) -> String {
    value.map_or_else(|| "—".to_owned(), |value| format!("{value:.1}"))
}

/// One line per figure: its name in both languages, its value, its benchmark.
fn rows(figures: &AlarmFigures, chinese: bool) -> Vec<Vec<TableCell>> {
    let lines: [(&str, &str, String, &str); 13] = [
        ("起", "From", local(figures.from), ""),
        ("止", "To", local(figures.to), ""),
        ("值班席位数", "Operator desks", figures.posts.to_string(), ""),
        ("响铃次数", "Rings", figures.rung.to_string(), ""),
        ("每席每小时", "Per hour and desk", format!("{:.2}", figures.per_hour), "≤ 6 (EEMUA 191)"),
        ("十分钟最多", "Most within ten minutes", figures.worst_ten_minutes.to_string(), "≤ 10 (EEMUA 191)"),
        ("泛滥时间占比", "Share of time in flood", percent(figures.flood_share), "< 1 % (ISA-18.2)"),
        ("平均持续告警数", "Standing alarms, average", format!("{:.1}", figures.standing_average), "< 10 (EEMUA 191)"),
        ("期末持续告警数", "Standing alarms at the end", figures.standing.to_string(), "< 10 (EEMUA 191)"),
        ("其中超过一天", "Of these for more than a day", figures.stale.to_string(), "< 5 (ISA-18.2)"),
        ("确认用时中位数（分钟）", "Median minutes to acknowledge", minutes(figures.acknowledge_median_minutes), ""),
        ("九成确认用时（分钟）", "P90 minutes to acknowledge", minutes(figures.acknowledge_p90_minutes), ""),
        ("误报率", "False alarms", figures.false_share.map_or_else(|| "—".to_owned(), percent), ""),
    ];
    let mut rows: Vec<Vec<TableCell>> = lines
        .into_iter()
        .map(|(zh, en, value, norm)| {
            vec![TableCell::from(if chinese { zh } else { en }), TableCell::Text(value), TableCell::from(norm)]
        })
        .collect();
    rows.extend(figures.noisiest.iter().map(|one| {
        let name = format!("{} {}", one.device_name, one.name);
        vec![TableCell::Text(name), TableCell::Text(one.count.to_string()), TableCell::Text(percent(one.share))]
    }));
    rows.extend(figures.verdicts.iter().map(|one| {
        let word = if chinese { "误报" } else { "false" };
        let value = format!("{} / {}", one.false_alarms, one.judged);
        vec![
            TableCell::Text(format!("{} {word}", one.device_name)),
            TableCell::Text(value),
            TableCell::Text(percent(one.share)),
        ]
    }));
    rows
}
