//! Which series a template is for: a pure question to what is known of a series.

use fengsui_kernel::{Fault, Problems};
use fengsui_storage::series::SeriesFacts;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The most patterns of codes.
const MOST_CODES: usize = 20;

/// Which series are of the kind; whatever is given must fit, and something must be given.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleSelector {
    /// What the series is called contains this, such as `氯气`.
    #[serde(default)]
    pub name: Option<String>,
    /// Codes of the series within their devices, one of which must fit; `*` stands for anything: `cl2*`.
    #[serde(default)]
    pub codes: Vec<String>,
    /// The unit of the values.
    #[serde(default)]
    pub unit: Option<String>,
    /// What the device is, as the ledger says: `gas_detector`, `logger`, …
    #[serde(default)]
    pub category: Option<String>,
}

/// Without spaces at the ends, without regard to case.
fn plain(text: &str) -> String {
    text.trim().to_lowercase()
}

fn is_said(text: Option<&String>) -> bool {
    text.is_some_and(|text| !text.trim().is_empty())
}

impl RuleSelector {
    /// The same, ready to be compared.
    pub(super) fn tidied(self) -> Self {
        let said = |text: Option<String>| text.map(|text| plain(&text)).filter(|text| !text.is_empty());
        let mut codes: Vec<String> = self.codes.iter().map(|code| plain(code)).filter(|it| !it.is_empty()).collect();
        codes.sort_unstable();
        codes.dedup();
        let unit = self.unit.map(|unit| unit.trim().to_owned()).filter(|unit| !unit.is_empty());
        Self { name: said(self.name), codes, unit, category: said(self.category) }
    }

    pub(super) fn check(&self, problems: &mut Problems) {
        let nothing = !is_said(self.name.as_ref()) && !is_said(self.unit.as_ref()) && !is_said(self.category.as_ref());
        if nothing && self.codes.iter().all(|code| code.trim().is_empty()) {
            problems.push(Fault::field("selector", "selects_everything"));
        }
        if self.codes.len() > MOST_CODES {
            problems.push(Fault::field("selector.codes", "too_long").with("max", &MOST_CODES.to_string()));
        }
        let texts = [
            ("name", self.name.as_ref(), 100),
            ("unit", self.unit.as_ref(), 32),
            ("category", self.category.as_ref(), 64),
        ];
        let codes = self.codes.iter().map(|code| ("codes", Some(code), 128));
        for (field, text, most) in texts.into_iter().chain(codes) {
            if text.is_some_and(|text| text.chars().count() > most) {
                problems.push(Fault::field(&format!("selector.{field}"), "too_long").with("max", &most.to_string()));
            }
        }
    }

    /// Whether a series is one of the kind. Nothing given selects nothing.
    pub fn fits(&self, facts: &SeriesFacts, category: Option<&str>) -> bool {
        if self.name.is_none() && self.codes.is_empty() && self.unit.is_none() && self.category.is_none() {
            return false;
        }
        self.unit.as_ref().is_none_or(|unit| *unit == facts.unit)
            && self.category.as_ref().is_none_or(|wanted| category.is_some_and(|category| plain(category) == *wanted))
            && (self.codes.is_empty() || self.code_fits(&plain(&facts.code)))
            && self.name.as_ref().is_none_or(|name| facts.name.to_lowercase().contains(name))
    }

    fn code_fits(&self, code: &str) -> bool {
        self.codes.iter().any(|pattern| matches(pattern, code))
    }
}

/// Whether a pattern with `*` fits the whole text: the parts between must follow each other, the first at the
/// beginning and the last at the end. Each part is looked for once, whatever the pattern.
fn matches(pattern: &str, text: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut left) = text.strip_prefix(head) else { return false };
    let (between, tail) = rest.rsplit_once('*').unwrap_or(("", rest));
    for part in between.split('*') {
        match left.find(part) {
            Some(at) => left = &left[at + part.len()..],
            None => return false,
        }
    }
    left.ends_with(tail)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::matches;

    #[test]
    fn a_star_stands_for_anything() {
        for (pattern, text, fits) in [
            ("cl2", "cl2", true),
            ("cl2", "cl2_1", false),
            ("cl2*", "cl2_1", true),
            ("*cl2", "tank_cl2", true),
            ("*cl2*", "a_cl2_b", true),
            ("a*b*c", "a1b2c", true),
            ("a*b*c", "a1c2b", false),
            ("a*a", "a", false),
            ("*", "", true),
            ("氯*度", "氯气浓度", true),
        ] {
            assert_eq!(matches(pattern, text), fits, "{pattern} {text}");
        }
    }

    /// Straight from the meaning, by trying every split.
    fn naive(pattern: &[u8], text: &[u8]) -> bool {
        match pattern.split_first() {
            None => text.is_empty(),
            Some((b'*', rest)) => (0..=text.len()).any(|skip| naive(rest, &text[skip..])),
            Some((letter, rest)) => {
                text.split_first().is_some_and(|(first, left)| first == letter && naive(rest, left))
            }
        }
    }

    proptest! {
        #[test]
        fn it_is_what_every_split_says(pattern in "[ab*]{0,8}", text in "[ab]{0,10}") {
            prop_assert_eq!(matches(&pattern, &text), naive(pattern.as_bytes(), text.as_bytes()));
        }
    }
}
