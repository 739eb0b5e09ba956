//! The section about doors by mapping: platforms of third parties that hand readings over as JSON of their own shape.

use std::collections::BTreeMap;

use fengsui_kernel::reading::Quality;
use fengsui_protocols::json::{Device, Layout, Mapping, Path, PathError, Series, Unit};
use fengsui_protocols::modbus::Scale;
use fengsui_server::push::{Access, PushDoor};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::number::Number;
use super::secret::Secret;
use super::zone::{self, offset};

/// Bytes that a body may have at most.
const LARGEST: usize = 16 * 1024 * 1024;
/// Letters of a token or key: guessing must be hopeless.
const SHORTEST_SECRET: usize = 16;

/// A platform that posts readings to `/api/v1/push/NAME`. Paths are JSON pointers from the whole body (`/a/b`), or
/// lead from the item (`value/raw`, `../id` one level above it, `.` the item itself).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Push {
    /// Its name in the address: letters, digits, `-` and `_`.
    pub name: String,
    /// A token that the platform sends as `Authorization: Bearer …`, of at least 16 letters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<Secret>,
    /// The header in which it sends the token alone, if not `Authorization`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_header: Option<String>,
    /// Name for HTTP Basic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// Password for HTTP Basic, of at least 16 letters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<Secret>,
    /// Key with which it signs the body (HMAC-SHA256, hexadecimal or Base64), of at least 16 letters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature_key: Option<Secret>,
    /// The header of the signature.
    #[serde(default = "signature")]
    pub signature_header: String,
    /// The largest body.
    #[serde(default = "mebibyte")]
    #[schemars(range(min = 1024, max = 16_777_216))]
    pub max_bytes: usize,
    /// Requests a minute; who sends more is told to wait.
    #[serde(default = "six_hundred")]
    #[schemars(range(min = 1, max = 600_000))]
    pub requests_per_minute: u32,
    /// Where the items lie, with `*` for each of an array, such as `/data/*`; empty if the body is one item.
    #[serde(default)]
    pub readings_path: String,
    /// Code or serial number of the device, if all readings are of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// Where it stands, if they are not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_path: Option<String>,
    /// Where the time stands; absent: the time of arrival, and a repeated body is a new reading.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_path: Option<String>,
    /// How times are written: `seconds` or `milliseconds` since 1970, or such as `%Y%m%d%H%M%S`; absent: RFC 3339, year
    /// to minute or second, or seconds or milliseconds since 1970, whichever it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_format: Option<String>,
    /// Distance from UTC of times that do not say it.
    #[serde(default = "zone::china")]
    pub zone: String,
    /// Items of one value: code of the series, if there is only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub series: Option<String>,
    /// Items of one value: where the code of the series stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub series_path: Option<String>,
    /// Items of one value: where that stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value_path: Option<String>,
    /// Where the unit stands, if values come in several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_path: Option<String>,
    /// Units and the factor to that of the ledger, such as `{ MPa = 1, kPa = 0.001 }`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub units: BTreeMap<String, Number>,
    /// Items of several values: place and code of each. What is absent or `null` says nothing.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub columns: BTreeMap<String, String>,
    /// Items of several values: an object of which each key is a series.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub properties_path: Option<String>,
    /// Keys of that object that are no values.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<String>,
    /// What the platform calls a series, and its code in the ledger; others keep their names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub names: BTreeMap<String, String>,
    /// Where the quality stands, if anywhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quality_path: Option<String>,
    /// What stands there, such as `{ "0" = "good", "1" = "fault" }`; our own words need no line.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub qualities: BTreeMap<String, Quality>,
    /// Whether the readings are history: they fill the charts and raise nothing.
    #[serde(default)]
    pub historical: bool,
}

fn signature() -> String {
    "X-Signature".into()
}

fn mebibyte() -> usize {
    1024 * 1024
}

fn six_hundred() -> u32 {
    600
}

/// Keys and what is wrong with them.
type Problems = Vec<(String, String)>;

impl Push {
    /// The door as the server opens it, or everything that is wrong with it.
    pub fn door(&self) -> Result<PushDoor, Problems> {
        let mut problems = Problems::new();
        self.check(&mut problems);
        let (access, mapping) = (self.access(&mut problems), self.mapping(&mut problems));
        match (access, mapping) {
            (Some(access), Some(mapping)) if problems.is_empty() => Ok(PushDoor {
                name: self.name.clone(),
                access,
                mapping,
                historical: self.historical,
                largest_bytes: self.max_bytes,
                requests_per_minute: self.requests_per_minute,
            }),
            _ => Err(problems),
        }
    }

