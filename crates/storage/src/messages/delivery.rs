//! Deliveries: one message to one recipient over one channel.

use fengsui_kernel::id::{DeliveryId, MatterId, MessageId};
use fengsui_kernel::{DivisionCode, Page, PageQuery, Result, Scope, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::args;
use crate::seal::place;
use crate::{Db, Row, Tx, Value};

/// A delivery with what a reader needs of its message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Delivery {
    /// The delivery.
    pub id: DeliveryId,
    /// The message.
    pub message: MessageId,
    /// Subject of the message.
    pub subject: String,
    /// Body of the message.
    pub body: String,
    /// Facts of the message, such as the CAP identifier.
    pub facts: serde_json::Value,
    /// `notice`, `order`, `urgent`.
    pub tone: String,
    /// `real` or `drill`.
    pub mode: String,
    /// The matter it belongs to.
    pub matter: Option<MatterId>,
    /// Where.
    pub division: Option<DivisionCode>,
    /// `in_app`, `email`, `webhook`.
    pub channel: String,
    /// Address of the channel, opened only for sending ([`due`]); empty everywhere else.
    #[serde(skip)]
    pub address: String,
    /// To whom, as shown.
    pub recipient: String,
    /// User who reads it in the console.
    pub user: Option<String>,
    /// `queued`, `sent`, `delivered`, `confirmed`, `failed`.
    pub state: String,
    /// Tries so far.
    pub attempts: u32,
    /// Why the last try failed.
    pub error: Option<String>,
    /// When it was requested.
    pub created_at: Timestamp,
    /// When the channel took it.
    pub sent_at: Option<Timestamp>,
    /// When the channel reported arrival.
    pub delivered_at: Option<Timestamp>,
    /// When it was confirmed.
    pub confirmed_at: Option<Timestamp>,
    /// By whom.
    pub confirmed_by: Option<String>,
    /// What they wrote.
    pub note: Option<String>,
    /// Secret with which a receipt from outside is accepted.
    #[serde(skip)]
    pub receipt: String,
}

/// A delivery to be made.
#[derive(Debug, Clone)]
pub struct NewDelivery {
    /// The channel.
    pub channel: &'static str,
    /// Its address.
    pub address: String,
    /// To whom, as shown.
    pub recipient: String,
    /// User who reads it in the console.
    pub user: Option<String>,
    /// Secret for receipts.
    pub receipt: String,
}

/// What a list is asked for.
#[derive(Debug, Clone, Default)]
pub struct DeliveryFilter {
    /// Of one matter.
    pub matter: Option<String>,
    /// Of one message.
    pub message: Option<String>,
    /// For one user.
    pub user: Option<String>,
    /// Only those not confirmed.
    pub unconfirmed: bool,
    /// Within these scopes; `None` means no restriction, an empty list reaches nothing. A message
    /// belongs to the enterprise that its matter concerns.
    pub scopes: Option<Vec<Scope>>,
}

const COLUMNS: &str = "d.id, d.message, m.subject, m.body, m.facts, m.tone, m.mode, m.matter, m.division, d.channel, d.address, \
    d.recipient, d.user_id, d.state, d.attempts, d.error, d.created_at, d.sent_at, d.delivered_at, d.confirmed_at, \
    d.confirmed_by, d.note, d.receipt FROM delivery d JOIN message m ON m.id = d.message";

fn read(row: &Row) -> Result<Delivery> {
    Ok(Delivery {
        id: row.parse("id")?,
        message: row.parse("message")?,
        subject: row.get("subject")?,
        body: row.get("body")?,
        facts: row.get("facts")?,
        tone: row.get("tone")?,
        mode: row.get("mode")?,
        matter: row.parse_opt("matter")?,
        division: row.get("division")?,
        channel: row.get("channel")?,
        address: String::new(),
        recipient: row.get("recipient")?,
        user: row.get("user_id")?,
        state: row.get("state")?,
        attempts: row.get("attempts")?,
        error: row.get("error")?,
        created_at: row.get("created_at")?,
        sent_at: row.get("sent_at")?,
        delivered_at: row.get("delivered_at")?,
        confirmed_at: row.get("confirmed_at")?,
        confirmed_by: row.get("confirmed_by")?,
        note: row.get("note")?,
        receipt: row.get("receipt")?,
    })
}

/// The domain of the hashes by which receivers are told apart.
const DOMAIN: &str = "delivery";

/// Addresses are personal data; the console needs none.
fn sealed(tx: &Tx, id: &DeliveryId, address: &str) -> Result<String> {
    if address.is_empty() {
        return Ok(String::new());
    }
    tx.sealer().seal(&place("delivery", id.as_str(), "address"), address.as_bytes())
}

