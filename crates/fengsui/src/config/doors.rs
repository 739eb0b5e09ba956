//! Sections about the doors: HTTP, MQTT, HJ 212.

use fengsui_gateway::{Entrance, FramedProtocol};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::secret::Secret;

/// The web server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Http {
    /// Address and port to listen on; port 0 takes any free one.
    #[schemars(with = "String")]
    pub listen: SocketAddr,
    /// How people reach this node from outside, such as `https://yj.example.gov.cn`; used in feeds, mails and receipts.
    /// Absent: made from `listen`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_url: Option<String>,
    /// Whether cookies travel over TLS only. Absent: yes if `public_url` begins with `https:`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secure_cookies: Option<bool>,
    /// The proxy whose `X-Forwarded-For` is believed; absent: nobody's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trusted_proxy: Option<IpAddr>,
    /// Connections, and live streams, that one address may have open; the proxy is not counted.
    #[schemars(range(min = 1))]
    pub connections_per_address: usize,
    /// What must be sent as `Authorization: Bearer …` to read `/metrics` from another machine; absent: nobody can.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metrics_token: Option<Secret>,
}

impl Default for Http {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            public_url: None,
            secure_cookies: None,
            trusted_proxy: None,
            connections_per_address: 512,
            metrics_token: None,
        }
    }
}

impl Http {
    /// Whether cookies travel over TLS only.
    pub fn secure_cookies(&self) -> bool {
        self.secure_cookies.unwrap_or_else(|| self.public_url.as_ref().is_some_and(|url| url.starts_with("https:")))
    }

    /// What an operator should hear at the start: passwords and cookies would cross the network in clear.
    pub fn warning(&self) -> Option<&'static str> {
        let behind_tls = self.public_url.as_ref().is_some_and(|url| url.starts_with("https:"));
        match (self.listen.ip().is_loopback(), self.trusted_proxy.is_some(), behind_tls) {
            (true, ..) | (false, true, true) => None,
            (false, false, true) => Some(
                "http.listen is reachable from the network and http.trusted_proxy is not set: all people share the \
                 proxy's address in sign-in limits and in the trace, and whoever reaches the port goes around TLS",
            ),
            (false, _, false) => Some(
                "http.listen is reachable from the network without TLS: passwords and cookies travel in clear; put a \
                 TLS proxy in front, set http.public_url to its https address and http.trusted_proxy to its address",
            ),
        }
    }

    /// The URL people use, without a slash at its end; `bound` is the address actually listened on.
    pub fn url(&self, bound: SocketAddr) -> String {
        match &self.public_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None if bound.ip().is_unspecified() => format!("http://127.0.0.1:{}", bound.port()),
            None => format!("http://{bound}"),
        }
    }
}

/// The MQTT door (3.1, 3.1.1 and 5.0). Devices sign in with their code and token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Mqtt {
    /// Whether the door is open.
    pub enabled: bool,
    /// Address and port to listen on; port 0 takes any free one.
    #[schemars(with = "String")]
    pub listen: SocketAddr,
    /// Connections at the same time.
    #[schemars(range(min = 1))]
    pub max_connections: usize,
    /// Connections from one address at the same time.
    #[schemars(range(min = 1))]
    pub max_connections_per_address: usize,
    /// Largest packet in bytes.
    #[schemars(range(min = 1024, max = 16_777_216))]
    pub max_packet_bytes: usize,
    /// Readings that one device may send in a second in the long run, at whichever door; who sends faster is read slower.
    #[schemars(range(min = 1))]
    pub readings_per_second: u32,
    /// Readings that one device may send at once, such as a backlog after an outage.
    #[schemars(range(min = 1))]
    pub burst_readings: u32,
}

impl Default for Mqtt {
    fn default() -> Self {
        let listen = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 1883));
        Self {
            enabled: true,
            listen,
            max_connections: 10_000,
            max_connections_per_address: 1_000,
            max_packet_bytes: 1_048_576,
            readings_per_second: 2_000,
            burst_readings: 100_000,
        }
    }
}

