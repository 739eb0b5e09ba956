//! Effects of a transition, executed in its transaction.

use fengsui_events::{ClockChange, ClockChanged, Event, MessageRequest};
use fengsui_kernel::{Fault, Principal, Result, Timestamp};
use fengsui_storage::Tx;
use fengsui_storage::matters::{self as rows, AssigneeRow, MatterRow};
use serde_json::json;

use crate::engine::Engine;
use crate::open::{Wanted, post_of};
use crate::process::{Assignee, Effect};
use crate::timeline::entry;

impl Engine {
    /// Does what a transition asks for. `row` is the matter after the transition.
    pub(crate) async fn apply(
        &self,
        tx: &mut Tx,
        principal: &Principal,
        row: &mut MatterRow,
        effects: Vec<Effect>,
        depth: usize,
    ) -> Result<()> {
        for (index, effect) in effects.into_iter().enumerate() {
            match effect {
                Effect::StartClock { clock, due_at } => self.start_clock(tx, row, clock, due_at).await?,
                Effect::StopClock { clock } => self.stop_clock(tx, row, clock).await?,
                Effect::Assign(assignee) => assign(tx, row, assignee).await?,
                Effect::Open { process, opening, relation } => {
                    let wanted = Wanted {
                        process: process.to_owned(),
                        opening,
                        mode: row.mode,
                        links: Vec::new(),
                        parent: Some((row.id.clone(), relation.to_owned())),
                        depth: depth + 1,
                    };
                    self.open_wanted(tx, principal, wanted).await?;
                }
                Effect::CloseDescendants => self.close_descendants(tx, row).await?,
                Effect::Tell(request) => tell(tx, row, *request, index),
            }
        }
        if row.closed {
            // What they wait for will not come any more; those that were late stay late.
            rows::void_clocks(tx, &row.id).await?;
        }
        Ok(())
    }

    async fn start_clock(
        &self,
        tx: &mut Tx,
        row: &MatterRow,
        name: &'static str,
        due_at: Option<Timestamp>,
    ) -> Result<()> {
        let descriptor = self.process_of(&row.process)?.descriptor();
        let clock = descriptor.clocks.iter().find(|clock| clock.name == name);
        let clock = clock.ok_or_else(|| Fault::internal(format!("process {} has no clock {name}", row.process)))?;
        let (due, remind) = self.clock_times(&row.process, clock, tx.now(), due_at);
        let running = rows::running_clock(tx, &row.id, name).await?;
        let before = running.as_ref().map(|clock| clock.due_at);
        if running.is_some() {
            rows::move_clock(tx, &row.id, name, due, remind).await?;
        } else {
            rows::start_clock(tx, &row.id, name, due, remind).await?;
        }
        let detail = json!({"change": "started", "due_at": due, "due_before": before, "clause": clock.clause});
        let started = entry(tx, &row.id, "clock", name, detail, (None, None));
        rows::append_entry(tx, &started).await?;
        tx.publish(clock_changed(row, name, ClockChange::Started, due));
        Ok(())
    }

    async fn stop_clock(&self, tx: &mut Tx, row: &MatterRow, name: &'static str) -> Result<()> {
        let Some(clock) = rows::running_clock(tx, &row.id, name).await? else { return Ok(()) };
        rows::stop_clock(tx, &row.id, name).await?;
        let detail = json!({"change": "stopped", "due_at": clock.due_at, "late": tx.now() > clock.due_at});
        let stopped = entry(tx, &row.id, "clock", name, detail, (None, None));
        rows::append_entry(tx, &stopped).await?;
        tx.publish(clock_changed(row, name, ClockChange::Stopped, clock.due_at));
        Ok(())
    }
}

/// The event of a clock.
pub(crate) fn clock_changed(row: &MatterRow, clock: &str, change: ClockChange, due_at: Timestamp) -> Event {
    Event::ClockChanged(ClockChanged {
        matter: row.id.clone(),
        process: row.process.clone(),
        title: row.title.clone(),
        clock: clock.to_owned(),
        change,
        due_at,
        division: row.division,
        enterprise: row.enterprise.clone(),
        post: post_of(row),
    })
}

async fn assign(tx: &mut Tx, row: &mut MatterRow, assignee: Assignee) -> Result<()> {
    row.assignee = match assignee {
        Assignee::Post { id } => AssigneeRow::Post(id),
        Assignee::Role { role, division } => AssigneeRow::Role(role, division),
        Assignee::Nobody => AssigneeRow::Nobody,
    };
    row.claimed_by = None;
    rows::assign(tx, &row.id, &row.assignee).await
}

/// The process does not know its matter, so its keys are made unique here: a transition is
/// committed once, and its messages are numbered within it.
fn tell(tx: &mut Tx, row: &MatterRow, mut request: MessageRequest, index: usize) {
    request.key = format!("matter:{}:{}:{index}:{}", row.id, row.version, request.key);
    request.matter = Some(row.id.clone());
    request.mode = row.mode;
    request.division = Some(row.division);
    tx.publish(Event::MessageRequested(request));
}
