//! From request to confirmation.

use std::sync::Arc;

use async_trait::async_trait;
use fengsui_events::{Audience, Channel, DeliveryChanged, DeliveryState, Event, MessageRequest, Tone};
use fengsui_kernel::id::{DeliveryId, MatterId, MessageId};
use fengsui_kernel::{Acting, DivisionCode, Fault, Page, PageQuery, Place, Principal, Refusal, Result, Timestamp};
use fengsui_storage::messages::{
    self, Coverage, Delivery, DeliveryFilter, NewDelivery, SentMessage, Subscriber, Waiting,
};
use fengsui_storage::{Db, Subject, Tx};
use serde_json::json;

use crate::channel::{Channels, Failure, Outside};
use crate::reach;

/// Somebody who is told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recipient {
    /// Shown name.
    pub name: String,
    /// Account, if there is one: the console reaches it.
    pub user: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Webhook address.
    pub webhook: Option<String>,
    /// Set up to receive drills outside the console.
    pub drills: bool,
}

/// Knows who holds a post, who lives where; given by the composition.
#[async_trait]
pub trait Directory: Send + Sync + 'static {
    /// The people behind an audience. Nobody is an empty list, not an error.
    async fn resolve(&self, audience: &Audience) -> Result<Vec<Recipient>>;

    /// Where an audience is, for the right to write to it; `None` when it names what does not exist.
    async fn places(&self, audience: &Audience) -> Result<Option<Vec<DivisionCode>>>;

    /// Who takes part in the drill that a matter belongs to; `None` when it belongs to none.
    async fn participants(&self, matter: &MatterId) -> Result<Option<Vec<Audience>>>;
}

/// Waiting times between tries, in seconds; after the last the delivery has failed.
const RETRY_AFTER: [i64; 6] = [5, 30, 120, 600, 1800, 7200];

/// The most deliveries of one matter that are read at once.
const MOST_OF_A_MATTER: usize = 20_000;

/// The messaging engine.
#[derive(Clone)]
pub struct Messenger {
    db: Db,
    directory: Arc<dyn Directory>,
    channels: Channels,
    public_url: String,
}

impl Messenger {
    /// Puts the engine together. `public_url` is where recipients outside find the platform.
    pub fn new(db: Db, directory: Arc<dyn Directory>, channels: Channels, public_url: &str) -> Self {
        Self { db, directory, channels, public_url: public_url.trim_end_matches('/').to_owned() }
    }

    /// Takes a request. Idempotent by its key.
    pub async fn accept(&self, request: &MessageRequest) -> Result<()> {
        let deliveries = reach::deliveries(self.directory(), request).await?;
        let acting = Acting::system("messaging", self.db.now());
        self.accept_as(acting, request, &deliveries, None).await.map(drop)
    }

    /// Writes a message with its deliveries; `None` when its key was seen before. `audience` is kept
    /// for those that a person wrote.
    pub(crate) async fn accept_as(
        &self,
        acting: Acting,
        request: &MessageRequest,
        deliveries: &[NewDelivery],
        audience: Option<&serde_json::Value>,
    ) -> Result<Option<MessageId>> {
        let request = MessageRequest { subject: reach::marked(request.mode, &request.subject), ..request.clone() };
        let mut tx = self.db.begin(acting).await?;
        let Some(message) = messages::insert(&mut tx, &request).await? else {
            tx.rollback().await?;
            return Ok(None);
        };
        if let Some(audience) = audience {
            messages::note_sender(&mut tx, &message, audience).await?;
        }
        for new in deliveries {
            let id = messages::insert_delivery(&mut tx, &message, new).await?;
            let state = if new.channel == "in_app" { DeliveryState::Sent } else { DeliveryState::Queued };
            tx.publish(Event::DeliveryChanged(DeliveryChanged {
                delivery: id,
                message: message.clone(),
                matter: request.matter.clone(),
                state,
                channel: channel_named(new.channel),
                recipient: new.recipient.clone(),
                user: new.user.clone(),
                subject: request.subject.clone(),
                tone: request.tone,
                division: request.division,
            }));
        }
        let facts = json!({ "subject": request.subject, "deliveries": deliveries.len(), "matter": request.matter,
            "mode": request.mode, "audience": audience });
        let subject = Subject { kind: "message", id: message.to_string(), division: request.division };
        tx.trace("message.accept", subject, facts);
        tx.commit().await?;
        Ok(Some(message))
    }

