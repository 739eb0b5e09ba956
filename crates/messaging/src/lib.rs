//! Messages (送达): who is told what over which channel, with retries, receipts and confirmation.
//!
//! A request comes as [`fengsui_events::Event::MessageRequested`] and becomes one message with one
//! delivery per recipient and channel. Channels outside the console are tried again until they
//! answer; drills stay in the console, among those who take part.

mod channel;
mod email;
mod messenger;
pub mod outward;
mod plain;
mod reach;
mod webhook;

pub use channel::{Channels, Failure, Outside, Sender};
pub use email::{EmailSender, EmailSettings, MailTls};
pub use messenger::{Directory, Messenger, Recipient};
pub use plain::{AudienceDraft, MessageDraft};
pub use reach::{DRILL_MARK, Preview, Reached};
pub use webhook::{WebhookSender, WebhookSettings};
