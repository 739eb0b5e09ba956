//! Puts the configuration together and says where each value came from.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use figment::error::Kind;
use figment::providers::{Format, Serialized, Toml};
use figment::value::{Dict, Value};
use figment::{Error, Figment};

use super::Config;
use super::check;
use super::typed::typed;

/// Variables without a section that are keys of the configuration; all others need `__`.
const TOP_LEVEL: [&str; 2] = ["roles", "processes"];
const PREFIX: &str = "FENGSUI_";
/// More problems than this are not worth listing.
const MOST_PROBLEMS: usize = 100;

/// What the command line sets.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// The file of `--config`.
    pub file: Option<PathBuf>,
    /// The directory of `--data`.
    pub data_dir: Option<PathBuf>,
    /// Keys and values of other flags, such as `http.listen`.
    pub keys: Vec<(String, String)>,
    /// Keys and values that a command prefers to the defaults; file, environment and flags come before them.
    pub preferred: Vec<(&'static str, &'static str)>,
}

impl Overrides {
    /// Adds a key if a flag gave a value.
    #[must_use]
    pub fn with(mut self, key: &str, value: Option<impl ToString>) -> Self {
        self.keys.extend(value.map(|value| (key.to_owned(), value.to_string())));
        self
    }
}

/// A configuration and what is known about its making.
#[derive(Debug)]
pub struct Loaded {
    /// The values in force.
    pub config: Config,
    /// The file that was read, if any.
    pub file: Option<PathBuf>,
    /// Keys that somebody set, with the place where.
    pub sources: BTreeMap<String, String>,
}

/// Reads the configuration; the error lists everything that is wrong with it, one problem a line.
pub fn load(overrides: &Overrides) -> Result<Loaded, Vec<String>> {
    let file = file_of(overrides).map_err(|problem| vec![problem])?;
    let layers = Layers::new(overrides, file.as_deref());
    let mut dict: Dict = layers.figment.extract().map_err(|error| layers.unreadable(error))?;
    let mut problems = Vec::new();
    // Serde stops at the first problem. Each round takes the offending key out, so that all are found.
    let config = loop {
        let error = match Figment::from(Serialized::defaults(&dict)).extract::<Config>() {
            Ok(config) => break config,
            Err(error) => error,
        };
        let path = key_path(&error);
        problems.extend(error.into_iter().map(|error| layers.message(&error)));
        if path.is_empty() || !remove(&mut dict, &path) || problems.len() >= MOST_PROBLEMS {
            return Err(problems);
        }
    };
    problems.extend(check::problems(&config));
    if !problems.is_empty() {
        return Err(problems);
    }
    let mut keys = Vec::new();
    leaves("", &dict, &mut keys);
    let sources = keys.into_iter().filter_map(|key| layers.origin(&key).map(|place| (key, place))).collect();
    Ok(Loaded { config, file, sources })
}

fn file_of(overrides: &Overrides) -> Result<Option<PathBuf>, String> {
    if let Some(file) = &overrides.file {
        return if file.is_file() { Ok(Some(file.clone())) } else { Err(format!("{}: no such file", file.display())) };
    }
    let data_dir = overrides.data_dir.clone().unwrap_or_else(|| Config::default().node.data_dir);
    Ok(Some(data_dir.join("fengsui.toml")).filter(|file| file.is_file()))
}

/// File, environment and flags, one over the other.
struct Layers {
    figment: Figment,
    file: Option<String>,
    /// Keys that do not come from the file, with their place.
    origins: BTreeMap<String, String>,
}

impl Layers {
    fn new(overrides: &Overrides, file: Option<&Path>) -> Self {
        let mut layers = Self {
            figment: Figment::new(),
            file: file.map(|file| file.display().to_string()),
            origins: BTreeMap::new(),
        };
        for (key, value) in &overrides.preferred {
            layers.set(key, typed(key, value), "this command");
        }
        if let Some(file) = file {
            let before = std::mem::take(&mut layers.figment);
            layers.figment = before.merge(Toml::file_exact(file));
            // What the file says is no longer this command's.
            layers.origins.retain(|key, _| Figment::from(Toml::file_exact(file)).find_value(key).is_err());
        }
        for (variable, key, value) in environment() {
            layers.set(&key, typed(&key, &value), &variable);
        }
        if let Some(data_dir) = &overrides.data_dir {
            layers.set("node.data_dir", Value::from(data_dir.display().to_string()), "command line");
        }
        for (key, value) in &overrides.keys {
            layers.set(key, typed(key, value), "command line");
        }
        layers
    }

    fn set(&mut self, key: &str, value: Value, place: &str) {
        let before = std::mem::take(&mut self.figment);
        self.figment = before.merge(Serialized::default(key, value));
        self.origins.insert(key.to_owned(), place.to_owned());
    }

    /// Where a key was set, in words.
    fn origin(&self, key: &str) -> Option<String> {
        self.origins.get(key).or(self.file.as_ref()).cloned()
    }

    /// Only a file can be unreadable as a whole, and its parser does not know its name.
    fn unreadable(&self, error: Error) -> Vec<String> {
        let name = self.file.as_ref().map_or(String::new(), |file| format!("{file}: "));
        error.into_iter().map(|error| format!("{name}{error}")).collect()
    }

