//! Events that a handler could not digest: what an administrator of the node sees of them and does
//! about them. The dispatcher puts them here.

use std::collections::BTreeMap;

use fengsui_events::{Audience, Channel, Event, MessageRequest, SetAsideChanged, Tone};
use fengsui_kernel::id::SetAsideId;
use fengsui_kernel::{DivisionCode, Fault, Mode, Page, PageQuery, Place, Principal, Refusal, Result, Timestamp};
use fengsui_storage::events::StoredEvent;
use fengsui_storage::set_aside::{self as store, SetAsideRow};
use fengsui_storage::{Db, Subject, Tx};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

/// How the keys of the messages about this begin.
const KEY: &str = "set_aside:";

/// An event that was set aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SetAside {
    /// Its id.
    pub id: SetAsideId,
    /// The handler that failed.
    pub handler: String,
    /// Position of the event.
    pub seq: i64,
    /// Name of the event.
    pub event: String,
    /// What it was about, in one line, where that can be read.
    pub about: Option<String>,
    /// Where, as stored.
    pub division: Option<String>,
    /// Code of the last error.
    pub code: String,
    /// The last error, for whoever mends it.
    pub error: String,
    /// When the event happened.
    #[schemars(with = "String")]
    pub event_at: Timestamp,
    /// When it was set aside.
    #[schemars(with = "String")]
    pub set_aside_at: Timestamp,
    /// How often it was run again by hand.
    pub attempts: u32,
    /// `waiting`, `again` (asked to be run again), `done` or `dismissed`.
    pub state: String,
    /// When it was resolved.
    #[schemars(with = "Option<String>")]
    pub resolved_at: Option<Timestamp>,
    /// By whom; empty for the platform itself.
    pub resolved_by: Option<String>,
    /// Why it was dismissed.
    pub reason: Option<String>,
}

impl From<SetAsideRow> for SetAside {
    fn from(row: SetAsideRow) -> Self {
        Self {
            id: row.id,
            handler: row.handler,
            seq: row.event.seq,
            about: about(&row.event.body),
            event: row.event.name,
            division: row.event.division,
            code: row.code,
            error: row.error,
            event_at: row.event.at,
            set_aside_at: row.set_aside_at,
            attempts: row.attempts,
            state: row.state,
            resolved_at: row.resolved_at,
            resolved_by: row.resolved_by,
            reason: row.reason,
        }
    }
}

/// One line for people out of an event that perhaps nobody can read.
fn about(body: &str) -> Option<String> {
    let value: Value = serde_json::from_str(body).ok()?;
    let text = ["title", "subject", "name", "kind"].into_iter().find_map(|name| value.get(name)?.as_str());
    text.map(|text| text.chars().take(200).collect())
}

/// The message to the administrators; one per handler and hour, and none about itself.
pub(crate) fn notice(
    handler: &str,
    event: &StoredEvent,
    division: DivisionCode,
    now: Timestamp,
) -> Option<MessageRequest> {
    if event.body.contains(&format!("\"{KEY}")) {
        return None;
    }
    let hour = now.as_second() / 3600;
    let line = about(&event.body).unwrap_or_else(|| event.name.clone());
    Some(MessageRequest {
        key: format!("{KEY}{handler}:{hour}"),
        mode: Mode::Real,
        matter: None,
        division: Some(division),
        subject: format!("有事件未能处理：{line}"),
        body: format!(
            "处理程序 {handler} 未能处理事件 {}（{}）。请在“系统管理 → 待处理事件”中重新处理或注明原因后忽略。",
            event.seq, event.name
        ),
        facts: BTreeMap::new(),
        audience: vec![Audience::Role { role: "administrator".to_owned(), division }],
        channels: vec![Channel::InApp],
        tone: Tone::Order,
        confirmation: None,
    })
}

/// Events of the whole node: the right is asked for over the whole node.
fn demand(caller: &Principal, action: &str, node: DivisionCode) -> Result<()> {
    caller.require(action, "set_aside", &Place::of(node))
}

/// What was set aside, newest first.
pub async fn list(
    db: &Db,
    node: DivisionCode,
    caller: &Principal,
    unresolved: bool,
    page: &PageQuery,
) -> Result<Page<SetAside>> {
    demand(caller, "read", node)?;
    let (rows, total) = store::list(db, unresolved, page).await?;
    Ok(Page::from_overfetch(rows, page, Some(total)).map(SetAside::from))
}

/// Asks the handler to try once more.
pub async fn run_again(db: &Db, node: DivisionCode, caller: &Principal, id: &SetAsideId) -> Result<SetAside> {
    demand(caller, "run_again", node)?;
    let row = find(db, id).await?;
    let mut tx = db.begin(caller.acting(db.now(), None)).await?;
    if !store::ask_again(&mut tx, id).await? {
        return Err(Refusal::new("set_aside_resolved").into());
    }
    told(&mut tx, "set_aside.run_again", &row, &json!({}));
    tx.commit().await?;
    find(db, id).await.map(SetAside::from)
}

/// Gives it up, with a reason that stays.
pub async fn dismiss(
    db: &Db,
    node: DivisionCode,
    caller: &Principal,
    id: &SetAsideId,
    reason: &str,
) -> Result<SetAside> {
    demand(caller, "dismiss", node)?;
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Fault::field("reason", "required").into());
    }
    if reason.chars().count() > 500 {
        return Err(Fault::field("reason", "too_long").with("max", "500").into());
    }
    let row = find(db, id).await?;
    let mut tx = db.begin(caller.acting(db.now(), Some(reason.to_owned()))).await?;
    if !store::resolve(&mut tx, id, "dismissed", caller.actor.name(), Some(reason)).await? {
        return Err(Refusal::new("set_aside_resolved").into());
    }
    told(&mut tx, "set_aside.dismiss", &row, &json!({ "reason": reason }));
    tx.commit().await?;
    find(db, id).await.map(SetAside::from)
}

async fn find(db: &Db, id: &SetAsideId) -> Result<SetAsideRow> {
    store::get(db, id).await?.ok_or_else(|| Fault::not_found("set_aside", id))
}

fn told(tx: &mut Tx, action: &str, row: &SetAsideRow, more: &Value) {
    let facts = json!({ "handler": row.handler, "event": row.event.name, "seq": row.event.seq, "more": more });
    tx.trace(action, Subject::new("set_aside", &row.id), facts);
    tx.publish(Event::SetAsideChanged(SetAsideChanged { handler: row.handler.clone() }));
}
