//! Personal data on their way in and out: sealed in the store, masked on screens, and in clear only
//! for other engines and for whoever reveals them on purpose.

use std::collections::BTreeMap;

use fengsui_kernel::{Fault, Principal, Result};
use fengsui_storage::seal::{self, PersonalFields, Sealer};
use fengsui_storage::{Subject, records};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::kind::KindSpec;
use crate::mask;
use crate::reading::body_place;
use crate::record::Record;
use crate::registry::Registry;

/// Personal data in clear, by field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Revealed {
    /// The personal fields that have a value.
    pub values: BTreeMap<String, Value>,
}

impl KindSpec {
    /// Names of the personal fields.
    pub(crate) fn personal(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().filter(|field| field.personal).map(|field| field.name.as_str())
    }
}

/// The personal fields of all kinds.
pub(crate) fn personal_fields(specs: &[KindSpec]) -> Vec<PersonalFields> {
    let own = |spec: &KindSpec| PersonalFields {
        kind: spec.name.to_owned(),
        fields: spec.personal().map(ToOwned::to_owned).collect(),
    };
    specs.iter().filter(|spec| spec.has_personal()).map(own).collect()
}

/// Opens the personal fields. One that does not open is left out and logged: a single damaged
/// value must not take a whole list away from those who need it now.
pub(crate) fn open(sealer: &Sealer, spec: &KindSpec, record: &str, attributes: &mut Value) {
    for field in spec.personal() {
        let Some(value) = attributes.get_mut(field).filter(|value| value.is_object()) else { continue };
        *value = seal::opened(sealer, record, field, value).unwrap_or_else(|fault| {
            tracing::error!(%fault, record, field, "personal data cannot be opened");
            Value::Null
        });
    }
}

impl Registry {
    /// A record in clear, for other engines.
    pub(crate) fn opened(&self, mut record: Record) -> Record {
        if let Ok(spec) = self.kind(&record.kind)
            && spec.has_personal()
        {
            open(self.db.sealer(), spec, record.id.as_str(), &mut record.attributes);
        }
        record
    }

    /// A record as screens show it: personal data masked, whoever looks.
    pub(crate) fn shown(&self, spec: &KindSpec, mut record: Record) -> Record {
        if spec.has_personal() {
            open(self.db.sealer(), spec, record.id.as_str(), &mut record.attributes);
            mask::attributes(spec, &mut record.attributes);
        }
        record
    }

    /// Personal data of a record or of one of its versions, in clear. Needs the right and a reason;
    /// who read what and why is traced before anything is told.
    pub async fn reveal(
        &self,
        principal: &Principal,
        kind: &str,
        id: &str,
        version: Option<i64>,
        why: Option<String>,
    ) -> Result<Revealed> {
        let spec = self.kind(kind)?;
        let (place, code, attributes) = match version {
            None => {
                let record = self.find(kind, id).await?;
                (record.place(), record.code, record.attributes)
            }
            Some(version) => {
                let versions = records::history(&self.db, id, 1000).await?;
                let newest = versions.first().ok_or_else(|| Fault::not_found(kind, id))?;
                let place = body_place(&newest.body, kind, id)?;
                let wanted = versions.iter().find(|own| own.version == version).map(|own| &own.body);
                let body = wanted.filter(|body| body.get("kind").and_then(Value::as_str) == Some(kind));
                let body = body.ok_or_else(|| Fault::not_found(kind, id))?;
                let code = body.get("code").and_then(Value::as_str).unwrap_or_default().to_owned();
                (place, code, body.get("attributes").cloned().unwrap_or(Value::Null))
            }
        };
        principal.require("read", kind, &place)?;
        principal.require("read_personal", kind, &place)?;
        let why = why.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let why = why.ok_or_else(|| Fault::field("why", "required"))?;
        let mut values = BTreeMap::new();
        for field in spec.personal() {
            let Some(value) = attributes.get(field).filter(|value| !value.is_null()) else { continue };
            values.insert(field.to_owned(), seal::opened(self.db.sealer(), id, field, value)?);
        }
        let mut tx = self.db.begin(principal.acting(self.db.now(), Some(why))).await?;
        let fields: Vec<&String> = values.keys().collect();
        let facts = json!({"kind": kind, "code": code, "fields": fields, "version": version});
        tx.trace("record.read_personal", Subject::at("record", id, place.division), facts);
        tx.commit().await?;
        Ok(Revealed { values })
    }
}
