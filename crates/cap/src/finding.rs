//! Findings: what is wrong with a message that could be read all the same.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Advice: the message conforms, but a reader may be badly served.
    Warning,
    /// The message breaks the schema or a mandatory rule; never publish it like this.
    Error,
}

/// One breach of the schema or of a rule, at one place of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// How bad it is.
    pub level: Level,
    /// Stable name of the rule, such as `polygon-not-closed`.
    pub rule: Cow<'static, str>,
    /// Where: element names with one-based positions, such as `alert/info[1]/area[2]`.
    pub path: String,
    /// The facts, in English.
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} at {}: {}", self.rule, self.path, self.message)
    }
}

/// True if any finding is an error.
pub fn has_errors(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.level == Level::Error)
}

/// A place in a message, linked to its parent so that no path is built before it is needed.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    parent: Option<&'a Place<'a>>,
    name: &'a str,
    index: Option<usize>,
}

impl<'a> Place<'a> {
    /// The root element.
    pub(crate) const ALERT: Place<'static> = Place { parent: None, name: "alert", index: None };

    /// An element that occurs once.
    pub(crate) fn child(&'a self, name: &'a str) -> Self {
        Self { parent: Some(self), name, index: None }
    }

    /// The element of this name at a zero-based position among its like.
    pub(crate) fn nth(&'a self, name: &'a str, index: usize) -> Self {
        Self { parent: Some(self), name, index: Some(index + 1) }
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            write!(formatter, "{parent}/")?;
        }
        formatter.write_str(self.name)?;
        self.index.map_or(Ok(()), |index| write!(formatter, "[{index}]"))
    }
}

/// The list of findings while it grows.
#[derive(Default)]
pub(crate) struct Report {
    findings: Vec<Finding>,
}

impl Report {
    /// A hostile message must not make us write a finding per byte.
    const MOST_FINDINGS: usize = 1_000;

    pub(crate) fn error(&mut self, rule: impl Into<Cow<'static, str>>, place: &Place<'_>, message: impl Into<String>) {
        self.push(Level::Error, rule.into(), place, message.into());
    }

    pub(crate) fn warning(
        &mut self,
        rule: impl Into<Cow<'static, str>>,
        place: &Place<'_>,
        message: impl Into<String>,
    ) {
        self.push(Level::Warning, rule.into(), place, message.into());
    }

    pub(crate) fn into_findings(self) -> Vec<Finding> {
        self.findings
    }

    fn push(&mut self, level: Level, rule: Cow<'static, str>, place: &Place<'_>, message: String) {
        if self.findings.len() < Self::MOST_FINDINGS {
            self.findings.push(Finding { level, rule, path: place.to_string(), message });
        }
    }
}

/// The first characters of a received text, short enough for a finding.
pub(crate) fn excerpt(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut characters = text.chars();
    let mut start: String = characters.by_ref().take(LONGEST).collect();
    if characters.next().is_some() {
        start.push('…');
    }
    start
}
