//! Receipts: a person, or a program outside, says that a message arrived.

use fengsui_events::DeliveryState;
use fengsui_kernel::id::DeliveryId;
use fengsui_kernel::{Acting, Fault, Principal, Result};
use fengsui_storage::messages::{self, Delivery};
use serde_json::json;

use super::{Messenger, announce, subject};

impl Messenger {
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
}