    pub(crate) fn directory(&self) -> &dyn Directory {
        self.directory.as_ref()
    }

    pub(crate) fn db(&self) -> &Db {
        &self.db
    }

    /// Sends what is due and escalates what nobody confirmed. Called each second by the composition.
    pub async fn tick(&self, now: Timestamp) -> Result<()> {
        // Escalations first: a mail server that does not answer must not delay them.
        let mut result = Ok(());
        for waiting in messages::unconfirmed(&self.db, now).await? {
            if let Err(fault) = self.escalate(waiting).await {
                // One broken message must not silence the others; it is tried again.
                result = Err(fault);
            }
        }
        let due = messages::due(&self.db, now, 50).await?;
        let sent = futures_join(due.into_iter().map(|delivery| self.send(delivery)).collect()).await;
        sent.and(result)
    }

    async fn send(&self, delivery: Delivery) -> Result<()> {
        // A program posts its receipt; a person opens a page with a button.
        let door = if delivery.channel == "email" { "receipt" } else { "api/v1/receipts" };
        let receipt_url = format!("{}/{door}/{}", self.public_url, delivery.receipt);
        let result = match self.channels.get(&delivery.channel) {
            Some(sender) => sender.send(&delivery, &receipt_url).await,
            None => Err(Failure::Passing(format!("channel {} is not configured", delivery.channel))),
        };
        let now = self.db.now();
        let result = result.map_err(|failure| failure.without(&delivery.address));
        let mut tx = self.db.begin(Acting::system("messaging", now)).await?;
        let (state, error, next) = match result {
            Ok(Outside::Sent) => (DeliveryState::Sent, None, None),
            Ok(Outside::Delivered) => (DeliveryState::Delivered, None, None),
            Err(Failure::Final(reason)) => (DeliveryState::Failed, Some(reason), None),
            Err(Failure::Passing(reason)) => match RETRY_AFTER.get(delivery.attempts as usize) {
                Some(seconds) => (DeliveryState::Queued, Some(reason), Some(later(now, *seconds))),
                None => (DeliveryState::Failed, Some(reason), None),
            },
        };
        messages::settle(&mut tx, &delivery.id, state_name(state), error.as_deref(), next).await?;
        if state != DeliveryState::Queued {
            announce(&mut tx, &delivery, state);
            let facts = json!({ "state": state_name(state), "channel": delivery.channel, "error": error, "attempts": delivery.attempts + 1 });
            tx.trace("delivery.settle", subject(&delivery), facts);
        }
        tx.commit().await
    }

    async fn escalate(&self, waiting: Waiting) -> Result<()> {
        let mut tx = self.db.begin(Acting::system("messaging", self.db.now())).await?;
        if !messages::close_confirmation(&mut tx, &waiting.id).await? {
            return tx.rollback().await;
        }
        let wanted = waiting.wanted.unwrap_or(waiting.recipients).min(waiting.recipients.max(1));
        let missing = waiting.recipients == 0 || waiting.confirmed < wanted;
        let audience: Vec<Audience> = serde_json::from_value(waiting.escalate_to).unwrap_or_default();
        if missing && !audience.is_empty() {
            let subject = format!("【未确认】{}（{}/{}）", waiting.subject, waiting.confirmed, waiting.recipients);
            tx.trace(
                "message.escalate",
                Subject { kind: "message", id: waiting.id.to_string(), division: waiting.division },
                json!({ "subject": subject }),
            );
            tx.publish(Event::MessageRequested(MessageRequest {
                key: format!("escalation:{}", waiting.id),
                mode: waiting.mode.parse().unwrap_or_default(),
                matter: waiting.matter.and_then(|id| id.parse().ok()),
                division: waiting.division,
                subject,
                body: waiting.body,
                facts: std::collections::BTreeMap::new(),
                audience,
                channels: vec![Channel::InApp],
                tone: Tone::Urgent,
                confirmation: None,
            }));
        }
        tx.commit().await
    }

    /// A recipient confirms in the console. Confirming twice is no error.
    pub async fn confirm(&self, caller: &Principal, id: &DeliveryId, note: Option<&str>) -> Result<Delivery> {
        let delivery =
            messages::delivery(&self.db, id).await?.filter(|found| found.user.as_deref() == caller.user_id());
        let delivery = delivery.ok_or_else(|| Fault::not_found("delivery", id))?;
        self.confirm_as(&delivery, caller.acting(self.db.now(), None), note).await
    }