    fn message(&self, error: &Error) -> String {
        let path = key_path(error).join(".");
        let what = match &error.kind {
            Kind::UnknownField(_, expected) => format!("unknown key; known here are: {}", expected.join(", ")),
            Kind::MissingField(field) => format!("the key {field} is missing"),
            kind => kind.to_string(),
        };
        let place = self.origin(&path).map_or(String::new(), |place| format!(" ({place})"));
        if path.is_empty() { format!("{what}{place}") } else { format!("{path}: {what}{place}") }
    }
}

/// `FENGSUI_HTTP__LISTEN` is `http.listen`. Other `FENGSUI_` variables are flags or belong to tests.
fn environment() -> Vec<(String, String, String)> {
    let ours = |name: &str| name.contains("__") || TOP_LEVEL.contains(&name);
    let read = |(variable, value): (std::ffi::OsString, std::ffi::OsString)| {
        let (variable, value) = (variable.into_string().ok()?, value.into_string().ok()?);
        let name = variable.strip_prefix(PREFIX)?.to_lowercase();
        ours(&name).then(|| (variable, name.replace("__", "."), value))
    };
    std::env::vars_os().filter_map(read).collect()
}

/// The key an error is about; for a missing key, the section that misses it.
fn key_path(error: &Error) -> Vec<String> {
    let mut path = error.path.clone();
    if let Kind::UnknownField(name, _) = &error.kind
        && path.last() != Some(name)
    {
        path.push(name.clone());
    }
    path
}

fn remove(dict: &mut Dict, path: &[String]) -> bool {
    match path {
        [] => false,
        [key] => dict.remove(key).is_some(),
        [key, rest @ ..] => match dict.get_mut(key) {
            Some(Value::Dict(_, inner)) => remove(inner, rest),
            // Something inside a value that is no section: the value itself is at fault.
            Some(_) => dict.remove(key).is_some(),
            None => false,
        },
    }
}

fn leaves(prefix: &str, dict: &Dict, keys: &mut Vec<String>) {
    for (name, value) in dict {
        let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        match value {
            Value::Dict(_, inner) => leaves(&key, inner, keys),
            _ => keys.push(key),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loaded(toml: &str) -> Result<Loaded, Vec<String>> {
        let directory = tempfile::tempdir().expect("a directory");
        std::fs::write(directory.path().join("fengsui.toml"), toml).expect("a file");
        load(&Overrides { data_dir: Some(directory.path().to_owned()), ..Overrides::default() })
    }

    #[test]
    fn an_empty_file_is_a_valid_one() {
        let loaded = loaded("").expect("a configuration");
        let mut defaults = Config::default();
        defaults.node.data_dir.clone_from(&loaded.config.node.data_dir);
        assert_eq!(loaded.config, defaults);
        assert_eq!(loaded.sources.get("node.data_dir").map(String::as_str), Some("command line"));
    }

    #[test]
    fn every_problem_is_named_with_its_key_and_file() {
        let toml =
            "colour = 1\n[http]\nlisten = \"nowhere\"\nlistem = 5\n[mqtt]\nenabled = \"maybe\"\n[mail]\nport = 25\n";
        let problems = loaded(toml).expect_err("problems");
        for key in
            ["colour: unknown key", "http.listen: ", "http.listem: unknown key", "mqtt.enabled: ", "mail: the key"]
        {
            let named = problems.iter().filter(|problem| problem.starts_with(key)).count();
            assert_eq!(named, 1, "{key} in {problems:#?}");
        }
        assert!(problems.iter().all(|problem| problem.contains("fengsui.toml")), "{problems:#?}");
    }

    #[test]
    fn a_file_that_is_no_toml_is_named() {
        let problems = loaded("[http\nlisten").expect_err("problems");
        assert_eq!(problems.len(), 1);
        assert!(problems[0].contains("fengsui.toml"), "{problems:?}");
    }

    #[test]
    fn flags_win_over_the_file() {
        let directory = tempfile::tempdir().expect("a directory");
        let file = directory.path().join("other.toml");
        std::fs::write(&file, "[http]\nlisten = \"127.0.0.1:1\"\n[hj212]\nenabled = true").expect("a file");
        let overrides = Overrides { file: Some(file), ..Overrides::default() };
        let overrides = overrides.with("http.listen", Some("127.0.0.1:2")).with("hj212.enabled", Some(false));
        let loaded = load(&overrides).expect("a configuration");
        assert_eq!(loaded.config.http.listen.port(), 2);
        assert!(!loaded.config.hj212.enabled);
        assert_eq!(loaded.sources.get("http.listen").map(String::as_str), Some("command line"));
    }

    #[test]
    fn what_a_command_prefers_gives_way_to_the_file() {
        let directory = tempfile::tempdir().expect("a directory");
        std::fs::write(directory.path().join("fengsui.toml"), "[node]\nname = \"own\"").expect("a file");
        let preferred = vec![("node.name", "示例节点"), ("node.division", "640000000000")];
        let data_dir = Some(directory.path().to_owned());
        let loaded = load(&Overrides { data_dir, preferred, ..Overrides::default() }).expect("a configuration");
        assert_eq!(loaded.config.node.name, "own");
        assert_eq!(loaded.config.node.division.as_str(), "640000000000");
        assert_eq!(loaded.sources.get("node.division").map(String::as_str), Some("this command"));
        assert!(loaded.sources.get("node.name").is_some_and(|place| place.ends_with("fengsui.toml")));
    }
}
