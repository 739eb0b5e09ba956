//! One action on many records. Each is judged and written for itself, with its own version, trace entry and
//! event, as if somebody had done it by hand; what cannot be done is said row by row.

use fengsui_kernel::{Fault, FaultKind, Principal, Refusal, Result};
use fengsui_storage::records;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::draft::RecordDraft;
use crate::kind::KindSpec;
use crate::query::ListQuery;
use crate::record::Record;
use crate::registry::Registry;
use crate::restore::position;

/// Rows of one request.
pub const BATCH_LIMIT: usize = 500;

/// What is done to every row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum BatchAction {
    /// Gives a field the same value in every row.
    Set {
        /// `division`, `enterprise` or the name of an attribute; not personal data.
        field: String,
        /// The value; null takes it away.
        value: Value,
    },
    /// Takes the rows out of the ledger; needs a reason. Their history stays.
    Delete,
    /// Takes back the last change of each row, which must still be the version given.
    Undo,
}

/// A row that was chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BatchRow {
    /// Record id.
    pub id: String,
    /// The version that was seen; absent: whatever it is now.
    #[serde(default)]
    pub version: Option<i64>,
}

/// An action on rows that were chosen, or on all that fit a query.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BatchRequest {
    /// What is done.
    pub action: BatchAction,
    /// The rows, at most 500.
    #[serde(default)]
    pub rows: Vec<BatchRow>,
    /// Instead of rows: all that the list shows. Its paging and order have no meaning here.
    #[serde(default)]
    pub query: Option<ListQuery>,
    /// With `query`: go on after this code, the `next` of the answer before.
    #[serde(default)]
    pub after: Option<String>,
    /// With `query`: rows of this request; 100 if absent, at most 500.
    #[serde(default)]
    pub limit: Option<u32>,
}

/// What became of one row.
#[derive(Debug)]
pub struct BatchOutcome {
    /// Record id.
    pub id: String,
    /// Code, when the record was found.
    pub code: Option<String>,
    /// Name, when the record was found.
    pub name: Option<String>,
    /// The version before, where the row was found.
    pub before: Option<i64>,
    /// The version after; none when it is no longer in the ledger, or why nothing was done.
    pub result: Result<Option<i64>>,
}

/// What became of the rows of a request.
#[derive(Debug)]
pub struct BatchReport {
    /// Row by row, in the order of the request.
    pub outcomes: Vec<BatchOutcome>,
    /// With a query: where to go on; none at the end.
    pub next: Option<String>,
}

/// A record as somebody would send it back.
fn draft_of(record: &Record) -> RecordDraft {
    RecordDraft {
        code: Some(record.code.clone()),
        name: record.name.clone(),
        division: record.division.to_string(),
        location: record.location.map(position),
        enterprise: record.enterprise.clone(),
        attributes: record.attributes.clone(),
    }
}

/// Refuses fields that nobody sets in many rows at once.
fn check_field(spec: &KindSpec, name: &str) -> Result<()> {
    let fits = match name {
        "division" | "enterprise" => true,
        _ => spec.field(name).is_some_and(|field| !field.personal && !field.nested),
    };
    if fits { Ok(()) } else { Err(Fault::field("action.field", "not_settable_in_bulk").with("value", name).into()) }
}

fn set(draft: &mut RecordDraft, field: &str, value: &Value) -> Result<()> {
    let text = || match value {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text.clone())),
        _ => Err(Fault::from(Fault::field("action.value", "wrong_type").with("expected", "string"))),
    };
    match field {
        "division" => draft.division = text()?.unwrap_or_default(),
        "enterprise" => draft.enterprise = text()?,
        attribute => {
            if let Some(attributes) = draft.attributes.as_object_mut() {
                attributes.insert(attribute.to_owned(), value.clone());
            }
        }
    }
    Ok(())
}