    /// A recipient outside confirms with the secret that it was sent.
    pub async fn confirm_receipt(&self, receipt: &str, note: Option<&str>) -> Result<()> {
        let delivery = messages::by_receipt(&self.db, receipt).await?;
        let delivery = delivery.ok_or_else(|| Fault::not_found("receipt", ""))?;
        let acting = Acting::system(&format!("receipt from {}", delivery.recipient), self.db.now());
        self.confirm_as(&delivery, acting, note).await.map(|_| ())
    }

    async fn confirm_as(&self, delivery: &Delivery, acting: Acting, note: Option<&str>) -> Result<Delivery> {
        if note.is_some_and(|note| note.chars().count() > 500) {
            return Err(Fault::field("note", "too_long").with("max", "500").into());
        }
        let by = acting.actor.name().to_owned();
        let mut tx = self.db.begin(acting).await?;
        if messages::confirm(&mut tx, &delivery.id, &by, note).await? {
            announce(&mut tx, delivery, DeliveryState::Confirmed);
            tx.trace("delivery.confirm", subject(delivery), json!({ "note": note }));
            tx.commit().await?;
        } else {
            tx.rollback().await?;
        }
        messages::delivery(&self.db, &delivery.id).await?.ok_or_else(|| Fault::not_found("delivery", &delivery.id))
    }

    /// The caller's own messages, newest first; showing them marks them as delivered.
    pub async fn mine(&self, caller: &Principal, unconfirmed: bool, page: &PageQuery) -> Result<Page<Delivery>> {
        let user = caller.user_id().ok_or_else(|| Fault::from(Refusal::new("only_for_people")))?;
        let filter = DeliveryFilter { user: Some(user.to_owned()), unconfirmed, ..DeliveryFilter::default() };
        let page = messages::list(&self.db, &filter, page).await?;
        let fresh: Vec<DeliveryId> = page
            .items
            .iter()
            .filter(|item| item.state == "sent" && item.channel == "in_app")
            .map(|item| item.id.clone())
            .collect();
        if !fresh.is_empty() {
            let mut tx = self.db.begin(caller.acting(self.db.now(), None)).await?;
            messages::mark_read(&mut tx, &fresh).await?;
            tx.commit().await?;
        }
        Ok(page)
    }

    /// Deliveries that the caller may see, newest first.
    pub async fn list(&self, caller: &Principal, matter: Option<&str>, page: &PageQuery) -> Result<Page<Delivery>> {
        let scopes = Some(caller.scopes("read", "message")?);
        let filter = DeliveryFilter { matter: matter.map(str::to_owned), scopes, ..DeliveryFilter::default() };
        messages::list(&self.db, &filter, page).await
    }

    /// Messages that people wrote and that the caller may see, newest first.
    pub async fn sent(&self, caller: &Principal, page: &PageQuery) -> Result<Page<SentMessage>> {
        messages::sent(&self.db, &caller.scopes("read", "message")?, page).await
    }

    /// One message with its deliveries: for its sender and for whoever may read messages at its place.
    pub async fn message(&self, caller: &Principal, id: &MessageId) -> Result<(SentMessage, Vec<Delivery>)> {
        let found = messages::message(&self.db, id).await?;
        let place = |division: Option<DivisionCode>| Place::of(division.unwrap_or(DivisionCode::COUNTRY));
        let seen = found.filter(|message| {
            caller.user_id().is_some_and(|user| message.sent_by.as_deref() == Some(user))
                || caller.may("read", "message", &place(message.division))
        });
        let message = seen.ok_or_else(|| Fault::not_found("message", id))?;
        Ok((message, messages::deliveries_of(&self.db, id).await?))
    }

    /// All deliveries of a matter that the caller may see; none for those who may see no messages.
    pub async fn of_matter(&self, caller: &Principal, matter: &MatterId) -> Result<Vec<Delivery>> {
        let mut all = Vec::new();
        if caller.scopes("read", "message").is_err() {
            return Ok(all);
        }
        let mut page = PageQuery { limit: Some(fengsui_kernel::page::MAX_LIMIT), cursor: None };
        loop {
            let found = self.list(caller, Some(matter.as_str()), &page).await?;
            all.extend(found.items);
            match found.next {
                Some(_) if all.len() >= MOST_OF_A_MATTER => return Ok(all),
                Some(next) => page.cursor = Some(next),
                None => return Ok(all),
            }
        }
    }

