//! What a board is: data, read from a file.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The sectors of safety monitoring (风险监测预警 业务域).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sector {
    /// Major hazard installations (重大危险源).
    MajorHazard,
    /// Mines and tailings ponds (矿山与尾矿库).
    MineTailings,
    /// Natural hazards (自然灾害).
    NaturalHazard,
    /// Lifelines of a city (城市生命线).
    CityLifeline,
    /// Fire (消防远程监控).
    Fire,
    /// Vehicles (重点车辆).
    Vehicle,
    /// Anything else that a bureau watches.
    Other,
}

/// A text in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BoardText {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// A figure at the head of a board.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FigureName {
    /// How many objects, and how many of them are in trouble.
    Objects,
    /// Open alarms by priority.
    Alarms,
    /// Alarms that nobody took note of.
    Unacknowledged,
    /// The share of devices that are heard now.
    Online,
    /// Devices and series out of service.
    OutOfService,
    /// How many objects per value of the attribute `tally`.
    Tally,
    /// How many enterprises per colour of the risk index.
    Risk,
}

/// What makes an object worse than another, the weightiest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Criterion {
    /// Open alarms: more of the higher priority; among equals the one that waits longest.
    Alarms,
    /// Devices that fell silent.
    Silence,
    /// Devices and series out of service.
    OutOfService,
    /// The order of the options of the attribute `tally`: the first is the gravest.
    Tally,
    /// The colour of the risk index, then its points.
    Risk,
}

/// Which records a board lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Objects {
    /// Their kind: `enterprise`, `installation` or `device`.
    pub kind: String,
    /// Conditions `field:op:value` that must all hold, as in lists.
    #[serde(default)]
    pub filter: Vec<String>,
    /// Conditions of which one must hold beside those.
    #[serde(default)]
    pub any: Vec<String>,
    /// Only those that have a device which senses what the board takes.
    #[serde(default)]
    pub only_sensed: bool,
}

/// A board as it is declared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BoardTemplate {
    /// Its id in addresses: small letters, digits, hyphens.
    pub id: String,
    /// Its sector.
    pub sector: Sector,
    /// Its place among the boards, the smallest first.
    pub order: u16,
    /// Its name.
    pub title: BoardText,
    /// One line on what it watches.
    pub note: BoardText,
    /// What it lists.
    pub objects: Objects,
    /// What it takes of their devices: codes of series, `*` stands for anything; all of them if empty.
    #[serde(default)]
    pub senses: Vec<String>,
    /// Its head figures.
    pub figures: Vec<FigureName>,
    /// Attributes of the kind that are shown as columns.
    pub columns: Vec<String>,
    /// An attribute with a closed list, gravest first, that objects are counted by.
    #[serde(default)]
    pub tally: Option<String>,
    /// Whether enterprises are judged by the risk index.
    #[serde(default)]
    pub risk: bool,
    /// What makes one worse than another.
    pub worst: Vec<Criterion>,
}

/// What is wrong with a declaration: the file or board, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateError {
    /// File or id.
    pub board: String,
    /// Why, for the administrator.
    pub why: String,
}

impl std::fmt::Display for TemplateError {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(to, "board {}: {}", self.board, self.why)
    }
}

impl std::error::Error for TemplateError {}

impl BoardTemplate {
    /// Reads a declaration in TOML. `name` is the file, for whoever has to mend it.
    pub fn parse(name: &str, text: &str) -> Result<Self, TemplateError> {
        toml::from_str(text).map_err(|error| TemplateError { board: name.to_owned(), why: error.to_string() })
    }

    /// Whether a series counts for this board.
    pub fn takes(&self, code: &str) -> bool {
        self.senses.is_empty() || self.senses.iter().any(|pattern| matches(pattern, code))
    }
}

/// Whether a code fits a pattern in which each `*` stands for any text, also none.
pub fn matches(pattern: &str, code: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == code };
    let Some(mut left) = code.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        let Some(at) = left.find(part) else { return false };
        left = left.get(at + part.len()..).unwrap_or_default();
    }
    left.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_anything() {
        for (pattern, code, fits) in [
            ("lng", "lng", true),
            ("lng", "lng2", false),
            ("*", "", true),
            ("alarm.*", "alarm.fatigue", true),
            ("alarm.*", "alarm", false),
            ("*.Z", "0012345678.Z", true),
            ("*.Z", "Z", false),
            ("*.PN*", "0012.PN05", true),
            ("a*a", "a", false),
            ("a*a", "aba", true),
        ] {
            assert_eq!(matches(pattern, code), fits, "{pattern} {code}");
        }
    }

    #[test]
    fn an_unknown_key_is_refused_with_the_file() {
        let error = BoardTemplate::parse("own.toml", "id = \"own\"\ncolour = \"red\"").expect_err("refused");
        assert!(error.board == "own.toml" && error.why.contains("colour"), "{error}");
    }
}
