//! What is not a report as a JSON object with a `kind`.

use serde_json::{Map, Value as Json, json};

use super::bcd::Value;
use super::content::{Content, Parameter, PeriodQuestion};
use super::control::Gates;
use super::describe::latin;
use super::frame::{Coding, Header};
use super::hexadecimal;
use super::identifier::{ElementId, Identifier};
use super::run_parameter::run_parameter;
use super::status::{EVENT_NAMES, StatusWord};

/// The content under its kind; nothing for what has none.
pub(super) fn describe(header: &Header, content: &Content) -> Option<Json> {
    Some(match content {
        Content::Empty | Content::Report(_) | Content::Manual(_) | Content::Unknown(_) => return None,
        Content::PeriodQuestion(question) => period(question),
        Content::Identifiers(identifiers) => {
            json!({ "kind": "identifiers", "identifiers": identifiers.iter().map(identifier).collect::<Vec<_>>() })
        }
        Content::Parameters(parameters) => {
            let parameters: Vec<Json> =
                parameters.iter().map(|parameter| describe_parameter(header, parameter)).collect();
            json!({ "kind": "parameters", "parameters": parameters })
        }
        Content::PasswordChange { old, new } => {
            json!({ "kind": "password_change", "old": format!("{old:04x}"), "new": format!("{new:04x}") })
        }
        Content::PasswordChanged(new) => json!({ "kind": "password_changed", "new": format!("{new:04x}") }),
        Content::Version(text) => json!({ "kind": "version", "text": latin(text) }),
        Content::Status(word) => status(*word),
        Content::Switches(bits) => json!({ "kind": "switches", "bits": hexadecimal::text(bits), "on": numbers(bits) }),
        Content::Gates(gates) => describe_gates(gates),
        Content::Quota(on) => json!({ "kind": "quota", "on": on }),
        Content::Events(counts) => events(counts),
    })
}

/// Identifier and definition; of a symbol, itself.
fn identifier(identifier: &Identifier) -> Json {
    match identifier.id {
        ElementId::Code(_) => {
            json!({ "id": identifier.id.to_string(), "definition": format!("{:02X}", identifier.definition) })
        }
        ElementId::Symbol(_) => json!({ "id": identifier.id.to_string() }),
    }
}

fn period(question: &PeriodQuestion) -> Json {
    json!({
        "kind": "period_question",
        "from": format!("20{}", question.from),
        "to": format!("20{}", question.to),
        "step": hexadecimal::text(&question.step.to_bcd()),
        "identifiers": question.identifiers.iter().map(identifier).collect::<Vec<_>>(),
    })
}

fn describe_parameter(header: &Header, parameter: &Parameter) -> Json {
    let mut object = match identifier(&parameter.identifier) {
        Json::Object(object) => object,
        _ => Map::new(),
    };
    let data = match header.coding {
        Coding::Hex => hexadecimal::text(&parameter.data),
        Coding::Ascii => latin(&parameter.data),
    };
    object.insert("data".to_owned(), json!(data));
    if !header.function.is_base_configuration() {
        if let Value::Number(number) = parameter.value(header.coding) {
            object.insert("value".to_owned(), json!(number));
        }
        if let Some(known) = parameter.code().and_then(run_parameter) {
            object.insert("term".to_owned(), json!(known.term));
            object.insert("unit".to_owned(), json!(known.unit));
        }
    }
    Json::Object(object)
}

fn status(word: StatusWord) -> Json {
    let states: Map<String, Json> =
        word.states().into_iter().map(|(name, holds)| (name.to_owned(), json!(holds))).collect();
    json!({ "kind": "status", "word": format!("{:08x}", word.0), "states": states })
}

/// Numbers, from 1, of the bits that are set, bit 0 of the first byte being 1.
fn numbers(bits: &[u8]) -> Vec<usize> {
    let set = |(index, byte): (usize, &u8)| {
        let byte = *byte;
        (0..8).filter(move |bit| byte & (1 << bit) != 0).map(move |bit| index * 8 + bit + 1)
    };
    bits.iter().enumerate().flat_map(set).collect()
}

fn describe_gates(gates: &Gates) -> Json {
    json!({
        "kind": "gates",
        "count": gates.count,
        "bits": hexadecimal::text(&gates.open),
        "open": numbers(&gates.open),
        "openings_cm": gates.openings,
    })
}

fn events(counts: &[u16]) -> Json {
    let named: Map<String, Json> =
        EVENT_NAMES.iter().zip(counts).map(|(name, count)| ((*name).to_owned(), json!(count))).collect();
    json!({ "kind": "events", "counts": counts, "named": named })
}
