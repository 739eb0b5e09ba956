//! A request to tell somebody something.

use std::collections::BTreeMap;

use fengsui_kernel::id::MatterId;
use fengsui_kernel::{DivisionCode, Mode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a message travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// The console and the phone screen.
    InApp,
    /// E-mail over SMTP.
    Email,
    /// HTTP POST to a subscriber.
    Webhook,
}

impl Channel {
    /// The stored form.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InApp => "in_app",
            Self::Email => "email",
            Self::Webhook => "webhook",
        }
    }
}

/// Who is to be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Audience {
    /// Whoever holds a post.
    Post {
        /// Post record id.
        id: String,
    },
    /// One person of the ledger.
    Person {
        /// Person record id.
        id: String,
    },
    /// Everybody whose post has the role, in the division or, if nobody there has, above it.
    Role {
        /// Role name.
        role: String,
        /// Where.
        division: DivisionCode,
    },
    /// A group of the ledger: persons, posts and rules over posts.
    Group {
        /// Group record id.
        id: String,
    },
    /// Everybody with a post in the divisions or below them.
    Area {
        /// The divisions.
        divisions: Vec<DivisionCode>,
    },
    /// The subscribers of a feed, as configured: e-mail addresses and webhooks.
    Subscribers {
        /// Name of the list, `warnings`.
        list: String,
    },
}

/// How loud a notice is in the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// Silent entry.
    #[default]
    Notice,
    /// A short tone.
    Order,
    /// Repeats until confirmed.
    Urgent,
}

/// How many must confirm, and until when, before it escalates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ConfirmationRule {
    /// Confirmations wanted; `None` means every recipient.
    pub count: Option<u32>,
    /// Minutes from sending.
    pub within_minutes: u32,
    /// Who is told if it is not reached.
    pub escalate_to: Vec<Audience>,
}

/// A request to tell somebody something; becomes one message with deliveries.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MessageRequest {
    /// Handlers run at least once: a second request with the same key is ignored.
    pub key: String,
    /// Drill messages stay in the console, among those who take part.
    pub mode: Mode,
    /// The matter that it belongs to.
    pub matter: Option<MatterId>,
    /// Where, for filtering.
    pub division: Option<DivisionCode>,
    /// Subject line, in Chinese.
    pub subject: String,
    /// Body, plain text.
    pub body: String,
    /// Facts for webhooks, such as the CAP identifier.
    #[serde(default)]
    pub facts: BTreeMap<String, String>,
    /// Who.
    pub audience: Vec<Audience>,
    /// How; in-app is always used for those with an account.
    pub channels: Vec<Channel>,
    /// How loud.
    #[serde(default)]
    pub tone: Tone,
    /// What must be confirmed.
    #[serde(default)]
    pub confirmation: Option<ConfirmationRule>,
}
