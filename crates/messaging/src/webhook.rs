//! Webhooks: an HTTP POST to a subscriber. Private addresses are refused unless allowed, since a
//! subscriber's address must not become a way into the bureau's own network.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
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
            .map_err(|error| passing(&error))
    }

    fn allowed(&self, address: IpAddr) -> bool {
        self.settings.allow_private_addresses || public(address)
    }
}

/// Webhook addresses carry secrets (`…/send?key=…`), and errors are shown and traced: the text
/// keeps what went wrong, not where to.
fn passing(error: &reqwest::Error) -> Failure {
    let what = match error {
        _ if error.is_timeout() => "no answer in time",
        _ if error.is_connect() => "no connection",
        _ => "the request failed",
    };
    Failure::Passing(what.to_owned())
}

/// Whether an address belongs to the public network.
fn public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(four) => public_four(four),
        IpAddr::V6(six) => embedded(six).map_or_else(|| public_six(six), public_four),
    }
}

/// Only 2000::/3 is given out; Teredo (2001::/32) and documentation lie within it.
fn public_six(six: Ipv6Addr) -> bool {
    let [first, second, ..] = six.segments();
    (first & 0xe000) == 0x2000 && !(first == 0x2001 && matches!(second, 0 | 0x0db8))
}

fn public_four(four: Ipv4Addr) -> bool {
    let [first, second, third, _] = four.octets();
    let shared = first == 100 && (64..128).contains(&second);
    let protocols = (first, second, third) == (192, 0, 0);
    let benchmarks = first == 198 && (second & 0xfe) == 18;
    !(four.is_private() || four.is_loopback() || four.is_link_local() || four.is_multicast())
        && !(four.is_documentation() || shared || protocols || benchmarks || first == 0 || first >= 240)
}

/// The IPv4 address that an IPv6 address stands for: mapped, compatible, NAT64, 6to4.
fn embedded(six: Ipv6Addr) -> Option<Ipv4Addr> {
    let ([0, 0, 0, 0, 0, 0 | 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..]) =
        six.segments()
    else {
        return None;
    };
    Some(Ipv4Addr::from((u32::from(high) << 16) | u32::from(low)))
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
        let answer = client.post(url).json(&body).send().await.map_err(|error| passing(&error))?;
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
            "::10.0.0.1",
            "64:ff9b::a9fe:a9fe",
            "2002:7f00:1::1",
            "2001:0:1::1",
            "fec0::1",
            "198.18.0.1",
            "192.0.0.192",
            "240.0.0.1",
        ] {
            assert!(!public(bad.parse().expect("an address")), "{bad}");
        }
        for good in ["8.8.8.8", "2400:3200::1", "64:ff9b::808:808"] {
            assert!(public(good.parse().expect("an address")), "{good}");
        }
    }

    #[tokio::test]
    async fn errors_do_not_tell_the_address() {
        // Another test may have been first.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let error = reqwest::Client::new().get("http://127.0.0.1:1/send?key=secret").send().await.expect_err("closed");
        assert_eq!(super::passing(&error), super::Failure::Passing("no connection".into()));
    }
}
