//! Information objects as JSON, and back.

use serde_json::Value;

use super::component_type::ComponentType;
use super::fields::{ComposeError, Fields, Stated};
use super::objects::{
    AnalogueReading, AnswerMinutes, ComponentAddress, ComponentConfiguration, ComponentQuery, ComponentStatus,
    DeviceOperationRecord, DeviceStatus, DeviceVersion, RecordsQuery, ReservedByte, SystemAddress, SystemClock,
    SystemConfiguration, SystemOperationRecord, SystemRecordsQuery, SystemStatus, SystemVersion,
};
use super::quantity::Quantity;
use super::state::{ComponentState, DeviceOperation, DeviceState, SystemOperation, SystemState};
use super::system_type::SystemType;
use super::text::{Description, Text};
use super::time_label::TimeLabel;

/// What can be described: an object, or a part that several objects have.
pub(super) trait Described: Sized {
    fn describe(&self, fields: &mut Fields);
    fn compose(stated: Stated<'_>) -> Result<Self, ComposeError>;
}

pub(super) fn describe_all<T: Described>(objects: &[T]) -> (Vec<Value>, Vec<Value>) {
    let described = objects.iter().map(|object| {
        let mut fields = Fields::default();
        object.describe(&mut fields);
        (Value::Object(fields.values), Value::Object(fields.details))
    });
    described.unzip()
}

pub(super) fn compose_all<T: Described>(objects: &[Value], details: &[Value]) -> Result<Vec<T>, ComposeError> {
    let described = objects.iter().enumerate();
    described
        .map(|(index, values)| T::compose(Stated { values, details: details.get(index).unwrap_or(&Value::Null) }))
        .collect()
}

/// Describes objects part by part, in the order of the parts.
macro_rules! by_parts {
    ($($object:ident { $($part:ident),* })*) => {$(
        impl Described for $object {
            fn describe(&self, fields: &mut Fields) {
                $(self.$part.describe(fields);)*
            }

            fn compose(stated: Stated<'_>) -> Result<Self, ComposeError> {
                Ok(Self { $($part: Described::compose(stated)?),* })
            }
        }
    )*};
}

by_parts! {
    SystemStatus { system, state, time }
    ComponentStatus { system, kind, component, state, description, time }
    ComponentConfiguration { system, kind, component, description }
    ComponentQuery { system, component }
    SystemConfiguration { system, text }
    SystemClock { system, time }
    DeviceStatus { state, time }
}

/// Describes words of bits under one name, with the names of the bits that are 1 beside them.
macro_rules! words {
    ($($set:ident $field:literal $names:literal $format:literal)*) => {$(
        impl Described for $set {
            fn describe(&self, fields: &mut Fields) {
                fields.put($field, format!($format, self.0));
                let names: Vec<_> = self.flags().into_iter().map(|flag| flag.identifier()).collect();
                fields.explain($names, names);
            }

            fn compose(stated: Stated<'_>) -> Result<Self, ComposeError> {
                stated.bits($field).map(Self)
            }
        }
    )*};
}

words! {
    SystemState "state" "states" "{:04X}"
    ComponentState "state" "states" "{:04X}"
    DeviceState "state" "states" "{:02X}"
    SystemOperation "op" "operations" "{:02X}"
    DeviceOperation "op" "operations" "{:02X}"
}

/// Describes numbers of tables, with their names beside them.
macro_rules! codes {
    ($($code:ident $field:literal $name:literal)*) => {$(
        impl Described for $code {
            fn describe(&self, fields: &mut Fields) {
                fields.put($field, self.number());
                fields.explain($name, self.identifier());
            }

            fn compose(stated: Stated<'_>) -> Result<Self, ComposeError> {
                stated.number($field).map(Self::from_number)
            }
        }
    )*};
}

codes! {
    SystemType "sys_type" "system"
    ComponentType "part_type" "component"
    Quantity "analog_type" "quantity"
}

impl Described for TimeLabel {
    fn describe(&self, fields: &mut Fields) {
        fields.put_time("time", *self);
    }

    fn compose(stated: Stated<'_>) -> Result<Self, ComposeError> {
        stated.time("time")
    }
}

impl Described for SystemAddress {
    fn describe(&self, fields: &mut Fields) {
        self.kind.describe(fields);
        fields.put("sys_addr", self.address);
    }

    fn compose(stated: Stated<'_>) -> Result<Self, ComposeError> {
        Ok(Self { kind: Described::compose(stated)?, address: stated.number("sys_addr")? })
    }
}

impl Described for ComponentAddress {
    fn describe(&self, fields: &mut Fields) {
        fields.put("part_addr", self.0);
        fields.explain("zone", self.zone());
        fields.explain("position", self.position());
    }

    fn compose(stated: Stated<'_>) -> Result<Self, ComposeError> {
        stated.number("part_addr").map(Self)
    }
}

/// The bytes beside a text are taken only while they still say what the text says.
fn spelled<T>(stated: Stated<'_>, text: &str, read: impl Fn(Vec<u8>) -> Option<(T, String)>) -> Option<T> {
    let (found, says) = read(stated.raw("text")?)?;
    (says == text).then_some(found)
}

impl Described for Description {
    fn describe(&self, fields: &mut Fields) {
        let text = self.text();
        if Self::new(&text).as_ref() != Ok(self) {
            fields.explain("text_raw", hex::encode(self.0));
        }
        fields.put("text", text);
    }

