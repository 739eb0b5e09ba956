//! Webhooks: an HTTP POST to a subscriber. Private addresses are refused unless allowed, since a
//! subscriber's address must not become a way into the bureau's own network.

use std::time::Duration;

use async_trait::async_trait;
use fengsui_storage::messages::Delivery;
use reqwest::{Client, StatusCode, Url};
use serde_json::json;

use crate::channel::{Failure, Outside, Sender};
use crate::outward::{self, Unreachable};

/// How long a subscriber may take.
const PATIENCE: Duration = Duration::from_secs(10);

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

    async fn client_for(&self, url: &Url) -> Result<Client, Failure> {
        let found = outward::client_for(url, self.settings.allow_private_addresses, PATIENCE).await;
        found.map_err(|why| match why {
            Unreachable::NoAddress => Failure::Final("only http and https".into()),
            Unreachable::Private => Failure::Final("the address is private".into()),
            Unreachable::Unknown => Failure::Passing("the name of the host was not found".into()),
            Unreachable::Failed => Failure::Passing("the request failed".into()),
        })
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

#[async_trait]
impl Sender for WebhookSender {
    async fn send(&self, delivery: &Delivery, receipt_url: &str) -> Result<Outside, Failure> {
        let url: Url = delivery.address.parse().map_err(|_| Failure::Final("not an address".into()))?;
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
    #[tokio::test]
    async fn errors_do_not_tell_the_address() {
        // Another test may have been first.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let error = reqwest::Client::new().get("http://127.0.0.1:1/send?key=secret").send().await.expect_err("closed");
        assert_eq!(super::passing(&error), super::Failure::Passing("no connection".into()));
    }
}
