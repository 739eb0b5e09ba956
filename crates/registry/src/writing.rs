//! Use cases that write one record. Every write leaves a version, a trace entry and an event.

use fengsui_events::{Event, RecordChange, RecordChanged};
use fengsui_kernel::id::RecordId;
use fengsui_kernel::{Fault, FaultKind, Place, Principal, Refusal, Result, Timestamp};
use fengsui_storage::records::{self, Change, RecordWrite};
use fengsui_storage::seal::seal_attributes;
use fengsui_storage::{Subject, Tx};
use serde_json::{Value, json};

use crate::draft::{self, Checked, RecordDraft};
use crate::kind::KindSpec;
use crate::query;
use crate::record::Record;
use crate::registry::Registry;
use crate::resolve::Known;
use crate::search;

impl Registry {
    /// Writes a new record.
    pub async fn create(
        &self,
        principal: &Principal,
        kind: &str,
        draft: RecordDraft,
        why: Option<String>,
    ) -> Result<Record> {
        let spec = self.kind(kind)?;
        principal.scopes("create", kind)?;
        let mut checked = draft::check(spec, draft)?;
        checked.unmask(None).into_result()?;
        let mut tx = self.db.begin(principal.acting(self.db.now(), why)).await?;
        let id: RecordId = tx.new_id();
        let known = resolve(&mut tx, spec, &checked).await?;
        let code = checked.code.clone().unwrap_or_else(|| made_up_code(kind, tx.now(), &id));
        let enterprise = known.enterprise(spec, &checked, id.as_str());
        principal.require("create", kind, &Place { division: checked.division, enterprise: enterprise.clone() })?;
        let taken = records::existing_codes(&mut tx, kind, std::slice::from_ref(&code)).await?;
        if let Some(existing) = taken.get(&code).cloned() {
            return Err(FaultKind::Duplicate { field: "code".into(), existing: Some(existing) }.into());
        }
        let now = tx.now();
        let write = record_write(&tx, spec, checked, Target { id, code, version: 1, created_at: now, enterprise })?;
        records::upsert(&mut tx, std::slice::from_ref(&write), None).await?;
        tell(&mut tx, &write, RecordChange::Created, json!({}));
        tx.commit().await?;
        Ok(self.shown(spec, self.find(kind, &write.id).await?))
    }

    /// Changes a record if it still is the version that the caller saw.
    pub async fn update(
        &self,
        principal: &Principal,
        kind: &str,
        id: &str,
        version: i64,
        draft: RecordDraft,
        why: Option<String>,
    ) -> Result<Record> {
        let spec = self.kind(kind)?;
        let mut tx = self.db.begin(principal.acting(self.db.now(), why)).await?;
        let current = self.current(&mut tx, kind, id).await?;
        principal.require("update", kind, &current.place())?;
        if current.version != version {
            return Err(self.stale(spec, current, &draft, version));
        }
        if draft.code.as_ref().is_some_and(|code| *code != current.code) {
            // Other records refer to it by this code.
            return Err(Fault::field("code", "immutable").with("value", &current.code).into());
        }
        let mut checked = draft::check(spec, draft)?;
        checked.unmask(Some(&current.attributes)).into_result()?;
        let known = resolve(&mut tx, spec, &checked).await?;
        let enterprise = known.enterprise(spec, &checked, id);
        principal.require("update", kind, &Place { division: checked.division, enterprise: enterprise.clone() })?;
        let changed = changed_fields(&current, &checked, enterprise.as_deref());
        if changed.is_empty() {
            return Ok(self.shown(spec, current));
        }
        let mut write = record_write(&tx, spec, checked, Target::after(&current, enterprise))?;
        write.change = Change::Updated;
        if !records::update(&mut tx, &write, None).await? {
            return Err(Fault::not_found(kind, id));
        }
        tell(&mut tx, &write, RecordChange::Updated, json!({"changed": changed}));
        tx.commit().await?;
        Ok(self.shown(spec, self.find(kind, id).await?))
    }

    /// Takes a record out of the ledger, unless others refer to it. Its history stays.
    pub async fn delete(
        &self,
        principal: &Principal,
        kind: &str,
        id: &str,
        version: i64,
        why: Option<String>,
    ) -> Result<()> {
        let spec = self.kind(kind)?;
        let mut tx = self.db.begin(principal.acting(self.db.now(), why)).await?;
        let current = self.current(&mut tx, kind, id).await?;
        principal.require("delete", kind, &current.place())?;
        if current.version != version {
            return Err(self.stale(spec, current, &RecordDraft::default(), version));
        }
        self.refuse_if_in_use(&mut tx, kind, &current.code).await?;
        let checked = Checked {
            code: None,
            name: current.name.clone(),
            division: current.division,
            location: current.location,
            enterprise: None,
            attributes: current.attributes.clone(),
            masked: Vec::new(),
        };
        let mut write = record_write(&tx, spec, checked, Target::after(&current, current.place().enterprise))?;
        write.change = Change::Deleted;
        if !records::soft_delete(&mut tx, &write, None).await? {
            return Err(Fault::not_found(kind, id));
        }
        tell(&mut tx, &write, RecordChange::Deleted, json!({}));
        tx.commit().await
    }

