//! The run-time description of a kind.

use std::sync::Arc;

use fengsui_kernel::{DivisionLevel, Fault, Problems};
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;
use serde_json::Value;

use super::{FieldKind, FieldSpec, Geometry, Kind, Title};
use crate::check;

/// A kind as the engine and its clients see it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct KindSpec {
    /// The name in paths and permissions.
    pub name: &'static str,
    /// The name for people.
    pub title: Title,
    /// The name of the icon.
    pub icon: &'static str,
    /// Whether it has a place on the map.
    pub geometry: Geometry,
    /// The level of division that a record must belong to.
    pub division_level: Option<DivisionLevel>,
    /// The attributes, in the order of declaration.
    pub fields: Vec<FieldSpec>,
    /// JSON Schema of the attributes.
    pub schema: Value,
    #[serde(skip)]
    check: fn(&Value, Value) -> Result<Value, Problems>,
}

/// A shared description.
pub type SharedSpec = Arc<KindSpec>;

impl KindSpec {
    /// Derives the description of a kind.
    pub fn of<T: Kind>() -> Self {
        let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
        let schema = settings.into_generator().into_root_schema_for::<T>().to_value();
        let required: Vec<&str> = schema
            .get("required")
            .and_then(Value::as_array)
            .map(|names| names.iter().filter_map(Value::as_str).collect())
            .unwrap_or_default();
        let fields = schema
            .get("properties")
            .and_then(Value::as_object)
            .map(|all| all.iter().map(|(name, own)| FieldSpec::read(name, own, required.contains(&name.as_str()))))
            .map(Iterator::collect)
            .unwrap_or_default();
        Self {
            name: T::NAME,
            title: Title { zh: T::TITLE.zh.to_owned(), en: T::TITLE.en.to_owned() },
            icon: T::ICON,
            geometry: T::GEOMETRY,
            division_level: T::DIVISION_LEVEL,
            fields,
            schema,
            check: check_as::<T>,
        }
    }

    /// Judges attributes and gives them in their normal form: all fields in order, absent ones null.
    pub fn check(&self, attributes: Value) -> Result<Value, Problems> {
        (self.check)(&self.schema, attributes)
    }

    /// The field of that name.
    pub fn field(&self, name: &str) -> Option<&FieldSpec> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The fields that hold codes of other records, one or several, with the kind of each.
    pub fn references(&self) -> impl Iterator<Item = (&FieldSpec, &str)> {
        let refers = |field: &&FieldSpec| matches!(field.kind, FieldKind::Reference | FieldKind::List);
        let referring = self.fields.iter().filter(refers);
        referring.filter_map(|field| Some((field, field.reference.as_deref()?)))
    }

    /// Whether any field is personal data.
    pub fn has_personal(&self) -> bool {
        self.fields.iter().any(|field| field.personal)
    }
}

fn check_as<T: Kind>(schema: &Value, mut attributes: Value) -> Result<Value, Problems> {
    let mut problems = Problems::default();
    check::tidy(&mut attributes);
    check::walk(schema, &attributes, "attributes", &mut problems);
    if !problems.0.is_empty() {
        return Err(problems);
    }
    let wrong = |error: &dyn std::fmt::Display| {
        Problems(vec![Fault::field("attributes", "wrong_type").with("detail", &error.to_string())])
    };
    let typed: T = serde_json::from_value(attributes).map_err(|error| wrong(&error))?;
    typed.validate(&mut problems);
    if !problems.0.is_empty() {
        return Err(problems);
    }
    serde_json::to_value(&typed).map_err(|error| wrong(&error))
}
