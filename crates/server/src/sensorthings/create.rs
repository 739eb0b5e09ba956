//! Observations that programs hand in, through the one way in for readings: answered when they are durable.

use std::collections::{BTreeMap, HashMap};

use axum::http::StatusCode;
use fengsui_kernel::clock::from_millis;
use fengsui_kernel::fault::FaultKind;
use fengsui_kernel::id::SeriesId;
use fengsui_kernel::reading::Quality;
use fengsui_kernel::{Fault, Principal, Timestamp};
use fengsui_protocols::sensorthings::{
    EntityPath, EntityType, NewObservation, QueryError, QueryResult, parse_data_array, parse_observation,
};
use fengsui_series::{Intake, QuarantineReason, Reading, Reject, Submission};

use super::fault::{StaFault, StaResult, said};
use super::world::observation_id;
use crate::app::App;

const PROTOCOL: &str = "sensorthings";

/// Stores one observation; answers its id.
pub async fn one(app: &App, principal: &Principal, path: &EntityPath, body: &[u8]) -> StaResult<String> {
    let given = datastream_of(path)?;
    let mut wanted = parse_observation(body)?;
    if let Some(id) = given {
        wanted.datastream = Some(id);
    }
    let id =
        wanted.datastream.clone().ok_or_else(|| QueryError::new("sta_required", 0, "Datastream").within("body"))?;
    match intake(app, principal, &id).await {
        Ok(Some(intake)) => store(app, &intake, wanted).await,
        Ok(None) => {
            unplaced(app, &id, &wanted).await?;
            Err(Fault::not_found("Datastream", &id).into())
        }
        Err(fault) => Err(fault),
    }
}

/// Stores rows; answers the id of each, or nothing where it was not stored.
pub async fn many(app: &App, principal: &Principal, body: &[u8]) -> StaResult<Vec<Option<String>>> {
    principal.scopes("ingest", "series")?;
    let rows = parse_data_array(body)?;
    let mut intakes: HashMap<String, Option<Intake>> = HashMap::new();
    let mut denied = None;
    for id in rows.iter().flatten().filter_map(|row| row.datastream.clone()) {
        if intakes.contains_key(&id) {
            continue;
        }
        let found = match intake(app, principal, &id).await {
            Ok(found) => found,
            Err(StaFault::Fault(fault)) if matches!(fault.kind.as_ref(), FaultKind::Denied(_)) => {
                denied = Some(fault);
                None
            }
            Err(fault) => return Err(fault),
        };
        intakes.insert(id, found);
    }
    // Of rows for several datastreams some may be welcome; a caller to whom none is open is told so.
    if let Some(fault) = denied.filter(|_| intakes.values().all(Option::is_none)) {
        return Err(fault.into());
    }
    // All at once, in their order: the writer puts them into one unit of work, and each has its own answer.
    let stored = rows.into_iter().map(|row| one_of_many(app, &intakes, row));
    futures::future::join_all(stored).await.into_iter().collect()
}

async fn one_of_many(
    app: &App,
    intakes: &HashMap<String, Option<Intake>>,
    row: QueryResult<NewObservation>,
) -> StaResult<Option<String>> {
    let row = match row {
        Ok(row) => row,
        Err(error) => return malformed(app, "", &error).await.map(|()| None),
    };
    let id = row.datastream.clone().unwrap_or_default();
    let Some(intake) = intakes.get(&id).and_then(Option::as_ref) else {
        unplaced(app, &id, &row).await?;
        return Ok(None);
    };
    match store(app, intake, row).await {
        Ok(id) => Ok(Some(id)),
        // What could not be stored at all must not look like a bad row: the sender has to send it again.
        Err(StaFault::Fault(fault)) => Err(fault.into()),
        Err(StaFault::Query(error)) => malformed(app, &intake.device_code, &error).await.map(|()| None),
        Err(StaFault::Said(..)) => Ok(None),
    }
}

/// The datastream that the path names.
fn datastream_of(path: &EntityPath) -> StaResult<Option<String>> {
    let [before @ .., _] = path.steps.as_slice() else { return Ok(None) };
    match before.last() {
        None => Ok(None),
        Some(step) if step.entity == EntityType::Datastream && step.id.is_some() => Ok(step.id.clone()),
        Some(_) => Err(said(StatusCode::BAD_REQUEST, "sta_datastream_expected")),
    }
}

/// Where readings of a datastream go; nothing where the caller sees no such datastream.
async fn intake(app: &App, principal: &Principal, id: &str) -> StaResult<Option<Intake>> {
    principal.scopes("ingest", "series")?;
    let Ok(id) = id.parse::<SeriesId>() else { return Ok(None) };
    match app.series.intake(principal, &id).await {
        Ok(intake) => Ok(Some(intake)),
        Err(fault) if fault.code() == "not_found" => Ok(None),
        Err(fault) => Err(fault.into()),
    }
}

/// What names no datastream is seen in the quarantine, not dropped.
async fn unplaced(app: &App, id: &str, row: &NewObservation) -> StaResult<()> {
    let reject = Reject {
        reason: QuarantineReason::UnknownSeries,
        device_key: String::new(),
        code: id.to_owned(),
        protocol: PROTOCOL.to_owned(),
        sample: format!("{id}={} @ {:?}", row.result.as_deref().unwrap_or("null"), row.phenomenon_time),
    };
    Ok(app.series.ingest().reject(reject).await?)
}

/// A row's sender is told no more than `error`; people find in the quarantine what was wrong with it.
async fn malformed(app: &App, device: &str, error: &QueryError) -> StaResult<()> {
    let reject = Reject {
        reason: QuarantineReason::MalformedPayload,
        device_key: device.to_owned(),
        code: String::new(),
        protocol: PROTOCOL.to_owned(),
        sample: error.to_string(),
    };
    Ok(app.series.ingest().reject(reject).await?)
}

async fn store(app: &App, intake: &Intake, row: NewObservation) -> StaResult<String> {
    let quality = quality(&row)?;
    // A value over a span of time is known at its end.
    let at = row.phenomenon_time.map_or_else(|| app.series.ingest().now(), |(_, end)| end);
    let at: Timestamp = from_millis(at.as_millisecond());
    let reading = Reading {
        code: intake.code.as_str().into(),
        observed_at: at,
        value_text: row.result.unwrap_or_default().into(),
        quality,
        historical: row.historical,
        optional: false,
    };
    let submission = Submission {
        device_key: intake.device_code.clone(),
        protocol: PROTOCOL.to_owned(),
        readings: vec![reading],
        raw_ref: None,
    };
    let accepted = app.series.ingest().submit(submission).await?;
    if accepted.accepted == 1 {
        Ok(observation_id(&intake.series, at))
    } else {
        Err(StaFault::Said(StatusCode::BAD_REQUEST, "sta_quarantined", BTreeMap::new()))
    }
}

/// A value left out is one that was not measured, whatever is said of it.
fn quality(row: &NewObservation) -> QueryResult<Quality> {
    let unknown = |text: &str| QueryError::new("sta_bad_choice", 0, text).within("body/resultQuality");
    let said = row.quality.as_deref().map(|text| {
        let word = serde_json::Value::String(text.to_ascii_lowercase());
        serde_json::from_value::<Quality>(word).map_err(|_| unknown(text))
    });
    let said = said.transpose()?;
    Ok(match (&row.result, said) {
        (None, Some(quality)) if !quality.judgeable() => quality,
        (None, _) => Quality::Missing,
        (Some(_), quality) => quality.unwrap_or_default(),
    })
}
