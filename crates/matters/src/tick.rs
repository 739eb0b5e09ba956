//! Reminders and escalations: what a clock does when nobody looks. Once each, whatever crashes.

use fengsui_events::{Audience, ClockChange, Event, MessageRequest, Tone};
use fengsui_kernel::{Acting, Mode, Result, Timestamp};
use fengsui_storage::matters::{self as rows, AssigneeRow, ClockRow, MatterRow};
use fengsui_storage::{Subject, Tx};
use jiff::tz::{Offset, TimeZone};
use serde_json::json;

use crate::effects::clock_changed;
use crate::engine::Engine;
use crate::process::ClockDescriptor;
use crate::timeline::entry;

/// Clocks handled in one tick; the rest follow in the next.
const BATCH: u32 = 500;

/// What a tick did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TickReport {
    /// Reminders given.
    pub reminded: usize,
    /// Clocks that ran out.
    pub overdue: usize,
    /// Clocks that could not be handled; they are in the log and are tried again.
    pub failed: usize,
}

impl Engine {
    /// Reminds of clocks that end soon and escalates those that ran out. Run it every few seconds.
    pub async fn tick(&self, now: Timestamp) -> Result<TickReport> {
        let mut report = TickReport::default();
        for clock in rows::due_clocks(self.db(), now, BATCH).await? {
            // One broken matter must not silence the clocks of all others.
            match self.ring(&clock, now).await {
                Ok(true) if now >= clock.due_at => report.overdue += 1,
                Ok(true) => report.reminded += 1,
                Ok(false) => {}
                Err(error) => {
                    tracing::error!(matter = %clock.matter, clock = clock.name, %error, "a clock could not ring");
                    report.failed += 1;
                }
            }
        }
        Ok(report)
    }

    /// `false` when another process was first, or the clock stopped or moved meanwhile.
    async fn ring(&self, clock: &ClockRow, now: Timestamp) -> Result<bool> {
        let mut tx = self.db().begin(Acting::system("clock", now)).await?;
        let Some(row) = rows::lock(&mut tx, &clock.matter).await? else { return Ok(false) };
        let overdue = now >= clock.due_at;
        let first = if overdue {
            rows::mark_overdue(&mut tx, clock).await?
        } else {
            rows::mark_reminded(&mut tx, clock).await?
        };
        if !first {
            return Ok(false);
        }
        self.tell_of(&mut tx, &row, clock, overdue).await?;
        tx.commit().await?;
        Ok(true)
    }

    async fn tell_of(&self, tx: &mut Tx, row: &MatterRow, clock: &ClockRow, overdue: bool) -> Result<()> {
        let descriptor = self.process_of(&row.process)?.descriptor();
        let known = descriptor.clocks.iter().find(|known| known.name == clock.name);
        let role = self.clock_rules(&row.process, &clock.name).escalate_to_role.filter(|_| overdue);
        let (change, word) =
            if overdue { (ClockChange::Overdue, "overdue") } else { (ClockChange::Reminded, "reminded") };
        let detail = json!({"change": word, "due_at": clock.due_at, "escalated_to": role,
            "clause": known.and_then(|known| known.clause)});
        let rung = entry(tx, &row.id, "clock", &clock.name, detail.clone(), (None, None));
        rows::append_entry(tx, &rung).await?;
        let subject = Subject::at("matter", &row.id, row.division);
        tx.trace(&format!("matter.clock.{word}"), subject, json!({"clock": clock.name, "detail": detail}));
        tx.publish(clock_changed(row, &clock.name, change, clock.due_at));
        let audience = audience(row, role.as_deref());
        if !audience.is_empty() {
            tx.publish(Event::MessageRequested(message(row, clock, known, audience, overdue)));
        }
        Ok(())
    }
}

/// Whoever is to act, and the role that is told when it is too late.
fn audience(row: &MatterRow, escalate_to: Option<&str>) -> Vec<Audience> {
    let mut audience = Vec::new();
    match &row.assignee {
        AssigneeRow::Post(id) => audience.push(Audience::Post { id: id.clone() }),
        AssigneeRow::Role(role, division) => {
            audience.push(Audience::Role { role: role.clone(), division: *division });
        }
        AssigneeRow::Nobody => {}
    }
    if let Some(role) = escalate_to {
        let escalation = Audience::Role { role: role.to_owned(), division: row.division };
        if !audience.contains(&escalation) {
            audience.push(escalation);
        }
    }
    audience
}

fn message(
    row: &MatterRow,
    clock: &ClockRow,
    known: Option<&ClockDescriptor>,
    audience: Vec<Audience>,
    overdue: bool,
) -> MessageRequest {
    let title = known.map_or(clock.name.as_str(), |known| known.title.zh);
    let clause = known.and_then(|known| known.clause).map(|clause| format!("（{clause}）")).unwrap_or_default();
    let drill = if row.mode == Mode::Drill { "【演练】" } else { "" };
    let due = local(clock.due_at);
    let (word, subject, body) = if overdue {
        (
            "overdue",
            format!("{drill}【超期】{title}：{}", row.title),
            format!("{title}已于 {due} 到期，尚未完成{clause}。"),
        )
    } else {
        ("reminded", format!("{drill}【催办】{title}：{}", row.title), format!("{title}将于 {due} 到期{clause}。"))
    };
    let at = clock.due_at.as_millisecond();
    MessageRequest {
        // A clock that was moved rings anew: its end is part of the key.
        key: format!("clock:{}:{}:{}:{at}:{word}", row.id, clock.name, clock.seq),
        mode: row.mode,
        matter: Some(row.id.clone()),
        division: Some(row.division),
        subject,
        body,
        facts: std::collections::BTreeMap::default(),
        audience,
        channels: Vec::new(),
        tone: if overdue { Tone::Urgent } else { Tone::Order },
        confirmation: None,
    }
}

/// Time as people in China read it; the country has one zone.
fn local(at: Timestamp) -> String {
    let zone = TimeZone::fixed(Offset::constant(8));
    at.to_zoned(zone).strftime("%Y-%m-%d %H:%M").to_string()
}