impl Registry {
    /// Does the action row by row.
    pub async fn batch(
        &self,
        principal: &Principal,
        kind: &str,
        request: &BatchRequest,
        why: Option<&str>,
    ) -> Result<BatchReport> {
        let spec = self.kind(kind)?;
        match &request.action {
            BatchAction::Set { field, .. } => {
                principal.scopes("update", kind)?;
                check_field(spec, field)?;
            }
            BatchAction::Delete => {
                principal.scopes("delete", kind)?;
                if why.is_none_or(|why| why.trim().is_empty()) {
                    return Err(Refusal::new("reason_required").into());
                }
            }
            BatchAction::Undo => {}
        }
        let (rows, next) = self.batch_rows(principal, spec, request).await?;
        let mut outcomes = Vec::with_capacity(rows.len());
        for row in rows {
            outcomes.push(self.batch_row(principal, kind, &request.action, row, why).await);
        }
        Ok(BatchReport { outcomes, next })
    }

    async fn batch_rows(
        &self,
        principal: &Principal,
        spec: &KindSpec,
        request: &BatchRequest,
    ) -> Result<(Vec<BatchRow>, Option<String>)> {
        let Some(query) = &request.query else {
            if request.rows.len() > BATCH_LIMIT {
                return Err(Fault::field("rows", "too_many_items").with("max", &BATCH_LIMIT.to_string()).into());
            }
            return Ok((request.rows.clone(), None));
        };
        if request.action == BatchAction::Undo {
            return Err(Fault::field("query", "not_with_undo").into());
        }
        let mut selection = query.selection(spec, principal.scopes("read", spec.name)?)?;
        selection.sort = records::Selection::of(spec.name, Vec::new()).sort;
        let limit = request.limit.unwrap_or(100).clamp(1, u32::try_from(BATCH_LIMIT).unwrap_or(u32::MAX));
        let after = request.after.clone().unwrap_or_default();
        let found = records::after_code(&self.db, &selection, &after, limit).await?;
        let next = found.last().filter(|_| found.len() == limit as usize).map(|last| last.code.clone());
        let row = |stored: records::StoredRecord| BatchRow { id: stored.id, version: Some(stored.version) };
        Ok((found.into_iter().map(row).collect(), next))
    }

    async fn batch_row(
        &self,
        principal: &Principal,
        kind: &str,
        action: &BatchAction,
        row: BatchRow,
        why: Option<&str>,
    ) -> BatchOutcome {
        let record = self.find(kind, &row.id).await;
        let seen = record.as_ref().ok().filter(|record| principal.may("read", kind, &record.place()));
        let (code, name) = seen.map(|record| (record.code.clone(), record.name.clone())).unzip();
        let before = row.version.or_else(|| seen.map(|record| record.version));
        let why = why.map(str::to_owned);
        let result = match action {
            BatchAction::Set { field, value } => match record {
                Ok(record) => self.set_field(principal, kind, (record, row.version), (field, value), why).await,
                Err(fault) => Err(fault),
            },
            BatchAction::Delete => match record {
                Ok(record) => {
                    let version = row.version.unwrap_or(record.version);
                    self.delete(principal, kind, &row.id, version, why).await.map(|()| None)
                }
                Err(fault) => Err(fault),
            },
            BatchAction::Undo => match row.version {
                Some(version) => {
                    self.undo(principal, kind, &row.id, version, why).await.map(|record| Some(record.version))
                }
                None => Err(Fault::field("rows.version", "required").into()),
            },
        };
        BatchOutcome { id: row.id, code, name, before, result }
    }

    async fn set_field(
        &self,
        principal: &Principal,
        kind: &str,
        (record, version): (Record, Option<i64>),
        (field, value): (&str, &Value),
        why: Option<String>,
    ) -> Result<Option<i64>> {
        let record = self.opened(record);
        let mut draft = draft_of(&record);
        set(&mut draft, field, value)?;
        let version = version.unwrap_or(record.version);
        if version != record.version {
            // Asked for a version that is no longer there: `update` says so, with the row as it is now.
            principal.require("update", kind, &record.place())?;
            return Err(FaultKind::Stale { current: Value::Null, submitted: Value::Null }.into());
        }
        let done = self.update(principal, kind, record.id.as_str(), version, draft, why).await?;
        Ok(Some(done.version))
    }
}
