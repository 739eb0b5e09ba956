//! Judges input before it becomes a type, so that every problem names its field.

mod format;
mod text;

pub use format::{cas, credit_code, date, email, id_number, phone};
pub(crate) use text::{code, name, plain_text};

use fengsui_kernel::{Fault, Problems};
use serde_json::Value;

use crate::kind::{substance, types};

/// Longest text where the declaration names no length.
const DEFAULT_LENGTH: u64 = 200;
/// Most items where the declaration names no number.
const DEFAULT_ITEMS: u64 = 500;

/// Trims texts; an empty text is no value.
pub(crate) fn tidy(value: &mut Value) {
    match value {
        Value::String(text) => {
            let trimmed = text.trim();
            if trimmed.is_empty() {
                *value = Value::Null;
            } else if trimmed.len() != text.len() {
                *text = trimmed.to_owned();
            }
        }
        Value::Array(items) => items.iter_mut().for_each(tidy),
        Value::Object(fields) => fields.values_mut().for_each(tidy),
        _ => {}
    }
}

/// Compares a value with a schema. Depth is bounded by the schema, since unknown fields are refused.
pub(crate) fn walk(schema: &Value, value: &Value, path: &str, problems: &mut Problems) {
    let inner = substance(schema);
    if value.is_null() {
        let optional = types(schema).contains(&"null") || schema.get("anyOf").is_some();
        if !optional {
            problems.push(Fault::field(path, "required"));
        }
        return;
    }
    let allowed = types(inner);
    if !allowed.is_empty() && !allowed.iter().any(|name| fits(name, value)) {
        let expected = allowed.iter().find(|name| **name != "null").copied().unwrap_or("value");
        problems.push(Fault::field(path, "wrong_type").with("expected", expected).with("value", &shown(value)));
        return;
    }
    match value {
        Value::Object(fields) => object(inner, fields, path, problems),
        Value::Array(items) => array(inner, items, path, problems),
        Value::String(string) => text_value(schema, inner, string, path, problems),
        Value::Number(number) => number_value(inner, number.as_f64().unwrap_or(f64::NAN), path, problems),
        Value::Bool(_) | Value::Null => {}
    }
}

fn fits(name: &str, value: &Value) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        _ => false,
    }
}

/// A value as a message repeats it.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(_) => "[…]".to_owned(),
        Value::Object(_) => "{…}".to_owned(),
        other => other.to_string(),
    }
}

fn object(schema: &Value, fields: &serde_json::Map<String, Value>, path: &str, problems: &mut Problems) {
    let Some(known) = schema.get("properties").and_then(Value::as_object) else { return };
    for name in fields.keys().filter(|name| !known.contains_key(*name)) {
        // The name is the sender's text: shortened, it cannot flood the answer.
        let short: String = name.chars().take(60).collect();
        problems.push(Fault::field(&format!("{path}.{short}"), "unknown_field"));
        if problems.0.len() >= 50 {
            return;
        }
    }
    let required = schema.get("required").and_then(Value::as_array);
    for (name, own) in known {
        let path = format!("{path}.{name}");
        match fields.get(name) {
            Some(value) => walk(own, value, &path, problems),
            None if required.is_some_and(|names| names.iter().any(|required| required == name)) => {
                problems.push(Fault::field(&path, "required"));
            }
            None => {}
        }
    }
}

fn array(schema: &Value, items: &[Value], path: &str, problems: &mut Problems) {
    let limit = schema.get("maxItems").and_then(Value::as_u64).unwrap_or(DEFAULT_ITEMS);
    if items.len() as u64 > limit {
        problems.push(Fault::field(path, "too_many_items").with("max", &limit.to_string()));
        return;
    }
    let least = schema.get("minItems").and_then(Value::as_u64).unwrap_or(0);
    if (items.len() as u64) < least {
        problems.push(Fault::field(path, "required"));
    }
    let Some(own) = schema.get("items") else { return };
    for (index, item) in items.iter().enumerate() {
        walk(own, item, &format!("{path}.{index}"), problems);
    }
}

fn text_value(schema: &Value, inner: &Value, text: &str, path: &str, problems: &mut Problems) {
    let listed = inner.get("enum").or_else(|| schema.get("enum")).and_then(Value::as_array);
    if let Some(allowed) = listed {
        if !allowed.iter().any(|option| option.as_str() == Some(text)) {
            let names: Vec<&str> = allowed.iter().filter_map(Value::as_str).collect();
            problems.push(Fault::field(path, "unknown_value").with("value", text).with("allowed", &names.join(", ")));
        }
        return;
    }
    let limit = schema.get("maxLength").or_else(|| inner.get("maxLength")).and_then(Value::as_u64);
    plain_text(text, path, limit.unwrap_or(DEFAULT_LENGTH), problems);
    let format = schema.get("format").or_else(|| inner.get("format")).and_then(Value::as_str);
    let fault = match format {
        Some("phone") if !phone(text) => "malformed_phone",
        Some("email") if !email(text) => "malformed_email",
        Some("date") if !date(text) => "malformed_date",
        Some("credit_code") if !credit_code(text) => "malformed_credit_code",
        Some("id_number") if !id_number(text) => "malformed_id_number",
        Some("cas") if !cas(text) => "malformed_cas",
        _ => return,
    };
    problems.push(Fault::field(path, fault).with("value", text));
}

fn number_value(schema: &Value, number: f64, path: &str, problems: &mut Problems) {
    let bound = |key: &str| schema.get(key).and_then(Value::as_f64);
    let whole = match schema.get("format").and_then(Value::as_str) {
        Some("uint8") => Some(f64::from(u8::MAX)),
        Some("uint16") => Some(f64::from(u16::MAX)),
        Some("uint32") => Some(f64::from(u32::MAX)),
        _ => None,
    };
    if let Some(least) = bound("minimum").filter(|least| number < *least) {
        problems.push(Fault::field(path, "too_small").with("min", &least.to_string()));
    }
    if let Some(most) = bound("maximum").or(whole).filter(|most| number > *most) {
        problems.push(Fault::field(path, "too_great").with("max", &most.to_string()));
    }
}

#[cfg(test)]
mod tests {
    use fengsui_kernel::Problems;
    use serde_json::{Value, json};

    use crate::KindSpec;
    use crate::ground::Person;

    fn codes(attributes: Value) -> Vec<String> {
        let problems = KindSpec::of::<Person>().check(attributes).err().unwrap_or_default();
        let Problems(list) = problems;
        list.into_iter().map(|problem| format!("{} {}", problem.field, problem.code)).collect()
    }

    #[test]
    fn every_problem_names_its_field() {
        let person = json!({"phone": 138, "email": "nobody", "title": "<script>alert(1)</script>", "extra": 1});
        assert_eq!(
            codes(person),
            [
                "attributes.extra unknown_field",
                "attributes.phone wrong_type",
                "attributes.email malformed_email",
                "attributes.title markup_not_allowed",
            ]
        );
        assert_eq!(codes(json!([1])), ["attributes wrong_type"]);
        assert_eq!(codes(Value::Null), ["attributes required"]);
        assert!(codes(json!({"phone": "0951-0000001", "title": "值班员'; DROP TABLE record; --"})).is_empty());
    }
}
