//! The one way in which the platform calls others over HTTP: no redirects, no proxy of the environment, only public
//! addresses unless allowed, and the connection pinned to the address that was judged.

use std::net::SocketAddr;
use std::time::Duration;

use fengsui_kernel::network::public;
use reqwest::{Client, Url};

/// Why nobody can be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreachable {
    /// It is no address over http or https.
    NoAddress,
    /// The name is not known, or nobody who knows it answers.
    Unknown,
    /// All addresses behind it belong to a private network.
    Private,
    /// The client could not be made.
    Failed,
}

/// A client for one address. The name is resolved once: one that answers differently the second time cannot slip
/// through. `timeout` holds for the whole call, the body included.
pub async fn client_for(url: &Url, allow_private: bool, timeout: Duration) -> Result<Client, Unreachable> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(Unreachable::NoAddress);
    }
    let host = url.host_str().ok_or(Unreachable::NoAddress)?;
    let port = url.port_or_known_default().unwrap_or(443);
    let bare = host.trim_matches(['[', ']']).to_owned();
    let found = tokio::time::timeout(timeout, tokio::net::lookup_host((bare.as_str(), port))).await;
    let found: Vec<SocketAddr> = found.map_err(|_| Unreachable::Unknown)?.map_err(|_| Unreachable::Unknown)?.collect();
    let addresses: Vec<SocketAddr> =
        found.iter().copied().filter(|address| allow_private || public(address.ip())).collect();
    if addresses.is_empty() {
        return Err(if found.is_empty() { Unreachable::Unknown } else { Unreachable::Private });
    }
    Client::builder()
        .timeout(timeout)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .resolve_to_addrs(&bare, &addresses)
        .build()
        .map_err(|_| Unreachable::Failed)
}
