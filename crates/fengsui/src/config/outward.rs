//! Sections about what leaves the platform: mail, webhooks, the map.

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

/// The map of the console.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Map {
    /// Raster tiles of an approved map service with `{z}`, `{x}` and `{y}`; absent: the base map built in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tiles: Option<String>,
    /// Attribution that the tile service demands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attribution: Option<String>,
    /// Map number (审图号) of the tile service, shown on the map.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approval_number: Option<String>,
    /// Longitude of the first view, in degrees.
    #[schemars(range(min = 73, max = 136))]
    pub longitude: f64,
    /// Latitude of the first view, in degrees.
    #[schemars(range(min = 3, max = 54))]
    pub latitude: f64,
    /// Zoom of the first view.
    #[schemars(range(min = 0, max = 18))]
    pub zoom: f64,
}

impl Default for Map {
    fn default() -> Self {
        Self { tiles: None, attribution: None, approval_number: None, longitude: 106.2, latitude: 37.5, zoom: 6.5 }
    }
}
