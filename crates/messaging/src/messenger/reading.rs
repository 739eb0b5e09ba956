//! What people see of messages.

use fengsui_kernel::id::{DeliveryId, MatterId, MessageId};
use fengsui_kernel::{DivisionCode, Fault, Page, PageQuery, Place, Principal, Refusal, Result};
use fengsui_storage::messages::{self, Coverage, Delivery, DeliveryFilter, SentMessage};

use super::Messenger;

/// The most deliveries of one matter that are read at once.
const MOST_OF_A_MATTER: usize = 20_000;

impl Messenger {
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
}
