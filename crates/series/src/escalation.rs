//! Escalation: an alarm that nobody acknowledges is passed on, step by step, once each.

use std::collections::BTreeMap;

use fengsui_events::{AlarmChange, Audience, Event, MessageRequest, Tone};
use fengsui_kernel::id::MatterId;
use fengsui_kernel::scale::AlarmPriority;
use fengsui_kernel::{Acting, DivisionCode, DivisionLevel, Fault, Mode, Result, Timestamp};
use fengsui_storage::series::escalating::{self as store, WaitingAlarm};
use jiff::SignedDuration;
use serde_json::json;

use crate::engine::SeriesEngine;

/// Alarms passed on in one step of one tick; the rest follow in the next.
const BATCH: u32 = 500;
/// Titles that one message names.
const NAMED: usize = 20;

/// One step of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EscalationStep {
    /// Alarms of this priority.
    pub priority: AlarmPriority,
    /// Minutes without acknowledgement.
    pub after_minutes: u32,
    /// Who is told: the posts with this role.
    pub role: String,
    /// The role as people call it.
    pub title: String,
    /// The posts of the next level of government instead of those of the alarm's own division.
    pub upper: bool,
}

/// A drill under way: alarms of training devices below its division are passed on inside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunningDrill {
    /// The drill.
    pub matter: MatterId,
    /// Where.
    pub division: DivisionCode,
}

/// The division whose posts a step addresses: the alarm's own, or the level above its county.
pub fn addressed(step: &EscalationStep, division: DivisionCode) -> DivisionCode {
    if !step.upper {
        return division;
    }
    let county =
        std::iter::successors(Some(division), DivisionCode::parent).find(|code| code.level() <= DivisionLevel::County);
    county.and_then(|county| county.parent()).unwrap_or(DivisionCode::COUNTRY)
}

/// The steps of a priority in the order of their time.
pub fn steps_of(table: &[EscalationStep], priority: AlarmPriority) -> Vec<&EscalationStep> {
    let mut steps: Vec<_> = table.iter().filter(|step| step.priority == priority).collect();
    steps.sort_by_key(|step| step.after_minutes);
    steps
}

impl SeriesEngine {
    /// Passes on what waits too long. An alarm of a training device goes only to those who take part in a drill
    /// that covers it; without one it is passed on to nobody.
    pub async fn escalate(&self, drills: &[RunningDrill]) -> Result<()> {
        let now = self.core.db.now();
        for priority in AlarmPriority::ALL.iter().copied() {
            for (taken, step) in (0_u32..).zip(steps_of(&self.core.settings.escalation, priority)) {
                let wait = SignedDuration::from_mins(i64::from(step.after_minutes));
                let since = now.checked_sub(wait).map_err(Fault::internal)?;
                let waiting = store::waiting(&self.core.db, priority, taken, since, BATCH).await?;
                for (told, alarms) in together(waiting, drills) {
                    self.pass_on(step, taken, &told, &alarms, now).await?;
                }
            }
        }
        Ok(())
    }

    /// One message for all alarms of one division: in a flood nobody reads a hundred.
    async fn pass_on(
        &self,
        step: &EscalationStep,
        taken: u32,
        told: &Told,
        alarms: &[WaitingAlarm],
        now: Timestamp,
    ) -> Result<()> {
        let mut tx = self.core.db.begin(Acting::system("escalation", now)).await?;
        let mut passed: Vec<&WaitingAlarm> = Vec::new();
        for alarm in alarms {
            if store::step(&mut tx, &alarm.id, taken).await? {
                let to = if step.upper { format!("上一级{}", step.title) } else { step.title.clone() };
                let data =
                    json!({"step": taken + 1, "role": step.role, "upper": step.upper, "waited_since": alarm.rung_at});
                self.tell(&mut tx, &alarm.id, AlarmChange::Escalated, Some(&to), data).await?;
                passed.push(alarm);
            }
        }
        if passed.is_empty() {
            return Ok(());
        }
        tx.publish(Event::MessageRequested(message(step, taken, told, &passed)));
        tx.commit().await
    }
}

/// Where a message goes: real alarms of a division, or a drill.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Told {
    division: DivisionCode,
    drill: Option<String>,
}

fn together(waiting: Vec<WaitingAlarm>, drills: &[RunningDrill]) -> BTreeMap<Told, Vec<WaitingAlarm>> {
    let mut groups: BTreeMap<Told, Vec<WaitingAlarm>> = BTreeMap::new();
    for alarm in waiting {
        let drill = drills.iter().find(|drill| drill.division.contains(&alarm.division));
        let told = match (alarm.mode, drill) {
            (Mode::Real, _) => Told { division: alarm.division, drill: None },
            (Mode::Drill, Some(drill)) => Told { division: alarm.division, drill: Some(drill.matter.to_string()) },
            // Nobody practises: nobody outside may hear of it.
            (Mode::Drill, None) => continue,
        };
        groups.entry(told).or_default().push(alarm);
    }
    groups
}

fn message(step: &EscalationStep, taken: u32, told: &Told, alarms: &[&WaitingAlarm]) -> MessageRequest {
    let minutes = step.after_minutes;
    let first = alarms.first().map_or("", |alarm| alarm.title.as_str());
    let more = if alarms.len() > 1 { format!(" 等 {} 条", alarms.len()) } else { String::new() };
    let mut body: Vec<String> = vec![format!("以下告警已 {minutes} 分钟无人确认：")];
    body.extend(alarms.iter().take(NAMED).map(|alarm| format!("· {}", alarm.title)));
    if alarms.len() > NAMED {
        body.push(format!("…… 共 {} 条，见告警台。", alarms.len()));
    }
    let key =
        alarms.first().map(|alarm| format!("{}:{}", alarm.id, alarm.rung_at.as_millisecond())).unwrap_or_default();
    MessageRequest {
        key: format!("alarm-escalation:{key}:{taken}"),
        mode: if told.drill.is_some() { Mode::Drill } else { Mode::Real },
        matter: told.drill.as_ref().and_then(|id| id.parse().ok()),
        division: Some(told.division),
        subject: format!("【逾时未确认】{first}{more}"),
        body: body.join("\n"),
        facts: BTreeMap::new(),
        audience: vec![Audience::Role { role: step.role.clone(), division: addressed(step, told.division) }],
        channels: Vec::new(),
        tone: if step.priority == AlarmPriority::Urgent { Tone::Urgent } else { Tone::Order },
        confirmation: None,
    }
}
