//! The configuration in force as TOML, secrets redacted, with a mark at what is not the default.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::Config;
use super::load::Loaded;

/// Writes the configuration; lines that differ from the default end in where they were set.
pub fn show(loaded: &Loaded) -> String {
    let mut text = String::new();
    match &loaded.file {
        Some(file) => line(&mut text, &format!("# file: {}", file.display())),
        None => line(&mut text, "# no configuration file; defaults, environment and flags"),
    }
    let (present, defaults) = (as_object(&loaded.config), as_object(&Config::default()));
    let (sections, plain): (Vec<_>, Vec<_>) = present.iter().partition(|(_, value)| value.is_object());
    for (key, value) in plain {
        entry(&mut text, loaded, "", key, value, defaults.get(key));
    }
    for (section, value) in sections {
        line(&mut text, &format!("\n[{section}]"));
        let fallback = defaults.get(section);
        for (key, value) in value.as_object().into_iter().flatten() {
            entry(&mut text, loaded, section, key, value, fallback.and_then(|fallback| fallback.get(key)));
        }
    }
    text
}

pub(super) fn as_object(config: &Config) -> Map<String, Value> {
    match serde_json::to_value(config) {
        Ok(Value::Object(object)) => object,
        _ => Map::new(),
    }
}

fn entry(text: &mut String, loaded: &Loaded, section: &str, key: &str, value: &Value, fallback: Option<&Value>) {
    // Strings, numbers and truth values of JSON are TOML as well; tables are not.
    let toml = toml::Value::try_from(value).map_or_else(|_| value.to_string(), |value| value.to_string());
    let setting = format!("{key} = {toml}");
    if Some(value) == fallback {
        return line(text, &setting);
    }
    let path = if section.is_empty() { key.to_owned() } else { format!("{section}.{key}") };
    let source = loaded.sources.get(&path).map_or("file", String::as_str);
    let default = fallback.map_or("unset".to_owned(), Value::to_string);
    line(text, &format!("{setting}  # default: {default}; set by: {source}"));
}

fn line(text: &mut String, content: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{content}");
}

#[cfg(test)]
mod tests {
    use super::super::{Overrides, load};

    #[test]
    fn marks_what_differs_and_hides_secrets() {
        let directory = tempfile::tempdir().expect("a directory");
        let toml = "[mail]\nhost = \"mx\"\nfrom = \"a@b.c\"\nusername = \"u\"\npassword = \"hunter2\"\n";
        std::fs::write(directory.path().join("fengsui.toml"), toml).expect("a file");
        let overrides = Overrides { data_dir: Some(directory.path().to_owned()), ..Overrides::default() };
        let shown = super::show(&load(&overrides.with("retention.events_days", Some(9))).expect("a configuration"));
        assert!(!shown.contains("hunter2"), "{shown}");
        assert!(shown.contains("events_days = 9  # default: 7; set by: command line"), "{shown}");
        assert!(shown.contains("host = \"mx\"  # default: unset; set by: "), "{shown}");
        assert!(shown.contains("\nport = 587"), "{shown}");
        assert!(shown.contains("\nenabled = true\n"), "{shown}");
        toml::from_str::<toml::Table>(&shown).expect("what is shown is TOML");
    }
}
