//! The run-time description of one attribute, read from its JSON Schema.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A name in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Title {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// One value of a closed list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Choice {
    /// The stored value.
    pub value: String,
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
    /// Other words that people write for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<String>,
}

impl Choice {
    /// Whether a text names this choice, whatever the case of its letters.
    pub(crate) fn is_meant_by(&self, text: &str) -> bool {
        let same = |own: &String| own.to_lowercase() == text.to_lowercase();
        same(&self.value) || same(&self.zh) || same(&self.en) || self.also.iter().any(same)
    }
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// Text.
    Text,
    /// Number.
    Number,
    /// Whole number.
    Integer,
    /// Yes or no.
    Boolean,
    /// A day.
    Date,
    /// One of a closed list.
    Enum,
    /// The code of another record.
    Reference,
    /// Several texts or choices.
    List,
    /// Something with parts.
    Object,
}

/// One attribute of a kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[allow(clippy::struct_excessive_bools, reason = "independent marks of a field, as clients read them")]
pub struct FieldSpec {
    /// Name.
    pub name: String,
    /// Name for people.
    pub title: Title,
    /// What it holds.
    #[serde(rename = "type")]
    pub kind: FieldKind,
    /// The closed list, also of the items of a list.
    pub options: Vec<Choice>,
    /// The kind whose code it holds.
    pub reference: Option<String>,
    /// Unit of a number.
    pub unit: Option<String>,
    /// Must be given.
    pub required: bool,
    /// Lists can filter and sort by it.
    pub filterable: bool,
    /// A column of the table.
    pub listed: bool,
    /// Part of the full text.
    pub searchable: bool,
    /// Personal data: masked; revealing it needs the right `read_personal`.
    pub personal: bool,
    /// A list of objects or an object: JSON in tables.
    #[serde(skip)]
    pub nested: bool,
    /// The shape of a text: `phone`, `credit_code`, …
    #[serde(skip)]
    pub format: Option<String>,
}

fn text<'a>(schema: &'a Value, key: &str) -> Option<&'a str> {
    schema.get(key).and_then(Value::as_str)
}

/// Looks through `anyOf [T, null]`, which is how optional values appear.
pub(crate) fn substance(schema: &Value) -> &Value {
    let variants = schema.get("anyOf").and_then(Value::as_array);
    let meaningful = |variant: &&Value| variant.get("type").and_then(Value::as_str) != Some("null");
    variants.and_then(|variants| variants.iter().find(meaningful)).unwrap_or(schema)
}

/// The JSON types that a schema allows.
pub(crate) fn types(schema: &Value) -> Vec<&str> {
    match schema.get("type") {
        Some(Value::String(only)) => vec![only.as_str()],
        Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn options(schema: &Value) -> Vec<Choice> {
    let own = schema.get("x-options").or_else(|| substance(schema.get("items")?).get("x-options"));
    own.and_then(|options| Vec::deserialize(options).ok()).unwrap_or_default()
}

fn kind(schema: &Value, inner: &Value, options: &[Choice]) -> FieldKind {
    let types = types(inner);
    let has = |name: &str| types.contains(&name);
    if has("array") {
        FieldKind::List
    } else if has("object") {
        FieldKind::Object
    } else if !options.is_empty() {
        FieldKind::Enum
    } else if text(schema, "x-reference").is_some() {
        FieldKind::Reference
    } else if has("boolean") {
        FieldKind::Boolean
    } else if has("integer") {
        FieldKind::Integer
    } else if has("number") {
        FieldKind::Number
    } else if text(schema, "format") == Some("date") {
        FieldKind::Date
    } else {
        FieldKind::Text
    }
}

impl FieldSpec {
    /// Reads one property of a kind's schema.
    pub(crate) fn read(name: &str, schema: &Value, required: bool) -> Self {
        let inner = substance(schema);
        let own = options(inner);
        let options = if own.is_empty() { options(schema) } else { own };
        let title = |index: usize| {
            let given = schema.get("x-title").and_then(|titles| titles.get(index)).and_then(Value::as_str);
            given.unwrap_or(name).to_owned()
        };
        let flag = |flag: &str| text(schema, "x-flags").is_some_and(|flags| flags.split(' ').any(|own| own == flag));
        let kind = kind(schema, inner, &options);
        let items = inner.get("items").map(substance);
        Self {
            name: name.to_owned(),
            title: Title { zh: title(0), en: title(1) },
            kind,
            reference: text(schema, "x-reference").map(ToOwned::to_owned),
            unit: text(schema, "x-unit").map(ToOwned::to_owned),
            required,
            filterable: flag("filterable") || kind == FieldKind::Reference,
            listed: flag("listed"),
            searchable: flag("searchable"),
            personal: flag("personal"),
            format: text(schema, "format").or_else(|| text(inner, "format")).map(ToOwned::to_owned),
            nested: kind == FieldKind::Object || items.is_some_and(|items| types(items).contains(&"object")),
            options,
        }
    }
}