    fn check(&self, problems: &mut Problems) {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let header = |name: &str| !name.is_empty() && name.bytes().all(|byte| plain(byte) || byte == b'.');
        let named = (1..=40).contains(&self.name.len()) && self.name.bytes().all(plain);
        let bad = [
            ("name", !named, "must have letters, digits, - and _, at most 40"),
            ("token_header", self.token_header.as_deref().is_some_and(|name| !header(name)), "is no name of a header"),
            ("signature_header", !header(&self.signature_header), "is no name of a header"),
            ("max_bytes", !(1024..=LARGEST).contains(&self.max_bytes), "must be between 1024 and 16777216"),
            ("requests_per_minute", !(1..=600_000).contains(&self.requests_per_minute), "must be between 1 and 600000"),
            ("time_format", self.time_format.as_deref().is_some_and(str::is_empty), "must not be empty"),
            ("zone", offset(&self.zone).is_none(), "must be a distance from UTC, such as +08:00"),
            ("units", self.unit_path.is_some() == self.units.is_empty(), "unit_path and units go together"),
            ("qualities", self.quality_path.is_none() && !self.qualities.is_empty(), "need quality_path"),
            ("except", self.properties_path.is_none() && !self.except.is_empty(), "is for properties_path"),
        ];
        problems
            .extend(bad.iter().filter(|(_, wrong, _)| *wrong).map(|(key, _, what)| ((*key).into(), (*what).into())));
    }

    fn access(&self, problems: &mut Problems) -> Option<Access> {
        let secrets = [("token", &self.token), ("password", &self.password), ("signature_key", &self.signature_key)];
        for (key, secret) in secrets {
            if secret.as_ref().is_some_and(|secret| secret.reveal().chars().count() < SHORTEST_SECRET) {
                problems.push((key.into(), "must have at least 16 letters".into()));
            }
        }
        let text = |secret: &Secret| secret.reveal().to_owned();
        match (&self.token, &self.username, &self.password, &self.signature_key) {
            (Some(token), None, None, None) => {
                Some(Access::Token { token: text(token), header: self.token_header.clone() })
            }
            (None, Some(username), Some(password), None) => {
                Some(Access::Basic { username: username.clone(), password: text(password) })
            }
            (None, None, None, Some(key)) => {
                Some(Access::Signature { secret: text(key), header: self.signature_header.clone() })
            }
            _ => {
                problems.push((
                    "token".into(),
                    "exactly one of token, username with password, and signature_key must be set".into(),
                ));
                None
            }
        }
    }

    fn mapping(&self, problems: &mut Problems) -> Option<Mapping> {
        let items = noted("readings_path", Path::many(&self.readings_path), problems);
        let device = match (&self.device, &self.device_path) {
            (Some(device), None) if !device.trim().is_empty() => Some(Device::Fixed(device.clone())),
            (None, Some(_)) => path("device_path", self.device_path.as_ref(), problems).map(Device::At),
            _ => None,
        };
        if device.is_none()
            && self.device_path.is_none() == self.device.as_deref().is_none_or(|text| text.trim().is_empty())
        {
            problems.push(("device".into(), "either device or device_path must be set".into()));
        }
        let time = path("time_path", self.time_path.as_ref(), problems);
        let quality = path("quality_path", self.quality_path.as_ref(), problems).map(|path| (path, self.words()));
        let layout = self.layout(problems);
        Some(Mapping {
            items: items?,
            device: device?,
            time,
            time_format: self.time_format.clone(),
            zone: offset(&self.zone)?,
            layout: layout?,
            quality,
        })
    }

    /// The words of the platform, and our own.
    fn words(&self) -> BTreeMap<String, String> {
        use Quality::{Bad, Calibration, Fault, Good, Maintenance, Manual, Missing, OverRange, Uncertain};
        let own = [Good, Uncertain, Bad, Missing, Maintenance, Calibration, OverRange, Fault, Manual];
        let own = own.into_iter().map(|own| (own.as_str().to_owned(), own.as_str().to_owned()));
        own.chain(self.qualities.iter().map(|(told, own)| (told.clone(), own.as_str().to_owned()))).collect()
    }

