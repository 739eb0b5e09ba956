//! Who may act, how long clocks run, whom they escalate to: configuration, checked against the
//! process types when the program starts. Nobody can configure the law away.

mod check;

use std::collections::BTreeMap;

use serde::Deserialize;

pub(crate) use check::check;

/// The configuration of all processes, by name.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(transparent)]
pub struct Configuration {
    /// By process name.
    pub processes: BTreeMap<String, ProcessConfiguration>,
}

/// The configuration of one process.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ProcessConfiguration {
    /// By action name.
    pub actions: BTreeMap<String, ActionConfiguration>,
    /// By clock name.
    pub clocks: BTreeMap<String, ClockConfiguration>,
    /// Rules that the process itself reads.
    pub settings: BTreeMap<String, toml::Value>,
}

/// Who may take an action.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ActionConfiguration {
    /// Roles of which one is needed besides the permission; everybody with the permission when empty.
    pub roles: Vec<String>,
}

/// How long a clock runs and whom it tells.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ClockConfiguration {
    /// Its length; the descriptor's when absent.
    pub minutes: Option<u32>,
    /// How long before its end the assignee is reminded.
    pub remind_before_minutes: Option<u32>,
    /// Role that is told when it ran out.
    pub escalate_to_role: Option<String>,
}

/// What is wrong with the configuration; every variant names the key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigurationError {
    /// No TOML, or a value of another type than wanted.
    #[error("configuration of processes: {key}: {reason}")]
    Malformed {
        /// Where, as far as known.
        key: String,
        /// What the parser says.
        reason: String,
    },
    /// The key names a process, action, clock or role that there is not.
    #[error("{key}: there is no {noun} `{name}`; there are: {known}")]
    Unknown {
        /// The key.
        key: String,
        /// `process`, `action`, `clock` or `role`.
        noun: &'static str,
        /// The name.
        name: String,
        /// The names that there are.
        known: String,
    },
    /// A clock that a law sets is made longer.
    #[error("{key}: {minutes} minutes are longer than the {limit} that {clause} allows")]
    BeyondLaw {
        /// The key.
        key: String,
        /// As configured.
        minutes: u32,
        /// As the law says.
        limit: u32,
        /// The law.
        clause: String,
    },
    /// A number that makes no sense.
    #[error("{key}: {minutes} minutes are outside 1 to {limit}")]
    OutOfRange {
        /// The key.
        key: String,
        /// As configured.
        minutes: u32,
        /// The largest value.
        limit: u32,
    },
    /// The process type contradicts itself; a fault of the program.
    #[error("process {process}: {reason}")]
    Process {
        /// Its name.
        process: String,
        /// What does not fit.
        reason: String,
    },
    /// Several of the above.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Several(Vec<ConfigurationError>),
}

/// Reads TOML texts; later ones override single keys of earlier ones.
pub(crate) fn read(texts: &[toml::Table]) -> Result<Configuration, ConfigurationError> {
    let mut merged = toml::Table::new();
    for text in texts {
        merge(&mut merged, text.clone());
    }
    serde_path_to_error::deserialize(toml::Value::Table(merged)).map_err(|error| ConfigurationError::Malformed {
        key: error.path().to_string(),
        reason: error.inner().message().to_owned(),
    })
}

/// Parses one TOML text.
pub(crate) fn parse(text: &str) -> Result<toml::Table, ConfigurationError> {
    text.parse().map_err(|error: toml::de::Error| ConfigurationError::Malformed {
        key: "TOML".to_owned(),
        reason: error.to_string(),
    })
}

fn merge(into: &mut toml::Table, from: toml::Table) {
    for (key, value) in from {
        match (into.get_mut(&key), value) {
            (Some(toml::Value::Table(below)), toml::Value::Table(above)) => merge(below, above),
            (_, value) => {
                into.insert(key, value);
            }
        }
    }
}

impl ProcessConfiguration {
    /// The settings as the process reads them: tables become dotted names, lists are joined by commas.
    pub(crate) fn settings_text(&self) -> BTreeMap<String, String> {
        let mut texts = BTreeMap::new();
        for (name, value) in &self.settings {
            flatten(name, value, &mut texts);
        }
        texts
    }
}

fn flatten(name: &str, value: &toml::Value, into: &mut BTreeMap<String, String>) {
    match value {
        toml::Value::Table(table) => {
            for (key, value) in table {
                flatten(&format!("{name}.{key}"), value, into);
            }
        }
        toml::Value::Array(items) => {
            into.insert(name.to_owned(), items.iter().map(scalar).collect::<Vec<_>>().join(","));
        }
        other => {
            into.insert(name.to_owned(), scalar(other));
        }
    }
}

fn scalar(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
