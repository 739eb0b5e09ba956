//! Going back to an earlier version. The past is never overwritten: what is restored becomes a new version.

use fengsui_events::RecordChange;
use fengsui_kernel::{Fault, FaultKind, Place, Point, Principal, Result};
use fengsui_storage::records::{self, Change};
use serde::Deserialize as _;
use serde_json::{Value, json};

use crate::draft::{self, Position, RecordDraft};
use crate::reading::body_place;
use crate::record::{ENTERPRISE, Record};
use crate::registry::Registry;
use crate::sealed;
use crate::writing::{Target, record_write, resolve, tell};

/// How a stored version reads as a draft.
fn draft_of(body: &Value) -> RecordDraft {
    let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
    RecordDraft {
        code: text("code"),
        name: text("name").unwrap_or_default(),
        division: text("division").unwrap_or_default(),
        location: body.get("location").and_then(|point| Position::deserialize(point).ok()),
        // An enterprise belongs to itself; that is not said twice.
        enterprise: text("enterprise").filter(|_| text("kind").as_deref() != Some(ENTERPRISE)),
        attributes: body.get("attributes").cloned().unwrap_or(Value::Null),
    }
}

impl Registry {
    /// Makes the record what it was at version `to`, if its present version still is `version`; also of a record
    /// that was taken out of the ledger.
    pub async fn restore(
        &self,
        principal: &Principal,
        kind: &str,
        id: &str,
        (version, to): (i64, i64),
        why: Option<String>,
    ) -> Result<Record> {
        let versions = records::history(&self.db, id, 1000).await?;
        let newest = versions.first().filter(|newest| newest.body.get("kind").and_then(Value::as_str) == Some(kind));
        let newest = newest.ok_or_else(|| Fault::not_found(kind, id))?;
        principal.require("read", kind, &body_place(&newest.body, kind, id)?)?;
        let deleted = newest.change == Change::Deleted.as_str();
        if deleted && newest.version != version {
            let current = json!({"version": newest.version, "deleted": true});
            return Err(FaultKind::Stale { current, submitted: json!({"version": version, "to": to}) }.into());
        }
        let wanted = versions.iter().find(|one| one.version == to);
        let wanted = wanted.ok_or_else(|| Fault::field("to", "unknown_version").with("value", &to.to_string()))?;
        let mut draft = draft_of(&wanted.body);
        sealed::open(self.db.sealer(), self.kind(kind)?, id, &mut draft.attributes);
        if !deleted {
            return self.update(principal, kind, id, version, draft, why).await;
        }
        self.put_back(principal, kind, id, (version, draft), why).await
    }

    /// Takes back the last change of a record, whatever it was, if that still is `version`.
    pub async fn undo(
        &self,
        principal: &Principal,
        kind: &str,
        id: &str,
        version: i64,
        why: Option<String>,
    ) -> Result<Record> {
        self.restore(principal, kind, id, (version, version - 1), why).await
    }

    async fn put_back(
        &self,
        principal: &Principal,
        kind: &str,
        id: &str,
        (version, draft): (i64, RecordDraft),
        why: Option<String>,
    ) -> Result<Record> {
        let spec = self.kind(kind)?;
        let checked = draft::check(spec, draft)?;
        let mut tx = self.db.begin(principal.acting(self.db.now(), why)).await?;
        let known = resolve(&mut tx, spec, &checked).await?;
        let enterprise = known.enterprise(spec, &checked, id);
        let place = Place { division: checked.division, enterprise: enterprise.clone() };
        // Whoever may take a record out may also put it back.
        principal.require("delete", kind, &place)?;
        let code = checked.code.clone().unwrap_or_default();
        let taken = records::existing_codes(&mut tx, kind, std::slice::from_ref(&code)).await?;
        if let Some(existing) = taken.get(&code).cloned() {
            return Err(FaultKind::Duplicate { field: "code".into(), existing: Some(existing) }.into());
        }
        let id_typed = id.parse().map_err(|_| Fault::not_found(kind, id))?;
        let created_at = tx.now();
        let target = Target { id: id_typed, code, version: version + 1, created_at, enterprise };
        let mut write = record_write(&tx, spec, checked, target)?;
        write.change = Change::Restored;
        if !records::revive(&mut tx, &write).await? {
            return Err(Fault::not_found(kind, id));
        }
        tell(&mut tx, &write, RecordChange::Created, json!({"restored": true}));
        tx.commit().await?;
        Ok(self.shown(spec, self.find(kind, id).await?))
    }
}

/// A point as a draft has it.
pub(crate) fn position(point: Point) -> Position {
    Position { lon: point.lon, lat: point.lat }
}
