//! What nobody confirmed in time goes on to others.

use fengsui_events::{Audience, Channel, Event, MessageRequest, Tone};
use fengsui_kernel::{Acting, Result};
use fengsui_storage::Subject;
use fengsui_storage::messages::{self, Waiting};
use serde_json::json;

use super::Messenger;

impl Messenger {
    pub(super) async fn escalate(&self, waiting: Waiting) -> Result<()> {
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
}
