//! Undoing an import: every record that it wrote and nobody changed since is as it was before.

use fengsui_events::{Event, RecordChange, RecordChanged};
use fengsui_kernel::clock::from_millis;
use fengsui_kernel::id::{ImportId, RecordId};
use fengsui_kernel::{DivisionCode, Fault, Place, Point, Principal, Result};
use fengsui_storage::records::{self, Change, RecordWrite, RunVersion};
use fengsui_storage::{Subject, Tx};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::draft::Checked;
use crate::kind::KindSpec;
use crate::registry::Registry;
use crate::sealed;
use crate::writing::{Target, record_write};

/// Records looked at in one unit of work.
const PORTION: u32 = 500;
/// Records that stayed are listed so far.
const LISTED: usize = 200;

/// Why a record stayed as the import left it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kept {
    /// Somebody changed it since.
    Changed,
    /// Somebody took it out of the ledger since.
    Deleted,
    /// Others refer to it by now.
    InUse,
    /// It lies where the caller may not import.
    NotPermitted,
}

/// A record that stayed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct KeptRecord {
    /// Its id.
    pub id: RecordId,
    /// Its code.
    pub code: String,
    /// Its name as the import wrote it.
    pub name: String,
    /// Why it stayed.
    pub why: Kept,
}

/// What undoing did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Undone {
    /// Records brought back to what they were.
    pub restored: u64,
    /// Records that the import had made, taken out again.
    pub removed: u64,
    /// Records that stayed.
    pub kept: u64,
    /// The first of them.
    pub kept_records: Vec<KeptRecord>,
}

impl Undone {
    /// How many records were looked at.
    pub fn seen(&self) -> u64 {
        self.restored + self.removed + self.kept
    }
}

struct Was {
    name: String,
    division: DivisionCode,
    location: Option<Point>,
    enterprise: Option<String>,
    attributes: Value,
    code: String,
}

fn read(body: &Value) -> Result<Was> {
    let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
    let broken = || Fault::internal("a version of a record is not readable");
    Ok(Was {
        name: text("name").ok_or_else(broken)?,
        code: text("code").ok_or_else(broken)?,
        division: text("division").and_then(|code| code.parse().ok()).ok_or_else(broken)?,
        location: body.get("location").and_then(|place| serde_json::from_value(place.clone()).ok()),
        enterprise: text("enterprise"),
        attributes: body.get("attributes").cloned().unwrap_or_default(),
    })
}

fn write_of(tx: &Tx, spec: &KindSpec, version: &RunVersion, mut was: Was, change: Change) -> Result<RecordWrite> {
    sealed::open(tx.sealer(), spec, &version.record, &mut was.attributes);
    let target = Target {
        id: version.record.parse()?,
        code: was.code,
        version: version.now + 1,
        created_at: from_millis(version.created_at),
        enterprise: was.enterprise,
    };
    let checked = Checked {
        code: None,
        name: was.name,
        division: was.division,
        location: was.location,
        enterprise: None,
        attributes: was.attributes,
        masked: Vec::new(),
    };
    let mut write = record_write(tx, spec, checked, target)?;
    write.change = change;
    Ok(write)
}

impl Registry {
    /// How many records a run wrote.
    pub async fn written_by(&self, run: &ImportId) -> Result<u64> {
        records::count_of_run(&self.db, run.as_str()).await
    }

    /// Undoes a portion of a run after the record `after`; gives the last record looked at, or nothing
    /// when there is none left. The caller commits.
    pub async fn undo_portion(
        &self,
        tx: &mut Tx,
        principal: &Principal,
        kind: &str,
        run: &ImportId,
        after: &str,
        done: &mut Undone,
    ) -> Result<Option<String>> {
        let spec = std::sync::Arc::clone(self.kind(kind)?);
        let versions = records::versions_of_run(tx, run.as_str(), after, PORTION).await?;
        let Some(last) = versions.last().map(|version| version.record.clone()) else { return Ok(None) };
        let mut area: Option<DivisionCode> = None;
        let before = done.clone();
        let undoing = format!("undo-{run}");
        for version in versions {
            let wrote = read(&version.body)?;
            let place = Place { division: wrote.division, enterprise: wrote.enterprise.clone() };
            let (code, name) = (wrote.code.clone(), wrote.name.clone());
            let kept = self.undo_one(tx, principal, &spec, &version, wrote, &undoing, done).await?;
            area = Some(area.map_or(place.division, |area| crate::bulk::common(area, place.division)));
            if let Some(why) = kept {
                done.kept += 1;
                if done.kept_records.len() < LISTED {
                    done.kept_records.push(KeptRecord { id: version.record.parse()?, code, name, why });
                }
            }
        }
        let area = area.unwrap_or(DivisionCode::COUNTRY);
        let data = json!({
            "kind": kind, "restored": done.restored - before.restored,
            "removed": done.removed - before.removed, "kept": done.kept - before.kept,
        });
        tx.trace("record.import_undo", Subject::at("import", run, area), data);
        tx.publish(Event::RecordChanged(RecordChanged {
            kind: kind.to_owned(),
            id: undoing,
            change: RecordChange::Imported,
            division: area,
            enterprise: None,
            version: 0,
        }));
        Ok(Some(last))
    }

    #[allow(clippy::too_many_arguments, reason = "one record with all that decides about it")]
    async fn undo_one(
        &self,
        tx: &mut Tx,
        principal: &Principal,
        spec: &KindSpec,
        version: &RunVersion,
        wrote: Was,
        undoing: &str,
        done: &mut Undone,
    ) -> Result<Option<Kept>> {
        if version.deleted {
            return Ok(Some(Kept::Deleted));
        }
        if version.now != version.version {
            return Ok(Some(Kept::Changed));
        }
        let place = Place { division: wrote.division, enterprise: wrote.enterprise.clone() };
        if !principal.may("import", spec.name, &place) {
            return Ok(Some(Kept::NotPermitted));
        }
        let Some(before) = version.before.as_ref().filter(|_| version.change == "updated") else {
            if self.refuse_if_in_use(tx, spec.name, &wrote.code).await.is_err() {
                return Ok(Some(Kept::InUse));
            }
            records::soft_delete(tx, &write_of(tx, spec, version, wrote, Change::Deleted)?, Some(undoing)).await?;
            done.removed += 1;
            return Ok(None);
        };
        records::update(tx, &write_of(tx, spec, version, read(before)?, Change::Updated)?, Some(undoing)).await?;
        done.restored += 1;
        Ok(None)
    }
}