impl Mqtt {
    /// Where it is, and how many may come in.
    pub fn entrance(&self) -> Entrance {
        let (connections, connections_per_address) = (self.max_connections, self.max_connections_per_address);
        Entrance { listen: self.listen, connections, connections_per_address }
    }
}

macro_rules! framed_doors {
    ($($(#[$doc:meta])* $name:ident($protocol:ident, $enabled:literal, $port:literal, $connections:literal, $per_address:literal);)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        #[serde(default, deny_unknown_fields)]
        pub struct $name {
            /// Whether the door is open.
            pub enabled: bool,
            /// Address and port to listen on; port 0 takes any free one.
            #[schemars(with = "String")]
            pub listen: SocketAddr,
            /// Connections at the same time.
            #[schemars(range(min = 1))]
            pub max_connections: usize,
            /// Connections from one address at the same time.
            #[schemars(range(min = 1))]
            pub max_connections_per_address: usize,
        }

        impl Default for $name {
            fn default() -> Self {
                let listen = SocketAddr::from((Ipv4Addr::UNSPECIFIED, $port));
                let (max_connections, max_connections_per_address) = ($connections, $per_address);
                Self { enabled: $enabled, listen, max_connections, max_connections_per_address }
            }
        }

        impl From<&$name> for FramedDoor {
            fn from(door: &$name) -> Self {
                let protocol = FramedProtocol::$protocol;
                let (connections, connections_per_address) = (door.max_connections, door.max_connections_per_address);
                let entrance = Entrance { listen: door.listen, connections, connections_per_address };
                Self { protocol, enabled: door.enabled, entrance }
            }
        }
    )*};
}

/// A door of a protocol of frames, whichever it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FramedDoor {
    /// The protocol.
    pub protocol: FramedProtocol,
    /// Whether it is open.
    pub enabled: bool,
    /// Where it is, and how many may come in.
    pub entrance: Entrance,
}

framed_doors! {
    /// The HJ 212 door. Loggers are known by their MN.
    Hj212(Hj212, true, 9212, 2_000, 1_000);
    /// The SL 651 door. Stations are known by their address of ten digits.
    Sl651(Sl651, false, 9651, 5_000, 1_000);
    /// The JT/T 808 door. Terminals are known by their telephone number without zeros in front; a whole
    /// fleet may come through one address, that of its carrier's gateway.
    Jt808(Jt808, false, 9808, 20_000, 20_000);
    /// The GB/T 26875.3 door. Transmission devices are known by their source address, as a decimal number.
    Gb26875(Gb26875, false, 9875, 5_000, 1_000);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_follow_the_public_url() {
        let mut http = Http::default();
        assert!(!http.secure_cookies());
        http.public_url = Some("https://yj.example.gov.cn/".into());
        assert!(http.secure_cookies());
        assert_eq!(http.url(http.listen), "https://yj.example.gov.cn");
        http.secure_cookies = Some(false);
        assert!(!http.secure_cookies());
    }

    #[test]
    fn warns_of_an_open_door() {
        let mut http = Http::default();
        assert!(http.warning().is_none());
        http.listen = "0.0.0.0:8080".parse().expect("an address");
        assert!(http.warning().is_some_and(|text| text.contains("without TLS")));
        http.public_url = Some("https://yj.example.gov.cn".into());
        assert!(http.warning().is_some_and(|text| text.contains("trusted_proxy is not set")));
        http.trusted_proxy = "127.0.0.1".parse().ok();
        assert!(http.warning().is_none());
    }

    #[test]
    fn an_unspecified_address_is_reached_locally() {
        let bound = "0.0.0.0:18080".parse().expect("an address");
        assert_eq!(Http::default().url(bound), "http://127.0.0.1:18080");
    }
}
