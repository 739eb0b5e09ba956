//! Base maps beside the offline one: services that the configuration names. The browser asks them
//! directly, so the content security policy lets it reach exactly these hosts and no other.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::http::HeaderValue;
use schemars::JsonSchema;
use serde::Serialize;

/// How a browser reads a base map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BaseMapFormat {
    /// Pictures, one per tile.
    Raster,
    /// One PMTiles archive of pictures, read by ranges.
    Pmtiles,
}

/// A base map as the console draws it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct BaseMap {
    /// Its id, as saved views name it.
    pub id: String,
    /// Its name in Chinese.
    pub title: String,
    /// Its name in English.
    pub title_en: String,
    /// How it is read.
    pub format: BaseMapFormat,
    /// Addresses with `{z}`, `{x}`, `{y}`; of an archive, its address.
    pub tiles: Vec<String>,
    /// The same for names drawn above.
    pub overlay: Vec<String>,
    /// What must be said of its origin.
    pub attribution: String,
    /// The smallest scale.
    pub min_zoom: u8,
    /// The largest scale.
    pub max_zoom: u8,
    /// Pixels along a side of a tile.
    pub tile_size: u16,
}

/// The base maps of this node and what they mean for the browser's rights.
#[derive(Debug, Clone)]
pub struct BaseMaps(Arc<(Vec<BaseMap>, HeaderValue)>);

impl BaseMaps {
    /// Takes the maps in the order in which they are offered.
    pub fn new(maps: Vec<BaseMap>) -> Self {
        let policy = HeaderValue::from_str(&policy(&maps));
        // Hosts are checked by `host`, so the fallback is for the compiler.
        let policy = policy.unwrap_or_else(|_| HeaderValue::from_static("default-src 'self'"));
        Self(Arc::new((maps, policy)))
    }

    /// The maps.
    pub fn all(&self) -> &[BaseMap] {
        &self.0.0
    }

    /// The policy of every page.
    pub fn content_security_policy(&self) -> HeaderValue {
        self.0.1.clone()
    }
}

impl Default for BaseMaps {
    fn default() -> Self {
        Self::new(Vec::new())
    }
}

/// `https://host:port` of an address; `None` for paths of this node and for anything odd.
pub fn host(address: &str) -> Option<String> {
    let (scheme, rest) = address.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'[' | b']');
    let sound = !authority.is_empty() && authority.bytes().all(plain) && matches!(scheme, "http" | "https");
    sound.then(|| format!("{scheme}://{authority}"))
}

/// Styles may be inline: the component library and the map set them; scripts never.
fn policy(maps: &[BaseMap]) -> String {
    let addresses = maps.iter().flat_map(|map| map.tiles.iter().chain(&map.overlay));
    let hosts: BTreeSet<String> = addresses.filter_map(|address| host(address)).collect();
    let hosts = hosts.iter().fold(String::new(), |all, host| all + " " + host);
    format!(
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:{hosts}; \
         media-src 'self' blob:; worker-src 'self' blob:; connect-src 'self'{hosts}; object-src 'none'; \
         base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(tiles: &[&str]) -> BaseMap {
        BaseMap {
            id: "a".into(),
            title: "甲".into(),
            title_en: "A".into(),
            format: BaseMapFormat::Raster,
            tiles: tiles.iter().map(ToString::to_string).collect(),
            overlay: Vec::new(),
            attribution: String::new(),
            min_zoom: 0,
            max_zoom: 18,
            tile_size: 256,
        }
    }

    #[test]
    fn opens_exactly_the_hosts_of_the_configuration() {
        let none = policy(&[]);
        assert!(none.contains("connect-src 'self'; ") && none.contains("img-src 'self' data: blob:; "), "{none}");
        let tiles = ["https://t0.tianditu.gov.cn/vec_w/wmts?x={x}", "https://t0.tianditu.gov.cn/cva_w/", "/maps/a"];
        let open = policy(&[map(&tiles)]);
        assert!(open.contains("connect-src 'self' https://t0.tianditu.gov.cn; "), "{open}");
        assert!(!open.contains("script-src 'self' h"), "{open}");
    }

    #[test]
    fn an_address_cannot_smuggle_a_directive() {
        for odd in ["https://a.b; script-src *", "https:// x", "javascript://a", "https://a b/", "//a.b/", "https://"] {
            assert_eq!(host(odd).filter(|host| host.contains([';', ' ', '*'])), None, "{odd}");
        }
        assert_eq!(host("http://127.0.0.1:9/{z}"), Some("http://127.0.0.1:9".into()));
        assert_eq!(host("ftp://a/"), None);
    }
}
