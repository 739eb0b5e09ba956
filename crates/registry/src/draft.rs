//! What a caller hands in, and its judgement without looking into the store.

use fengsui_kernel::{DivisionCode, Fault, FaultKind, Point, Problem, Problems, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::check;
use crate::kind::KindSpec;
use crate::mask;

/// Coordinates as handed in, not yet judged.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Position {
    /// Degrees east, CGCS2000.
    pub lon: f64,
    /// Degrees north, CGCS2000.
    pub lat: f64,
}

/// A record as handed in.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RecordDraft {
    /// Code; made up when absent. Cannot change later.
    #[serde(default)]
    pub code: Option<String>,
    /// Name.
    #[serde(default)]
    pub name: String,
    /// Division code.
    #[serde(default)]
    pub division: String,
    /// Place on the map.
    #[serde(default)]
    pub location: Option<Position>,
    /// The enterprise it belongs to: record id or code.
    #[serde(default)]
    pub enterprise: Option<String>,
    /// What the kind declares.
    #[serde(default)]
    pub attributes: Value,
}

/// Parts of a record that a client may send back; they are not its to change.
const READ_ONLY: [&str; 9] =
    ["id", "kind", "version", "division_name", "enterprise_name", "created_at", "updated_at", "updated_by", "deleted"];

impl RecordDraft {
    /// Reads a JSON body, naming every field at fault, and the version that an update was based on.
    pub fn parse(body: &Value) -> Result<(Self, Option<i64>)> {
        let Some(fields) = body.as_object() else { return Err(Fault::field("body", "wrong_type").into()) };
        let mut problems = Problems::default();
        let known = ["code", "name", "division", "location", "enterprise", "attributes"];
        for field in fields.keys().filter(|name| !known.contains(&name.as_str()) && !READ_ONLY.contains(&name.as_str()))
        {
            let short: String = field.chars().take(60).collect();
            problems.push(Fault::field(&short, "unknown_field"));
        }
        let mut text = |name: &str| match fields.get(name) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            Some(_) => {
                problems.push(Fault::field(name, "wrong_type").with("expected", "string"));
                None
            }
        };
        let (code, enterprise) = (text("code"), text("enterprise"));
        let (name, division) = (text("name").unwrap_or_default(), text("division").unwrap_or_default());
        let location = match fields.get("location") {
            None | Some(Value::Null) => None,
            Some(value) => Position::deserialize(value)
                .map_err(|_| problems.push(Fault::field("location", "wrong_type").with("expected", "{lon, lat}")))
                .ok(),
        };
        let attributes = fields.get("attributes").cloned().unwrap_or_else(|| Value::Object(serde_json::Map::new()));
        problems.into_result()?;
        let version = fields.get("version").and_then(Value::as_i64);
        Ok((Self { code, name, division, location, enterprise, attributes }, version))
    }
}

/// A draft whose own content is in order; what it points to is yet to be found.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Checked {
    pub(crate) code: Option<String>,
    pub(crate) name: String,
    pub(crate) division: DivisionCode,
    pub(crate) location: Option<Point>,
    /// Record id or code.
    pub(crate) enterprise: Option<String>,
    pub(crate) attributes: Value,
    /// Personal fields that came back masked as they were shown, see [`Checked::unmask`].
    pub(crate) masked: Vec<(String, String)>,
}

impl Checked {
    /// Puts stored values in place of masks that a client or a file brought back; a mask of anything
    /// else is a mistake.
    pub(crate) fn unmask(&mut self, stored: Option<&Value>) -> Problems {
        let mut problems = Problems::default();
        for (field, given) in std::mem::take(&mut self.masked) {
            let original = stored.and_then(|stored| stored.get(&field)).and_then(Value::as_str);
            match (original.filter(|original| mask::text(original) == given), self.attributes.get_mut(&field)) {
                (Some(original), Some(value)) => *value = Value::String(original.to_owned()),
                _ => problems.push(Fault::field(&format!("attributes.{field}"), "masked_value").with("value", &given)),
            }
        }
        problems
    }
}

fn problems_of(fault: Fault, field: &str) -> Vec<Problem> {
    match *fault.kind {
        FaultKind::Invalid(Problems(list)) => list,
        _ => vec![Fault::field(field, "invalid")],
    }
}

/// Judges a draft of a kind. Masked values are set aside; no check could judge them.
pub(crate) fn check(spec: &KindSpec, mut draft: RecordDraft) -> Result<Checked, Problems> {
    let mut problems = Problems::default();
    let name = draft.name.trim().to_owned();
    check::name(&name, &mut problems);
    let code = draft.code.map(|code| code.trim().to_owned()).filter(|code| !code.is_empty());
    if let Some(code) = &code {
        check::code(code, &mut problems);
    }
    let division = division(spec, &draft.division, &mut problems);
    let location = draft.location.and_then(|position| {
        let point = Point::new(position.lon, position.lat);
        point.map_err(|fault| problems.0.extend(problems_of(fault, "location"))).ok()
    });
    let masked = mask::set_aside(spec, &mut draft.attributes);
    let attributes = spec.check(draft.attributes).map_err(|more| problems.0.extend(more.0)).ok();
    let enterprise = draft.enterprise.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    match (division, attributes) {
        (Some(division), Some(attributes)) if problems.0.is_empty() => {
            Ok(Checked { code, name, division, location, enterprise, attributes, masked })
        }
        _ => Err(problems),
    }
}

fn division(spec: &KindSpec, text: &str, problems: &mut Problems) -> Option<DivisionCode> {
    if text.trim().is_empty() {
        problems.push(Fault::field("division", "required"));
        return None;
    }
    let code: DivisionCode = text.parse().map_err(|fault| problems.0.extend(problems_of(fault, "division"))).ok()?;
    if spec.division_level.is_some_and(|level| code.level() != level) {
        problems.push(Fault::field("division", "wrong_division_level").with("value", text));
        return None;
    }
    Some(code)
}
