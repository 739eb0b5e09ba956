//! What is due is sent, side by side: whoever answers slowly holds up nobody else.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use fengsui_events::DeliveryState;
use fengsui_kernel::id::DeliveryId;
use fengsui_kernel::{Acting, Result, Timestamp};
use fengsui_storage::messages::{self, Busy, Delivery};
use serde_json::json;
use tokio::sync::Notify;

use super::{Messenger, announce, subject};
use crate::channel::{Failure, Outside};

/// Waiting times between tries, in seconds; after the last the delivery has failed.
const RETRY_AFTER: [i64; 6] = [5, 30, 120, 600, 1800, 7200];

/// Sends at the same time over one channel: a mail server that hangs leaves the webhooks alone.
const PER_CHANNEL: usize = 48;

/// Sends at the same time to one address, so that a slow receiver leaves room for the others.
const PER_ADDRESS: usize = 4;

/// Deliveries read at once.
const PORTION: u32 = 64;

/// The sends under way, in memory: after a crash they are due again.
#[derive(Debug, Default)]
pub(super) struct UnderWay {
    sends: Mutex<HashMap<DeliveryId, (String, String)>>,
    ended: Notify,
}

impl UnderWay {
    fn sends(&self) -> MutexGuard<'_, HashMap<DeliveryId, (String, String)>> {
        self.sends.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is not to be read as due now: it is being sent, or its channel or receiver has no room.
    fn busy(&self) -> Busy {
        let sends = self.sends();
        let (mut channels, mut addresses) = (HashMap::new(), HashMap::new());
        for (channel, address) in sends.values() {
            *channels.entry(channel.clone()).or_insert(0) += 1;
            *addresses.entry(address.clone()).or_insert(0) += 1;
        }
        let full = |counts: HashMap<String, usize>, most: usize| {
            counts.into_iter().filter(|(_, count)| *count >= most).map(|(name, _)| name).collect()
        };
        Busy {
            deliveries: sends.keys().cloned().collect(),
            channels: full(channels, PER_CHANNEL),
            addresses: full(addresses, PER_ADDRESS),
        }
    }

    /// Takes a place for a delivery, if there is one.
    fn begin(self: &Arc<Self>, delivery: &Delivery) -> Option<Turn> {
        let mut sends = self.sends();
        let over_channel = sends.values().filter(|(channel, _)| *channel == delivery.channel).count();
        let to_address = sends.values().filter(|(_, address)| *address == delivery.address).count();
        let free = over_channel < PER_CHANNEL && to_address < PER_ADDRESS && !sends.contains_key(&delivery.id);
        free.then(|| {
            sends.insert(delivery.id.clone(), (delivery.channel.clone(), delivery.address.clone()));
            Turn { under_way: Arc::clone(self), delivery: delivery.id.clone() }
        })
    }
}

/// The place of one send; given back however the send ends.
struct Turn {
    under_way: Arc<UnderWay>,
    delivery: DeliveryId,
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.under_way.sends().remove(&self.delivery);
        self.under_way.ended.notify_waiters();
    }
}

impl Messenger {
    /// Begins to send what is due and escalates what nobody confirmed. Called each second by the
    /// composition; waits for no receiver.
    pub async fn tick(&self, now: Timestamp) -> Result<()> {
        // Escalations first: a mail server that does not answer must not delay them.
        let mut result = Ok(());
        for waiting in messages::unconfirmed(&self.db, now).await? {
            if let Err(fault) = self.escalate(waiting).await {
                // One broken message must not silence the others; it is tried again.
                result = Err(fault);
            }
        }
        self.begin_sending(now).await.and(result)
    }

    /// Resolves when no send is under way: at the end of the program, and in tests.
    pub async fn idle(&self) {
        loop {
            let ended = self.under_way.ended.notified();
            if self.under_way.sends().is_empty() {
                return;
            }
            ended.await;
        }
    }

    async fn begin_sending(&self, now: Timestamp) -> Result<()> {
        loop {
            let due = messages::due(&self.db, now, PORTION, &self.under_way.busy()).await?;
            let begun = due.into_iter().filter(|delivery| self.begin(delivery)).count();
            if begun == 0 {
                return Ok(());
            }
        }
    }

    fn begin(&self, delivery: &Delivery) -> bool {
        let Some(turn) = self.under_way.begin(delivery) else { return false };
        let (messenger, delivery) = (self.clone(), delivery.clone());
        tokio::spawn(async move {
            if let Err(fault) = messenger.send(delivery).await {
                tracing::warn!(%fault, "a send was not noted; it is tried again");
            }
            drop(turn);
        });
        true
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
}

fn later(now: Timestamp, seconds: i64) -> Timestamp {
    fengsui_kernel::clock::from_millis(now.as_millisecond() + seconds * 1000)
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