/// Inserts a delivery. One in the console counts as sent at once; the others are due now.
pub async fn insert(tx: &mut Tx, message: &MessageId, new: &NewDelivery) -> Result<DeliveryId> {
    let id: DeliveryId = tx.new_id();
    let in_app = new.channel == "in_app";
    let state = if in_app { "sent" } else { "queued" };
    let (sent_at, next_at) = if in_app { (Some(tx.now()), None) } else { (None, Some(tx.now())) };
    let sql = "INSERT INTO delivery (id, message, channel, address, recipient, user_id, state, attempts, next_at, created_at, sent_at, receipt, address_hash) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9, $10, $11, $12)";
    let address = sealed(tx, &id, &new.address)?;
    let receiver = if new.address.is_empty() { String::new() } else { tx.sealer().hash(DOMAIN, &new.address) };
    let args = args![
        id,
        *message,
        new.channel,
        address,
        new.recipient,
        new.user,
        state,
        next_at,
        tx.now(),
        sent_at,
        new.receipt,
        receiver
    ];
    tx.execute(sql, args).await?;
    Ok(id)
}

/// One delivery.
pub async fn delivery(db: &Db, id: &DeliveryId) -> Result<Option<Delivery>> {
    let row = db.query_one(&format!("SELECT {COLUMNS} WHERE d.id = $1"), args![*id]).await?;
    row.as_ref().map(read).transpose()
}

/// The delivery that a receipt from outside belongs to.
pub async fn by_receipt(db: &Db, receipt: &str) -> Result<Option<Delivery>> {
    let row = db.query_one(&format!("SELECT {COLUMNS} WHERE d.receipt = $1"), args![receipt]).await?;
    row.as_ref().map(read).transpose()
}

/// What is left out of the deliveries that are due.
#[derive(Debug, Clone, Default)]
pub struct Busy {
    /// Deliveries being sent.
    pub deliveries: Vec<DeliveryId>,
    /// Channels that have no room.
    pub channels: Vec<String>,
    /// Receivers that have no room.
    pub addresses: Vec<String>,
}

/// Deliveries whose time has come, with their addresses, oldest first.
pub async fn due(db: &Db, now: Timestamp, limit: u32, busy: &Busy) -> Result<Vec<Delivery>> {
    let mut values: Vec<Value> = args![now, limit];
    let mut except = Vec::new();
    let deliveries = busy.deliveries.iter().map(ToString::to_string).collect::<Vec<_>>();
    // Addresses are sealed: receivers are told apart by their hashes.
    let receivers = busy.addresses.iter().flat_map(|address| db.sealer().hashes(DOMAIN, address)).collect::<Vec<_>>();
    for (column, names) in [("id", &deliveries), ("channel", &busy.channels), ("address_hash", &receivers)] {
        let marks: Vec<String> = (1..=names.len()).map(|place| format!("${}", values.len() + place)).collect();
        if !names.is_empty() {
            values.extend(names.iter().map(|name| Value::Text(Some(name.clone()))));
            except.push(format!(" AND d.{column} NOT IN ({})", marks.join(", ")));
        }
    }
    let except = except.concat();
    let sql =
        format!("SELECT {COLUMNS} WHERE d.next_at IS NOT NULL AND d.next_at <= $1{except} ORDER BY d.next_at LIMIT $2");
    let addressed = |row: &Row| {
        let delivery = read(row)?;
        let opened = db.sealer().text_of(&place("delivery", delivery.id.as_str(), "address"), row.get("address")?);
        // One that does not open must not silence the others: without an address it fails by itself.
        let address = opened.unwrap_or_else(|fault| {
            tracing::error!(%fault, "an address cannot be opened");
            String::new()
        });
        Ok(Delivery { address, ..delivery })
    };
    db.query(&sql, values).await?.iter().map(addressed).collect()
}

/// Deliveries, newest first.
pub async fn list(db: &Db, filter: &DeliveryFilter, page: &PageQuery) -> Result<Page<Delivery>> {
    let mut conditions = vec!["1 = 1".to_owned()];
    let mut values: Vec<Value> = Vec::new();
    let mut push = |values: &mut Vec<Value>, text: &str, value: Value| {
        values.push(value);
        conditions.push(format!("{text} ${}", values.len()));
    };
    if let Some(matter) = &filter.matter {
        push(&mut values, "m.matter =", Value::Text(Some(matter.clone())));
    }
    if let Some(message) = &filter.message {
        push(&mut values, "d.message =", Value::Text(Some(message.clone())));
    }
    if let Some(user) = &filter.user {
        push(&mut values, "d.user_id =", Value::Text(Some(user.clone())));
    }
    if filter.unconfirmed {
        conditions.push("d.confirmed_at IS NULL".to_owned());
    }
    if let Some(scopes) = &filter.scopes {
        conditions.push(within(scopes, &mut values));
    }
    let (limit, offset) = (page.limit() + 1, page.offset());
    let sql = format!(
        "SELECT {COLUMNS} WHERE {} ORDER BY d.created_at DESC, d.id DESC LIMIT {limit} OFFSET {offset}",
        conditions.join(" AND ")
    );
    let items: Result<Vec<Delivery>> = db.query(&sql, values).await?.iter().map(read).collect();
    Ok(Page::from_overfetch(items?, page, None))
}