    fn layout(&self, problems: &mut Problems) -> Option<Layout> {
        let one = self.value_path.is_some() && (self.series.is_some() != self.series_path.is_some());
        let loose = self.value_path.is_some()
            || self.series.is_some()
            || self.series_path.is_some()
            || self.unit_path.is_some();
        match (one, loose, self.columns.is_empty(), &self.properties_path) {
            (true, _, true, None) => self.one(problems),
            (false, false, false, None) => {
                let column = |(place, code): (&String, &String)| {
                    Some((noted("columns", Path::one(place), problems)?, code.clone()))
                };
                let columns: Vec<_> = self.columns.iter().filter_map(column).collect();
                (columns.len() == self.columns.len()).then_some(Layout::Columns(columns))
            }
            (false, false, true, Some(_)) => Some(Layout::Properties {
                object: path("properties_path", self.properties_path.as_ref(), problems)?,
                names: self.names.clone(),
                except: self.except.clone(),
            }),
            _ => {
                let what =
                    "exactly one of these must be set: value_path with series or series_path; columns; properties_path";
                problems.push(("value_path".into(), what.into()));
                None
            }
        }
    }

    fn one(&self, problems: &mut Problems) -> Option<Layout> {
        let series = match &self.series {
            Some(code) => Series::Fixed(code.clone()),
            None => Series::At(path("series_path", self.series_path.as_ref(), problems)?, self.names.clone()),
        };
        let value = path("value_path", self.value_path.as_ref(), problems)?;
        let Some(at) = path("unit_path", self.unit_path.as_ref(), problems) else {
            return Some(Layout::One { series, value, unit: None });
        };
        let mut scales = BTreeMap::new();
        for (unit, factor) in &self.units {
            match Scale::new(factor.as_str(), "0") {
                Ok(scale) => drop(scales.insert(unit.clone(), scale)),
                Err(error) => problems.push((format!("units.{unit}"), error.to_string())),
            }
        }
        Some(Layout::One { series, value, unit: Some(Unit { at, scales }) })
    }
}

fn noted(key: &str, path: Result<Path, PathError>, problems: &mut Problems) -> Option<Path> {
    path.map_err(|error| problems.push((key.into(), error.to_string()))).ok()
}

fn path(key: &str, text: Option<&String>, problems: &mut Problems) -> Option<Path> {
    text.and_then(|text| noted(key, Path::one(text), problems))
}

#[cfg(test)]
mod tests {
    use super::super::Config;

    fn problems(rest: &str) -> Vec<String> {
        let config: Config = toml::from_str(&format!("[[push]]\n{rest}")).expect("TOML");
        let found = config.push[0].door().err().unwrap_or_default();
        found.into_iter().map(|(key, _)| key).collect()
    }

    #[test]
    fn what_is_wrong_is_named() {
        let well = "name = \"a\"\ntoken = \"0123456789abcdef\"\ndevice = \"D\"\nvalue_path = \"v\"\nseries = \"s\"\n";
        assert_eq!(problems(well), Vec::<String>::new());
        for (rest, key) in [
            (well.replace("\"a\"", "\"a/b\""), "name"),
            (well.replace("0123456789abcdef", "short"), "token"),
            (format!("{well}signature_key = \"0123456789abcdef\""), "token"),
            (format!("{well}device_path = \"d\""), "device"),
            (well.replace("\"v\"", "\"v/*\""), "value_path"),
            (format!("{well}columns = {{ a = \"b\" }}"), "value_path"),
            (format!("{well}unit_path = \"u\""), "units"),
            (format!("{well}unit_path = \"u\"\nunits = {{ x = 0 }}"), "units.x"),
            (format!("{well}readings_path = \"data\""), "readings_path"),
            (format!("{well}zone = \"CST\""), "zone"),
        ] {
            assert_eq!(problems(&rest), [key], "{rest}");
        }
    }

    #[test]
    fn the_secret_is_never_shown() {
        let text = "[[push]]\nname = \"a\"\ntoken = \"0123456789abcdef\"\ndevice = \"D\"\nvalue_path = \"v\"\nseries = \"s\"\n";
        let config: Config = toml::from_str(text).expect("TOML");
        let shown = format!("{config:?} {:?} {}", config.push[0].door(), serde_json::to_string(&config).expect("JSON"));
        assert!(!shown.contains("0123456789abcdef"), "{shown}");
    }
}
