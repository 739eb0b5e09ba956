//! Channels that leave the platform.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use fengsui_storage::messages::Delivery;

/// What the outside said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outside {
    /// It took the message; arrival is not known.
    Sent,
    /// It has it.
    Delivered,
}

/// Why a try failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// Worth another try: no line, busy, time-out.
    Passing(String),
    /// No use in trying again: no such address, refused for good.
    Final(String),
}

/// One way out.
#[async_trait]
pub trait Sender: Send + Sync + 'static {
    /// Sends one delivery. `receipt_url` is where the recipient may confirm.
    async fn send(&self, delivery: &Delivery, receipt_url: &str) -> Result<Outside, Failure>;
}

/// The ways out by channel name.
#[derive(Clone, Default)]
pub struct Channels(BTreeMap<&'static str, Arc<dyn Sender>>);

impl Channels {
    /// Adds a way out.
    #[must_use]
    pub fn with(mut self, channel: &'static str, sender: impl Sender) -> Self {
        self.0.insert(channel, Arc::new(sender));
        self
    }

    pub(crate) fn get(&self, channel: &str) -> Option<Arc<dyn Sender>> {
        self.0.get(channel).cloned()
    }
}
