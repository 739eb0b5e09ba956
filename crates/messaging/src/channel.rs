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

impl Failure {
    /// The same without the recipient's address: mail servers repeat it, and reasons are kept in clear.
    pub(crate) fn without(self, address: &str) -> Self {
        match self {
            Self::Passing(reason) => Self::Passing(erased(&reason, address)),
            Self::Final(reason) => Self::Final(erased(&reason, address)),
        }
    }
}

/// A text without an address, however it is written in upper and lower case.
fn erased(text: &str, address: &str) -> String {
    if address.is_empty() {
        return text.to_owned();
    }
    let (lower, wanted) = (text.to_ascii_lowercase(), address.to_ascii_lowercase());
    let (mut left, mut from) = (String::new(), 0);
    while let Some(at) = lower.get(from..).and_then(|rest| rest.find(&wanted)) {
        left.push_str(text.get(from..from + at).unwrap_or_default());
        left.push_str("****");
        from += at + wanted.len();
    }
    left.push_str(text.get(from..).unwrap_or_default());
    left
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_do_not_repeat_the_address() {
        let failure = Failure::Final("550 <Li@Example.invalid> 无此用户 li@example.invalid".to_owned());
        let Failure::Final(said) = failure.without("li@example.invalid") else { panic!("still final") };
        assert_eq!(said, "550 <****> 无此用户 ****");
        assert_eq!(Failure::Passing("busy".into()).without(""), Failure::Passing("busy".into()));
    }
}
