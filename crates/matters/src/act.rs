//! Taking an action on a matter.

use fengsui_events::Event;
use fengsui_kernel::fault::FaultKind;
use fengsui_kernel::id::MatterId;
use fengsui_kernel::{Fault, Principal, Refusal, Result};
use fengsui_storage::matters::{self as rows, MatterRow};
use fengsui_storage::{Subject, Tx};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::access::{denied, has_role, place};
use crate::ending::not_ended;
use crate::engine::Engine;
use crate::erased::{Erased, Transition, split};
use crate::facts::Past;
use crate::open::row_changed;
use crate::timeline::entry;
use crate::views::Matter;

/// An action with the version of the matter that its person saw.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Submission {
    /// The version that was on the screen.
    pub version: i64,
    /// `{"action": "<name>", …payload}`.
    pub action: Value,
    /// Why, for the trace.
    #[serde(skip)]
    pub why: Option<String>,
}

impl Engine {
    /// Takes an action.
    pub async fn act(&self, principal: &Principal, id: &MatterId, submission: Submission) -> Result<Matter> {
        let mut tx = self.db().begin(principal.acting(self.db().now(), submission.why.clone())).await?;
        self.act_in(&mut tx, principal, id, &submission).await?;
        tx.commit().await?;
        self.get_after_change(principal, id).await
    }

    /// Takes an action as part of a larger change.
    pub async fn act_in(
        &self,
        tx: &mut Tx,
        principal: &Principal,
        id: &MatterId,
        submission: &Submission,
    ) -> Result<()> {
        let mut row = rows::lock(tx, id).await?.ok_or_else(|| Fault::not_found("matter", id))?;
        let process = self.process_of(&row.process)?;
        let (action, payload) = split(&submission.action)?;
        self.require_action(process, principal, &row, &action)?;
        not_ended(process, &row)?;
        if submission.version != row.version {
            return Err(stale(&row, submission));
        }
        let past = Past::in_tx(tx, id).await?;
        let known = self.facts(principal, &row, &past, tx.now()).acting_in(principal, &action, &row);
        let transition = process.act(row.state.clone(), submission.action.clone(), &known)?;
        in_phase(process, &row, &action, transition.phase)?;
        let from = std::mem::replace(&mut row.phase, transition.phase.to_owned());
        let effects = self.store(tx, &mut row, transition).await?;
        let acted = entry(tx, id, "action", &action, payload.clone(), (Some(&from), Some(&row.phase)));
        rows::append_entry(tx, &acted).await?;
        self.apply(tx, principal, &mut row, effects, 0).await?;
        let data =
            json!({"title": row.title, "from": from, "to": row.phase, "version": row.version, "payload": payload});
        tx.trace(&format!("matter.{}.{action}", row.process), Subject::at("matter", id, row.division), data);
        tx.publish(Event::MatterChanged(row_changed(&row, &action, Some(&from))));
        Ok(())
    }

    /// The permission at the matter's place, and the role that the configuration asks for.
    pub(crate) fn require_action(
        &self,
        process: &dyn Erased,
        principal: &Principal,
        row: &MatterRow,
        action: &str,
    ) -> Result<()> {
        if process.schemas().action(action).is_none() {
            return Err(Fault::field("action", "unknown_action").with("value", action).into());
        }
        principal.require(action, &row.process, &place(row))?;
        let configured = self.rules(&row.process).actions.get(action);
        if configured.is_none_or(|rules| has_role(principal, action, row, &rules.roles)) {
            Ok(())
        } else {
            Err(denied(principal, action, row))
        }
    }

    async fn store(
        &self,
        tx: &mut Tx,
        row: &mut MatterRow,
        transition: Transition,
    ) -> Result<Vec<crate::process::Effect>> {
        let before = row.version;
        let summary = transition.summary;
        row.title = summary.title;
        row.division = summary.division;
        row.location = summary.location;
        row.enterprise = summary.enterprise;
        row.grade = summary.grade.map(|grade| (grade.scale, grade.value));
        row.state = transition.state;
        row.version = before + 1;
        row.closed_at = if transition.closed { row.closed_at.or(Some(tx.now())) } else { None };
        row.closed = transition.closed;
        if rows::update(tx, row, before).await? {
            Ok(transition.effects)
        } else {
            // The row is locked: this would be a fault of the platform.
            Err(Fault::internal(format!("matter {} changed under its lock", row.id)))
        }
    }
}

/// Somebody else was first: both sides, so that a person can compare.
fn stale(row: &MatterRow, submission: &Submission) -> Fault {
    let current = json!({"id": row.id, "version": row.version, "phase": row.phase, "title": row.title,
        "closed": row.closed, "state": row.state});
    let submitted = json!({"version": submission.version, "action": submission.action});
    FaultKind::Stale { current, submitted }.into()
}

/// The diagram tells the truth: what it does not show is refused even if the process would let it pass.
fn in_phase(process: &dyn Erased, row: &MatterRow, action: &str, to: &str) -> Result<()> {
    let descriptor = process.descriptor();
    let Some(known) = descriptor.actions.iter().find(|known| known.name == action) else { return Ok(()) };
    if !known.from.contains(&row.phase.as_str()) {
        let refusal = Refusal::new("not_in_this_phase").with("action", action).with("phase", &row.phase);
        return Err(known.clause.map_or(refusal.clone(), |clause| refusal.clause(clause)).into());
    }
    if !known.to.contains(&to) {
        tracing::warn!(process = process.name(), action, to, "a transition that the diagram does not show");
    }
    Ok(())
}