    fn compose(stated: Stated<'_>) -> Result<Self, ComposeError> {
        let text = stated.text("text")?;
        let raw = spelled(stated, text, |bytes| {
            let description = Self(bytes.try_into().ok()?);
            Some((description, description.text()))
        });
        Ok(raw.map_or_else(|| Self::new(text), Ok)?)
    }
}

impl Described for Text {
    fn describe(&self, fields: &mut Fields) {
        let text = self.text();
        if Self::new(&text).as_ref() != Ok(self) {
            fields.explain("text_raw", hex::encode(self.as_bytes()));
        }
        fields.put("text", text);
    }

    fn compose(stated: Stated<'_>) -> Result<Self, ComposeError> {
        let text = stated.text("text")?;
        let raw = spelled(stated, text, |bytes| {
            let found = Self::from_bytes(bytes).ok()?;
            let says = found.text();
            Some((found, says))
        });
        Ok(raw.map_or_else(|| Self::new(text), Ok)?)
    }
}

impl Described for AnalogueReading {
    fn describe(&self, fields: &mut Fields) {
        self.system.describe(fields);
        self.kind.describe(fields);
        self.component.describe(fields);
        self.quantity.describe(fields);
        fields.put("analog_raw", self.raw);
        fields.explain("value", self.value_text());
        fields.explain("unit", self.quantity.unit());
        fields.explain("in_range", self.quantity.admits(self.raw));
        self.time.describe(fields);
    }

    fn compose(stated: Stated<'_>) -> Result<Self, ComposeError> {
        Ok(Self {
            system: Described::compose(stated)?,
            kind: Described::compose(stated)?,
            component: Described::compose(stated)?,
            quantity: Described::compose(stated)?,
            raw: stated.number("analog_raw")?,
            time: Described::compose(stated)?,
        })
    }
}

impl Described for SystemOperationRecord {
    fn describe(&self, fields: &mut Fields) {
        self.system.describe(fields);
        self.operation.describe(fields);
        fields.put("operator", self.operator);
        self.time.describe(fields);
    }

    fn compose(stated: Stated<'_>) -> Result<Self, ComposeError> {
        Ok(Self {
            system: Described::compose(stated)?,
            operation: Described::compose(stated)?,
            operator: stated.number("operator")?,
            time: Described::compose(stated)?,
        })
    }
}

impl Described for DeviceOperationRecord {
    fn describe(&self, fields: &mut Fields) {
        self.operation.describe(fields);
        fields.put("operator", self.operator);
        self.time.describe(fields);
    }

    fn compose(stated: Stated<'_>) -> Result<Self, ComposeError> {
        Ok(Self {
            operation: Described::compose(stated)?,
            operator: stated.number("operator")?,
            time: Described::compose(stated)?,
        })
    }
}

impl Described for SystemVersion {
    fn describe(&self, fields: &mut Fields) {
        self.system.describe(fields);
        fields.put("version", format!("{}.{}", self.main, self.sub));
    }

    fn compose(stated: Stated<'_>) -> Result<Self, ComposeError> {
        let (main, sub) = stated.version("version")?;
        Ok(Self { system: Described::compose(stated)?, main, sub })
    }
}

impl Described for DeviceVersion {
    fn describe(&self, fields: &mut Fields) {
        fields.put("version", format!("{}.{}", self.main, self.sub));
    }

    fn compose(stated: Stated<'_>) -> Result<Self, ComposeError> {
        stated.version("version").map(|(main, sub)| Self { main, sub })
    }
}

impl Described for RecordsQuery {
    fn describe(&self, fields: &mut Fields) {
        fields.put("records", self.records);
        fields.put_time("since", self.since);
    }

    fn compose(stated: Stated<'_>) -> Result<Self, ComposeError> {
        Ok(Self { records: stated.number("records")?, since: stated.time("since")? })
    }
}

impl Described for SystemRecordsQuery {
    fn describe(&self, fields: &mut Fields) {
        self.system.describe(fields);
        fields.put("records", self.records);
        fields.put_time("since", self.since);
    }

    fn compose(stated: Stated<'_>) -> Result<Self, ComposeError> {
        let RecordsQuery { records, since } = Described::compose(stated)?;
        Ok(Self { system: Described::compose(stated)?, records, since })
    }
}

impl Described for ReservedByte {
    fn describe(&self, fields: &mut Fields) {
        fields.put("reserved", self.0);
    }

    fn compose(stated: Stated<'_>) -> Result<Self, ComposeError> {
        stated.number("reserved").map(Self)
    }
}

impl Described for AnswerMinutes {
    fn describe(&self, fields: &mut Fields) {
        fields.put("minutes", self.0);
    }

    fn compose(stated: Stated<'_>) -> Result<Self, ComposeError> {
        stated.number("minutes").map(Self)
    }
}
