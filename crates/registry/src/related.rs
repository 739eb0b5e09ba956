//! What refers to a record, and judging a draft before it is written.

use fengsui_kernel::{Fault, PageQuery, Principal, Problems, Result};
use fengsui_storage::Value;
use fengsui_storage::records::{self, Column, Condition, Field, Operator, Selection};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::draft::{self, RecordDraft};
use crate::kind::KindSpec;
use crate::query;
use crate::record::{ENTERPRISE, Record};
use crate::registry::Registry;
use crate::resolve::Known;

/// Records of one kind that refer to a record by one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Related {
    /// The kind that refers.
    pub kind: String,
    /// The attribute that refers; `enterprise` for what belongs to an enterprise.
    pub field: String,
    /// The condition under which its list shows them: `field:eq:value`.
    pub filter: String,
    /// How many the caller may see; absent when too many to count.
    pub total: Option<u64>,
}

impl Registry {
    /// What refers to a record, kind by kind; only what the caller may read.
    pub async fn related(&self, principal: &Principal, kind: &str, id: &str) -> Result<Vec<Related>> {
        let record = self.find(kind, id).await?;
        principal.require("read", kind, &record.place())?;
        let mut all = Vec::new();
        for other in self.kinds() {
            let Ok(scopes) = principal.scopes("read", other.name) else { continue };
            for (name, field, value) in ways(other, &record) {
                let mut selection = Selection::of(other.name, scopes.clone());
                let values = vec![Value::Text(Some(value.clone()))];
                selection.conditions.push(Condition { field, operator: Operator::Equal, values });
                let one = PageQuery { limit: Some(1), cursor: None };
                let page = records::page(&self.db, &selection, &one).await?;
                if !page.items.is_empty() {
                    let filter = format!("{name}:eq:{value}");
                    all.push(Related { kind: other.name.to_owned(), field: name, filter, total: page.total });
                }
            }
        }
        Ok(all)
    }

    /// What would be wrong with a draft, without writing it. `id` is the record that it changes.
    pub async fn check(
        &self,
        principal: &Principal,
        kind: &str,
        id: Option<&str>,
        draft: RecordDraft,
    ) -> Result<Problems> {
        let spec = self.kind(kind)?;
        principal.scopes(if id.is_some() { "update" } else { "create" }, kind)?;
        let current = match id {
            Some(id) => Some(self.opened(self.find(kind, id).await?)),
            None => None,
        };
        if let Some(current) = &current {
            principal.require("update", kind, &current.place())?;
        }
        let mut checked = match draft::check(spec, draft) {
            Ok(checked) => checked,
            Err(problems) => return Ok(problems),
        };
        let mut masked = checked.unmask(current.as_ref().map(|current| &current.attributes));
        let mut tx = self.db.begin(principal.acting(self.db.now(), None)).await?;
        let mut problems = Known::load(&mut tx, spec, std::slice::from_ref(&checked)).await?.problems(spec, &checked);
        problems.0.append(&mut masked.0);
        if let (None, Some(code)) = (id, &checked.code) {
            let taken = records::existing_codes(&mut tx, kind, std::slice::from_ref(code)).await?;
            if taken.contains_key(code) {
                problems.push(Fault::field("code", "code_taken").with("value", code));
            }
        }
        Ok(problems)
    }
}

/// The ways in which records of a kind can refer to this one, with what they hold when they do.
fn ways(other: &KindSpec, record: &Record) -> Vec<(String, Field, String)> {
    let referring = other.references().filter(|(_, kind)| *kind == record.kind);
    let mut ways: Vec<_> =
        referring.map(|(field, _)| (field.name.clone(), query::attribute(field), record.code.clone())).collect();
    if record.kind == ENTERPRISE && other.name != ENTERPRISE {
        ways.push(("enterprise".to_owned(), Field::Column(Column::Enterprise), record.id.to_string()));
    }
    ways
}
