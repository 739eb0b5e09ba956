//! The time line of a whole thread: matters, the alarms that they are about with the readings that
//! raised them, and the messages that were sent, merged from the first frame on.

use fengsui_kernel::id::{AlarmId, MatterId};
use fengsui_kernel::{Principal, Result, Timestamp};
use fengsui_matters::TimelineEntry;
use fengsui_trace::SubjectKey;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeSet;

use crate::app::App;

/// One thing that happened.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ThreadEntry {
    /// When.
    pub at: Timestamp,
    /// Who did it, by name.
    pub actor_name: String,
    /// `action`, `comment`, `attachment`, `clock`, `link`, `claim`, `delivery`, `alarm`, `observation`.
    pub kind: String,
    /// Which action, clock, state or change.
    pub name: String,
    /// Name for people, in Chinese; absent where the name says it.
    pub title: Option<String>,
    /// Name for people, in English.
    pub title_en: Option<String>,
    /// The facts.
    pub detail: Value,
    /// Phase after, of a matter.
    pub to: Option<String>,
    /// The matter, of a matter's entry.
    pub matter: Option<String>,
    /// Its process.
    pub process: Option<String>,
}

impl From<TimelineEntry> for ThreadEntry {
    fn from(entry: TimelineEntry) -> Self {
        Self {
            at: entry.at,
            actor_name: entry.actor_name,
            kind: entry.kind,
            name: entry.name,
            title: entry.title.map(|title| title.zh.to_owned()),
            title_en: entry.title.map(|title| title.en.to_owned()),
            detail: entry.detail,
            to: entry.to,
            matter: Some(entry.matter.to_string()),
            process: Some(entry.process),
        }
    }
}

fn outside(at: Timestamp, kind: &str, name: &str, actor_name: &str, detail: Value) -> ThreadEntry {
    ThreadEntry {
        at,
        actor_name: actor_name.to_owned(),
        kind: kind.to_owned(),
        name: name.to_owned(),
        title: None,
        title_en: None,
        detail,
        to: None,
        matter: None,
        process: None,
    }
}

/// The time line of one matter, or of its whole thread.
pub async fn timeline(app: &App, caller: &Principal, id: &MatterId, whole: bool) -> Result<Vec<ThreadEntry>> {
    if !whole {
        return Ok(app.matters.timeline(caller, id).await?.into_iter().map(ThreadEntry::from).collect());
    }
    let thread = app.matters.thread(caller, id).await?;
    let mut entries: Vec<ThreadEntry> = thread.entries.into_iter().map(ThreadEntry::from).collect();
    for subject in thread.subjects.iter().filter(|subject| subject.kind == "alarm") {
        entries.extend(alarm_entries(app, caller, &subject.id).await?);
    }
    for matter in &thread.matters {
        entries.extend(delivery_entries(app, caller, &matter.id).await?);
    }
    entries.sort_by_key(|entry| entry.at);
    Ok(entries)
}

/// An alarm begins with the reading that raised it; one that the caller may not see adds nothing.
async fn alarm_entries(app: &App, caller: &Principal, id: &str) -> Result<Vec<ThreadEntry>> {
    let Ok(id) = id.parse::<AlarmId>() else { return Ok(Vec::new()) };
    let Ok(detail) = app.series.alarm(caller, &id).await else { return Ok(Vec::new()) };
    let alarm = &detail.alarm;
    let reading =
        json!({ "series": alarm.series_name, "value": alarm.value, "unit": alarm.unit, "limit": alarm.limit });
    let mut entries = vec![outside(alarm.raised_at, "observation", "observed", &alarm.device, reading)];
    for entry in detail.timeline {
        let facts = json!({ "alarm": id, "title": detail.alarm.title, "detail": entry.detail });
        entries.push(outside(entry.at, "alarm", &entry.what, &entry.actor_name, facts));
    }
    Ok(entries)
}

/// Who was told; only what the caller may read of messages.
async fn delivery_entries(app: &App, caller: &Principal, matter: &MatterId) -> Result<Vec<ThreadEntry>> {
    let mut entries = Vec::new();
    for delivery in app.messenger.of_matter(caller, matter).await? {
        let facts = json!({
            "subject": delivery.subject, "recipient": delivery.recipient, "channel": delivery.channel,
            "note": delivery.note, "error": delivery.error,
        });
        let steps =
            [("sent", delivery.sent_at), ("delivered", delivery.delivered_at), ("confirmed", delivery.confirmed_at)];
        for (name, at) in steps {
            if let Some(at) = at {
                let mut entry = outside(at, "delivery", name, &delivery.recipient, facts.clone());
                entry.matter = Some(matter.to_string());
                entries.push(entry);
            }
        }
    }
    Ok(entries)
}

/// Everything in the trace that belongs to a thread, for its export.
pub async fn subjects(app: &App, caller: &Principal, id: &MatterId) -> Result<BTreeSet<SubjectKey>> {
    let thread = app.matters.thread(caller, id).await?;
    let mut subjects: BTreeSet<SubjectKey> =
        thread.subjects.into_iter().map(|subject| SubjectKey { kind: subject.kind, id: subject.id }).collect();
    for matter in thread.matters {
        subjects.insert(SubjectKey { kind: "matter".to_owned(), id: matter.id.to_string() });
        for delivery in app.messenger.of_matter(caller, &matter.id).await? {
            subjects.insert(SubjectKey { kind: "message".to_owned(), id: delivery.message.to_string() });
            subjects.insert(SubjectKey { kind: "delivery".to_owned(), id: delivery.id.to_string() });
        }
    }
    Ok(subjects)
}
