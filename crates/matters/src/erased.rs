//! Processes without their types: JSON at the door, typed inside.

use std::marker::PhantomData;

use fengsui_kernel::{Fault, Problem, Result};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::process::{Descriptor, Effect, Facts, Outcome, Phase, Process, Summary};
use crate::schema::Schemas;

/// What a transition leads to, without the process's types.
pub(crate) struct Transition {
    pub(crate) state: Value,
    pub(crate) phase: &'static str,
    pub(crate) closed: bool,
    pub(crate) summary: Summary,
    pub(crate) effects: Vec<Effect>,
}

/// A process without its types.
pub(crate) trait Erased: Send + Sync {
    fn name(&self) -> &'static str;
    fn descriptor(&self) -> &Descriptor;
    fn schemas(&self) -> &Schemas;
    fn open(&self, opening: Value, facts: &Facts) -> Result<Transition>;
    fn act(&self, state: Value, action: Value, facts: &Facts) -> Result<Transition>;
}

/// A process with its descriptor and schemas at hand.
pub(crate) struct Typed<P> {
    descriptor: Descriptor,
    schemas: Schemas,
    process: PhantomData<fn() -> P>,
}

impl<P: Process> Typed<P> {
    pub(crate) fn new() -> Self {
        let schemas = Schemas::of::<P::Opening, P::Action>();
        Self { descriptor: P::descriptor(), schemas, process: PhantomData }
    }

    fn transition(&self, outcome: Outcome<P::State>) -> Result<Transition> {
        let phase = self.phase(P::phase(&outcome.state))?;
        let summary = P::summary(&outcome.state);
        let state = serde_json::to_value(&outcome.state).map_err(Fault::internal)?;
        Ok(Transition { state, phase: phase.name, closed: phase.closed, summary, effects: outcome.effects })
    }

    fn phase(&self, name: &str) -> Result<&Phase> {
        let found = self.descriptor.phases.iter().find(|phase| phase.name == name);
        found.ok_or_else(|| Fault::internal(format!("process {} has no phase {name}", P::NAME)))
    }
}

impl<P: Process> Erased for Typed<P> {
    fn name(&self) -> &'static str {
        P::NAME
    }

    fn descriptor(&self) -> &Descriptor {
        &self.descriptor
    }

    fn schemas(&self) -> &Schemas {
        &self.schemas
    }

    fn open(&self, opening: Value, facts: &Facts) -> Result<Transition> {
        self.schemas.opening.check(&opening)?;
        self.transition(P::open(parse(opening)?, facts)?)
    }

    fn act(&self, state: Value, action: Value, facts: &Facts) -> Result<Transition> {
        let (name, mut payload) = split(&action)?;
        let schema = self.schemas.action(&name);
        let schema = schema.ok_or_else(|| Fault::field("action", "unknown_action").with("value", &name))?;
        schema.check(&payload)?;
        if let Some(object) = payload.as_object_mut() {
            object.insert("action".to_owned(), Value::String(name));
        }
        let state = serde_json::from_value(state)
            .map_err(|error| Fault::internal(format!("stored state of process {}: {error}", P::NAME)))?;
        self.transition(P::act(state, parse(payload)?, facts)?)
    }
}

/// The name of an action and its payload.
pub(crate) fn split(action: &Value) -> Result<(String, Value)> {
    let object = action.as_object().ok_or_else(|| Fault::field("action", "wrong_type").with("reason", "object"))?;
    let name = object.get("action").and_then(Value::as_str);
    let name = name.ok_or_else(|| Fault::field("action", "required"))?.to_owned();
    let payload = object.iter().filter(|(key, _)| *key != "action").map(|(key, value)| (key.clone(), value.clone()));
    Ok((name, Value::Object(payload.collect())))
}

fn parse<T: DeserializeOwned>(input: Value) -> Result<T> {
    serde_path_to_error::deserialize(input).map_err(|error| {
        let path = error.path().to_string();
        problem(if path == "." { "" } else { &path }, &error.inner().to_string()).into()
    })
}

/// What the schema could not see: serde names fields in its text, our own types fail with a code.
fn problem(path: &str, text: &str) -> Problem {
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    let named = text.split('`').nth(1).unwrap_or_default();
    if text.starts_with("missing field") {
        Fault::field(&below(named), "required")
    } else if text.starts_with("unknown field") {
        Fault::field(&below(named), "unknown_field")
    } else if text.starts_with("unknown variant") {
        Fault::field(path, "unknown_value").with("value", named)
    } else if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') {
        Fault::field(path, text)
    } else {
        Fault::field(path, "malformed").with("value", text)
    }
}

#[cfg(test)]
mod tests {
    use super::problem;

    #[test]
    fn reads_fields_and_codes_from_texts_of_serde() {
        assert_eq!(problem("a", "missing field `b`").field, "a.b");
        assert_eq!(problem("", "coordinates_swapped").code, "coordinates_swapped");
        assert_eq!(problem("x", "invalid value: 3").code, "malformed");
    }
}
