//! From a request to deliveries.

use fengsui_events::{Channel, DeliveryChanged, DeliveryState, Event, MessageRequest};
use fengsui_kernel::{Acting, Mode, Result};
use fengsui_storage::Subject;
use fengsui_storage::messages::{self, NewDelivery};
use serde_json::json;

use super::{Messenger, Recipient, channel_named};

impl Messenger {
    /// Takes a request. Idempotent by its key.
    pub async fn accept(&self, request: &MessageRequest) -> Result<()> {
        let mut deliveries = Vec::new();
        for audience in &request.audience {
            for recipient in self.directory.resolve(audience).await? {
                deliveries.extend(ways(&recipient, request));
            }
        }
        deliveries.sort_by(|a, b| (a.channel, &a.user, &a.address).cmp(&(b.channel, &b.user, &b.address)));
        deliveries.dedup_by(|a, b| (a.channel, &a.user, &a.address) == (b.channel, &b.user, &b.address));
        let mut tx = self.db.begin(Acting::system("messaging", self.db.now())).await?;
        let Some(message) = messages::insert(&mut tx, request).await? else { return tx.rollback().await };
        for new in &deliveries {
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
        let facts = json!({ "subject": request.subject, "deliveries": deliveries.len(), "matter": request.matter });
        tx.trace(
            "message.accept",
            Subject { kind: "message", id: message.to_string(), division: request.division },
            facts,
        );
        tx.commit().await
    }
}

/// The ways in which a recipient is reached. A drill stays in the console.
fn ways(recipient: &Recipient, request: &MessageRequest) -> Vec<NewDelivery> {
    let make = |channel: Channel, address: &str| NewDelivery {
        channel: channel.as_str(),
        address: address.to_owned(),
        recipient: recipient.name.clone(),
        user: recipient.user.clone(),
        receipt: hex::encode(rand::random::<[u8; 16]>()),
    };
    let mut ways = Vec::new();
    if recipient.user.is_some() {
        ways.push(make(Channel::InApp, ""));
    }
    if request.mode == Mode::Drill {
        return ways;
    }
    for channel in &request.channels {
        let address = match channel {
            Channel::InApp => None,
            Channel::Email => recipient.email.as_deref(),
            Channel::Webhook => recipient.webhook.as_deref(),
        };
        ways.extend(address.map(|address| make(*channel, address)));
    }
    ways
}
