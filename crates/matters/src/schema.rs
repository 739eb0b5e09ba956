//! JSON Schemas of openings and actions: for forms, and for answering with all problems of an
//! input at once, each with its field.

use std::collections::BTreeMap;

use fengsui_kernel::{Fault, Problem, Problems, Result};
use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{ValidationError, Validator};
use schemars::JsonSchema;
use serde_json::{Map, Value, json};

/// One schema, ready to check.
pub(crate) struct Checked {
    /// As shown to forms; without the tag of the action.
    pub(crate) schema: Value,
    validator: Option<Validator>,
}

/// The schemas of a process.
pub(crate) struct Schemas {
    /// Of its opening.
    pub(crate) opening: Checked,
    actions: BTreeMap<String, Checked>,
}

impl Schemas {
    pub(crate) fn of<Opening: JsonSchema, Action: JsonSchema>() -> Self {
        let opening = Checked::new(strict(schema_of::<Opening>()));
        let actions = variants(&schema_of::<Action>()).into_iter().map(|(name, schema)| (name, Checked::new(schema)));
        Self { opening, actions: actions.collect() }
    }

    pub(crate) fn action(&self, name: &str) -> Option<&Checked> {
        self.actions.get(name)
    }

    pub(crate) fn action_names(&self) -> impl Iterator<Item = &str> {
        self.actions.keys().map(String::as_str)
    }
}

impl Checked {
    fn new(schema: Value) -> Self {
        // A schema that cannot be compiled still serves forms; serde remains the judge of input.
        let validator = jsonschema::options().should_validate_formats(true).build(&schema);
        let validator = validator.inspect_err(|error| tracing::warn!(%error, "schema without a validator")).ok();
        Self { schema, validator }
    }

    /// Whether nothing is asked.
    pub(crate) fn asks_nothing(&self) -> bool {
        self.schema.get("properties").and_then(Value::as_object).is_none_or(Map::is_empty)
    }

    /// All problems of an input.
    pub(crate) fn check(&self, input: &Value) -> Result<()> {
        let Some(validator) = &self.validator else { return Ok(()) };
        let mut problems = Problems::default();
        for error in validator.iter_errors(input).take(50) {
            problems.0.extend(problems_of(&error));
        }
        problems.into_result()
    }
}

fn schema_of<T: JsonSchema>() -> Value {
    let mut schema = schemars::schema_for!(T).to_value();
    if let Some(object) = schema.as_object_mut() {
        object.remove("$schema");
    }
    schema
}

/// The variants of a tagged enum: name → schema of the payload.
fn variants(schema: &Value) -> Vec<(String, Value)> {
    let definitions = schema.get("$defs").cloned();
    let listed = ["oneOf", "anyOf"].iter().find_map(|key| schema.get(key).and_then(Value::as_array));
    // An enum with one variant has no `oneOf`.
    let variants = listed.cloned().unwrap_or_else(|| vec![schema.clone()]);
    variants.iter().filter_map(|variant| payload(variant, definitions.as_ref())).collect()
}

fn payload(variant: &Value, definitions: Option<&Value>) -> Option<(String, Value)> {
    let tag = variant.pointer("/properties/action")?;
    let name = tag.get("const").or_else(|| tag.pointer("/enum/0"))?.as_str()?.to_owned();
    let mut schema = variant.as_object()?.clone();
    if let Some(Value::String(reference)) = schema.remove("$ref") {
        let target = json!({ "$defs": definitions }).pointer(reference.trim_start_matches('#')).cloned();
        inherit(&mut schema, target.as_ref().and_then(Value::as_object));
    }
    without_tag(&mut schema);
    if let Some(definitions) = definitions {
        schema.insert("$defs".to_owned(), definitions.clone());
    }
    Some((name, strict(Value::Object(schema))))
}