/// What any of the scopes reaches; a message without a division belongs to the whole country.
pub(super) fn within(scopes: &[Scope], values: &mut Vec<Value>) -> String {
    let mut any = vec!["1 = 0".to_owned()];
    for scope in scopes {
        match scope {
            Scope::Subtree { division } if *division == DivisionCode::COUNTRY => return "1 = 1".to_owned(),
            Scope::Subtree { division } => {
                values.extend(args![*division, division.subtree_end()]);
                any.push(format!("(m.division >= ${} AND m.division < ${})", values.len() - 1, values.len()));
            }
            Scope::Enterprise { id } => {
                values.extend(args![id.clone()]);
                any.push(format!("m.matter IN (SELECT id FROM matter WHERE enterprise = ${})", values.len()));
            }
        }
    }
    format!("({})", any.join(" OR "))
}

/// Notes how a try went. `next_at` is set when it is to be tried again.
pub async fn settle(
    tx: &mut Tx,
    id: &DeliveryId,
    state: &str,
    error: Option<&str>,
    next_at: Option<Timestamp>,
) -> Result<()> {
    let now = tx.now();
    let sent = matches!(state, "sent" | "delivered").then_some(now);
    let delivered = (state == "delivered").then_some(now);
    let sql = "UPDATE delivery SET state = $2, attempts = attempts + 1, error = $3, next_at = $4, \
               sent_at = COALESCE(sent_at, $5), delivered_at = COALESCE(delivered_at, $6) WHERE id = $1 AND state <> 'confirmed'";
    let error = error.map(str::to_owned);
    tx.execute(sql, args![*id, state, error, next_at, sent, delivered]).await.map(|_| ())
}

/// The recipient's console has shown it.
pub async fn mark_read(tx: &mut Tx, ids: &[DeliveryId]) -> Result<()> {
    for id in ids {
        let sql = "UPDATE delivery SET state = 'delivered', delivered_at = $2 WHERE id = $1 AND state = 'sent'";
        tx.execute(sql, args![*id, tx.now()]).await?;
    }
    Ok(())
}

/// The recipient confirmed; `false` when it was confirmed before.
pub async fn confirm(tx: &mut Tx, id: &DeliveryId, by: &str, note: Option<&str>) -> Result<bool> {
    let sql = "UPDATE delivery SET state = 'confirmed', confirmed_at = $2, confirmed_by = $3, note = $4, next_at = NULL, \
               sent_at = COALESCE(sent_at, $2), delivered_at = COALESCE(delivered_at, $2) WHERE id = $1 AND confirmed_at IS NULL";
    let note = note.map(str::to_owned);
    Ok(tx.execute(sql, args![*id, tx.now(), by, note]).await? == 1)
}

/// How far the messages of a matter have come.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Coverage {
    /// Deliveries asked for.
    pub recipients: u64,
    /// Taken by their channel, or further.
    pub sent: u64,
    /// Arrived, or further.
    pub delivered: u64,
    /// Confirmed by a person or a receipt.
    pub confirmed: u64,
    /// Given up.
    pub failed: u64,
}

/// How far the messages of a matter have come.
pub async fn coverage(db: &Db, matter: &str) -> Result<Coverage> {
    let sql = "SELECT COUNT(*) AS recipients, COUNT(d.sent_at) AS sent, COUNT(d.delivered_at) AS delivered, \
               COUNT(d.confirmed_at) AS confirmed, COUNT(CASE WHEN d.state = 'failed' THEN 1 END) AS failed \
               FROM delivery d JOIN message m ON m.id = d.message WHERE m.matter = $1";
    let Some(row) = db.query_one(sql, args![matter]).await? else { return Ok(Coverage::default()) };
    Ok(Coverage {
        recipients: row.get("recipients")?,
        sent: row.get("sent")?,
        delivered: row.get("delivered")?,
        confirmed: row.get("confirmed")?,
        failed: row.get("failed")?,
    })
}
