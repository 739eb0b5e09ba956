//! Sections about what leaves the platform: mail, webhooks.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::secret::Secret;

/// How the line to the mail server is protected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum MailTls {
    /// Not at all; for a server on the same machine only.
    None,
    /// Plain at first, then TLS.
    #[default]
    StartTls,
    /// TLS from the first byte.
    Tls,
}

/// Outgoing mail by SMTP. `host` and `from` are required.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    /// Host of the mail server.
    pub host: String,
    /// Its port.
    #[serde(default = "submission")]
    pub port: u16,
    /// Protection of the line.
    #[serde(default)]
    pub tls: MailTls,
    /// Name, where the server wants one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// Password; better given as `FENGSUI_MAIL__PASSWORD` than in a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<Secret>,
    /// Sender, such as `应急值班室 <duty@example.gov.cn>`.
    pub from: String,
}

fn submission() -> u16 {
    587
}

/// Outgoing webhooks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Webhook {
    /// Allow loopback and private networks, for subscribers inside the bureau's own network.
    pub allow_private_addresses: bool,
}
