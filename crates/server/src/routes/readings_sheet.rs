//! The readings of a series as a sheet, told while they are read.

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse as _, Response};
use fengsui_kernel::{Fault, Locale, Result, Timestamp};
use fengsui_series::ObservationView;
use futures::{StreamExt as _, stream};
use jiff::tz::{Offset, TimeZone};
use schemars::JsonSchema;
use serde::Deserialize;
use tokio_stream::wrappers::ReceiverStream;

use super::series::series_id;
use crate::app::App;
use crate::auth::Caller;
use crate::catalogue::message;
use crate::extract::{Params, Segments};
use crate::layers::locale;
use crate::problem::{ApiError, ApiResult};
use crate::routes::ById;

/// Spreadsheets take the text for UTF-8 by this.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// A span of time.
#[derive(Deserialize, JsonSchema)]
pub(super) struct ReadingsSpan {
    /// From this time on.
    from: Timestamp,
    /// Before this time.
    to: Timestamp,
}

/// All readings of the span; times are those of Beijing, as on the screen.
pub(super) async fn download(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Segments(path): Segments<ById>,
    Params(span): Params<ReadingsSpan>,
) -> ApiResult<Response> {
    if span.to <= span.from {
        return Err(ApiError(Fault::field("to", "ends_before_begin").into()));
    }
    let series = app.series.series(caller.principal(), &series_id(&path)?).await?;
    let history = app.series.history(caller.principal(), &series.id, span.from, span.to).await?;
    let head = stream::once(std::future::ready(heading(locale(&headers))));
    let rows = ReceiverStream::new(history).map(|portion| portion.and_then(|portion| rows(&portion)));
    let name = format!("attachment; filename=\"{}.csv\"", series.id);
    let head_lines =
        [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((head_lines, Body::from_stream(head.chain(rows))).into_response())
}

fn heading(locale: Locale) -> Result<Bytes> {
    let names = ["observed_at", "value", "quality", "historical", "received_at"];
    let titles = names.map(|name| message(locale, &format!("reading_{name}"), &std::collections::BTreeMap::new()));
    let mut bytes = BYTE_ORDER_MARK.to_vec();
    bytes.extend(written(std::iter::once(titles))?);
    Ok(bytes.into())
}

fn rows(portion: &[ObservationView]) -> Result<Bytes> {
    let row = |reading: &ObservationView| {
        let historical = String::from(if reading.historical { "1" } else { "0" });
        let quality = reading.quality.as_str().to_owned();
        [local(reading.observed_at), plain(reading), quality, historical, local(reading.received_at)]
    };
    Ok(written(portion.iter().map(row))?.into())
}

fn written(rows: impl Iterator<Item = [String; 5]>) -> Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).map_err(Fault::internal)?;
    }
    writer.into_inner().map_err(Fault::internal)
}

/// What is no number must not be taken for a formula.
fn plain(reading: &ObservationView) -> String {
    let formula = reading.number.is_none() && reading.value.starts_with(['=', '+', '-', '@']);
    if formula { format!("'{}", reading.value) } else { reading.value.clone() }
}

fn local(at: Timestamp) -> String {
    at.to_zoned(TimeZone::fixed(Offset::constant(8))).strftime("%Y-%m-%d %H:%M:%S%.3f").to_string()
}
