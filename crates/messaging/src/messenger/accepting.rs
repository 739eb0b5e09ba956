//! From a request to deliveries.

use fengsui_events::{DeliveryChanged, DeliveryState, Event, MessageRequest};
use fengsui_kernel::id::MessageId;
use fengsui_kernel::{Acting, Result};
use fengsui_storage::Subject;
use fengsui_storage::messages::{self, NewDelivery};
use serde_json::json;

use super::{Messenger, channel_named};
use crate::reach;

impl Messenger {
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
}
