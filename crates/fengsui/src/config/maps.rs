//! The section about One Map: base maps that a bureau adds to the offline one.

use std::collections::BTreeMap;

use fengsui_server::base_maps::{BaseMap, BaseMapFormat, BaseMaps, host};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::secret::Secret;

/// One Map. The offline base map is always there; these are offered beside it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Map {
    /// Base maps by id, offered in the order of their ids. Browsers ask them directly: the content security policy is
    /// opened for exactly their hosts.
    pub bases: BTreeMap<String, Base>,
}

/// How a service gives its tiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum BaseKind {
    /// 天地图 of the National Platform: `layer` is `vec`, `img` or `ter`; the names are laid over it.
    Tianditu,
    /// Tiles by address with `{z}`, `{x}`, `{y}`, and `{key}` where the key belongs.
    Xyz,
    /// An OGC Web Map Tile Service, asked with key-value pairs.
    Wmts,
    /// One PMTiles archive of pictures, on a server that answers ranges.
    Pmtiles,
}

/// A base map.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Base {
    /// How the service gives its tiles.
    pub kind: BaseKind,
    /// Its name.
    pub title: String,
    /// Its name in English; absent: the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title_en: Option<String>,
    /// Address of the service; not needed for Tianditu.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Layer of the service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layer: Option<String>,
    /// Tile matrix set of a WMTS; its tiles must be those of web maps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matrix_set: Option<String>,
    /// Key of the service, as `FENGSUI_MAP__BASES__<ID>__KEY` rather than in a file. It is sent to the browsers of those
    /// who signed in, since they ask the service: have it limited to your address there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Secret>,
    /// What must be said of its origin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attribution: Option<String>,
    /// The smallest scale.
    #[serde(default)]
    #[schemars(range(max = 22))]
    pub min_zoom: u8,
    /// The largest scale.
    #[serde(default = "deepest")]
    #[schemars(range(max = 22))]
    pub max_zoom: u8,
    /// Pixels along a side of a tile.
    #[serde(default = "pixels")]
    pub tile_size: u16,
}

fn deepest() -> u8 {
    18
}

fn pixels() -> u16 {
    256
}

/// Tianditu spreads its tiles over eight hosts; four spare connections are enough.
const TIANDITU_HOSTS: [u8; 4] = [0, 1, 2, 3];

fn tianditu(layer: &str, key: &str) -> Vec<String> {
    let address = |host: &u8| {
        format!(
            "https://t{host}.tianditu.gov.cn/{layer}_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER={layer}\
             &STYLE=default&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={{z}}&TILEROW={{y}}&TILECOL={{x}}&tk={key}"
        )
    };
    TIANDITU_HOSTS.iter().map(address).collect()
}

impl Base {
    fn key(&self) -> &str {
        self.key.as_ref().map_or("", Secret::reveal)
    }

    fn url(&self) -> &str {
        self.url.as_deref().unwrap_or_default()
    }

    fn tiles(&self) -> Vec<String> {
        match self.kind {
            BaseKind::Tianditu => tianditu(self.layer.as_deref().unwrap_or("vec"), self.key()),
            BaseKind::Xyz | BaseKind::Pmtiles => vec![self.url().replace("{key}", self.key())],
            BaseKind::Wmts => vec![self.wmts()],
        }
    }

    fn wmts(&self) -> String {
        let url = self.url().replace("{key}", self.key());
        let join = if url.contains('?') { '&' } else { '?' };
        let (layer, set) = (self.layer.as_deref().unwrap_or_default(), self.matrix_set.as_deref());
        format!(
            "{url}{join}SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER={layer}&STYLE=default&FORMAT=image/png\
             &TILEMATRIXSET={}&TILEMATRIX={{z}}&TILEROW={{y}}&TILECOL={{x}}",
            set.unwrap_or("GoogleMapsCompatible")
        )
    }

    /// The layer of names that belongs to a Tianditu layer.
    fn overlay(&self) -> Vec<String> {
        let names = match (self.kind, self.layer.as_deref().unwrap_or("vec")) {
            (BaseKind::Tianditu, "vec") => "cva",
            (BaseKind::Tianditu, "img") => "cia",
            (BaseKind::Tianditu, "ter") => "cta",
            _ => return Vec::new(),
        };
        tianditu(names, self.key())
    }

    fn attribution(&self) -> String {
        let own = match self.kind {
            BaseKind::Tianditu => "天地图 · 国家地理信息公共服务平台",
            _ => self.title.as_str(),
        };
        self.attribution.clone().unwrap_or_else(|| own.to_owned())
    }

