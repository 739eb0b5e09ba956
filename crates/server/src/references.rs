//! What a new matter refers to must be there, and visible to whoever refers to it. The processes are
//! pure and cannot look it up.

use fengsui_kernel::id::{AlarmId, MatterId, SeriesId};
use fengsui_kernel::{Fault, Principal, Problems, Result};
use fengsui_matters::{NewLink, NewMatter};
use serde_json::Value;

use crate::app::App;

/// Fields of openings and actions that name a record, with its kind.
const RECORDS: [(&str, &str); 6] = [
    ("issuer", "organisation"),
    ("enterprise", "enterprise"),
    ("plan", "plan"),
    ("team", "rescue_team"),
    ("team_post", "post"),
    ("post", "post"),
];

/// Judges the links and the named records of a matter to be opened.
pub async fn check(app: &App, caller: &Principal, new: &NewMatter) -> Result<()> {
    let mut problems = Problems::default();
    for (index, link) in new.links.iter().enumerate() {
        if let Some(code) = missing(app, caller, link).await? {
            problems.push(Fault::field(&format!("links.{index}.id"), code).with("value", &link.id));
        }
    }
    records(app, "opening", &new.opening, &mut problems).await?;
    problems.into_result()
}

/// Judges a link to be made later.
pub async fn check_link(app: &App, caller: &Principal, link: &NewLink) -> Result<()> {
    match missing(app, caller, link).await? {
        Some(code) => Err(Fault::field("id", code).with("value", &link.id).into()),
        None => Ok(()),
    }
}

/// Judges the records that an action names.
pub async fn check_action(app: &App, action: &Value) -> Result<()> {
    let mut problems = Problems::default();
    records(app, "action", action, &mut problems).await?;
    problems.into_result()
}

async fn missing(app: &App, caller: &Principal, link: &NewLink) -> Result<Option<&'static str>> {
    Ok(match link.kind.as_str() {
        "alarm" => match link.id.parse::<AlarmId>() {
            Ok(id) => app.series.alarm(caller, &id).await.is_err().then_some("unknown_alarm"),
            Err(_) => Some("malformed_id"),
        },
        "series" => match link.id.parse::<SeriesId>() {
            Ok(id) => app.series.series(caller, &id).await.is_err().then_some("unknown_series"),
            Err(_) => Some("malformed_id"),
        },
        "matter" => match link.id.parse::<MatterId>() {
            Ok(id) => app.matters.get(caller, &id).await.is_err().then_some("unknown_matter"),
            Err(_) => Some("malformed_id"),
        },
        "record" => {
            let found = app.registry.find_by_id(&link.id).await?;
            let seen = found.is_some_and(|record| caller.may("read", &record.kind, &record.place()));
            (!seen).then_some("unknown_record")
        }
        _ => None,
    })
}

async fn records(app: &App, prefix: &str, fields: &Value, problems: &mut Problems) -> Result<()> {
    for (field, kind) in RECORDS {
        let Some(id) = fields.get(field).and_then(Value::as_str) else { continue };
        let found = app.registry.find_by_id(id).await?;
        if found.is_none_or(|record| record.kind != kind) {
            problems.push(Fault::field(&format!("{prefix}.{field}"), "unknown_record").with("value", id));
        }
    }
    audiences(app, prefix, fields, problems).await
}

/// Whoever is to be told must be in the ledger: a slip here means that nobody comes.
async fn audiences(app: &App, prefix: &str, fields: &Value, problems: &mut Problems) -> Result<()> {
    for field in ["audience", "participants", "inform"] {
        for (index, part) in fields.get(field).and_then(Value::as_array).into_iter().flatten().enumerate() {
            let kind = part.get("type").and_then(Value::as_str);
            let kind = kind.filter(|kind| matches!(*kind, "post" | "person" | "group"));
            let Some((kind, id)) = kind.zip(part.get("id").and_then(Value::as_str)) else { continue };
            if app.registry.find_by_id(id).await?.is_none_or(|record| record.kind != kind) {
                let path = format!("{prefix}.{field}[{index}]");
                problems.push(Fault::field(&path, "unknown_record").with("value", id));
            }
        }
    }
    Ok(())
}