    /// How far the messages of a matter have come.
    pub async fn coverage(&self, matter: &str) -> Result<Coverage> {
        messages::coverage(&self.db, matter).await
    }

    /// Subscribers outside the platform.
    pub async fn subscribers(&self, caller: &Principal) -> Result<Vec<Subscriber>> {
        caller.scopes("read", "subscriber")?;
        messages::subscribers(&self.db, None).await
    }

    /// Adds a subscriber.
    pub async fn subscribe(
        &self,
        caller: &Principal,
        list: &str,
        channel: Channel,
        address: &str,
        name: &str,
        drills: bool,
    ) -> Result<Subscriber> {
        caller
            .require("create", "subscriber", &Place::of(fengsui_kernel::DivisionCode::COUNTRY))
            .or_else(|denied| caller.scopes("create", "subscriber").map(|_| ()).map_err(|_| denied))?;
        check_address(channel, address)?;
        let now = self.db.now();
        let mut tx = self.db.begin(caller.acting(now, None)).await?;
        let id = tx.new_id::<fengsui_kernel::id::TokenId>().to_string();
        let new = Subscriber {
            id,
            list: list.to_owned(),
            channel: channel.as_str().to_owned(),
            address: address.to_owned(),
            name: name.to_owned(),
            drills,
            created_at: now,
        };
        messages::add_subscriber(&mut tx, &new).await?;
        tx.trace(
            "subscriber.create",
            Subject::new("subscriber", &new.id),
            json!({ "list": list, "channel": channel, "name": name, "drills": drills }),
        );
        tx.commit().await?;
        Ok(new)
    }

    /// Removes a subscriber.
    pub async fn unsubscribe(&self, caller: &Principal, id: &str) -> Result<()> {
        caller.scopes("delete", "subscriber")?;
        let mut tx = self.db.begin(caller.acting(self.db.now(), None)).await?;
        if !messages::remove_subscriber(&mut tx, id).await? {
            return Err(Fault::not_found("subscriber", id));
        }
        tx.trace("subscriber.delete", Subject::new("subscriber", id), json!({}));
        tx.commit().await
    }
}

fn check_address(channel: Channel, address: &str) -> Result<()> {
    let valid = address.len() <= 500
        && match channel {
            Channel::Email => address.parse::<lettre::Address>().is_ok(),
            Channel::Webhook => {
                address.parse::<reqwest::Url>().is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
            }
            Channel::InApp => false,
        };
    if valid { Ok(()) } else { Err(Fault::field("address", "malformed_address").into()) }
}

fn later(now: Timestamp, seconds: i64) -> Timestamp {
    fengsui_kernel::clock::from_millis(now.as_millisecond() + seconds * 1000)
}

fn channel_named(name: &str) -> Channel {
    match name {
        "email" => Channel::Email,
        "webhook" => Channel::Webhook,
        _ => Channel::InApp,
    }
}

fn state_name(state: DeliveryState) -> &'static str {
    match state {
        DeliveryState::Queued => "queued",
        DeliveryState::Sent => "sent",
        DeliveryState::Delivered => "delivered",
        DeliveryState::Confirmed => "confirmed",
        DeliveryState::Failed => "failed",
    }
}

fn subject(delivery: &Delivery) -> Subject {
    Subject { kind: "delivery", id: delivery.id.to_string(), division: delivery.division }
}

fn announce(tx: &mut Tx, delivery: &Delivery, state: DeliveryState) {
    tx.publish(Event::DeliveryChanged(DeliveryChanged {
        delivery: delivery.id.clone(),
        message: delivery.message.clone(),
        matter: delivery.matter.clone(),
        state,
        channel: channel_named(&delivery.channel),
        recipient: delivery.recipient.clone(),
        user: delivery.user.clone(),
        subject: delivery.subject.clone(),
        tone: serde_json::from_value(json!(delivery.tone)).unwrap_or_default(),
        division: delivery.division,
    }));
}

/// Runs sends side by side: one slow webhook must not hold up the others.
async fn futures_join<F: Future<Output = Result<()>>>(sends: Vec<F>) -> Result<()> {
    let mut set = Vec::new();
    for send in sends {
        set.push(Box::pin(send));
    }
    let mut result = Ok(());
    for outcome in futures::future::join_all(set).await {
        if outcome.is_err() {
            result = outcome;
        }
    }
    result
}
