//! From request to confirmation: one file per step.

mod accepting;
mod confirming;
mod escalating;
mod reading;
mod sending;
mod subscribing;

use std::sync::Arc;

use async_trait::async_trait;
use fengsui_events::{Audience, Channel, DeliveryChanged, DeliveryState, Event};
use fengsui_kernel::id::MatterId;
use fengsui_kernel::{DivisionCode, Result};
use fengsui_storage::messages::Delivery;
use fengsui_storage::{Db, Subject, Tx};
use serde_json::json;

use crate::channel::Channels;
use sending::UnderWay;

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

/// The messaging engine.
#[derive(Clone)]
pub struct Messenger {
    db: Db,
    directory: Arc<dyn Directory>,
    channels: Channels,
    public_url: String,
    under_way: Arc<UnderWay>,
}

impl Messenger {
    /// Puts the engine together. `public_url` is where recipients outside find the platform.
    pub fn new(db: Db, directory: Arc<dyn Directory>, channels: Channels, public_url: &str) -> Self {
        Self {
            db,
            directory,
            channels,
            public_url: public_url.trim_end_matches('/').to_owned(),
            under_way: Arc::default(),
        }
    }

    pub(crate) fn directory(&self) -> &dyn Directory {
        self.directory.as_ref()
    }

    /// Whether there is such a way out of this platform; the console is always there.
    pub(crate) fn has(&self, channel: Channel) -> bool {
        channel == Channel::InApp || self.channels.get(channel.as_str()).is_some()
    }

    pub(crate) fn db(&self) -> &Db {
        &self.db
    }
}

fn channel_named(name: &str) -> Channel {
    match name {
        "email" => Channel::Email,
        "webhook" => Channel::Webhook,
        _ => Channel::InApp,
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
