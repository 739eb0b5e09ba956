//! Webhooks: an HTTP POST to a subscriber. Private addresses are refused unless allowed, since a
//! subscriber's address must not become a way into the bureau's own network.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use async_trait::async_trait;
use fengsui_storage::messages::Delivery;
use reqwest::{Client, StatusCode, Url};
use serde_json::json;

use crate::channel::{Failure, Outside, Sender};

/// What webhooks may do.
#[derive(Debug, Clone, Copy, Default)]
pub struct WebhookSettings {
    /// Allow loopback and private networks: for a bureau whose subscribers live inside.
    pub allow_private_addresses: bool,
}

/// Posts to webhooks.
#[derive(Debug, Clone)]
pub struct WebhookSender {
    settings: WebhookSettings,
}

impl WebhookSender {
    /// With the given settings.
    pub fn new(settings: WebhookSettings) -> Self {
        Self { settings }
    }

    /// Resolves the host and pins the connection to the address that was checked: a name that
    /// answers differently the second time cannot slip through.
    async fn client_for(&self, url: &Url) -> Result<Client, Failure> {
        let host = url.host_str().ok_or_else(|| Failure::Final("the address has no host".into()))?.to_owned();
        let port = url.port_or_known_default().unwrap_or(443);
        let bare = host.trim_matches(['[', ']']).to_owned();
        let found = tokio::net::lookup_host((bare.as_str(), port))
            .await
            .map_err(|error| Failure::Passing(error.to_string()))?;
        let addresses: Vec<SocketAddr> = found.filter(|address| self.allowed(address.ip())).collect();
        if addresses.is_empty() {
            return Err(Failure::Final("the address is private or was not found".into()));
        }
        Client::builder()
            .timeout(Duration::from_secs(10))
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .resolve_to_addrs(&bare, &addresses)
            .build()
            .map_err(|error| Failure::Passing(error.to_string()))
    }

    fn allowed(&self, address: IpAddr) -> bool {
        self.settings.allow_private_addresses || public(address)
    }
}

/// Whether an address belongs to the public network.
fn public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(four) => {
            let shared = four.octets()[0] == 100 && (64..128).contains(&four.octets()[1]);
            !(four.is_private() || four.is_loopback() || four.is_link_local() || four.is_unspecified() || shared)
                && !(four.is_broadcast() || four.is_multicast() || four.is_documentation() || four.octets()[0] == 0)
        }
        IpAddr::V6(six) => {
            if let Some(four) = six.to_ipv4_mapped() {
                return public(IpAddr::V4(four));
            }
            let first = six.segments()[0];
            let local = (first & 0xfe00) == 0xfc00 || (first & 0xffc0) == 0xfe80;
            !(six.is_loopback() || six.is_unspecified() || six.is_multicast() || local)
        }
    }
}

#[async_trait]
impl Sender for WebhookSender {
    async fn send(&self, delivery: &Delivery, receipt_url: &str) -> Result<Outside, Failure> {
        let url: Url = delivery.address.parse().map_err(|_| Failure::Final("not an address".into()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Failure::Final("only http and https".into()));
        }
        let client = self.client_for(&url).await?;
        let body = json!({
            "v": 1, "id": delivery.id, "message": delivery.message, "mode": delivery.mode, "subject": delivery.subject,
            "body": delivery.body, "facts": delivery.facts, "division": delivery.division, "receipt_url": receipt_url,
        });
        let answer = client.post(url).json(&body).send().await.map_err(|error| Failure::Passing(error.to_string()))?;
        match answer.status() {
            status if status.is_success() => Ok(Outside::Delivered),
            status
                if status.is_server_error()
                    || status == StatusCode::TOO_MANY_REQUESTS
                    || status == StatusCode::REQUEST_TIMEOUT =>
            {
                Err(Failure::Passing(format!("answered {status}")))
            }
            status => Err(Failure::Final(format!("answered {status}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::public;

    #[test]
    fn knows_what_is_not_public() {
        for bad in [
            "127.0.0.1",
            "10.1.2.3",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "::1",
            "fd00::1",
            "fe80::1",
            "::ffff:10.0.0.1",
        ] {
            assert!(!public(bad.parse().expect("an address")), "{bad}");
        }
        assert!(public("8.8.8.8".parse().expect("an address")));
    }
}