/// A variant that wraps a struct: the struct's fields stand beside the tag.
fn inherit(schema: &mut Map<String, Value>, target: Option<&Map<String, Value>>) {
    for (key, value) in target.into_iter().flatten() {
        match (schema.get_mut(key), value) {
            (Some(Value::Object(own)), Value::Object(theirs)) => own.extend(theirs.clone()),
            (Some(Value::Array(own)), Value::Array(theirs)) => own.extend(theirs.clone()),
            (Some(_), _) => {}
            (None, value) => {
                schema.insert(key.clone(), value.clone());
            }
        }
    }
}

fn without_tag(schema: &mut Map<String, Value>) {
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        properties.shift_remove("action");
    }
    if let Some(Value::Array(required)) = schema.get_mut("required") {
        required.retain(|name| name != "action");
    }
}

/// Unknown fields are slips that would be lost silently.
fn strict(mut schema: Value) -> Value {
    if let Some(object) = schema.as_object_mut()
        && object.get("type").is_some_and(|kind| kind == "object")
        && !object.contains_key("additionalProperties")
    {
        object.insert("unevaluatedProperties".to_owned(), Value::Bool(false));
    }
    schema
}

fn problems_of(error: &ValidationError<'_>) -> Vec<Problem> {
    let field = error.instance_path().as_str().trim_start_matches('/').replace('/', ".");
    let below = |name: &str| if field.is_empty() { name.to_owned() } else { format!("{field}.{name}") };
    let value = error.instance().to_string();
    let one = |code: &str| vec![Fault::field(&field, code).with("value", &value)];
    let limited = |code: &str, limit: &dyn ToString| {
        vec![Fault::field(&field, code).with("value", &value).with("limit", &limit.to_string())]
    };
    match error.kind() {
        ValidationErrorKind::Required { property } => {
            vec![Fault::field(&below(property.as_str().unwrap_or_default()), "required")]
        }
        ValidationErrorKind::AdditionalProperties { unexpected }
        | ValidationErrorKind::UnevaluatedProperties { unexpected } => {
            unexpected.iter().map(|name| Fault::field(&below(name), "unknown_field")).collect()
        }
        ValidationErrorKind::Type { kind } => vec![Fault::field(&field, "wrong_type").with("reason", &names(kind))],
        ValidationErrorKind::Enum { options } => limited("unknown_value", options),
        ValidationErrorKind::Constant { expected_value } => limited("unknown_value", expected_value),
        ValidationErrorKind::Minimum { limit } | ValidationErrorKind::ExclusiveMinimum { limit } => {
            limited("too_small", limit)
        }
        ValidationErrorKind::Maximum { limit } | ValidationErrorKind::ExclusiveMaximum { limit } => {
            limited("too_big", limit)
        }
        ValidationErrorKind::MinLength { limit } | ValidationErrorKind::MinItems { limit } => {
            limited("too_short", limit)
        }
        ValidationErrorKind::MaxLength { limit } | ValidationErrorKind::MaxItems { limit } => {
            limited("too_long", limit)
        }
        ValidationErrorKind::AnyOf { .. } | ValidationErrorKind::OneOfNotValid { .. } => alternatives(error, &field),
        _ => one("malformed"),
    }
}

/// Of an optional value (`anyOf: [X, null]`) the problems with X; of a choice only that none fits.
fn alternatives(error: &ValidationError<'_>, field: &str) -> Vec<Problem> {
    let (ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context }) = error.kind() else {
        return Vec::new();
    };
    let null_only = |errors: &Vec<ValidationError<'static>>| {
        errors.iter().all(|error| matches!(error.kind(), ValidationErrorKind::Type { kind } if names(kind) == "null"))
    };
    match context.iter().filter(|errors| !null_only(errors)).collect::<Vec<_>>().as_slice() {
        [only] => only.iter().flat_map(problems_of).collect(),
        _ => vec![Fault::field(field, "unknown_value").with("value", &error.instance().to_string())],
    }
}

fn names(kind: &TypeKind) -> String {
    match kind {
        TypeKind::Single(name) => name.to_string(),
        TypeKind::Multiple(names) => names.iter().map(|name| name.to_string()).collect::<Vec<_>>().join(", "),
    }
}
