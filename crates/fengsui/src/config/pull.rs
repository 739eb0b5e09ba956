//! The section about pulling: lists of others that are fetched at regular intervals.

use std::time::Duration;

use fengsui_gateway::Fetching;
use fengsui_kernel::Point;
use fengsui_monitoring::hazards::{FireConditions, MASK_KM, QuakeConditions};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::secret::Secret;
use crate::pulls::{Area, Pull as Source, Reading};

/// Bytes that a list may have at most.
const LARGEST: usize = 64 * 1024 * 1024;

/// A list of another service, fetched at regular intervals: earthquakes or satellite fire pixels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pull {
    /// Its name on screens: letters, digits, `-` and `_`.
    pub name: String,
    /// What the list holds.
    pub format: PullFormat,
    /// Its address over http or https; `{key}` stands for the key.
    pub url: String,
    /// Key of the service, which is never shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Secret>,
    /// Seconds from one fetch to the next; after failures they grow up to an hour.
    #[serde(default = "five_minutes")]
    #[schemars(range(min = 10, max = 86_400))]
    pub interval_seconds: u32,
    /// How long a fetch may take.
    #[serde(default = "thirty")]
    #[schemars(range(min = 1, max = 600))]
    pub timeout_seconds: u32,
    /// The largest list.
    #[serde(default = "sixteen_mebibytes")]
    #[schemars(range(min = 1024, max = 67_108_864))]
    pub max_bytes: usize,
    /// Whether the service may lie in a private network.
    #[serde(default)]
    pub allow_private_addresses: bool,
    /// What lies further than `radius_km` from this place (longitude, latitude) is passed over; absent: what lies
    /// outside the node's own division.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub center: Option<[f64; 2]>,
    /// Radius around `center`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub radius_km: Option<f64>,
    /// What is older is passed over.
    #[serde(default = "thirty")]
    #[schemars(range(min = 1, max = 366))]
    pub keep_days: u32,
    /// What is older is recorded and raises nothing.
    #[serde(default = "day")]
    #[schemars(range(min = 1, max = 720))]
    pub raise_within_hours: u32,
    /// Earthquakes: weaker ones are passed over.
    #[serde(default = "three")]
    pub keep_magnitude: f64,
    /// Earthquakes: from this magnitude on an incident to verify is opened.
    #[serde(default = "four_and_a_half")]
    pub raise_magnitude: f64,
    /// Fire pixels: from this confidence on (0 to 100; VIIRS low 20, nominal 60, high 90) an incident to verify is opened.
    #[serde(default = "sixty")]
    #[schemars(range(max = 100))]
    pub raise_confidence: u8,
    /// Fire pixels: one within this distance of an enterprise that is a heat source in the ledger is recorded as masked
    /// and raises nothing; 0 switches the mask off.
    #[serde(default = "mask")]
    pub mask_km: f64,
    /// Fire pixels: one within this distance of a pixel that raised an incident in the last 24 hours belongs to it.
    #[serde(default = "five")]
    pub same_fire_km: f64,
}

/// What a list holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum PullFormat {
    /// Earthquakes: GeoJSON as of the USGS, or rows as Chinese services give them.
    Earthquakes,
    /// Fire pixels: CSV of NASA FIRMS, or GeoJSON with the same names.
    Hotspots,
}

fn five_minutes() -> u32 {
    300
}

fn thirty() -> u32 {
    30
}

fn day() -> u32 {
    24
}

fn sixteen_mebibytes() -> usize {
    16 * 1024 * 1024
}

fn three() -> f64 {
    3.0
}

fn four_and_a_half() -> f64 {
    4.5
}

fn sixty() -> u8 {
    60
}

fn mask() -> f64 {
    MASK_KM
}

fn five() -> f64 {
    5.0
}

