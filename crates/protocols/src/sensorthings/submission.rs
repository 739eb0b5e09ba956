//! Observations that are handed in: one as an object, or many as rows of values (the data array extension).

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value as Json;
use serde_json::value::RawValue;

use super::error::{QueryError, QueryResult};
use super::value::Value;

/// Rows that one `CreateObservations` may have.
pub const MOST_ROWS: usize = 10_000;

/// An observation as it was handed in.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NewObservation {
    /// The datastream, where the body names it.
    pub datastream: Option<String>,
    /// When it was measured: a moment, or from when to when.
    pub phenomenon_time: Option<(Timestamp, Timestamp)>,
    /// The result as it was written: the digits of a number, the letters of a text; `None` for `null`.
    pub result: Option<String>,
    /// `resultQuality`, where it is a text.
    pub quality: Option<String>,
    /// `parameters/historical`: from the device's memory.
    pub historical: bool,
}

type Fields<'a> = BTreeMap<String, &'a RawValue>;

fn bad(field: &str, code: &'static str, detail: impl Into<String>) -> QueryError {
    QueryError::new(code, 0, detail).within(&format!("body{}{field}", if field.is_empty() { "" } else { "/" }))
}

fn text_of(bytes: &[u8]) -> QueryResult<&str> {
    let text = std::str::from_utf8(bytes).map_err(|error| at_byte(error.valid_up_to(), "UTF-8"))?;
    match text.find("\\u0000").or_else(|| text.find('\0')) {
        Some(at) => Err(at_byte(at, "\\u0000")),
        None => Ok(text),
    }
}

fn at_byte(at: usize, detail: &str) -> QueryError {
    QueryError::new("sta_bad_json", at, detail).within("body")
}

/// Where a JSON text is at fault, in characters from its beginning.
fn json_error(text: &str, error: &serde_json::Error) -> QueryError {
    let before: usize = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    at_byte(before + error.column(), error.to_string().split(" at line").next().unwrap_or_default())
}

/// Reads the body of `POST Observations`.
pub fn parse_observation(bytes: &[u8]) -> QueryResult<NewObservation> {
    let text = text_of(bytes)?;
    let fields: Fields<'_> = serde_json::from_str(text).map_err(|error| json_error(text, &error))?;
    if !fields.contains_key("result") {
        return Err(bad("result", "sta_required", "result"));
    }
    let mut found = NewObservation::default();
    for (name, raw) in &fields {
        found.take(name, raw.get(), "")?;
    }
    Ok(found)
}

/// Reads the body of `POST CreateObservations`: what became of each row, in order.
pub fn parse_data_array(bytes: &[u8]) -> QueryResult<Vec<QueryResult<NewObservation>>> {
    let text = text_of(bytes)?;
    let groups: Vec<Fields<'_>> = serde_json::from_str(text).map_err(|error| json_error(text, &error))?;
    let mut rows = Vec::new();
    for (index, group) in groups.iter().enumerate() {
        take_group(group, index, &mut rows)?;
    }
    Ok(rows)
}

fn take_group(group: &Fields<'_>, index: usize, rows: &mut Vec<QueryResult<NewObservation>>) -> QueryResult<()> {
    let field = |name: &str| format!("{index}/{name}");
    let raw = |name: &str| group.get(name).map(|raw| raw.get()).ok_or_else(|| bad(&field(name), "sta_required", name));
    let wrong = |name: &str| bad(&field(name), "sta_wrong_type", name);
    let datastream = reference(raw("Datastream")?, &field("Datastream"))?;
    let components: Vec<String> = serde_json::from_str(raw("components")?).map_err(|_| wrong("components"))?;
    let cells: Vec<&RawValue> = serde_json::from_str(raw("dataArray")?).map_err(|_| wrong("dataArray"))?;
    if !components.iter().any(|component| component == "result") {
        return Err(bad(&field("components"), "sta_required", "result"));
    }
    if rows.len() + cells.len() > MOST_ROWS {
        return Err(bad(&field("dataArray"), "sta_too_many_rows", MOST_ROWS.to_string()));
    }
    for (number, cell) in cells.iter().enumerate() {
        let place = format!("{index}/dataArray/{number}");
        rows.push(
            row(&components, cell.get(), &place)
                .map(|found| NewObservation { datastream: Some(datastream.clone()), ..found }),
        );
    }
    Ok(())
}

fn row(components: &[String], text: &str, place: &str) -> QueryResult<NewObservation> {
    let cells: Vec<&RawValue> = serde_json::from_str(text).map_err(|_| bad(place, "sta_wrong_type", place))?;
    if cells.len() != components.len() {
        return Err(bad(place, "sta_wrong_length", components.len().to_string()));
    }
    let mut found = NewObservation::default();
    for (index, (component, cell)) in components.iter().zip(cells).enumerate() {
        found.take(component, cell.get(), &format!("{place}/{index}:"))?;
    }
    Ok(found)
}

/// The id of an entity that is only named: `{"@iot.id": 1}`.
fn reference(text: &str, field: &str) -> QueryResult<String> {
    let json: Json = serde_json::from_str(text).map_err(|_| bad(field, "sta_wrong_type", field))?;
    match json.get("@iot.id") {
        Some(Json::String(id)) if id.chars().count() <= 200 => Ok(id.clone()),
        Some(Json::Number(id)) => Ok(id.to_string()),
        _ => Err(bad(field, "sta_required", "@iot.id")),
    }
}

impl NewObservation {
    fn take(&mut self, name: &str, text: &str, place: &str) -> QueryResult<()> {
        let field = format!("{place}{name}");
        let json: Json = serde_json::from_str(text).map_err(|_| bad(&field, "sta_wrong_type", name))?;
        match (name, &json) {
            ("result", _) => self.result = result(&json, text),
            ("Datastream", _) => self.datastream = Some(reference(text, &field)?),
            ("phenomenonTime" | "resultTime" | "validTime" | "resultQuality" | "parameters", Json::Null)
            | ("FeatureOfInterest" | "FeatureOfInterest/id" | "id", _) => {}
            ("phenomenonTime", _) => self.phenomenon_time = Some(times(&json, &field)?),
            // Looked at, so that nonsense is told; kept is when it reached the platform.
            ("resultTime" | "validTime", _) => drop(times(&json, &field)?),
            ("resultQuality", Json::String(quality)) => self.quality = Some(quality.clone()),
            ("resultQuality", _) => return Err(bad(&field, "sta_wrong_type", name)),
            ("parameters", Json::Object(parameters)) => {
                self.historical = parameters.get("historical") == Some(&Json::Bool(true));
            }
            _ if name.contains("@iot.") => {}
            _ => return Err(bad(&field, "sta_unknown_property", format!("Observations/{name}"))),
        }
        Ok(())
    }
}

/// Numbers keep their digits; yes and no are 1 and 0, as in the other doors.
fn result(json: &Json, text: &str) -> Option<String> {
    match json {
        Json::Null => None,
        Json::Bool(held) => Some(u8::from(*held).to_string()),
        Json::String(text) => Some(text.clone()),
        _ => Some(text.trim().to_owned()),
    }
}

fn times(json: &Json, field: &str) -> QueryResult<(Timestamp, Timestamp)> {
    let text = json.as_str().unwrap_or_default();
    let found = Value::Text(text.to_owned()).times().filter(|(from, to)| from <= to);
    found.ok_or_else(|| bad(field, "sta_bad_time", json.to_string()))
}
