//! Messages as their writers see them: what was said, to whom, and how far it came.

use fengsui_kernel::id::{MatterId, MessageId};
use fengsui_kernel::{Actor, DivisionCode, Page, PageQuery, Result, Scope, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::delivery::{Delivery, DeliveryFilter, list, within};
use crate::args;
use crate::{Db, Row, Tx};

/// The most deliveries of one message that are read at once.
const MOST_DELIVERIES: usize = 20_000;

/// A message with how far it came.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SentMessage {
    /// The message.
    pub id: MessageId,
    /// Subject.
    pub subject: String,
    /// Plain text.
    pub body: String,
    /// `real` or `drill`.
    pub mode: String,
    /// `notice`, `order`, `urgent`.
    pub tone: String,
    /// The matter it belongs to.
    pub matter: Option<MatterId>,
    /// Where.
    pub division: Option<DivisionCode>,
    /// Who wrote it; absent when a process did.
    pub sent_by: Option<String>,
    /// Their name.
    pub sent_by_name: Option<String>,
    /// To whom, as it was addressed; absent when a process wrote it.
    pub audience: Option<Json>,
    /// Confirmations wanted; absent means everybody, if there is a time at all.
    pub confirm_count: Option<u32>,
    /// Until when.
    pub confirm_by: Option<Timestamp>,
    /// Whether that time is over and was dealt with.
    pub escalated: bool,
    /// When it was written.
    pub created_at: Timestamp,
    /// Deliveries.
    pub deliveries: u64,
    /// Taken by their channel, or further.
    pub sent: u64,
    /// Arrived, or further.
    pub delivered: u64,
    /// Confirmed.
    pub confirmed: u64,
    /// Given up.
    pub failed: u64,
}

const SELECT: &str = "SELECT m.id, m.subject, m.body, m.mode, m.tone, m.matter, m.division, m.sent_by, m.sent_by_name, m.audience, \
    m.confirm_count, m.confirm_by, m.escalated, m.created_at, COUNT(d.id) AS deliveries, COUNT(d.sent_at) AS sent, \
    COUNT(d.delivered_at) AS delivered, COUNT(d.confirmed_at) AS confirmed, \
    COUNT(CASE WHEN d.state = 'failed' THEN 1 END) AS failed \
    FROM message m LEFT JOIN delivery d ON d.message = m.id";
const GROUP: &str = "GROUP BY m.id, m.subject, m.body, m.mode, m.tone, m.matter, m.division, m.sent_by, m.sent_by_name, \
    m.audience, m.confirm_count, m.confirm_by, m.escalated, m.created_at";

fn read(row: &Row) -> Result<SentMessage> {
    Ok(SentMessage {
        id: row.parse("id")?,
        subject: row.get("subject")?,
        body: row.get("body")?,
        mode: row.get("mode")?,
        tone: row.get("tone")?,
        matter: row.parse_opt("matter")?,
        division: row.get("division")?,
        sent_by: row.get("sent_by")?,
        sent_by_name: row.get("sent_by_name")?,
        audience: row.get("audience")?,
        confirm_count: row.get("confirm_count")?,
        confirm_by: row.get("confirm_by")?,
        escalated: row.get("escalated")?,
        created_at: row.get("created_at")?,
        deliveries: row.get("deliveries")?,
        sent: row.get("sent")?,
        delivered: row.get("delivered")?,
        confirmed: row.get("confirmed")?,
        failed: row.get("failed")?,
    })
}

/// Notes who wrote a message, by the transaction, and to whom.
pub async fn note_sender(tx: &mut Tx, id: &MessageId, audience: &Json) -> Result<()> {
    let (user, name) = match &tx.acting().actor {
        Actor::User { id, name, .. } => (Some(id.clone()), Some(name.clone())),
        other => (Some(other.key()), Some(other.name().to_owned())),
    };
    let sql = "UPDATE message SET sent_by = $2, sent_by_name = $3, audience = $4 WHERE id = $1";
    tx.execute(sql, args![*id, user, name, audience.to_string()]).await.map(|_| ())
}

/// The message that a key was used for.
pub async fn by_key(db: &Db, key: &str) -> Result<Option<MessageId>> {
    let row = db.query_one("SELECT id FROM message WHERE key = $1", args![key]).await?;
    row.map(|row| row.parse("id")).transpose()
}

/// One message.
pub async fn message(db: &Db, id: &MessageId) -> Result<Option<SentMessage>> {
    let row = db.query_one(&format!("{SELECT} WHERE m.id = $1 {GROUP}"), args![*id]).await?;
    row.as_ref().map(read).transpose()
}

/// Messages that people wrote, within the scopes, newest first.
pub async fn sent(db: &Db, scopes: &[Scope], page: &PageQuery) -> Result<Page<SentMessage>> {
    let mut values = Vec::new();
    let reach = within(scopes, &mut values);
    let (limit, offset) = (page.limit() + 1, page.offset());
    let sql = format!(
        "{SELECT} WHERE m.sent_by IS NOT NULL AND {reach} {GROUP} ORDER BY m.created_at DESC, m.id DESC LIMIT {limit} OFFSET {offset}"
    );
    let items: Result<Vec<SentMessage>> = db.query(&sql, values).await?.iter().map(read).collect();
    Ok(Page::from_overfetch(items?, page, None))
}

/// All deliveries of a message, newest first.
pub async fn deliveries_of(db: &Db, id: &MessageId) -> Result<Vec<Delivery>> {
    let filter = DeliveryFilter { message: Some(id.to_string()), ..DeliveryFilter::default() };
    let mut page = PageQuery { limit: Some(fengsui_kernel::page::MAX_LIMIT), cursor: None };
    let mut all = Vec::new();
    loop {
        let found = list(db, &filter, &page).await?;
        all.extend(found.items);
        match found.next {
            Some(next) if all.len() < MOST_DELIVERIES => page.cursor = Some(next),
            _ => return Ok(all),
        }
    }
}
