//! The door as the OpenAPI document describes it. The language of its questions is the standard's own, so that only
//! the outline is told here.

use aide::openapi::{OpenApi, PathItem, ReferenceOr};
use serde_json::{Value, json};

use super::ROOT;

/// Adds the door to the document.
pub fn describe(document: &mut OpenApi) {
    let paths = document.paths.get_or_insert_default();
    let items = [
        (String::new(), json!({"get": reads("The sets of SensorThings, and what of the standard is served", &[])})),
        ("/{path}".to_owned(), json!({"get": reads("A set, an entity, or a property of one", &options())})),
        ("/Observations".to_owned(), json!({"post": hands_in("Hand in an observation", &observation(), &one())})),
        ("/CreateObservations".to_owned(), json!({"post": hands_in("Hand in observations as rows", &rows(), &many())})),
    ];
    for (path, item) in items {
        // A shape that the document does not know would be left out, which the test of the document sees.
        if let Ok(item) = serde_json::from_value::<PathItem>(item) {
            paths.paths.insert(format!("{ROOT}{path}"), ReferenceOr::Item(item));
        }
    }
}

fn refusal() -> Value {
    let properties = json!({
        "code": {"type": "integer", "description": "The HTTP status."},
        "type": {"const": "error"},
        "message": {"type": "string", "description": "What is wrong, in the reader's language."},
        "reason": {"type": "string", "description": "The key of the message."},
        "part": {"type": "string", "description": "The part of the request at fault: `path`, `$filter`, `body/result`."},
        "at": {"type": "integer", "description": "Characters from the beginning of that part."},
    });
    let schema = json!({"type": "object", "required": ["code", "type", "message", "reason"], "properties": properties});
    json!({"description": "Refused.", "content": {"application/json": {"schema": schema}}})
}

fn reads(summary: &str, parameters: &[Value]) -> Value {
    let found = json!({"description": "JSON of the standard.", "content": {"application/json": {"schema": {}}}});
    let description =
        "OGC SensorThings 1.1; see docs/sensorthings.md. An API token may also be the password of HTTP Basic.";
    json!({
        "summary": summary,
        "description": description,
        "parameters": parameters,
        "responses": {"200": found, "default": refusal()},
    })
}

fn options() -> Vec<Value> {
    let path = json!({
        "name": "path", "in": "path", "required": true, "schema": {"type": "string"},
        "description": "Such as `Things`, `Datastreams('…')/Observations`, `Things('…')/properties/code/$value`.",
    });
    let option = |name: &str, kind: &str, description: &str| json!({"name": name, "in": "query", "schema": {"type": kind}, "description": description});
    vec![
        path,
        option("$filter", "string", "A condition: `result gt 5 and phenomenonTime ge 2026-11-22T00:00:00Z`."),
        option("$expand", "string", "Relations written out: `Datastreams($select=name;$expand=Observations($top=1))`."),
        option("$orderby", "string", "Sort keys: `phenomenonTime desc`."),
        option("$select", "string", "Properties wanted: `name,id`."),
        option("$top", "integer", "How many, 100 if absent, at most 1000."),
        option("$skip", "integer", "How many are left out."),
        option("$count", "boolean", "Whether all that match are counted."),
        option("$resultFormat", "string", "`dataArray`: observations as rows of values."),
    ]
}

fn hands_in(summary: &str, body: &Value, stored: &Value) -> Value {
    let description = "Answered when stored. Needs the right `series: ingest`.";
    json!({
        "summary": summary,
        "description": description,
        "requestBody": {"required": true, "content": {"application/json": {"schema": body}}},
        "responses": {"201": stored, "default": refusal()},
    })
}

fn reference() -> Value {
    json!({"type": "object", "required": ["@iot.id"], "properties": {"@iot.id": {"type": "string"}}})
}

fn observation() -> Value {
    json!({
        "type": "object",
        "required": ["result", "Datastream"],
        "properties": {
            "phenomenonTime": {"type": "string", "description": "When it was measured, or an interval; now if absent."},
            "result": {"description": "The number; `null` where nothing was measured."},
            "resultQuality": {"type": "string", "description": "`good`, `uncertain`, `bad`, `missing`, …"},
            "parameters": {"type": "object", "description": "`historical`: from the device's memory, raises nothing."},
            "Datastream": reference(),
        },
    })
}

fn rows() -> Value {
    json!({
        "type": "array",
        "items": {
            "type": "object",
            "required": ["Datastream", "components", "dataArray"],
            "properties": {
                "Datastream": reference(),
                "components": {"type": "array", "items": {"type": "string"}},
                "dataArray": {"type": "array", "items": {"type": "array", "items": {}}},
            },
        },
    })
}

fn one() -> Value {
    json!({
        "description": "Stored; `Location` says where.",
        "content": {"application/json": {"schema": {
            "type": "object",
            "properties": {"@iot.id": {"type": "string"}, "@iot.selfLink": {"type": "string"}},
        }}},
    })
}

fn many() -> Value {
    json!({
        "description": "For each row its address, or `error`.",
        "content": {"application/json": {"schema": {"type": "array", "items": {"type": "string"}}}},
    })
}