impl Pull {
    /// The source as it is fetched, or everything that is wrong with it.
    pub fn source(&self) -> Result<Source, Vec<(String, String)>> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let named = (1..=30).contains(&self.name.len()) && self.name.bytes().all(plain);
        let scheme = ["http://", "https://"].iter().any(|scheme| self.url.starts_with(scheme));
        let area = self.area();
        let within = |number: f64, most: f64| number.is_finite() && (0.0..=most).contains(&number);
        let bad = [
            ("name", !named, "must have letters, digits, - and _, at most 30"),
            ("url", !scheme, "must be an address over http or https"),
            ("key", self.key.is_some() != self.url.contains("{key}"), "key and {key} in url go together"),
            ("interval_seconds", !(10..=86_400).contains(&self.interval_seconds), "must be between 10 and 86400"),
            ("timeout_seconds", !(1..=600).contains(&self.timeout_seconds), "must be between 1 and 600"),
            ("max_bytes", !(1024..=LARGEST).contains(&self.max_bytes), "must be between 1024 and 67108864"),
            ("center", area.is_none(), "center (longitude, latitude, in China) and radius_km (1 to 3000) go together"),
            ("keep_days", !(1..=366).contains(&self.keep_days), "must be between 1 and 366"),
            ("raise_within_hours", !(1..=720).contains(&self.raise_within_hours), "must be between 1 and 720"),
            ("keep_magnitude", !within(self.keep_magnitude, 10.0), "must be between 0 and 10"),
            ("raise_magnitude", !within(self.raise_magnitude, 10.0), "must be between 0 and 10"),
            ("raise_confidence", self.raise_confidence > 100, "must be at most 100"),
            ("mask_km", !within(self.mask_km, 50.0), "must be between 0 and 50"),
            ("same_fire_km", !within(self.same_fire_km, 50.0), "must be between 0 and 50"),
        ];
        let problems: Vec<_> =
            bad.iter().filter(|(_, wrong, _)| *wrong).map(|(key, _, what)| ((*key).into(), (*what).into())).collect();
        match area {
            Some(area) if problems.is_empty() => Ok(self.sound(area)),
            _ => Err(problems),
        }
    }

    fn sound(&self, area: Area) -> Source {
        let reading = match self.format {
            PullFormat::Earthquakes => Reading::Earthquakes {
                keep_magnitude: self.keep_magnitude,
                when: QuakeConditions { magnitude: self.raise_magnitude, within_hours: self.raise_within_hours },
            },
            PullFormat::Hotspots => Reading::Hotspots {
                when: FireConditions {
                    confidence: self.raise_confidence,
                    within_hours: self.raise_within_hours,
                    mask_km: self.mask_km,
                },
                same_fire_km: self.same_fire_km,
            },
        };
        Source {
            name: self.name.clone(),
            fetching: Fetching {
                url: self.url.replace("{key}", self.key.as_ref().map_or("", Secret::reveal)),
                allow_private: self.allow_private_addresses,
                timeout: Duration::from_secs(self.timeout_seconds.into()),
                largest: self.max_bytes,
            },
            interval: Duration::from_secs(self.interval_seconds.into()),
            keep_days: self.keep_days,
            area,
            reading,
            settings: serde_json::to_string(self).unwrap_or_default(),
        }
    }

    /// Nothing if it is no area.
    fn area(&self) -> Option<Area> {
        match (self.center, self.radius_km) {
            (None, None) => Some(Area::Own),
            (Some([lon, lat]), Some(km)) if (1.0..=3000.0).contains(&km) => {
                Point::new(lon, lat).ok().map(|center| Area::Circle { center, radius_m: km * 1000.0 })
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Config;

    fn problems(rest: &str) -> Vec<String> {
        let config: Config = toml::from_str(&format!("[[pull]]\n{rest}")).expect("TOML");
        let found = config.pull[0].source().err().unwrap_or_default();
        found.into_iter().map(|(key, _)| key).collect()
    }

    #[test]
    fn what_is_wrong_is_named() {
        let well = "name = \"usgs\"\nformat = \"earthquakes\"\nurl = \"https://a.example/q.geojson\"\n";
        assert_eq!(problems(well), Vec::<String>::new());
        for (rest, key) in [
            (well.replace("usgs", "us gs"), "name"),
            (well.replace("https", "ftp"), "url"),
            (format!("{well}key = \"k\""), "key"),
            (format!("{well}radius_km = 300"), "center"),
            (format!("{well}center = [38.0, 106.0]\nradius_km = 300"), "center"),
            (format!("{well}interval_seconds = 1"), "interval_seconds"),
            (format!("{well}mask_km = -1"), "mask_km"),
        ] {
            assert_eq!(problems(&rest), [key], "{rest}");
        }
    }

    #[test]
    fn the_key_is_never_shown() {
        let text =
            "[[pull]]\nname = \"f\"\nformat = \"hotspots\"\nurl = \"https://a.example/{key}/1\"\nkey = \"s3cret\"\n";
        let config: Config = toml::from_str(text).expect("TOML");
        let source = config.pull[0].source().expect("sound");
        assert_eq!(source.fetching.url, "https://a.example/s3cret/1");
        assert!(!source.settings.contains("s3cret") && !format!("{config:?}").contains("s3cret"));
    }
}