    fn view(&self, id: &str) -> BaseMap {
        BaseMap {
            id: id.to_owned(),
            title: self.title.clone(),
            title_en: self.title_en.clone().unwrap_or_else(|| self.title.clone()),
            format: if self.kind == BaseKind::Pmtiles { BaseMapFormat::Pmtiles } else { BaseMapFormat::Raster },
            tiles: self.tiles(),
            overlay: self.overlay(),
            attribution: self.attribution(),
            min_zoom: self.min_zoom,
            max_zoom: self.max_zoom,
            tile_size: self.tile_size,
        }
    }

    fn problem(&self) -> Option<(&'static str, &'static str)> {
        let url = self.url();
        let known = ["vec", "img", "ter"].contains(&self.layer.as_deref().unwrap_or("vec"));
        if self.title.trim().is_empty() {
            Some(("title", "must not be empty"))
        } else if self.kind == BaseKind::Tianditu {
            match (self.key.is_some(), known) {
                (false, _) => Some(("key", "is missing; Tianditu answers nobody without one")),
                (_, false) => Some(("layer", "must be vec, img or ter")),
                _ => None,
            }
        } else if host(url).is_none() && !url.starts_with('/') {
            Some(("url", "must be an address such as https://map.example.gov.cn/{z}/{x}/{y}.png"))
        } else if self.kind == BaseKind::Xyz && !["{z}", "{x}", "{y}"].iter().all(|part| url.contains(part)) {
            Some(("url", "must hold {z}, {x} and {y}"))
        } else if self.kind == BaseKind::Wmts && self.layer.is_none() {
            Some(("layer", "is missing"))
        } else if self.min_zoom > self.max_zoom || self.max_zoom > 22 {
            Some(("max_zoom", "must be at most 22 and not below min_zoom"))
        } else if !(64..=1024).contains(&self.tile_size) {
            Some(("tile_size", "must be between 64 and 1024"))
        } else {
            None
        }
    }
}

impl Map {
    /// What types cannot tell.
    pub(super) fn problems(&self) -> Vec<String> {
        let plain = |id: &str| id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
        let mut problems = Vec::new();
        for (id, base) in &self.bases {
            if id.is_empty() || id.len() > 40 || !plain(id) || id == "offline" {
                problems.push(format!("map.bases.{id}: an id has letters, digits, - and _, and is not `offline`"));
            }
            problems.extend(base.problem().map(|(key, what)| format!("map.bases.{id}.{key}: {what}")));
        }
        problems
    }

    /// The base maps as the server offers them.
    pub fn base_maps(&self) -> BaseMaps {
        BaseMaps::new(self.bases.iter().map(|(id, base)| base.view(id)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Map {
        toml::from_str(text).expect("a section")
    }

    #[test]
    fn makes_addresses_and_keeps_the_key_out_of_sight() {
        let map = read(
            "[bases.sky]\nkind = \"tianditu\"\ntitle = \"天地图影像\"\nlayer = \"img\"\nkey = \"k1\"\n\
             [bases.own]\nkind = \"wmts\"\ntitle = \"县局\"\nurl = \"https://gis.example.gov.cn/wmts?tk={key}\"\nlayer = \"roads\"\nkey = \"k2\"\n",
        );
        assert_eq!(map.problems(), Vec::<String>::new());
        let maps = map.base_maps();
        let [own, sky] = maps.all() else { panic!("two maps") };
        assert!(sky.tiles[0].starts_with("https://t0.tianditu.gov.cn/img_w/wmts?") && sky.tiles[0].ends_with("&tk=k1"));
        assert!(sky.overlay[0].contains("LAYER=cia"), "{:?}", sky.overlay);
        assert!(own.tiles[0].starts_with("https://gis.example.gov.cn/wmts?tk=k2&SERVICE=WMTS"), "{:?}", own.tiles);
        let policy = maps.content_security_policy();
        let policy = policy.to_str().expect("text");
        assert!(policy.contains("https://gis.example.gov.cn https://t0.tianditu.gov.cn"), "{policy}");
        assert!(!policy.contains("k1") && !serde_json::to_string(&map).expect("JSON").contains("k2"));
    }

    #[test]
    fn names_the_key_at_fault() {
        let map = read(
            "[bases.a]\nkind = \"xyz\"\ntitle = \"甲\"\nurl = \"https://a.example/{z}/{x}.png\"\n\
             [bases.b]\nkind = \"tianditu\"\ntitle = \"乙\"\n[bases.c]\nkind = \"pmtiles\"\ntitle = \"丙\"\nurl = \"ftp://x\"\n\
             [bases.offline]\nkind = \"wmts\"\ntitle = \"丁\"\nurl = \"/wmts\"\n",
        );
        let keys: Vec<_> = map.problems().iter().filter_map(|text| Some(text.split_once(':')?.0.to_owned())).collect();
        let wanted =
            ["map.bases.a.url", "map.bases.b.key", "map.bases.c.url", "map.bases.offline", "map.bases.offline.layer"];
        assert_eq!(keys, wanted);
    }
}
