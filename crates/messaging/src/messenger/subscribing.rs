//! Subscribers outside the platform.

use fengsui_events::Channel;
use fengsui_kernel::{DivisionCode, Fault, Place, Principal, Result};
use fengsui_storage::Subject;
use fengsui_storage::messages::{self, Subscriber};
use serde_json::json;

use super::Messenger;

impl Messenger {
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
            .require("create", "subscriber", &Place::of(DivisionCode::COUNTRY))
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
