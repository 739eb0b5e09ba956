//! The configuration in force for the console: every key, what it is for, its value and where that comes from.

use std::collections::BTreeMap;

use anyhow::Context as _;
use fengsui_server::app::Setting;
use serde_json::{Map, Value};

use super::load::Loaded;
use super::show::as_object;
use super::{Config, Mail};

/// What each key is for, in Chinese; the English text is the documentation of the key itself.
const CHINESE: &str = include_str!("../../config/settings.zh.toml");

/// Every key in the order of its name. Secrets are redacted.
pub fn settings(loaded: &Loaded) -> anyhow::Result<Vec<Setting>> {
    let chinese: BTreeMap<String, String> = toml::from_str(CHINESE).context("texts of the settings")?;
    let documented = documented();
    let keys_of = |config: &Config| flat(&as_object(config), "", &documented);
    let (present, defaults) = (keys_of(&loaded.config), keys_of(&Config::default()));
    let setting = |(key, description_en): (String, String)| {
        let value = present.get(&key).cloned();
        let default = defaults.get(&key).cloned();
        let differs = value != default;
        let source = loaded.sources.get(&key).filter(|_| differs).cloned();
        let description_zh = chinese.get(&key).cloned().unwrap_or_else(|| description_en.clone());
        Setting { key, description_zh, description_en, value, default, differs, source }
    };
    Ok(documented.clone().into_iter().map(setting).collect())
}

/// Keys and their documentation, from the schema.
fn documented() -> BTreeMap<String, String> {
    let mut keys = BTreeMap::new();
    let schema = serde_json::to_value(schemars::schema_for!(Config)).unwrap_or_default();
    // An absent section has keys all the same.
    let mail = serde_json::to_value(schemars::schema_for!(Mail)).unwrap_or_default();
    collect(&schema, &schema, "", &mut keys);
    collect(&mail, &mail, "mail", &mut keys);
    keys.remove("mail");
    keys
}

fn collect(root: &Value, schema: &Value, prefix: &str, keys: &mut BTreeMap<String, String>) {
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        match section(root, property) {
            Some(section) => collect(root, section, &key, keys),
            None => {
                keys.insert(key, property["description"].as_str().unwrap_or_default().replace('\n', " "));
            }
        }
    }
}

/// The section that a property refers to; `None` for a plain key.
fn section<'a>(root: &'a Value, property: &'a Value) -> Option<&'a Value> {
    let name = property["$ref"].as_str()?.strip_prefix("#/$defs/")?;
    Some(&root["$defs"][name]).filter(|found| found["properties"].is_object())
}

/// Values by key; a table that is documented as a whole stays one value.
fn flat(object: &Map<String, Value>, prefix: &str, documented: &BTreeMap<String, String>) -> BTreeMap<String, Value> {
    let mut keys = BTreeMap::new();
    for (name, value) in object {
        let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        match value {
            Value::Object(inner) if !documented.contains_key(&key) => keys.extend(flat(inner, &key, documented)),
            Value::Null => {}
            plain => drop(keys.insert(key, plain.clone())),
        }
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::super::{Overrides, load};
    use super::*;

    #[test]
    fn every_key_is_explained_in_both_languages() {
        let chinese: BTreeMap<String, String> = toml::from_str(CHINESE).expect("texts");
        let documented = documented();
        let missing: Vec<_> =
            documented.iter().filter(|(key, text)| text.is_empty() || !chinese.contains_key(*key)).collect();
        assert!(missing.is_empty(), "add to config/settings.zh.toml: {missing:?}");
        let unknown: Vec<_> = chinese.keys().filter(|key| !documented.contains_key(*key)).collect();
        assert!(unknown.is_empty(), "no such keys: {unknown:?}");
        assert!(documented.contains_key("mail.password") && documented.contains_key("http.listen"));
    }

    #[test]
    fn what_differs_says_where_from_and_secrets_are_hidden() {
        let directory = tempfile::tempdir().expect("a directory");
        let toml = "[mail]\nhost = \"mx\"\nfrom = \"a@b.c\"\nusername = \"u\"\npassword = \"hunter2\"\n";
        std::fs::write(directory.path().join("fengsui.toml"), toml).expect("a file");
        let overrides = Overrides { data_dir: Some(directory.path().to_owned()), ..Overrides::default() };
        let loaded = load(&overrides.with("retention.events_days", Some(9))).expect("a configuration");
        let all = settings(&loaded).expect("settings");
        let one = |key: &str| all.iter().find(|setting| setting.key == key).expect("a setting").clone();
        assert!(!serde_json::to_string(&all).expect("JSON").contains("hunter2"));
        let days = one("retention.events_days");
        assert_eq!((days.value, days.source.as_deref(), days.differs), (Some(9.into()), Some("command line"), true));
        assert!(one("mail.host").source.is_some_and(|source| source.ends_with("fengsui.toml")));
        assert_eq!((one("http.listen").differs, one("http.listen").source), (false, None));
    }
}
