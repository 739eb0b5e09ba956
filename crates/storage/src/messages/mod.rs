//! Messages, their deliveries, and the subscribers of feeds.

mod delivery;
mod sent;
mod subscriber;

pub use delivery::{
    Busy, Coverage, Delivery, DeliveryFilter, NewDelivery, by_receipt, confirm, coverage, delivery, due,
    insert as insert_delivery, list, mark_read, settle,
};
pub use sent::{SentMessage, by_key, deliveries_of, message, note_sender, sent};
pub use subscriber::{Subscriber, add_subscriber, remove_subscriber, subscribers};

use fengsui_events::MessageRequest;
use fengsui_kernel::id::MessageId;
use fengsui_kernel::{Result, Timestamp};
use serde_json::json;

use crate::args;
use crate::{Db, Row, Tx};

/// A message that waits for confirmations.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// The message.
    pub id: MessageId,
    /// Its request as it came, for escalation.
    pub matter: Option<String>,
    /// Its subject.
    pub subject: String,
    /// Its body.
    pub body: String,
    /// Mode, division: as text.
    pub mode: String,
    /// Division.
    pub division: Option<fengsui_kernel::DivisionCode>,
    /// Confirmations wanted; `None` means every delivery.
    pub wanted: Option<u32>,
    /// Who is told if it is not reached.
    pub escalate_to: serde_json::Value,
    /// In-app deliveries.
    pub recipients: u32,
    /// Confirmed ones.
    pub confirmed: u32,
}

/// Inserts a message; `None` when its key was seen before.
pub async fn insert(tx: &mut Tx, request: &MessageRequest) -> Result<Option<MessageId>> {
    let id: MessageId = tx.new_id();
    let rule = request.confirmation.as_ref();
    let confirm_by = rule.map(|rule| tx.now().as_millisecond() + i64::from(rule.within_minutes) * 60_000);
    let escalate_to = rule.map_or(json!([]), |rule| json!(rule.escalate_to));
    let sql = "INSERT INTO message (id, key, mode, matter, division, subject, body, facts, tone, confirm_count, confirm_by, escalate_to, escalated, created_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, $13) ON CONFLICT (key) DO NOTHING";
    let args = args![
        id,
        request.key,
        request.mode.as_str(),
        request.matter,
        request.division,
        request.subject,
        request.body,
        json!(request.facts).to_string(),
        json!(request.tone).as_str().unwrap_or("notice"),
        rule.and_then(|rule| rule.count),
        confirm_by,
        escalate_to.to_string(),
        tx.now(),
    ];
    Ok((tx.execute(sql, args).await? == 1).then_some(id))
}

/// Messages whose time for confirmation has run out and that were not escalated yet.
pub async fn unconfirmed(db: &Db, now: Timestamp) -> Result<Vec<Waiting>> {
    let sql = "SELECT m.id, m.matter, m.subject, m.body, m.mode, m.division, m.confirm_count, m.escalate_to, \
               COUNT(d.id) AS recipients, COUNT(d.confirmed_at) AS confirmed \
               FROM message m LEFT JOIN delivery d ON d.message = m.id AND d.channel = 'in_app' \
               WHERE m.escalated = 0 AND m.confirm_by IS NOT NULL AND m.confirm_by <= $1 \
               GROUP BY m.id, m.matter, m.subject, m.body, m.mode, m.division, m.confirm_count, m.escalate_to LIMIT 100";
    db.query(sql, args![now]).await?.iter().map(read_waiting).collect()
}

fn read_waiting(row: &Row) -> Result<Waiting> {
    Ok(Waiting {
        id: row.parse("id")?,
        matter: row.get("matter")?,
        subject: row.get("subject")?,
        body: row.get("body")?,
        mode: row.get("mode")?,
        division: row.get("division")?,
        wanted: row.get("confirm_count")?,
        escalate_to: row.get("escalate_to")?,
        recipients: row.get("recipients")?,
        confirmed: row.get("confirmed")?,
    })
}

/// Marks a message as dealt with; `false` when somebody else did so first.
pub async fn close_confirmation(tx: &mut Tx, id: &MessageId) -> Result<bool> {
    Ok(tx.execute("UPDATE message SET escalated = 1 WHERE id = $1 AND escalated = 0", args![*id]).await? == 1)
}
