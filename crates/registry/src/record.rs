//! Records as callers see them.

use fengsui_kernel::id::RecordId;
use fengsui_kernel::{DivisionCode, Fault, Place, Point, Result, Timestamp};
use fengsui_storage::records::{StoredRecord, StoredVersion};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The kind whose records are enterprises; rights can be limited to one of them.
pub(crate) const ENTERPRISE: &str = "enterprise";

/// An entry of a ledger.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Record {
    /// Id.
    pub id: RecordId,
    /// Kind.
    pub kind: String,
    /// Code, unique within the kind.
    pub code: String,
    /// Name.
    pub name: String,
    /// Division.
    pub division: DivisionCode,
    /// Its name.
    pub division_name: Option<String>,
    /// Place on the map.
    pub location: Option<Point>,
    /// The enterprise it belongs to, by record id.
    pub enterprise: Option<String>,
    /// The enterprise's name.
    pub enterprise_name: Option<String>,
    /// What the kind declares.
    pub attributes: Value,
    /// Version, from 1.
    pub version: i64,
    /// When it was first written.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub created_at: Timestamp,
    /// When it was last written.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub updated_at: Timestamp,
    /// By whom.
    pub updated_by: String,
}

impl Record {
    /// Where permissions see it: an enterprise belongs to itself.
    pub fn place(&self) -> Place {
        let enterprise = if self.kind == ENTERPRISE { Some(self.id.to_string()) } else { self.enterprise.clone() };
        Place { division: self.division, enterprise }
    }

    /// A text attribute.
    pub fn text(&self, attribute: &str) -> Option<&str> {
        self.attributes.get(attribute).and_then(Value::as_str)
    }

    /// The attributes as their type.
    pub fn typed<T: crate::Kind>(&self) -> Result<T> {
        serde_json::from_value(self.attributes.clone())
            .map_err(|error| Fault::internal(format!("{} {}: {error}", self.kind, self.code)))
    }
}

impl TryFrom<StoredRecord> for Record {
    type Error = Fault;

    fn try_from(stored: StoredRecord) -> Result<Self> {
        let own = stored.kind == ENTERPRISE;
        Ok(Self {
            id: stored.id.parse().map_err(|_| Fault::internal(format!("record id {:?}", stored.id)))?,
            kind: stored.kind,
            code: stored.code,
            name: stored.name,
            division: stored.division,
            division_name: stored.division_name,
            location: stored.location,
            enterprise: stored.enterprise.filter(|_| !own),
            enterprise_name: stored.enterprise_name.filter(|_| !own),
            attributes: stored.attributes,
            version: stored.version,
            created_at: stored.created_at,
            updated_at: stored.updated_at,
            updated_by: stored.updated_by,
        })
    }
}

/// One version of a record with who made it and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HistoryEntry {
    /// Version.
    pub version: i64,
    /// When.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub at: Timestamp,
    /// By whom.
    pub actor_name: String,
    /// Why.
    pub why: Option<String>,
    /// `created`, `updated`, `deleted` or `restored`.
    pub change: String,
    /// The record as it was: kind, code, name, division, location, enterprise, attributes.
    pub record: Value,
}

impl From<StoredVersion> for HistoryEntry {
    fn from(stored: StoredVersion) -> Self {
        Self {
            version: stored.version,
            at: stored.at,
            actor_name: stored.actor_name,
            why: stored.why,
            change: stored.change,
            record: stored.body,
        }
    }
}

/// What a search over all kinds finds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SearchHit {
    /// Kind.
    pub kind: String,
    /// Id.
    pub id: RecordId,
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Where.
    pub division_name: Option<String>,
    /// Place on the map.
    pub location: Option<Point>,
}

impl From<Record> for SearchHit {
    fn from(record: Record) -> Self {
        Self {
            kind: record.kind,
            id: record.id,
            code: record.code,
            name: record.name,
            division_name: record.division_name,
            location: record.location,
        }
    }
}