    /// The record inside a change, in clear.
    async fn current(&self, tx: &mut Tx, kind: &str, id: &str) -> Result<Record> {
        let stored = records::by_id_in(tx, id).await?.filter(|stored| stored.kind == kind);
        Ok(self.opened(stored.ok_or_else(|| Fault::not_found(kind, id))?.try_into()?))
    }

    fn stale(&self, spec: &KindSpec, current: Record, draft: &RecordDraft, version: i64) -> Fault {
        let current = serde_json::to_value(self.shown(spec, current)).unwrap_or(Value::Null);
        let mut submitted = serde_json::to_value(draft).unwrap_or(Value::Null);
        if let Some(fields) = submitted.as_object_mut() {
            fields.insert("version".into(), version.into());
        }
        FaultKind::Stale { current, submitted }.into()
    }

    pub(crate) async fn refuse_if_in_use(&self, tx: &mut Tx, kind: &str, code: &str) -> Result<()> {
        for other in self.kinds() {
            for (field, _) in other.references().filter(|(_, referred)| *referred == kind) {
                let user = records::referring(tx, other.name, &query::attribute(field), code).await?;
                if let Some(name) = user {
                    let refusal = Refusal::new("record_in_use").with("kind", other.name).with("name", &name);
                    return Err(refusal.into());
                }
            }
        }
        Ok(())
    }
}

/// Identity and circumstances of a write.
pub(crate) struct Target {
    pub(crate) id: RecordId,
    pub(crate) code: String,
    pub(crate) version: i64,
    pub(crate) created_at: Timestamp,
    pub(crate) enterprise: Option<String>,
}

impl Target {
    /// The next version of a record.
    fn after(current: &Record, enterprise: Option<String>) -> Self {
        Self {
            id: current.id.clone(),
            code: current.code.clone(),
            version: current.version + 1,
            created_at: current.created_at,
            enterprise,
        }
    }
}

/// Puts a checked draft into its stored form: personal data are sealed here and nowhere else.
pub(crate) fn record_write(tx: &Tx, spec: &KindSpec, mut draft: Checked, target: Target) -> Result<RecordWrite> {
    let search = search::document(spec, &target.code, &draft.name, &draft.attributes);
    seal_attributes(tx.sealer(), target.id.as_str(), spec.personal(), &mut draft.attributes)?;
    Ok(RecordWrite {
        search,
        id: target.id.to_string(),
        kind: spec.name.to_owned(),
        code: target.code,
        name: draft.name,
        division: draft.division,
        location: draft.location,
        enterprise: target.enterprise,
        attributes: draft.attributes,
        version: target.version,
        created_at: target.created_at,
        change: Change::Created,
    })
}

/// A code for a record that came without one: kind, day and the random end of its id.
pub(crate) fn made_up_code(kind: &str, now: Timestamp, id: &RecordId) -> String {
    let day: String = now.to_string().chars().filter(char::is_ascii_digit).take(8).collect();
    let end = id.as_str().get(id.as_str().len() - 8..).unwrap_or_default();
    format!("{kind}-{day}-{end}")
}

pub(crate) async fn resolve(tx: &mut Tx, spec: &KindSpec, checked: &Checked) -> Result<Known> {
    let known = Known::load(tx, spec, std::slice::from_ref(checked)).await?;
    known.problems(spec, checked).into_result()?;
    Ok(known)
}

/// The names of what changes; values stay out of the trace, since they may be personal.
fn changed_fields(current: &Record, draft: &Checked, enterprise: Option<&str>) -> Vec<String> {
    let mut changed = Vec::new();
    let mut note = |differs: bool, name: &str| {
        if differs {
            changed.push(name.to_owned());
        }
    };
    note(current.name != draft.name, "name");
    note(current.division != draft.division, "division");
    note(current.location != draft.location, "location");
    note(current.place().enterprise.as_deref() != enterprise, "enterprise");
    let fields = draft.attributes.as_object().into_iter().flatten();
    for (name, value) in fields {
        let before = current.attributes.get(name).unwrap_or(&Value::Null);
        note(before != value, &format!("attributes.{name}"));
    }
    changed
}

pub(crate) fn tell(tx: &mut Tx, write: &RecordWrite, change: RecordChange, more: Value) {
    let action = match change {
        RecordChange::Created => "record.create",
        RecordChange::Updated => "record.update",
        RecordChange::Deleted => "record.delete",
        RecordChange::Imported => "record.import",
    };
    let mut data = json!({"kind": write.kind, "code": write.code, "version": write.version});
    if let (Some(all), Value::Object(more)) = (data.as_object_mut(), more) {
        all.extend(more);
    }
    tx.trace(action, Subject::at("record", &write.id, write.division), data);
    tx.publish(Event::RecordChanged(RecordChanged {
        kind: write.kind.clone(),
        id: write.id.clone(),
        change,
        division: write.division,
        enterprise: write.enterprise.clone(),
        version: write.version,
    }));
}
